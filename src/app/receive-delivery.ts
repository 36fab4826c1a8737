import type { Probot } from 'probot';
import { isObject } from '../json/values.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';
import { affectedPullRequests } from './webhook-events.ts';

interface ReceiverContext {
  store: Store;
  metrics: Metrics;
  log: Probot['log'];
  /** The id of the App. */
  appId: number;
}

/**
 * Stores a webhook delivery and the reviews that it requests.
 * @throws Error if that fails. GitHub shows its message as the response to the delivery.
 */
export async function receiveDelivery(
  { id, name, payload }: { id: string; name: string; payload: unknown },
  { store, metrics, log, appId }: ReceiverContext,
): Promise<void> {
  if (!isObject(payload)) return;
  const { reviewRequests, heads, sweeps } = affectedPullRequests(appId, name, payload);
  const action =
    'action' in payload && typeof payload.action === 'string' ? { action: payload.action } : {};
  let isNew: boolean;
  try {
    for (const { repository, installation, sha } of heads) {
      for (const number of await store.pullsAt(repository, sha))
        reviewRequests.push({ repository, installation, number });
    }
    isNew = await store.receive({ id, event: name, ...action }, reviewRequests, sweeps);
  } catch (error) {
    log.error({ err: error, delivery: id, event: name }, 'a delivery could not be stored');
    throw new Error('The delivery could not be stored. See the log.', { cause: error });
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
}
