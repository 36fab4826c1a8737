import { rules } from '../rules/index.ts';
import { defaultSettings, type Settings } from '../settings/defaults.ts';
import { readSettings, type Given } from '../settings/settings.ts';
import { tightened } from '../settings/tighten.ts';
import { signatoriesOf } from './agreement.ts';
import type { Command } from './commands/command.ts';
import { commands as allCommands } from './commands/index.ts';
import { examine, type Tools } from './examine.ts';
import type { Brings, Facts, GivenFacts, Owners } from './facts.ts';
import { hear } from './hear.ts';
import { known, knownOr, unknown } from './known.ts';
import { folderOfPath, foldersOf, isMisplaced, mostConnectors, pathsOf } from './layout.ts';
import { ownersOf } from './owners.ts';
import type { Known, Signature, Snapshot, TextAtBase } from './snapshot.ts';

/** What follows from a snapshot, without any judgement. `commands` are those that are heard. */
export function learn(
  snapshot: Snapshot,
  tools: Tools,
  commands: readonly Command[] = allCommands,
): Facts {
  const settings = settingsFor(snapshot);
  const shownWith = knownOr(settings, defaultSettings);
  const brings = bringsOf(snapshot, shownWith);
  const closed = snapshot.pull.state.is === 'closed';
  const connectors = (closed ? [] : snapshot.connectors.slice(0, mostConnectors)).map((at) => ({
    folder: { path: at.path, class: at.class },
    examined: examine(at, snapshot, shownWith, brings.proposal, tools),
  }));
  const given: GivenFacts = {
    snapshot,
    settings,
    shownWith,
    brings,
    connectors,
    signatories: signatoriesOf(snapshot, shownWith.agreement),
    owners: ownersFor(snapshot, brings),
    headSince: headSince(snapshot),
  };
  const heard = hear(given, tools, commands);
  return { ...given, signatories: withSignatures(given.signatories, heard.signatures), heard };
}

/** Those who have agreed just now have agreed. */
function withSignatures(
  signatories: GivenFacts['signatories'],
  signatures: readonly Signature[],
): GivenFacts['signatories'] {
  if (!signatories.known) return signatories;
  return known(
    signatories.value.map((one) => {
      const signature = signatures.find(({ account }) => account.id === one.account?.id);
      return signature ? { ...one, agreed: { is: 'signed', signature } } : one;
    }),
  );
}

/**
 * The settings that a pull request is judged by: those of its base branch, which cannot loosen what
 * the default branch sets. Unknown if something in either is wrong.
 */
export function settingsFor({
  settings,
  defaultBranch,
  pull,
}: Pick<Snapshot, 'settings' | 'defaultBranch' | 'pull'>): Known<Settings> {
  const own = settingsIn(settings);
  if (pull.base.ref === defaultBranch.name) return own.known ? known(own.value.settings) : own;
  const guard = settingsIn(defaultBranch.settings);
  if (!guard.known)
    return unknown(`The settings of the default branch could not be used: ${guard.because}`);
  if (!own.known) return own;
  const { base } = guard.value.settings;
  return known(
    tightened(
      own.value.settings,
      pull.base.ref === base ? guard.value.given : guard.value.settings,
      base,
    ),
  );
}

/**
 * The settings in a text: the defaults where there is none, unknown where something in it is wrong.
 */
function settingsIn(
  settings: Known<TextAtBase | null>,
): Known<{ settings: Settings; given: Given }> {
  if (!settings.known) return settings;
  if (settings.value === null) return known({ settings: defaultSettings, given: {} });
  const { path, text } = settings.value;
  const read = readSettings(path, text, ruleIds);
  if ('settings' in read) return known(read);
  const { file, line, column, message } = read.mistake;
  return unknown(`${file}:${line}:${column}: ${message}`);
}

const ruleIds = rules.map(({ id }) => id);
/** So many paths outside of connectors are named. */
const mostOutside = 100;

function bringsOf({ files, pull }: Snapshot, { folders }: Settings): Brings {
  const changed = knownOr(files, []);
  // What is taken away from there may go.
  const misplaced = changed
    .filter(({ path, status }) => status !== 'removed' && isMisplaced(path, folders))
    .map(({ path }) => path);
  const isTaken = new Set(misplaced);
  const outside = changed
    .flatMap(pathsOf)
    .filter((path) => !folderOfPath(path, folders) && !isTaken.has(path));
  const touched = foldersOf(changed, folders);
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
function completenessOf(files: Snapshot['files'], count: number): Brings['complete'] {
  if (!files.known) return files;
  return files.value.length < count
    ? unknown(`GitHub lists ${files.value.length} of the ${count} changed files.`)
    : known(true);
}

function ownersFor({ owners, teams }: Snapshot, { folders }: Brings): Known<Owners> {
  if (!owners.known) return owners;
  const [folder] = folders;
  const named =
    owners.value && folder
      ? ownersOf(owners.value.text, `${folder.path}/apiDefinition.swagger.json`)
      : [];
  const accounts: number[] = [];
  const missing: string[] = [];
  for (const team of named.filter((owner) => owner.includes('/'))) {
    const members = teams[team.slice(1).toLowerCase()];
    if (members?.known) accounts.push(...members.value.map(({ id }) => id));
    else missing.push(team);
  }
  const logins = named
    .filter((owner) => owner.startsWith('@') && !owner.includes('/'))
    .map((owner) => owner.slice(1).toLowerCase());
  return known({ named, logins, accounts, unknown: missing });
}

function headSince({ pushes, pull }: Snapshot): Known<string> {
  if (!pushes.known) return pushes;
  const push = pushes.value.findLast(({ sha }) => sha === pull.head.sha);
  return push ? known(push.at) : unknown('When the head was pushed is not known.');
}
