// What administrators do: accounts, and the work of the server.

import { answered, api, type Schemas } from './api/client.ts';

export type Account = Schemas['UserAdminResponseDto'];
export type QueueName = Schemas['JobName'];
export type Queue = Schemas['JobStatusDto'];
export type Command = Schemas['JobCommand'];
export type Entry = Schemas['JobEntryDto'];

/** Every account, those that are deleted but can be restored too. */
export function allAccounts(): Promise<Account[]> {
  return answered(api.GET('/admin/users', { params: { query: { withDeleted: true } } }));
}

export async function makeAccount(body: Schemas['UserAdminCreateDto']) {
  await answered(api.POST('/admin/users', { body }));
}

export async function changeAccount(id: string, body: Schemas['UserAdminUpdateDto']) {
  await answered(api.PUT('/admin/users/{id}', { params: { path: { id } }, body }));
}

export async function deleteAccount(id: string) {
  await answered(api.DELETE('/admin/users/{id}', { params: { path: { id } }, body: {} }));
}

export async function restoreAccount(id: string) {
  await answered(api.POST('/admin/users/{id}/restore', { params: { path: { id } } }));
}

export async function allQueues(): Promise<[QueueName, Queue][]> {
  return Object.entries(await answered(api.GET('/jobs'))) as [QueueName, Queue][];
}

export async function command(id: QueueName, command: Command, force = false) {
  await answered(api.PUT('/jobs/{id}', { params: { path: { id } }, body: { command, force } }));
}

export function entries(queue: QueueName, state: Entry['state'], size: number): Promise<Entry[]> {
  return answered(api.GET('/jobs/entries', { params: { query: { queue, state, size } } }));
}

/** The work of a queue that is not done, whatever it waits for. */
export function left({ jobCounts: { active, waiting, delayed, paused } }: Queue): number {
  return active + waiting + delayed + paused;
}
