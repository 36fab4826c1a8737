import type { CatalogEntry } from '../../catalog/entry.ts';
import { compareConnectors, changesOfDeletion } from '../../changes/compare.ts';
import { changelog } from '../../changes/changelog.ts';
import type { Change } from '../../changes/change-kinds.ts';
import { classify, sizeOf } from '../../changes/classify.ts';
import { verdicts } from '../../changes/verdicts.ts';
import {
  readConnector,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../../connector/connector.ts';
import { fingerprintOf, type Finding } from '../../shared/finding.ts';
import { limits } from '../../shared/limits.ts';
import { maskFor, maskSecretsOf, type Mask } from '../../secrets/mask.ts';
import { asObject, asText } from '../../json/values.ts';
import { runRules, markExisting } from '../../validation/run-rules.ts';
import { rules } from '../../rules/registry.ts';
import type { RuleContext } from '../../rules/rule.ts';
import { ConnectorIndex } from '../../catalog/connector-index.ts';
import type { Speller } from '../../rules/speller.ts';
import type { Settings } from '../../settings/defaults.ts';
import type { BreakingChange, ValidatedConnector } from '../model/facts.ts';
import { ok, unavailable } from '../model/result.ts';
import { connectorFolderOf } from './connector-folders.ts';
import type { ConnectorAt, FolderAt, Result, Snapshot } from '../model/snapshot.ts';
import { suggestionsFor } from './suggestions.ts';

/**
 * What a review uses besides the snapshot: it answers the same to the same question, and is too
 * large to be written down.
 */
export interface ReviewTools {
  /** Without it nothing is said of words. */
  speller?: Speller;
  /** Why fixes are not worked out, if they are not. */
  fixesUnavailable?: string;
}

/**
 * What rules may use besides a connector: the dictionary, the repository's own words, the other
 * connectors where they are known.
 */
export function ruleContext(
  { path, class: connectorClass }: Pick<ConnectorAt, 'path' | 'class'>,
  { catalog }: Pick<Snapshot, 'catalog'>,
  { folders, words }: Settings,
  { speller }: ReviewTools,
): RuleContext {
  const context: RuleContext = {
    words: new Set(words.map((word) => word.toLowerCase())),
    ...(speller && { speller }),
  };
  if (!catalog.ok) return context;
  const cards = catalog.value.flatMap(
    ({ path: other, title, host, basePath, iconHash }): CatalogEntry[] => {
      const folder = connectorFolderOf(`${other}/`, folders);
      return folder
        ? [
            {
              ...folder,
              ...(title !== undefined && { title }),
              ...(host !== undefined && { host }),
              ...(basePath !== undefined && { basePath }),
              ...(iconHash !== undefined && { icon: iconHash }),
            },
          ]
        : [];
    },
  );
  return { ...context, others: new ConnectorIndex(cards).exclude(path, connectorClass) };
}

/**
 * Holds a connector to the rules and compares it with what it was: the findings and fingerprints
 * are those of the command line.
 */
export function validateConnectorAt(
  at: ConnectorAt,
  snapshot: Snapshot,
  settings: Settings,
  proposal: boolean,
  tools: ReviewTools,
): Result<ValidatedConnector> {
  if (!at.after.ok) return unavailable(at.after.reason);
  if (!at.before.ok) return unavailable(at.before.reason);
  const [before, after] = [at.before.value, at.after.value];
  const was = before && readConnector(connectorFolderAt(before, at, snapshot));
  const now = after && readConnector(connectorFolderAt(after, at, snapshot));
  const digest = digestOf(after);
  if (!now)
    return was
      ? ok({ ...deletion(was), digest })
      : unavailable('GitHub lists changed files in a folder that has none.');

  const options = {
    overrides: settings.rules,
    context: ruleContext(at, snapshot, settings, tools),
  };
  const all = proposal ? [] : runRules(now, rules, options);
  if (was) maskSecretsOf(was, all);
  const findings = was
    ? markExisting(all, runRules(was, rules, { ...options, fixes: false }))
    : all;
  const examined: ValidatedConnector = {
    ...common(now),
    kind: was ? 'update' : 'new',
    digest,
    findings: findings.map(withoutFix),
    suggestions: snapshot.files.ok ? suggestionsFor(now, findings, snapshot.files.value) : [],
    ...(was && { changes: comparison(was, now) }),
  };
  const icon = now.icon && after?.files.find(({ path }) => path === now.icon?.path)?.blob;
  if (icon !== undefined) examined.icon = icon;
  return ok(examined);
}

/** The files of a connector as the snapshot has them, with what was measured. */
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
        ...(kind === 'file' && content !== undefined && { bytes: bytesOf(content) }),
      };
    }),
    ...(misplaced && { misplaced }),
    ...analysis,
  };
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** A file that is over a limit, or that nobody has read although it is not. */
const isUnread = ({ kind, bytes }: FileEntry): boolean => kind === 'file' && bytes === undefined;

function common(
  connector: Connector,
): Pick<ValidatedConnector, 'class' | 'title' | 'unread' | 'oauth'> {
  const title = titleOf(connector);
  const mask = maskFor(connector);
  return {
    class: connector.class,
    ...(title !== undefined && { title: mask(title) }),
    unread:
      connector.files.length > limits.files
        ? [`${connector.files.length} files`]
        : connector.files.filter(isUnread).map(({ path }) => mask(path)),
    oauth:
      connector.properties?.connectionParameters.some(
        ({ raw }) => raw.oAuthSettings !== undefined,
      ) ?? false,
  };
}

const titleOf = ({ definition }: Connector): string | undefined =>
  asText(asObject(definition?.raw.info)?.title);

function deletion(was: Connector): Omit<ValidatedConnector, 'digest'> {
  const changes = changesOfDeletion(was);
  const breaking = breakingOf(changes, classify(changes, was, was), maskFor(was));
  return {
    ...common(was),
    kind: 'deletion',
    findings: [],
    unread: [],
    suggestions: [],
    changes: { size: 'major', breaking, findings: [], changelog: '', count: changes.length },
  };
}

function comparison(was: Connector, now: Connector): NonNullable<ValidatedConnector['changes']> {
  const changes = compareConnectors(was, now);
  const findings = classify(changes, now, was);
  return {
    size: sizeOf(changes),
    breaking: breakingOf(changes, findings, maskFor(was, now)),
    findings: findings.filter(({ severity }) => severity !== 'note'),
    changelog: changelog(changes, was, now),
    count: changes.length,
  };
}

const breakingOf = (
  changes: readonly Change[],
  findings: readonly Finding[],
  mask: Mask,
): BreakingChange[] =>
  changes.flatMap((change, index) => {
    const finding = findings[index];
    if (!finding || verdicts[change.kind].severity !== 'error') return [];
    const { fingerprint, message } = finding;
    const { kind, subject, operation, name } = change;
    return [
      {
        fingerprint,
        kind,
        subject: mask(subject),
        ...(operation !== undefined && { operation: mask(operation) }),
        name: mask(name),
        message,
        acknowledgeable: verdicts[kind].acknowledgeable ?? true,
      },
    ];
  });

const withoutFix = (finding: Finding): Finding => {
  const copy = { ...finding };
  delete copy.fix;
  return copy;
};

/** Tells one state of a connector's files from another. */
const digestOf = (folder: FolderAt | null): string =>
  fingerprintOf(
    [
      ...(folder?.files ?? []).map(({ path, blob }) => `${path}\n${blob}`).sort(),
      ...(folder?.misplaced ? [folder.misplaced] : []),
    ].join('\n'),
  );
