import { stateOf } from './commands/merge.ts';
import type { Command, Consents, Done, Result, Role, Utterance } from './commands/command.ts';
import { commandsIn } from './commands/said.ts';
import type { Tools } from './examine.ts';
import type { GivenFacts, Heard } from './facts.ts';
import { known, knownOr, unknown } from './known.ts';
import type { Account, Answer, Comment, Known, MergeRequest, Permission, Snapshot } from './snapshot.ts';
import { codeSpan, listed, short } from './text.ts';

/** In the message of a commit that `/fix` made: the comment that asked for it. */
export const fixTrailer = 'Gatehouse-Fix';

/**
 * Carries out the commands that have no answer yet, oldest first, on top of what is recorded. A command that cannot be judged now (GitHub
 * did not say who its writer is, or when the head was pushed) gets no answer: it is heard again in the next review.
 */
export function hear(facts: GivenFacts, tools: Tools, commands: readonly Command[]): Heard {
  const { snapshot } = facts;
  const heard: Heard = { records: snapshot.records, signatures: [], explain: [], fix: null, withdraw: false };
  if (!snapshot.records.known) return heard;
  let consents: Consents = { ...snapshot.records.value, signatures: [] };
  // A push that changes the connector voids the wish to merge it, for good: taking the change back does not bring it back.
  const state = stateOf(facts);
  const wish = consents.merge;
  if (wish && wish.voided === undefined && state !== undefined && wish.connector !== state) consents = { ...consents, merge: { ...wish, voided: snapshot.pull.head.sha } };
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
    const words = results.map(({ refused, ...done }) => refused ?? ('words' in done ? done.words : undefined)).filter((one) => one !== undefined);
    const refused = results.some((result) => !isDone(result));
    answers.push({ comment: comment.id, outcome: refused ? 'refused' : 'done', ...(words.length > 0 && { words: words.join('\n\n') }) });
  }
  const { signatures, ...recorded } = consents;
  return { ...heard, records: known({ ...snapshot.records.value, ...recorded, answers }), signatures, explain };
}

const isDone = (result: Result): result is Done => result.refused === undefined;

/** The wish to merge, where there is one that holds. */
export const wishOf = ({ records }: Pick<Heard, 'records'>): MergeRequest | undefined =>
  records.known && records.value.merge && records.value.merge.voided === undefined ? records.value.merge : undefined;

/** Undefined where one of its commands cannot be judged now. */
function carryOutAll(comment: Comment, facts: GivenFacts, before: Consents, tools: Tools, commands: readonly Command[]): { results: Result[]; consents: Consents } | undefined {
  let consents = before;
  const results: Result[] = [];
  for (const { name, rest } of commandsIn(comment, facts.snapshot.bot.login)) {
    const command = commands.find((one) => one.name === name);
    if (!command) continue;
    const result = carryOut(command, comment, rest, facts, consents, tools);
    if (result === undefined) return undefined;
    results.push(result);
    if (isDone(result)) consents = { ...consents, ...result.consents };
  }
  return { results, consents };
}

const pending = ({ snapshot: { comments, at } }: GivenFacts, answered: ReadonlySet<number>): Comment[] =>
  at.is === 'merge-group' ? [] : knownOr(comments, []).filter(({ id }) => !answered.has(id)).toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id - b.id));

/** Undefined where it cannot be judged now. */
function carryOut(command: Command, comment: Comment, rest: string, facts: GivenFacts, consents: Consents, tools: Tools): Result | undefined {
  const { pull, commits, bot } = facts.snapshot;
  if (pull.state.is !== 'open' && !command.whenClosed) return { refused: `This pull request is ${pull.state.is}: ${codeSpan(`/${command.name}`)} has nothing to act on.` };
  if (command.name === 'fix' && knownOr(commits, []).some(({ author, message }) => author.account.known && author.account.value?.id === bot.id && message.split('\n').includes(`${fixTrailer}: ${comment.id}`))) return {};

  const has = (role: Role): Known<boolean> => hasRole(comment.author, role, facts);
  if (typeof command.who !== 'string') {
    const roles = command.who.map(has);
    if (!roles.some((role) => role.known && role.value)) {
      if (roles.some((role) => !role.known)) return undefined;
      return { refused: `${codeSpan(`/${command.name}`)} is for the ${listed(command.who.map((role) => nameOfRole[role]))}.` };
    }
  }
  if (command.ofHead) {
    if (!facts.headSince.known) return undefined;
    if (comment.createdAt < facts.headSince.value) return { refused: `This was written before ${short(pull.head.sha)} was pushed, so it was about something else. If it holds for what is there now, write it again.` };
  }
  const said: Utterance = { comment, rest, has };
  return command.carryOut(said, facts, consents, tools);
}

const nameOfRole: Record<Role, string> = { author: 'author of the pull request', maintainer: 'people with write access', owner: 'owners of the connector' };

function hasRole(account: Account, role: Role, facts: GivenFacts): Known<boolean> {
  if (role === 'author') return known(account.id === facts.snapshot.pull.author.id);
  if (role === 'maintainer') return mayWrite(account, facts.snapshot);
  return owns(account, facts);
}

/** Whether somebody may write to the repository. */
export function mayWrite({ id }: Pick<Account, 'id'>, { permissions }: Pick<Snapshot, 'permissions'>): Known<boolean> {
  const permission = Object.hasOwn(permissions, String(id)) ? permissions[String(id)] : undefined;
  if (permission === undefined) return unknown('GitHub was not asked what this account may do.');
  return permission.known ? known(writers.has(permission.value)) : permission;
}

const writers: ReadonlySet<Permission> = new Set<Permission>(['write', 'maintain', 'admin']);

/** Whether somebody is among the owners of the connector. */
export function owns({ id, login }: Account, { owners }: Pick<GivenFacts, 'owners'>): Known<boolean> {
  if (!owners.known) return owners;
  if (owners.value.accounts.includes(id) || owners.value.logins.includes(login.toLowerCase())) return known(true);
  const [team] = owners.value.unknown;
  return team === undefined ? known(false) : unknown(`The members of ${team} could not be read.`);
}
