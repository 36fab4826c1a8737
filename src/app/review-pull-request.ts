import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../github/client.ts';
import { applyEffects, type Outcome } from '../github/apply-effects.ts';
import { PullRequestNotFound } from '../github/request-pull.ts';
import type { KnownConnectors } from '../github/read-catalog.ts';
import { readLiveFolders, readMergedFolders } from '../github/read-live-folders.ts';
import { readPullRequest, type PullRequestData } from '../github/read-pull-request.ts';
import type { Effect } from '../review/model/effects.ts';
import { canWrite } from '../review/facts/roles.ts';
import { formatRepositoryName, parseRepositoryName } from '../review/model/repository-name.ts';
import { ok, valueOr } from '../review/model/result.ts';
import type {
  Account,
  Publication,
  Records,
  Result,
  Snapshot,
  StoredTrain,
} from '../review/model/snapshot.ts';
import { UserError } from '../shared/user-error.ts';
import type { PullJob, PullKey, Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { ReviewProcesses } from './review-processes.ts';

/** What earlier reviews left behind, as far as the next one reads it. */
export type ReviewHistory = Pick<
  Store,
  | 'answersElsewhere'
  | 'fileFacts'
  | 'freezes'
  | 'history'
  | 'identities'
  | 'publications'
  | 'pushes'
  | 'records'
  | 'rides'
  | 'signatures'
  | 'verifications'
>;

/** What reading a pull request needs. */
export interface ReadContext {
  client: Client;
  /** The account that Gatehouse writes as. */
  bot: Account;
  store: ReviewHistory;
  version: string;
  /** When the review began: everything in it is judged as of this time. */
  startedAt: Date;
  /** The address at which people reach this server. */
  publicUrl?: string | undefined;
  /** Whether to fail with `StaleReadError` while GitHub's API returns stale data. */
  waitForReplication: boolean;
}

/** What a review needs. */
export interface ReviewContext extends ReadContext {
  store: Store;
  /** Evaluate the snapshot in separate processes. */
  processes: ReviewProcesses;
  clock: Clock;
}

/**
 * How often, and after how many seconds, a review is repeated because of what its effects came to.
 * Capped, because GitHub may reject an effect for a different reason each time.
 */
const retries = { times: 2, seconds: 2 };

/** GitHub's API still returns older data than the webhook announced. Try again shortly. */
export class StaleReadError extends Error {}
/** The repository has a new name. What was recorded under its former name is there now. */
export class RepositoryRenamedError extends UserError {
  /** `owner/name`. */
  readonly repository: string;

  constructor(repository: string) {
    super(`The repository was renamed: it is ${repository} now. Review the pull request again.`);
    this.repository = repository;
  }
}
/** The queue gave the job to another worker, which does the rest of the work. */
export class LeaseLostError extends Error {}

/**
 * Reads everything about a pull request from GitHub and the store. Writes nothing to GitHub.
 * @throws PullRequestNotFound if it does not exist; StaleReadError
 */
export async function readSnapshot(
  pull: Pick<PullJob, 'repository' | 'number' | 'group'>,
  context: ReadContext,
): Promise<Snapshot> {
  const { client, bot, store, version, startedAt } = context;
  const repository = parseRepositoryName(pull.repository);
  if (!repository)
    throw new PullRequestNotFound(`${pull.repository} is not the name of a repository.`);
  const { records, reactions } = await store.records(pull);
  const pullRequest = await readPullRequest(client, {
    ...pull,
    repository,
    bot,
    checkName: 'gatehouse',
    now: startedAt.toISOString(),
    version,
    isMergeRequested: records.merge !== null,
    deployedCommit: records.rides?.[0]?.sha,
    consentingAccounts: consentingReviewers(records),
    history: { answered: records.answers.map(({ comment }) => comment), reactions },
    known: knownConnectors(store, pull.repository),
  });
  if (context.waitForReplication) await assertFresh(pull, pullRequest, store);
  const anHourAgo = new Date(startedAt.getTime() - 3_600_000);
  const answeredElsewhere = await store.answersElsewhere(pull, anHourAgo);
  const history = await readHistory(pull, pullRequest, context);
  const merged = await readMergedFolders(client, repository, pullRequest, history.train);
  const { rides } = history.train;
  // After the rides of a merge are recorded, nothing depends on what was live before.
  const { kind: state } = pullRequest.pull.state;
  const needsLive = state === 'open' || (state === 'merged' && !records.rides);
  return {
    ...pullRequest,
    ...(needsLive && (await readLiveFolders(client, repository, pullRequest, rides))),
    ...history,
    train: { ...history.train, ...(merged && { merged }) },
    ...(context.publicUrl !== undefined && { publicUrl: context.publicUrl }),
    records: ok(records),
    answeredElsewhere,
  };
}

/**
 * GitHub forwards requests for the former name of a repository. A review by that name would find
 * nothing recorded, and carry out every command again.
 */
async function assertNamed(
  pull: PullKey,
  { repository, repositoryId }: Snapshot,
  store: Store,
): Promise<void> {
  const name = formatRepositoryName(repository);
  const hasMoved = repositoryId !== undefined && (await store.nameRepository(repositoryId, name));
  if (hasMoved || name.toLowerCase() !== pull.repository.toLowerCase())
    throw new RepositoryRenamedError(name);
}

/** What the store knows of the connectors of a repository. */
const knownConnectors = (
  store: Pick<Store, 'identities' | 'fileFacts'>,
  repository: string,
): KnownConnectors => ({
  identities: (pulls) => store.identities(repository, pulls),
  fileFacts: (shas) => store.fileFacts(repository, shas),
});

/**
 * Reviews a pull request: reads it, evaluates it, and applies the effects.
 * @param isHeld whether this worker still holds the job
 * @param onEffect is called before each effect on GitHub
 * @throws PullRequestNotFound; StaleReadError; LeaseLostError; RepositoryRenamedError
 */
export async function reviewPullRequest(
  pull: PullJob,
  context: ReviewContext,
  isHeld: () => Promise<boolean>,
  onEffect: (effect: Effect['kind']) => void,
): Promise<Outcome> {
  const { client, store, processes, startedAt } = context;
  const snapshot = await readSnapshot(pull, context);
  await assertNamed(pull, snapshot, store);
  const effects = await processes.effects(snapshot);
  const outcome = await applyEffects(client, snapshot, effects, {
    record: (entries) => store.record(pull, entries),
    before: async (effect) => {
      if (!(await isHeld())) throw new LeaseLostError('another worker has this pull request now');
      onEffect(effect.kind);
    },
  });
  if (pull.group || outcome.kind === 'moved') return outcome;
  await store.reviewed(pull, startedAt, { head: snapshot.pull.head.sha });
  // GitHub announces the new pull request, but not that the comment which asked for it can be answered.
  if (outcome.kind === 'done' && effects.some(({ kind }) => kind === 'open-pull-request'))
    await reviewAgain(pull, context);
  await scheduleRetry(pull, snapshot, outcome, context);
  return outcome;
}

/**
 * Records which effect GitHub rejected, or that it rejects none any more. If that is new, schedules
 * another review, which updates the comment.
 */
async function scheduleRetry(
  pull: PullJob,
  { pull: { head }, records }: Snapshot,
  outcome: Outcome,
  context: ReviewContext,
): Promise<void> {
  const { store } = context;
  const rejection =
    outcome.kind === 'rejected'
      ? { effect: outcome.effect.kind, reason: outcome.reason, head: head.sha }
      : null;
  if (!records.ok || isDeepStrictEqual(rejection, records.value.rejection)) return;
  await store.record(pull, [{ kind: 'rejection', rejection }]);
  await reviewAgain(pull, context);
}

/** Schedules another review, unless there were several already. */
async function reviewAgain(
  pull: PullJob,
  { store, clock }: Pick<ReviewContext, 'store' | 'clock'>,
): Promise<void> {
  const { again = 0 } = pull;
  if (again < retries.times)
    await store.postpone(
      { ...pull, again: again + 1 },
      new Date(clock().getTime() + retries.seconds * 1000),
    );
}

/** People whose recorded consent counts only as long as they may write to the repository. */
const consentingReviewers = ({ merge, hold, transfer, acknowledgements }: Records): Account[] =>
  [
    merge,
    hold,
    transfer,
    ...acknowledgements.filter((consent) => consent.as === 'reviewer'),
  ].flatMap((consent) => (consent ? [consent.by] : []));

/** @throws StaleReadError if GitHub's API returns less than deliveries announced */
async function assertFresh(
  pull: PullKey,
  { pull: { head }, comments }: PullRequestData,
  store: Pick<Store, 'history'>,
): Promise<void> {
  const history = await store.history(pull);
  const comment = history?.announcedComment ?? null;
  if (history?.heads.includes(head.sha) && history.heads.at(-1) !== head.sha)
    throw new StaleReadError(
      `GitHub's API still returns the head ${head.sha}, not ${history.heads.at(-1)}`,
    );
  const isListed =
    comment === null || !comments.ok || comments.value.some(({ id }) => id >= comment);
  if (!isListed) throw new StaleReadError(`GitHub's API does not list comment ${comment} yet`);
}

/**
 * Reads the pushes and signatures, which only the store has. If no delivery announced the head, it
 * was pushed before it was first seen: before the review of a trusted person, or else before this
 * one. The date of the commit does not count, because its author chooses it.
 */
async function readHistory(
  pull: PullKey,
  {
    pull: { author, head, state },
    repository,
    commits,
    reviews,
    permissions,
    connectors,
    publishers,
  }: PullRequestData,
  { store, startedAt }: ReadContext,
): Promise<
  Pick<Snapshot, 'pushes' | 'signatures' | 'verifications' | 'publishers' | 'mergeDays'> & {
    train: StoredTrain;
  }
> {
  const isTrusted = (account: Account): boolean =>
    valueOr(canWrite(account, { permissions }), false);
  const trustedReview = reviews.ok
    ? reviews.value.find(({ sha, author: reviewer }) => sha === head.sha && isTrusted(reviewer))
    : undefined;
  const people = (commits.ok ? commits.value : []).flatMap((commit) => [
    commit.author,
    ...commit.coAuthors,
  ]);
  const accounts = people.flatMap(({ account }) =>
    account.ok && account.value ? [account.value.id] : [],
  );
  const [connector] = connectors;
  const [merged, ofClass] = connector
    ? await Promise.all([
        store.publications(pull.repository, { path: connector.path }),
        store.publications(pull.repository, { class: connector.class }),
      ])
    : [[], []];
  return {
    verifications: ok(await store.verifications({ owner: repository.owner, account: author.id })),
    ...((publishers || merged.length > 0) && {
      publishers: withAuthors(publishers ?? ok([]), merged),
    }),
    mergeDays: ofClass.map(({ openedAt, mergedAt }) =>
      Math.max(0, (Date.parse(mergedAt) - Date.parse(openedAt)) / millisecondsPerDay),
    ),
    train: {
      rides: await store.rides(pull.repository, {
        pull: pull.number,
        folders: connectors.map(({ path }) => path),
      }),
      ...(state.kind === 'merged' && {
        waiting: await store.rides(pull.repository, 'waiting'),
      }),
      freezes: await store.freezes(pull.repository),
    },
    pushes: ok(
      await store.pushes(pull, head.sha, trustedReview ? new Date(trustedReview.at) : startedAt),
    ),
    signatures: ok(
      await store.signatures({
        recipient: repository.owner,
        accounts: [...new Set([author.id, ...accounts])],
      }),
    ),
  };
}

const millisecondsPerDay = 86_400_000;

/** The publishers that the history names, and the authors of merged pull requests. */
function withAuthors(
  publishers: Result<readonly Account[]>,
  merged: readonly Publication[],
): Result<readonly Account[]> {
  const authors = merged.map(({ author }) => author);
  const all = [...(publishers.ok ? publishers.value : []), ...authors];
  return all.length === 0
    ? publishers
    : ok([...new Map(all.map((account) => [account.id, account])).values()]);
}
