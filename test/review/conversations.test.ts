import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversations, play } from './conversations.ts';

test('nothing is merged, signed or pushed that nobody with the right plainly asked for', () => {
  const done = new Set<string>();
  fc.assert(
    fc.property(conversations, (conversation) => {
      for (const one of play(conversation)) done.add(one);
    }),
    { numRuns: 150 },
  );
  // Conversations in which nothing is ever done would show nothing.
  expect([...done].sort()).toEqual(['draft', 'fix', 'merge', 'signature']);
});
