import { mayStill, hasOneOf, hasRole } from './facts/roles.ts';
import { merge, mergeRoles, connectorDigest } from './commands/merge.ts';
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
import { parseCommands, type ParsedCommand } from './commands/parse-commands.ts';
import type { ReviewTools } from './facts/validate-connectors.ts';
import type { BaseFacts, CommandOutcome } from './model/facts.ts';
import { ok, valueOr, unavailable } from './model/result.ts';

import type { Answer, Comment, Result, MergeRequest, Voided } from './model/snapshot.ts';
import { listed, shortSha } from './model/markdown.ts';
import { codeSpan } from '../report/markdown.ts';

/** In the message of a commit that `/fix` made: the comment that asked for it. */
export const fixTrailer = 'Gatehouse-Fix';

/**
 * Carries out the commands that have no answer yet, oldest first, on top of what is recorded. A
 * command that cannot be judged now (GitHub did not say who its writer is, or when the head was
 * pushed) gets no answer: it is heard again in the next review.
 */
export function applyCommands(
  facts: BaseFacts,
  tools: ReviewTools,
  commands: readonly Command[],
): CommandOutcome {
  const { snapshot } = facts;
  const heard: CommandOutcome = {
    records: snapshot.records,
    signatures: [],
    explain: [],
    fix: null,
    withdraw: false,
    mergeRequest: ok(null),
  };
  if (!snapshot.records.ok) return heard;
  let consents: ConsentState = { ...snapshot.records.value, signatures: [] };
  const answers: Answer[] = [...snapshot.records.value.answers];
  const answered = new Set(answers.map(({ comment }) => comment));
  const explain: number[] = [];

  for (const comment of pending(facts, answered)) {
    const carried = carryOutAll(comment, facts, consents, tools, commands);
    if (!carried || carried.results.length === 0) continue;
    const { results } = carried;
    consents = carried.consents;
    for (const { explain: asked, fix, withdraw } of results.filter(isDone)) {
      if (asked) explain.push(comment.id);
      if (fix) heard.fix = { comment: comment.id, files: fix };
      if (withdraw) heard.withdraw = true;
    }
    const words = results
      .map(({ refused, ...done }) => refused ?? ('reply' in done ? done.reply : undefined))
      .filter((one) => one !== undefined);
    const refused = results.some((result) => !isDone(result));
    answers.push({
      comment: comment.id,
      outcome: refused ? 'refused' : 'done',
      ...(words.length > 0 && { reply: words.join('\n\n') }),
    });
  }
  const { signatures, merge: said, ...recorded } = consents;
  const voided = said && said.voided === undefined ? voidedBy(said, facts) : ok(undefined);
  const wish = said && voided.ok && voided.value ? { ...said, voided: voided.value } : said;
  return {
    ...heard,
    records: ok({ ...snapshot.records.value, ...recorded, merge: wish, answers }),
    signatures,
    explain,
    mergeRequest: voided.ok ? ok(wish && wish.voided === undefined ? wish : null) : voided,
  };
}

/**
 * What voids a wish to merge, for good: what changed back does not bring it back. Undefined if it
 * counts. Something unknown voids nothing, and keeps the wish from being followed.
 */
function voidedBy(wish: MergeRequest, facts: BaseFacts): Result<Voided | undefined> {
  const { pull, baseSince } = facts.snapshot;
  if (pull.state.kind !== 'open') return ok(undefined);
  // It may have gone to another branch and come back since.
  const moved = baseSince.ok && baseSince.value !== null && baseSince.value >= wish.at;
  if (wish.base !== pull.base.ref || moved) return ok({ kind: 'base', base: pull.base.ref });
  const state = connectorDigest(facts);
  if (state !== undefined && wish.connector !== state)
    return ok({ kind: 'push', head: pull.head.sha });
  const stands = commentStands(wish, facts.snapshot);
  if (stands.ok && !stands.value) return ok({ kind: 'taken-back' });
  const may = mayStill(wish.by, mergeRoles, facts);
  if (may.ok && !may.value) return ok({ kind: 'right' });
  if (!stands.ok) return stands;
  if (!baseSince.ok) return baseSince;
  return may.ok
    ? ok(undefined)
    : unavailable(
        safe`GitHub did not say whether ${wish.by.login}, who asked for the merge, may still ` +
          safe`merge. ` +
          may.reason,
      );
}

/**
 * Whether the comment that a wish was made in still says it. Unknown where comments that old were
 * not read.
 */
function commentStands(
  { comment: id, at }: MergeRequest,
  { comments, bot }: BaseFacts['snapshot'],
): Result<boolean> {
  if (!comments.ok) return comments;
  const comment = comments.value.find((one) => one.id === id);
  if (comment)
    return ok(
      comment.updatedAt <= comment.createdAt ||
        parseCommands({ ...comment, updatedAt: comment.createdAt }, bot.login).some(
          (said) => 'name' in said && said.name === merge.name,
        ),
    );
  return comments.value.some(({ createdAt }) => createdAt < at) || comments.value.length === 0
    ? ok(false)
    : unavailable('The comment that asks for the merge was not read.');
}

const isDone = (result: CommandResult): result is CommandDone => result.refused === undefined;

/** Undefined where one of its commands cannot be judged now. */
function carryOutAll(
  comment: Comment,
  facts: BaseFacts,
  before: ConsentState,
  tools: ReviewTools,
  commands: readonly Command[],
): { results: CommandResult[]; consents: ConsentState } | undefined {
  let consents = before;
  const results: CommandResult[] = [];
  for (const said of parseCommands(comment, facts.snapshot.bot.login, commands)) {
    const command = commands.find(
      ({ name }) => name === ('unclear' in said ? said.unclear : said.name),
    );
    if (!command || (said.alike && !mayMean(command, comment, facts, consents))) continue;
    const result = carryOut(command, comment, said, facts, consents, tools);
    if (result === undefined) return undefined;
    results.push(result);
    if (isDone(result)) consents = { ...consents, ...result.consents };
  }
  return { results, consents };
}

const pending = (
  { snapshot: { comments, at } }: BaseFacts,
  answered: ReadonlySet<number>,
): Comment[] =>
  at.kind === 'merge-group'
    ? []
    : valueOr(comments, [])
        .filter(({ id }) => !answered.has(id))
        .toSorted((a, b) => compareStrings(a.createdAt, b.createdAt) || a.id - b.id);

/**
 * Whether somebody who wrote what only looks like a command may mean it. Others are not told: they
 * may be talking of it.
 */
function mayMean(
  command: Command,
  comment: Comment,
  facts: BaseFacts,
  consents: ConsentState,
): boolean {
  if (facts.snapshot.pull.state.kind !== 'open' && !command.whenClosed) return false;
  if (command.couldMean) return command.couldMean(comment, facts, consents);
  if (typeof command.allowedRoles === 'string') return true;
  const may = hasOneOf(comment.author, command.allowedRoles, facts);
  return !may.ok || may.value;
}

/** Undefined where it cannot be judged now. */
function carryOut(
  command: Command,
  comment: Comment,
  as: ParsedCommand,
  facts: BaseFacts,
  consents: ConsentState,
  tools: ReviewTools,
): CommandResult | undefined {
  const { pull, commits, bot } = facts.snapshot;
  if (pull.state.kind !== 'open' && !command.whenClosed)
    return {
      refused:
        `This pull request is ${pull.state.kind}: ` +
        `${codeSpan(`/${command.name}`)} has nothing to act on.`,
    };
  if (
    command.name === 'fix' &&
    valueOr(commits, []).some(
      ({ author, message }) =>
        author.account.ok &&
        author.account.value?.id === bot.id &&
        message.split('\n').includes(`${fixTrailer}: ${comment.id}`),
    )
  )
    return {};

  const has = (role: Role): Result<boolean> => hasRole(comment.author, role, facts);
  if (typeof command.allowedRoles !== 'string') {
    const may = hasOneOf(comment.author, command.allowedRoles, facts);
    if (!may.ok) return undefined;
    if (!may.value)
      return {
        refused:
          `${codeSpan(`/${command.name}`)} is for the ` +
          `${listed(command.allowedRoles.map((role) => nameOfRole[role]))}.`,
      };
  }
  if ('unclear' in as) return { refused: as.words };
  if (command.boundToHead) {
    const { baseSince } = facts.snapshot;
    if (!facts.headPushedAt.ok || !baseSince.ok) return undefined;
    // Its writer may have seen either branch if it was changed within the same second.
    if (baseSince.value !== null && comment.createdAt <= baseSince.value)
      return {
        refused:
          `This was written before the base branch became ${codeSpan(pull.base.ref)}. ` +
          'If it holds for that branch, write it again.',
      };
    if (comment.createdAt < facts.headPushedAt.value)
      return {
        refused:
          `This was written before ${shortSha(pull.head.sha)} was pushed, so it was about ` +
          'something else. If it holds for what is there now, write it again.',
      };
  }
  const said: CommandInvocation = { comment, argument: as.rest, hasRole: has };
  return command.run(said, facts, consents, tools);
}

const nameOfRole: Record<Role, string> = {
  author: 'author of the pull request',
  maintainer: 'people with write access',
  owner: 'owners of the connector',
};
