import { afterEach, expect } from 'vitest';
import { Store } from '../../src/store/store.ts';
import { temporaryFolders } from './temporary-folders.ts';

/**
 * Opens stores for the tests of a file, which are closed after each test.
 * @param newDatabase creates the folder of an embedded database
 * @returns a function that opens one: in PostgreSQL at a connection string, else embedded in a new
 * folder
 */
export function openStores(
  { newDatabase }: Pick<ReturnType<typeof temporaryFolders>, 'newDatabase'> = temporaryFolders(),
): (url: string | undefined) => Promise<Store> {
  const open: Store[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close(1)));
  });
  return async (url) => {
    const store = await Store.open({
      url,
      folder: newDatabase(),
      lease: 10,
      onQueueError: (error) => expect.fail(error.message),
    });
    open.push(store);
    return store;
  };
}
