import { isDeepStrictEqual } from 'node:util';
import type { Client } from './github/client.ts';
import { carryOut, type Outcome } from './github/carry-out.ts';
import { readPull, type Reading } from './github/snapshot.ts';
import type { Effect } from './review/effects.ts';
import { mayWrite } from './review/hear.ts';
import { known, knownOr } from './review/known.ts';
import type { Account, Records, Snapshot } from './review/snapshot.ts';
import type { ReviewProcesses } from './review-processes.ts';
import type { PullJob, Store } from './store/store.ts';

/** What a review works with. */
export interface Outside {
  client: Client;
  /** The account that the client writes as. */
  bot: Account;
  store: Store;
  /** Where it is found out what follows from what was read. */
  processes: ReviewProcesses;
  version: string;
  now: Date;
  /** Whether to wait for what GitHub's API does not know yet. */
  patient: boolean;
}

/**
 * As often, and so long (seconds) after the last time, a pull request is looked at again because
 * GitHub refused something: its reasons may differ each time.
 */
const reminders = { times: 2, seconds: 2 };

/** GitHub's API does not know yet what a delivery has told of: a little later it will. */
export class Behind extends Error {}
/** The job has been given to somebody else, who does what is left to do. */
export class Lost extends Error {}

/** Reads a pull request afresh. Writes nothing to GitHub. */
export async function read(pull: PullJob, outside: Outside): Promise<Snapshot> {
  const { client, bot, store, version, now } = outside;
  const [owner = '', name = ''] = pull.repository.split('/');
  const [records, reactions] = [await store.records(pull), await store.reactions(pull)];
  const reading = await readPull(client, {
    ...pull,
    repository: { owner, name },
    bot,
    check: 'gatehouse',
    now: now.toISOString(),
    version,
    mergeWanted: records.merge !== null,
    consented: consentedIn(records),
    done: { answered: records.answers.map(({ comment }) => comment), reactions },
  });
  if (outside.patient) await expectNews(pull, reading, store);
  const answeredElsewhere = await store.answersElsewhere(pull, new Date(now.getTime() - 3_600_000));
  return {
    ...reading,
    ...(await remember(pull, reading, outside)),
    records: known(records),
    answeredElsewhere,
  };
}

/**
 * Reviews a pull request: all that Gatehouse does with one.
 * @param held false from when the job belongs to somebody else
 * @param tell is told of each step before it is carried out
 */
export async function attend(
  pull: PullJob,
  outside: Outside,
  held: () => Promise<boolean>,
  tell: (effect: Effect['do']) => void,
): Promise<Outcome> {
  const { client, store, processes, now } = outside;
  const snapshot = await read(pull, outside);
  const effects = await processes.effects(snapshot);
  const outcome = await carryOut(client, snapshot, effects, {
    record: (entries) => store.record(pull, entries),
    before: async (effect) => {
      if (!(await held())) throw new Lost('another worker has this pull request now');
      tell(effect.do);
    },
  });
  if (pull.group || outcome.is === 'moved') return outcome;
  await store.reviewed(pull, now, { head: snapshot.pull.head.sha });
  await remind(pull, snapshot, outcome, outside);
  return outcome;
}

/**
 * What GitHub refuses now, or no longer, is for the comment to say: another review does, when
 * GitHub shows what this one has done.
 */
async function remind(
  pull: PullJob,
  { pull: { head }, records }: Snapshot,
  outcome: Outcome,
  { store }: Outside,
): Promise<void> {
  const refusal =
    outcome.is === 'refused'
      ? { step: outcome.effect.do, because: outcome.because, head: head.sha }
      : null;
  if (!records.known || isDeepStrictEqual(refusal, records.value.refusal)) return;
  await store.record(pull, [{ is: 'refusal', refusal }]);
  const { again = 0 } = pull;
  if (again < reminders.times)
    await store.putOff(
      { ...pull, again: again + 1 },
      new Date(Date.now() + reminders.seconds * 1000),
    );
}

/** Those whose recorded consents count only while they have the right to them. */
const consentedIn = ({ merge, hold, acknowledgements }: Records): Account[] =>
  [merge, hold, ...acknowledgements.filter((one) => one.as === 'reviewer')].flatMap((one) =>
    one ? [one.by] : [],
  );

/** Throws where GitHub answers with less than deliveries have told of. */
async function expectNews(
  pull: PullJob,
  { pull: { head }, comments }: Reading,
  store: Store,
): Promise<void> {
  const told = await store.known(pull);
  const comment = told?.toldComment ?? null;
  if (told?.heads.includes(head.sha) && told.heads.at(-1) !== head.sha)
    throw new Behind(`GitHub's API still has ${head.sha} for the head, not ${told.heads.at(-1)}`);
  const isListed =
    comment === null || !comments.known || comments.value.some(({ id }) => id >= comment);
  if (!isListed) throw new Behind(`GitHub's API does not list comment ${comment} yet`);
}

/**
 * What only the store knows of a pull request and the people who wrote its commits. A head that no
 * delivery told of was pushed before it was first seen: by somebody trusted who reviewed it, or
 * else by this review. (A commit's own date is its author's to choose.)
 */
async function remember(
  pull: PullJob,
  { pull: { author, head }, repository, commits, reviews, permissions }: Reading,
  { store, now }: Outside,
): Promise<Pick<Snapshot, 'pushes' | 'signatures'>> {
  const trusted = (account: Account): boolean => knownOr(mayWrite(account, { permissions }), false);
  const seen = reviews.known
    ? reviews.value.find(({ sha, author: by }) => sha === head.sha && trusted(by))
    : undefined;
  const people = (commits.known ? commits.value : []).flatMap((commit) => [
    commit.author,
    ...commit.coAuthors,
  ]);
  const accounts = people.flatMap(({ account }) =>
    account.known && account.value ? [account.value.id] : [],
  );
  return {
    pushes: known(await store.pushes(pull, head.sha, seen ? new Date(seen.at) : now)),
    signatures: known(
      await store.signatures({ to: repository.owner, by: [...new Set([author.id, ...accounts])] }),
    ),
  };
}
