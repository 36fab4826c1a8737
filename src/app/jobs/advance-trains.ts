import type { Probot } from 'probot';
import type { Client } from '../../github/client.ts';
import { createDeployment } from '../../github/create-deployment.ts';
import { readFolder } from '../../github/git-trees.ts';
import { isHttpError, rejectionText } from '../../github/http-error.ts';
import { installationOf } from '../../github/list-pull-requests.ts';
import {
  readDeployments,
  readDeploymentStatus,
  readRingDeployments,
  type DeploymentStatus,
} from '../../github/read-deployments.ts';
import { Calendar } from '../../release/calendar.ts';
import { finalStates, foldRides, type RideView } from '../../release/fold-ride.ts';
import { folderDigest } from '../../release/folder-digest.ts';
import { readRideLog } from '../../release/ride-log.ts';
import {
  lastSeqOf,
  type Ride,
  type RideEventDetail,
  type RideHistory,
} from '../../release/ride.ts';
import { ringToStart } from '../../release/start-ring.ts';
import { parseRepositoryName } from '../../review/model/repository-name.ts';
import type { Account, RepositoryName } from '../../review/model/snapshot.ts';
import type { Settings } from '../../settings/defaults.ts';
import type { Store } from '../../store/store.ts';
import type { Clients } from '../clients.ts';
import type { Clock } from '../clock.ts';
import type { NoticeSettings } from '../notices/notice-settings.ts';
import { recordRepository } from '../record-repository.ts';
import { LeaseLostError } from '../review-pull-request.ts';
import { prepareNotices, writeDigests, writeNotices, type NoticesOf } from './write-notices.ts';

/** Rings start and results are read every 5 minutes. */
export const trainCron = '*/5 * * * *';

interface TrainsContext {
  log: Probot['log'];
  clients: Clients;
  store: Store;
  clock: Clock;
  notices: NoticeSettings;
  /** The account that a client writes as. */
  botOf: (client: Client) => Promise<Account>;
}

/** What the train of one repository needs. */
export interface TrainContext {
  client: Client;
  bot: Account;
  store: Store;
  log: Pick<Probot['log'], 'info' | 'warn'>;
  notices: NoticeSettings;
  /** The time: an instant. */
  now: string;
  /** Whether this worker still holds the job. */
  isHeld: () => Promise<boolean>;
}

/**
 * Advances the rides of every repository. What fails in one repository stops no other, and is tried
 * again the next time.
 * @throws LeaseLostError if another worker has the job now
 */
export async function advanceTrains(
  isHeld: () => Promise<boolean>,
  { log, clients, store, clock, notices, botOf }: TrainsContext,
): Promise<void> {
  for (const name of await store.repositoriesWithOpenRides()) {
    const repository = parseRepositoryName(name);
    if (!repository) continue;
    try {
      const installation = await installationOf(await clients.forApp(), repository);
      if (!installation.ok) {
        log.warn({ repository: name, reason: installation.reason }, 'no train: not installed');
        continue;
      }
      const client = await clients.forInstallation(installation.value);
      const bot = await botOf(client);
      const now = clock().toISOString();
      await advanceTrain(repository, { client, bot, store, log, notices, now, isHeld });
    } catch (error) {
      if (error instanceof LeaseLostError) throw error;
      log.warn({ err: error, repository: name }, 'a train could not be advanced');
    }
  }
}

/**
 * Records the results of deployments, and starts the rings whose time has come. May end at any
 * moment: what it was doing then is completed the next time. Does nothing unless the mode of the
 * repository is `full`.
 * @throws LeaseLostError; what Octokit throws if GitHub fails
 */
export async function advanceTrain(
  repository: RepositoryName,
  trainContext: TrainContext,
): Promise<void> {
  const { client, store, log, now } = trainContext;
  const settings = await recordRepository(client, repository, trainContext);
  const name = `${repository.owner}/${repository.repo}`;
  if (!settings.ok) {
    log.warn({ repository: name, reason: settings.reason }, 'no train: the settings are unknown');
    return;
  }
  if (settings.value.mode !== 'full') return;
  const calendar = new Calendar(settings.value.train, await store.freezes(name));
  const before = await store.rides(name, 'open');
  const context = await withNotices(before, name, calendar, trainContext);
  for (const [index, view] of foldRides(before, calendar, now).entries()) {
    const stored = before[index];
    if (!stored) continue;
    const news = [
      ...(await previewNews(stored, view, settings.value, repository, context)),
      ...(await deploymentNews(view, repository, context)),
    ];
    await append(stored, news, context);
  }
  const rides = await store.rides(name, 'open');
  const views = foldRides(rides, calendar, now);
  const rideContext = await withNotices(rides, name, calendar, trainContext);
  for (const [index, stored] of rides.entries()) {
    const view = views[index];
    if (!view) continue;
    await writeNotices(stored, rideContext);
    if (finalStates.has(view.state))
      await store.endRide(stored.ride.id, lastSeqOf(stored), new Date(now));
    const next = ringToStart(view, views, calendar, now);
    if (next) await startRing(next.ring.name, stored, view, repository, rideContext);
  }
  await writeDigests(name, calendar, trainContext);
}

/** What the rides of a repository need. */
interface RideContext extends TrainContext {
  noticesOf: NoticesOf;
}

const withNotices = async (
  rides: readonly RideHistory[],
  repository: string,
  calendar: Calendar,
  context: TrainContext,
): Promise<RideContext> => ({
  ...context,
  noticesOf: await prepareNotices(repository, rides, calendar, context),
});

/** An event, and when it happened if that was not now. */
interface News {
  at?: string;
  detail: RideEventDetail;
}

/**
 * Appends events of Gatehouse, and the notices about them. If someone else appended an event since
 * the ride was read, nothing.
 */
async function append(
  stored: RideHistory,
  news: readonly News[],
  { store, now, noticesOf }: RideContext,
): Promise<boolean> {
  if (news.length === 0) return true;
  const events = news.map(({ at = now, detail }) => ({ at, by: 'gatehouse', detail }));
  const notices = noticesOf(stored, events);
  return store.appendRideEvents(stored.ride.id, lastSeqOf(stored), events, notices);
}

/**
 * What became of the preview. Without one, or if nobody has to test it, the ride is ready by itself.
 */
async function previewNews(
  { ride, events }: RideHistory,
  { state }: RideView,
  { ring, train }: Settings,
  repository: RepositoryName,
  { client, bot, log }: TrainContext,
): Promise<News[]> {
  const { preview } = readRideLog(ride, events);
  if (state !== 'preview') return [];
  const ready = (note: string): News => ({ detail: { kind: 'ready', note } });
  if (ring === '') return [ready('There is no preview to test.')];
  const deployments = await readDeployments(client, repository, ride.sha, bot);
  if (!deployments.ok) {
    log.warn({ ride: ride.id, reason: deployments.reason }, 'the preview is unknown');
    return [];
  }
  const states = deployments.value
    .filter(({ environment }) => environment === ring)
    .map((deployment) => deployment.state);
  if (states.includes('success'))
    return [
      { detail: { kind: 'preview-deployed' } },
      ...(train.preview.evidence === 'none' ? [ready('Nobody has to test previews.')] : []),
    ];
  const hasFailed = states.some((each) => each === 'failure' || each === 'error');
  return hasFailed && preview.kind === 'none'
    ? [{ detail: { kind: 'preview-failed', reason: 'The preview could not be deployed.' } }]
    : [];
}

/** The results of deployments that run, or that are still being watched. */
async function deploymentNews(
  { ride, stops }: RideView,
  repository: RepositoryName,
  { client, log }: TrainContext,
): Promise<News[]> {
  const news: News[] = [];
  for (const { ring, state } of stops) {
    if (state.kind !== 'deploying' && state.kind !== 'soaking') continue;
    const { deployment } = state;
    const status = await readDeploymentStatus(client, repository, deployment);
    if (!status.ok) {
      log.warn({ ride: ride.id, deployment, reason: status.reason }, 'a deployment is unknown');
      continue;
    }
    const detail = resultOf(status.value, ring.name, deployment);
    if (!detail || (state.kind === 'soaking' && detail.kind === 'succeeded')) continue;
    // GitHub's clock may be behind ours, and nothing ends before it started.
    const at = status.value.at < state.since ? state.since : status.value.at;
    news.push({ at, detail });
  }
  return news;
}

/**
 * How a description begins if nobody can tell whether the deployment succeeded: GitHub has no state
 * for that.
 */
const inconclusive = /^\s*inconclusive\b[\s:.,-]*/i;

/** Undefined while there is no result. */
function resultOf(
  { state, description, logUrl }: DeploymentStatus,
  ring: string,
  deployment: number,
): RideEventDetail | undefined {
  const result = { ring, deployment, ...(logUrl !== undefined && { logUrl }) };
  const text = description.replace(inconclusive, '');
  const reason = text === '' ? 'The deployment gives no reason.' : text;
  const isOver = state === 'success' || state === 'failure' || state === 'error';
  // Also of a success: in doubt a person decides.
  if (isOver && inconclusive.test(description)) return { kind: 'inconclusive', ...result, reason };
  switch (state) {
    case 'success':
      return { kind: 'succeeded', ...result };
    case 'failure':
      return { kind: 'failed', ...result, reason };
    case 'error':
      return { kind: 'errored', ...result, reason };
    case 'pending':
    case 'queued':
    case 'in_progress':
    case 'inactive':
      return undefined;
  }
}

/** Deploys a ride to a ring, if its folder is still what was reviewed. */
async function startRing(
  ring: string,
  stored: RideHistory,
  view: RideView,
  repository: RepositoryName,
  context: RideContext,
): Promise<void> {
  const { client, log } = context;
  const { ride } = stored;
  const folder = await readFolder(client, repository, ride.folder, ride.sha);
  if (!folder.ok) {
    log.warn({ ride: ride.id, reason: folder.reason }, 'a folder to deploy could not be read');
    return;
  }
  if (folderDigest(folder.value?.files ?? []) !== ride.digest) {
    const reason = `The folder at ${ride.sha.slice(0, 7)} is not what was reviewed.`;
    await append(stored, [{ detail: { kind: 'changed', reason } }], context);
    return;
  }
  const deployment = await deploymentFor(ring, stored, view, repository, context);
  if (deployment === undefined) return;
  log.info({ ride: ride.id, ring, deployment }, 'a ring started');
  const detail: RideEventDetail = { kind: 'deploy-started', ring, deployment };
  if (await append(stored, [{ detail }], context)) return;
  // Someone did something to the ride meanwhile. The deployment exists all the same.
  const name = `${repository.owner}/${repository.repo}`;
  const current = await context.store.rides(name, { folders: [ride.folder] });
  const again = current.find((each) => each.ride.id === ride.id);
  if (again) await append(again, [{ detail }], context);
}

/**
 * The deployment of a ride to a ring: one that was created before and never recorded, or a new one.
 * Undefined if GitHub does not say, or rejects it: then the ride is held.
 */
async function deploymentFor(
  ring: string,
  stored: RideHistory,
  view: RideView,
  repository: RepositoryName,
  context: RideContext,
): Promise<number | undefined> {
  const { client, bot, log, isHeld } = context;
  const { ride, events } = stored;
  const ours = await readRingDeployments(client, repository, ride.sha, bot);
  if (!ours.ok) {
    log.warn({ ride: ride.id, reason: ours.reason }, 'the deployments of a ride are unknown');
    return undefined;
  }
  const isRecorded = (id: number): boolean =>
    events.some((event) => event.kind === 'deploy-started' && event.deployment === id);
  const unrecorded = ours.value.find(
    (each) => each.ride === ride.id && each.ring === ring && !isRecorded(each.id),
  );
  if (unrecorded) return unrecorded.id;
  if (!(await isHeld())) throw new LeaseLostError('another worker advances the trains now');
  try {
    return await createDeployment(client, repository, newDeployment(ring, ride, view));
  } catch (error) {
    if (!isHttpError(error) || error.status >= 500) throw error;
    const reason = `GitHub rejects the deployment to ${ring}: ${rejectionText(error)}`;
    log.warn({ ride: ride.id, reason }, 'a ride is held');
    await append(stored, [{ detail: { kind: 'hold', reason } }], context);
    return undefined;
  }
}

const newDeployment = (
  ring: string,
  ride: Ride,
  { departure }: RideView,
): Parameters<typeof createDeployment>[2] => ({
  sha: ride.sha,
  environment: ring,
  description: `Pull request #${ride.pull}, version ${ride.version}`,
  payload: {
    ride: ride.id,
    connector: ride.folder,
    class: ride.class,
    version: ride.version,
    digest: ride.digest,
    ring,
    train: departure?.departsOn ?? null,
    pull: ride.pull,
  },
});
