import examples from '@octokit/webhooks-examples' with { type: 'json' };
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asObject, type Json, type JsonObject } from '../../src/connector/values.ts';
import { hintsOf } from '../../src/hints.ts';
import { mutated, mutations } from './mutations.ts';
import { runs, within } from './runs.ts';

const published: { name: string; examples: JsonObject[] }[] = JSON.parse(JSON.stringify(examples));
/** The published comments are all on issues, and there is no published merge group. */
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
  {
    name: 'merge_group',
    examples: [
      {
        action: 'checks_requested',
        merge_group: {
          head_sha: 'a'.repeat(40),
          head_ref: `refs/heads/gh-readonly-queue/dev/pr-7-${'b'.repeat(40)}`,
          base_sha: 'b'.repeat(40),
          base_ref: 'refs/heads/dev',
        },
        repository: { full_name: 'Codertocat/Hello-World' },
        sender: { id: 1, type: 'User' },
      },
    ],
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
  return Object.values(hintsOf(0, name, JSON.parse(text))).flat().length > 0;
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
        const { hints, heads, sweeps } = within(() => hintsOf(0, event ?? name, payload));
        const repositories = [...hints, ...heads].map(({ repository }) => repository);
        const numbers = hints.map(({ number }) => number);
        const installations = [
          ...hints.map(({ installation }) => installation),
          ...sweeps.map(({ installation = 1 }) => installation),
        ];
        const comments = hints.flatMap(({ comment }) => comment ?? []);
        const pushes = hints.flatMap(({ push }) => push ?? []);
        const groups = hints.flatMap(({ group }) => group ?? []);
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
        read.hints += hints.length;
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
