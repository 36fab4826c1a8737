import { asObject, asText, isObject, type Json, type JsonObject } from '../json/values.ts';
import { pullRequestOfMergeQueue } from '../review/facts/merge-queue.ts';

/** A pull request, as an event tells of it. */
export interface PullEvent {
  number: number;
  /** The last commit of its branch. */
  head: string;
  /** Where the base branch stood when the branch was last pushed to, and its name. */
  base: string;
  baseRef: string;
  /** Whether its branch is in another repository. */
  fork: boolean;
}

/** A run of another workflow, as an event tells of it. */
export interface RunEvent {
  /** The event that it ran for. */
  event: string;
  head: string;
  branch: string;
  /** The number of the repository that the branch is in, and the login of its owner. */
  repository: number;
  owner: string;
  url: string;
}

/** What a workflow runs for. */
export type Trigger =
  | { kind: 'pull-request'; pull: PullEvent; trusted: boolean }
  /** Commits on top of a base: a merge queue's, or pushed ones. `head` is where they end. */
  | { kind: 'commits'; base: string; head: string; of: 'merge_group' | 'push' }
  | { kind: 'run'; run: RunEvent }
  /** No change at all: everything there is. */
  | { kind: 'whole'; reason: string }
  /** An event that should say more than it does. */
  | { kind: 'unclear'; reason: string };

/** What the agreement is asked about. */
export type ClaTrigger =
  /**
   * `group`: what a merge queue made of the pull request, and the commit that it goes on top of.
   */
  | { kind: 'pull-request'; number: number; group?: { sha: string; baseSha: string } }
  /** No pull request in particular. */
  | { kind: 'every-open-one'; reason: string }
  | { kind: 'nothing'; reason: string }
  | { kind: 'unclear'; reason: string };

const noCommit = /^0+$/;
const isSha = (text: string | undefined): text is string =>
  text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !noCommit.test(text);
const inner = (from: JsonObject | undefined, ...path: string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, name) => asObject(value)?.[name], from);
const textAt = (from: JsonObject | undefined, ...path: string[]): string | undefined =>
  asText(inner(from, ...path));

/** What an event means. `payload` is what the runner left in the event's file. */
export function parseTrigger(name: string, payload: unknown): Trigger {
  const event = isObject(payload) ? payload : undefined;
  const unclear = (what: string): Trigger => ({
    kind: 'unclear',
    reason: `The event ${name} has no ${what} in it.`,
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
      const [base, head] = [
        textAt(event, 'merge_group', 'base_sha'),
        textAt(event, 'merge_group', 'head_sha'),
      ];
      return isSha(base) && isSha(head)
        ? { kind: 'commits', base, head, of: name }
        : unclear('merge group');
    }
    case 'push': {
      const [before, after] = [textAt(event, 'before'), textAt(event, 'after')];
      if (before !== undefined && noCommit.test(before))
        return { kind: 'whole', reason: 'the branch or tag is new' };
      return isSha(before) && isSha(after)
        ? { kind: 'commits', base: before, head: after, of: name }
        : unclear('commit from before the push');
    }
    case 'workflow_run': {
      const run = runOf(asObject(event?.workflow_run));
      return run ? { kind: 'run', run } : unclear('run of a workflow');
    }
    default:
      return { kind: 'whole', reason: name === '' ? 'there is no event' : `the event is ${name}` };
  }
}

/** Whose agreement an event asks about. `payload` is what the runner left in the event's file. */
export function parseClaTrigger(name: string, payload: unknown): ClaTrigger {
  const event = isObject(payload) ? payload : undefined;
  const pull = (value: Json | undefined): ClaTrigger =>
    isNumber(value)
      ? { kind: 'pull-request', number: value }
      : { kind: 'unclear', reason: `The event ${name} has no pull request in it.` };
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
      return pull(inner(event, 'pull_request', 'number'));
    case 'issue_comment':
      return isObject(inner(event, 'issue', 'pull_request'))
        ? pull(inner(event, 'issue', 'number'))
        : { kind: 'nothing', reason: 'the comment is on an issue, not on a pull request' };
    case 'merge_group': {
      const [sha, baseSha] = [
        textAt(event, 'merge_group', 'head_sha'),
        textAt(event, 'merge_group', 'base_sha'),
      ];
      const number = pullRequestOfMergeQueue(textAt(event, 'merge_group', 'head_ref') ?? '');
      return isSha(sha) && isSha(baseSha) && isNumber(number)
        ? { kind: 'pull-request', number, group: { sha, baseSha } }
        : {
            kind: 'unclear',
            reason: `The event ${name} does not name its commits and pull request.`,
          };
    }
    default:
      return {
        kind: 'every-open-one',
        reason: name === '' ? 'there is no event' : `the event is ${name}`,
      };
  }
}

const isNumber = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

function pullOf(pull: JsonObject | undefined): PullEvent | undefined {
  const [head, base, baseRef] = [
    textAt(pull, 'head', 'sha'),
    textAt(pull, 'base', 'sha'),
    textAt(pull, 'base', 'ref'),
  ];
  const number = pull?.number;
  if (typeof number !== 'number' || !isSha(head) || !isSha(base) || baseRef === undefined)
    return undefined;
  return {
    number,
    head,
    base,
    baseRef,
    fork: inner(pull, 'head', 'repo', 'id') !== inner(pull, 'base', 'repo', 'id'),
  };
}

function runOf(run: JsonObject | undefined): RunEvent | undefined {
  const [event, head, branch] = [
    textAt(run, 'event'),
    textAt(run, 'head_sha'),
    textAt(run, 'head_branch'),
  ];
  const [repository, owner, url] = [
    inner(run, 'head_repository', 'id'),
    textAt(run, 'head_repository', 'owner', 'login'),
    textAt(run, 'html_url'),
  ];
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
