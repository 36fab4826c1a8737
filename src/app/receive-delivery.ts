import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../json/values.ts';
import type { Store } from '../store/store.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { affectedPullRequests } from './webhook-events.ts';

interface ReceiverContext {
  store: Store;
  metrics: Metrics;
  log: Log;
  /** The id of the App. */
  appId: number;
}

/**
 * Answers a delivery whose signature is valid: 200 as soon as it is stored. GitHub shows the answer
 * among the deliveries of the App, so it does not contain the words of the database.
 * @param request with the body that `guardRequests` read
 */
export async function answerDelivery(
  { headers, body }: IncomingMessage,
  response: ServerResponse,
  context: ReceiverContext,
): Promise<void> {
  const respond = (status: number, value: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  let payload: unknown;
  try {
    payload = JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    return respond(400, { error: 'The delivery is not JSON.' });
  }
  const id = String(headers['x-github-delivery']);
  const name = String(headers['x-github-event']);
  const isStored = await receiveDelivery({ id, name, payload }, context);
  if (isStored) respond(200, { ok: true });
  else respond(500, { error: 'The delivery could not be stored. See the log.' });
}

/**
 * Stores a webhook delivery and the reviews that it requests.
 * @returns false if that failed, and the log says why
 */
async function receiveDelivery(
  { id, name, payload }: { id: string; name: string; payload: unknown },
  { store, metrics, log, appId }: ReceiverContext,
): Promise<boolean> {
  if (!isObject(payload)) return true;
  const {
    reviewRequests,
    heads,
    sweeps,
    trains,
    hidden,
    indexes = [],
  } = affectedPullRequests(appId, name, payload);
  const action =
    'action' in payload && typeof payload.action === 'string' ? { action: payload.action } : {};
  let isNew: boolean;
  try {
    await store.hideRepositories(hidden);
    for (const { repository, installation, sha } of heads) {
      for (const number of await store.pullsAt(repository, sha))
        reviewRequests.push({ repository, installation, number });
    }
    isNew = await store.receive(
      { id, event: name, ...action },
      reviewRequests,
      sweeps,
      trains,
      indexes.map((repository) => ({ repository })),
    );
  } catch (error) {
    log.error({ err: error, delivery: id, event: name }, 'a delivery could not be stored');
    return false;
  }
  metrics.deliveries.inc({ event: name, outcome: isNew ? 'new' : 'repeated' });
  const details = {
    delivery: id,
    event: name,
    ...action,
    pulls: reviewRequests.map(({ repository, number }) => `${repository}#${number}`),
  };
  log[reviewRequests.length + sweeps.length > 0 ? 'info' : 'debug'](
    details,
    isNew ? 'delivery stored' : 'delivery repeated',
  );
  return true;
}
