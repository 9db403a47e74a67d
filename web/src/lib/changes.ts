// Changes of the server's that are said when they are made, with a way back.

import { reason } from './form.svelte.ts';
import { m } from './messages/index.svelte.ts';
import { tell } from './toasts.svelte.ts';

/** What is to be done when the server has made a change, or has taken it back. */
export type Changed = () => Promise<unknown>;

/** Makes a change, and says so with the way back that it answers, if there is one; or says why not. Answers whether it was made. */
export async function change(changed: Changed, said: string, send: () => Promise<(() => Promise<unknown>) | null>): Promise<boolean> {
  let goBack: (() => Promise<unknown>) | null;
  try {
    goBack = await send();
  } catch (error) {
    tell(reason(error), { isError: true });
    await changed();
    return false;
  }
  const undo = async () => {
    try {
      await goBack?.();
      tell(m.undone);
    } catch (error) {
      tell(reason(error), { isError: true });
    }
    await changed();
  };
  tell(said, { undo: goBack && (() => void undo()) });
  await changed();
  return true;
}
