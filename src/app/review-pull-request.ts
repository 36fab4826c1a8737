import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../github/client.ts';
import { applyEffects, type Outcome } from '../github/apply-effects.ts';
import { readPullRequest, type PullRequestData } from '../github/read-pull-request.ts';
import type { Effect } from '../review/model/effects.ts';
import { canWrite } from '../review/facts/roles.ts';
import { ok, valueOr } from '../review/model/result.ts';
import type { Account, Records, Snapshot } from '../review/model/snapshot.ts';
import type { ReviewProcesses } from './review-processes.ts';
import type { PullJob, Store } from '../store/store.ts';

/** What a review works with. */
export interface ReviewContext {
  client: Client;
  /** The account that the client writes as. */
  bot: Account;
  store: Store;
  /** Where it is found out what follows from what was read. */
  processes: ReviewProcesses;
  version: string;
  now: Date;
  /** Whether to wait for what GitHub's API does not know yet. */
  waitForReplication: boolean;
}

/**
 * As often, and so long (seconds) after the last time, a pull request is looked at again because
 * GitHub refused something: its reasons may differ each time.
 */
const retrySchedule = { times: 2, seconds: 2 };

/** GitHub's API does not know yet what a delivery has told of: a little later it will. */
export class StaleReadError extends Error {}
/** The job has been given to somebody else, who does what is left to do. */
export class LeaseLostError extends Error {}

/** Reads a pull request afresh. Writes nothing to GitHub. */
export async function readSnapshot(pull: PullJob, outside: ReviewContext): Promise<Snapshot> {
  const { client, bot, store, version, now } = outside;
  const [owner = '', repo = ''] = pull.repository.split('/');
  const [records, reactions] = [await store.records(pull), await store.reactions(pull)];
  const reading = await readPullRequest(client, {
    ...pull,
    repository: { owner, repo },
    bot,
    checkName: 'gatehouse',
    now: now.toISOString(),
    version,
    isMergeRequested: records.merge !== null,
    consentingAccounts: consentedIn(records),
    history: { answered: records.answers.map(({ comment }) => comment), reactions },
  });
  if (outside.waitForReplication) await assertFresh(pull, reading, store);
  const answeredElsewhere = await store.answersElsewhere(pull, new Date(now.getTime() - 3_600_000));
  return {
    ...reading,
    ...(await readHistory(pull, reading, outside)),
    records: ok(records),
    answeredElsewhere,
  };
}

/**
 * Reviews a pull request: all that Gatehouse does with one.
 * @param held false from when the job belongs to somebody else
 * @param tell is told of each step before it is carried out
 */
export async function reviewPullRequest(
  pull: PullJob,
  outside: ReviewContext,
  held: () => Promise<boolean>,
  tell: (effect: Effect['kind']) => void,
): Promise<Outcome> {
  const { client, store, processes, now } = outside;
  const snapshot = await readSnapshot(pull, outside);
  const effects = await processes.effects(snapshot);
  const outcome = await applyEffects(client, snapshot, effects, {
    record: (entries) => store.record(pull, entries),
    before: async (effect) => {
      if (!(await held())) throw new LeaseLostError('another worker has this pull request now');
      tell(effect.kind);
    },
  });
  if (pull.group || outcome.kind === 'moved') return outcome;
  await store.reviewed(pull, now, { head: snapshot.pull.head.sha });
  await scheduleRetry(pull, snapshot, outcome, outside);
  return outcome;
}

/**
 * What GitHub refuses now, or no longer, is for the comment to say: another review does, when
 * GitHub shows what this one has done.
 */
async function scheduleRetry(
  pull: PullJob,
  { pull: { head }, records }: Snapshot,
  outcome: Outcome,
  { store }: ReviewContext,
): Promise<void> {
  const rejection =
    outcome.kind === 'refused'
      ? { effect: outcome.effect.kind, reason: outcome.reason, head: head.sha }
      : null;
  if (!records.ok || isDeepStrictEqual(rejection, records.value.rejection)) return;
  await store.record(pull, [{ kind: 'rejection', rejection }]);
  const { again = 0 } = pull;
  if (again < retrySchedule.times)
    await store.postpone(
      { ...pull, again: again + 1 },
      new Date(Date.now() + retrySchedule.seconds * 1000),
    );
}

/** Those whose recorded consents count only while they have the right to them. */
const consentedIn = ({ merge, hold, acknowledgements }: Records): Account[] =>
  [merge, hold, ...acknowledgements.filter((one) => one.as === 'reviewer')].flatMap((one) =>
    one ? [one.by] : [],
  );

/** Throws where GitHub answers with less than deliveries have told of. */
async function assertFresh(
  pull: PullJob,
  { pull: { head }, comments }: PullRequestData,
  store: Store,
): Promise<void> {
  const told = await store.history(pull);
  const comment = told?.announcedComment ?? null;
  if (told?.heads.includes(head.sha) && told.heads.at(-1) !== head.sha)
    throw new StaleReadError(
      `GitHub's API still has ${head.sha} for the head, not ${told.heads.at(-1)}`,
    );
  const isListed =
    comment === null || !comments.ok || comments.value.some(({ id }) => id >= comment);
  if (!isListed) throw new StaleReadError(`GitHub's API does not list comment ${comment} yet`);
}

/**
 * What only the store knows of a pull request and the people who wrote its commits. A head that no
 * delivery told of was pushed before it was first seen: by somebody trusted who reviewed it, or
 * else by this review. (A commit's own date is its author's to choose.)
 */
async function readHistory(
  pull: PullJob,
  { pull: { author, head }, repository, commits, reviews, permissions }: PullRequestData,
  { store, now }: ReviewContext,
): Promise<Pick<Snapshot, 'pushes' | 'signatures'>> {
  const trusted = (account: Account): boolean => valueOr(canWrite(account, { permissions }), false);
  const seen = reviews.ok
    ? reviews.value.find(({ sha, author: by }) => sha === head.sha && trusted(by))
    : undefined;
  const people = (commits.ok ? commits.value : []).flatMap((commit) => [
    commit.author,
    ...commit.coAuthors,
  ]);
  const accounts = people.flatMap(({ account }) =>
    account.ok && account.value ? [account.value.id] : [],
  );
  return {
    pushes: ok(await store.pushes(pull, head.sha, seen ? new Date(seen.at) : now)),
    signatures: ok(
      await store.signatures({ to: repository.owner, by: [...new Set([author.id, ...accounts])] }),
    ),
  };
}
