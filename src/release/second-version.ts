import type { ReleaseKind, SecondVersion, TrainSettings } from '../settings/train-settings.ts';
import { safe } from '../shared/finding.ts';
import { finalStates, type Ahead, type RideView } from './fold-ride.ts';
import type { LiveInRing } from './live-versions.ts';
import { compareRides } from './ride.ts';

/** What a person said that a second version does. */
export interface SecondVersionChoice {
  what: SecondVersion;
  /** A login. */
  by: string;
  /** '' if none was given. */
  reason: string;
}

/** What decides what a version does while earlier versions of its connector are in flight. */
export interface SecondVersionFacts {
  kind: ReleaseKind;
  /** All rides of the connector. */
  rides: readonly RideView[];
  /** What is live, by ring. */
  live: ReadonlyMap<string, LiveInRing>;
  /**
   * What the version breaks in rings that have another version than the base branch: the numbers of
   * these versions. A reason if that is not known.
   */
  breaking: { ok: true; value: readonly string[] } | { ok: false; reason: string };
  /** Undefined if nobody said anything. */
  choice: SecondVersionChoice | undefined;
  /** The setting `secondVersion`. */
  settings: TrainSettings['secondVersion'];
}

/** What a version does while earlier versions are in flight. */
export interface SecondVersionDecision {
  what: SecondVersion;
  /** The versions in flight, oldest first. */
  inFlight: readonly [RideView, ...RideView[]];
  /** Undefined if the settings decide. */
  choice: SecondVersionChoice | undefined;
  /** Why the version cannot take the place of those in flight, as messages (see `safe`). */
  obstacles: readonly string[];
}

/**
 * Decides what a version does while earlier versions of its connector are in flight.
 *
 * - `stack`: it boards the train after. That is always possible.
 * - `supersede`: those in flight stop where they are. Not if a ring would go backwards, or if the
 *   version breaks what people have in any ring. If a person wants it all the same, the version is
 *   held, so that the person decides again; if the settings want it, it stacks.
 * - `hold`: it waits until a maintainer decides.
 * @returns undefined if no version is in flight
 */
export function decideSecondVersion(facts: SecondVersionFacts): SecondVersionDecision | undefined {
  const [first, ...others] = facts.rides
    .filter(({ state }) => !finalStates.has(state))
    .toSorted((a, b) => compareRides(a.ride, b.ride));
  if (!first) return undefined;
  const { choice, kind, settings } = facts;
  const obstacles = obstaclesOf(facts);
  const requested = choice?.what ?? settings[kind];
  const instead = choice ? 'hold' : 'stack';
  const what = requested === 'supersede' && obstacles.length > 0 ? instead : requested;
  return { what, inFlight: [first, ...others], choice, obstacles };
}

function obstaclesOf({ rides, live, breaking }: SecondVersionFacts): string[] {
  const unmerged = rides
    .filter(
      ({ ride, state, isMerged }) =>
        !isMerged &&
        (!finalStates.has(state) ||
          [...live.values()].some((inRing) => inRing.live.ride?.id === ride.id)),
    )
    .map(
      ({ ride }) =>
        `Version ${ride.version} of #${ride.pull} is not merged, so a ring that has it would go ` +
        'backwards.',
    );
  if (!breaking.ok) return [...unmerged, breaking.reason];
  return [
    ...unmerged,
    ...breaking.value.map(
      (version) => safe`The version breaks what people have who still have ${version}.`,
    ),
  ];
}

/** "1.1 of #12, which is in ring 3 of 6". */
export const aheadText = (ahead: Ahead): string =>
  `${ahead.ride.version} of #${ahead.ride.pull}, which ${placeText(ahead)}`;

/** "is in ring 3 of 6". */
export function placeText({ state, ring, of }: Pick<Ahead, 'state' | 'ring' | 'of'>): string {
  if (ring !== undefined) return `is in ring ${ring} of ${of}`;
  return state === 'waiting' ? 'waits for its train' : 'is in pre-release';
}
