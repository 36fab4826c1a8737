import type { CatalogEntry } from '../../catalog/entry.ts';
import {
  readConnector,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../../connector/connector.ts';
import { isPackageName } from '../../connector/package.ts';
import { fingerprintOf, type Finding } from '../../shared/finding.ts';
import { limits } from '../../shared/limits.ts';
import { bytesOfBase64 } from '../../shared/text.ts';
import { maskFor } from '../../secrets/mask.ts';
import { asObject, asText } from '../../json/values.ts';
import { createRuleContext } from '../../validation/rule-context.ts';
import {
  compareVersions,
  validateConnector,
  type ConnectorComparison,
  type ConnectorVersions,
} from '../../validation/validate-connector.ts';
import type { RuleContext } from '../../rules/rule.ts';
import type { Speller } from '../../rules/speller.ts';
import { pageChangesOf } from '../../reference/page-changes.ts';
import type { Settings } from '../../settings/defaults.ts';
import type { LiveComparison, ValidatedConnector } from '../model/facts.ts';
import { ok, unavailable } from '../model/result.ts';
import { connectorFolderOf, iconBlobOf } from './connector-folders.ts';
import type {
  CatalogConnector,
  ConnectorAt,
  FolderAt,
  Result,
  Snapshot,
} from '../model/snapshot.ts';
import { suggestionsFor } from './suggestions.ts';

/**
 * What a review uses besides the snapshot. It is not part of the snapshot because it is large and
 * always the same.
 */
export interface ReviewTools {
  /** Without it no spelling is checked. */
  speller?: Speller;
  /** Why no fixes are computed, if they are not. */
  fixesUnavailable?: string;
}

/** What the rules may use for a connector: the dictionary, the catalog if it could be listed. */
export const ruleContextAt = (
  at: Pick<ConnectorAt, 'path' | 'class'>,
  { catalog }: Pick<Snapshot, 'catalog'>,
  { folders, words }: Settings,
  { speller }: ReviewTools,
): RuleContext =>
  createRuleContext(at, {
    speller,
    words,
    catalog: catalog.ok ? catalogEntriesOf(catalog.value, folders) : undefined,
  });

const catalogEntriesOf = (
  catalog: readonly CatalogConnector[],
  folders: Settings['folders'],
): CatalogEntry[] =>
  catalog.flatMap(({ path, title, host, basePath, iconHash, publisher }) => {
    const folder = connectorFolderOf(`${path}/`, folders);
    if (!folder) return [];
    return [
      {
        ...folder,
        ...(title !== undefined && { title }),
        ...(host !== undefined && { host }),
        ...(basePath !== undefined && { basePath }),
        ...(iconHash !== undefined && { icon: iconHash }),
        ...(publisher !== undefined && { publisher }),
      },
    ];
  });

/**
 * Validates a connector of the snapshot. The findings and fingerprints are those of the command
 * line. A proposal has no files to run rules on.
 */
export function validateConnectorAt(
  at: ConnectorAt,
  snapshot: Snapshot,
  settings: Settings,
  isProposal: boolean,
  tools: ReviewTools,
): Result<ValidatedConnector> {
  if (!at.after.ok) return unavailable(at.after.reason);
  if (!at.before.ok) return unavailable(at.before.reason);
  const versions = versionsOf(at.before.value, at.after.value, at, snapshot);
  if (!versions) return unavailable('GitHub lists changed files in a folder that has none.');
  const { kind, connector, findings, comparison } = validateConnector(versions, {
    overrides: settings.rules,
    context: ruleContextAt(at, snapshot, settings, tools),
    ...(isProposal && { rules: [] }),
  });
  const icon = iconBlobOf(at.after);
  const page = kind === 'update' ? pageChangesOf(versions, settings.reference) : undefined;
  const iconHash = connector.iconAnalysis?.picture?.hash;
  return ok({
    ...summaryOf(connector),
    ...(kind === 'deletion' && { unread: [] }),
    kind,
    digest: digestOf(at.after.value),
    findings: findings.map(withoutFix),
    ...suggestionsFor(
      connector,
      findings,
      snapshot.files.ok ? snapshot.files.value : [],
      settings.suggestions,
    ),
    ...(comparison && { changes: changesOf(comparison) }),
    ...(page && { page }),
    ...liveComparisons(at, connector, kind, comparison, snapshot),
    ...(icon !== undefined && { icon }),
    ...(iconHash !== undefined && { iconHash }),
    changedIdentity: changedIdentity(versions, at, kind),
    hadArchive: versions.before !== undefined && archivesIn(versions.before).length > 0,
  });
}

/** Compares with the versions that rings have. A deletion takes the connector away in every ring. */
function liveComparisons(
  at: ConnectorAt,
  after: Connector,
  kind: ValidatedConnector['kind'],
  comparison: ConnectorComparison | undefined,
  snapshot: Snapshot,
): Pick<ValidatedConnector, 'live'> {
  if (!at.live || kind === 'deletion') return {};
  const known = new Set(comparison?.breakingChanges().map(({ fingerprint }) => fingerprint));
  return {
    live: at.live.map(({ folder, ...version }): LiveComparison => {
      if (!folder.ok) return { ...version, breaking: folder };
      if (!folder.value) return { ...version, breaking: ok([]) };
      const before = readConnector(connectorFolderAt(folder.value, at, snapshot));
      const breaking = compareVersions(before, after).breakingChanges();
      return {
        ...version,
        breaking: ok(breaking.filter(({ fingerprint }) => !known.has(fingerprint))),
      };
    }),
  };
}

function changedIdentity(
  { before, after }: ConnectorVersions,
  at: ConnectorAt,
  kind: ValidatedConnector['kind'],
): ValidatedConnector['changedIdentity'] {
  if (kind === 'deletion' || !after) return [];
  if (!before) return ['folder', 'title', 'icon'];
  return [
    ...(titleOf(before) === titleOf(after) ? [] : (['title'] as const)),
    ...(iconBlobOf(at.before) === iconBlobOf(at.after) ? [] : (['icon'] as const)),
  ];
}

const archivesIn = ({ files }: Connector): FileEntry[] =>
  files.filter(({ path, kind }) => kind === 'file' && isPackageName(path));

const titleOf = ({ definition }: Connector): string | undefined =>
  asText(asObject(definition?.raw.info)?.title);

/** The versions of a connector; undefined if there are none. */
function versionsOf(
  folderBefore: FolderAt | null,
  folderAfter: FolderAt | null,
  at: ConnectorAt,
  snapshot: Snapshot,
): ConnectorVersions | undefined {
  const read = (folder: FolderAt | null): Connector | undefined =>
    folder ? readConnector(connectorFolderAt(folder, at, snapshot)) : undefined;
  const before = read(folderBefore);
  const after = read(folderAfter);
  if (after) return { before, after };
  return before && { before };
}

/** The folder of a connector as the snapshot has it, with its analysis. */
export function connectorFolderAt(
  { files, misplaced, analysis }: FolderAt,
  { path, class: connectorClass }: Pick<ConnectorAt, 'path' | 'class'>,
  { contents }: Pick<Snapshot, 'contents'>,
): ConnectorFolder {
  return {
    path,
    class: connectorClass,
    files: files.map(({ path: name, kind, size, blob }): FileEntry => {
      const content = Object.hasOwn(contents, blob) ? contents[blob] : undefined;
      return {
        path: name,
        kind,
        size,
        ...(kind === 'file' && content !== undefined && { bytes: bytesOfBase64(content) }),
      };
    }),
    ...(misplaced && { misplaced }),
    ...analysis,
  };
}

/** Whether a file is over a limit or was not read for another reason. */
const isUnread = ({ kind, bytes }: FileEntry): boolean => kind === 'file' && bytes === undefined;

function summaryOf(
  connector: Connector,
): Pick<
  ValidatedConnector,
  'class' | 'title' | 'publisher' | 'unread' | 'oauth' | 'archives' | 'contact'
> {
  const title = titleOf(connector);
  const publisher = connector.properties?.publisher;
  const contact = asText(asObject(asObject(connector.definition?.raw.info)?.contact)?.email);
  const mask = maskFor(connector);
  return {
    class: connector.class,
    ...(title !== undefined && { title: mask(title) }),
    ...(publisher !== undefined && { publisher: mask(publisher) }),
    unread:
      connector.files.length > limits.files
        ? [`${connector.files.length} files`]
        : connector.files.filter(isUnread).map(({ path }) => mask(path)),
    oauth: connector.properties?.connectionParameters.some(({ usesOAuth }) => usesOAuth) ?? false,
    archives: archivesIn(connector).map(({ path }) => mask(path)),
    ...(contact !== undefined && { contact: mask(contact) }),
  };
}

const changesOf = ({
  size,
  count,
  findings,
  breakingChanges,
  changelog,
}: ConnectorComparison): NonNullable<ValidatedConnector['changes']> => ({
  size,
  breaking: breakingChanges(),
  findings: findings.filter(({ severity }) => severity !== 'note'),
  changelog: changelog(),
  count,
});

const withoutFix = (finding: Finding): Finding => {
  const copy = { ...finding };
  delete copy.fix;
  return copy;
};

/** Identifies a state of a connector's files. */
const digestOf = (folder: FolderAt | null): string =>
  fingerprintOf(
    [
      ...(folder?.files ?? []).map(({ path, blob }) => `${path}\n${blob}`).sort(),
      ...(folder?.misplaced ? [folder.misplaced] : []),
    ].join('\n'),
  );
