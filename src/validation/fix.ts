import {
  readConnector,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../connector/connector.ts';
import { classify } from '../changes/classify.ts';
import { compareConnectors } from '../changes/compare.ts';
import { applyFixes } from '../json/document.ts';
import type { Finding } from '../shared/finding.ts';
import { runRules, type RunOptions } from './run-rules.ts';
import { rules } from '../rules/registry.ts';
import { reading } from '../rules/package/json-syntax.ts';

/**
 * How often the rules run to fix a connector, so that the time is linear in its size. The connectors
 * of the corpus need at most 17 runs. A connector that needs more is not fixed at all, so that
 * fixing it again does not change it either.
 */
export const maxChecks = 40;
/** How often suspect fixes are tried again, one for each place at a time. */
const maxRetries = 6;

export interface FixOptions extends RunOptions {
  /**
   * The published version, which flows use; null if there is none. By default, flows may use the
   * folder as it is.
   */
  published?: Connector | null | undefined;
}

export interface FixedFolder {
  /** Files without fixes stay the same objects. */
  folder: ConnectorFolder;
  /** The fixable findings that are left to a person, and why. */
  withheld: { finding: Finding; reason: string }[];
}

/** The folder of `fixSafely`. */
export const fixFolder = (folder: ConnectorFolder, options: FixOptions = {}): ConnectorFolder =>
  fixSafely(folder, options).folder;

/**
 * Applies the fixes of all findings, except those that would cause a new finding or break flows: for
 * example, a description that equals its summary once a word is fixed. Those are left to a person.
 */
export function fixSafely(
  folder: ConnectorFolder,
  { published, ...options }: FixOptions = {},
): FixedFolder {
  const reference = published === undefined ? readConnector(folder) : published;
  let left = maxChecks;
  let current = folder;
  let withheld: FixedFolder['withheld'] = [];
  // A fix may reveal another finding: a second round is common.
  while (left > 0) {
    left -= 1;
    const connector = readConnector(current);
    const findings = runRules(connector, rules, options);
    const before = current;
    const fixable = findings.filter(({ fix }) => fix);
    // Most rules need a file with valid syntax.
    const repaired = applyFindingFixes(
      before,
      connector,
      fixable.filter(({ rule }) => syntaxRules.has(rule)),
    );
    if (repaired !== before) {
      current = repaired;
      continue;
    }
    const findingsByRule = Map.groupBy(findings, ({ rule }) => rule);
    const breaksBefore = new Set(breaksBetween(reference, connector).map(breakOf));
    const harms: Finding[] = [];
    let last: { folder: ConnectorFolder; fixable: number } | undefined;
    const newFindingsAfter: NewFindingsAfter = (tried) => {
      if (left === 0) return undefined;
      left -= 1;
      const result = applyFindingFixes(
        before,
        connector,
        fixable.filter((finding) => tried.has(finding)),
      );
      const after = readConnector(result);
      const found = runRules(after, rules, { ...options, fixes: false });
      last = { folder: result, fixable: found.filter((finding) => finding.fixable).length };
      const harm = [
        ...newIn(found, findingsByRule),
        ...breaksBetween(reference, after).filter((broken) => !breaksBefore.has(breakOf(broken))),
      ];
      harms.push(...harm);
      return harm;
    };
    const chosen = chooseHarmless(fixable, newFindingsAfter);
    if (!chosen) return { folder, withheld: withhold(fixable, harms) };
    // Nothing is left to fix: the rules need not run again to see that.
    if (last && chosen.size === fixable.length && last.fixable === 0)
      return { folder: last.folder, withheld: [] };
    withheld = withhold(
      fixable.filter((finding) => !chosen.has(finding)),
      harms,
    );
    current = applyFindingFixes(
      before,
      connector,
      fixable.filter((finding) => chosen.has(finding)),
    );
    if (current === before) return { folder: current, withheld };
  }
  return { folder, withheld };
}

/** The changes that break flows which use the reference. */
function breaksBetween(reference: Connector | null, connector: Connector): Finding[] {
  if (!reference) return [];
  const changes = compareConnectors(reference, connector);
  return classify(changes, connector, reference).filter(({ severity }) => severity === 'error');
}

const breakOf = ({ rule, subject }: Finding): string => `${rule}\n${subject ?? ''}`;

/** Fixes that are not made, each with what it would cause. */
function withhold(fixes: readonly Finding[], harms: readonly Finding[]): FixedFolder['withheld'] {
  const harmAt = firstHarmAt(harms);
  return fixes.map((finding) => {
    const harm = harmAt(finding) ?? harms[0];
    const reason = harm
      ? `the fix would cause ${harm.rule}`
      : `${maxChecks} checks were not enough to find fixes that cause nothing new`;
    return { finding, reason };
  });
}

const syntaxRules: ReadonlySet<string> = new Set(reading.map(({ id }) => id));

/** The findings that fixes would cause; undefined if the rules may not run once more. */
type NewFindingsAfter = (tried: ReadonlySet<Finding>) => readonly Finding[] | undefined;

/**
 * Chooses the fixes that together cause no new finding: nearly always all, which takes one run of
 * the rules. Otherwise the fixes around the new findings are suspects. They are removed, and tried
 * again one after the other, at all places at once.
 * @returns undefined if that took too many runs
 */
function chooseHarmless(
  fixable: readonly Finding[],
  newFindingsAfter: NewFindingsAfter,
): ReadonlySet<Finding> | undefined {
  if (fixable.length === 0) return new Set();
  let chosen = new Set(fixable);
  let harm = newFindingsAfter(chosen);
  for (const suspectsOf of [suspectsAt, suspectsIn, suspectsOfKind]) {
    if (harm === undefined || harm.length === 0) break;
    const isSuspect = suspectsOf(
      harm,
      fixable.filter((fix) => !chosen.has(fix)),
    );
    chosen = new Set([...chosen].filter((fix) => !isSuspect(fix)));
    harm = newFindingsAfter(chosen);
  }
  if (harm === undefined) return undefined;
  if (harm.length > 0) chosen = new Set();
  return chosen.size === fixable.length
    ? chosen
    : retrySuspects(
        fixable.filter((fix) => !chosen.has(fix)),
        chosen,
        newFindingsAfter,
      );
}

/** Adds to harmless fixes those of the suspects that cause no new finding beside them. */
function retrySuspects(
  suspects: readonly Finding[],
  harmless: ReadonlySet<Finding>,
  newFindingsAfter: NewFindingsAfter,
): ReadonlySet<Finding> | undefined {
  const places = [...Map.groupBy(suspects, placeOf).values()];
  const largest = places.reduce((max, { length }) => Math.max(max, length), 0);
  const rounds = Math.min(maxRetries, largest);
  let chosen = new Set(harmless);
  let isUncertain = false;
  for (let round = 0; round < rounds; round += 1) {
    // If a place has more suspects than there are rounds, several are tried together.
    const tried = places.flatMap((all) =>
      all.slice(
        Math.ceil((all.length * round) / rounds),
        Math.ceil((all.length * (round + 1)) / rounds),
      ),
    );
    const harm = newFindingsAfter(new Set([...chosen, ...tried]));
    if (harm === undefined) return undefined;
    const isSuspect = suspectsAt(harm);
    isUncertain = harm.length > 0;
    chosen = new Set([...chosen, ...tried.filter((fix) => !isSuspect(fix))]);
  }
  if (!isUncertain) return chosen;
  const harm = newFindingsAfter(chosen);
  return harm && (harm.length === 0 ? chosen : harmless);
}

/**
 * The findings that a connector did not have before: of rules that have more findings than before,
 * those about subjects that have more of them than before.
 */
function newIn(
  findings: readonly Finding[],
  beforeByRule: ReadonlyMap<string, readonly Finding[]>,
): Finding[] {
  return [...Map.groupBy(findings, ({ rule }) => rule)].flatMap(([rule, ofRule]) => {
    const before = beforeByRule.get(rule) ?? [];
    if (ofRule.length <= before.length) return [];
    const beforeBySubject = Map.groupBy(before, subjectOf);
    return [...Map.groupBy(ofRule, subjectOf)].flatMap(([subject, ofSubject]) =>
      ofSubject.length > (beforeBySubject.get(subject)?.length ?? 0) ? ofSubject : [],
    );
  });
}

/**
 * What a finding is about, by name if it has one: a name stays the same when another element is
 * removed from the list before it.
 */
const subjectOf = ({ subject, location: { file, pointer, line } }: Finding): string =>
  subject ?? `${file}\n${pointer === '' ? line : pointer}`;

/** The place of a finding: the object that it is in, or the line in a file that is not JSON. */
const placeOf = ({ location: { file, pointer, line } }: Finding): string =>
  `${file}\n${pointer === '' ? line : above(pointer)}`;
const above = (pointer: string): string => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));

/** Suspects the fixes in the objects that new findings are in. */
function suspectsAt(harms: readonly Finding[]): (fix: Finding) => boolean {
  const harmAt = firstHarmAt(harms);
  return (fix) => harmAt(fix) !== undefined;
}

/** Finds the first of new findings that is in the object of a fix, or about the same subject. */
function firstHarmAt(harms: readonly Finding[]): (fix: Finding) => Finding | undefined {
  // The number of each new finding, by place and by subject: to try every finding for every fix
  // would take quadratic time.
  const byPlace = new Map<string, number>();
  const bySubject = new Map<string, number>();
  const add = (numbers: Map<string, number>, key: string, number: number): void => {
    if (!numbers.has(key)) numbers.set(key, number);
  };
  for (const [number, harm] of harms.entries()) {
    add(byPlace, placeOf(harm), number);
    add(byPlace, `${harm.location.file}\n${harm.location.pointer}`, number);
    if (harm.subject === undefined) continue;
    add(bySubject, harm.subject, number);
    add(bySubject, above(harm.subject), number);
  }
  return (fix) => {
    const atPlace = byPlace.get(placeOf(fix)) ?? Infinity;
    const atSubject =
      (fix.subject === undefined ? undefined : bySubject.get(above(fix.subject))) ?? Infinity;
    return harms[Math.min(atPlace, atSubject)];
  };
}

/** Suspects the fixes in the same operation or definition, or in the same file if it has none. */
function suspectsIn(harm: readonly Finding[]): (fix: Finding) => boolean {
  const part = ({ location: { file, pointer } }: Finding): string =>
    `${file}\n${pointer.split('/', 4).join('/')}`;
  const parts = new Set(harm.map(part));
  return (fix) => parts.has(part(fix));
}

/**
 * Suspects the fixes of the same rule and section as earlier suspects: some findings report at one
 * place what is true of many.
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
    const text = connector.texts.find((candidate) => candidate.file === file.path);
    if (fixes.length === 0 || !text) return file;
    const bytes = new TextEncoder().encode(applyFixes(text.text, fixes).text);
    return isEqual(bytes, file.bytes) ? file : { ...file, bytes, size: bytes.length };
  });
  return files.every((file, index) => file === folder.files[index]) ? folder : { ...folder, files };
}

const isEqual = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  a.length === b?.length && a.every((byte, index) => byte === b[index]);
