import { shortDigest } from '../../release/describe-ride.ts';
import type { RideView, Stop } from '../../release/fold-ride.ts';
import type { LifeCycleAction } from '../../release/life-cycle.ts';
import { isDone, isProblem, isRollingBack } from '../../release/ride-log.ts';
import { untracked, type RideEventDetail, type RideHistory } from '../../release/ride.ts';
import { planRollback, type RollbackPlan } from '../../release/rollback.ts';
import { earlierVersionAt } from '../../release/start-ring.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import { safe } from '../../shared/finding.ts';
import { truncate } from '../../shared/text.ts';
import { trainOf } from '../facts/train.ts';
import type { BaseFacts } from '../model/facts.ts';
import { listed } from '../model/markdown.ts';
import type { Role } from '../model/role.ts';
import {
  changeRides,
  nameOne,
  selectRides,
  withoutRides,
  type RideDecision,
  type RideSubject,
} from './change-rides.ts';
import { chooseSecondVersion } from './choose-second-version.ts';
import type { CommandInvocation, CommandResult, ConsentState } from './command.ts';
import { doubtAbout, mayNotMeanYes } from './plain-words.ts';

/** What follows `/deploy`. */
export interface DeployAction {
  name: string;
  /** How to write it, after `/deploy`. */
  usage: string;
  /** What it does, for `/help`. */
  description: string;
  /** Who may use it: `lifeCycle` says the same for each state. */
  allowedRoles: readonly Role[];
  /** @param argument what follows the name of the action */
  run: (
    argument: string,
    invocation: CommandInvocation,
    facts: BaseFacts,
    consents: ConsentState,
  ) => CommandResult | undefined;
}

const both: readonly Role[] = ['publisher', 'maintainer'];
const maintainers: readonly Role[] = ['maintainer'];

/** Characters. */
const maxReasonLength = 500;

/** How an action is parsed and carried out. */
interface ActionDefinition {
  name: string;
  action: LifeCycleAction;
  description: string;
  /** `none`: a reason may follow, and is not needed. */
  reason: 'required' | 'none';
  /** Whether a ring has to be named. */
  ring?: true;
  /** Whether it only stops something, so that a text in doubt may follow it. */
  stops?: true;
  /** Whether it does something to what its author saw: not if that has changed since. */
  isAboutRing?: true;
  allowedRoles: readonly Role[];
  /** @param ring the name of the ring, '' if none is needed */
  decide: (subject: RideSubject, reason: string, ring: string) => RideDecision;
}

const simpleActions: readonly ActionDefinition[] = [
  {
    name: 'hold',
    action: 'hold',
    description: 'no ring starts until `/deploy resume`; what is being deployed goes on',
    reason: 'required',
    stops: true,
    allowedRoles: both,
    decide: decideHold,
  },
  {
    name: 'resume',
    action: 'resume',
    description: 'ends a hold; a hold of a maintainer only if you are one',
    reason: 'none',
    allowedRoles: both,
    decide: decideResume,
  },
  {
    name: 'retry',
    action: 'retry',
    description: 'deploys to a ring again that failed or has no result',
    reason: 'none',
    ring: true,
    isAboutRing: true,
    allowedRoles: both,
    decide: decideRetry,
  },
  {
    name: 'pass',
    action: 'pass',
    description: 'decides that an undecided ring is fine, or that a rollback was done by hand',
    reason: 'required',
    ring: true,
    isAboutRing: true,
    allowedRoles: both,
    decide: decidePass,
  },
  {
    name: 'skip',
    action: 'skip',
    description: 'leaves out a ring',
    reason: 'required',
    ring: true,
    isAboutRing: true,
    allowedRoles: maintainers,
    decide: decideSkip,
  },
  {
    name: 'now',
    action: 'deploy-now',
    description: 'starts the next ring without waiting for its day, also in a freeze',
    reason: 'required',
    isAboutRing: true,
    allowedRoles: maintainers,
    decide: decideNow,
  },
];

export const deployActions: readonly DeployAction[] = [
  ...simpleActions.map(toAction),
  {
    name: 'rollback',
    usage: 'rollback <version> <reason>',
    description: 'deploys an earlier version to the rings that have this one, at once',
    allowedRoles: both,
    run: runRollback,
  },
  {
    name: 'stack',
    usage: 'stack [reason]',
    description: 'before the merge: this version boards the train after the one in flight',
    allowedRoles: maintainers,
    run: (argument, invocation, facts) => chooseSecondVersion('stack', argument, invocation, facts),
  },
  {
    name: 'supersede',
    usage: 'supersede <reason>',
    description: 'before the merge: the version in flight stops where it is, and this one starts',
    allowedRoles: maintainers,
    run: (argument, invocation, facts) =>
      chooseSecondVersion('supersede', argument, invocation, facts),
  },
];

function toAction(definition: ActionDefinition): DeployAction {
  const { name, action, description, allowedRoles, decide, reason: needed } = definition;
  const usage = [
    name,
    ...(definition.ring ? ['<ring>'] : []),
    ...(needed === 'required' ? ['<reason>'] : []),
  ].join(' ');
  return {
    name,
    usage,
    description,
    allowedRoles,
    run(argument, invocation, facts, consents) {
      const train = trainOf(facts, consents.rideEvents);
      if (!train) return undefined;
      if (train.rides.length === 0) return withoutRides(facts);
      const named = definition.ring
        ? ringIn(argument, train.rides[0]?.stops ?? [], usage)
        : { ring: '', rest: argument };
      if ('refused' in named) return named;
      const selected = selectRides(named.rest, train.rides);
      if ('refused' in selected) return selected;
      const complaint = complaintAbout(selected.rest, definition, usage);
      if (complaint !== undefined) return { refused: complaint };
      const reason = truncate(selected.rest, maxReasonLength);
      return changeRides(
        {
          action,
          decide: (subject) =>
            definition.isAboutRing && isOutdated(subject)
              ? { refused: outdated }
              : decide(subject, reason, named.ring),
        },
        selected.rides,
        invocation,
        facts,
        consents,
      );
    },
  };
}

const outdated =
  'Something has happened to it since you wrote this. Look at the status of its rings; if it ' +
  'still applies, write it again.';

/** Whether a ring was started or got a result after the comment was written. */
const isOutdated = ({ history: { events }, at }: RideSubject): boolean =>
  events.some((event) => 'deployment' in event && event.at > at);

/** Why a reason is refused; undefined if it is not. */
function complaintAbout(
  reason: string,
  { name, reason: needed, stops }: ActionDefinition,
  usage: string,
): string | undefined {
  if (!stops && mayNotMeanYes(reason)) return doubtAbout(`/deploy ${name} … ${reason}`);
  return needed === 'none' ? undefined : reasonComplaint(reason, usage);
}

/** Why a text is not a reason; undefined if it is. */
const reasonComplaint = (reason: string, usage: string): string | undefined =>
  /\p{L}{2}/u.test(reason) && !/^(?:[[<(]reason[\])>]|reason[.!]*$)/i.test(reason)
    ? undefined
    : `Say why, in your own words: ${codeSpan(`/deploy ${usage}`)}.`;

/** The ring that an argument begins with, by its name or its number, and the rest. */
function ringIn(
  argument: string,
  stops: readonly Stop[],
  usage: string,
): { ring: string; rest: string } | { refused: string } {
  const [, word = '', rest = ''] = /^(\S*)\s*([^]*)$/.exec(argument) ?? [];
  const written = word.replace(/[:,.!]+$/, '').toLowerCase();
  const stop =
    stops.find(({ ring }) => ring.name.toLowerCase() === written) ??
    (/^\d{1,2}$/.test(written) ? stops[Number(written) - 1] : undefined);
  if (stop) return { ring: stop.ring.name, rest };
  const rings = stops.map(
    ({ ring }, index) =>
      `${index + 1} or ${codeSpan(ring.name)} (${messageToMarkdown(safe`${ring.regions.join(', ')}`)})`,
  );
  return {
    refused:
      `${word === '' ? 'Name the ring' : `There is no ring ${codeSpan(word)}`}: ` +
      `${codeSpan(`/deploy ${usage}`)}. The rings are ${listed(rings)}.`,
  };
}

function decideHold({ view, isMaintainer }: RideSubject, reason: string): RideDecision {
  const { hold } = view;
  // A hold of a maintainer is stronger than one of the publisher.
  if (hold && !(isMaintainer && hold.as === 'publisher'))
    return {
      refused: messageToMarkdown(safe`It is held already, by ${hold.by}: ${hold.reason}`),
    };
  return {
    detail: { kind: 'hold', reason, ...(!isMaintainer && { as: 'publisher' }) },
    done: 'It is held.',
  };
}

function decideResume({ view: { hold }, isMaintainer }: RideSubject): RideDecision {
  if (!hold) return { refused: 'It is not held.' };
  const why = messageToMarkdown(safe`${hold.by} holds it: ${hold.reason}`);
  if (hold.kind === 'changed')
    return {
      refused:
        `${messageToMarkdown(safe`${hold.reason}`)} A commit does not change, so nothing can ` +
        'resume it: `/withdraw` ends it, and a new pull request brings the right version.',
    };
  if (!isMaintainer && hold.as !== 'publisher')
    return { refused: `${why} Only people with write access end that.` };
  return { detail: { kind: 'resume' }, done: 'The hold has ended.' };
}

function decideRetry({ view }: RideSubject, _reason: string, ring: string): RideDecision {
  const stop = stopOf(view.stops, ring);
  const { state } = stop;
  const isLate = (state.kind === 'deploying' || state.kind === 'rolling-back') && state.isLate;
  if (isProblem(state) || state.kind === 'rollback-failed' || isLate)
    return {
      detail: { kind: 'retry', ring },
      done: isRollingBack(state)
        ? `The rollback of ${codeSpan(ring)} is tried again.`
        : `${codeSpan(ring)} is tried again.`,
    };
  return { refused: `There is nothing to try again: ${stateText(stop)}.` };
}

function decidePass({ view }: RideSubject, reason: string, ring: string): RideDecision {
  const stop = stopOf(view.stops, ring);
  const { state } = stop;
  const detail: RideEventDetail = { kind: 'passed-by-person', ring, reason };
  if (state.kind === 'inconclusive') return { detail, done: `${codeSpan(ring)} counts as live.` };
  if (state.kind === 'rollback-failed' || (state.kind === 'rolling-back' && state.isLate))
    return { detail, done: `${codeSpan(ring)} counts as rolled back to ${codeSpan(state.to)}.` };
  return {
    refused:
      `Only a ring whose result is undecided, or whose rollback did not succeed, can be passed: ` +
      `${stateText(stop)}.`,
  };
}

function decideSkip({ view }: RideSubject, reason: string, ring: string): RideDecision {
  const stop = stopOf(view.stops, ring);
  const { state } = stop;
  const isOpen = state.kind === 'planned' || isProblem(state);
  if (!isOpen && !(state.kind === 'deploying' && state.isLate))
    return { refused: `It cannot be left out: ${stateText(stop)}.` };
  if (view.stops.every((other) => other === stop || other.state.kind === 'skipped'))
    return { refused: 'It is the only ring that is left. `/withdraw` ends the version instead.' };
  return { detail: { kind: 'skipped', ring, reason }, done: `${codeSpan(ring)} is left out.` };
}

function decideNow({ view, train }: RideSubject, reason: string): RideDecision {
  const { stops, hold, startsNow, ride } = view;
  const { calendar, now } = train;
  if (hold)
    return {
      refused: messageToMarkdown(
        safe`${hold.by} holds it: ${hold.reason}` + ' First `/deploy resume`.',
      ),
    };
  const next = stops.find(({ state }) => !isDone(state));
  if (!next) return { refused: 'All rings have it; the last one is being watched.' };
  if (next.state.kind !== 'planned')
    return { refused: `The next ring cannot start yet: ${stateText(next)}.` };
  if (startsNow) return { refused: `${codeSpan(next.ring.name)} is about to start already.` };
  const earlier = earlierVersionAt(next, view, [...train.rides, ...train.others]);
  if (earlier)
    return {
      refused:
        `Version ${earlier.ride.version} (pull request ${earlier.ride.pull}) has to leave ` +
        `${codeSpan(next.ring.name)} first.`,
    };
  const freeze = calendar.freezeOn(calendar.dateAt(now), ride, next.ring.name);
  const although = freeze
    ? messageToMarkdown(safe` although the freeze ${freeze.reason} lasts until ` + freeze.to)
    : '';
  return {
    detail: { kind: 'deploy-now', reason },
    done: `It goes on without waiting for its day${although}.`,
  };
}

const versionWord = /^v?(\d{1,9}\.\d{1,9}|untracked)[:,]?$/i;

/** The version must be named, and with several connectors the connector, too. */
function runRollback(
  argument: string,
  invocation: CommandInvocation,
  facts: BaseFacts,
  consents: ConsentState,
): CommandResult | undefined {
  const usage = 'rollback <version> <reason>';
  const train = trainOf(facts, consents.rideEvents);
  if (!train) return undefined;
  if (train.rides.length === 0) return withoutRides(facts);
  const [, word = '', behind = ''] = /^(\S*)\s*([^]*)$/.exec(argument) ?? [];
  const to = versionWord.exec(word)?.[1]?.toLowerCase();
  const selected = selectRides(behind, train.rides);
  if ('refused' in selected) return selected;
  const { rides, rest } = selected;
  if (rides.length > 1 && to !== undefined)
    return {
      refused: `Versions have the same numbers in each connector. ${nameOne(train.rides)}`,
    };
  if (to !== undefined && mayNotMeanYes(rest))
    return { refused: doubtAbout(`/deploy rollback ${word} ${rest}`) };
  // Someone who names no version is told which there are.
  const complaint = to === undefined ? undefined : reasonComplaint(rest, usage);
  if (complaint !== undefined) return { refused: complaint };
  const reason = truncate(rest, maxReasonLength);
  return changeRides(
    {
      action: 'roll-back',
      decide: (subject) => decideRollback(subject, reason, to),
    },
    rides,
    invocation,
    facts,
    consents,
  );
}

/** @param to undefined if no version was named */
function decideRollback(
  { view, train }: RideSubject,
  reason: string,
  to: string | undefined,
): RideDecision {
  const others = [...train.rides, ...train.others].filter(
    ({ ride }) => ride.folder === view.ride.folder && ride.id !== view.ride.id,
  );
  const plan = planRollback(view, to ?? '', others, train.histories);
  const { rings, newer, versions } = plan;
  const left = newer
    .map(
      ({ ring, version, pull }) =>
        ` ${codeSpan(ring)} is left as it is, because it has version ${version} (pull request ${pull}).`,
    )
    .join('');
  if (rings.length === 0) return { refused: `No ring has this version.${left}` };
  if (to === undefined || !versions.has(to))
    return { refused: `${unknownVersion(to)} ${versionsText(plan)}` };
  const ahead = others.find(({ stops }) =>
    stops.some(({ state }) => isRollingBack(state) && state.to === view.ride.version),
  );
  if (ahead)
    return {
      refused:
        `Version ${ahead.ride.version} (pull request ${ahead.ride.pull}) is being rolled back ` +
        'to this version. Wait until that has ended, or roll that one back further there.',
    };
  const isUnderWay = rings.every(({ ring, to: target }) => {
    const { state } = stopOf(view.stops, ring);
    return isRollingBack(state) && state.to === target;
  });
  if (isUnderWay)
    return {
      refused:
        `It is being rolled back to ${codeSpan(to)} already. If that fails in a ring, ` +
        '`/deploy retry <ring>` tries it again.',
    };
  return {
    detail: { kind: 'rolled-back', to, reason, rings },
    done: `${[...new Set(rings.map((each) => each.to))]
      .map((target) => {
        const going = rings.filter((each) => each.to === target).map(({ ring }) => codeSpan(ring));
        return `${listed(going)} ${going.length === 1 ? 'goes' : 'go'} back to ${targetText(target, view, train)}.`;
      })
      .join(' ')}${left}`,
  };
}

/** A version with its digest, so that nobody confuses it with another. */
function targetText(
  version: string,
  { ride: { folder } }: RideView,
  { histories }: { histories: readonly RideHistory[] },
): string {
  const found = histories.find(({ ride }) => ride.folder === folder && ride.version === version);
  return found
    ? `${codeSpan(version)} (digest ${codeSpan(shortDigest(found.ride))})`
    : codeSpan(version);
}

const unknownVersion = (to: string | undefined): string =>
  to === undefined
    ? `Name the version to go back to: ${codeSpan('/deploy rollback <version> <reason>')}.`
    : `Version ${codeSpan(to)} was not live in a ring that has this one now.`;

function versionsText({ versions }: RollbackPlan): string {
  if (versions.size === 0)
    return (
      'Nothing of this connector was live there before. `/deploy hold <reason>` stops it; to ' +
      'take it out of a ring is up to those who deploy.'
    );
  const list = [...versions].map(
    ([version, rings]) =>
      `${codeSpan(version)} (${version === untracked ? 'what was live before Gatehouse recorded versions; ' : ''}` +
      `${rings.join(', ')})`,
  );
  return `Live there before: ${listed(list)}.`;
}

/** @throws Error if there is no such ring: the caller has found it */
function stopOf(stops: readonly Stop[], ring: string): Stop {
  const stop = stops.find((each) => each.ring.name === ring);
  if (!stop) throw new Error(`there is no ring ${ring}`);
  return stop;
}

const stateWords: Readonly<Record<Stop['state']['kind'], string>> = {
  planned: 'has not started',
  deploying: 'is being deployed',
  soaking: 'is live, and being watched',
  passed: 'is live',
  failed: 'has failed',
  errored: 'could not be deployed',
  inconclusive: 'is undecided',
  skipped: 'was skipped',
  'rolling-back': 'is being rolled back',
  'rollback-failed': 'could not be rolled back',
  'rolled-back': 'was rolled back',
  superseded: 'stays as it is, because a newer version goes on',
  withdrawn: 'does not get it',
};

const stateText = ({ ring, state }: Stop): string =>
  `${codeSpan(ring.name)} ${stateWords[state.kind]}`;
