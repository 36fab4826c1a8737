import { mayStill, hasOneOf, hasRole } from './facts/roles.ts';
import { describedFixes } from './commands/describe-fixes.ts';
import { merge, mergeRoles } from './commands/merge.ts';
import { connectorDigest } from './facts/connector-digest.ts';
import { safe } from '../shared/finding.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import type {
  Command,
  ConsentState,
  CommandDone,
  CommandResult,
  CommandInvocation,
} from './commands/command.ts';
import type { Role } from './model/role.ts';
import {
  commandNameOf,
  hasCommand,
  parseCommands,
  type ParsedCommand,
} from './commands/parse-commands.ts';
import type { ReviewTools } from './facts/validate-connectors.ts';
import type { BaseFacts, CommandOutcome } from './model/facts.ts';
import { ok, valueOr, unavailable } from './model/result.ts';

import type { Answer, Comment, Result, MergeRequest, Voided } from './model/snapshot.ts';
import { listed, shortSha } from './model/markdown.ts';
import { codeSpan } from '../report/markdown.ts';

/** A trailer in the message of a commit by `/fix`, with the id of the comment that asked for it. */
export const fixTrailer = 'Gatehouse-Fix';

/**
 * Runs the commands that have no answer yet, oldest first, on top of the records. A command that
 * cannot be judged now, because GitHub did not say who wrote it or when the head was pushed, gets no
 * answer: the next review runs it again.
 */
export function applyCommands(
  facts: BaseFacts,
  tools: ReviewTools,
  commands: readonly Command[],
): CommandOutcome {
  const { snapshot } = facts;
  const outcome: CommandOutcome = {
    records: snapshot.records,
    signatures: [],
    verifications: [],
    rideEvents: [],
    explain: [],
    sayWhatIsLeft: [],
    fix: null,
    withdraw: false,
    share: null,
    mergeRequest: ok(null),
  };
  if (!snapshot.records.ok) return outcome;
  // If the settings do not say what is allowed, the next review runs the commands.
  if (!facts.allowed.comments && facts.allowed.check === 'conclusive') return outcome;
  const { transfer = null, certification = null, secondVersion = null } = snapshot.records.value;
  let consents: ConsentState = {
    ...snapshot.records.value,
    transfer,
    certification,
    secondVersion,
    signatures: [],
    verifications: [],
    rideEvents: [],
  };
  const answers: Answer[] = [...snapshot.records.value.answers];
  const answered = new Set(answers.map(({ comment }) => comment));
  const explain: number[] = [];
  const sayWhatIsLeft: number[] = [];

  const { since } = facts.displaySettings;
  for (const comment of unansweredComments(facts, answered)) {
    // It gets no answer, and none later: its author does not expect one any more.
    if (!facts.allowed.comments || comment.createdAt < since) {
      if (hasCommand(comment, snapshot.bot.login, commands))
        answers.push({ comment: comment.id, outcome: 'refused', silent: true });
      continue;
    }
    const applied = runAll(comment, facts, consents, tools, commands);
    if (!applied || applied.results.length === 0) continue;
    const { results } = applied;
    consents = applied.consents;
    for (const done of results.filter(isDone)) {
      const { explain: mustExplain, saysWhatIsLeft, fix, withdraw, share } = done;
      if (mustExplain) explain.push(comment.id);
      if (saysWhatIsLeft) sayWhatIsLeft.push(comment.id);
      if (fix) outcome.fix = { comment: comment.id, ...fix };
      if (withdraw) outcome.withdraw = true;
      if (share) outcome.share ??= { comment: comment.id, ...share };
    }
    const replies = results
      .map((result) => (isDone(result) ? result.reply : result.refused))
      .filter((reply) => reply !== undefined);
    answers.push({
      comment: comment.id,
      outcome: outcomeOf(results),
      ...(replies.length > 0 && { reply: replies.join('\n\n') }),
    });
  }
  const { signatures, verifications, rideEvents, merge: request, ...recorded } = consents;
  const voided = request && request.voided === undefined ? voidedBy(request, facts) : ok(undefined);
  const updated =
    request && voided.ok && voided.value ? { ...request, voided: voided.value } : request;
  return {
    ...outcome,
    records: ok({ ...snapshot.records.value, ...recorded, merge: updated, answers }),
    signatures,
    verifications,
    rideEvents,
    explain,
    sayWhatIsLeft,
    mergeRequest: facts.allowed.changes ? mergeRequestNow(updated, voided) : ok(null),
  };
}

/** The merge request if it counts; null if it was voided or there is none. */
function mergeRequestNow(
  request: MergeRequest | null,
  voided: Result<Voided | undefined>,
): Result<MergeRequest | null> {
  if (!voided.ok) return voided;
  return ok(request?.voided === undefined ? request : null);
}

/**
 * What voids a merge request, or undefined if it counts. A voided request stays void, even if the
 * change is undone. If something is unknown the request is not void, but not followed either.
 */
function voidedBy(request: MergeRequest, facts: BaseFacts): Result<Voided | undefined> {
  const { pull, baseSince } = facts.snapshot;
  if (pull.state.kind !== 'open') return ok(undefined);
  // The base may have changed to another branch and back.
  const hasMoved = baseSince.ok && baseSince.value !== null && baseSince.value >= request.at;
  if (request.base !== pull.base.ref || hasMoved) return ok({ kind: 'base', base: pull.base.ref });
  const digest = connectorDigest(facts);
  if (digest !== undefined && request.connector !== digest)
    return ok({ kind: 'push', head: pull.head.sha });
  const isUpheld = stillAsksToMerge(request, facts.snapshot);
  if (isUpheld.ok && !isUpheld.value) return ok({ kind: 'taken-back' });
  const mayMerge = mayStill(request.by, mergeRoles, facts);
  if (mayMerge.ok && !mayMerge.value) return ok({ kind: 'right' });
  if (!isUpheld.ok) return isUpheld;
  if (!baseSince.ok) return baseSince;
  return mayMerge.ok
    ? ok(undefined)
    : unavailable(
        safe`GitHub did not say whether ${request.by.login}, who asked for the merge, may still ` +
          safe`merge. ` +
          mayMerge.reason,
      );
}

/**
 * Whether the comment with the request still asks to merge. Unknown if comments that old were not
 * read.
 */
function stillAsksToMerge(
  { comment: id, at }: MergeRequest,
  { comments, bot }: BaseFacts['snapshot'],
): Result<boolean> {
  if (!comments.ok) return comments;
  const comment = comments.value.find((candidate) => candidate.id === id);
  if (comment)
    return ok(
      comment.updatedAt <= comment.createdAt ||
        parseCommands({ ...comment, updatedAt: comment.createdAt }, bot.login).some(
          (command) => 'name' in command && command.name === merge.name,
        ),
    );
  return comments.value.some(({ createdAt }) => createdAt < at) || comments.value.length === 0
    ? ok(false)
    : unavailable('The comment that asks for the merge was not read.');
}

/** A comment that has only unknown commands is not refused: nothing was asked for. */
function outcomeOf(results: readonly CommandResult[]): Answer['outcome'] {
  const refused = results.filter((result) => !isDone(result));
  if (refused.length === 0) return 'done';
  return refused.every(({ isUnknown }) => isUnknown) ? 'unknown' : 'refused';
}

const isDone = (result: CommandResult): result is CommandDone => result.refused === undefined;

/** Runs the commands of a comment. Undefined if one of them cannot be judged now. */
function runAll(
  comment: Comment,
  facts: BaseFacts,
  before: ConsentState,
  tools: ReviewTools,
  commands: readonly Command[],
): { results: CommandResult[]; consents: ConsentState } | undefined {
  let consents = before;
  const results: CommandResult[] = [];
  for (const parsed of parseCommands(comment, facts.snapshot.bot.login, commands)) {
    const command = commands.find(({ name }) => name === commandNameOf(parsed));
    if (!command || (parsed.alike && !couldMean(command, comment, facts, consents))) continue;
    const result = run(command, comment, parsed, facts, consents, tools);
    if (result === undefined) return undefined;
    results.push(result);
    if (isDone(result)) consents = { ...consents, ...result.consents };
  }
  return { results, consents };
}

const unansweredComments = (
  { snapshot: { comments, at } }: BaseFacts,
  answered: ReadonlySet<number>,
): Comment[] =>
  at.kind === 'merge-group'
    ? []
    : valueOr(comments, [])
        .filter(({ id }) => !answered.has(id))
        .toSorted((a, b) => compareStrings(a.createdAt, b.createdAt) || a.id - b.id);

/**
 * Whether someone who wrote something that only looks like a command could mean the command. Others
 * get no reply, because they may only talk about it.
 */
function couldMean(
  command: Command,
  comment: Comment,
  facts: BaseFacts,
  consents: ConsentState,
): boolean {
  if (facts.snapshot.pull.state.kind !== 'open' && !command.whenClosed) return false;
  if (command.couldMean) return command.couldMean(comment, facts, consents);
  if (typeof command.allowedRoles === 'string') return true;
  const isAllowed = hasOneOf(comment.author, command.allowedRoles, facts);
  return !isAllowed.ok || isAllowed.value;
}

/** Undefined if the command cannot be judged now. */
function run(
  command: Command,
  comment: Comment,
  parsed: ParsedCommand,
  facts: BaseFacts,
  consents: ConsentState,
  tools: ReviewTools,
): CommandResult | undefined {
  const { pull, commits, bot } = facts.snapshot;
  if (pull.state.kind !== 'open' && !command.whenClosed)
    return {
      refused:
        `This pull request is ${pull.state.kind}, so ` +
        `${codeSpan(`/${command.name}`)} does nothing.`,
    };
  const committed =
    command.name === 'fix'
      ? valueOr(commits, []).find(
          ({ author, message }) =>
            author.account.ok &&
            author.account.value?.id === bot.id &&
            message.split('\n').includes(`${fixTrailer}: ${comment.id}`),
        )
      : undefined;
  if (committed) {
    const fixes = describedFixes(committed.message);
    return {
      reply: `Committed ${shortSha(committed.sha)}${fixes === '' ? '' : `: ${fixes}`}.`,
      saysWhatIsLeft: true,
    };
  }

  if (typeof command.allowedRoles !== 'string') {
    const isAllowed = hasOneOf(comment.author, command.allowedRoles, facts);
    if (!isAllowed.ok) return undefined;
    if (!isAllowed.value)
      return {
        refused:
          `You cannot use ${codeSpan(`/${command.name}`)} here: it is for ` +
          `${listed(command.allowedRoles.map((role) => nameOfRole[role]))}.`,
      };
  }
  if (command.changesPullRequest && !facts.allowed.changes)
    return {
      refused:
        `Gatehouse runs with \`mode: comment\` here, so ${codeSpan(`/${command.name}`)} does ` +
        'nothing. A maintainer can set `mode: full` in `.github/gatehouse.yml`.',
    };
  if ('unclear' in parsed)
    return { refused: parsed.words, ...(parsed.isUnknown && { isUnknown: true }) };
  if (command.boundToHead) {
    const { baseSince } = facts.snapshot;
    if (!facts.headPushedAt.ok || !baseSince.ok) return undefined;
    // If both happened in the same second, its author may have seen either branch.
    if (baseSince.value !== null && comment.createdAt <= baseSince.value)
      return {
        refused:
          `You wrote this before the base branch changed to ${codeSpan(pull.base.ref)}. ` +
          'If it still applies, write it again.',
      };
    if (comment.createdAt < facts.headPushedAt.value)
      return {
        refused:
          `You wrote this before ${shortSha(pull.head.sha)} was pushed, so it was about an ` +
          'earlier commit. If it still applies, write it again.',
      };
  }
  const invocation: CommandInvocation = {
    comment,
    argument: parsed.rest,
    hasRole: (role) => hasRole(comment.author, role, facts),
  };
  return command.run(invocation, facts, consents, tools);
}

const nameOfRole: Record<Role, string> = {
  author: 'the author of the pull request',
  maintainer: 'people with write access',
  owner: 'owners of the connector',
  publisher: 'its publisher (the owners of the connector, or the author if it has none)',
};
