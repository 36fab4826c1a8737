import type { Probot } from 'probot';
import type { Client } from '../../github/client.ts';
import {
  installationsOf,
  openPullRequestsOf,
  repositoriesOf,
  repositoryNamed,
  type NamedRepository,
} from '../../github/list-pull-requests.ts';
import { parseRepositoryName } from '../../review/model/repository-name.ts';
import { unavailable } from '../../review/model/result.ts';
import type { Result } from '../../review/model/snapshot.ts';
import type { ReviewRequest, Store, SweepJob } from '../../store/store.ts';
import type { Clients } from '../clients.ts';
import type { Clock } from '../clock.ts';
import { recordRepository } from '../record-repository.ts';

/** Sweeps all repositories every 15 minutes. */
export const sweepCron = '*/15 * * * *';

const millisecondsPerDay = 86_400_000;
/** GitHub can redeliver a webhook for 3 days. */
const deliveryRetention = 7 * millisecondsPerDay;
/** An upper bound for the difference between our clock and GitHub's, in milliseconds. */
const maxClockSkew = 60_000;

interface SweepContext {
  log: Probot['log'];
  clients: Clients;
  store: Store;
  clock: Clock;
}

/**
 * Requests reviews of open pull requests that changed without a delivery, or were not reviewed for
 * a day. Has catalogs compared with their branches once a day. Deletes old deliveries, and maintains
 * the database.
 */
export async function sweep(job: SweepJob, context: SweepContext): Promise<void> {
  const { clients, store, clock } = context;
  const now = clock();
  const installations =
    job.installation === undefined
      ? itemsOf(installationsOf(await clients.forApp()), context)
      : [job.installation];
  for await (const installation of installations) {
    const client = await clients.forInstallation(installation);
    const repositories =
      job.repository === undefined
        ? itemsOf(repositoriesOf(client), context)
        : await namedRepositories(client, job.repository, context);
    for await (const { id, name: repository } of repositories) {
      if (await store.nameRepository(id, repository))
        context.log.info({ repository }, 'a repository was renamed: what is stored of it moved');
      await sweepRepository({ client, installation, repository, all: job.all, now }, context);
    }
  }
  // Also of repositories that no installation has anymore.
  if (job.installation === undefined)
    for (const { repository } of await store.catalog.catalogs())
      await store.requestIndex({ repository }, 'daily');
  await store.forgetDeliveries(new Date(now.getTime() - deliveryRetention));
  await store.maintain();
}

/** The repository of a name, with the name that it has now. */
async function namedRepositories(
  client: Client,
  repository: string,
  { log }: SweepContext,
): Promise<NamedRepository[]> {
  const name = parseRepositoryName(repository);
  const found = name ? await repositoryNamed(client, name) : unavailable('its name is not valid');
  if (found.ok) return [found.value];
  log.warn({ repository, reason: found.reason }, 'a sweep could not read a repository');
  return [];
}

async function sweepRepository(
  {
    client,
    installation,
    repository,
    all,
    now,
  }: { client: Client; installation: number; repository: string; all: boolean; now: Date },
  context: SweepContext,
): Promise<void> {
  const { log, store } = context;
  const name = parseRepositoryName(repository);
  if (!name) {
    log.warn({ repository }, 'a sweep skipped a repository because its name is not valid');
    return;
  }
  const recorded = await recordRepository(client, name, { store, now: now.toISOString() });
  if (!recorded.ok) log.warn({ repository, reason: recorded.reason }, 'its settings are unknown');
  let pulls = 0;
  // The reviews of a page are requested before the next page is read, so memory does not grow.
  for await (const page of openPullRequestsOf(client, name, 'newest')) {
    const missed: ReviewRequest[] = [];
    const open = itemsIn(page, context);
    const lastReviews = await store.lastReviews(
      repository,
      open.map(({ number }) => number),
    );
    for (const { number, head, updatedAt } of open) {
      const last = lastReviews.get(number);
      const reviewedAt = last?.reviewedAt?.getTime() ?? 0;
      if (
        all ||
        last?.head !== head ||
        Date.parse(updatedAt) > reviewedAt - maxClockSkew ||
        now.getTime() - reviewedAt > millisecondsPerDay
      )
        missed.push({ repository, number, installation });
    }
    await store.requestReviews(missed, 'sweep');
    pulls += missed.length;
  }
  log.info({ repository, pulls }, 'swept');
  await store.requestIndex({ repository }, 'daily');
}

async function* itemsOf<T>(
  pages: AsyncIterable<Result<T[]>>,
  context: SweepContext,
): AsyncGenerator<T, void, undefined> {
  for await (const page of pages) yield* itemsIn(page, context);
}

function itemsIn<T>(page: Result<T[]>, { log }: SweepContext): T[] {
  if (page.ok) return page.value;
  log.warn({ reason: page.reason }, 'a sweep could not read a list completely');
  return [];
}
