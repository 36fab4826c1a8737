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

/** What follows from a snapshot, without any judgment. `commands` are those that are heard. */
export function deriveFacts(
  snapshot: Snapshot,
  tools: ReviewTools,
  commands: readonly Command[] = allCommands,
): Facts {
  const settings = resolveSettings(snapshot);
  const displaySettings = valueOr(settings, defaultSettings);
  const scope = bringsOf(snapshot, displaySettings);
  const closed = snapshot.pull.state.kind === 'closed';
  const connectors = (closed ? [] : snapshot.connectors.slice(0, maxConnectors)).map((at) => ({
    folder: { path: at.path, class: at.class },
    examined: validateConnectorAt(at, snapshot, displaySettings, scope.proposal, tools),
  }));
  const given: BaseFacts = {
    snapshot,
    settings,
    displaySettings,
    scope,
    connectors,
    signatories: findSignatories(snapshot, displaySettings.cla),
    owners: ownersFor(snapshot, scope),
    headPushedAt: headSince(snapshot),
  };
  const heard = applyCommands(given, tools, commands);
  return {
    ...given,
    signatories: withSignatures(given.signatories, heard.signatures),
    commands: heard,
  };
}

/** Those who have agreed just now have agreed. */
function withSignatures(
  signatories: BaseFacts['signatories'],
  signatures: readonly Signature[],
): BaseFacts['signatories'] {
  if (!signatories.ok) return signatories;
  return ok(
    signatories.value.map((one) => {
      const signature = signatures.find(({ account }) => account.id === one.account?.id);
      return signature ? { ...one, consent: { kind: 'signed', signature } } : one;
    }),
  );
}

/**
 * The settings that a pull request is judged by: those of its base branch, which cannot loosen what
 * the default branch sets. Unknown if something in either is wrong.
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

/**
 * The settings in a text: the defaults where there is none, unknown where something in it is wrong.
 */
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
/** So many paths outside of connectors are named. */
const mostOutside = 100;

function bringsOf({ files, pull }: Snapshot, { folders }: Settings): ChangeScope {
  const changed = valueOr(files, []);
  // What is taken away from there may go.
  const misplaced = changed
    .filter(({ path, status }) => status !== 'removed' && isMisplaced(path, folders))
    .map(({ path }) => path);
  const isTaken = new Set(misplaced);
  const outside = changed
    .flatMap(pathsOf)
    .filter((path) => !connectorFolderOf(path, folders) && !isTaken.has(path));
  const touched = connectorFoldersOf(changed, folders);
  const readmes = changed.every(
    ({ path, status }) => status === 'added' && /\/readme\.md$/i.test(path),
  );
  return {
    folders: touched,
    misplaced: misplaced.slice(0, mostOutside),
    outside: outside.slice(0, mostOutside),
    outsideCount: outside.length,
    complete: completenessOf(files, pull.changedFiles),
    proposal:
      /^proposal - \S/i.test(pull.title) &&
      touched.length === 1 &&
      readmes &&
      touched[0]?.class === 'independent-publisher',
  };
}

/** Whether all files that a pull request changes were listed. */
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
  return push ? ok(push.at) : unavailable('When the head was pushed is not known.');
}
