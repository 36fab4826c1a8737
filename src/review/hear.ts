import { merge, mergers, stateOf } from './commands/merge.ts';
import { say } from '../connector/finding.ts';
import { compareStrings } from '../connector/order.ts';
import type { Command, Consents, Done, Result, Role, Utterance } from './commands/command.ts';
import { commandsIn, type Said } from './commands/said.ts';
import type { Tools } from './examine.ts';
import type { GivenFacts, Heard } from './facts.ts';
import { known, knownOr, unknown } from './known.ts';
import { isGhost, isPerson } from './people.ts';
import type {
  Account,
  Answer,
  Comment,
  Known,
  MergeRequest,
  Permission,
  Snapshot,
  Voided,
} from './snapshot.ts';
import { codeSpan, listed, short } from './text.ts';

/** In the message of a commit that `/fix` made: the comment that asked for it. */
export const fixTrailer = 'Gatehouse-Fix';

/**
 * Carries out the commands that have no answer yet, oldest first, on top of what is recorded. A
 * command that cannot be judged now (GitHub did not say who its writer is, or when the head was
 * pushed) gets no answer: it is heard again in the next review.
 */
export function hear(facts: GivenFacts, tools: Tools, commands: readonly Command[]): Heard {
  const { snapshot } = facts;
  const heard: Heard = {
    records: snapshot.records,
    signatures: [],
    explain: [],
    fix: null,
    withdraw: false,
    wish: known(null),
  };
  if (!snapshot.records.known) return heard;
  let consents: Consents = { ...snapshot.records.value, signatures: [] };
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
      .map(({ refused, ...done }) => refused ?? ('words' in done ? done.words : undefined))
      .filter((one) => one !== undefined);
    const refused = results.some((result) => !isDone(result));
    answers.push({
      comment: comment.id,
      outcome: refused ? 'refused' : 'done',
      ...(words.length > 0 && { words: words.join('\n\n') }),
    });
  }
  const { signatures, merge: said, ...recorded } = consents;
  const voided = said && said.voided === undefined ? voidedBy(said, facts) : known(undefined);
  const wish = said && voided.known && voided.value ? { ...said, voided: voided.value } : said;
  return {
    ...heard,
    records: known({ ...snapshot.records.value, ...recorded, merge: wish, answers }),
    signatures,
    explain,
    wish: voided.known ? known(wish && wish.voided === undefined ? wish : null) : voided,
  };
}

/**
 * What voids a wish to merge, for good: what changed back does not bring it back. Undefined if it
 * counts. Something unknown voids nothing, and keeps the wish from being followed.
 */
function voidedBy(wish: MergeRequest, facts: GivenFacts): Known<Voided | undefined> {
  const { pull, baseSince } = facts.snapshot;
  if (pull.state.is !== 'open') return known(undefined);
  // It may have gone to another branch and come back since.
  const moved = baseSince.known && baseSince.value !== null && baseSince.value >= wish.at;
  if (wish.base !== pull.base.ref || moved) return known({ is: 'base', base: pull.base.ref });
  const state = stateOf(facts);
  if (state !== undefined && wish.connector !== state)
    return known({ is: 'push', head: pull.head.sha });
  const stands = commentStands(wish, facts.snapshot);
  if (stands.known && !stands.value) return known({ is: 'taken-back' });
  const may = mayStill(wish.by, mergers, facts);
  if (may.known && !may.value) return known({ is: 'right' });
  if (!stands.known) return stands;
  if (!baseSince.known) return baseSince;
  return may.known
    ? known(undefined)
    : unknown(
        say`GitHub did not say whether ${wish.by.login}, who asked for the merge, may still ` +
          say`merge. ` +
          may.because,
      );
}

/**
 * Whether the comment that a wish was made in still says it. Unknown where comments that old were
 * not read.
 */
function commentStands(
  { comment: id, at }: MergeRequest,
  { comments, bot }: GivenFacts['snapshot'],
): Known<boolean> {
  if (!comments.known) return comments;
  const comment = comments.value.find((one) => one.id === id);
  if (comment)
    return known(
      comment.updatedAt <= comment.createdAt ||
        commandsIn({ ...comment, updatedAt: comment.createdAt }, bot.login).some(
          (said) => 'name' in said && said.name === merge.name,
        ),
    );
  return comments.value.some(({ createdAt }) => createdAt < at) || comments.value.length === 0
    ? known(false)
    : unknown('The comment that asks for the merge was not read.');
}

const isDone = (result: Result): result is Done => result.refused === undefined;

/** Undefined where one of its commands cannot be judged now. */
function carryOutAll(
  comment: Comment,
  facts: GivenFacts,
  before: Consents,
  tools: Tools,
  commands: readonly Command[],
): { results: Result[]; consents: Consents } | undefined {
  let consents = before;
  const results: Result[] = [];
  for (const said of commandsIn(comment, facts.snapshot.bot.login, commands)) {
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
  { snapshot: { comments, at } }: GivenFacts,
  answered: ReadonlySet<number>,
): Comment[] =>
  at.is === 'merge-group'
    ? []
    : knownOr(comments, [])
        .filter(({ id }) => !answered.has(id))
        .toSorted((a, b) => compareStrings(a.createdAt, b.createdAt) || a.id - b.id);

/**
 * Whether somebody who wrote what only looks like a command may mean it. Others are not told: they
 * may be talking of it.
 */
function mayMean(
  command: Command,
  comment: Comment,
  facts: GivenFacts,
  consents: Consents,
): boolean {
  if (facts.snapshot.pull.state.is !== 'open' && !command.whenClosed) return false;
  if (command.mayMean) return command.mayMean(comment, facts, consents);
  if (typeof command.who === 'string') return true;
  const may = hasOneOf(comment.author, command.who, facts);
  return !may.known || may.value;
}

/** Undefined where it cannot be judged now. */
function carryOut(
  command: Command,
  comment: Comment,
  as: Said,
  facts: GivenFacts,
  consents: Consents,
  tools: Tools,
): Result | undefined {
  const { pull, commits, bot } = facts.snapshot;
  if (pull.state.is !== 'open' && !command.whenClosed)
    return {
      refused:
        `This pull request is ${pull.state.is}: ` +
        `${codeSpan(`/${command.name}`)} has nothing to act on.`,
    };
  if (
    command.name === 'fix' &&
    knownOr(commits, []).some(
      ({ author, message }) =>
        author.account.known &&
        author.account.value?.id === bot.id &&
        message.split('\n').includes(`${fixTrailer}: ${comment.id}`),
    )
  )
    return {};

  const has = (role: Role): Known<boolean> => hasRole(comment.author, role, facts);
  if (typeof command.who !== 'string') {
    const may = hasOneOf(comment.author, command.who, facts);
    if (!may.known) return undefined;
    if (!may.value)
      return {
        refused:
          `${codeSpan(`/${command.name}`)} is for the ` +
          `${listed(command.who.map((role) => nameOfRole[role]))}.`,
      };
  }
  if ('unclear' in as) return { refused: as.words };
  if (command.ofHead) {
    const { baseSince } = facts.snapshot;
    if (!facts.headSince.known || !baseSince.known) return undefined;
    // Its writer may have seen either branch if it was changed within the same second.
    if (baseSince.value !== null && comment.createdAt <= baseSince.value)
      return {
        refused:
          `This was written before the base branch became ${codeSpan(pull.base.ref)}. ` +
          'If it holds for that branch, write it again.',
      };
    if (comment.createdAt < facts.headSince.value)
      return {
        refused:
          `This was written before ${short(pull.head.sha)} was pushed, so it was about ` +
          'something else. If it holds for what is there now, write it again.',
      };
  }
  const said: Utterance = { comment, rest: as.rest, has };
  return command.carryOut(said, facts, consents, tools);
}

/** Whether somebody has one of these roles: one that is known is enough. */
function hasOneOf(account: Account, roles: readonly Role[], facts: GivenFacts): Known<boolean> {
  const asked = roles.map((role) => hasRole(account, role, facts));
  return (
    asked.find((role) => role.known && role.value) ??
    asked.find((role) => !role.known) ??
    known(false)
  );
}

/**
 * Whether somebody who said something earlier has one of these roles now. Owners are named by their
 * login, which can pass to somebody else: whether it did, GitHub tells along with what the account
 * may do.
 */
function mayStill(account: Account, roles: readonly Role[], facts: GivenFacts): Known<boolean> {
  const may = mayWrite(account, facts.snapshot);
  return may.known ? hasOneOf(account, roles, facts) : may;
}

const nameOfRole: Record<Role, string> = {
  author: 'author of the pull request',
  maintainer: 'people with write access',
  owner: 'owners of the connector',
};

function hasRole(account: Account, role: Role, facts: GivenFacts): Known<boolean> {
  if (!isPerson(account)) return known(false);
  if (role === 'author') return known(account.id === facts.snapshot.pull.author.id);
  if (role === 'maintainer') return mayWrite(account, facts.snapshot);
  return owns(account, facts);
}

/** Whether somebody may write to the repository. */
export function mayWrite(
  { id }: Pick<Account, 'id'>,
  { permissions }: Pick<Snapshot, 'permissions'>,
): Known<boolean> {
  const permission = Object.hasOwn(permissions, String(id)) ? permissions[String(id)] : undefined;
  if (permission === undefined) return unknown('GitHub was not asked what this account may do.');
  return permission.known ? known(writers.has(permission.value)) : permission;
}

const writers: ReadonlySet<Permission> = new Set<Permission>(['write', 'maintain', 'admin']);

/** Whether somebody is among the owners of the connector. */
export function owns(account: Account, { owners }: Pick<GivenFacts, 'owners'>): Known<boolean> {
  const { id, login } = account;
  if (!owners.known) return owners;
  if (isGhost(account)) return known(false);
  if (owners.value.accounts.includes(id) || owners.value.logins.includes(login.toLowerCase()))
    return known(true);
  const [team] = owners.value.unknown;
  return team === undefined ? known(false) : unknown(`The members of ${team} could not be read.`);
}
