// Operations below `/api/kallitype/`, which the document of the API does not describe.

import { answered } from './client.ts';

export async function own<T>(method: 'GET' | 'POST' | 'DELETE', path: string): Promise<T> {
  const ask = async () => {
    const response = await fetch(`/api/kallitype${path}`, { method });
    const text = await response.text();
    const said = text ? (JSON.parse(text) as unknown) : undefined;
    return response.ok ? { data: said as T, response } : { error: said, response };
  };
  return answered<T>(ask());
}
