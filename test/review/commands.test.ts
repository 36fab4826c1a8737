import { describe, expect, test } from 'vitest';
import { commandsIn } from '../../src/review/commands/said.ts';
import type { Comment } from '../../src/review/snapshot.ts';

const comment = (body: string, more: Partial<Comment> = {}): Comment => ({ id: 1, author: { id: 1, login: 'ada', type: 'user' }, createdAt: '2026-03-02T10:00:00Z', updatedAt: '2026-03-02T10:00:00Z', body, reactions: [], ...more });
const said = (body: string): string[] => commandsIn(comment(body), 'gatehouse[bot]').map(({ name, rest }) => `${name}|${rest}`);

describe('a command', () => {
  test.each([
    ['/merge', ['merge|']],
    ['/MERGE  ', ['merge|']],
    ['Thanks!\n/merge\nand then\n/hold  until Monday', ['merge|', 'hold|until Monday']],
    ['Thanks!\r\n\r\n/merge\r\n', ['merge|']],
    ['two spaces at the end  \n/check', ['check|']],
    ['**bold** words\n/check', ['check|']],
    ['@gatehouse agree company="X"', ['agree|company="X"']],
    ['@gatehouse[bot] agree', ['agree|']],
    ['@Gatehouse: /agree', ['agree|']],
    ['/agree company="a@b.c https://contoso.com"', ['agree|company="a@b.c https://contoso.com"']],
    ['/agree\n\n> On Monday gatehouse wrote:\n> /merge', ['agree|']],
  ])('%j', (body, expected) => {
    expect(said(body)).toEqual(expected);
  });

  test.each([
    'please /merge', '> /merge', '> quoted\n/merge', '```\n/merge\n```', '~~~\n/merge', '    /merge', '`/merge`', '`a\n/merge`', '- /merge', '1. /merge', '# /merge', '<!-- \n/merge\n-->', '<details>\n/merge\n</details>', '/merge/it', '/merge-it', '\\/merge', '@gatehouses agree', '@someone agree', '[x]: https://contoso.com\n> a\n/merge', '',
  ])('is not %j', (body) => {
    expect(said(body)).toEqual([]);
  });

  test('is not in what was edited, nor said by a bot', () => {
    expect(commandsIn(comment('/merge', { updatedAt: '2026-03-02T10:00:01Z' }), 'gatehouse[bot]')).toEqual([]);
    expect(commandsIn(comment('/merge', { author: { id: 2, login: 'other[bot]', type: 'bot' } }), 'gatehouse[bot]')).toEqual([]);
  });
});
