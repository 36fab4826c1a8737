import { expect, test, describe } from 'vitest';
import { snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { decide } from '../../src/review/decide.ts';
import type { Effect } from '../../src/review/model/effects.ts';
import { plan } from '../../src/review/plan.ts';
import type { Answer, Comment, Snapshot } from '../../src/review/model/snapshot.ts';
import { carryOut, factsOf } from './simulated-github.ts';

type Said = NonNullable<PullCase['comments']>[number];
const says = (by: Said['by'], body: string, count = 1): Said[] =>
  Array.from({ length: count }, () => ({ by, at: '11:30', body }));
const effectsFor = (snapshot: Snapshot): Effect[] => plan(decide(factsOf(snapshot)), snapshot);
const answersIn = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) =>
    effect.kind === 'create-comment' && effect.body.includes('<!-- gatehouse:answer:')
      ? [effect.body]
      : [],
  );
const reactionsIn = (effects: readonly Effect[]): number =>
  effects.filter((effect) => effect.kind === 'react').length;
const commentsIn = ({ comments }: Snapshot): readonly Comment[] =>
  comments.ok ? comments.value : [];

/** Reviews it, and again with what was said since: what people see of each review. */
function story(
  ...rounds: { at: string; said: Said[]; after?: (snapshot: Snapshot) => Snapshot }[]
): { comments: number; reactions: number }[] {
  let standing = snapshotOf({ shows: '' });
  return rounds.map(({ at, said, after }) => {
    const newest = Math.max(50_000, ...commentsIn(standing).map(({ id }) => id));
    const fresh = commentsIn(snapshotOf({ shows: '', comments: said })).map((comment, index) => ({
      ...comment,
      id: newest + 1 + index,
    }));
    standing = {
      ...standing,
      now: `2026-03-02T${at}:00Z`,
      comments: { ok: true, value: [...commentsIn(standing), ...fresh] },
    };
    const effects = effectsFor(standing);
    standing = carryOut(effects, standing);
    expect(effectsFor(standing)).toEqual([]);
    if (after) standing = after(standing);
    return { comments: answersIn(effects).length, reactions: reactionsIn(effects) };
  });
}

describe('somebody without any part in a pull request', () => {
  test('is answered with words once an hour, then with a reaction, and then not at all', () => {
    expect(
      story(
        { at: '12:00', said: says('eve', '/help', 40) },
        { at: '12:10', said: says('eve', '/why', 3) },
        { at: '12:59', said: says('eve', '/merge') },
        { at: '13:00', said: says('eve', '/help') },
      ),
    ).toEqual([
      { comments: 1, reactions: 5 },
      { comments: 0, reactions: 0 },
      { comments: 0, reactions: 0 },
      { comments: 1, reactions: 1 },
    ]);
  });

  test('gains nothing by deleting what was answered', () => {
    const deleted = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      comments: {
        ok: true,
        value: commentsIn(snapshot).filter(({ author }) => author.login !== 'eve'),
      },
    });
    expect(
      story(
        { at: '12:00', said: says('eve', '/help'), after: deleted },
        { at: '12:10', said: says('eve', '/help'), after: deleted },
        { at: '12:20', said: says('eve', '/help') },
      ),
    ).toEqual([
      { comments: 1, reactions: 1 },
      { comments: 0, reactions: 1 },
      { comments: 0, reactions: 1 },
    ]);
  });

  test('is not answered on each of many pull requests', () => {
    const asked = snapshotOf({ shows: '', comments: says('eve', '/help') });
    const eve = commentsIn(asked).find(({ body }) => body === '/help')?.author.id ?? 0;
    const elsewhere = (count: number, answer: Partial<Answer>): Answer[] =>
      Array.from({ length: count }, (_, comment) => ({
        comment,
        outcome: 'done',
        reply: 'A command …',
        at: '2026-03-02T11:30:00Z',
        stranger: true,
        ...answer,
      }));
    const seen = (answeredElsewhere: Answer[]) => {
      const effects = effectsFor({ ...asked, answeredElsewhere });
      return { comments: answersIn(effects).length, reactions: reactionsIn(effects) };
    };
    expect(seen(elsewhere(1, { account: eve, at: '2026-03-02T10:59:00Z' }))).toEqual({
      comments: 1,
      reactions: 1,
    });
    expect(seen(elsewhere(1, { account: eve }))).toEqual({ comments: 0, reactions: 1 });
    expect(seen(elsewhere(5, { account: eve }))).toEqual({ comments: 0, reactions: 0 });
    // Others have used up what there is for strangers.
    expect(seen(elsewhere(30, { account: 77 }))).toEqual({ comments: 0, reactions: 1 });
    expect(seen(elsewhere(100, { account: 77 }))).toEqual({ comments: 0, reactions: 0 });
  });
});

test('who takes part in a pull request is answered more often, and who may write always; all answers of a review are one comment', () => {
  expect(
    story(
      { at: '12:00', said: says('ada', '/help', 20) },
      { at: '12:10', said: says('ada', '/help', 70) },
    ),
  ).toEqual([
    { comments: 1, reactions: 20 },
    { comments: 0, reactions: 40 },
  ]);
  expect(
    story(
      { at: '12:00', said: says('rita', '/help', 12) },
      { at: '12:10', said: says('rita', '/help', 70) },
    ),
  ).toEqual([
    { comments: 1, reactions: 12 },
    { comments: 1, reactions: 70 },
  ]);
});

test('answers to several people are one comment that mentions each once for what is the same', () => {
  const [body = '', ...more] = answersIn(
    effectsFor(
      snapshotOf({
        shows: '',
        comments: [...says('ada', '/help', 2), ...says('rita', '/help'), ...says('eve', '/hold')],
      }),
    ),
  );
  expect(more).toEqual([]);
  expect(body.match(/^@[\w-]+/gm)).toEqual(['@ada-contoso', '@rita-reviews', '@eve']);
  expect(body).toMatch(/<!-- gatehouse:answer(?::\d+){4} -->$/);
});
