import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pulls, snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { commands } from '../../src/review/commands/index.ts';
import { parseCommands } from '../../src/review/commands/parse-commands.ts';
import { decide } from '../../src/review/decide.ts';
import { plan } from '../../src/review/plan.ts';
import type { Comment } from '../../src/review/model/snapshot.ts';
import { expectInert } from '../review/inert.ts';
import { factsOf } from '../review/simulated-github.ts';
import { anything, bodyOf, conversation } from './bodies.ts';
import { runs, within } from './runs.ts';

const comment = (body: string): Comment => ({
  id: 1,
  author: { id: 2001, login: 'rita-reviews', type: 'user' },
  createdAt: '2026-03-02T10:30:00Z',
  updatedAt: '2026-03-02T10:30:00Z',
  body,
  reactions: [],
});
const names = new Set(commands.map(({ name }) => name));
const heardIn = (body: string): string[] =>
  within(() => parseCommands(comment(body), 'gatehouse[bot]')).flatMap((command) =>
    'name' in command && names.has(command.name) ? [command.name] : [],
  );
const ends = fc.constantFrom('\n', '\r\n', '\r');

describe('of a comment', () => {
  test('nothing is heard that its writer quotes, shows or hides', () => {
    fc.assert(
      fc.property(conversation, ends, (blocks, end) => {
        expect(heardIn(bodyOf(blocks, end)).filter((name) => name !== 'hold')).toEqual([]);
      }),
      runs(2000),
    );
  });

  test('a command that stands alone is heard', () => {
    const visible = conversation.map((blocks) =>
      blocks.filter(({ kind, own }) => own || kind === 'fence' || kind === 'quote'),
    );
    fc.assert(
      fc.property(visible, ends, (blocks, end) => {
        expect(heardIn(bodyOf(blocks, end))).toEqual(
          blocks.filter(({ kind }) => kind === 'command').map(() => 'hold'),
        );
      }),
      runs(1000),
    );
  });

  test('whatever is in it, nothing throws or hangs, and where no line begins with a slash or a name nothing is heard', () => {
    let withoutCommand = 0;
    fc.assert(
      fc.property(anything, (body) => {
        const heard = heardIn(body);
        expect(heard.length).toBeLessThanOrEqual(10);
        const may = body.split(/\r\n|\n|\r/).some((line) => /^[^\p{L}\p{N}]*[/@]/u.test(line));
        withoutCommand += Number(!may);
        expect(may ? [] : heard).toEqual([]);
      }),
      runs(600),
    );
    expect(withoutCommand).toBeGreaterThan(0);
  });
});

const known = new Map(pulls());
const pull = fc.constantFrom(
  'a-good-update',
  'a-breaking-change',
  'a-co-author-agrees',
  'a-merge',
  'a-hold',
  'signed-by-one-of-two-co-authors',
  'why',
);
const who = fc.constantFrom('ada', 'ben', 'rita', 'olaf', 'eve', 'bot' as const);

describe('of a conversation', () => {
  test('answers and records are made of any words, and do nothing but what is ours', () => {
    const remarks = fc.array(
      fc.record({
        by: who,
        at: fc.constantFrom('10:30', '10:31', '11:45'),
        body: anything,
        before: fc.constantFrom(
          '',
          '/hold ',
          '/acknowledge ',
          '/agree company=',
          '/agree ',
          '/merge ',
          '/why\n',
          '/',
        ),
      }),
      { minLength: 1, maxLength: 4 },
    );
    let bodies = 0;
    fc.assert(
      fc.property(pull, remarks, (name, comments) => {
        const given: PullCase = known.get(name) ?? { shows: '' };
        const snapshot = snapshotOf({
          ...given,
          comments: [
            ...(given.comments ?? []),
            ...comments.map(({ before, body, ...by }) => ({ ...by, body: before + body })),
          ],
        });
        const decision = within(() => decide(factsOf(snapshot)));
        for (const { reply } of decision.records?.answers ?? []) expectInert(reply ?? '');
        expectInert(decision.comment ?? '');
        expectInert(decision.check?.summary ?? '');
        const withBody = plan(decision, snapshot).filter((effect) => 'body' in effect);
        expect(withBody.filter(({ body }) => body.length > 65_536)).toEqual([]);
        bodies += withBody.length;
      }),
      runs(200),
    );
    expect(bodies).toBeGreaterThan(0);
  });

  test('what a reviewer quotes neither merges, holds nor agrees', () => {
    fc.assert(
      fc.property(conversation, (blocks) => {
        const body = bodyOf(blocks.filter(({ own }) => !own));
        const snapshot = snapshotOf({
          shows: '',
          signatures: [],
          comments: [
            { by: 'rita', at: '10:30', body },
            { by: 'ada', at: '10:31', body },
          ],
        });
        const decision = decide(factsOf(snapshot));
        expect(decision.merge).toBeNull();
        expect(decision.signatures).toEqual([]);
        expect(decision.records).toMatchObject({ merge: null, hold: null, acknowledgements: [] });
        expect([decision.draft, decision.fix]).toEqual([null, null]);
      }),
      runs(60),
    );
  });
});
