import { safe, type Severity } from '../shared/finding.ts';
import { isOnlyAbout, matcherOf, readCodeowners, type Ownership } from './codeowners.ts';

/** Something in a `CODEOWNERS` file that does not do what its author meant. */
export interface OwnershipFinding {
  kind: 'skipped-line' | 'shadowed-line' | 'unused-line' | 'connector-without-owner';
  severity: Severity;
  /** The line that it is about, or that decides; 1 if none does. Counts from 1. */
  line: number;
  /** A message (see `safe`). */
  message: string;
}

/** What a `CODEOWNERS` file says about the connectors of a repository. */
export interface OwnershipReport {
  /** In the order of lines. */
  findings: readonly OwnershipFinding[];
  /** How many connectors there are, and how many have a line of their own. */
  connectors: { total: number; withOwnLine: number; withoutOwner: number };
}

/**
 * Finds lines of a `CODEOWNERS` file that have no effect, and connectors that nobody owns.
 * @param files the paths of all files of the repository
 * @param connectors a file of each connector, by the path of its folder
 */
export function lintCodeowners(
  text: string,
  files: readonly string[],
  connectors: ReadonlyMap<string, string>,
): OwnershipReport {
  const read = readCodeowners(text);
  const lines = read.filter((line): line is Ownership => 'pattern' in line);
  const index = new LineIndex(lines);
  const uses = new Map(lines.map(({ line }) => [line, { decides: 0, shadowedBy: 0 }]));
  for (const file of files) {
    const matching = index.matching(file);
    const deciding = matching.at(-1);
    for (const { line } of matching) {
      const use = uses.get(line);
      if (use && line === deciding?.line) use.decides += 1;
      else if (use && deciding) use.shadowedBy = Math.max(use.shadowedBy, deciding.line);
    }
  }
  const findings: OwnershipFinding[] = [];
  for (const line of read) {
    const finding =
      'problem' in line
        ? skipped(line.line, line.problem)
        : useOf(line, uses.get(line.line) ?? { decides: 0, shadowedBy: 0 });
    if (finding) findings.push(finding);
  }
  let withOwnLine = 0;
  let withoutOwner = 0;
  for (const [folder, file] of connectors) {
    const deciding = index.matching(file).at(-1);
    if (!deciding || deciding.owners.length === 0) {
      withoutOwner += 1;
      findings.push(unowned(folder, deciding));
    } else if (isOnlyAbout(deciding.pattern, folder)) withOwnLine += 1;
  }
  return {
    findings: findings.toSorted((a, b) => a.line - b.line),
    connectors: { total: connectors.size, withOwnLine, withoutOwner },
  };
}

const skipped = (line: number, problem: string): OwnershipFinding => ({
  kind: 'skipped-line',
  severity: 'error',
  line,
  message: `GitHub skips this line, which ${problem}`,
});

/** Undefined for a line that decides for a file. */
function useOf(
  { line, pattern }: Ownership,
  { decides, shadowedBy }: { decides: number; shadowedBy: number },
): OwnershipFinding | undefined {
  if (decides > 0) return undefined;
  return shadowedBy === 0
    ? {
        kind: 'unused-line',
        severity: 'warning',
        line,
        message: safe`No file matches ${pattern}. Correct the path, or remove the line.`,
      }
    : {
        kind: 'shadowed-line',
        severity: 'warning',
        line,
        message:
          safe`The owners of ${pattern} are never asked, because later lines match the same ` +
          `files, such as line ${shadowedBy}, and the last match wins. Put all owners into one line.`,
      };
}

const unowned = (folder: string, deciding: Ownership | undefined): OwnershipFinding => ({
  kind: 'connector-without-owner',
  severity: 'warning',
  line: deciding?.line ?? 1,
  message: deciding
    ? safe`${folder} has no owner, because the line ${deciding.pattern} names none.`
    : safe`${folder} has no owner: no line matches it.`,
});

/**
 * The lines of a `CODEOWNERS` file by the first two folders that they name, so that a file is
 * compared with few of them: most lines are about one connector.
 */
class LineIndex {
  readonly #general: Compiled[] = [];
  readonly #byFolder = new Map<string, Compiled[]>();

  constructor(lines: readonly Ownership[]) {
    for (const line of lines) {
      const compiled = { line, matcher: matcherOf(line.pattern) };
      const key = keyOf(line.pattern);
      if (key === undefined) this.#general.push(compiled);
      else this.#byFolder.set(key, [...(this.#byFolder.get(key) ?? []), compiled]);
    }
  }

  /** The lines that match a file, in their order. */
  matching(file: string): Ownership[] {
    const [first = '', second = ''] = file.split('/', 2);
    const own = this.#byFolder.get(`${first}/${second}`) ?? [];
    return [...this.#general, ...own]
      .filter(({ matcher }) => matcher.test(file))
      .map(({ line }) => line)
      .toSorted((a, b) => a.line - b.line);
  }
}

interface Compiled {
  line: Ownership;
  matcher: RegExp;
}

/** The first two folders of a pattern; undefined if it may match files elsewhere. */
function keyOf(pattern: string): string | undefined {
  const [first = '', second = ''] = pattern.replace(/^\//, '').split('/', 2);
  const isLiteral = [first, second].every((folder) => folder !== '' && !/[*?]/.test(folder));
  return isLiteral ? `${first}/${second}` : undefined;
}
