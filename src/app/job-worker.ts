import type { Probot } from 'probot';
import {
  reviewPullRequest,
  StaleReadError,
  LeaseLostError,
  RepositoryRenamedError,
  type ReviewContext,
} from './review-pull-request.ts';
import type { Client } from '../github/client.ts';
import { retryAfterSeconds } from '../github/http-error.ts';
import { installationOf, slugOf } from '../github/list-pull-requests.ts';
import { botAccountOf } from '../github/read-accounts.ts';
import { PullRequestNotFound } from '../github/request-pull.ts';
import type { Metrics } from './metrics.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import type { Clients } from './clients.ts';
import type { Clock } from './clock.ts';
import type { ReviewProcesses } from './review-processes.ts';
import type { Account } from '../review/model/snapshot.ts';
import {
  RideChangedError,
  type PullJob,
  type PullKey,
  type Store,
  type Work,
} from '../store/store.ts';

/** After this many failures a review waits for the next delivery, or for the sweep a day later. */
const maxAttempts = 10;

type Log = Probot['log'];

/**
 * How often, and after how many seconds, a review is put off because GitHub's API still returns
 * older data than the webhook announced. Capped, because the data may also have been deleted.
 */
const staleReadRetries = { times: 3, seconds: 2 };

export interface JobWorkerOptions {
  log: Log;
  clients: Clients;
  store: Store;
  metrics: Metrics;
  processes: ReviewProcesses;
  version: string;
  /** The address at which people reach this server. */
  publicUrl?: string | undefined;
  clock: Clock;
}

/**
 * Reviews the pull requests of the queue. Every error ends here: it is logged with the id of the delivery,
 * counted, and the job is tried again.
 */
export class JobWorker {
  readonly #log: Log;
  readonly #clients: Clients;
  readonly #store: Store;
  readonly #metrics: Metrics;
  readonly #processes: ReviewProcesses;
  readonly #version: string;
  readonly #publicUrl: string | undefined;
  readonly #clock: Clock;
  #bot: Account | undefined;

  constructor({
    log,
    clients,
    store,
    metrics,
    processes,
    version,
    publicUrl,
    clock,
  }: JobWorkerOptions) {
    this.#log = log;
    this.#clients = clients;
    this.#store = store;
    this.#metrics = metrics;
    this.#processes = processes;
    this.#version = version;
    this.#publicUrl = publicUrl;
    this.#clock = clock;
  }

  async review({ data, attempt, isHeld }: Work<PullJob>): Promise<void> {
    const { repository, number, delivery } = data;
    const log = this.#log.child({ delivery, pull: `${repository}#${number}`, attempt });
    const startedAt = this.#clock();
    const seconds = (): number => (this.#clock().getTime() - startedAt.getTime()) / 1000;
    try {
      const outcome = await reviewPullRequest(
        data,
        await this.contextOf(data, (data.waited ?? 0) < staleReadRetries.times),
        isHeld,
        (effect) => {
          this.#metrics.effects.inc({ effect });
          log.info({ effect }, 'applying an effect');
        },
      );
      this.#metrics.reviews.inc({ outcome: outcome.kind });
      this.#metrics.reviewSeconds.observe(seconds());
      if (outcome.kind === 'rejected')
        log.error(
          { effect: outcome.effect.kind, reason: outcome.reason, seconds: seconds() },
          'GitHub rejected an effect',
        );
      else log.info({ outcome: outcome.kind, seconds: seconds() }, 'review ended');
    } catch (error) {
      await this.#handleFailure(error, { job: data, attempt, startedAt, log });
    }
  }

  /**
   * What a review of this pull request needs.
   * @param waitForReplication whether to put the review off while GitHub's API returns stale data
   */
  async contextOf({ installation }: PullJob, waitForReplication: boolean): Promise<ReviewContext> {
    const client = await this.#clients.forInstallation(installation);
    return {
      client,
      bot: await this.botOf(client),
      store: this.#store,
      processes: this.#processes,
      version: this.#version,
      publicUrl: this.#publicUrl,
      startedAt: this.#clock(),
      clock: this.#clock,
      waitForReplication,
    };
  }

  /** The account that clients of the App write as. It is read once. */
  async botOf(client: Client): Promise<Account> {
    this.#bot ??= await this.#readBotAccount(client);
    return this.#bot;
  }

  /**
   * The job that a delivery about this pull request would create.
   * @throws UserError if the App is not installed in the repository
   */
  async jobOf({ repository, number }: PullKey): Promise<PullJob> {
    const name = parseRepositoryName(repository);
    if (!name) throw new UserError(`${repository} is not the name of a repository: owner/name.`);
    const installation = await installationOf(await this.#clients.forApp(), name);
    if (!installation.ok)
      throw new UserError(
        `The App is not installed in ${repository}, or there is no such repository: ` +
          installation.reason,
      );
    return { repository, number, installation: installation.value, delivery: 'command line' };
  }

  async #handleFailure(
    error: unknown,
    { job, attempt, startedAt, log }: { job: PullJob; attempt: number; startedAt: Date; log: Log },
  ): Promise<void> {
    const retryAfter = retryAfterSeconds(error);
    if (error instanceof LeaseLostError) {
      log.warn('another worker took over this pull request: this review stops');
    } else if (error instanceof RepositoryRenamedError) {
      log.info({ repository: error.repository }, 'the repository was renamed: reviewed again');
      this.#metrics.reviews.inc({ outcome: 'put off' });
      const { number, installation, group } = job;
      await this.#store.requestReviews(
        [{ repository: error.repository, number, installation, ...(group && { group }) }],
        'renamed',
      );
    } else if (
      error instanceof StaleReadError ||
      error instanceof RideChangedError ||
      error instanceof PullRequestNotFound
    ) {
      const { waited = 0 } = job;
      const mayRetry = waited < staleReadRetries.times;
      log.info(
        { reason: error.message, waited },
        mayRetry ? 'the review read stale data: it is put off' : 'nothing to review',
      );
      this.#metrics.reviews.inc({ outcome: mayRetry ? 'put off' : 'gone' });
      if (mayRetry)
        await this.#store.postpone(
          { ...job, waited: waited + 1 },
          secondsAfter(this.#clock(), staleReadRetries.seconds),
        );
    } else if (retryAfter !== undefined) {
      log.warn({ seconds: retryAfter }, 'GitHub limits requests: the review is put off');
      this.#metrics.reviews.inc({ outcome: 'put off' });
      await this.#store.postpone(job, secondsAfter(this.#clock(), retryAfter + 1));
    } else if (attempt < maxAttempts) {
      this.#metrics.reviews.inc({ outcome: 'failed' });
      log.warn({ err: error }, 'review failed: it will be tried again');
      throw error;
    } else {
      this.#metrics.reviews.inc({ outcome: 'given up' });
      log.error({ err: error }, 'review given up until the next delivery, or for a day');
      await this.#store.reviewed(job, startedAt, { failure: errorMessage(error) });
    }
  }

  async #readBotAccount(client: Client): Promise<Account> {
    const slug = await slugOf(await this.#clients.forApp());
    if (!slug.ok) throw new Error(`GitHub did not return the App's name: ${slug.reason}`);
    // Every installation may read that account. If GitHub refuses, there is no installation.
    return botAccountOf(client, slug.value).catch((error: unknown) =>
      Promise.reject(
        error instanceof Error && !('status' in error)
          ? new PullRequestNotFound(error.message)
          : error,
      ),
    );
  }
}

const secondsAfter = (time: Date, seconds: number): Date =>
  new Date(time.getTime() + seconds * 1000);
