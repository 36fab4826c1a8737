import type { Probot } from 'probot';
import {
  reviewPullRequest,
  StaleReadError,
  LeaseLostError,
  type ReviewContext,
} from './review-pull-request.ts';
import { Client } from '../github/client.ts';
import { retryAfterSeconds } from '../github/http-error.ts';
import {
  installationOf,
  installationsOf,
  openPullRequestsOf,
  repositoriesOf,
  slugOf,
} from '../github/list-pull-requests.ts';
import { botAccountOf } from '../github/read-accounts.ts';
import { PullRequestNotFound } from '../github/read-pull.ts';
import { newResponseCache } from '../github/response-cache.ts';
import type { Metrics } from './metrics.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import type { ReviewProcesses } from './review-processes.ts';
import type { Account, Result } from '../review/model/snapshot.ts';
import type { ReviewRequest, PullJob, PullKey, Store, SweepJob, Work } from '../store/store.ts';

/** A review that failed as often waits for something new, or for the sweep a day later. */
const maxAttempts = 10;
const aDay = 86_400_000;
/** GitHub offers to repeat deliveries for 3 days. */
const remembered = 7 * aDay;
/** Our clock and GitHub's differ by less. */
const skew = 60_000;

type Log = Probot['log'];

/**
 * As often and as long (seconds) GitHub's API is waited for where it does not know what its own
 * delivery told of: it may also have been deleted.
 */
const lag = { times: 3, seconds: 2 };

/**
 * What a worker does with its jobs. Whatever goes wrong ends here: logged with the delivery's id,
 * counted, and tried again.
 */
export class JobWorker {
  readonly #app: Probot;
  readonly #store: Store;
  readonly #metrics: Metrics;
  readonly #processes: ReviewProcesses;
  readonly #version: string;
  readonly #memory = newResponseCache();
  #bot: Account | undefined;

  constructor(
    app: Probot,
    store: Store,
    metrics: Metrics,
    processes: ReviewProcesses,
    version: string,
  ) {
    this.#app = app;
    this.#store = store;
    this.#metrics = metrics;
    this.#processes = processes;
    this.#version = version;
  }

  async review({ data, attempt, held }: Work<PullJob>): Promise<void> {
    const { repository, number, delivery } = data;
    const log = this.#app.log.child({ delivery, pull: `${repository}#${number}`, attempt });
    const now = new Date();
    const seconds = (): number => (Date.now() - now.getTime()) / 1000;
    try {
      const outcome = await reviewPullRequest(
        data,
        await this.outside(data, (data.waited ?? 0) < lag.times),
        held,
        (effect) => {
          this.#metrics.effects.inc({ effect });
          log.info({ effect }, 'carrying out');
        },
      );
      this.#metrics.reviews.inc({ outcome: outcome.kind });
      this.#metrics.reviewSeconds.observe(seconds());
      if (outcome.kind === 'refused')
        log.error(
          { effect: outcome.effect.kind, reason: outcome.reason, seconds: seconds() },
          'GitHub refused a step',
        );
      else log.info({ outcome: outcome.kind, seconds: seconds() }, 'review ended');
    } catch (error) {
      await this.#caught(error, data, attempt, now, log);
    }
  }

  /**
   * What a review of this pull request works with.
   * @param waitForReplication whether to wait for what GitHub's API does not know yet
   */
  async outside({ installation }: PullJob, waitForReplication: boolean): Promise<ReviewContext> {
    const client = await this.#clientOf(installation);
    this.#bot ??= await this.#whoAmI(client);
    return {
      client,
      bot: this.#bot,
      store: this.#store,
      processes: this.#processes,
      version: this.#version,
      now: new Date(),
      waitForReplication,
    };
  }

  /** The job that a delivery would have asked for. */
  async jobOf({ repository, number }: PullKey): Promise<PullJob> {
    const installation = await installationOf(await this.#clientOf(), repository);
    if (!installation.ok)
      throw new UserError(
        `The App is not installed in ${repository}, or there is no such repository: ` +
          installation.reason,
      );
    return { repository, number, installation: installation.value, delivery: 'command line' };
  }

  async #caught(
    error: unknown,
    pull: PullJob,
    attempt: number,
    now: Date,
    log: Log,
  ): Promise<void> {
    const wait = retryAfterSeconds(error);
    if (error instanceof LeaseLostError) {
      log.warn('another worker has taken this pull request over: what is left to do is left to it');
    } else if (error instanceof StaleReadError || error instanceof PullRequestNotFound) {
      const { waited = 0 } = pull;
      log.info(
        { reason: error.message, waited },
        waited < lag.times ? 'GitHub is behind: the review is put off' : 'nothing to review',
      );
      this.#metrics.reviews.inc({ outcome: waited < lag.times ? 'put off' : 'gone' });
      if (waited < lag.times)
        await this.#store.postpone(
          { ...pull, waited: waited + 1 },
          new Date(Date.now() + lag.seconds * 1000),
        );
    } else if (wait !== undefined) {
      log.warn({ seconds: wait }, 'GitHub asks for patience: the review is put off');
      this.#metrics.reviews.inc({ outcome: 'put off' });
      await this.#store.postpone(pull, new Date(Date.now() + (wait + 1) * 1000));
    } else if (attempt < maxAttempts) {
      this.#metrics.reviews.inc({ outcome: 'failed' });
      log.warn({ err: error }, 'review failed: it is tried again');
      throw error;
    } else {
      this.#metrics.reviews.inc({ outcome: 'given up' });
      log.error({ err: error }, 'review given up until something new is heard, or for a day');
      await this.#store.reviewed(pull, now, { failure: errorMessage(error) });
    }
  }

  /**
   * Asks for reviews of open pull requests that something happened in which no delivery told of, or
   * in which nothing has for a day.
   */
  async sweep({ data }: Work<SweepJob>): Promise<void> {
    const now = Date.now();
    const app = await this.#clientOf();
    for await (const installation of data.installation === undefined
      ? this.#each(installationsOf(app))
      : [data.installation]) {
      const client = await this.#clientOf(installation);
      for await (const repository of data.repository === undefined
        ? this.#each(repositoriesOf(client))
        : [data.repository]) {
        let pulls = 0;
        // However many there are, those of a page are asked for before the next is read.
        for await (const page of openPullRequestsOf(client, repository, 'newest')) {
          const missed: ReviewRequest[] = [];
          for (const { number, head, updatedAt } of this.#seen(page)) {
            const one = { repository, number, installation };
            const known = await this.#store.history(one);
            const at = known?.reviewedAt?.getTime() ?? 0;
            if (
              data.all ||
              known?.head !== head ||
              Date.parse(updatedAt) > at - skew ||
              now - at > aDay
            )
              missed.push(one);
          }
          await this.#store.requestReviews(missed, 'sweep');
          pulls += missed.length;
        }
        this.#app.log.info({ repository, pulls }, 'swept');
      }
    }
    await this.#store.forgetDeliveries(new Date(now - remembered));
  }

  async *#each<T>(pages: AsyncIterable<Result<T[]>>): AsyncGenerator<T, void, undefined> {
    for await (const page of pages) yield* this.#seen(page);
  }

  #seen<T>(page: Result<T[]>): T[] {
    if (page.ok) return page.value;
    this.#app.log.warn({ reason: page.reason }, 'a sweep could not see everything');
    return [];
  }

  async #whoAmI(client: Client): Promise<Account> {
    const slug = await slugOf(await this.#clientOf());
    if (!slug.ok) throw new Error(`GitHub does not tell the App's name: ${slug.reason}`);
    // Everybody may see that account, but for somebody with no installation to ask from.
    return botAccountOf(client, slug.value).catch((error: unknown) =>
      Promise.reject(
        error instanceof Error && !('status' in error)
          ? new PullRequestNotFound(error.message)
          : error,
      ),
    );
  }

  /** @param installation undefined: to speak for the App itself */
  async #clientOf(installation?: number): Promise<Client> {
    return new Client(await this.#app.auth(installation), this.#memory, (method, status) =>
      this.#metrics.requests.inc({ method, status }),
    );
  }
}
