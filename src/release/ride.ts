import type { ConnectorClass } from '../connector/connector.ts';
import type { ReleaseKind } from '../settings/train-settings.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import type { Instant } from './civil-date.ts';
import { compareVersions } from './next-version.ts';

/** A version of a connector on its way through the rings. */
export interface Ride {
  id: string;
  /** The path of the connector's folder. */
  folder: string;
  class: ConnectorClass;
  kind: ReleaseKind;
  /** The number of the version, for example `2.0`. */
  version: string;
  /** The number of the pull request. */
  pull: number;
  /** The commit that is deployed. */
  sha: string;
  /** SHA-256 of the paths and blobs of the folder, as reviewed. */
  digest: string;
  createdAt: Instant;
}

/** A ride that a review saw begin. Its id and its version are assigned when it is stored. */
export type NewRide = Omit<Ride, 'id' | 'version'> & {
  /** The events that it begins with. */
  events?: readonly NewRideEvent[];
  /** The rides that it takes the place of: they stop where they are. */
  supersedes?: Supersession;
};

/** Rides that stop where they are because of a newer version, who decided that, and why. */
export interface Supersession {
  /** `lastSeq` is the `seq` of the last event that the decision knew of. */
  rides: readonly { ride: string; lastSeq: number }[];
  at: Instant;
  by: string;
  reason: string;
}

/** Compares rides of a connector by when they began. */
export const compareRides = (a: Ride, b: Ride): number =>
  compareStrings(a.createdAt, b.createdAt) || compareVersions(a.version, b.version);

/** Who did what to a ride, when. Events are only ever appended. */
export type RideEvent = {
  /** Counts from 1 within the ride. */
  seq: number;
  at: Instant;
  /** A login, or `gatehouse`. */
  by: string;
} & RideEventDetail;

/** A ride and everything that happened to it, in the order of `seq`. */
export interface RideHistory {
  ride: Ride;
  events: readonly RideEvent[];
}

/** An event that is not stored yet. */
export interface NewRideEvent {
  at: Instant;
  by: string;
  detail: RideEventDetail;
}

/** Events for a ride, which are appended only if nobody else appended one after `lastSeq`. */
export interface PendingEvents {
  ride: string;
  lastSeq: number;
  events: readonly NewRideEvent[];
}

export const lastSeqOf = ({ events }: Pick<RideHistory, 'events'>): number =>
  events.at(-1)?.seq ?? 0;

/** A ring, and the version that it is rolled back to (see `untracked`). */
export interface RolledBackRing {
  ring: string;
  to: string;
}

/** In place of the number of a version: what was live before Gatehouse recorded versions. */
export const untracked = 'untracked';

/** What can be wrong with a deployment: the connector, the machinery, or nobody can tell. */
export const problems = ['failed', 'errored', 'inconclusive'] as const;
export type Problem = (typeof problems)[number];

export type RideEventDetail =
  /** The preview was deployed, and its publisher can test it. */
  | { kind: 'preview-deployed' }
  | { kind: 'preview-failed'; reason: string }
  /** The publisher has tested the preview. */
  | { kind: 'ready'; note: string }
  /** `as` is set if someone without write access to the repository said so. */
  | { kind: 'hold'; reason: string; as?: 'publisher' }
  | { kind: 'resume' }
  /** The folder at the commit is not what was reviewed. */
  | { kind: 'changed'; reason: string }
  | { kind: 'deploy-started'; ring: string; deployment: number }
  | { kind: 'succeeded'; ring: string; deployment: number; logUrl?: string }
  | { kind: Problem; ring: string; deployment: number; reason: string; logUrl?: string }
  /** A person decides what could not be decided, or says that a rollback was done by hand. */
  | { kind: 'passed-by-person'; ring: string; reason: string }
  | { kind: 'retry'; ring: string }
  | { kind: 'skipped'; ring: string; reason: string }
  /** Starts the next ring without waiting for its day. */
  | { kind: 'deploy-now'; reason: string }
  /** Orders a rollback of the rings that have the version, each to a version that was live there. */
  | { kind: 'rolled-back'; to: string; reason: string; rings: readonly RolledBackRing[] }
  /** The deployment of an earlier version, whose results have the same events as others. */
  | { kind: 'rollback-started'; ring: string; to: string; deployment: number }
  /** Gatehouse cannot deploy the earlier version. */
  | { kind: 'rollback-stopped'; ring: string; reason: string }
  /** Stops where it is, because of a newer version: the id of its ride, and its number. */
  | { kind: 'superseded'; ride: string; version: string; reason: string }
  /** The other end: takes the place of an earlier version. */
  | { kind: 'supersedes'; ride: string; version: string; reason: string }
  /** What is deployed is the head of an open pull request, which is merged afterwards. */
  | { kind: 'begun-before-merge' }
  /** What was deployed before the merge is merged, as this commit. */
  | { kind: 'merged'; sha: string }
  | { kind: 'withdrawn'; reason: string };
