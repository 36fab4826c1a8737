import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Store } from '../../src/store/store.ts';

const makeQuietly = async (folder: string): Promise<void> =>
  (
    await Store.open({
      url: undefined,
      folder,
      lease: 10,
      onQueueError: (error) => expect.fail(error.message),
    })
  ).close(1);

/**
 * Folders for the tests of a file, gone after each. One with an embedded database is a copy: to
 * make a database takes seconds, to copy it a fifth of one.
 * @param make opens and closes a store in a folder, which makes the database that is copied
 *
 */
export function folders(make = makeQuietly): {
  newFolder: () => string;
  newDatabase: (folder?: string) => string;
} {
  const parent = mkdtempSync(join(tmpdir(), 'gatehouse-store-'));
  const made = join(parent, 'made');
  const all: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(join(parent, 'folder-'));
    all.push(folder);
    return folder;
  };
  beforeAll(() => make(made));
  afterEach(() => {
    for (const folder of all.splice(0)) rmSync(folder, { recursive: true });
  });
  afterAll(() => rmSync(parent, { recursive: true }));
  return {
    newFolder,
    // In a folder of its own, because what is kept beside a database belongs to it.
    newDatabase(folder = join(newFolder(), 'data')) {
      cpSync(made, folder, { recursive: true });
      return folder;
    },
  };
}
