// Persons: who is seen in pictures, and where.

import { ageAt } from './age.ts';
import { answered, api, type Schemas } from './api/client.ts';
import { change, type Changed } from './changes.ts';
import { m } from './messages/index.svelte.ts';

export type Person = Schemas['PersonResponseDto'];
export type Face = Schemas['AssetFaceResponseDto'];
export type PersonUpdate = Schemas['PersonUpdateDto'];

/** How many a page of them has. */
const SIZE = 200;

/** The address of what is drawn of someone; another one whenever that is drawn anew. */
export function faceAddress({ id, thumbnailPath, updatedAt }: Person): string | null {
  return thumbnailPath ? `/api/people/${id}/thumbnail?updatedAt=${encodeURIComponent(updatedAt ?? '')}` : null;
}

export const nameOfPerson = ({ name }: Pick<Person, 'name'>) => name || m.unnamed;

export function peoplePage(page: number, withHidden: boolean, size = SIZE): Promise<Schemas['PeopleResponseDto']> {
  return answered(api.GET('/people', { params: { query: { page, size, withHidden } } }));
}

export const readPerson = (id: string): Promise<Person> => answered(api.GET('/people/{id}', { params: { path: { id } } }));

/** Those of whose name a word begins with a text. */
export async function peopleNamed(text: string, signal?: AbortSignal): Promise<Person[]> {
  const name = text.trim();
  if (!name) return [];
  return answered(api.GET('/search/person', { params: { query: { name } }, ...(signal && { signal }) }));
}

/** In how many pictures someone is seen. */
export async function picturesOf(id: string): Promise<number> {
  return (await answered(api.GET('/people/{id}/statistics', { params: { path: { id } } }))).assets;
}

export const makePerson = (name: string): Promise<Person> => answered(api.POST('/people', { body: { name } }));

const send = (id: string, body: PersonUpdate) => answered(api.PUT('/people/{id}', { params: { path: { id } }, body }));

/** Changes what is known of someone, and says so with the way back. */
export function changePerson(changed: Changed, person: Person, update: PersonUpdate, said: string) {
  const before: PersonUpdate = {
    ...('name' in update && { name: person.name }),
    ...('birthDate' in update && { birthDate: person.birthDate }),
    ...('isFavorite' in update && { isFavorite: person.isFavorite ?? false }),
    ...('isHidden' in update && { isHidden: person.isHidden }),
  };
  return change(changed, said, async () => {
    await send(person.id, update);
    return () => send(person.id, before);
  });
}

export const renamePerson = (changed: Changed, person: Person, name: string) => changePerson(changed, person, { name }, m.personNamed(name || m.unnamed));

export function setFavoritePerson(changed: Changed, person: Person, isFavorite: boolean) {
  return changePerson(changed, person, { isFavorite }, isFavorite ? m.favorited(1) : m.unfavorited(1));
}

/** Shows and hides several at once. */
export function setHidden(changed: Changed, hidden: ReadonlyMap<string, boolean>) {
  const all = [...hidden].map(([id, isHidden]) => ({ id, isHidden }));
  const each = (people: typeof all) => answered(api.PUT('/people', { body: { people } }));
  return change(changed, m.peopleHidden(all.length), async () => {
    await each(all);
    return () => each(all.map(({ id, isHidden }) => ({ id, isHidden: !isHidden })));
  });
}

/** Someone stays, with the faces of the others, who go. There is no way back, so whoever calls this has asked first. */
export async function mergePeople(stays: string, others: string[]) {
  const results = await answered(api.POST('/people/{id}/merge', { params: { path: { id: stays } }, body: { ids: others } }));
  return results.every(({ success }) => success);
}

/** Someone whose pictures are shown, and what is to be done when something of them was changed. */
export interface ShownPerson {
  id: string;
  name: string;
  changed: Changed;
}

/** Has a picture stand for someone who is seen in it. */
export function makeCoverOf({ id, changed }: ShownPerson, featureFaceAssetId: string) {
  return change(changed, m.faceCoverMade, async () => {
    await send(id, { featureFaceAssetId });
    return null;
  });
}

/** How old someone was at a moment, in words; nothing before they were born. */
export function ageInWords(birthDate: string | null, moment: string): string {
  const age = ageAt(birthDate, moment);
  if (!age) return '';
  return age.years < 2 ? m.ageInMonths(age.months) : m.ageInYears(age.years);
}

/** A box on a picture, in parts of its width and height. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const facesOn = (asset: string): Promise<Face[]> => answered(api.GET('/faces', { params: { query: { id: asset } } }));

export function boxOf(face: Face): Box {
  const [width, height] = [face.imageWidth || 1, face.imageHeight || 1];
  return {
    x: face.boundingBoxX1 / width,
    y: face.boundingBoxY1 / height,
    width: (face.boundingBoxX2 - face.boundingBoxX1) / width,
    height: (face.boundingBoxY2 - face.boundingBoxY1) / height,
  };
}

/** What boxes are told in: pixels of a picture of this width. */
const DRAWN_WIDTH = 4000;

async function addFace(asset: string, person: string, box: Box, ratio: number) {
  const [imageWidth, imageHeight] = [DRAWN_WIDTH, Math.max(1, Math.round(DRAWN_WIDTH / ratio))];
  const [x, y] = [Math.floor(box.x * imageWidth), Math.floor(box.y * imageHeight)];
  const body = {
    assetId: asset,
    personId: person,
    imageWidth,
    imageHeight,
    x,
    y,
    width: Math.max(1, Math.min(Math.round(box.width * imageWidth), imageWidth - x)),
    height: Math.max(1, Math.min(Math.round(box.height * imageHeight), imageHeight - y)),
  };
  await answered(api.POST('/faces', { body }));
}

const give = (face: string, person: string) => answered(api.PUT('/faces/{id}', { params: { path: { id: person } }, body: { id: face } }));

/** What was drawn by hand goes; what was found stays known as none, so that it is not found again. */
const takeAway = ({ id, sourceType }: Face) =>
  answered(api.DELETE('/faces/{id}', { params: { path: { id } }, body: { force: sourceType === 'manual' } }));

/** Says that someone is seen in a picture, in a box. */
export function markFace(changed: Changed, asset: string, person: Person, box: Box, ratio: number) {
  return change(changed, m.faceMarked(nameOfPerson(person)), async () => {
    const before = new Set((await facesOn(asset)).map(({ id }) => id));
    await addFace(asset, person.id, box, ratio);
    return async () => {
      const added = (await facesOn(asset)).filter((face) => !before.has(face.id) && face.person?.id === person.id);
      for (const face of added) await takeAway(face);
    };
  });
}

export function reassignFace(changed: Changed, face: Face, person: Person) {
  const former = face.person;
  return change(changed, m.faceMarked(nameOfPerson(person)), async () => {
    await give(face.id, person.id);
    return former && (() => give(face.id, former.id));
  });
}

export function removeFace(changed: Changed, asset: string, face: Face) {
  const { person, imageWidth, imageHeight } = face;
  return change(changed, m.faceRemoved, async () => {
    await takeAway(face);
    return person && (() => addFace(asset, person.id, boxOf(face), imageWidth / imageHeight));
  });
}

/** Says of pictures that who is seen in them is someone else. */
export function reassignOn(changed: Changed, assets: readonly { id: string }[], from: string, to: Person) {
  const move = (person: string, former: string) => {
    const data = assets.map(({ id }) => ({ assetId: id, personId: former }));
    return answered(api.PUT('/people/{id}/reassign', { params: { path: { id: person } }, body: { data } }));
  };
  return change(changed, m.facesReassigned(assets.length, nameOfPerson(to)), async () => {
    await move(to.id, from);
    // Where both were seen, going back would give away the other's face, too.
    return null;
  });
}
