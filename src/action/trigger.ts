import { valueAt } from '../json/pointer.ts';
import { asObject, asText, isObject, type Json, type JsonObject } from '../json/values.ts';
import { pullRequestOfMergeQueue } from '../review/facts/merge-queue.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { readRegularFile } from '../workspace/files.ts';
import type { Environment } from './environment.ts';

/** A pull request in an event. */
export interface PullEvent {
  number: number;
  head: string;
  /** The head of the base branch when the pull request was last pushed to. */
  base: string;
  /** The name of the base branch. */
  baseRef: string;
  /** Whether its branch is in another repository. */
  fork: boolean;
}

/** A run of another workflow, in an event. */
export interface RunEvent {
  /** The name of the event that started it. */
  event: string;
  head: string;
  branch: string;
  /** The id of the repository that the branch is in. */
  repository: number;
  /** The login of that repository's owner. */
  owner: string;
  url: string;
}

/** What a workflow runs for, derived from its event. */
export type Trigger =
  | { kind: 'pull-request'; pull: PullEvent; trusted: boolean }
  /** Commits from `base` to `head`, of a merge queue or a push. */
  | { kind: 'commits'; base: string; head: string; of: 'merge_group' | 'push' }
  | { kind: 'run'; run: RunEvent }
  /** No change: every connector is checked. */
  | { kind: 'whole'; reason: string }
  /** The payload lacks what an event of its name has. */
  | { kind: 'unclear'; reason: string };

/** The commit that a change ends with; undefined if there is no change. */
export function commitOf(trigger: Trigger): string | undefined {
  if (trigger.kind === 'pull-request') return trigger.pull.head;
  return trigger.kind === 'commits' ? trigger.head : undefined;
}

/** Which pull requests to review the contributor license agreement of. */
export type ClaTrigger =
  /** `group`: the commit that a merge queue made of the pull request, and that commit's base. */
  | { kind: 'pull-request'; number: number; group?: { sha: string; baseSha: string } }
  /** The event is about no single pull request. */
  | { kind: 'all-open'; reason: string }
  | { kind: 'nothing'; reason: string }
  | { kind: 'unclear'; reason: string };

/** GitHub sends events of at most 25 MB. */
const maxEventBytes = 32 * 1024 * 1024;
/** The SHA that stands for no commit: before the first push of a branch, and after its deletion. */
const noCommit = /^0+$/;
const isSha = (text: string | undefined): text is string =>
  text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !noCommit.test(text);
const textAt = (from: JsonObject | undefined, ...path: string[]): string | undefined =>
  asText(valueAt(from, path));

/**
 * Reads the payload of the event from the file that the runner wrote; undefined if there is none,
 * or the payload is not an object.
 * @throws UserError if the file cannot be read
 */
export function readEvent({ GITHUB_EVENT_PATH: file }: Environment): JsonObject | undefined {
  if (file === undefined || file === '') return undefined;
  const content = readRegularFile(file, { maxBytes: maxEventBytes, follow: true });
  if (!('bytes' in content))
    throw new UserError(`The event could not be read from ${file}: it ${content.description}.`);
  try {
    return asObject(JSON.parse(content.bytes.toString()));
  } catch (error) {
    throw new UserError(`The event could not be read from ${file}: ${errorMessage(error)}`);
  }
}

/** @param event the payload of the event, as `readEvent` returns it */
export function parseTrigger(name: string, event: JsonObject | undefined): Trigger {
  const unclear = (missing: string): Trigger => ({
    kind: 'unclear',
    reason: `The payload of the event ${name} has no ${missing}.`,
  });
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review': {
      const pull = pullOf(asObject(event?.pull_request));
      return pull
        ? { kind: 'pull-request', pull, trusted: name === 'pull_request_target' }
        : unclear('pull request');
    }
    case 'merge_group': {
      const commits = mergeGroupCommits(event);
      return commits ? { kind: 'commits', ...commits, of: name } : unclear('merge group');
    }
    case 'push': {
      const before = textAt(event, 'before');
      const after = textAt(event, 'after');
      if (before !== undefined && noCommit.test(before))
        return { kind: 'whole', reason: 'the branch or tag is new' };
      return isSha(before) && isSha(after)
        ? { kind: 'commits', base: before, head: after, of: name }
        : unclear('commit from before the push');
    }
    case 'workflow_run': {
      const run = runOf(asObject(event?.workflow_run));
      return run ? { kind: 'run', run } : unclear('workflow run');
    }
    default:
      return { kind: 'whole', reason: name === '' ? 'there is no event' : `the event is ${name}` };
  }
}

/** @param event the payload of the event, as `readEvent` returns it */
export function parseClaTrigger(name: string, event: JsonObject | undefined): ClaTrigger {
  const pull = (value: Json | undefined): ClaTrigger =>
    isNumber(value)
      ? { kind: 'pull-request', number: value }
      : { kind: 'unclear', reason: `The payload of the event ${name} has no pull request.` };
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
      return pull(valueAt(event, ['pull_request', 'number']));
    case 'issue_comment':
      return isObject(valueAt(event, ['issue', 'pull_request']))
        ? pull(valueAt(event, ['issue', 'number']))
        : { kind: 'nothing', reason: 'the comment is on an issue, not on a pull request' };
    case 'merge_group': {
      const commits = mergeGroupCommits(event);
      const number = pullRequestOfMergeQueue(textAt(event, 'merge_group', 'head_ref') ?? '');
      return commits && isNumber(number)
        ? {
            kind: 'pull-request',
            number,
            group: { sha: commits.head, baseSha: commits.base },
          }
        : {
            kind: 'unclear',
            reason: `The payload of the event ${name} does not name its commits and pull request.`,
          };
    }
    default:
      return {
        kind: 'all-open',
        reason: name === '' ? 'there is no event' : `the event is ${name}`,
      };
  }
}

function mergeGroupCommits(
  event: JsonObject | undefined,
): { base: string; head: string } | undefined {
  const base = textAt(event, 'merge_group', 'base_sha');
  const head = textAt(event, 'merge_group', 'head_sha');
  return isSha(base) && isSha(head) ? { base, head } : undefined;
}

const isNumber = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

function pullOf(pull: JsonObject | undefined): PullEvent | undefined {
  const head = textAt(pull, 'head', 'sha');
  const base = textAt(pull, 'base', 'sha');
  const baseRef = textAt(pull, 'base', 'ref');
  const number = pull?.number;
  if (typeof number !== 'number' || !isSha(head) || !isSha(base) || baseRef === undefined)
    return undefined;
  return {
    number,
    head,
    base,
    baseRef,
    fork: valueAt(pull, ['head', 'repo', 'id']) !== valueAt(pull, ['base', 'repo', 'id']),
  };
}

function runOf(run: JsonObject | undefined): RunEvent | undefined {
  const event = textAt(run, 'event');
  const head = textAt(run, 'head_sha');
  const branch = textAt(run, 'head_branch');
  const repository = valueAt(run, ['head_repository', 'id']);
  const owner = textAt(run, 'head_repository', 'owner', 'login');
  const url = textAt(run, 'html_url');
  if (
    event === undefined ||
    !isSha(head) ||
    branch === undefined ||
    typeof repository !== 'number' ||
    owner === undefined ||
    url === undefined
  )
    return undefined;
  return { event, head, branch, repository, owner, url };
}
