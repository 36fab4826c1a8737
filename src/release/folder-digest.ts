import { hash } from 'node:crypto';
import { compareStrings } from '../shared/compare-strings.ts';

/** SHA-256 of the paths and blobs of a folder, whatever the order of its files. */
export const folderDigest = (files: readonly { path: string; blob: string }[]): string =>
  hash(
    'sha256',
    files
      .map(({ path, blob }) => `${blob} ${path}\0`)
      .toSorted(compareStrings)
      .join(''),
  );
