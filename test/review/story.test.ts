import { expect, test } from 'vitest';
import { snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { decide } from '../../src/review/decide.ts';
import { plan } from '../../src/review/plan.ts';
import type { Comment, Snapshot } from '../../src/review/model/snapshot.ts';
import { carryOut, factsOf, inBrief } from './simulated-github.ts';

/**
 * A pull request that goes on: what Gatehouse has said and kept stays, all else is as the next case
 * says.
 */
class Story {
  #snapshot: Snapshot | undefined;

  goesOn(one: Partial<PullCase>): string[] {
    const next = snapshotOf({ shows: '', before: null, ...one });
    const last = this.#snapshot;
    if (last?.comments.ok && next.comments.ok) {
      const { labels, body } = last.pull;
      const kept: Comment[] = last.comments.value.filter(
        (comment) => !next.comments.ok || !next.comments.value.some(({ id }) => id === comment.id),
      );
      Object.assign(next, {
        checks: last.checks,
        records: last.records,
        signatures: last.signatures,
        suggestions: last.suggestions,
        deployments:
          next.deployments.ok && next.deployments.value.length > 0
            ? next.deployments
            : last.deployments,
      });
      next.comments = { ok: true, value: [...kept, ...next.comments.value] };
      next.pull.labels = labels;
      next.pull.body = body;
    }
    const effects = plan(decide(factsOf(next)), next);
    this.#snapshot = carryOut(effects, next);
    const again = plan(decide(factsOf(this.#snapshot)), this.#snapshot);
    if (
      this.#snapshot.pull.state.kind === next.pull.state.kind &&
      again.some((effect) => next.pull.state.kind === 'open' || effect.kind === 'create-comment')
    )
      throw new Error(`said twice: ${again.map(inBrief).join(', ')}`);
    return effects.map(inBrief).map((effect) => effect.replace(/\d{5,}/, '…'));
  }
}

test('from a careless submission to the first ring: two comments, and nothing said twice', () => {
  const story = new Story();
  const wrong = {
    definition: { paths: { '/invoices/{id}': { get: { operationId: 'ListInvoices' } } } },
  };
  const body = [
    '- [x] I attest that the connector works and I verified',
    '- [ ] I validated the swagger file',
  ].join('\n');

  expect(story.goesOn({ after: wrong, signatures: [], reviews: [], body })).toEqual([
    'record identities',
    'write-check failure with 1 annotations',
    'add-labels certified-connector, New, needs:partner-attention',
    'create-comment status for author',
  ]);

  // The error is mended with a push: the comment is edited, and a box that was verified now is
  // ticked.
  expect(story.goesOn({ after: {}, reviews: [], signatures: [] })).toEqual([
    'write-check failure',
    'edit-description',
    'edit-comment …',
  ]);

  // Ada agrees: it is a reviewer's turn, and a new comment tells.
  const agrees = { by: 'ada', at: '11:10', body: '/agree' } as const;
  expect(story.goesOn({ after: {}, reviews: [], comments: [{ ...agrees, id: 100 }] })).toEqual([
    'record signature',
    'record answer',
    'edit-check success',
    'add-labels needs:attention',
    'remove-label needs:partner-attention',
    'create-comment status for reviewer',
    'minimize-comment',
    'edit-comment …',
    'react +1 to 100',
    'create-comment answer',
  ]);

  // Rita wants it merged, and approves later.
  expect(
    story.goesOn({
      after: {},
      reviews: [],
      comments: [{ by: 'rita', at: '11:20', body: '/merge', id: 101 }],
    }),
  ).toEqual([
    'record merge',
    'record answer',
    'edit-comment …',
    'react +1 to 101',
    'create-comment answer',
  ]);
  expect(story.goesOn({ after: {} })).toEqual([
    'remove-label needs:attention',
    'edit-comment …',
    'merge as Contoso Invoices: hear of paid ones (#7)',
  ]);

  const merged = {
    state: { kind: 'merged', draft: null, at: '2026-03-02T12:00:00Z', sha: 'a'.repeat(40) },
  };
  expect(story.goesOn({ after: {}, snapshot: { pull: merged } })).toEqual([
    'record publication',
    'record rides',
    'add-labels deployment-in-progress',
    'edit-comment …',
    'create-deployment first-ring of new certified-connectors/Contoso Invoices',
  ]);
  const deployed = {
    ok: true,
    value: [{ id: 1, environment: 'first-ring', sha: 'a'.repeat(40), state: 'success' }],
  };
  expect(story.goesOn({ after: {}, snapshot: { pull: merged, deployments: deployed } })).toEqual([
    'add-labels deployed',
    'remove-label deployment-in-progress',
    'edit-comment …',
  ]);
});

test('a breaking change that was acknowledged, and another that a push brings', () => {
  const story = new Story();
  const without = (...names: string[]) => ({
    definition: {
      definitions: {
        Invoice: { properties: Object.fromEntries(names.map((name) => [name, null])) },
      },
    },
  });
  const said = (id: number, by: 'ada' | 'rita', at: string) => ({
    id,
    by,
    at,
    body: '/acknowledge',
  });
  const gate = (one: Partial<PullCase>): string[] =>
    story
      .goesOn({ before: {}, ...one })
      .filter((effect) => /record ack|check|comment/.test(effect));

  expect(gate({ after: without('amount') })).toEqual([
    'write-check failure with 4 annotations',
    'create-comment status for author',
  ]);
  expect(gate({ after: without('amount'), comments: [said(100, 'ada', '10:30')] })).toEqual([
    'record acknowledgement',
    'edit-check failure',
    'create-comment status for reviewer',
    'minimize-comment',
    'edit-comment …',
    'create-comment answer',
  ]);
  expect(gate({ after: without('amount'), comments: [said(101, 'rita', '10:40')] })).toEqual([
    'record acknowledgement',
    'edit-check success',
    'edit-comment …',
    'create-comment answer',
  ]);
  // Both have said yes to `amount`; `status` is asked about alone, and what was said before the
  // push does not answer that.
  expect(gate({ after: without('amount', 'status') })).toEqual([
    'write-check failure with 8 annotations',
    'create-comment status for author',
    'minimize-comment',
    'edit-comment …',
  ]);
  expect(
    gate({ after: without('amount', 'status'), comments: [said(102, 'ada', '11:00')] }),
  ).toEqual([
    'record acknowledgement',
    'edit-check failure',
    'create-comment status for reviewer',
    'minimize-comment',
    'edit-comment …',
    'create-comment answer',
  ]);
});
