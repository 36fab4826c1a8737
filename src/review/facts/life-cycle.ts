import type { RideView } from '../../release/fold-ride.ts';
import { lifeCycleStateOf, type LifeCycleState } from '../../release/life-cycle.ts';
import type { Facts } from '../model/facts.ts';
import { shownTrain } from './train.ts';
import { isDraft } from './waiting-on.ts';

/** The version of a connector that a pull request brings. */
export interface ConnectorVersion {
  /** The path of the folder. */
  connector: string;
  state: LifeCycleState;
  /** Missing if it has none, because it is not merged or nothing is deployed. */
  ride?: RideView;
}

/**
 * Where the changed connectors are in their life cycle. Leaves out what nobody knows: those of a
 * pull request that was closed, or merged without a train.
 */
export function versionsOf(facts: Facts): ConnectorVersion[] {
  const { pull } = facts.snapshot;
  if (pull.state.kind === 'closed') return [];
  const openState = isDraft(facts) ? 'draft' : 'open';
  const pullState = pull.state.kind === 'merged' ? 'merged' : openState;
  const rides = shownTrain(facts)?.rides ?? [];
  return facts.connectors.flatMap(({ folder, validation }) => {
    const ride = rides.findLast((each) => each.ride.folder === folder.path);
    if (pullState === 'merged' && !ride) return [];
    const title = validation.ok ? (validation.value.title ?? '') : '';
    const version: ConnectorVersion = {
      connector: folder.path,
      state: lifeCycleStateOf({
        pull: pullState,
        ride: ride?.state,
        isDeprecated: /\[deprecated\]/i.test(title),
        isRetired: false,
      }),
      ...(ride && { ride }),
    };
    return [version];
  });
}
