import { basename, dirname, join } from 'node:path';
import {
  readConnector,
  type Connector,
  type ConnectorClass,
  type ConnectorFolder,
  type Analysis,
} from '../connector/connector.ts';
import type { CatalogEntry } from '../catalog/entry.ts';
import { changelog } from '../changes/changelog.ts';
import { compareConnectors, changesOfDeletion } from '../changes/compare.ts';
import { classify, sizeOf } from '../changes/classify.ts';
import type { Finding } from '../shared/finding.ts';
import { maskSecretsOf } from '../secrets/mask.ts';
import type { Speller } from '../rules/speller.ts';
import { UserError } from '../shared/user-error.ts';
import { withSnippet } from '../report/snippet.ts';
import type { ConnectorReport } from '../report/report.ts';
import { runRules, markExisting, type RunOptions } from '../validation/run-rules.ts';
import { type SeverityOverrides } from '../rules/severity.ts';
import { fixFolder } from '../validation/fix.ts';
import { rules as allRules } from '../rules/registry.ts';
import { ConnectorIndex, type OtherConnectors } from '../catalog/connector-index.ts';
import type { RuleContext } from '../rules/rule.ts';
import { memoize } from '../shared/memoize.ts';
import { writeWhole } from './files.ts';
import { readFolder, type Candidate } from './find-connectors.ts';
import { readBase, type Base } from './git.ts';
import { repositoryOf } from './scan-catalog.ts';

export interface ValidationOptions {
  overrides: SeverityOverrides;
  /** Words that the repository uses besides those of the dictionary. */
  words: readonly string[];
  /** Write what can be fixed. */
  fix: boolean;
  /** The ids of the rules to hold to; all of them where it is missing. */
  only?: readonly string[];
  /** Give the fix of each finding that has one. */
  fixes: boolean;
  /** Give the lines of source around each finding. */
  excerpts: boolean;
  /** Give the changelog of each update. */
  changelogs?: boolean;
  /** Compare with this state: mark what stood there before, and say what the change breaks. */
  base?: Base;
  /** The cards of all connectors, by the folder of the repository they are in. */
  catalogs?: Readonly<Record<string, readonly CatalogEntry[]>>;
}

/**
 * What tells more about a connector's files than can be read off them. The doors bring it: it works
 * with outside libraries.
 */
export interface Analyzers {
  analyze: (connector: Connector) => Promise<Analysis>;
  loadSpeller: () => Promise<Speller>;
}

/** Reads a connector's folder from disk and holds it to all rules. */
export async function validateFolder(
  candidate: Candidate,
  examination: ValidationOptions,
  instruments: Analyzers,
): Promise<ConnectorReport> {
  const { overrides, base, only } = examination;
  const rules = only ? selection(only) : allRules;
  const context = await contextOf(candidate, examination, instruments);
  let folder = readFolder(candidate);
  if (examination.fix) folder = fix(candidate, folder, { overrides, context });
  const connector = await measured(readConnector(folder), instruments);
  const findings = runRules(connector, rules, { overrides, fixes: examination.fixes, context });
  const report = (all: Finding[], former?: Connector): ConnectorReport => ({
    path: connector.path,
    class: connector.class,
    findings: examination.excerpts
      ? all.map((finding) => withSnippet(finding, connector, former))
      : all,
  });
  const before =
    base && (await readBase(base, candidate.directory, candidate.path, candidate.class));
  if (!before) return report(findings);
  const former = await measured(readConnector(before), instruments);
  const changes = compareConnectors(former, connector);
  maskSecretsOf(former, findings);
  const breaking = classify(changes, connector, former).filter(
    ({ severity }) => severity !== 'note',
  );
  return {
    ...report(
      [
        ...breaking,
        ...markExisting(findings, runRules(former, rules, { overrides, fixes: false, context })),
      ],
      former,
    ),
    verdict: sizeOf(changes),
    ...(examination.changelogs === true && { changelog: changelog(changes, former, connector) }),
  };
}

const selection = memoize((only: readonly string[]) =>
  allRules.filter(({ id }) => only.includes(id)),
);

const indexOf = memoize((cards: readonly CatalogEntry[]) => new ConnectorIndex(cards));

/**
 * The other connectors of the repository that a connector is in, where its place tells which that
 * is.
 */
function othersOf(
  candidate: Candidate,
  { catalogs = {} }: ValidationOptions,
): OtherConnectors | undefined {
  const root = repositoryOf(candidate);
  const cards = root === undefined ? undefined : catalogs[root];
  return cards && indexOf(cards).exclude(candidate.path, candidate.class);
}

/** What rules may use besides the connector. */
async function contextOf(
  candidate: Candidate,
  examination: ValidationOptions,
  { loadSpeller }: Analyzers,
): Promise<RuleContext> {
  const others = othersOf(candidate, examination);
  return {
    speller: await loadSpeller(),
    words: inSmallLetters(examination.words),
    ...(others && { others }),
  };
}

const inSmallLetters = memoize(
  (words: readonly string[]) => new Set(words.map((word) => word.toLowerCase())),
);

/** The report of a connector that was there at the base and is gone. */
export async function validateDeletion(
  base: Base,
  path: string,
  connectorClass: ConnectorClass,
): Promise<ConnectorReport> {
  const folder = await readBase(base, join(base.root, path), path, connectorClass);
  const before = folder && readConnector(folder);
  return {
    path,
    class: connectorClass,
    verdict: 'major',
    findings: before ? classify(changesOfDeletion(before), before, before) : [],
  };
}

/**
 * Everything that differs between two connectors, as findings in the second. Throws a Problem where
 * a definition cannot be read.
 */
export function compareFolders(
  before: ConnectorFolder,
  after: ConnectorFolder,
  excerpts: boolean,
): ConnectorReport {
  const [was, now] = [readConnector(before), readConnector(after)];
  for (const { path, definition } of [was, now]) {
    if (!definition)
      throw new UserError(
        `${path} has no definition that can be read. It must be a JSON object of at most 5 MB.`,
      );
  }
  const changes = compareConnectors(was, now);
  const findings = classify(changes, now, was);
  return {
    path: now.path,
    class: now.class,
    verdict: sizeOf(changes),
    findings: excerpts ? findings.map((finding) => withSnippet(finding, now, was)) : findings,
  };
}

/**
 * The report on a definition that was given as a file of any name: its findings stand in that file.
 */
export const inFile = (report: ConnectorReport, path: string): ConnectorReport => ({
  ...report,
  path: dirname(path),
  findings: report.findings.map((finding) => ({
    ...finding,
    location: { ...finding.location, file: basename(path) },
  })),
});

const measured = async (connector: Connector, { analyze }: Analyzers): Promise<Connector> => ({
  ...connector,
  ...(await analyze(connector)),
});

/** The folder with every fix applied, and written back to disk where something changed. */
function fix(candidate: Candidate, folder: ConnectorFolder, options: RunOptions): ConnectorFolder {
  const fixed = fixFolder(folder, options);
  for (const [index, file] of fixed.files.entries()) {
    if (file === folder.files[index] || !file.bytes) continue;
    writeWhole(join(candidate.directory, file.path), file.bytes);
  }
  return fixed;
}
