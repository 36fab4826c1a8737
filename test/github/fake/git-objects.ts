import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';

export type Mode = '100644' | '100755' | '120000' | '160000' | '040000';
export interface Entry {
  mode: Mode;
  sha: string;
}
export interface Signature {
  name: string;
  email: string;
  /** ISO 8601, in UTC. */
  date: string;
}
export interface Commit {
  sha: string;
  tree: string;
  parents: readonly string[];
  author: Signature;
  committer: Signature;
  message: string;
  /** Whether its signature is one that GitHub knows. */
  verified?: boolean;
  /** Counts up: a commit's is higher than its parents'. */
  order: number;
}
/** A file that differs between two trees; what it was called before, where it was renamed. */
export interface Difference {
  path: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  previous?: string;
  before?: Entry;
  after?: Entry;
}
/** What to put at paths: text or bytes, a link, a submodule, or null for nothing. */
export type Files = Readonly<
  Record<
    string,
    string | Uint8Array | { link: string } | { submodule: string } | { executable: string } | null
  >
>;

export function typeOf(mode: Mode): 'blob' | 'tree' | 'commit' {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}
/** The tree of a folder, an empty text where there is nothing, undefined for a file. */
function folderOf(entry: Entry | undefined): string | undefined {
  if (!entry) return '';
  return entry.mode === '040000' ? entry.sha : undefined;
}
const emptyTree = new Map<string, Entry>();

/** Git's objects as git names them, in memory. Forks share one store, as they do at GitHub. */
export class ObjectStore {
  readonly blobs = new Map<string, Buffer>();
  readonly commits = new Map<string, Commit>();
  readonly #trees = new Map<string, ReadonlyMap<string, Entry>>();

  writeBlob(content: string | Uint8Array): string {
    const bytes = Buffer.from(content);
    const sha = hash('blob', bytes);
    this.blobs.set(sha, bytes);
    return sha;
  }

  tree(sha: string): ReadonlyMap<string, Entry> | undefined {
    return this.#trees.get(sha);
  }

  writeTree(entries: ReadonlyMap<string, Entry>): string {
    // git sorts a folder as if its name ended in a slash
    const key = ([name, { mode }]: [string, Entry]): string =>
      mode === '040000' ? `${name}/` : name;
    const sorted = [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const parts = sorted.map(([name, { mode, sha }]) =>
      Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(sha, 'hex')]),
    );
    const sha = hash('tree', Buffer.concat(parts));
    this.#trees.set(sha, new Map(sorted));
    return sha;
  }

  writeCommit(commit: Omit<Commit, 'sha' | 'order'>): Commit {
    const stamp = ({ name, email, date }: Signature): string =>
      `${name} <${email}> ${Math.floor(Date.parse(date) / 1000)} +0000`;
    const lines = [
      `tree ${commit.tree}`,
      ...commit.parents.map((parent) => `parent ${parent}`),
      `author ${stamp(commit.author)}`,
      `committer ${stamp(commit.committer)}`,
    ];
    const sha = hash('commit', Buffer.from(`${lines.join('\n')}\n\n${commit.message}`));
    const made = this.commits.get(sha) ?? { ...commit, sha, order: this.commits.size + 1 };
    this.commits.set(sha, made);
    return made;
  }

  /** A tree with files put at paths or taken away. */
  withFiles(tree: string | undefined, files: Files): string {
    const entries = new Map<string, Entry | null>();
    for (const [path, what] of Object.entries(files)) {
      if (what === null) entries.set(path, null);
      else if (typeof what === 'string' || what instanceof Uint8Array)
        entries.set(path, { mode: '100644', sha: this.writeBlob(what) });
      else if ('link' in what)
        entries.set(path, { mode: '120000', sha: this.writeBlob(what.link) });
      else if ('executable' in what)
        entries.set(path, { mode: '100755', sha: this.writeBlob(what.executable) });
      else entries.set(path, { mode: '160000', sha: what.submodule });
    }
    return this.withEntries(tree, entries);
  }

  withEntries(tree: string | undefined, changes: ReadonlyMap<string, Entry | null>): string {
    const next = new Map((tree && this.#trees.get(tree)) || emptyTree);
    const below = new Map<string, Map<string, Entry | null>>();
    for (const [path, entry] of changes) {
      const slash = path.indexOf('/');
      if (slash === -1) {
        if (entry) next.set(path, entry);
        else next.delete(path);
        continue;
      }
      const folder = path.slice(0, slash);
      const inner = below.get(folder) ?? new Map<string, Entry | null>();
      inner.set(path.slice(slash + 1), entry);
      below.set(folder, inner);
    }
    for (const [folder, inner] of below) {
      const was = next.get(folder);
      const sha = this.withEntries(was?.mode === '040000' ? was.sha : undefined, inner);
      if (this.#trees.get(sha)?.size) next.set(folder, { mode: '040000', sha });
      else if (was?.mode === '040000') next.delete(folder); // and not what was put in its place
    }
    return this.writeTree(next);
  }

  /** What is at a path below a tree; the tree itself at ''. */
  entryAt(tree: string, path: string): Entry | undefined {
    let entry: Entry = { mode: '040000', sha: tree };
    for (const name of path.split('/').filter((part) => part !== '')) {
      const next: Entry | undefined =
        entry.mode === '040000' ? this.#trees.get(entry.sha)?.get(name) : undefined;
      if (!next) return undefined;
      entry = next;
    }
    return entry;
  }

  /** Every entry below a tree, folders too, in git's order. */
  *walk(
    tree: string,
    prefix = '',
  ): Generator<Entry & { path: string; type: 'blob' | 'tree' | 'commit' }> {
    for (const [name, entry] of this.#trees.get(tree) ?? []) {
      yield { ...entry, path: prefix + name, type: typeOf(entry.mode) };
      if (entry.mode === '040000') yield* this.walk(entry.sha, `${prefix}${name}/`);
    }
  }

  ancestors(sha: string): Set<string> {
    const seen = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(this.commits.get(next)?.parents ?? []));
    }
    return seen;
  }

  mergeBase(one: string, other: string): Commit | undefined {
    const theirs = this.ancestors(other);
    let best: Commit | undefined;
    for (const sha of this.ancestors(one)) {
      const commit = theirs.has(sha) ? this.commits.get(sha) : undefined;
      if (commit && (!best || commit.order > best.order)) best = commit;
    }
    return best;
  }

  /** The commits that are in `head` and not in `base`, oldest first. */
  between(base: string, head: string): Commit[] {
    const known = this.ancestors(base);
    const fresh = [...this.ancestors(head)]
      .filter((sha) => !known.has(sha))
      .map((sha) => this.commits.get(sha));
    return fresh.filter((commit) => commit !== undefined).sort((a, b) => a.order - b.order);
  }

  /**
   * What differs, by path. Renames are found as git does: what went and what came share half of
   * their lines.
   */
  differences(before: string, after: string): Difference[] {
    const found: Difference[] = [];
    const compare = (one: string | undefined, other: string | undefined, prefix: string): void => {
      const [a, b] = [
        (one && this.#trees.get(one)) || emptyTree,
        (other && this.#trees.get(other)) || emptyTree,
      ];
      for (const name of new Set([...a.keys(), ...b.keys()])) {
        const [was, is, path] = [a.get(name), b.get(name), prefix + name];
        if (was?.sha === is?.sha && was?.mode === is?.mode) continue;
        const folders = [was, is].map((entry) =>
          entry?.mode === '040000' ? entry.sha : undefined,
        );
        if (folders.some((sha) => sha !== undefined)) compare(folders[0], folders[1], `${path}/`);
        const [wasFile, isFile] = [was, is].map((entry) =>
          entry?.mode === '040000' ? undefined : entry,
        );
        if (wasFile && isFile)
          found.push({
            path,
            status: wasFile.sha === isFile.sha ? 'changed' : 'modified',
            before: wasFile,
            after: isFile,
          });
        else if (wasFile) found.push({ path, status: 'removed', before: wasFile });
        else if (isFile) found.push({ path, status: 'added', after: isFile });
      }
    };
    compare(before, after, '');
    return this.#withRenames(found).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #withRenames(found: readonly Difference[]): Difference[] {
    const removed = found.filter(({ status }) => status === 'removed');
    const renamed = new Map<string, Difference>();
    for (const added of found.filter(({ status }) => status === 'added')) {
      const likeness = (gone: Difference): number =>
        gone.before?.sha === added.after?.sha ? 1 : this.#shared(gone.before, added.after);
      const candidates = removed
        .filter(({ path }) => !renamed.has(path))
        .map((gone) => ({ gone, score: likeness(gone) }));
      const best = candidates.sort((a, b) => b.score - a.score)[0];
      if (best && best.score >= 0.5)
        renamed.set(best.gone.path, {
          ...added,
          status: 'renamed',
          previous: best.gone.path,
          ...(best.gone.before && { before: best.gone.before }),
        });
    }
    const taken = new Set([...renamed.values()].map(({ path }) => path));
    return [
      ...found.filter(
        ({ path, status }) =>
          !(status === 'removed' && renamed.has(path)) && !(status === 'added' && taken.has(path)),
      ),
      ...renamed.values(),
    ];
  }

  #shared(one: Entry | undefined, other: Entry | undefined): number {
    const [a, b] = [one, other].map(
      (entry) => (entry && this.blobs.get(entry.sha))?.toString('latin1').split('\n') ?? [],
    );
    if (!a || !b || a.length + b.length > 4000) return 0;
    const counts = new Map<string, number>();
    for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
    let same = 0;
    for (const line of b) {
      const left = counts.get(line) ?? 0;
      if (left > 0) same++;
      counts.set(line, left - 1);
    }
    return same / Math.max(a.length, b.length);
  }

  /**
   * The tree of a merge, file by file; undefined where both sides changed the same file in
   * different ways.
   */
  merge(base: string, ours: string, theirs: string): string | undefined {
    const [was, our, their] = [base, ours, theirs].map((sha) => this.#trees.get(sha) ?? emptyTree);
    const merged = new Map(our);
    for (const name of new Set([...(was?.keys() ?? []), ...(their?.keys() ?? [])])) {
      const [a, b, c] = [was?.get(name), our?.get(name), their?.get(name)];
      if (alike(c, a) || alike(c, b)) continue;
      if (alike(b, a)) {
        if (c) merged.set(name, c);
        else merged.delete(name);
        continue;
      }
      const [inBase, inOurs, inTheirs] = [a, b, c].map(folderOf);
      const sha =
        inBase === undefined || !inOurs || !inTheirs
          ? undefined
          : this.merge(inBase, inOurs, inTheirs);
      if (sha === undefined) return undefined;
      if (this.#trees.get(sha)?.size) merged.set(name, { mode: '040000', sha });
      else merged.delete(name);
    }
    return this.writeTree(merged);
  }

  /**
   * The unified diff of a file as GitHub gives it, and how many lines came and went; no diff for
   * what is binary or large.
   */
  patch({ before, after }: Difference): { patch?: string; additions: number; deletions: number } {
    const [a, b] = [before, after].map((entry) =>
      entry ? (this.blobs.get(entry.sha) ?? Buffer.alloc(0)) : Buffer.alloc(0),
    );
    if (!a || !b || before?.sha === after?.sha || a.includes(0) || b.includes(0))
      return { additions: 0, deletions: 0 };
    if (a.length + b.length > 1_000_000) {
      const lines = (bytes: Buffer): number => bytes.toString('latin1').split('\n').length - 1;
      return { additions: lines(b), deletions: lines(a) };
    }
    const { hunks } = structuredPatch('', '', a.toString(), b.toString(), undefined, undefined, {
      context: 3,
    });
    const lines = hunks.flatMap((hunk) => hunk.lines);
    const text = hunks
      .map((hunk) =>
        [
          `@@ -${span(hunk.oldStart, hunk.oldLines)} +${span(hunk.newStart, hunk.newLines)} @@`,
          ...hunk.lines,
        ].join('\n'),
      )
      .join('\n');
    const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
    return {
      ...(lines.length <= 20_000 && { patch: text }),
      additions: count('+'),
      deletions: count('-'),
    };
  }
}

const alike = (one: Entry | undefined, other: Entry | undefined): boolean =>
  one?.sha === other?.sha && one?.mode === other?.mode;
const span = (start: number, lines: number): string =>
  lines === 1 ? String(start) : `${start},${lines}`;

const hash = (type: string, bytes: Buffer): string =>
  createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');

/**
 * The lines of the new and of the old file that a diff shows, by hunk: a review comment must stand
 * on one, from its first line to its last in one hunk.
 */
export function linesOf(patch: string): { RIGHT: Set<number>; LEFT: Set<number> }[] {
  const hunks: { RIGHT: Set<number>; LEFT: Set<number> }[] = [];
  let [left, right] = [0, 0];
  for (const line of patch.split('\n')) {
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (start) {
      [left, right] = [Number(start[1]), Number(start[2])];
      hunks.push({ RIGHT: new Set(), LEFT: new Set() });
      continue;
    }
    const hunk = hunks.at(-1);
    if (!hunk || line.startsWith('\\')) continue;
    if (!line.startsWith('+')) hunk.LEFT.add(left++);
    if (!line.startsWith('-')) hunk.RIGHT.add(right++);
  }
  return hunks;
}
