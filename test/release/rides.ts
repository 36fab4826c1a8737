import { Calendar } from '../../src/release/calendar.ts';
import type { Ride, RideEvent, RideEventDetail } from '../../src/release/ride.ts';
import { modelTrain } from './settings.ts';

export const calendar = new Calendar(modelTrain);

export const ride: Ride = {
  id: 'invoices-2.0',
  folder: 'certified-connectors/Contoso Invoices',
  class: 'certified',
  kind: 'minor',
  version: '2.0',
  pull: 12,
  sha: 'a'.repeat(40),
  digest: 'd'.repeat(64),
  createdAt: '2026-11-16T12:00:00.000Z',
};

/** An event: when, what, and by whom. */
export type At = [at: string, detail: RideEventDetail, by?: string];

export const eventsOf = (...list: At[]): RideEvent[] =>
  list.map(([at, detail, by = 'gatehouse'], index) => ({ seq: index + 1, at, by, ...detail }));

export const started = (ring: string, deployment: number, at: string): At => [
  at,
  { kind: 'deploy-started', ring, deployment },
];
export const succeeded = (ring: string, deployment: number, at: string): At => [
  at,
  { kind: 'succeeded', ring, deployment },
];

export const toReady: At[] = [
  ['2026-11-16T13:00:00.000Z', { kind: 'preview-deployed' }],
  ['2026-11-17T12:00:00.000Z', { kind: 'ready', note: '' }, 'ada'],
];
export const throughTwo: At[] = [
  ...toReady,
  started('testing', 1, '2026-11-20T17:00:00.000Z'),
  succeeded('testing', 1, '2026-11-20T18:00:00.000Z'),
  started('us-preview', 2, '2026-11-23T17:00:00.000Z'),
  succeeded('us-preview', 2, '2026-11-23T18:00:00.000Z'),
];
