import examples from '@octokit/webhooks-examples' with { type: 'json' };
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asObject, type Json, type JsonObject } from '../../src/json/values.ts';
import { affectedPullRequests } from '../../src/app/webhook-events.ts';
import { mutated, mutations } from './mutations.ts';
import { runs, within } from './runs.ts';

const published: { name: string; examples: JsonObject[] }[] = JSON.parse(JSON.stringify(examples));
/** The published comments are all on issues. */
const unpublished: typeof published = [
  {
    name: 'issue_comment',
    examples: published
      .filter(({ name }) => name === 'issue_comment')
      .flatMap((event) => event.examples)
      .map((payload) => ({
        ...payload,
        issue: { ...asObject(payload.issue), pull_request: { url: 'https://api.github.com/' } },
      })),
  },
];
const payloads = [...published, ...unpublished];
const events = [...new Set(payloads.map(({ name }) => name))];
const deliveries = payloads.flatMap(({ name, examples: some }) =>
  some.map((payload) => ({ name, text: JSON.stringify({ installation: { id: 1 }, ...payload }) })),
);
/** What is heard at all is tried more often. By numbers, so that a counterexample can be read. */
const heard = [...deliveries.keys()].filter((index) => {
  const { name = '', text = '' } = deliveries[index] ?? {};
  return Object.values(affectedPullRequests(0, name, JSON.parse(text))).flat().length > 0;
});

const int4 = 2 ** 31 - 1;
const isId = (id: number): boolean => Number.isSafeInteger(id) && id > 0;
const isSha = /^[0-9a-f]{1,64}$/;
const isRepository = /^[\w.-]+\/[\w.-]+$/;

test('whatever a delivery says, what it hints at can be asked for and stored', () => {
  const delivery = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...heard) },
    fc.nat(deliveries.length - 1),
  );
  const read = { hints: 0, comments: 0, groups: 0, pushes: 0, heads: 0, sweeps: 0 };
  fc.assert(
    fc.property(
      delivery,
      fc.option(fc.constantFrom(...events), { freq: 8 }),
      mutations,
      (index, event, changes) => {
        const { name = '', text: original = '' } = deliveries[index] ?? {};
        const [text = ''] = mutated(original, changes, [{ indent: '', end: '' }]) ?? [];
        let payload: Json;
        try {
          payload = JSON.parse(text);
        } catch {
          return;
        }
        const { reviewRequests, heads, sweeps } = within(() =>
          affectedPullRequests(0, event ?? name, payload),
        );
        const repositories = [...reviewRequests, ...heads].map(({ repository }) => repository);
        const numbers = reviewRequests.map(({ number }) => number);
        const installations = [
          ...reviewRequests.map(({ installation }) => installation),
          ...sweeps.map(({ installation = 1 }) => installation),
        ];
        const comments = reviewRequests.flatMap(({ comment }) => comment ?? []);
        const pushes = reviewRequests.flatMap(({ push }) => push ?? []);
        const groups = reviewRequests.flatMap(({ group }) => group ?? []);
        const shas = [
          ...heads.map(({ sha }) => sha),
          ...pushes.map(({ sha }) => sha),
          ...groups.flatMap(({ sha, baseSha }) => [sha, baseSha]),
        ];
        expect({
          repositories: repositories.filter((repository) => !isRepository.test(repository)),
          numbers: numbers.filter((number) => !isId(number) || number > int4),
          installations: installations.filter((id) => !isId(id)),
          comments: comments.filter((id) => !isId(id)),
          shas: shas.filter((sha) => !isSha.test(sha)),
          pushes: pushes.filter(({ at }) => !/^\d{4}-/.test(at.toISOString())),
        }).toEqual({
          repositories: [],
          numbers: [],
          installations: [],
          comments: [],
          shas: [],
          pushes: [],
        });
        read.hints += reviewRequests.length;
        read.comments += comments.length;
        read.groups += groups.length;
        read.pushes += pushes.length;
        read.heads += heads.length;
        read.sweeps += sweeps.length;
      },
    ),
    runs(1000),
  );
  expect(Object.entries(read).filter(([, count]) => count === 0)).toEqual([]);
});
