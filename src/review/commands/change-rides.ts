import { connectorNameOf, nextStepText, versionText } from '../../release/describe-ride.ts';
import type { RideView } from '../../release/fold-ride.ts';
import {
  lifeCycle,
  lifeCycleActions,
  lifeCycleStateOf,
  type LifeCycleAction,
  type LifeCycleState,
} from '../../release/life-cycle.ts';
import {
  lastSeqOf,
  type PendingEvents,
  type RideEventDetail,
  type RideHistory,
} from '../../release/ride.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { isPublisher } from '../facts/roles.ts';
import { mayBeginRides } from '../facts/new-rides.ts';
import { trainOf, type Train } from '../facts/train.ts';
import type { BaseFacts } from '../model/facts.ts';
import { listed } from '../model/markdown.ts';
import type { CommandInvocation, CommandResult, ConsentState } from './command.ts';

/** A ride that a command is about. */
export interface RideSubject {
  view: RideView;
  history: RideHistory;
  train: Train;
  /** When the comment was written, an instant. */
  at: string;
  isMaintainer: boolean;
}

/**
 * What a command does to a ride: the event, and a sentence that says so; what happens next is added.
 * Or why it does nothing. Both in Markdown.
 */
export type RideDecision = { refused: string } | { detail: RideEventDetail; done: string };

/** What a command does to rides. */
export interface RideCommand {
  action: LifeCycleAction;
  decide: (subject: RideSubject) => RideDecision;
}

/**
 * Applies a command to rides of the pull request. Those to which it cannot be applied are named; it
 * is refused if it can be applied to none.
 * @param selected those that `selectRides` found
 * @returns undefined if something is not known now
 */
export function changeRides(
  { action, decide }: RideCommand,
  selected: readonly RideView[],
  { comment, hasRole }: CommandInvocation,
  facts: BaseFacts,
  consents: ConsentState,
): CommandResult | undefined {
  const train = trainOf(facts, consents.rideEvents);
  if (!train) return undefined;
  const maintainer = hasRole('maintainer');
  const done: RideView[] = [];
  const sentences: string[] = [];
  const refused: string[] = [];
  let pending = consents.rideEvents;
  const at = new Date(comment.createdAt).toISOString();
  for (const view of selected) {
    const publisher = isPublisher(comment.author, view.ride.folder, facts.snapshot);
    const isMaintainer = maintainer.ok && maintainer.value;
    const mayBePublisher = !publisher.ok || publisher.value;
    // One role is enough, so the other need not be known.
    if (!isMaintainer && (!publisher.ok || (!publisher.value && !maintainer.ok))) return undefined;
    const history = train.histories.find(({ ride }) => ride.id === view.ride.id);
    if (!history) continue;
    const refusal = refusalOf(action, view, { isMaintainer, isPublisher: mayBePublisher });
    const decision: RideDecision =
      refusal === undefined
        ? decide({ view, history, train, at, isMaintainer })
        : { refused: refusal };
    const name = messageToMarkdown(versionText(view.ride));
    if ('refused' in decision) {
      refused.push(train.rides.length > 1 ? `${name}: ${decision.refused}` : decision.refused);
      continue;
    }
    pending = withEvent(pending, history, {
      at,
      by: comment.author.login,
      detail: decision.detail,
    });
    done.push(view);
    sentences.push(`${name}: ${decision.done}`);
  }
  if (done.length === 0) return { refused: refused.join('\n\n') };
  const after = trainOf(facts, pending);
  const replies = sentences.map((sentence, index) => {
    const view = after?.rides.find(({ ride }) => ride.id === done[index]?.ride.id);
    const next = view && after ? nextStepText(view, after) : '';
    return `${sentence} ${messageToMarkdown(next)}`;
  });
  return {
    reply: [...replies, ...refused].join('\n\n'),
    consents: { rideEvents: pending },
  };
}

/** Adds an event to those of a ride that are not stored yet. */
function withEvent(
  pending: readonly PendingEvents[],
  history: RideHistory,
  event: PendingEvents['events'][number],
): PendingEvents[] {
  const { id } = history.ride;
  const earlier = pending.find(({ ride }) => ride === id);
  const added = earlier
    ? { ...earlier, events: [...earlier.events, event] }
    : { ride: id, lastSeq: lastSeqOf(history), events: [event] };
  return [...pending.filter(({ ride }) => ride !== id), added];
}

/** There is nothing that a command could be about; or the rides are about to begin. */
export function withoutRides(facts: BaseFacts): CommandResult | undefined {
  if (facts.snapshot.pull.state.kind !== 'merged')
    return {
      refused:
        'Nothing of this pull request is deployed before it is merged, so this does nothing.',
    };
  if (mayBeginRides(facts)) return undefined;
  return {
    refused:
      'The release train deploys nothing of this pull request. It was merged before the train ' +
      'began, or into another branch, or it changed no connector.',
  };
}

/**
 * The rides that a command is about, and what is left of its argument: all, or that of the connector
 * that the argument begins with (`<connector>: <rest>`). With several connectors, something that is
 * almost the name of one is asked about.
 */
export function selectRides(
  argument: string,
  rides: readonly RideView[],
): { rides: readonly RideView[]; rest: string } | { refused: string } {
  const text = argument.trim();
  const named = rides.flatMap((view) => {
    const same = rides.filter(({ ride }) => connectorNameOf(ride) === connectorNameOf(view.ride));
    const names = [view.ride.folder, ...(same.length === 1 ? [connectorNameOf(view.ride)] : [])];
    return names.flatMap((name) => {
      const written = text.slice(0, name.length);
      const after = text.slice(name.length);
      const isNamed = written.toLowerCase() === name.toLowerCase() && /^(?:\s*:|$)/.test(after);
      return isNamed ? [{ rides: [view], rest: after.replace(/^\s*:?\s*/, '') }] : [];
    });
  });
  const [only] = named;
  if (only) return only;
  const isNear = rides.some(({ ride }) =>
    text.toLowerCase().startsWith(`${connectorNameOf(ride).toLowerCase()} `),
  );
  if (rides.length > 1 && isNear) return { refused: nameOne(rides) };
  const beforeColon = /^([^:]{2,80}):/.exec(text)?.[1] ?? '';
  const all = rides.map(({ ride }) => connectorNameOf(ride));
  const meant = rides.length > 1 ? closestMatch(beforeColon, all, 3) : undefined;
  return meant === undefined
    ? { rides, rest: text }
    : { refused: `There is no connector ${codeSpan(beforeColon)} here. ${nameOne(rides)}` };
}

/** Asks for the name of a connector. */
export const nameOne = (rides: readonly RideView[]): string =>
  `Name the connector before the rest, followed by a colon: ` +
  `${listed(rides.map(({ ride }) => codeSpan(`${connectorNameOf(ride)}:`)))}.`;

const stateWords: Readonly<Record<LifeCycleState, string>> = {
  editing: 'a draft',
  'in-review': 'in review',
  rejected: 'rejected',
  'pre-release': 'in pre-release',
  ready: 'ready, and waits for its train',
  'rolling-out': 'on its way through the rings',
  published: 'live everywhere',
  'rolling-back': 'being rolled back',
  deprecated: 'deprecated',
  retired: 'retired',
  withdrawn: 'withdrawn',
};

/** How to do what people can do to a merged version. */
const commandOf: Partial<Record<LifeCycleAction, string>> = {
  withdraw: '/withdraw',
  ready: '/ready',
  hold: '/deploy hold',
  resume: '/deploy resume',
  retry: '/deploy retry',
  pass: '/deploy pass',
  skip: '/deploy skip',
  'deploy-now': '/deploy now',
  'roll-back': '/deploy rollback',
};

/** Why the life cycle does not allow an action to someone; undefined if it does. */
function refusalOf(
  action: LifeCycleAction,
  { state }: RideView,
  by: { isMaintainer: boolean; isPublisher: boolean },
): string | undefined {
  const lifeCycleState = lifeCycleStateOf({
    pull: 'merged',
    ride: state,
    isDeprecated: false,
    isRetired: false,
  });
  const actions = lifeCycle[lifeCycleState];
  const permission = actions[action];
  if (!permission)
    return `That is not possible while it is ${stateWords[lifeCycleState]}. ${possible(lifeCycleState)}`;
  const { parties } = permission;
  if (by.isMaintainer && parties.includes('maintainer')) return undefined;
  if (by.isPublisher && parties.includes('publisher')) return undefined;
  const condition = permission.condition === undefined ? '' : ` ${permission.condition}`;
  return parties.includes('publisher')
    ? 'You cannot do that for this connector: it is for its publisher and for people with write access.'
    : `Only people with write access can do that.${condition}`;
}

/** What can be done in a state instead, and by whom. */
function possible(state: LifeCycleState): string {
  const ways = lifeCycleActions.flatMap((action) => {
    const [command, permission] = [commandOf[action], lifeCycle[state][action]];
    if (command === undefined || !permission) return [];
    const isForAll = permission.parties.includes('publisher');
    return [`${codeSpan(command)}${isForAll ? '' : ' (maintainers)'}`];
  });
  return ways.length === 0
    ? 'A new pull request is the way to change it.'
    : `Possible now: ${listed(ways)}.`;
}
