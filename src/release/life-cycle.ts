import type { RideState } from './fold-ride.ts';

/** Where a version of a connector is. Always derived from facts, never read from a label. */
export const lifeCycleStates = [
  'editing',
  'in-review',
  'rejected',
  'pre-release',
  'ready',
  'rolling-out',
  'published',
  'deprecated',
  'retired',
  'withdrawn',
] as const;
export type LifeCycleState = (typeof lifeCycleStates)[number];

export const lifeCycleActions = [
  'edit',
  'submit',
  'withdraw',
  'review',
  'test',
  'ready',
  'deploy',
  'share',
  'deprecate',
  'retire',
] as const;
export type LifeCycleAction = (typeof lifeCycleActions)[number];

export type Party = 'publisher' | 'maintainer';

/** Who may do what in a state, and on which condition. Without an entry, nobody may. */
interface Permission {
  parties: readonly Party[];
  /** For a person who asks why something is refused, or how it is done. */
  condition?: string;
}

const both = ['publisher', 'maintainer'] as const;
const share: Permission = { parties: ['publisher'] };
const newPullRequest: Permission = {
  parties: ['publisher'],
  condition: 'Open a new pull request.',
};

/**
 * Whether an action is possible, by state. The state is that of a version: a connector has the
 * state of its live version and that of the version that is being worked on.
 */
export const lifeCycle: Readonly<
  Record<LifeCycleState, Partial<Record<LifeCycleAction, Permission>>>
> = {
  editing: {
    edit: { parties: ['publisher'] },
    submit: { parties: ['publisher'], condition: 'Mark the pull request as ready for review.' },
    share,
  },
  'in-review': {
    edit: { parties: ['publisher'], condition: 'A push starts the review again.' },
    withdraw: { parties: both },
    review: { parties: ['maintainer'] },
    share,
  },
  rejected: {
    edit: { parties: ['publisher'] },
    submit: { parties: ['publisher'], condition: 'Open the pull request again.' },
  },
  'pre-release': {
    edit: newPullRequest,
    withdraw: { parties: both },
    test: { parties: ['publisher'] },
    ready: { parties: both, condition: 'The preview is deployed and was tested.' },
    share,
  },
  ready: {
    edit: newPullRequest,
    withdraw: { parties: both, condition: 'Before the cutoff of its train; then hold it.' },
    deploy: { parties: ['maintainer'] },
    share,
  },
  'rolling-out': {
    edit: newPullRequest,
    deploy: { parties: ['maintainer'] },
    share,
  },
  published: { edit: newPullRequest, share, deprecate: { parties: both } },
  deprecated: {
    edit: { parties: ['publisher'], condition: 'Open a new pull request that only fixes.' },
    share,
    retire: { parties: ['maintainer'], condition: 'On or after the end date.' },
  },
  retired: {},
  withdrawn: {
    edit: { parties: ['publisher'] },
    submit: { parties: ['publisher'], condition: 'Open the pull request again.' },
  },
};

/** Facts about a version. */
export interface LifeCycleFacts {
  pull: 'draft' | 'open' | 'merged' | 'closed-by-maintainer' | 'closed-by-author';
  /** The state of its ride; undefined if it has none. */
  ride: RideState | undefined;
  /** Whether its readme or title says that it is deprecated. */
  isDeprecated: boolean;
  isRetired: boolean;
}

export function lifeCycleStateOf({
  pull,
  ride,
  isDeprecated,
  isRetired,
}: LifeCycleFacts): LifeCycleState {
  if (isRetired) return 'retired';
  switch (ride) {
    case 'withdrawn':
    case 'rolled-back':
    case 'superseded':
      return 'withdrawn';
    case 'everywhere':
      return isDeprecated ? 'deprecated' : 'published';
    case 'rolling-out':
      return 'rolling-out';
    case 'waiting':
      return 'ready';
    case 'preview':
    case 'testing':
      return 'pre-release';
    case undefined:
  }
  switch (pull) {
    case 'draft':
      return 'editing';
    case 'open':
      return 'in-review';
    case 'merged':
      return isDeprecated ? 'deprecated' : 'published';
    case 'closed-by-maintainer':
      return 'rejected';
    case 'closed-by-author':
      return 'withdrawn';
  }
}
