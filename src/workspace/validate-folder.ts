import { basename, dirname, join, relative, resolve, sep } from 'node:path';
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
import { toPatch } from '../report/patch.ts';
import { withSnippet } from '../report/snippet.ts';
import { rules } from '../rules/registry.ts';
import type { RuleContext } from '../rules/rule.ts';
import type { SeverityOverrides } from '../rules/severity.ts';
import type { Speller } from '../rules/speller.ts';
import type { Finding } from '../shared/finding.ts';
import { fixSafely, type FixedFolder, type FixOptions } from '../validation/fix.ts';
import { createRuleContext } from '../validation/rule-context.ts';
import {
  compareVersions,
  validateConnector,
  type ValidationResult,
} from '../validation/validate-connector.ts';
import { type Candidate } from './find-connectors.ts';
import { slashes } from './list-folder.ts';
import { readFolder } from './read-folder.ts';
import { writeChanges } from './write-changes.ts';
import { readBase, type Base } from './git.ts';
import { repositoryOf } from './scan-catalog.ts';

export interface FolderOptions {
  overrides: SeverityOverrides;
  /** Words that the repository uses besides those of the dictionary. */
  words: readonly string[];
  /**
   * Whether to fix what can be fixed: `new` findings if there is a base, or `all` of them. Nothing
   * is written if a patch is requested.
   */
  fix?: { scope: 'new' | 'all'; output: 'files' | 'patch' };
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
  const { overrides, base, only, words, catalogs = {} } = options;
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
  const fixed = options.fix && fixSafely(folder, fixOptionsOf(options, context, before));
  const fixes = fixed && { counts: fixed.made };
  let patch: string | undefined;
  if (fixed && options.fix?.output === 'patch') {
    patch = patchOf(folder, fixed.folder, candidate);
  } else if (fixed) {
    writeChanges(folder, fixed.folder, candidate.directory);
    folder = fixed.folder;
  }
  const after = await readAnalyzed(folder, analyzers);
  const result = validateConnector(
    { before, after },
    { overrides, context, fixes: options.fixes, ...(only && { rules: rulesWithIds(only) }) },
  );
  const findings = fixed ? explained(result.findings, fixed.withheld) : result.findings;
  return {
    ...toReport({ ...result, findings }, before, options),
    directory: fromWorkingDirectory(candidate.directory),
    ...(fixes && { fixes: { ...fixes, ...(patch !== undefined && { patch }) } }),
  };
}

const fixOptionsOf = (
  { overrides, base, fix, only }: FolderOptions,
  context: RuleContext,
  before: Connector | undefined,
): FixOptions => ({
  overrides,
  context,
  only,
  published: base ? (before ?? null) : undefined,
  onlyNew: base !== undefined && fix?.scope === 'new',
});

/** The way to a folder from the working directory; an absolute path if it is outside. */
function fromWorkingDirectory(directory: string): string {
  const path = relative(process.cwd(), directory);
  return slashes(path === '..' || path.startsWith(`..${sep}`) ? directory : path);
}

/** What differs between a folder and its fixed state, with paths from the working directory. */
function patchOf(
  before: ConnectorFolder,
  after: ConnectorFolder,
  { directory }: Candidate,
): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return after.files
    .flatMap((file, index) => {
      const old = before.files[index];
      if (!file.bytes || file === old) return [];
      const path = slashes(relative(process.cwd(), join(directory, file.path)));
      return toPatch(path, decoder.decode(old?.bytes), decoder.decode(file.bytes));
    })
    .join('');
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
  { snippets, only, changelogs = false }: Pick<FolderOptions, 'snippets' | 'only' | 'changelogs'>,
): ConnectorReport {
  const changes = (comparison?.findings ?? []).filter(
    ({ severity, rule }) => severity !== 'note' && only?.includes(rule) !== false,
  );
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
  const { size, findings, versionAdvice } = compareVersions(before, after);
  const advice = versionAdvice();
  return {
    ...(advice !== undefined && { versionAdvice: advice }),
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
  directory: fromWorkingDirectory(dirname(resolve(path))),
  findings: report.findings.map((finding) => ({
    ...finding,
    location: { ...finding.location, file: basename(path) },
  })),
});
