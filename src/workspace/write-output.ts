import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { linkOnTheWay } from './find-checkout.ts';
import { errorCode, noLink } from './files.ts';

const notRegular = 'it is not a regular file but a named pipe, a socket or a device';

/**
 * Writes a report to the path that the user named. It does not write through a symbolic link of a
 * checkout, because a pull request could overwrite any file with one. Links of the system, such as
 * /dev/stdout, are followed.
 * @throws Error if the path is a link or not a regular file
 */
export async function writeOutput(
  path: string,
  content: string | (Iterable<string> & object),
): Promise<void> {
  if (/^\/(?:dev|proc)\//.test(resolve(path))) return writeFile(path, content);
  const link = linkOnTheWay(resolve(path));
  if (link !== undefined)
    throw new Error(`${link} is a symbolic link, and links of a checkout are not followed`);
  const flags =
    constants.O_WRONLY |
    constants.O_CREAT |
    constants.O_TRUNC |
    (constants.O_NONBLOCK ?? 0) |
    noLink;
  const file = await open(path, flags).catch((error: unknown) => {
    const code = errorCode(error);
    if (code === 'ELOOP' || code === 'EMLINK')
      throw new Error('it is a symbolic link, and links are not followed');
    if (code === 'ENXIO') throw new Error(notRegular);
    throw error;
  });
  try {
    if (!(await file.stat()).isFile()) throw new Error(notRegular);
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}
