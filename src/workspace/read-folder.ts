import { basename, dirname, join, resolve } from 'node:path';
import {
  definitionName,
  type ConnectorClass,
  type ConnectorFolder,
  type FileEntry,
  type Misplaced,
} from '../connector/connector.ts';
import { isPackageName } from '../connector/package.ts';
import { limits } from '../shared/limits.ts';
import { compareBy } from '../shared/compare-strings.ts';
import { UserError } from '../shared/user-error.ts';
import { findCheckout, linkOnTheWay } from './find-checkout.ts';
import { readRegularFile, statsOf } from './files.ts';
import type { Candidate } from './find-connectors.ts';
import { entriesOf, isUtf8, kindOf, slashes } from './list-folder.ts';

/** A folder with more files is over the limit anyway, so the rest is not read. */
const maxListedFiles = limits.files + 1;

/**
 * Reads a connector's folder. A file that is over the limits is listed without its bytes; symbolic
 * links are not followed. Never throws: a file that cannot be read has the reason in `unreadable`.
 */
export function readFolder({
  directory,
  path,
  class: connectorClass,
  classKnown,
  misplaced,
  submodules = [],
}: Candidate): ConnectorFolder {
  const files: FileEntry[] = [];
  const unread = (reason: Misplaced): ConnectorFolder => ({
    path,
    class: connectorClass,
    files: [],
    misplaced: reason,
  });
  if (misplaced) return unread(misplaced);
  if (submodules.includes('')) return unread('submodule');
  let total = 0;
  const walk = (at: string, prefix: string, depth: number): void => {
    const entries = entriesOf(at);
    if (!Array.isArray(entries)) {
      files.push({ path: prefix.slice(0, -1), kind: 'file', size: 0, unreadable: entries });
      return;
    }
    if (prefix !== '' && entries.some(({ name }) => name === '.git')) {
      files.push({ path: prefix.slice(0, -1), kind: 'submodule', size: 0 });
      return;
    }
    for (const entry of entries.sort(compareBy(({ name }) => name))) {
      if (files.length >= maxListedFiles) return;
      const name = prefix + entry.name;
      const full = join(at, entry.name);
      if (!isUtf8(entry.name))
        files.push({ path: name, kind: entry.isDirectory() ? 'file' : kindOf(entry), size: 0 });
      else if (entry.isDirectory()) {
        if (entry.name === '.git') continue;
        if (depth < 20) walk(full, `${name}/`, depth + 1);
      } else if (entry.isFile()) {
        const content = readRegularFile(full, {
          maxBytes: Math.min(limits.fileBytes, limits.totalBytes - total),
        });
        const { size } = content;
        total += size;
        if ('bytes' in content)
          files.push({ path: name, kind: 'file', size, bytes: content.bytes });
        else
          files.push({
            path: name,
            kind: 'file',
            size,
            ...(content.obstacle !== 'large' && { unreadable: content.description }),
          });
      } else {
        files.push({ path: name, kind: kindOf(entry), size: 0 });
      }
    }
  };
  const ownEntries = entriesOf(directory);
  if (!Array.isArray(ownEntries)) return unread('unreadable');
  if (ownEntries.length === 0) return unread('empty');
  if (
    classKnown &&
    ownEntries.some(({ name }) => name === '.git') &&
    findCheckout(dirname(directory)) !== undefined
  )
    return unread('submodule');
  walk(directory, '', 0);
  for (const name of submodules)
    if (!files.some((file) => file.path === name))
      files.push({ path: name, kind: 'submodule', size: 0 });
  return { path, class: connectorClass, files };
}

/**
 * Reads a connector's folder, or a single definition file or zip as a folder that has nothing else.
 * @throws UserError if there is neither at the path
 */
export function readFolderAt(path: string, connectorClass: ConnectorClass): ConnectorFolder {
  const full = resolve(path);
  const link = linkOnTheWay(full);
  if (link !== undefined)
    throw new UserError(
      `${path} cannot be read: ${link} is a symbolic link, and links of a checkout are not ` +
        'followed. Give a definition file or the folder of a connector.',
    );
  const stats = statsOf(full);
  if (!stats)
    throw new UserError(
      `${path} does not exist. Give a definition file or the folder of a connector.`,
    );
  if (stats.isDirectory())
    return readFolder({
      directory: full,
      path: slashes(path),
      class: connectorClass,
      classKnown: false,
    });
  const content = readRegularFile(full, { maxBytes: limits.fileBytes });
  if (!('bytes' in content) && content.obstacle !== 'large')
    throw new UserError(
      `${path} ${content.description}. Give a definition file or the folder of a connector.`,
    );
  const file: FileEntry = {
    path: isPackageName(basename(full)) ? basename(full) : definitionName,
    kind: 'file',
    size: content.size,
    ...('bytes' in content && { bytes: content.bytes }),
  };
  return { path: slashes(path), class: connectorClass, files: [file] };
}

export const isFile = (path: string): boolean => statsOf(path)?.isFile() === true;
