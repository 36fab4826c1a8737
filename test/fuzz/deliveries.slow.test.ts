import examples from '@octokit/webhooks-examples' with { type: 'json' };
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/connector/values.ts';
import { hintsOf } from '../../src/hints.ts';
import { mutated, mutations } from './mutations.ts';
import { runs, within } from './runs.ts';

const payloads: { name: string; examples: JsonObject[] }[] = JSON.parse(JSON.stringify(examples));
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
const isSha = /^[0-9a-f]{1,64}$/;
const isRepository = /^[\w.-]+\/[\w.-]+$/;

test('whatever a delivery says, what it hints at can be asked for and stored', () => {
  const delivery = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...heard) },
    fc.nat(deliveries.length - 1),
  );
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
        for (const { repository, installation, number, comment, push, group } of hints) {
          expect(repository).toMatch(isRepository);
          expect(Number.isInteger(number) && number > 0 && number <= int4).toBe(true);
          expect(Number.isSafeInteger(installation) && installation > 0).toBe(true);
          if (comment !== undefined)
            expect(Number.isSafeInteger(comment) && comment > 0).toBe(true);
          for (const sha of [push?.sha, group?.sha, group?.baseSha])
            if (sha !== undefined) expect(sha).toMatch(isSha);
          if (push) expect(push.at.toISOString()).toMatch(/^\d{4}-/);
        }
        for (const { repository, sha } of heads) {
          expect(repository).toMatch(isRepository);
          expect(sha).toMatch(isSha);
        }
        for (const { installation = 1 } of sweeps)
          expect(Number.isSafeInteger(installation) && installation > 0).toBe(true);
      },
    ),
    runs(1000),
  );
});
