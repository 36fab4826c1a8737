import { rules } from '../rules/registry.ts';
import { defaultSettings, type Settings } from '../settings/defaults.ts';
import { parseSettings, type SettingsInput } from '../settings/parse.ts';
import { tighten } from '../settings/tighten.ts';
import { findSignatories } from '../cla/signatories.ts';
import type { Command } from './commands/command.ts';
import { commands as allCommands } from './commands/index.ts';
import { validateConnectorAt, type ReviewTools } from './facts/validate-connectors.ts';
import type { ChangeScope, Facts, BaseFacts, Codeowners } from './model/facts.ts';
import { applyCommands } from './apply-commands.ts';
import { ok, valueOr, unavailable } from './model/result.ts';
import {
  connectorFolderOf,
  connectorFoldersOf,
  isMisplaced,
  maxConnectors,
  pathsOf,
} from './facts/connector-folders.ts';
import { codeownersOf } from './facts/codeowners.ts';
import type { Result, Signature, Snapshot, TextAtBase } from './model/snapshot.ts';

/**
 * Derives facts from a snapshot, without judging them.
 * @param commands the commands that count
 */
export function deriveFacts(
  snapshot: Snapshot,
  tools: ReviewTools,
  commands: readonly Command[] = allCommands,
): Facts {
  const settings = resolveSettings(snapshot);
  const displaySettings = valueOr(settings, defaultSettings);
  const scope = scopeOf(snapshot, displaySettings);
  const isClosed = snapshot.pull.state.kind === 'closed';
  const connectors = (isClosed ? [] : snapshot.connectors.slice(0, maxConnectors)).map((at) => ({
    folder: { path: at.path, class: at.class },
    validation: validateConnectorAt(at, snapshot, displaySettings, scope.proposal, tools),
  }));
  const base: BaseFacts = {
    snapshot,
    settings,
    displaySettings,
    scope,
    connectors,
    signatories: findSignatories(snapshot, displaySettings.cla),
    owners: ownersFor(snapshot, scope),
    headPushedAt: headSince(snapshot),
  };
  const outcome = applyCommands(base, tools, commands);
  return {
    ...base,
    signatories: withSignatures(base.signatories, outcome.signatures),
    commands: outcome,
  };
}

/** Adds the signatures of this review to the signatories. */
function withSignatures(
  signatories: BaseFacts['signatories'],
  signatures: readonly Signature[],
): BaseFacts['signatories'] {
  if (!signatories.ok) return signatories;
  return ok(
    signatories.value.map((signatory) => {
      const signature = signatures.find(({ account }) => account.id === signatory.account?.id);
      return signature ? { ...signatory, consent: { kind: 'signed', signature } } : signatory;
    }),
  );
}

/**
 * The settings for a pull request: those of its base branch, which cannot loosen what the default
 * branch sets. Unavailable if either has an error.
 */
export function resolveSettings({
  settings,
  defaultBranch,
  pull,
}: Pick<Snapshot, 'settings' | 'defaultBranch' | 'pull'>): Result<Settings> {
  const own = settingsIn(settings);
  if (pull.base.ref === defaultBranch.name) return own.ok ? ok(own.value.settings) : own;
  const guard = settingsIn(defaultBranch.settings);
  if (!guard.ok)
    return unavailable(`The settings of the default branch could not be used: ${guard.reason}`);
  if (!own.ok) return own;
  const { base } = guard.value.settings;
  return ok(
    tighten(
      own.value.settings,
      pull.base.ref === base ? guard.value.input : guard.value.settings,
      base,
    ),
  );
}

/** Parses settings: the defaults if there is no file, unavailable if the file has an error. */
function settingsIn(
  settings: Result<TextAtBase | null>,
): Result<{ settings: Settings; input: SettingsInput }> {
  if (!settings.ok) return settings;
  if (settings.value === null) return ok({ settings: defaultSettings, input: {} });
  const { path, text } = settings.value;
  const read = parseSettings(path, text, ruleIds);
  if ('settings' in read) return ok(read);
  const { file, line, column, message } = read.mistake;
  return unavailable(`${file}:${line}:${column}: ${message}`);
}

const ruleIds = rules.map(({ id }) => id);
/** More paths outside of connectors are only counted. */
const maxOutside = 100;

function scopeOf({ files, pull }: Snapshot, { folders }: Settings): ChangeScope {
  const changed = valueOr(files, []);
  // Removing a misplaced file is fine.
  const misplaced = changed
    .filter(({ path, status }) => status !== 'removed' && isMisplaced(path, folders))
    .map(({ path }) => path);
  const misplacedPaths = new Set(misplaced);
  const outside = changed
    .flatMap(pathsOf)
    .filter((path) => !connectorFolderOf(path, folders) && !misplacedPaths.has(path));
  const changedFolders = connectorFoldersOf(changed, folders);
  const hasOnlyReadmes = changed.every(
    ({ path, status }) => status === 'added' && /\/readme\.md$/i.test(path),
  );
  return {
    folders: changedFolders,
    misplaced: misplaced.slice(0, maxOutside),
    outside: outside.slice(0, maxOutside),
    outsideCount: outside.length,
    complete: completenessOf(files, pull.changedFiles),
    proposal:
      /^proposal - \S/i.test(pull.title) &&
      changedFolders.length === 1 &&
      hasOnlyReadmes &&
      changedFolders[0]?.class === 'independent-publisher',
  };
}

/** Whether GitHub listed all changed files. */
function completenessOf(files: Snapshot['files'], count: number): ChangeScope['complete'] {
  if (!files.ok) return files;
  return files.value.length < count
    ? unavailable(`GitHub lists ${files.value.length} of the ${count} changed files.`)
    : ok(true);
}

function ownersFor({ owners, teams }: Snapshot, { folders }: ChangeScope): Result<Codeowners> {
  if (!owners.ok) return owners;
  const [folder] = folders;
  const named =
    owners.value && folder
      ? codeownersOf(owners.value.text, `${folder.path}/apiDefinition.swagger.json`)
      : [];
  const accounts: number[] = [];
  const missing: string[] = [];
  for (const team of named.filter((owner) => owner.includes('/'))) {
    const members = teams[team.slice(1).toLowerCase()];
    if (members?.ok) accounts.push(...members.value.map(({ id }) => id));
    else missing.push(team);
  }
  const logins = named
    .filter((owner) => owner.startsWith('@') && !owner.includes('/'))
    .map((owner) => owner.slice(1).toLowerCase());
  return ok({ named, logins, accounts, unknown: missing });
}

function headSince({ pushes, pull }: Snapshot): Result<string> {
  if (!pushes.ok) return pushes;
  const push = pushes.value.findLast(({ sha }) => sha === pull.head.sha);
  return push ? ok(push.at) : unavailable('The time of the last push is not known.');
}
