import { basename, dirname, join } from 'node:path';
import {
  analyzedFilesOf,
  readConnector,
  type Analysis,
  type AnalyzedFiles,
  type Connector,
  type ConnectorClass,
  type ConnectorFolder,
} from '../connector/connector.ts';
import type { CatalogEntry } from '../catalog/entry.ts';
import { UserError } from '../shared/user-error.ts';
import { memoize } from '../shared/memoize.ts';
import type { ConnectorReport } from '../report/report.ts';
import { withSnippet } from '../report/snippet.ts';
import { rules } from '../rules/registry.ts';
import type { SeverityOverrides } from '../rules/severity.ts';
import type { Speller } from '../rules/speller.ts';
import type { Finding } from '../shared/finding.ts';
import { fixSafely, type FixedFolder } from '../validation/fix.ts';
import { createRuleContext } from '../validation/rule-context.ts';
import {
  compareVersions,
  validateConnector,
  type ValidationResult,
} from '../validation/validate-connector.ts';
import { type Candidate } from './find-connectors.ts';
import { readFolder } from './read-folder.ts';
import { writeChanges } from './write-changes.ts';
import { readBase, type Base } from './git.ts';
import { repositoryOf } from './scan-catalog.ts';

export interface FolderOptions {
  overrides: SeverityOverrides;
  /** Words that the repository uses besides those of the dictionary. */
  words: readonly string[];
  /** Whether to write what can be fixed. */
  fix: boolean;
  /** The ids of the rules to run; all if missing. */
  only?: readonly string[];
  /** Whether findings come with their fixes. */
  fixes: boolean;
  /** Whether findings come with the lines of source around them. */
  snippets: boolean;
  /** Whether updates come with their changelog. */
  changelogs?: boolean;
  /** The state to compare with: it decides which findings exist already, and what breaks. */
  base?: Base;
  /** The catalog entries of all connectors, by the root folder of their repository. */
  catalogs?: Readonly<Record<string, readonly CatalogEntry[]>>;
}

/** What looks into files with outside libraries. The entry points pass it in. */
export interface Analyzers {
  analyze: (files: AnalyzedFiles) => Promise<Analysis>;
  loadSpeller: () => Promise<Speller>;
}

/**
 * Validates the folder of a connector on disk.
 * @throws UserError if a file or the base cannot be read, or a fix cannot be written
 */
export async function validateFolder(
  candidate: Candidate,
  options: FolderOptions,
  analyzers: Analyzers,
): Promise<ConnectorReport> {
  const { overrides, base, fixes, only, words, catalogs = {} } = options;
  const root = repositoryOf(candidate);
  const context = createRuleContext(candidate, {
    speller: await analyzers.loadSpeller(),
    words,
    catalog: root === undefined ? undefined : catalogs[root],
  });
  let folder = readFolder(candidate);
  const folderBefore =
    base && (await readBase(base, candidate.directory, candidate.path, candidate.class));
  const before = folderBefore && (await readAnalyzed(folderBefore, analyzers));
  let withheld: FixedFolder['withheld'] = [];
  if (options.fix) {
    const published = base ? (before ?? null) : undefined;
    const fixed = fixSafely(folder, { overrides, context, published });
    writeChanges(folder, fixed.folder, candidate.directory);
    ({ folder, withheld } = fixed);
  }
  const after = await readAnalyzed(folder, analyzers);
  const result = validateConnector(
    { before, after },
    { overrides, context, fixes, ...(only && { rules: rulesWithIds(only) }) },
  );
  return toReport({ ...result, findings: explained(result.findings, withheld) }, before, options);
}

/** Findings with the reason why they were not fixed. */
function explained(findings: readonly Finding[], withheld: FixedFolder['withheld']): Finding[] {
  const reasons = new Map(withheld.map(({ finding, reason }) => [finding.fingerprint, reason]));
  return findings.map((finding) => {
    const reason = reasons.get(finding.fingerprint);
    return reason === undefined
      ? finding
      : {
          ...finding,
          fixable: false,
          message: `${finding.message} It was not fixed: ${reason}.`,
        };
  });
}

const rulesWithIds = memoize((ids: readonly string[]) =>
  rules.filter(({ id }) => ids.includes(id)),
);

const readAnalyzed = async (folder: ConnectorFolder, { analyze }: Analyzers): Promise<Connector> =>
  readConnector({ ...folder, ...(await analyze(analyzedFilesOf(folder))) });

function toReport(
  { connector, findings, comparison }: ValidationResult,
  before: Connector | undefined,
  { snippets, changelogs = false }: Pick<FolderOptions, 'snippets' | 'changelogs'>,
): ConnectorReport {
  const changes = comparison?.findings.filter(({ severity }) => severity !== 'note') ?? [];
  const all = [...changes, ...findings];
  return {
    path: connector.path,
    class: connector.class,
    findings: snippets ? all.map((finding) => withSnippet(finding, connector, before)) : all,
    ...(comparison && { verdict: comparison.size }),
    ...(comparison && changelogs && { changelog: comparison.changelog() }),
  };
}

/**
 * Reports on a connector that was deleted since the base.
 * @throws UserError if the base cannot be read
 */
export async function validateDeletion(
  base: Base,
  path: string,
  connectorClass: ConnectorClass,
): Promise<ConnectorReport> {
  const folder = await readBase(base, join(base.root, path), path, connectorClass);
  return folder
    ? toReport(validateConnector({ before: readConnector(folder) }), undefined, {
        snippets: false,
      })
    : { path, class: connectorClass, verdict: 'major', findings: [] };
}

/**
 * Reports everything that differs between two connectors, as findings in the second.
 * @throws UserError if a definition cannot be read
 */
export function compareFolders(
  folderBefore: ConnectorFolder,
  folderAfter: ConnectorFolder,
  snippets: boolean,
): ConnectorReport {
  const [before, after] = [readConnector(folderBefore), readConnector(folderAfter)];
  for (const { path, definition, definitionFile } of [before, after]) {
    // A file that is not JSON is a finding.
    if (!definition && !definitionFile)
      throw new UserError(
        `${path} has no definition that can be read. It must be a JSON object of at most 5 MB.`,
      );
  }
  const { size, findings } = compareVersions(before, after);
  return {
    path: after.path,
    class: after.class,
    verdict: size,
    findings: snippets ? findings.map((finding) => withSnippet(finding, after, before)) : findings,
  };
}

/** The report on a definition file of any name. Its findings are located in that file. */
export const inFile = (report: ConnectorReport, path: string): ConnectorReport => ({
  ...report,
  path: dirname(path),
  findings: report.findings.map((finding) => ({
    ...finding,
    location: { ...finding.location, file: basename(path) },
  })),
});
