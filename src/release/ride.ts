import type { ConnectorClass } from '../connector/connector.ts';
import type { ReleaseKind } from '../settings/train-settings.ts';
import type { Instant } from './civil-date.ts';

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
export type NewRide = Omit<Ride, 'id' | 'version'>;

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

/** What can be wrong with a deployment: the connector, the machinery, or nobody can tell. */
export const problems = ['failed', 'errored', 'inconclusive'] as const;
export type Problem = (typeof problems)[number];

export type RideEventDetail =
  /** The preview was deployed, and its publisher can test it. */
  | { kind: 'preview-deployed' }
  | { kind: 'preview-failed'; reason: string }
  /** The publisher has tested the preview. */
  | { kind: 'ready'; note: string }
  | { kind: 'hold'; reason: string }
  | { kind: 'resume' }
  /** The folder at the commit is not what was reviewed. */
  | { kind: 'changed'; reason: string }
  | { kind: 'deploy-started'; ring: string; deployment: number }
  | { kind: 'succeeded'; ring: string; deployment: number; logUrl?: string }
  | { kind: Problem; ring: string; deployment: number; reason: string; logUrl?: string }
  /** A person decides what could not be decided. */
  | { kind: 'passed-by-person'; ring: string; reason: string }
  | { kind: 'retry'; ring: string }
  | { kind: 'skipped'; ring: string; reason: string }
  /** Starts the next ring without waiting for its day. */
  | { kind: 'deploy-now'; reason: string }
  | { kind: 'rolled-back'; to: string; reason: string }
  | { kind: 'superseded'; ride: string; reason: string }
  | { kind: 'withdrawn'; reason: string };
