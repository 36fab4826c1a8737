import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversations, play } from './conversations.ts';

test('nothing is merged, signed or pushed in thousands of conversations that nobody with the right plainly asked for', () => {
  const done = new Map<string, number>();
  fc.assert(
    fc.property(conversations, (conversation) => {
      for (const one of play(conversation)) done.set(one, (done.get(one) ?? 0) + 1);
    }),
    { numRuns: 3000 * Number(process.env.GATEHOUSE_RUNS) },
  );
  for (const one of ['draft', 'fix', 'merge', 'signature'])
    expect(done.get(one) ?? 0, one).toBeGreaterThan(10);
});
