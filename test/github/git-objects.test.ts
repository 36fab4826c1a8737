import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObjectStore, type Files } from './fake/git-objects.ts';

/**
 * Small trees that collide: a file where the other side has a folder, links, the same content
 * twice.
 */
const path = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/b', 'd/e/f', 'd.x', 'e/f');
const content = fc.oneof(
  fc.constantFrom('', 'x\n', 'x\ny\nz\n', 'x\ny\nw\n'),
  fc.constant({ link: 'a' }),
  fc.constant({ executable: 'x\n' }),
);
const clash = (names: readonly string[]): boolean =>
  names.some((name) => names.some((other) => other.startsWith(`${name}/`)));
const files: fc.Arbitrary<Files> = fc
  .dictionary(path, content, { maxKeys: 5, noNullPrototype: true })
  .filter((tree) => !clash(Object.keys(tree)));

const who = { name: 'Ada', email: 'ada@contoso.example', date: '2026-01-05T09:00:00Z' };
const by = (role: string) => ({
  [`GIT_${role}_NAME`]: who.name,
  [`GIT_${role}_EMAIL`]: who.email,
  [`GIT_${role}_DATE`]: who.date,
});
const env = {
  ...process.env,
  ...by('AUTHOR'),
  ...by('COMMITTER'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** The mode and the text of a file or link; nothing for what these trees do not have. */
function entryOf(entry: Files[string] | undefined): [mode?: string, text?: string] {
  if (typeof entry === 'string') return ['100644', entry];
  if (!entry || entry instanceof Uint8Array) return [];
  if ('link' in entry) return ['120000', entry.link];
  return 'executable' in entry ? ['100755', entry.executable] : [];
}

/** The real git, on a repository of its own without files. */
function realGit() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-git-'));
  const git = (words: readonly string[], input = ''): string =>
    execFileSync('git', ['--git-dir', folder, ...words], {
      env,
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    }).trim();
  git(['init', '-q', '--bare']);
  const commit = (parents: readonly string[], tree: Files, message: string): string => {
    const entries = Object.entries(tree).flatMap(([name, what]) => {
      const [mode, text] = entryOf(what);
      return mode === undefined
        ? []
        : [`${mode} ${git(['hash-object', '-w', '--stdin'], text)}\t${name}`];
    });
    git(['read-tree', '--empty']);
    git(['update-index', '--index-info'], entries.join('\n'));
    return git([
      'commit-tree',
      git(['write-tree']),
      ...parents.flatMap((parent) => ['-p', parent]),
      '-m',
      message,
    ]);
  };
  /** The tree, or what git says of a conflict. */
  const merge = (left: string, right: string): string =>
    spawnSync('git', ['--git-dir', folder, 'merge-tree', '--write-tree', left, right], {
      env,
      encoding: 'utf8',
    }).stdout.trim();
  return {
    git,
    commit,
    merge,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What git says of a file that is there only after, or only before. */
const letters: Partial<Record<string, string>> = { added: 'A', removed: 'D' };

test('commits are named, compared and merged as the real git does it; where the real one merges within a file or follows a renamed one, ours may differ', () => {
  let compared = 0;
  fc.assert(
    fc.property(files, files, files, (base, ours, theirs) => {
      using real = realGit();
      const store = new ObjectStore();
      const commit = (parents: readonly string[], tree: Files, message: string): string => {
        const { sha } = store.writeCommit({
          tree: store.withFiles(undefined, tree),
          parents,
          author: who,
          committer: who,
          message: `${message}\n`,
        });
        expect(sha).toBe(real.commit(parents, tree, message));
        return sha;
      };
      const root = commit([], base, 'base');
      const [left, right] = [commit([root], ours, 'ours'), commit([root], theirs, 'theirs')];
      const last = commit([left, right], ours, 'both');
      const treeOf = (sha: string): string => store.commits.get(sha)?.tree ?? '';

      const listed = store
        .differences(treeOf(root), treeOf(left))
        .flatMap(({ path: name, status, previous }) =>
          previous === undefined
            ? [`${letters[status] ?? '*'} ${name}`]
            : [`A ${name}`, `D ${previous}`],
        );
      const really = real
        .git(['diff-tree', '-r', '--no-renames', '--name-status', root, left])
        .split('\n')
        .filter((line) => line !== '');
      expect(listed.sort()).toEqual(
        really.map((line) => line.replace(/^[MT]\t/, '*\t').replace('\t', ' ')).sort(),
      );

      expect([store.mergeBase(left, right)?.sha, store.mergeBase(last, right)?.sha]).toEqual([
        real.git(['merge-base', left, right]),
        right,
      ]);
      expect(store.between(right, last).map(({ sha }) => sha)).toEqual(
        real.git(['rev-list', '--reverse', '--topo-order', `${right}..${last}`]).split('\n'),
      );

      const merged = store.merge(treeOf(root), treeOf(left), treeOf(right));
      const mergedReally = real.merge(left, right);
      const isComparable = merged !== undefined && !/rename/.test(mergedReally);
      expect(merged).toBe(isComparable ? mergedReally : merged);
      compared += Number(isComparable);
    }),
    { numRuns: 25 },
  );
  expect(compared).toBeGreaterThan(0);
});
