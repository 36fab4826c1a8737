import type { Card } from '../connector/card.ts';
import { compare, deletionOf } from '../changes/compare.ts';
import { changelog } from '../changes/changelog.ts';
import type { Change } from '../changes/facts.ts';
import { judge, sizeOf } from '../changes/judge.ts';
import { verdicts } from '../changes/verdicts.ts';
import {
  readConnector,
  type Connector,
  type ConnectorFolder,
  type FileEntry,
} from '../connector/connector.ts';
import { fingerprintOf, type Finding } from '../connector/finding.ts';
import { limits } from '../connector/limits.ts';
import { maskOf, maskSecretsOf, type Mask } from '../connector/mask.ts';
import { asObject, asText } from '../connector/values.ts';
import { check, markExisting } from '../rules/check.ts';
import { rules } from '../rules/index.ts';
import type { Context } from '../rules/rule.ts';
import { Neighbours } from '../rules/others.ts';
import type { Speller } from '../connector/speller.ts';
import type { Settings } from '../settings/defaults.ts';
import type { Breaking, Examined } from './facts.ts';
import { known, unknown } from './known.ts';
import { folderOfPath } from './layout.ts';
import type { ConnectorAt, FolderAt, Known, Snapshot } from './snapshot.ts';
import { suggestionsFor } from './suggestions.ts';

/**
 * What a review uses besides the snapshot: it answers the same to the same question, and is too
 * large to be written down.
 */
export interface Tools {
  /** Without it nothing is said of words. */
  speller?: Speller;
  /** Why fixes are not worked out, if they are not. */
  unfixed?: string;
}

/**
 * What rules may use besides a connector: the dictionary, the repository's own words, the other
 * connectors where they are known.
 */
export function contextFor(
  { path, class: connectorClass }: Pick<ConnectorAt, 'path' | 'class'>,
  { neighbours }: Pick<Snapshot, 'neighbours'>,
  { folders, words }: Settings,
  { speller }: Tools,
): Context {
  const context: Context = {
    words: new Set(words.map((word) => word.toLowerCase())),
    ...(speller && { speller }),
  };
  if (!neighbours.known) return context;
  const cards = neighbours.value.flatMap(
    ({ path: other, title, host, basePath, picture }): Card[] => {
      const folder = folderOfPath(`${other}/`, folders);
      return folder
        ? [
            {
              ...folder,
              ...(title !== undefined && { title }),
              ...(host !== undefined && { host }),
              ...(basePath !== undefined && { basePath }),
              ...(picture !== undefined && { icon: picture }),
            },
          ]
        : [];
    },
  );
  return { ...context, others: new Neighbours(cards).apartFrom(path, connectorClass) };
}

/**
 * Holds a connector to the rules and compares it with what it was: the findings and fingerprints
 * are those of the command line.
 */
export function examine(
  at: ConnectorAt,
  snapshot: Snapshot,
  settings: Settings,
  proposal: boolean,
  tools: Tools,
): Known<Examined> {
  if (!at.after.known) return unknown(at.after.because);
  if (!at.before.known) return unknown(at.before.because);
  const [before, after] = [at.before.value, at.after.value];
  const was = before && readConnector(folderAt(before, at, snapshot));
  const now = after && readConnector(folderAt(after, at, snapshot));
  const digest = digestOf(after);
  if (!now)
    return was
      ? known({ ...deletion(was), digest })
      : unknown('GitHub lists changed files in a folder that has none.');

  const options = { overrides: settings.rules, context: contextFor(at, snapshot, settings, tools) };
  const all = proposal ? [] : check(now, rules, options);
  if (was) maskSecretsOf(was, all);
  const findings = was ? markExisting(all, check(was, rules, { ...options, fixes: false })) : all;
  const examined: Examined = {
    ...common(now),
    is: was ? 'update' : 'new',
    digest,
    findings: findings.map(withoutFix),
    suggestions: snapshot.files.known ? suggestionsFor(now, findings, snapshot.files.value) : [],
    ...(was && { changes: comparison(was, now) }),
  };
  const icon = now.icon && after?.files.find(({ path }) => path === now.icon?.path)?.blob;
  if (icon !== undefined) examined.icon = icon;
  return known(examined);
}

/** The files of a connector as the snapshot has them, with what was measured. */
export function folderAt(
  { files, misplaced, measured }: FolderAt,
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
    ...measured,
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

function common(connector: Connector): Pick<Examined, 'class' | 'title' | 'unread' | 'oauth'> {
  const title = titleOf(connector);
  const mask = maskOf(connector);
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

function deletion(was: Connector): Omit<Examined, 'digest'> {
  const changes = deletionOf(was);
  const breaking = breakingOf(changes, judge(changes, was, was), maskOf(was));
  return {
    ...common(was),
    is: 'deletion',
    findings: [],
    unread: [],
    suggestions: [],
    changes: { size: 'major', breaking, findings: [], changelog: '', count: changes.length },
  };
}

function comparison(was: Connector, now: Connector): NonNullable<Examined['changes']> {
  const changes = compare(was, now);
  const findings = judge(changes, now, was);
  return {
    size: sizeOf(changes),
    breaking: breakingOf(changes, findings, maskOf(was, now)),
    findings: findings.filter(({ severity }) => severity !== 'note'),
    changelog: changelog(changes, was, now),
    count: changes.length,
  };
}

/** What no update may do, whoever agrees: every connection that exists would stop working. */
const forbidden = new Set<Change['kind']>(['AuthenticationTypeChanged']);

const breakingOf = (
  changes: readonly Change[],
  findings: readonly Finding[],
  mask: Mask,
): Breaking[] =>
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
        acknowledgeable: !forbidden.has(kind),
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
