import { resolveSettings } from '../review/derive-facts.ts';
import { ok, unavailable, valueOr } from '../review/model/result.ts';
import type {
  DefaultBranch,
  Protection,
  RepositoryName,
  Result,
  TextAtBase,
} from '../review/model/snapshot.ts';
import { defaultSettings, settingsPath, type Settings } from '../settings/defaults.ts';
import type { Client } from './client.ts';
import { readBlob, readTree, type TreeEntry } from './git-trees.ts';
import {
  booleanAt,
  isObject,
  objectAt,
  orUnreadable,
  shaAt,
  stringAt,
  stringAtOr,
  timeAt,
  toList,
  toObject,
  type ResponseObject,
} from './parse-response.ts';
import type { PullResponse } from './request-pull.ts';

const branchRoute = 'GET /repos/{owner}/{repo}/branches/{branch}';

/** The rules of a branch: its rulesets, and the public part of its classic branch protection. */
export async function readProtection(
  client: Client,
  repository: RepositoryName,
  branch: string,
): Promise<Result<Protection>> {
  const [rules, response] = await Promise.all([
    client.listAll('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...repository, branch }),
    client.get(branchRoute, { ...repository, branch }),
  ]);
  if (!rules.ok) return rules;
  if (!response.ok) return response;
  const requiredChecks = new Set<string>();
  let mergeQueue = false;
  for (const item of rules.value) {
    const rule = toObject(item, 'a rule');
    if (rule.type === 'merge_queue') mergeQueue = true;
    if (rule.type !== 'required_status_checks') continue;
    const { required_status_checks: checks } = objectAt(rule, 'parameters');
    for (const check of toList(checks, 'required_status_checks'))
      requiredChecks.add(stringAt(toObject(check, 'a check'), 'context'));
  }
  const { protection } = toObject(response.value, 'a branch');
  const classic = isObject(protection) ? protection.required_status_checks : undefined;
  const contexts: unknown = isObject(classic) ? classic.contexts : undefined;
  for (const context of Array.isArray(contexts) ? contexts : [])
    if (typeof context === 'string') requiredChecks.add(context);
  return ok({ requiredChecks: [...requiredChecks].sort(), mergeQueue });
}

/** GitHub ignores a larger `CODEOWNERS` too. */
const maxPolicyBytes = 3 * 1024 * 1024;

/**
 * A file that configures the guard, from the first of `paths` that the tree has. Null if it has
 * none. Unavailable if something other than a file is at the path: that is a mistake of the
 * repository, and to ignore it would weaken the guard.
 * @param tree Of the last commit of the branch.
 */
export async function readPolicyFile(
  client: Client,
  repository: RepositoryName,
  tree: Result<readonly TreeEntry[]>,
  paths: readonly string[],
): Promise<Result<TextAtBase | null>> {
  if (!tree.ok) return tree;
  for (const path of paths) {
    const entry = tree.value.find((each) => each.path === path) ?? replacedParent(tree.value, path);
    if (!entry) continue;
    if (entry.path !== path || entry.type !== 'blob' || entry.mode === '120000')
      return unavailable(`${entry.path} is ${kindOf(entry)}, so ${path} cannot be read`);
    if (entry.size > maxPolicyBytes)
      return unavailable(`${path} is larger than ${maxPolicyBytes} bytes`);
    const blob = await readBlob(client, repository, entry.sha);
    return blob.ok ? ok({ path, text: Buffer.from(blob.value, 'base64').toString() }) : blob;
  }
  return ok(null);
}

/**
 * What is at the path of the settings' folder if that is not a folder. Other files have alternative
 * places, so that this says nothing about them.
 */
const replacedParent = (tree: readonly TreeEntry[], path: string): TreeEntry | undefined =>
  path === settingsPath
    ? tree.find((entry) => entry.type !== 'tree' && path.startsWith(`${entry.path}/`))
    : undefined;

function kindOf({ type, mode }: TreeEntry): string {
  if (type === 'tree') return 'a folder';
  if (type === 'commit') return 'a submodule';
  return mode === '120000' ? 'a symbolic link' : 'a file';
}

/**
 * The default branch and its settings.
 * @param baseSettings The settings of the base branch, which is mostly the default branch.
 */
export async function readDefaultBranch(
  client: Client,
  { owner, repo }: RepositoryName,
  pull: ResponseObject<PullResponse>,
  baseSettings: Result<TextAtBase | null>,
): Promise<DefaultBranch> {
  const base = objectAt(pull, 'base');
  const name = stringAt(objectAt(base, 'repo'), 'default_branch');
  if (name === stringAt(base, 'ref')) return { name, settings: baseSettings };
  return { name, settings: await readSettingsFile(client, { owner, repo }, name) };
}

/** The last commit of a branch, and its files. */
interface BranchTip {
  name: string;
  commit: string;
  tree: readonly TreeEntry[];
}

const readTip = (
  client: Client,
  repository: RepositoryName,
  branch: string,
): Promise<Result<BranchTip>> =>
  orUnreadable(async () => {
    const response = await client.get(branchRoute, { ...repository, branch });
    if (!response.ok) return response;
    const { commit } = toObject(response.value, 'a branch');
    const sha = shaAt(toObject(commit, 'a commit'), 'sha');
    const tree = await readTree(client, repository, sha);
    return tree.ok ? ok({ name: branch, commit: sha, tree: tree.value }) : tree;
  });

/** The settings file at the tip of a branch; null if there is none. */
async function readSettingsFile(
  client: Client,
  repository: RepositoryName,
  branch: string,
): Promise<Result<TextAtBase | null>> {
  const tip = await readTip(client, repository, branch);
  return readPolicyFile(client, repository, tip.ok ? ok(tip.value.tree) : tip, [settingsPath]);
}

/** What GitHub says of a repository. */
export interface RepositoryInfo {
  /** `owner/name`, as GitHub writes it; the new name if the repository was renamed. */
  name: string;
  /** Whether everyone may read it. */
  isPublic: boolean;
  defaultBranch: string;
  /** For a fork, the repository that all forks of it descend from, as `owner/name`. */
  forkOf?: string;
}

export const readRepositoryInfo = (
  client: Client,
  { owner, repo }: RepositoryName,
): Promise<Result<RepositoryInfo>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}', { owner, repo });
    if (!response.ok) return response;
    const from = toObject(response.value, 'a repository');
    const forkOf = forkSourceOf(from);
    return ok({
      name: stringAt(from, 'full_name'),
      isPublic: !booleanAt(from, 'private'),
      defaultBranch: stringAt(from, 'default_branch'),
      ...(forkOf !== undefined && { forkOf }),
    });
  });

/** The branch that connectors are merged into. */
export interface BaseBranch {
  settings: Settings;
  tip: BranchTip;
}

/**
 * The base branch of a repository, with its settings as for a pull request into it.
 * @param name of the default branch
 */
export async function readBase(
  client: Client,
  { owner, repo }: RepositoryName,
  name: string,
): Promise<Result<BaseBranch>> {
  const repository = { owner, repo };
  const settingsAt = (branch: Result<BranchTip>): Promise<Result<TextAtBase | null>> =>
    readPolicyFile(client, repository, branch.ok ? ok(branch.value.tree) : branch, [settingsPath]);
  const resolve = (ref: string, settings: Result<TextAtBase | null>): Result<Settings> =>
    resolveSettings({ repository, settings, defaultBranch, pull: { base: { ref } } });
  let tip = await readTip(client, repository, name);
  const defaultBranch = { name, settings: await settingsAt(tip) };
  let settings = resolve(name, defaultBranch.settings);
  if (settings.ok && settings.value.base !== name) {
    const { base } = settings.value;
    tip = await readTip(client, repository, base);
    settings = resolve(base, await settingsAt(tip));
  }
  if (!settings.ok) return settings;
  return tip.ok ? ok({ settings: settings.value, tip: tip.value }) : tip;
}

/**
 * The settings of a repository: those of its base branch, as for a pull request into it.
 * @param name of the default branch
 */
export async function readSettings(
  client: Client,
  repository: RepositoryName,
  name: string,
): Promise<Result<Settings>> {
  const base = await readBase(client, repository, name);
  return base.ok ? ok(base.value.settings) : base;
}

/** The repository that a pull request's repository is a fork of, as `owner/name`. */
export async function readForkSource(
  client: Client,
  { owner, repo }: RepositoryName,
  pull: ResponseObject<PullResponse>,
): Promise<string | undefined> {
  if (objectAt(objectAt(pull, 'base'), 'repo').fork !== true) return undefined;
  const response = await client.get('GET /repos/{owner}/{repo}', { owner, repo });
  return response.ok && isObject(response.value) ? forkSourceOf(response.value) : undefined;
}

/** The repository that all forks of it descend from, as `owner/name`. */
const forkSourceOf = ({ source }: { source?: unknown }): string | undefined =>
  isObject(source) ? stringAtOr(source, 'full_name', undefined) : undefined;

/**
 * The settings that decide what is read, or the defaults if they are invalid. The review reports
 * invalid settings.
 */
export const settingsOrDefaults = (source: Parameters<typeof resolveSettings>[0]): Settings =>
  valueOr(resolveSettings(source), defaultSettings);

/** When the base branch of the pull request was last changed to another one; null if never. */
export async function readBaseChangeTime(
  client: Client,
  repository: RepositoryName,
  pull: number,
): Promise<Result<string | null>> {
  const events = await client.listAll('GET /repos/{owner}/{repo}/issues/{issue_number}/events', {
    ...repository,
    issue_number: pull,
  });
  if (!events.ok) return events;
  const times = events.value
    .map((item) => toObject(item, 'an event'))
    .filter(
      ({ event }) => event === 'base_ref_changed' || event === 'automatic_base_change_succeeded',
    )
    .map((from) => timeAt(from, 'created_at'));
  return ok(times.sort().at(-1) ?? null);
}
