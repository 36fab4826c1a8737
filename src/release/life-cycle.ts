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
  'rolling-back',
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
  'hold',
  'resume',
  'retry',
  'pass',
  'skip',
  'deploy-now',
  'roll-back',
  'share',
  'deprecate',
  'retire',
] as const;
export type LifeCycleAction = (typeof lifeCycleActions)[number];

/**
 * The publisher of a connector: its owners by `CODEOWNERS`, and the author of the pull request if
 * no line there is about this connector only. A maintainer has write access to the repository.
 */
export type Party = 'publisher' | 'maintainer';

/** Who may do what in a state, and on which condition. Without an entry, nobody may. */
interface Permission {
  parties: readonly Party[];
  /** For a person who asks why something is refused, or how it is done. */
  condition?: string;
}

const byPublisher: Permission = { parties: ['publisher'] };
const byMaintainer: Permission = { parties: ['maintainer'] };
const byBoth: Permission = { parties: ['publisher', 'maintainer'] };
const newPullRequest: Permission = { ...byPublisher, condition: 'Open a new pull request.' };
/** A hold of a maintainer's, or of Gatehouse's, is not the publisher's to end. */
const holding = {
  hold: byBoth,
  resume: { ...byBoth, condition: 'Only maintainers end a hold that a maintainer began.' },
} as const;
/** Limits harm, so it is open to both, also in a freeze. */
const rollBack: Permission = { ...byBoth, condition: 'Where the version is live.' };

/**
 * Whether an action is possible, by state. The state is that of a version: a connector has the
 * state of its live version and that of the version that is being worked on.
 */
export const lifeCycle: Readonly<
  Record<LifeCycleState, Partial<Record<LifeCycleAction, Permission>>>
> = {
  editing: {
    edit: byPublisher,
    submit: { ...byPublisher, condition: 'Mark the pull request as ready for review.' },
    share: byPublisher,
  },
  'in-review': {
    edit: { ...byPublisher, condition: 'A push starts the review again.' },
    withdraw: byBoth,
    review: byMaintainer,
    share: byPublisher,
  },
  rejected: {
    edit: byPublisher,
    submit: { ...byPublisher, condition: 'Open the pull request again.' },
  },
  'pre-release': {
    edit: newPullRequest,
    withdraw: byBoth,
    test: byPublisher,
    ready: { ...byBoth, condition: 'The preview is deployed and was tested.' },
    ...holding,
    share: byPublisher,
  },
  ready: {
    edit: newPullRequest,
    withdraw: { ...byBoth, condition: 'Before the cutoff of its train, or while it is held.' },
    ...holding,
    skip: byMaintainer,
    'deploy-now': byMaintainer,
    share: byPublisher,
  },
  'rolling-out': {
    edit: newPullRequest,
    ...holding,
    withdraw: {
      ...byMaintainer,
      condition: 'Only if its folder is not what was reviewed: it then stays where it is.',
    },
    retry: byBoth,
    pass: byBoth,
    skip: byMaintainer,
    'deploy-now': byMaintainer,
    'roll-back': rollBack,
    share: byPublisher,
  },
  published: {
    edit: newPullRequest,
    'roll-back': rollBack,
    share: byPublisher,
    deprecate: byBoth,
  },
  'rolling-back': {
    edit: newPullRequest,
    retry: byBoth,
    pass: byMaintainer,
    'roll-back': rollBack,
  },
  deprecated: {
    edit: { ...byPublisher, condition: 'Open a pull request that only fixes.' },
    'roll-back': rollBack,
    share: byPublisher,
    retire: { ...byMaintainer, condition: 'On or after the end date.' },
  },
  retired: {},
  withdrawn: {
    edit: byPublisher,
    submit: { ...byPublisher, condition: 'Open the pull request again, or a new one.' },
    'roll-back': rollBack,
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
    case 'rolling-back':
      return 'rolling-back';
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
