import { accounts, snapshotOf } from '../../fixtures/pulls.ts';
import { decide } from '../../src/review/decide.ts';
import { folderDigest } from '../../src/release/folder-digest.ts';
import type { Ride, RideEvent, RideEventDetail, RideHistory } from '../../src/release/ride.ts';
import type { Effect } from '../../src/review/model/effects.ts';
import { plan } from '../../src/review/plan.ts';
import type { Comment, Snapshot } from '../../src/review/model/snapshot.ts';
import { factsOf } from './simulated-github.ts';

const invoices = 'certified-connectors/Contoso Invoices';

/** Version 1.1 of "Contoso Invoices", merged on a Monday. */
export const ride: Ride = {
  id: 'ride-1',
  folder: invoices,
  class: 'certified',
  kind: 'minor',
  version: '1.1',
  pull: 7,
  sha: 'e'.repeat(40),
  digest: folderDigest([]),
  createdAt: '2026-11-16T12:00:00.000Z',
};

/** What was done to a ride: when, what, and by whom. */
export type Done = [at: string, detail: RideEventDetail, by?: string];

export const historyOf = (of: Ride, ...done: Done[]): RideHistory => ({
  ride: of,
  events: done.map(([at, detail, by = 'gatehouse'], index): RideEvent => ({
    seq: index + 1,
    at,
    by,
    ...detail,
  })),
});

export const tested: Done = ['2026-11-16T13:00:00.000Z', { kind: 'preview-deployed' }];
export const declaredReady: Done = [
  '2026-11-17T12:00:00.000Z',
  { kind: 'ready', note: '' },
  'ada-contoso',
];
/** A ring that got a version on a day, by the deployment with a number. */
export const reached = (ring: string, deployment: number, day: string): Done[] => [
  [`${day}T17:00:00.000Z`, { kind: 'deploy-started', ring, deployment }],
  [`${day}T18:00:00.000Z`, { kind: 'succeeded', ring, deployment }],
];

interface Merged {
  rides: readonly RideHistory[];
  comments?: readonly (readonly [by: keyof typeof accounts, body: string, at?: string])[];
  now?: string;
  owners?: string;
  settings?: string;
  snapshot?: Partial<Snapshot>;
}

/** A merged pull request in the model repository, and what people wrote. */
export function merged({
  rides,
  comments = [],
  now = '2026-11-18T12:00:00.000Z',
  owners,
  settings,
  snapshot = {},
}: Merged): Snapshot {
  const base = snapshotOf({
    shows: 'a merged pull request',
    ...(owners !== undefined && { owners }),
    ...(settings !== undefined && { settings }),
  });
  return {
    ...base,
    now,
    pull: { ...base.pull, state: { kind: 'merged', at: '2026-11-16T12:00:00Z', sha: ride.sha } },
    comments: {
      ok: true,
      value: comments.map(([by, body, at = now], index): Comment => ({
        id: 100 + index,
        author: accounts[by],
        createdAt: at,
        updatedAt: at,
        body,
        reactions: [],
      })),
    },
    train: { rides, freezes: [] },
    ...snapshot,
  };
}

/** What a review of a pull request records of its rides, and answers. */
export function answered(snapshot: Snapshot) {
  const effects = plan(decide(factsOf(snapshot)), snapshot);
  const entries = effects.flatMap((effect) => (effect.kind === 'record' ? [effect.entry] : []));
  const answers = entries.flatMap((entry) => (entry.kind === 'answer' ? [entry.answer] : []));
  return {
    events: entries.flatMap((entry) =>
      entry.kind === 'ride-events'
        ? entry.events.map(({ by, detail }) => ({ ride: entry.ride, by, ...detail }))
        : [],
    ),
    outcomes: answers.map(({ outcome }) => outcome),
    replies: answers.map(({ reply = '' }) => reply),
    effects: effects satisfies Effect[],
  };
}
