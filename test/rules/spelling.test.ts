import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { folderOf, type Case } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { readConnector } from '../../src/connector/connector.ts';
import { asObject, asText } from '../../src/json/values.ts';
import { runRules } from '../../src/validation/run-rules.ts';
import { ConnectorIndex } from '../../src/catalog/connector-index.ts';
import type { RuleContext } from '../../src/rules/rule.ts';
import { spelling } from '../../src/rules/wording/spelling.ts';
import { WordReader } from '../../src/rules/wording/words.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const described = (description: string): Case => ({
  definition: { paths: { '/invoices': { get: { description } } } },
});
const messages = (one: Case, given: RuleContext = context): string[] =>
  runRules(readConnector(folderOf(one)), spelling, { context: given }).map(
    ({ message }) => message,
  );

/** The words of a text with their places, by a reader that has not read before. */
function wordsOf(text: string, reader = new WordReader()): string[] {
  const words: string[] = [];
  reader.read(text, (word, start) => {
    expect(text.startsWith(word, start)).toBe(true);
    words.push(word);
    return false;
  });
  return words;
}

describe('a misspelled word', () => {
  test('is named with what is to be written', () => {
    expect(messages(described('Returns what has occured.'))).toEqual([
      '`occured` is misspelled. Write `occurred`.',
    ]);
    expect(messages(described('Returns the staus of an invoice.'))).toEqual([
      '`staus` is misspelled. Write `status` or `stays`, whichever is meant.',
    ]);
  });

  test('is none where the repository has listed it, or nobody has a dictionary', () => {
    const one = described('Returns the resuls of a paymant.');
    expect(messages(one).length).toBe(2);
    expect(messages(one, { ...context, words: new Set(['resuls', 'paymant']) })).toEqual([]);
    expect(messages(one, {})).toEqual([]);
  });

  test.each([
    ['its title', { definition: { info: { title: 'Invoicr' } } }],
    [
      'the id of an operation',
      { definition: { paths: { '/invoices': { get: { operationId: 'ListInvoicrs' } } } } },
    ],
    ['a path', { definition: { paths: { '/invoicr/{id}/pay': { get: { operationId: 'Pay' } } } } }],
    [
      'a field',
      {
        definition: {
          definitions: { NewInvoice: { properties: { invoicr_id: { type: 'string' } } } },
        },
      },
    ],
    [
      'an allowed value',
      {
        definition: {
          definitions: { NewInvoice: { properties: { customer: { enum: ['invoicr'] } } } },
        },
      },
    ],
    ['the publisher', { properties: { properties: { publisher: 'Invoicr Ltd' } } }],
  ])('is none where the connector has the word in %s', (_where, one: Case) => {
    const files = { 'readme.md': '# Contoso Invoices\n\nRead it with an invoicr.\n' };
    expect(messages({ files }).length).toBe(1);
    expect(messages({ ...one, files })).toEqual([]);
  });

  test('is none where another connector of the repository is called so', () => {
    const others = new ConnectorIndex([
      { path: 'certified-connectors/Invoicr', class: 'certified', title: 'Invoicr Cloud' },
    ]).exclude('certified-connectors/Contoso', 'certified');
    expect(messages(described('Returns what Invoicr or an invoicr has read.')).length).toBe(1);
    expect(
      messages(described('Returns what Invoicr or an invoicr has read.'), { ...context, others }),
    ).toEqual([]);
  });

  test.each([
    ['a field that it is certainly a misspelling in', 'recieved_at', 'When it was recieved', 1],
    ['a field that may be a term', 'metar', 'Weather as metar', 0],
    ['a field with the two words', 'phoneNumber', 'The phonenumber of each customer', 1],
  ])('is judged although the connector has the word in %s', (_what, name, description, count) => {
    const definition = {
      definitions: { NewInvoice: { properties: { [name]: { type: 'string', description } } } },
    };
    expect(messages({ definition }).length).toBe(count);
  });

  test.each([
    ['isnt paid', "isn't"],
    ['whos name is known', 'whose'],
    ['arenot paid', 'are not'],
    ['has a companyidentifier', 'company identifier'],
    ['containsof the sum', 'contains of'],
    ['is automaticallydeleted', 'automatically deleted'],
    ['is shown if loggedin', 'logged in'],
    ['has two taht match', 'that'],
    ['is an InvoiceCustommer', 'InvoiceCustomer'],
    ['of the Accouting department', 'Accounting'],
    ['that etrieves it', 'retrieves'],
  ])('is corrected in "%s"', (text, correction) => {
    expect(messages(described(`Returns each invoice that ${text} in the company.`))).toEqual([
      expect.stringContaining(`\`${correction}\``),
    ]);
  });

  test.each([
    'Sort by customername, invoicedate or amount.',
    'Returns each region, e.g. centralus or others.',
    'Returns the renewables that Quora, Venmo and Interac pay for.',
    'Checkin for the webservice of each zipcode.',
    'Where the message is longer than this, the text ends with the last lette',
  ])('is none in "%s"', (text) => {
    const reported = runRules(readConnector(folderOf(described(text))), spelling, { context });
    expect(reported.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('is not looked for in a text of another language', () => {
    expect(
      messages(described('Gibt die Rechnungen des Kunden zurück, neueste zuerst, mit Steuern.')),
    ).toEqual([]);
  });
});

describe('the words of a text', () => {
  test.each([
    [
      'plain ones',
      'The invoice, of "your" company: paid?',
      ['The', 'invoice', 'of', 'company', 'paid'],
    ],
    [
      'hyphenated ones',
      'comma-separated e-mails - all',
      ['comma', 'separated', 'e', 'mails', 'all'],
    ],
    [
      'contractions and genitives',
      "can't read the customers' and a user\u2019s",
      ["can't", 'read', 'the', 'customers', 'and', 'a', 'user\u2019s'],
    ],
    [
      'no URLs, paths, files, identifiers and placeholders',
      'See https://x.com/a, a/b, read.me, snake_case, item(s), {id}, <b>, v2, 5kg, a=b, x@y.com',
      ['See'],
    ],
    [
      'with no-break spaces and line ends',
      'one\u00a0two\r\nthree\u2003four',
      ['one', 'two', 'three', 'four'],
    ],
    ['of Latin letters', 'Çağrı naïve 顧客 имя', ['Çağrı', 'naïve']],
  ])('are %s', (_what, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('that were plain are counted, and not shown again', () => {
    const reader = new WordReader();
    const seen: string[] = [];
    const read = (text: string): number =>
      reader.read(text, (word) => seen.push(word) > 0 && word !== 'odd');
    expect([read('one odd two-three'), read('two-three odd one, four')]).toEqual([3, 4]);
    expect(seen).toEqual(['one', 'odd', 'two', 'three', 'odd', 'four']);
  });

  test('are the same whatever was read before', () => {
    const reader = new WordReader();
    const text = fc.string({
      unit: fc.constantFrom(...'abcXY -.\'"(/1é\u2019\n'.split('')),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (one) => {
        expect(wordsOf(one, reader)).toEqual(wordsOf(one));
      }),
      { numRuns: 2000 },
    );
  });
});

test.skipIf(corpus === undefined)(
  'no accepted connector is called misspelled for its own name',
  () => {
    let count = 0;
    for (const folder of corpusFolders()) {
      const connector = readConnector(folder);
      const named = [
        asText(asObject(connector.definition?.raw.info)?.title),
        asText(connector.properties?.inner.publisher),
        folder.path,
      ]
        .join(' ')
        .toLowerCase();
      const own = new Set(named.split(/[^\p{L}]+/u));
      for (const { message } of runRules(connector, spelling, { context, fixes: false })) {
        const word = /^`([^`]*)`/.exec(message)?.[1] ?? '';
        count += 1;
        expect(own.has(word.toLowerCase()), `${folder.path}: ${message}`).toBe(false);
      }
    }
    expect(count).toBeGreaterThan(500);
  },
);
