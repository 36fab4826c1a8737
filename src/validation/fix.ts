import {
  readConnector,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../connector/connector.ts';
import type { ChangeKind } from '../changes/change-kinds.ts';
import { classify } from '../changes/classify.ts';
import { compareConnectors } from '../changes/compare.ts';
import { applyFixes } from '../json/document.ts';
import type { FixCount } from '../report/report.ts';
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
/** How often the rules run to find those of many fixes that cause a finding elsewhere. */
const maxHalvings = 24;
/** How often suspect fixes are tried again, one for each place at a time. */
const maxRetries = 6;

export interface FixOptions extends RunOptions {
  /**
   * The published version, which flows use; null if there is none. By default, flows may use the
   * folder as it is.
   */
  published?: Connector | null | undefined;
  /** Whether only findings are fixed that `published` does not have, and only in new texts. */
  onlyNew?: boolean;
  /** The ids of the rules whose findings are fixed; all if missing. */
  only?: readonly string[] | undefined;
}

export interface FixedFolder {
  /** Files without fixes stay the same objects. */
  folder: ConnectorFolder;
  /** What was fixed, one entry for each file and rule. */
  made: FixCount[];
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
  { published, onlyNew = false, only, ...options }: FixOptions = {},
): FixedFolder {
  const reference = published === undefined ? readConnector(folder) : published;
  const inScope = scopeOf(onlyNew ? reference : null, only, options);
  let left = maxChecks;
  let current = folder;
  let withheld: FixedFolder['withheld'] = [];
  const made: Finding[] = [];
  const result = (fixedFolder: ConnectorFolder): FixedFolder => ({
    folder: fixedFolder,
    made: countPlaces(made),
    withheld,
  });
  // A fix may reveal another finding: a second round is common.
  while (left > 0) {
    left -= 1;
    const connector = readConnector(current);
    const findings = runRules(connector, rules, options);
    const before = current;
    const fixable = inScope(findings, connector);
    // Most rules need a file with valid syntax.
    const repaired = applyFindingFixes(
      before,
      connector,
      fixable.filter(({ rule }) => syntaxRules.has(rule)),
    );
    if (repaired.folder !== before) {
      current = repaired.folder;
      made.push(...repaired.made);
      continue;
    }
    const findingsByRule = Map.groupBy(findings, ({ rule }) => rule);
    const breaksBefore = new Set(breaksBetween(reference, connector).map(breakOf));
    const harms: Finding[] = [];
    let last: { applied: AppliedFixes; fixable: number } | undefined;
    const newFindingsAfter: NewFindingsAfter = (tried) => {
      if (left === 0) return undefined;
      left -= 1;
      const applied = applyFindingFixes(
        before,
        connector,
        fixable.filter((finding) => tried.has(finding)),
      );
      const after = readConnector(applied.folder);
      const found = runRules(after, rules, { ...options, fixes: false });
      last = { applied, fixable: found.filter((finding) => finding.fixable).length };
      const harm = [
        ...newIn(found, findingsByRule),
        ...breaksBetween(reference, after).filter((broken) => !breaksBefore.has(breakOf(broken))),
      ];
      harms.push(...harm);
      return harm;
    };
    const chosen = chooseHarmless(fixable, newFindingsAfter);
    if (!chosen) return { folder, made: [], withheld: withhold(fixable, harms) };
    // Nothing is left to fix: the rules need not run again to see that.
    if (last && chosen.size === fixable.length && last.fixable === 0) {
      made.push(...last.applied.made);
      withheld = [];
      return result(last.applied.folder);
    }
    withheld = withhold(
      fixable.filter((finding) => !chosen.has(finding)),
      harms,
    );
    const applied = applyFindingFixes(
      before,
      connector,
      fixable.filter((finding) => chosen.has(finding)),
    );
    if (applied.folder === before) return result(before);
    current = applied.folder;
    made.push(...applied.made);
  }
  return { folder, made: [], withheld };
}

/** The findings to fix, each with the edits to make. */
type Scope = (findings: readonly Finding[], connector: Connector) => Finding[];

/**
 * Selects findings to fix.
 * @param existing the connector whose findings and texts stay as they are, if any
 * @param only the ids of the rules, if not all
 */
function scopeOf(
  existing: Connector | null,
  only: readonly string[] | undefined,
  options: RunOptions,
): Scope {
  const ids = only && new Set(only);
  const known = new Set(
    existing
      ? runRules(existing, rules, { ...options, fixes: false }).map(
          ({ fingerprint }) => fingerprint,
        )
      : [],
  );
  const textsOf = new Map(existing?.texts.map(({ file, text }) => [file, stringsIn(text)]));
  return (findings, connector) =>
    findings.flatMap((finding) => {
      const { rule, fingerprint, fix, location } = finding;
      if (!fix || ids?.has(rule) === false || known.has(fingerprint)) return [];
      const oldTexts = textsOf.get(location.file);
      const file = connector.texts.find((candidate) => candidate.file === location.file);
      if (!oldTexts || !file || fix.edits.length < 2) return [finding];
      // Some findings are about many texts, and only some of those are new.
      const edits = fix.edits.filter(
        ({ start, end }) => !oldTexts.has(file.text.slice(start, end)),
      );
      return edits.length === 0 ? [] : [{ ...finding, fix: { edits } }];
    });
}

/** The strings of a JSON text, as they are written. */
const stringsIn = (text: string): ReadonlySet<string> =>
  new Set(text.match(/"(?:[^"\\\n]|\\.)*"/g) ?? []);

/** Adds up what findings fix, by file and rule. */
const countPlaces = (made: readonly Finding[]): FixCount[] =>
  [...Map.groupBy(made, ({ rule, location }) => `${location.file}\n${rule}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (!first) return [];
      const places = group.reduce((sum, { fix }) => sum + Math.max(1, fix?.edits.length ?? 0), 0);
      return { file: first.location.file, rule: first.rule, places };
    },
  );

/** The changes that break flows which use the reference. */
function breaksBetween(reference: Connector | null, connector: Connector): Finding[] {
  if (!reference) return [];
  const changes = compareConnectors(reference, connector);
  return classify(changes, connector, reference).filter(
    ({ severity, rule }) => severity === 'error' && !unreadable.has(rule),
  );
}

/** What a file was before a fix, such as JSON with a comment, is not what the fix breaks. */
const unreadable: ReadonlySet<string> = new Set<ChangeKind>([
  'PreviousVersionUnreadable',
  'UpdateUnreadable',
]);

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
  for (const suspectsOf of [suspectsAt, suspectsOfName, suspectsIn, suspectsOfKind]) {
    if (harm === undefined || harm.length === 0) break;
    const isSuspect = suspectsOf(
      harm,
      fixable.filter((fix) => !chosen.has(fix)),
    );
    chosen = new Set([...chosen].filter((fix) => !isSuspect(fix)));
    harm = newFindingsAfter(chosen);
  }
  if (harm === undefined) return undefined;
  if (harm.length > 0) {
    chosen = new Set(addByHalves(new Set(), [...chosen], limited(newFindingsAfter)));
  }
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
  if (harm?.length === 0) return chosen;
  return (
    harm &&
    addByHalves(
      harmless,
      suspects.filter((fix) => chosen.has(fix)),
      limited(newFindingsAfter),
    )
  );
}

/** The same function, for `maxHalvings` calls. */
function limited(newFindingsAfter: NewFindingsAfter): NewFindingsAfter {
  let calls = 0;
  return (tried) => {
    calls += 1;
    return calls > maxHalvings ? undefined : newFindingsAfter(tried);
  };
}

/**
 * Adds to harmless fixes all others that cause no new finding, whatever the place of what they
 * cause: a readme names operations. Tries all of them, and otherwise each half of them.
 * @returns the harmless fixes alone if the rules may not run as often as that takes
 */
function addByHalves(
  harmless: ReadonlySet<Finding>,
  others: readonly Finding[],
  newFindingsAfter: NewFindingsAfter,
): ReadonlySet<Finding> {
  const add = (
    known: ReadonlySet<Finding>,
    more: readonly Finding[],
  ): ReadonlySet<Finding> | undefined => {
    if (more.length === 0) return known;
    const all = new Set([...known, ...more]);
    const harm = newFindingsAfter(all);
    if (harm?.length === 0) return all;
    if (!harm || more.length === 1) return harm && known;
    const middle = more.length >> 1;
    const first = add(known, more.slice(0, middle));
    return first && add(first, more.slice(middle));
  };
  return add(harmless, others) ?? harmless;
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

/** Suspects the fixes of summaries if a file that is not JSON, the readme, names operations by them. */
function suspectsOfName(harm: readonly Finding[]): (fix: Finding) => boolean {
  const isNamed = harm.some(({ location }) => location.pointer === '');
  return ({ location: { pointer } }) => isNamed && /^\/paths\/[^/]*\/[^/]*\/summary$/.test(pointer);
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

interface AppliedFixes {
  /** The same object if nothing changed. */
  folder: ConnectorFolder;
  /** The findings whose edits were made; the others are left for another round. */
  made: Finding[];
}

function applyFindingFixes(
  folder: ConnectorFolder,
  connector: Connector,
  findings: readonly Finding[],
): AppliedFixes {
  const byFile = Map.groupBy(findings, ({ location }) => location.file);
  const made: Finding[] = [];
  const files = folder.files.map((file): FileEntry => {
    const ofFile = byFile.get(file.path) ?? [];
    const fixes = ofFile.flatMap(({ fix }) => fix ?? []);
    const text = connector.texts.find((candidate) => candidate.file === file.path);
    if (fixes.length === 0 || !text) return file;
    const applied = applyFixes(text.text, fixes);
    const bytes = new TextEncoder().encode(applied.text);
    if (isEqual(bytes, file.bytes)) return file;
    const fixesMade = new Set(applied.made);
    made.push(...ofFile.filter(({ fix }) => fix && fixesMade.has(fix)));
    return { ...file, bytes, size: bytes.length };
  });
  const isSame = files.every((file, index) => file === folder.files[index]);
  return { folder: isSame ? folder : { ...folder, files }, made };
}

const isEqual = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  a.length === b?.length && a.every((byte, index) => byte === b[index]);
