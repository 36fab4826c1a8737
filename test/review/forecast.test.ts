import { describe, expect, test } from 'vitest';
import { patched, pulls, snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { renderComment } from '../../src/review/render/comment.ts';
import { decide } from '../../src/review/decide.ts';
import type { Json } from '../../src/json/values.ts';
import type { Facts } from '../../src/review/model/facts.ts';
import { forecastSection } from '../../src/review/render/forecast-section.ts';
import { factsOf } from './simulated-github.ts';

const forecast = (patch: Json, more: Partial<PullCase> = {}): Facts => {
  const [, recorded] = pulls().find(([name]) => name === 'a-forecast') ?? [];
  if (!recorded) throw new Error('there is no recorded forecast');
  return factsOf(patched(snapshotOf({ ...recorded, ...more }), patch));
};
const at = (now: string, facts: Facts): Facts => ({
  ...facts,
  snapshot: { ...facts.snapshot, now },
});

const yearEnd = {
  rides: [],
  freezes: [{ from: '2026-11-20', to: '2027-01-06', reason: 'Year-end', scope: 'all' }],
};

test.each([
  ['nothing in the way', {}],
  ['a freeze', { train: yearEnd }],
])(
  'the comment of an open pull request that nobody touches changes once a week at most, with %s',
  (_, patch) => {
    const facts = forecast(patch);
    const { gates, waitingOn } = decide(facts);
    let edits = 0;
    let last = '';
    const firstDay = Date.parse('2026-10-05T12:00:00Z');
    for (let day = 0; day < 140; day += 1) {
      const now = new Date(firstDay + day * 86_400_000).toISOString();
      const comment = renderComment(at(now, facts), gates, waitingOn) ?? '';
      if (comment !== last) edits += 1;
      last = comment;
    }
    // The first comment, one edit for each of the 20 cutoffs, and one because the year has changed.
    expect(edits).toBeLessThanOrEqual(22);
  },
);

describe('there is no forecast', () => {
  test('before anything is known of the train', () => {
    expect(forecastSection(forecast({ train: null }))).toBe('');
  });

  test.each([
    [
      'for a draft',
      { snapshot: { pull: { state: { draft: true } }, train: { rides: [], freezes: [] } } },
    ],
    ['for a connector that goes', { after: null }],
    [
      'if Gatehouse only comments',
      { settings: 'preset: microsoft\nmode: comment\n', bare: true as const },
    ],
    [
      'into another branch',
      { snapshot: { pull: { base: { ref: 'main' } }, train: { rides: [], freezes: [] } } },
    ],
  ])('%s', (_, more) => {
    expect(forecastSection(forecast({}, more))).toBe('');
  });

  test('if freezes stop every departure', () => {
    const freezes = [{ from: '2026-10-01', to: '2036-01-01', reason: 'End', scope: 'all' }];
    expect(forecastSection(forecast({ train: { rides: [], freezes } }))).toBe('');
  });
});

test('without a preview, the merge alone decides', () => {
  const facts = forecast({}, { settings: 'ring: ""\n' });
  expect(forecastSection(facts)).toBe(
    '**If it is merged by Thu 15 Oct 09:00 PT:** everywhere on Fri 23 Oct.',
  );
});

test('a freeze is announced six departures before it stops a ring, and its reason is quoted', () => {
  const freezes = [
    { from: '2026-11-20', to: '2027-01-06', reason: '@all [x](y) | `z`', scope: 'all' },
  ];
  const facts = forecast({ train: { rides: [], freezes } });
  expect(forecastSection(at('2026-09-20T12:00:00Z', facts))).not.toContain('freeze');
  const section = forecastSection(at('2026-10-13T12:00:00Z', facts));
  expect(section).toContain(
    'begins on Fri 20 Nov: what is not ready by Thu 5 Nov 09:00 PT is everywhere on Thu 7 Jan 2027',
  );
  expect(section.replaceAll(/`[^`]*`/g, '')).not.toMatch(/@all|\]\(/);
});
