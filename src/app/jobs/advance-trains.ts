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
import { rideSection } from '../../release/render-ride.ts';
import {
  lastSeqOf,
  type Ride,
  type RideEventDetail,
  type RideHistory,
} from '../../release/ride.ts';
import { ringToStart } from '../../release/start-ring.ts';
import { parseRepositoryName } from '../../review/model/repository-name.ts';
import type { Account, RepositoryName } from '../../review/model/snapshot.ts';
import { fingerprintOf } from '../../shared/finding.ts';
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
  installation: number;
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
      await advanceTrain(repository, {
        client,
        installation: installation.value,
        bot,
        store,
        log,
        notices,
        now,
        isHeld,
      });
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
  const name = nameOf(repository);
  if (!settings.ok) {
    log.warn({ repository: name, reason: settings.reason }, 'no train: the settings are unknown');
    return;
  }
  if (settings.value.mode !== 'full') return;
  const calendar = new Calendar(settings.value.train, await store.freezes(name));
  const before = await store.rides(name, 'open');
  const context = await withNotices(before, repository, calendar, trainContext);
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
  // Before rides end, so that their end is shown, whenever this is killed.
  const over = views.filter(({ state }) => finalStates.has(state));
  await showRides(name, over, views, calendar, trainContext);
  const rideContext = await withNotices(rides, repository, calendar, trainContext);
  for (const [index, stored] of rides.entries()) {
    const view = views[index];
    if (!view) continue;
    await writeNotices(stored, rideContext);
    await advanceRide(stored, view, views, rideContext);
  }
  const after = foldRides(await store.rides(name, 'open'), calendar, now);
  await showRides(name, after, after, calendar, trainContext);
  await writeDigests(name, calendar, trainContext);
}

/**
 * Requests reviews of the pull requests whose comments should say something else than before,
 * because something happened or only because time passed.
 * @param shown the rides whose comments may change
 * @param views of all open rides
 */
async function showRides(
  name: string,
  shown: readonly RideView[],
  views: readonly RideView[],
  calendar: Calendar,
  { store, installation, log, now }: TrainContext,
): Promise<void> {
  const context = { others: views, waiting: views };
  const pulls = await store.showRides(
    name,
    installation,
    shown.map((view) => ({
      ride: view.ride.id,
      pull: view.ride.pull,
      digest: fingerprintOf(rideSection(view, calendar, now, context)),
    })),
  );
  if (pulls.length > 0) log.info({ repository: name, pulls }, 'the states of rides changed');
}

/** What the rides of a repository need. */
interface RideContext extends TrainContext {
  repository: RepositoryName;
  calendar: Calendar;
  noticesOf: NoticesOf;
}

const withNotices = async (
  rides: readonly RideHistory[],
  repository: RepositoryName,
  calendar: Calendar,
  context: TrainContext,
): Promise<RideContext> => ({
  ...context,
  repository,
  calendar,
  noticesOf: await prepareNotices(nameOf(repository), rides, calendar, context),
});

/** Starts what has to start for a ride, or ends it. */
async function advanceRide(
  stored: RideHistory,
  view: RideView,
  views: readonly RideView[],
  context: RideContext,
): Promise<void> {
  const { store, calendar, now } = context;
  const { state, stops, hold } = view;
  const isOver = finalStates.has(state);
  if (state === 'rolling-back' || hold || (isOver && state !== 'everywhere')) {
    const lost = await unrecordedStarts(stored, context);
    if (lost === undefined || lost.length > 0) {
      await append(stored, lost ?? [], context);
      return;
    }
  }
  if (isOver) {
    // What was superseded while it was being deployed is followed to its result.
    const isRunning = stops.some((stop) => stop.state.kind === 'deploying' && !stop.state.isLate);
    if (!isRunning) await store.endRide(stored.ride.id, lastSeqOf(stored), new Date(now));
    return;
  }
  for (const stop of stops)
    if (stop.state.kind === 'rolling-back' && stop.state.deployment === undefined)
      await rollBackRing(stop.ring.name, stop.state.to, stored.ride, context);
  const next = ringToStart(view, views, calendar, now);
  if (next) await startRing(next.ring.name, stored, view, context);
}

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
    if (state.kind !== 'deploying' && state.kind !== 'soaking' && state.kind !== 'rolling-back')
      continue;
    const { deployment } = state;
    if (deployment === undefined) continue;
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
  context: RideContext,
): Promise<void> {
  const { log } = context;
  const { ride } = stored;
  const isReviewed = await hasReviewedFolder(ride, context);
  if (isReviewed === undefined) return;
  if (!isReviewed) {
    await append(stored, [{ detail: { kind: 'changed', reason: changedText(ride) } }], context);
    return;
  }
  const deployment = await deploymentFor(
    newDeployment(ring, ride, view),
    stored,
    (reason) => ({ kind: 'hold', reason }),
    context,
  );
  if (deployment === undefined) return;
  log.info({ ride: ride.id, ring, deployment }, 'a ring started');
  await appendStart(stored, { kind: 'deploy-started', ring, deployment }, context);
}

/** Deploys an earlier version to a ring again, whatever the day. */
async function rollBackRing(
  ring: string,
  to: string,
  { id, folder }: Ride,
  context: RideContext,
): Promise<void> {
  const { store, log, repository } = context;
  const rides = await store.rides(nameOf(repository), { folders: [folder] });
  const stored = rides.find(({ ride }) => ride.id === id);
  const target = rides.find(({ ride }) => ride.version === to)?.ride;
  if (!stored) return;
  const stop = async (reason: string): Promise<void> => {
    log.warn({ ride: id, ring, reason }, 'a ring cannot be rolled back');
    await append(stored, [{ detail: { kind: 'rollback-stopped', ring, reason } }], context);
  };
  if (!target) {
    await stop(
      `Gatehouse has no record of what was live in ${ring} before. Deploy it by hand, then reply ` +
        `/deploy pass ${ring} with a reason.`,
    );
    return;
  }
  const isReviewed = await hasReviewedFolder(target, context);
  if (isReviewed === undefined) return;
  if (!isReviewed) {
    await stop(changedText(target));
    return;
  }
  const deployment = await deploymentFor(
    newRollback(ring, stored.ride, target),
    stored,
    (reason) => ({ kind: 'rollback-stopped', ring, reason }),
    context,
  );
  if (deployment === undefined) return;
  log.info({ ride: id, ring, to, deployment }, 'a rollback started');
  await appendStart(stored, { kind: 'rollback-started', ring, to, deployment }, context);
}

/** Whether the folder of a ride is what was reviewed; undefined if GitHub does not say. */
async function hasReviewedFolder(
  ride: Ride,
  { client, log, repository }: RideContext,
): Promise<boolean | undefined> {
  const folder = await readFolder(client, repository, ride.folder, ride.sha);
  if (folder.ok) return folderDigest(folder.value?.files ?? []) === ride.digest;
  log.warn({ ride: ride.id, reason: folder.reason }, 'a folder to deploy could not be read');
  return undefined;
}

const changedText = ({ sha }: Ride): string =>
  `The folder at ${sha.slice(0, 7)} is not what was reviewed.`;

const nameOf = ({ owner, repo }: RepositoryName): string => `${owner}/${repo}`;

/**
 * Records a deployment that was created. If someone did something to the ride meanwhile, it is
 * recorded after that, because the deployment exists all the same.
 */
async function appendStart(
  stored: RideHistory,
  detail: RideEventDetail,
  context: RideContext,
): Promise<void> {
  if (await append(stored, [{ detail }], context)) return;
  const { id, folder } = stored.ride;
  const current = await context.store.rides(nameOf(context.repository), { folders: [folder] });
  const again = current.find(({ ride }) => ride.id === id);
  if (again) await append(again, [{ detail }], context);
}

/** Whether a deployment is in the events of a ride. */
const isRecorded = ({ events }: RideHistory, id: number): boolean =>
  events.some(
    ({ kind, ...event }) =>
      (kind === 'deploy-started' || kind === 'rollback-started') &&
      'deployment' in event &&
      event.deployment === id,
  );

/**
 * The starts of rings that were not recorded, because Gatehouse was killed in between, and that
 * nothing starts again, because the ride is held or has ended. Undefined if GitHub does not say.
 */
async function unrecordedStarts(
  stored: RideHistory,
  { client, bot, log, repository }: RideContext,
): Promise<News[] | undefined> {
  const { ride } = stored;
  const ours = await readRingDeployments(client, repository, ride.sha, bot);
  if (!ours.ok) {
    log.warn({ ride: ride.id, reason: ours.reason }, 'the deployments of a ride are unknown');
    return undefined;
  }
  return ours.value
    .filter((each) => each.ride === ride.id && !isRecorded(stored, each.id))
    .map(({ ring, id }) => ({ detail: { kind: 'deploy-started', ring, deployment: id } }));
}

/**
 * A deployment for a ride: one that was created before and never recorded, or a new one. Undefined
 * if GitHub does not say, or rejects it, which is recorded.
 * @param rejected the event of a rejection with a reason
 */
async function deploymentFor(
  wish: RingDeploymentRequest,
  stored: RideHistory,
  rejected: (reason: string) => RideEventDetail,
  context: RideContext,
): Promise<number | undefined> {
  const { client, bot, log, isHeld, repository } = context;
  const { ride } = stored;
  const ours = await readRingDeployments(client, repository, wish.sha, bot);
  if (!ours.ok) {
    log.warn({ ride: ride.id, reason: ours.reason }, 'the deployments of a ride are unknown');
    return undefined;
  }
  const ring = wish.environment;
  const unrecorded = ours.value.find(
    (each) => each.ride === ride.id && each.ring === ring && !isRecorded(stored, each.id),
  );
  if (unrecorded) return unrecorded.id;
  if (!(await isHeld())) throw new LeaseLostError('another worker advances the trains now');
  try {
    return await createDeployment(client, repository, wish);
  } catch (error) {
    if (!isHttpError(error) || error.status >= 500) throw error;
    const reason = `GitHub rejects the deployment to ${ring}: ${rejectionText(error)}`;
    log.warn({ ride: ride.id, reason }, 'GitHub rejects a deployment');
    await append(stored, [{ detail: rejected(reason) }], context);
    return undefined;
  }
}

type RingDeploymentRequest = Parameters<typeof createDeployment>[2];

const newDeployment = (
  ring: string,
  ride: Ride,
  { departure }: RideView,
): RingDeploymentRequest => ({
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

/** The earlier version again. `ride` is the one that is rolled back. */
const newRollback = (ring: string, from: Ride, to: Ride): RingDeploymentRequest => ({
  sha: to.sha,
  environment: ring,
  description: `Pull request #${from.pull}, rollback from version ${from.version} to ${to.version}`,
  payload: {
    ride: from.id,
    connector: to.folder,
    class: to.class,
    version: to.version,
    digest: to.digest,
    ring,
    train: null,
    pull: from.pull,
    rollback: { from: from.version, to: to.version },
  },
});
