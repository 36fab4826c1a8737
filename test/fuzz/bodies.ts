import fc from 'fast-check';
import { hostile } from './texts.ts';

/** A piece of a comment, and whether what it says is its writer's own word. */
export interface Block {
  kind: string;
  text: string;
  own: boolean;
}

const quietly = fc.constantFrom(
  '/merge',
  '/agree',
  '/agree company="Contoso"',
  '/unhold',
  '/withdraw',
  '/fix',
  '@gatehouse agree',
  '@gatehouse[bot] /agree',
);
const space = fc.constantFrom('', ' ', '  ', '   ');
const word = fc.constantFrom(
  'Thanks',
  'the icon',
  'looks good',
  'see below.',
  'über',
  'e\u0301tat',
  '発票',
  '😀',
  'مرحبا',
  'a'.repeat(70),
);
const prose = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const lines = (of: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.array(of, { minLength: 1, maxLength: 4 });
const talk = lines(fc.oneof(prose, { weight: 2, arbitrary: quietly }));

const block = (kind: string, text: fc.Arbitrary<string>, own = false): fc.Arbitrary<Block> =>
  text.map((one) => ({ kind, text: one, own }));
const fence = fc
  .record({
    indent: space,
    mark: fc.constantFrom('`', '~'),
    length: fc.integer({ min: 3, max: 6 }),
    longer: fc.nat(2),
    info: fc.constantFrom('', 'diff', 'json title'),
    inside: talk,
  })
  .map(({ indent, mark, length, longer, info, inside }) =>
    [mark.repeat(length) + info, ...inside, mark.repeat(length + longer)]
      .map((line) => indent + line)
      .join('\n'),
  );
const list = fc
  .record({ bullet: fc.constantFrom('-', '*', '+', '1.', '7)'), items: talk, deep: fc.boolean() })
  .map(({ bullet, items, deep }) =>
    items
      .map(
        (item, index) =>
          `${deep ? ' '.repeat((bullet.length + 1) * Math.min(index, 3)) : ''}${bullet} ${item}`,
      )
      .join('\n'),
  );
const quote = fc
  .record({ marks: fc.constantFrom('>', '> ', '>>', '> > ', ' > '), inside: talk })
  .map(({ marks, inside }) => inside.map((line) => marks + line).join('\n'));

/** What repeats, shows or hides what somebody wrote: none of it is a command. */
const reported = [
  block('fence', fence),
  block('quote', quote),
  block(
    'fence in a quote',
    fence.map((text) =>
      text
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n'),
    ),
  ),
  block(
    'continued quote',
    fc.tuple(prose, quietly).map(([said, command]) => `> ${said}\n${command}`),
  ),
  block('list', list),
  block(
    'continued item',
    fc.tuple(prose, quietly).map(([said, command]) => `- ${said}\n${command}`),
  ),
  block(
    'indented code',
    talk.map((inside) => inside.map((line) => `    ${line}`).join('\n')),
  ),
  block(
    'HTML',
    fc
      .record({ tag: fc.constantFrom('div', 'table', 'p', 'ul', 'pre'), inside: talk })
      .map(({ tag, inside }) => `<${tag}>\n${inside.join('\n')}\n</${tag}>`),
  ),
  block(
    'HTML comment',
    talk.map((inside) => `<!--\n${inside.join('\n\n')}\n-->`),
  ),
  block(
    'heading',
    fc
      .tuple(fc.integer({ min: 1, max: 6 }), quietly)
      .map(([level, command]) => `${'#'.repeat(level)} ${command}`),
  ),
  block(
    'table',
    quietly.map((command) => `| a | b |\n|---|---|\n| ${command} | x |`),
  ),
  block(
    'in a line',
    fc.tuple(prose, quietly).map(([said, command]) => `${said} ${command}`),
  ),
  block(
    'code in a line',
    fc.tuple(quietly, prose).map(([command, said]) => `\`${command}\` ${said}`),
  ),
  block(
    'fold',
    fc
      .record({
        summary: prose,
        inside: talk,
        open: fc.constantFrom('<details>', '<details open>', '<DETAILS>'),
        closed: fc.boolean(),
      })
      .map(({ summary, inside, open, closed }) =>
        [
          open,
          `<summary>${summary}</summary>`,
          '',
          ...inside.flatMap((line) => [line, '']),
          ...(closed ? ['</details>'] : []),
        ].join('\n'),
      ),
  ),
  block(
    'quoting element',
    fc
      .record({ tag: fc.constantFrom('blockquote', 'del', 'td'), inside: talk })
      .map(({ tag, inside }) => `<${tag}>\n\n${inside.join('\n\n')}\n\n</${tag}>`),
  ),
  block(
    'mathematics',
    talk.map((inside) => `$$\n${inside.join('\n')}\n$$`),
  ),
  block(
    'footnote',
    fc.tuple(prose, quietly).map(([said, command]) => `${said}[^1]\n\n[^1]: ${said}\n${command}`),
  ),
  block(
    'combining mark',
    fc.constantFrom('/merge\u0301', '/merge\u0336', '/merg\u0435', '/merge\u200b\u0301x'),
  ),
  block(
    'earlier message',
    fc
      .record({
        head: fc.constantFrom(
          ['-----Original Message-----', 'From: Rita <rita@contoso.com>'],
          [
            '________________________________',
            'From: Rita <rita@contoso.com>',
            'Sent: Monday, March 2, 2026 10:00',
            'To: Ada',
            'Subject: Re: icon',
          ],
          ['On Mon, Mar 2, 2026 at 10:00 AM Rita <rita@contoso.com> wrote:'],
          ['Am 02.03.2026 um 10:00 schrieb Rita <rita@contoso.com>:'],
        ),
        inside: talk,
      })
      .map(({ head, inside }) => [...head, '', ...inside].join('\n')),
  ),
  block(
    'another name',
    fc.constantFrom(
      '/merges',
      '/merge-queue',
      '/merge/now',
      '/merge.json',
      '//merge',
      '/ merge',
      '\\/merge',
      '&#47;merge',
      '&sol;merge',
      '\u2044merge',
      '/me\u200brge',
      '/MERGED',
      '@gatehouse-bot agree',
      '@gatehousebot agree',
    ),
  ),
];

const own = [
  block(
    'prose',
    lines(prose).map((some) => some.join('\n')),
    true,
  ),
  block(
    'command',
    fc
      .tuple(space, fc.constantFrom('/hold', '/hold because of the icon', '/HOLD', '/hold\t'))
      .map(([before, command]) => before + command),
    true,
  ),
];

/** Comments of which only what stands alone is a command, between blank lines. */
export const conversation: fc.Arbitrary<Block[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...reported) },
    { weight: 1, arbitrary: fc.oneof(...own) },
  ),
  { minLength: 1, maxLength: 7 },
);

export const bodyOf = (blocks: readonly Block[], end = '\n'): string =>
  blocks
    .map(({ text }) => text)
    .join('\n\n')
    .replaceAll('\n', end);

/** Comments of all kinds of pieces, long ones and broken ones too. */
export const anything: fc.Arbitrary<string> = fc.oneof(
  conversation.chain((blocks) =>
    fc
      .array(fc.record({ at: fc.nat(), text: hostile }), { maxLength: 3 })
      .map((more) =>
        more.reduce(
          (body, { at, text }) =>
            body.slice(0, at % (body.length + 1)) + text + body.slice(at % (body.length + 1)),
          bodyOf(blocks),
        ),
      ),
  ),
  fc.array(hostile, { maxLength: 8 }).map((parts) => parts.join('\n')),
  fc
    .record({
      piece: fc.constantFrom(
        '[',
        '![',
        '`',
        '*a ',
        '> ',
        '- ',
        '<',
        '&',
        '\\',
        '](',
        '_',
        '~~',
        '| ',
        '<details>',
        '\u0301',
        '😀',
        '/merge ',
        '@a ',
      ),
      times: fc.constantFrom(500, 8_000, 32_000),
      before: fc.constantFrom('', '/hold ', '/merge\n'),
    })
    .map(({ piece, times, before }) => before + piece.repeat(times).slice(0, 65_536)),
);
