import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Store } from '../../src/store/store.ts';

const createDatabase = async (folder: string): Promise<void> =>
  (
    await Store.open({
      url: undefined,
      folder,
      lease: 10,
      onQueueError: (error) => expect.fail(error.message),
    })
  ).close(1);

/**
 * Creates folders for the tests of a file, which are deleted after each test. A folder with an
 * embedded database is a copy: creating a database takes seconds, copying it takes 0.2 s.
 * @param create opens and closes a store in a folder, which creates the database to copy
 */
export function temporaryFolders(create = createDatabase): {
  newFolder: () => string;
  newDatabase: (folder?: string) => string;
} {
  const parent = mkdtempSync(join(tmpdir(), 'gatehouse-store-'));
  const original = join(parent, 'original');
  const all: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(parent, 'folder-'));
    all.push(folder);
    return folder;
  };
  beforeAll(() => create(original));
  afterEach(() => {
    for (const folder of all.splice(0)) rmSync(folder, { recursive: true });
  });
  afterAll(() => rmSync(parent, { recursive: true }));
  return {
    newFolder,
    // In a separate folder, because the mark of a database is beside its folder.
    newDatabase(folder = join(newFolder(), 'data')) {
      cpSync(original, folder, { recursive: true });
      return folder;
    },
  };
}
