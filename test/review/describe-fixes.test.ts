import { expect, test } from 'vitest';
import { describedFixes, listFixes } from '../../src/review/commands/describe-fixes.ts';

const page = 'https://connector-gatehouse.github.io/gatehouse/explain';

test('the message of a commit with fixes says which they are, and the reply to /fix repeats it', () => {
  const message = (fixes: ReadonlyMap<string, number>): string =>
    `Apply the fixes of Gatehouse\n\n${listFixes(fixes)}\n\nGatehouse-Fix: 7`;
  expect(describedFixes(message(new Map([['TextMisspelled', 1]])))).toBe(
    `1 fix ([TextMisspelled](${page}/TextMisspelled))`,
  );
  const many = new Map(
    Array.from({ length: 12 }, (_, index) => [`Rule${'abcdefghijkl'[index] ?? ''}`, 2000 - index]),
  );
  expect(describedFixes(message(many))).toMatch(
    /^23,934 fixes \(2,000 × \[Rulea\]\(\S+\/Rulea\), .*1,991 × \[Rulej\]\(\S+\), 3,979 of other rules\)$/,
  );
});

test('a message that somebody else wrote adds nothing but numbers and names of rules', () => {
  expect(
    describedFixes('Apply\n\n- 3 × [x](https://evil.example)\n- 4 × @everyone\n- x × Rule'),
  ).toBe('');
  expect(describedFixes('Fix the icon')).toBe('');
});
