import { join } from 'node:path';
import type { ConnectorFolder } from '../connector/connector.ts';
import { writeWhole } from './files.ts';
import { isFile } from './read-folder.ts';

/**
 * Writes the files that a fix or another change has replaced.
 * @param before the folder as it was read
 * @param after the folder with the same files in the same order
 * @param path the folder on disk, or its definition file (see `readFolderAt`)
 */
export function writeChanges(before: ConnectorFolder, after: ConnectorFolder, path: string): void {
  for (const [index, file] of after.files.entries()) {
    if (file.bytes && file !== before.files[index])
      writeWhole(isFile(path) ? path : join(path, file.path), file.bytes);
  }
}
