import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { safe } from '../../src/shared/finding.ts';
import { toPretty } from '../../src/report/pretty.ts';
import type { ConnectorReport } from '../../src/report/report.ts';
import { pageOf } from '../../src/shared/project.ts';
import { connectorWith, descriptions, reportOf, type Wrong } from './reports.ts';

const plainly = { color: false, width: 80 };

const twice: Wrong = {
  at: ['paths', '/v2/invoices/{id}', 'get', 'operationId'],
  rule: 'OperationIdNotUnique',
  message: safe`${'GetInvoice'} is already the id of ${'GET /v1/invoices'}. Flows find an operation by its id alone. Give this operation an id of its own, for example ${'GetInvoiceLines'}.`,
};

const undescribed = (many: number, more: Wrong = {}): Wrong[] =>
  Array.from(
    { length: many },
    (_, index) =>
      ({
        at: ['definitions', index, 'description'],
        rule: 'DescriptionTooShort',
        severity: 'warning',
        ...more,
      }) satisfies Wrong,
  );

describe('one connector at a terminal', () => {
  it('shows each finding with its place, its source and what to do', () => {
    const tooShort: Wrong = {
      at: ['paths', '/v2/invoices/{id}', 'get', 'summary'],
      part: 'key',
      rule: 'SummaryTooShort',
      severity: 'note',
      message: safe`The summary ${'Get an invoice'} is short.`,
      mend: (at, key) => ({ at, key, to: 'Get an invoice by its id' }),
    };
    expect(toPretty(reportOf(connectorWith([tooShort, twice])), plainly)).toMatchInlineSnapshot(`
      "certified-connectors/Contoso (certified)

      certified-connectors/Contoso/apiDefinition.swagger.json:9:24  error  OperationIdNotUnique
           8 │ "get": {
           9 │   "operationId": "GetInvoice",
             │                  ^^^^^^^^^^^^
          10 │   "summary": "Get an invoice"
        \`GetInvoice\` is already the id of \`GET /v1/invoices\`. Flows find an operation
        by its id alone. Give this operation an id of its own, for example
        \`GetInvoiceLines\`.

      certified-connectors/Contoso/apiDefinition.swagger.json:10:9  note  SummaryTooShort  (fixable)
           9 │   "operationId": "GetInvoice",
          10 │   "summary": "Get an invoice"
             │   ^^^^^^^^^
          11 │ }
        The summary \`Get an invoice\` is short.

      ✗ 1 error, 1 note in 1 connector; 1 blocking the pull request
        Fix 1 of them: npx connector-gatehouse check --fix
        Learn why: npx connector-gatehouse explain OperationIdNotUnique
      "
    `);
  });

  it('shows errors before warnings and warnings before notes', () => {
    const findings: Wrong[] = [
      { severity: 'note' },
      { severity: 'warning' },
      { severity: 'error' },
    ];
    expect(
      toPretty(reportOf(connectorWith(findings)), plainly)
        .match(/ {2}(error|warning|note) {2}/g)
        ?.map((word) => word.trim()),
    ).toEqual(['error', 'warning', 'note']);
  });

  it('says in one friendly line that nothing is wrong', () => {
    expect(toPretty(reportOf(connectorWith([])), plainly)).toBe(
      '✓ certified-connectors/Contoso: no problems found.\n',
    );
  });

  it('shows the first three of 800 equal warnings and how many of the others it does not place', () => {
    const text = toPretty(
      reportOf(connectorWith(undescribed(800), { definition: descriptions(800) })),
      plainly,
    );
    expect(text.match(/warning {2}DescriptionTooShort/g)).toHaveLength(3);
    expect(text.slice(text.indexOf('  and '), text.indexOf('\n\n800'))).toMatchInlineSnapshot(`
      "  and 797 more DescriptionTooShort: 6:22, 7:22, 8:22, 9:22, 10:22, 11:22, 12:22,
        13:22, 14:22, 15:22, 16:22, 17:22, 18:22, 19:22, 20:22, 21:22, 22:22, 23:22,
        24:22, 25:22, 26:22, … and 776 more; --all shows all

      ✓ 800 warnings in 1 connector; not blocking
        Learn why: npx connector-gatehouse explain DescriptionTooShort"
    `);
    expect(text.split('\n').length).toBeLessThan(31);
  });

  it('places every one of five equal errors', () => {
    const text = toPretty(
      reportOf(
        connectorWith(undescribed(5, { severity: 'error' }), { definition: descriptions(5) }),
      ),
      plainly,
    );
    expect(text).toContain('\n  and 2 more DescriptionTooShort: 6:22, 7:22\n');
  });

  it('names a place once where a rule finds several things there', () => {
    const five = ['one', 'two', 'three', 'four', 'five'].map((reason) => ({
      message: `Wrong for reason ${reason}.`,
    }));
    expect(toPretty(reportOf(connectorWith(five)), plainly)).toContain(
      'and 2 more SwaggerWrong: 2:14 (2)\n',
    );
  });

  it('says once what is true of several things at one place', () => {
    const five = Array.from({ length: 5 }, (_, index) => ({
      message: safe`The word ${index} is wrong. Mend it.`,
    }));
    const text = toPretty(reportOf(connectorWith(five)), plainly);
    expect(text).toContain('  The word `0` is wrong. Mend it. Also `1`, `2`, `3`, `4`.\n');
    expect(text.match(/error {2}SwaggerWrong/g)).toHaveLength(1);
    expect(text).toContain('5 errors in 1 connector');
  });

  it('shows what is new before what was there, and says which is which', () => {
    const findings = [
      ...undescribed(4, { existing: true }),
      {
        at: ['definitions', 4, 'description'],
        rule: 'DescriptionTooShort',
        severity: 'warning',
      } satisfies Wrong,
    ];
    const report = reportOf(connectorWith(findings, { definition: descriptions(5) }));
    const text = toPretty(report, { ...plainly, view: { existing: true } });
    expect(text.split('\n')[2]).toBe(
      'certified-connectors/Contoso/apiDefinition.swagger.json:7:22  warning  DescriptionTooShort',
    );
    expect(text).toContain(
      '/apiDefinition.swagger.json:3:22  warning  DescriptionTooShort  (existing)\n',
    );
    expect(text).toContain('and 2 more DescriptionTooShort (existing): 5:22, 6:22\n');
    expect(text).toContain('5 warnings in 1 connector; 4 existing; not blocking\n');
    const brief = toPretty(report, plainly);
    expect(brief.match(/ {2}DescriptionTooShort/g)).toHaveLength(1);
    expect(brief).toContain(
      '✓ 1 warning in 1 connector; not blocking\n' +
        '4 findings existed before and are not shown; --show-existing shows all.\n',
    );
  });

  it('says how large the update is where there is a before', () => {
    expect(toPretty(reportOf({ ...connectorWith([twice]), verdict: 'major' }), plainly)).toMatch(
      /^certified-connectors\/Contoso \(certified, major update\)\n/,
    );
  });

  it('shows a finding without source where its file is no text', () => {
    const icon = { file: 'icon.png', pointer: '', line: 1, column: 1, endLine: 1, endColumn: 1 };
    expect(
      toPretty(reportOf(connectorWith([{ location: icon, rule: 'IconTooLarge' }])), plainly),
    ).toContain('icon.png:1:1  error  IconTooLarge\n  This is wrong. Mend it.\n');
  });

  it('uses colors only where it is asked to, and says the same without them', () => {
    const report = reportOf(connectorWith([twice]));
    const colored = toPretty(report, { color: true, width: 80 });
    expect(colored).toContain('`\u001b[1mGetInvoice\u001b[22m` is already');
    expect(stripVTControlCharacters(colored)).toBe(toPretty(report, plainly));
  });
});

describe('values in messages', () => {
  const shown = (value: string): string =>
    toPretty(reportOf(connectorWith([{ message: safe`It is ${value}.` }])), plainly);

  it('stand between backticks', () => expect(shown('abc')).toContain('  It is `abc`.\n'));
  it('keep their own quotes', () => expect(shown('"a": true')).toContain('  It is `"a": true`.\n'));
});

describe('the end of a report', () => {
  const findings: Wrong[] = [
    ...undescribed(3, { mend: (at, key) => ({ at, key, to: 'A field.' }) }),
    twice,
    { ...twice, rule: 'SummaryTooShort', severity: 'note' },
  ];
  const report = reportOf(connectorWith(findings));

  it('sums up by rule and names the next commands', () => {
    const text = toPretty(report, plainly);
    expect(text.slice(text.indexOf('  1 error '))).toMatchInlineSnapshot(`
      "  1 error     1 OperationIdNotUnique
        3 warnings  3 DescriptionTooShort (fixable)
        1 note      1 SummaryTooShort

      ✗ 1 error, 3 warnings, 1 note in 1 connector; 1 blocking the pull request
        Fix 3 of them: npx connector-gatehouse check --fix
        Learn why: npx connector-gatehouse explain OperationIdNotUnique
      "
    `);
  });

  it('says what was fixed', () => {
    const counts = [
      { file: 'apiDefinition.swagger.json', rule: 'SummaryTooShort', places: 2 },
      { file: 'apiDefinition.swagger.json', rule: 'TextMisspelled', places: 1_200 },
    ];
    const fixed = report.connectors.map((connector) => ({ ...connector, fixes: { counts } }));
    expect(toPretty(reportOf(...fixed), { ...plainly, view: { fixed: true } })).toContain(
      'Fixed 1,202 places in certified-connectors/Contoso/apiDefinition.swagger.json: ' +
        '1,200 × TextMisspelled, 2 × SummaryTooShort\nSee the changes: git diff\n',
    );
  });

  it('shows every finding if it is asked to', () => {
    const many = reportOf(connectorWith(undescribed(9), { definition: descriptions(9) }));
    const all = toPretty(many, { ...plainly, view: { all: true } });
    expect(all.match(/ {2}DescriptionTooShort/g)).toHaveLength(9);
  });
});

describe('links', () => {
  const shown = { pages: true, filesFrom: '/home/ann/connectors' };
  const linked = (connector: ConnectorReport): string =>
    toPretty(reportOf(connector), { ...plainly, links: shown });

  it('lead from a place to its file, and from a rule to its page', () => {
    const text = linked({ ...connectorWith([twice]), directory: 'certified-connectors/Ä b' });
    expect(text).toContain(
      '\u001b]8;;file:///home/ann/connectors/certified-connectors/%C3%84%20b/' +
        'apiDefinition.swagger.json\u001b\\certified-connectors/Ä b/apiDefinition.swagger.json:9:24' +
        '\u001b]8;;\u001b\\',
    );
    expect(text).toContain(`\u001b]8;;${pageOf('OperationIdNotUnique')}\u001b\\`);
  });

  it('carry nothing that a folder is called', () => {
    const text = linked({ ...connectorWith([twice]), directory: 'a\u001b]8;;https://evil\u0007b' });
    const [, ...links] = text.split('\u001b]8;;').map((part) => part.split('\u001b')[0]);
    for (const address of links)
      expect(address).toMatch(/^(?:|file:\/\/\/home\/.*|https:\/\/connector-gatehouse\..*)$/);
  });
});

describe('several connectors', () => {
  it('leaves out those that are in order, and counts them', () => {
    const clean = connectorWith([], { path: 'certified-connectors/Fabrikam' });
    const text = toPretty(reportOf(connectorWith([twice]), clean, clean), plainly);
    expect(text).not.toContain('Fabrikam');
    expect(text).toContain('\n✗ 1 error in 1 of 3 connectors\n');
  });

  it('says so where all are in order', () => {
    expect(toPretty(reportOf(connectorWith([]), connectorWith([])), plainly)).toBe(
      '✓ No problems found in 2 connectors.\n',
    );
  });

  it('counts what --fix can mend', () => {
    const fixable: Wrong = { mend: (at, key) => ({ at, key, remove: true }) };
    const report = reportOf(connectorWith([fixable, twice]));
    const command = 'npx connector-gatehouse check "Contoso Invoices"';
    expect(toPretty(report, { ...plainly, view: { command } })).toContain(
      `\n✗ 2 errors in 1 connector\n  Fix 1 of them: ${command} --fix\n`,
    );
    expect(toPretty(report, { ...plainly, view: { command, fixed: true } })).not.toContain('--fix');
  });
});

describe('more than 20 connectors', () => {
  const wrongIn = (index: number): Wrong[] => {
    if (index < 2) return [twice, ...undescribed(1)];
    return index < 24 ? undescribed(1, { severity: index % 2 === 0 ? 'warning' : 'note' }) : [];
  };
  const many = Array.from({ length: 25 }, (_, index) =>
    connectorWith(wrongIn(index), { path: `certified-connectors/Number ${index}` }),
  );

  it('lists those that fail, each error in a line, and what is broken most often', () => {
    expect(toPretty(reportOf(...many), plainly)).toMatchInlineSnapshot(`
      "certified-connectors/Number 0 (certified): 1 error, 1 warning
        OperationIdNotUnique in certified-connectors/Number 0/apiDefinition.swagger.json
          9:24  \`GetInvoice\` is already the id of \`GET /v1/invoices\`. Flows find an o…

      certified-connectors/Number 1 (certified): 1 error, 1 warning
        OperationIdNotUnique in certified-connectors/Number 1/apiDefinition.swagger.json
          9:24  \`GetInvoice\` is already the id of \`GET /v1/invoices\`. Flows find an o…

      Broken most often
      errors  warnings   notes  connectors  rule
           2         ·       ·           2  OperationIdNotUnique
           ·        13      11          24  DescriptionTooShort

      22 connectors without errors have warnings or notes.
      npx connector-gatehouse check <path> shows one with its source, --all shows all.

      ✗ 2 errors, 13 warnings, 11 notes in 24 of 25 connectors; 2 blocking the pull request
        Learn why: npx connector-gatehouse explain OperationIdNotUnique
      "
    `);
  });
});

describe('the lines of source', () => {
  const framed = (definition: string, at: (string | number)[], width = 80): string[] =>
    toPretty(reportOf(connectorWith([{ at }], { definition })), { color: false, width })
      .split('\n')
      .filter((line) => line.includes('│'));

  it('keep the caret below the value behind tabs', () => {
    expect(framed('{\n\t"a":\t"x",\n\t"b": 1 }', ['a'])).toEqual([
      '     1 │ {',
      '     2 │     "a":    "x",',
      '       │             ^^^',
      '     3 │     "b": 1 }',
    ]);
  });

  it('keep the caret below the value behind characters that are two columns wide', () => {
    expect(framed('{ "会社": "👨‍👩‍👧", "x": 1 }', ['x'])).toEqual([
      '     1 │ { "会社": "👨‍👩‍👧", "x": 1 }',
      `       │ ${' '.repeat(21)}^`,
    ]);
  });

  it('show the place in the middle of a minified file', () => {
    const definition = `{"a":"${'x'.repeat(5000)}","bad":true,"c":"${'y'.repeat(5000)}"}`;
    expect(framed(definition, ['bad'])).toEqual([
      '     1 │ …xxxxxxxxxxxxxxxxxxxxxxxx","bad":true,"c":"yyyyyyyyyyyyyyyyyyyyyyyyyyy…',
      '       │                                  ^^^^',
    ]);
  });

  it('are never wider than the terminal, whatever stands in them, and always mark something', () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\t', '会', '👨‍👩‍👧', 'é', '\u200d', '\u001b[31m', '\u202e', ' '),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      maxLength: 300,
    });
    fc.assert(
      fc.property(
        nasty,
        nasty,
        nasty,
        fc.integer({ min: 40, max: 120 }),
        (key, value, behind, width) => {
          const definition = JSON.stringify({ [`a${key}`]: 1, value, behind });
          const lines = framed(definition, ['value'], width);
          expect(
            Math.max(...lines.map((line) => stringWidth(line, { countAnsiEscapeCodes: true }))),
          ).toBeLessThanOrEqual(width);
          expect(lines.at(-1)).toMatch(/│ +\^+$/);
        },
      ),
    );
  });
});
