import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FormatName } from '../../src/report/format.ts';
import { folder, run, type Run } from '../support/cli.ts';
import { expectQuiet, expectReadable } from './shown.ts';

/** A file or folder below another: its name as bytes, because git takes any. */
export interface Entry {
  names: readonly Buffer[];
  bytes: Uint8Array;
}

const slash = Buffer.from('/');
const below = (at: Buffer, name: Buffer): Buffer => Buffer.concat([at, slash, name]);

/** Everything below a folder: names, kinds and contents. */
function listing(at: Buffer): string[] {
  return readdirSync(at, { encoding: 'buffer' }).flatMap((name): string[] => {
    const path = below(at, name);
    const stats = lstatSync(path);
    const shown = path.toString('latin1');
    if (stats.isSymbolicLink()) return [`${shown} -> ${readlinkSync(path)}`];
    return stats.isDirectory()
      ? [shown, ...listing(path)]
      : [`${shown} ${createHash('sha1').update(readFileSync(path)).digest('hex')}`];
  });
}

/** Writes entries into a new folder; those that the disk refuses are left out. */
function write(at: string, entries: readonly Entry[]): void {
  for (const { names, bytes } of entries) {
    const [file, ...parents] = names.toReversed();
    if (!file) continue;
    const parent = parents.toReversed().reduce(below, Buffer.from(at));
    try {
      mkdirSync(parent, { recursive: true });
      writeFileSync(below(parent, file), bytes);
    } catch (error) {
      if (
        !(
          error instanceof Error &&
          'code' in error &&
          [
            'ENAMETOOLONG',
            'EEXIST',
            'ENOTDIR',
            'EISDIR',
            'EILSEQ',
            'EINVAL',
            'ENOENT',
            'EPERM',
          ].includes(String(error.code))
        )
      )
        throw error;
    }
  }
}

/** It ends as it says it ends, and in words for people. */
function expectCleanEnd({ status, out, err }: Run): void {
  expect([0, 1, 2], err).toContain(status);
  expectQuiet(err);
  expect(err).not.toMatch(/^\s+at .+:\d+:\d+|node:internal/m);
  if (status === 2) expect(err).toMatch(/^gatehouse: .+\n$/);
  if (status === 2) expect(out).toBe('');
}

/**
 * A new repository with these files, in a folder of its own; it and all around it are the same
 * after each run of the command line.
 */
export function inRepository(
  entries: readonly Entry[],
  work: (run: (words: readonly string[], format?: FormatName) => Run) => void,
): void {
  const around = mkdtempSync(join(folder, 'around-'));
  const at = join(around, 'repository');
  mkdirSync(join(around, 'temporary'));
  mkdirSync(at);
  write(at, entries);
  const before = listing(Buffer.from(around));
  try {
    work((words, format) => {
      const result = run(format === undefined ? words : [...words, '--format', format], at, {
        TMPDIR: join(around, 'temporary'),
      });
      expectCleanEnd(result);
      if (format !== undefined && result.status !== 2) expectReadable(format, result.out);
      expect(listing(Buffer.from(around))).toEqual(before);
      return result;
    });
  } finally {
    rmSync(around, { recursive: true, force: true });
  }
}
