import { resolve } from 'node:path';
import { UserError } from '../shared/user-error.ts';
import { isWithin } from '../workspace/find-checkout.ts';
import { fromRoot, readBaseFile, type Base, type Clone } from '../workspace/git.ts';
import { maxSettingsBytes, settingsOf } from '../workspace/validate-checkout.ts';
import type { PullEvent, Trigger } from './trigger.ts';

/** The commit to compare the connectors with, and why it is this one, for the log. */
export interface ComparisonBase {
  ref: string;
  reason: string;
}

/**
 * Chooses the commit to compare with from the event; undefined if the event is about no change.
 * @throws UserError if the event or the clone lacks it; says what to fetch
 */
export async function comparisonBaseOf(
  trigger: Exclude<Trigger, { kind: 'run' }>,
  clone: Clone | undefined,
): Promise<ComparisonBase | undefined> {
  if (trigger.kind === 'unclear')
    throw new UserError(
      `${trigger.reason} Set the input base to the commit to compare with, ` +
        'or run on an event that has it.',
    );
  if (trigger.kind === 'whole') return undefined;
  if (!clone)
    throw new UserError(
      `${process.cwd()} is not a git checkout. Put actions/checkout with \`fetch-depth: ` +
        `${trigger.kind === 'pull-request' ? 2 : 0}\` before this step.`,
    );
  return trigger.kind === 'pull-request'
    ? baseOfPull(trigger.pull, trigger.trusted, clone)
    : baseOfCommits(trigger, clone);
}

/**
 * The first parent of the merge commit that GitHub makes of a pull request is the base branch at
 * that moment, so two commits of history are enough. If the workflow checks out the head of the
 * pull request instead, finding the merge base takes the whole history.
 */
async function baseOfPull(
  pull: PullEvent,
  trusted: boolean,
  clone: Clone,
): Promise<ComparisonBase> {
  const [baseParent, headParent] = clone.parents;
  if (baseParent !== undefined && headParent === pull.head) {
    if (!(await clone.has(baseParent)))
      throw missingHistory(
        `The clone ends at the merge commit and lacks its parent ${baseParent.slice(0, 10)}.`,
        'fetch-depth: 2',
        `git fetch --no-tags --depth=2 origin ${clone.head}`,
      );
    return {
      ref: baseParent,
      reason: `the commit of ${pull.baseRef} that the pull request is merged into`,
    };
  }
  if (trusted && clone.head !== pull.head) {
    throw new UserError(
      `The checkout is at ${clone.head.slice(0, 10)}, not at the pull request's ` +
        `${pull.head.slice(0, 10)}: on pull_request_target actions/checkout takes the base ` +
        'branch. Use the two workflows of docs/action.md instead.',
    );
  }
  await requireHistory(clone, pull.base, `the base branch ${pull.baseRef}`);
  return { ref: pull.base, reason: `where the pull request branched off ${pull.baseRef}` };
}

async function baseOfCommits(
  { base, of }: Extract<Trigger, { kind: 'commits' }>,
  clone: Clone,
): Promise<ComparisonBase> {
  const reason =
    of === 'push' ? 'the commit before the push' : 'the commit that the merge queue builds on';
  await requireHistory(clone, base, reason);
  return { ref: base, reason };
}

/** @throws UserError if the clone lacks the commit, or the history that joins it to HEAD */
async function requireHistory(clone: Clone, commit: string, description: string): Promise<void> {
  if (await clone.has(commit)) {
    // Without the history between the two commits, git finds no merge base, or takes every file for
    // a new one.
    if (!clone.shallow || (await clone.joins(commit))) return;
    throw missingHistory(
      'The clone is shallow and lacks the history between HEAD and ' +
        `${commit.slice(0, 10)}, ${description}.`,
      'fetch-depth: 0',
      'git fetch --no-tags --unshallow origin',
    );
  }
  throw missingHistory(
    `The clone lacks ${commit.slice(0, 10)}, ${description}.`,
    'fetch-depth: 0',
    `git fetch --no-tags ${clone.shallow ? '--unshallow ' : ''}origin ${commit}`,
  );
}

const missingHistory = (problem: string, depth: string, fetch: string): UserError =>
  new UserError(`${problem} Give actions/checkout \`${depth}\`, or run before this step: ${fetch}`);

/**
 * Reads the settings file that the input `config` names, at the base: never as the change has it.
 * @throws UserError if the base has no such file
 */
export async function settingsAtBase(
  { root, tip }: Base,
  file: string,
): Promise<Awaited<ReturnType<typeof settingsOf>>> {
  const path = fromRoot({ root }, resolve(file));
  const bytes =
    path === '' || !isWithin(root, resolve(file))
      ? undefined
      : await readBaseFile(root, tip, path, maxSettingsBytes);
  if (!bytes)
    throw new UserError(
      `${path}, which the input config names, is not in the base ${tip.slice(0, 10)}. ` +
        'Settings are read from the base, never from the change.',
    );
  return settingsOf(path, path, bytes);
}
