import { constants } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { linkOnTheWay } from './find-checkout.ts';
import { errorCode, noLink } from './files.ts';

const notRegular = 'it is no regular file but a named pipe, a socket or a device';

/**
 * Writes a report where the person who runs Gatehouse said. A checkout may have brought a link
 * under that name, which would have another file written over: it is refused, but for what the
 * system itself has in /dev and /proc, such as /dev/stdout.
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
