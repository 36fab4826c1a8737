import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claCommands } from '../../src/review/decide-cla.ts';
import {
  parseCommands,
  mayHaveCommand,
  mayNameCommand,
} from '../../src/review/commands/parse-commands.ts';
import { comment, said } from './comments.ts';

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
    ['/merge.', ['merge|.']],
    ['/merge!', ['merge|!']],
    ['/merge<br>', ['merge|']],
    ['/merge <!-- from the template -->', ['merge|']],
    ['/merge\\\n/check', ['merge|', 'check|']],
    ['\u00a0\u200b/merge\u200b', ['merge|']],
    ['\ufeff/merge', ['merge|']],
    ['/hold what about the icon?', ['hold|what about the icon?']],
    [
      '/acknowledge 0123456 the service does not send it',
      ['acknowledge|0123456 the service does not send it'],
    ],
    ['The type is List<string>.\n\n/merge', ['merge|']],
    ['It costs $5\n/merge\nnot $6', ['merge|']],
    ['## Update ##\n\n/merge', ['merge|']],
    ['**Update**\n\n/merge', ['merge|']],
    ['```\nFrom: rob@contoso.com\nSent: 2026-03-02 10:00\n```\n\n/merge', ['merge|']],
    ['<details><summary>Log</summary>\n\n/hold\n\n</details>\n\n/merge', ['merge|']],
    ['I would not /hold this.\n/merge', ['merge|']],
  ])('%j', (body, expected) => {
    expect(said(body)).toEqual(expected);
  });

  test.each([
    'please /merge',
    'I would not /merge',
    '> /merge',
    '> quoted\n/merge',
    '`a\n/merge`',
    '<!-- \n/merge\n-->',
    '<details>\n/merge\n</details>',
    '[x]: https://contoso.com\n> a\n/merge',
    '',
    '/merge/it',
    '/merge-it',
    '/merge.md',
    '/usr/bin',
    '/lgtm',
    '/cc @rob',
    '/azp run',
    '/retest',
    '/rebase',
    '/recheck',
    '/approve',
    '/assign @rob',
    '/label bug',
    '/close',
    '/reopen',
    '/ok-to-test',
    '/backport',
    '/rerun',
    '/fox',
    '/fxi/a.json',
    '> /fxi',
    'I wrote /fxi',
    '/fxi the icon',
    '/bold',
    '/home',
    '@someone agree',
    '@gatehouse check the logs please',
    '// merge the two lists',
    '<details>\n\n/merge\n\n</details>',
    '<details><summary>a</summary>\n\n/merge',
    '<details\nopen title="</details>">\n\n/merge',
    '<!-- </details> --><details>\n\n/merge',
    '<blockquote>\n\n/merge\n\n</blockquote>',
    'a <s>b\n/merge\nc</s>',
    '<table><tr><td>\n\n/merge\n\n</td></tr></table>',
    '<del>\n\n/merge\n\n</del>',
    '<pre>\n\n/merge\n</pre>',
    '$$\n/merge\n$$',
    '$$\n\n/merge\n\n$$',
    '$$\n/merge',
    'as $$\n/merge\n$$',
    '$`a\n/merge`$',
    '```math\n/merge\n```',
    '```\n/merge\n```',
    '~~~\n/merge',
    '| a |\n| --- |\n/merge',
    'a | b\n--- | ---\n/merge | c',
    '[^1]: note\n/merge',
    '[^1]: a note\n/merge',
    '~~old\n/merge~~',
    'See **this\n/merge\nthing**',
    '[a\n/merge](https://contoso.com)',
  ])('is not %j, which gets no word either', (body) => {
    expect(said(body)).toEqual([]);
  });

  test.each([
    '/merge?',
    '/merge ?',
    '/merge please wait for Rob',
    '/merge when Rob approved',
    '/merge not yet',
    '/merge/',
    '/merge...',
    '/merge\u2026',
    '/merge, please',
    '/merge | c',
    '/merge :+1:',
    `/merge${' '.repeat(600)}not yet`,
    '/merge <b>not</b>',
  ])('has nothing behind it but its arguments: %j is refused', (body) => {
    expect(said(body)).toEqual(['?merge']);
    const [refused] = parseCommands(comment(body), 'gatehouse[bot]');
    expect(refused && 'words' in refused ? refused.words : '').toMatch(
      /^`\/merge` takes nothing after it, so Gatehouse did not run `\/merge.*`\. If you mean it, write `\/merge` on its own line of a new comment\.$/,
    );
  });

  test.each([
    ['/unhold?', '?unhold'],
    ['/hold?', '?hold'],
    ['/hold [reason]', '?hold'],
    ['/acknowledge?', '?acknowledge'],
    ['/acknowledge is this right?', '?acknowledge'],
    ['/acknowledge not yet', '?acknowledge'],
    ['/acknowledge when Rob has seen it', '?acknowledge'],
    ['/agree?', '?agree'],
    ['/why not?', '?why'],
  ])('%j asks, and is asked back', (body, expected) => {
    expect(said(body)).toEqual([expected]);
  });

  test.each([
    '\\/merge',
    '/ merge',
    '//merge',
    '\\merge',
    '/mrege',
    '/merg',
    '/mergee',
    '/merqe',
    '/merge\u0301',
    '/merg\u00e9',
    '/m\u0435rge',
    '\uff0fmerge',
    '\u2215merge',
    '`/merge`',
    '**/merge**',
    '"/merge"',
    '- /merge',
    '1. /merge',
    '# /merge',
    '/merge\n---',
    '    /merge',
    '@gatehouse merge',
    '@gatehouse /merge',
    'Hi,\n\n`/merge`\n\nThanks,\nRita',
  ])('who may mean it is told that %j is none', (body) => {
    expect(said(body)).toEqual(['?merge~']);
  });

  test.each([
    ['/hlod', '?hold~'],
    ['/holdd', '?hold~'],
    ['/hepl', '?help~'],
    ['/unhodl', '?unhold~'],
    ['/chekc', '?check~'],
    ['/acknowlege fine with us', '?acknowledge~'],
    ['/fxi', '?fix~'],
    ['/widraw', '?withdraw~'],
    ['/aknowlege', '?acknowledge~'],
    ['/tranfser', '?transfer~'],
  ])('a slip of the fingers is understood: %j', (body, expected) => {
    expect(said(body)).toEqual([expected]);
  });

  test('that does not exist is not a refusal, but a question', () => {
    const [parsed] = parseCommands(comment('/fxi'), 'gatehouse[bot]');
    expect(parsed).toMatchObject({
      unclear: 'fix',
      isUnknown: true,
      words:
        'There is no `/fxi`. Did you mean `/fix`? If you mean it, write `/fix` on its own line ' +
        'of a new comment.',
    });
  });

  test('is not in a list of them, however it came into the comment', () => {
    expect(
      said(
        'Thanks!\n\ncommand\twho\tdoes\n/hold [reason]\tmaintainer\tblocks the merge until ' +
          '/unhold\n/unhold\tmaintainer\tends that\n/merge\tmaintainer, owner\tmerges as soon ' +
          'as all gates pass',
      ),
    ).toEqual([]);
    expect(
      said(
        'command\n\nwho\n\ndoes\n\n/check\n\nanyone\n\nreviews ' +
          'again\n\n/merge\n\nmaintainer, owner\n\nmerges as soon as all gates pass; ' +
          'a push that changes the connector voids it',
      ),
    ).toEqual([]);
    expect(said('/check\n/fix\n/hold\n/merge\n/unhold\n/why')).toEqual(['?check~']);
  });

  test('is not in what was edited, nor said by a bot', () => {
    const updatedAt = '2026-03-02T10:00:01Z';
    expect(said('/merge', { updatedAt })).toEqual([]);
    expect(said('/agree', { updatedAt })).toEqual([]);
    expect(said('/merge', { author: { id: 2, login: 'other[bot]', type: 'bot' } })).toEqual([]);
  });

  test('beyond what is read of a long comment gets a word', () => {
    const long = 'All of this was looked at.\n'.repeat(500);
    expect(said(`/merge\n\n${long}`)).toEqual(['merge|']);
    expect(said(`${long}\n/merge`)).toEqual(['?merge~']);
    expect(said(`${long}\nOn Mon, 2 Mar 2026, Rob wrote:\n\n/merge`)).toEqual([]);
    expect(said(`\`\`\`\n${long}\n/merge\n\`\`\``)).toEqual([]);
  });

  test('of another tool is left to it where only the agreement is looked after', () => {
    expect(
      parseCommands(comment('/merge?\n/mrege\n`/hold`'), 'gatehouse[bot]', claCommands),
    ).toEqual([]);
    expect(parseCommands(comment('/agre'), 'gatehouse[bot]', claCommands)).toMatchObject([
      { unclear: 'agree' },
    ]);
  });
});

describe('an agreement', () => {
  const closings = [
    '',
    '\n-- \nAda',
    '\n--\nAda',
    '\n\n-- \nAda Lovelace\nContoso Ltd',
    '\n\nBest regards,\nAda',
    '\n\nMit freundlichen Grüßen\nAda',
    '\n\nCordialement,\nAda',
    '\n\nSent from my iPhone',
    '\n\nOn Mon, 2 Mar 2026, gatehouse wrote:\n> /agree',
    '\n\nVon: gatehouse[bot] ***@***.***>\nGesendet: Montag, 2. März 2026 10:00\nAn: ' +
      'contoso/connectors\n\nWrite /agree',
  ];
  const ways = [
    '/agree',
    '/Agree',
    '/agree.',
    '`/agree`',
    '**/agree**',
    '__/agree__',
    '*/agree*',
    '"/agree"',
    '“/agree”',
    '„/agree“',
    '«/agree»',
    '[/agree]',
    '\u00a0/agree',
    '&nbsp;/agree',
    '\\/agree',
    '\uff0fagree',
    '<b>/agree</b>',
    '`@gatehouse agree`',
    '@gatehouse agree',
  ];

  test.each(ways)('is heard as %j, with whatever a mail program puts below it', (way) => {
    for (const greeting of ['', 'Hello,\n\n', 'Hi @rita-reviews!\n']) {
      for (const closing of closings) {
        const heard = said(`${greeting}${way}${closing}`);
        expect(
          heard.map((one) => one.replace(/[.~]/g, '')),
          `${greeting}${way}${closing}`,
        ).toEqual(['agree|']);
      }
    }
    expect(
      said(way.replace(/agree/i, 'agree company="Contoso"')).map((one) => one.replace('~', '')),
    ).toEqual([expect.stringMatching(/^agree\|company="Contoso"\.?$/)]);
  });

  test.each([
    'I agree',
    'I agree.',
    'agree',
    'Agreed!',
    'I agree to the CLA',
    'Yes, I agree.\n\nAda Lovelace',
    'I have read the CLA Document and I hereby sign the CLA',
    'Einverstanden.',
    'J’accepte',
    '@gatehouse I agree',
    '@gatehouse agreed',
    '@gatehouse-bot: agree',
    '@gate-house agree',
    '@gatehouses agree',
    '/agre',
    '/agreed',
    '/ agree',
    '//agree',
    '- /agree',
    '# /agree',
    '    /agree',
    '/agree\n---\nAda',
    'As you wish:\n`/agree`\nThanks for the patience',
    '`/agree`\n\nAda Lovelace',
    '```\n/agree\n```',
    '<p>/agree</p>',
    'I have read the CLA and /agree',
    'ok, /agree',
    '`/agree` please',
    '/i agree',
    '/accept',
    '| /agree |',
    'Agree 👍',
    '/\u200bagree',
    '/cla agree',
    '@contoso-policy-service agree company="Contoso"',
  ])('is likely in %j: whoever is asked is told what to write', (body) => {
    expect(said(body)).toEqual(['?agree~']);
  });

  test.each([
    'I do not agree',
    "I don't agree.",
    'I would agree if the icon were blue',
    'Rob agreed with the approach, and so did the others',
    '> I agree',
    '> `/agree`',
    '```\nHow it is done:\n/agree\n```',
    '~~/agree~~',
    'How do I `/agree`?',
    '<details>\n\n`/agree`\n\n</details>',
    '@rob-reviews agree?',
  ])('is not in %j', (body) => {
    expect(said(body)).toEqual([]);
  });
});

describe('what is asked of GitHub only for commands', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '/merge',
      '/agree',
      '`',
      '**',
      ' ',
      '\n',
      '\n\n',
      '@gatehouse ',
      'agree',
      'I agree',
      '> ',
      '- ',
      '\u00a0',
      '\u200b',
      '&nbsp;',
      '\uff0f',
      '\\',
      '"',
      '[',
      ']',
      '<b>',
      '</b>',
      '/mrege',
      'merge',
      '/hold',
      ' please',
      '# ',
      '1. ',
      '```\n',
      'On Mon, 2 Mar 2026, Rob wrote:',
    ),
    fc.string({ maxLength: 4 }),
  );
  const body = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  test('is asked for every comment that has one', () => {
    const seen = { commands: 0, merges: 0 };
    fc.assert(
      fc.property(body, (text) => {
        const found = parseCommands(comment(text), 'gatehouse[bot]');
        const merges = found.filter((command) => 'name' in command && command.name === 'merge');
        expect(mayHaveCommand(text) ? [] : found).toEqual([]);
        expect(mayNameCommand(text, 'merge') ? [] : merges).toEqual([]);
        seen.commands += found.length;
        seen.merges += merges.length;
      }),
      { numRuns: 2_000 },
    );
    expect(seen.commands).toBeGreaterThan(0);
    expect(seen.merges).toBeGreaterThan(0);
    expect(
      ['\u00a0/merge', '\ufeff/MERGE', 'Thanks\r/merge'].map((text) =>
        mayNameCommand(text, 'merge'),
      ),
    ).toEqual([true, true, true]);
    expect(
      ['Thanks, looks good', 'a/b', 'See https://contoso.com/merge'].map(mayHaveCommand),
    ).toEqual([false, false, false]);
  });
});
