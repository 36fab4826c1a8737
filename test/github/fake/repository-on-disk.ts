import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Files } from './git-objects.ts';

/**
 * A folder of this disk, for example a checkout of a repository, as files of a repository; links
 * are links.
 */
export function filesFrom(directory: string): Files {
  const files: Record<string, Files[string]> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const path = relative(directory, full).split(sep).join('/');
    if (path.split('/').includes('.git')) continue;
    if (entry.isSymbolicLink()) files[path] = { link: readlinkSync(full) };
    else if (entry.isFile()) files[path] = readFileSync(full);
  }
  return files;
}
