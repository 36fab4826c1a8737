import { rules } from '../rules/registry.ts';
import {
  defaultSettings,
  settingsPath,
  type Mode,
  type PresetName,
  type Settings,
  type SettingsInput,
} from '../settings/defaults.ts';
import { parseSettings } from '../settings/parse.ts';
import { presetOf } from '../settings/presets.ts';
import { tighten } from '../settings/tighten.ts';
import { findSignatories } from '../cla/signatories.ts';
import type { Command } from './commands/command.ts';
import { commands as allCommands } from './commands/index.ts';
import { parseCommands } from './commands/parse-commands.ts';
import { allowedEffects } from './facts/allowed-effects.ts';
import { validateConnectorAt, type ReviewTools } from './facts/validate-connectors.ts';
import type { AllowedEffects, ChangeScope, Facts, BaseFacts, Codeowners } from './model/facts.ts';
import { formatRepositoryName } from './model/repository-name.ts';
import { applyCommands } from './apply-commands.ts';
import { ok, valueOr, unavailable } from './model/result.ts';
import {
  connectorFolderOf,
  connectorFoldersOf,
  isMisplaced,
  maxConnectors,
  pathsOf,
} from './facts/connector-folders.ts';
import { codeownersOf } from '../ownership/codeowners.ts';
import type { Result, Signature, Snapshot, TextAtBase } from './model/snapshot.ts';

export interface DeriveOptions {
  /** The commands that count. */
  commands?: readonly Command[];
  /** Replaces what the settings allow. */
  allow?: (bySettings: AllowedEffects) => AllowedEffects;
}

/** Derives facts from a snapshot, without judging them. */
export function deriveFacts(
  snapshot: Snapshot,
  tools: ReviewTools,
  { commands = allCommands, allow = (bySettings) => bySettings }: DeriveOptions = {},
): Facts {
  const { settings, mode } = settingsFor(snapshot);
  const displaySettings = valueOr(settings, {
    ...defaultSettings,
    base: snapshot.defaultBranch.name,
  });
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
    allowed: allow(
      allowedEffects(snapshot, settings, mode, () => lastCommandAt(snapshot, commands)),
    ),
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

/** When the newest command in the comments was written; undefined if there is none. */
const lastCommandAt = (
  { comments, bot }: Snapshot,
  commands: readonly Command[],
): string | undefined =>
  valueOr(comments, []).findLast((comment) =>
    parseCommands(comment, bot.login, commands).some(
      (command) => 'name' in command && !command.alike,
    ),
  )?.createdAt;

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

type SettingsSource = Pick<Snapshot, 'repository' | 'settings' | 'defaultBranch'> & {
  pull: { base: Pick<Snapshot['pull']['base'], 'ref'> };
};

/**
 * The settings for a pull request: those of its base branch, which cannot loosen what the default
 * branch sets. Unavailable if either has an error.
 */
export const resolveSettings = (source: SettingsSource): Result<Settings> =>
  settingsFor(source).settings;

/** `mode` is undefined if the settings are unavailable and do not plainly set one. */
function settingsFor({ repository, settings, defaultBranch, pull }: SettingsSource): {
  settings: Result<Settings>;
  mode: Mode | undefined;
} {
  const preset = presetOf(formatRepositoryName(repository));
  const guard = settingsIn(defaultBranch.settings, preset);
  const base = (guard.ok && guard.value.settings.base) || defaultBranch.name;
  if (pull.base.ref === defaultBranch.name) {
    const own = settingsIn(settings, preset);
    return own.ok
      ? { settings: ok({ ...own.value.settings, base }), mode: own.value.settings.mode }
      : { settings: own, mode: own.mode };
  }
  if (!guard.ok)
    return {
      settings: unavailable(
        `The settings of the default branch could not be used: ${guard.reason}`,
      ),
      mode: guard.mode,
    };
  const own = settingsIn(settings, guard.value.input.preset);
  const { input, settings: guarding } = guard.value;
  return {
    settings: own.ok
      ? ok(tighten(own.value.settings, pull.base.ref === base ? input : guarding, base))
      : own,
    mode: guarding.mode,
  };
}

/** Parsed settings; or why they are unavailable, with the mode that they plainly set. */
type ReadSettings =
  | { ok: true; value: { settings: Settings; input: SettingsInput } }
  | { ok: false; reason: string; mode?: Mode };

/** Parses settings. No file is an empty one. */
function settingsIn(
  settings: Result<TextAtBase | null>,
  preset: PresetName | undefined,
): ReadSettings {
  if (!settings.ok) return settings;
  const { path, text } = settings.value ?? { path: settingsPath, text: '' };
  const read = parseSettings(path, text, ruleIds, preset);
  if ('settings' in read) return ok(read);
  const { file, line, column, message } = read.mistake;
  return {
    ok: false,
    reason: `${file}:${line}:${column}: ${message}`,
    ...(read.mode !== undefined && { mode: read.mode }),
  };
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
