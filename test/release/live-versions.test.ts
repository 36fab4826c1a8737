import { expect, test } from 'vitest';
import { folderDigest } from '../../src/release/folder-digest.ts';
import { liveVersions } from '../../src/release/live-versions.ts';
import { nextVersion } from '../../src/release/next-version.ts';
import { eventsOf, ride, started, succeeded, throughTwo, toReady, type At } from './rides.ts';

const live = (...rides: [version: string, events: At[]][]) =>
  [
    ...liveVersions(
      rides.map(([version, events]) => ({
        ride: { ...ride, id: version, version },
        events: eventsOf(...events),
      })),
    ),
  ].map(([ring, versions]) => [
    ring,
    versions.live.version,
    versions.live.ride?.id,
    versions.former.map(({ version }) => version),
  ]);

const inTesting = (deployment: number, day: string): At[] => [
  started('testing', deployment, `${day}T17:00:00.000Z`),
  succeeded('testing', deployment, `${day}T18:00:00.000Z`),
];

test('each ring has the version that reached it last', () => {
  expect(live(['2.0', throughTwo], ['2.1', [...toReady, ...inTesting(3, '2026-12-04')]])).toEqual([
    ['testing', '2.1', '2.1', ['2.0']],
    ['us-preview', '2.0', '2.0', []],
  ]);
});

test('a failure after a success takes the version back', () => {
  const failed: At = [
    '2026-11-20T19:00:00.000Z',
    { kind: 'failed', ring: 'testing', deployment: 1, reason: 'x' },
  ];
  expect(live(['2.0', [...toReady, ...inTesting(1, '2026-11-20'), failed]])).toEqual([]);
});

test('a rollback brings the earlier version back, as soon as it is deployed', () => {
  const order = (to: string): At => [
    '2026-12-04T19:00:00.000Z',
    { kind: 'rolled-back', to, reason: 'x', rings: [{ ring: 'testing', to }] },
    'maria',
  ];
  const rolledBack = (to: string): At[] => [
    order(to),
    ['2026-12-04T19:01:00.000Z', { kind: 'rollback-started', ring: 'testing', to, deployment: 9 }],
    succeeded('testing', 9, '2026-12-04T20:00:00.000Z'),
  ];
  const later: At[] = [...toReady, ...inTesting(3, '2026-12-04')];
  expect(live(['2.0', throughTwo], ['2.1', [...later, order('2.0')]])).toEqual([
    ['testing', '2.1', '2.1', ['2.0']],
    ['us-preview', '2.0', '2.0', []],
  ]);
  expect(live(['2.0', throughTwo], ['2.1', [...later, ...rolledBack('2.0')]])).toEqual([
    ['testing', '2.0', '2.0', ['2.1', '2.0']],
    ['us-preview', '2.0', '2.0', []],
  ]);
  expect(live(['2.1', [...later, ...rolledBack('1.9')]])).toEqual([
    ['testing', '1.9', undefined, ['2.1']],
  ]);
});

test.each([
  [undefined, 'new', '1.0'],
  [undefined, 'minor', '1.0'],
  ['1.9', 'minor', '1.10'],
  ['1.10', 'major', '2.0'],
  ['3.1', 'new', '4.0'],
] as const)('the version after %s for a %s change is %s', (previous, kind, next) => {
  expect(nextVersion(previous, kind)).toBe(next);
});

test('the digest of a folder depends on its paths and blobs, and not on their order', () => {
  const files = [
    { path: 'a', blob: '1' },
    { path: 'b', blob: '2' },
  ];
  expect(folderDigest(files.toReversed())).toBe(folderDigest(files));
  expect(
    folderDigest([
      { path: 'a', blob: '2' },
      { path: 'b', blob: '1' },
    ]),
  ).not.toBe(folderDigest(files));
});
