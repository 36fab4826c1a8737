import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { safe } from '../../src/shared/finding.ts';
import { verdicts } from '../../src/changes/verdicts.ts';
import { codeSpan, truncateMarkdown, toMarkdown } from '../../src/report/markdown.ts';
import { visible } from '../../src/report/text.ts';
import { connectorWith, descriptions, reportOf, type Wrong } from './reports.ts';

/** An independent judge: what GitHub's Markdown makes of a text. */
const rendered = (text: string): string =>
  micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '`',
      '``',
      '```',
      ' ',
      '\n',
      '\r\n',
      '|',
      '\\',
      '<',
      '>',
      '</code>',
      '<!--',
      '@octocat',
      '#1',
      'fixes #1',
      'https://example.org',
      '](x)',
      '![',
      '*',
      '_',
      '\u202e',
      '\u0000',
    ),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
  maxLength: 40,
});

const duplicate: Wrong = {
  at: ['paths', '/v2/invoices/{id}', 'get', 'operationId'],
  rule: 'OperationIdNotUnique',
  message: safe`${'GetInvoice'} is used twice.`,
};

describe('a report for a pull request', () => {
  it('says first how many errors there are, then where, and folds the rest', () => {
    const findings: Wrong[] = [
      duplicate,
      { severity: 'warning', message: safe`Something about ${'x'}.` },
      { severity: 'note', mend: (at, key) => ({ at, key, to: '2.0' }) },
      { existing: true, message: 'This is old.' },
    ];
    expect(toMarkdown(reportOf(connectorWith(findings)))).toMatchInlineSnapshot(`
      "**1 new error.**

      1 finding can be fixed automatically: \`npx connector-gatehouse check "certified-connectors/Contoso" --fix\`

      ### \`certified-connectors/Contoso\`

      - \`GetInvoice\` is used twice.<br><sub>\`apiDefinition.swagger.json\` line 9 · [OperationIdNotUnique](https://connector-gatehouse.github.io/gatehouse/explain/OperationIdNotUnique)</sub>

      <details><summary>1 warning, 1 note, not blocking</summary>

      ### \`certified-connectors/Contoso\`

      - Something about \`x\`.<br><sub>\`apiDefinition.swagger.json\` line 2 · warning · [SwaggerWrong](https://connector-gatehouse.github.io/gatehouse/explain/SwaggerWrong)</sub>
      - This is wrong. Mend it.<br><sub>\`apiDefinition.swagger.json\` line 2 · note · [SwaggerWrong](https://connector-gatehouse.github.io/gatehouse/explain/SwaggerWrong)</sub>

      </details>

      <details><summary>Existing: 1 error, not blocking</summary>

      ### \`certified-connectors/Contoso\`

      - This is old.<br><sub>\`apiDefinition.swagger.json\` line 2 · error · [SwaggerWrong](https://connector-gatehouse.github.io/gatehouse/explain/SwaggerWrong)</sub>

      </details>
      "
    `);
  });

  it('says that there are no errors', () => {
    expect(toMarkdown(reportOf(connectorWith([])))).toBe('**No errors.**\n');
  });

  it('does not count existing findings as new errors', () => {
    expect(toMarkdown(reportOf(connectorWith([{ existing: true }])))).toMatch(
      /^\*\*No new errors\.\*\*\n/,
    );
  });

  it('says in how many of the connectors', () => {
    expect(toMarkdown(reportOf(connectorWith([duplicate, duplicate]), connectorWith([])))).toMatch(
      /^\*\*2 errors in 1 of 2 connectors\.\*\*\n/,
    );
  });

  it('spells out ten findings of one rule, names the places of 20 more, and counts the others', () => {
    const findings = Array.from(
      { length: 40 },
      (_, index) => ({ at: ['definitions', index, 'description'] }) satisfies Wrong,
    );
    const text = toMarkdown(reportOf(connectorWith(findings, { definition: descriptions(40) })));
    expect(text.match(/<sub>/g)).toHaveLength(10);
    expect(text).toMatch(
      /\n- 30 more: `13:22`, .*, `32:22` … and 10 that only `npx connector-gatehouse check --format json` lists\n/,
    );
  });

  it('says once what is true of several things, with their lines', () => {
    const findings = Array.from(
      { length: 30 },
      (_, index) =>
        ({
          at: ['definitions', index, 'description'],
          message: safe`The field ${`f${index}`} of ${'Contoso'} is wrong. Mend it.`,
        }) satisfies Wrong,
    );
    const text = toMarkdown(reportOf(connectorWith(findings, { definition: descriptions(30) })));
    expect(text).toContain(
      '\n- The field `f0` of `Contoso` is wrong. Mend it. Also `f1` (line 4), `f2` (line 5), ',
    );
    expect(text).toContain(', `f20` (line 23) and 9 more.<br><sub>');
    expect(text).toMatch(/^\*\*30 errors\.\*\*\n/);
  });

  it('begins with a table of the rules if there are many errors, and links to their lines', () => {
    const findings = Array.from(
      { length: 6 },
      (_, index) =>
        ({
          at: ['definitions', index, 'description'],
          ...(index > 3 && { rule: 'OperationIdNotUnique' }),
          ...(index > 2 && { mend: (at, key) => ({ at, key, to: '' }) }),
        }) satisfies Wrong,
    );
    const files = 'https://github.com/contoso/connectors/blob/c0ffee5';
    const line = (at: number): string =>
      `[\`apiDefinition.swagger.json\` line ${at}](${files}/certified-connectors/Contoso/apiDefinition.swagger.json#L${at})`;
    const page = 'https://connector-gatehouse.github.io/gatehouse/explain';
    const text = toMarkdown(reportOf(connectorWith(findings, { definition: descriptions(6) })), {
      files,
      canReplyFix: true,
    });
    expect(text).toContain(
      [
        '**6 errors of 2 kinds.**',
        '',
        '3 findings can be fixed for you: reply `/fix`. On your machine: ' +
          '`npx connector-gatehouse check "certified-connectors/Contoso" --fix`',
        '',
        '| Rule | Errors | First place | Fixable |',
        '| --- | --- | --- | --- |',
        `| [SwaggerWrong](${page}/SwaggerWrong) | 4 | ${line(3)} | 1 of them |`,
        `| [OperationIdNotUnique](${page}/OperationIdNotUnique) | 2 | ${line(7)} | yes |`,
        '',
        '<details><summary>SwaggerWrong: 4 errors</summary>',
      ].join('\n'),
    );
  });

  it('does not put a path into a command that a shell would not take as a path', () => {
    const path = 'certified-connectors/$(rm -rf ~)';
    const wrong: Wrong = { mend: (at, key) => ({ at, key, to: '' }) };
    expect(toMarkdown(reportOf(connectorWith([wrong], { path })))).toContain(
      ': `npx connector-gatehouse check --fix`\n',
    );
  });

  it('leaves out of a note about a change that it needs no action', () => {
    const change = { subject: 'operation/GetInvoice', at: {}, name: 'GetInvoice' };
    const message = verdicts.OperationAdded.message({ kind: 'OperationAdded', ...change });
    expect(message).toBe('The operation `GetInvoice` was added. No action needed.');
    expect(toMarkdown(reportOf(connectorWith([{ severity: 'note', message }])))).toContain(
      '\n- The operation `GetInvoice` was added.<br><sub>',
    );
  });

  it('says how large an update is', () => {
    const update = (verdict: 'none' | 'minor' | 'major', wrongs: Wrong[]) =>
      toMarkdown(reportOf({ ...connectorWith(wrongs), verdict })).split('\n')[0];
    expect(update('none', [])).toBe('**No changes that have an effect.**');
    expect(update('minor', [{ severity: 'note' }])).toBe('**No errors in this minor update.**');
    expect(update('major', [duplicate])).toBe('**1 error in this major update.**');
  });

  it('stays below the limit of GitHub, closes what it has opened, and says how much did not fit', () => {
    const findings = Array.from(
      { length: 2000 },
      (_, index) =>
        ({ rule: `Rule${index}`, severity: index < 100 ? 'error' : 'note' }) satisfies Wrong,
    );
    const text = toMarkdown(reportOf(connectorWith(findings)));
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text).toContain('\nand 50 other rules\n');
    const shown = text.match(/<sub>/g)?.length ?? 0;
    expect(text).toContain(
      `\n**${(2000 - shown).toLocaleString('en')} more did not fit here**: ` +
        `${(2000 - shown).toLocaleString('en')} notes. \`npx connector-gatehouse check --format json\``,
    );
  });

  it('stays below any limit', () => {
    const report = reportOf(
      connectorWith([duplicate, { severity: 'warning' }, { severity: 'note' }, { existing: true }]),
    );
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 1500 }), (limit) => {
        expect(toMarkdown(report, { limit }).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

it('says of a finding on the folder as a whole that it is', () => {
  const location = { file: '', pointer: '', line: 1, column: 1, endLine: 1, endColumn: 1 };
  expect(toMarkdown(reportOf(connectorWith([{ location, severity: 'warning' }])))).toContain(
    '<sub>the folder · warning · ',
  );
});

describe('a text that is cut', () => {
  it('is short enough, has whole lines of the text alone, and says that there is more', () => {
    const lines = fc.array(fc.string({ maxLength: 30 }), { maxLength: 20 });
    const more = '… and more.';
    const seen = { whole: 0, beginnings: 0, nothing: 0 };
    fc.assert(
      fc.property(lines, fc.integer({ min: 20, max: 300 }), (given, most) => {
        const text = given.join('\n');
        const kept = truncateMarkdown(text, most, more);
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, more.length));
        const all = text.split('\n');
        const beginnings = all
          .map((_, index) => `${all.slice(0, index).join('\n')}\n\n${more}`)
          .slice(1);
        const hasRoom = text.length <= most;
        expect(hasRoom ? [text] : [more, ...beginnings]).toContain(kept);
        seen.whole += Number(hasRoom);
        seen.nothing += Number(kept === more);
        seen.beginnings += Number(beginnings.includes(kept));
      }),
    );
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });

  it('has nothing of a line that is too long on its own', () => {
    expect(truncateMarkdown(`${'x'.repeat(50)}\n\`code\``, 40, '… and more.')).toBe('… and more.');
    expect(truncateMarkdown(`one\n${'x'.repeat(50)}`, 40, '… and more.')).toBe(
      'one\n\n… and more.',
    );
  });
});

describe('a code span', () => {
  it('holds whatever text, and nothing of it gets out', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, two) => {
        fc.pre(one !== '' && two !== '');
        expect(rendered(`${codeSpan(one)} and ${codeSpan(two)}`)).toBe(
          `<p><code>${escaped(visible(one))}</code> and <code>${escaped(visible(two))}</code></p>`,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('holds backticks', () => expect(codeSpan('a``b`')).toBe('``` a``b` ```'));
});

const rulePage =
  '<a href="https://connector-gatehouse.github.io/gatehouse/explain/SwaggerWrong">SwaggerWrong</a>';
/** What is left of a page without its code spans and its links to lines. */
const onlyOurWords = `<p><strong>1 new error.</strong></p>
<h3>¤</h3>
<ul>
<li>The value ¤ is *wrong* &lt;here&gt; @you #1.<br><sub>LINK · ${rulePage}</sub></li>
</ul>
<details><summary>Existing: 1 error, not blocking</summary>
<h3>¤</h3>
<ul>
<li>The value ¤ is *wrong* &lt;here&gt; @you #1.<br><sub>LINK · error · ${rulePage}</sub></li>
</ul>
</details>
`;

describe('what a connector says', () => {
  it('is nothing but code, in whatever it stands: its folder, its files, its values', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (path, file, value) => {
        fc.pre(file !== ''); // a finding of the folder names no file
        const message = safe`The value ${value} is *wrong* <here> @you #1.`;
        const location = { file, pointer: '', line: 1, column: 1, endLine: 1, endColumn: 1 };
        const html = rendered(
          toMarkdown(
            reportOf(
              connectorWith(
                [
                  { message, location, existing: true },
                  { message, location },
                ],
                { path },
              ),
            ),
            { files: 'https://github.com/contoso/connectors/blob/c0ffee5' },
          ),
        );
        const words = html
          .replace(/<code>[^<]*<\/code>/g, '¤')
          .replaceAll(
            /<a href="https:\/\/github\.com\/contoso\/connectors\/blob\/c0ffee5\/[^"]*#L1">¤ line 1<\/a>/g,
            'LINK',
          );
        expect(words.replace(/\u200b/g, '')).toBe(onlyOurWords);
        expect(words).not.toMatch(/@you|#1/);
      }),
      { numRuns: 300 },
    );
  });
});
