import {
  readConnector,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../connector/connector.ts';
import { applyFixes } from '../json/document.ts';
import type { Finding } from '../shared/finding.ts';
import { runRules, type RunOptions } from './run-rules.ts';
import { rules } from '../rules/registry.ts';
import { reading } from '../rules/package/json-syntax.ts';

/**
 * How often the whole connector is checked to fix it, whatever is in it: the time is linear in the
 * connector. The most that a connector of the corpus takes is 17. One that is not done by then
 * keeps all its mistakes, so that fixing it again changes nothing either.
 */
export const maxChecks = 40;
/** How often the fixes that may do harm are tried again, one for each place at a time. */
const maxTries = 6;

/**
 * The folder with every fix applied that its findings offer, but for those that would make a new
 * finding, such as a description that is its summary once a word is mended: that is for a person to
 * see. Files that need no fix are the same objects.
 */
export function fixFolder(folder: ConnectorFolder, options: RunOptions = {}): ConnectorFolder {
  let left = maxChecks;
  let current = folder;
  // Mending one thing may show another: a second round of fixes is usual.
  while (left > 0) {
    left -= 1;
    const connector = readConnector(current);
    const findings = runRules(connector, rules, options);
    const before = current;
    const fixable = findings.filter(({ fix }) => fix);
    // Of a file that could not be read as it stands much more is known once it can.
    const repaired = applyFindingFixes(
      before,
      connector,
      fixable.filter(({ rule }) => repairs.has(rule)),
    );
    if (repaired !== before) {
      current = repaired;
      continue;
    }
    const known = new Map(Map.groupBy(findings, ({ rule }) => rule));
    const harmOf = (some: ReadonlySet<Finding>): readonly Finding[] | undefined => {
      if (left === 0) return undefined;
      left -= 1;
      return newIn(
        runRules(
          readConnector(
            applyFindingFixes(
              before,
              connector,
              fixable.filter((one) => some.has(one)),
            ),
          ),
          rules,
          { ...options, fixes: false },
        ),
        known,
      );
    };
    const chosen = harmless(fixable, harmOf);
    if (!chosen) return folder;
    current = applyFindingFixes(
      before,
      connector,
      fixable.filter((one) => chosen.has(one)),
    );
    if (current === before) return current;
  }
  return folder;
}

const repairs: ReadonlySet<string> = new Set(reading.map(({ id }) => id));

type Look = (some: ReadonlySet<Finding>) => readonly Finding[] | undefined;

/**
 * Of some fixes those that together make no new finding; nearly always all of them, which one look
 * shows. Else those around the new findings are set aside, and tried again one after the other, at
 * all places at once. Undefined if there were too many looks.
 */
function harmless(fixable: readonly Finding[], harmOf: Look): ReadonlySet<Finding> | undefined {
  if (fixable.length === 0) return new Set();
  let kept = new Set(fixable);
  let harm = harmOf(kept);
  for (const suspectsOf of [suspectsAt, suspectsIn, suspectsOfKind]) {
    if (harm === undefined || harm.length === 0) break;
    const isSuspect = suspectsOf(
      harm,
      fixable.filter((one) => !kept.has(one)),
    );
    kept = new Set([...kept].filter((one) => !isSuspect(one)));
    harm = harmOf(kept);
  }
  if (harm === undefined) return undefined;
  if (harm.length > 0) kept = new Set();
  return kept.size === fixable.length
    ? kept
    : triedAgain(
        fixable.filter((one) => !kept.has(one)),
        kept,
        harmOf,
      );
}

/** What is known to be harmless, with those of some other fixes that do no harm beside it. */
function triedAgain(
  suspects: readonly Finding[],
  base: ReadonlySet<Finding>,
  harmOf: Look,
): ReadonlySet<Finding> | undefined {
  const places = [...Map.groupBy(suspects, placeOf).values()];
  const rounds = Math.min(
    maxTries,
    places.reduce((most, { length }) => Math.max(most, length), 0),
  );
  let taken = new Set(base);
  let doubtful = false;
  for (let round = 0; round < rounds; round += 1) {
    // where there are more than can be tried one by one, several are
    const tried = places.flatMap((all) =>
      all.slice(
        Math.ceil((all.length * round) / rounds),
        Math.ceil((all.length * (round + 1)) / rounds),
      ),
    );
    const harm = harmOf(new Set([...taken, ...tried]));
    if (harm === undefined) return undefined;
    const isSuspect = suspectsAt(harm);
    const good = tried.filter((one) => !isSuspect(one));
    doubtful = harm.length > 0;
    taken = new Set([...taken, ...good]);
  }
  if (!doubtful) return taken;
  const harm = harmOf(taken);
  return harm && (harm.length === 0 ? taken : base);
}

/**
 * The findings that a connector did not have before: of rules that have more than they had, those
 * at places where they had fewer.
 */
function newIn(
  findings: readonly Finding[],
  known: ReadonlyMap<string, readonly Finding[]>,
): Finding[] {
  return [...Map.groupBy(findings, ({ rule }) => rule)].flatMap(([rule, all]) => {
    const before = known.get(rule) ?? [];
    if (all.length <= before.length) return [];
    const had = Map.groupBy(before, subjectOf);
    return [...Map.groupBy(all, subjectOf)].flatMap(([subject, here]) =>
      here.length > (had.get(subject)?.length ?? 0) ? here : [],
    );
  });
}

/**
 * What a finding is of: called by its name where it has one, which stays when another is taken out
 * of the list before it.
 */
const subjectOf = ({ subject, location: { file, pointer, line } }: Finding): string =>
  subject ?? `${file}\n${pointer === '' ? line : pointer}`;

/** Where a finding stands: the object that it is of, or the line in a file that is no JSON. */
const placeOf = ({ location: { file, pointer, line } }: Finding): string =>
  `${file}\n${pointer === '' ? line : above(pointer)}`;
const above = (pointer: string): string => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));

/** Fixes at the objects that new findings are of. */
function suspectsAt(harm: readonly Finding[]): (fix: Finding) => boolean {
  const places = new Set(
    harm.flatMap((one) => [placeOf(one), `${one.location.file}\n${one.location.pointer}`]),
  );
  const subjects = new Set(
    harm.flatMap(({ subject }) => (subject === undefined ? [] : [subject, above(subject)])),
  );
  return (fix) =>
    places.has(placeOf(fix)) || (fix.subject !== undefined && subjects.has(above(fix.subject)));
}

/** Those in the same operation or definition, or in the same file that has none. */
function suspectsIn(harm: readonly Finding[]): (fix: Finding) => boolean {
  const part = ({ location: { file, pointer } }: Finding): string =>
    `${file}\n${pointer.split('/', 4).join('/')}`;
  const parts = new Set(harm.map(part));
  return (fix) => parts.has(part(fix));
}

/**
 * Those of the same kind as others that are under suspicion already: some findings tell of one
 * place what is so at many.
 */
function suspectsOfKind(
  _harm: readonly Finding[],
  suspects: readonly Finding[],
): (fix: Finding) => boolean {
  const kind = ({ rule, location: { file, pointer } }: Finding): string =>
    `${rule}\n${file}\n${pointer.split('/', 2).join('/')}`;
  const kinds = new Set(suspects.map(kind));
  return (fix) => kinds.has(kind(fix));
}

function applyFindingFixes(
  folder: ConnectorFolder,
  connector: Connector,
  findings: readonly Finding[],
): ConnectorFolder {
  const byFile = Map.groupBy(findings, ({ location }) => location.file);
  const files = folder.files.map((file): FileEntry => {
    const fixes = (byFile.get(file.path) ?? []).flatMap(({ fix }) => fix ?? []);
    const text = connector.texts.find((one) => one.file === file.path);
    if (fixes.length === 0 || !text) return file;
    const bytes = new TextEncoder().encode(applyFixes(text.text, fixes).text);
    return isEqual(bytes, file.bytes) ? file : { ...file, bytes, size: bytes.length };
  });
  return files.every((file, index) => file === folder.files[index]) ? folder : { ...folder, files };
}

const isEqual = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  a.length === b?.length && a.every((byte, index) => byte === b[index]);
