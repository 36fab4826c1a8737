import type { Connector } from '../../connector/connector.ts';
import type { JsonEdit } from '../../json/document.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { asObject, type JsonObject } from '../../json/values.ts';
import type { RuleContext, RuleViolation, Rule } from '../rule.ts';
import { trimEnd } from '../../shared/text.ts';
import {
  abbreviationOf,
  corrected,
  flaggedTexts,
  mistakesIn,
  productAt,
  type FlaggedText,
  type Mistake,
} from './flagged-words.ts';
import type { UserText } from './texts.ts';

/** A text of the JSON files that has flagged words. */
type JsonText = FlaggedText & { text: UserText };
const isInJson = (flagged: FlaggedText): flagged is JsonText => flagged.text !== undefined;

/**
 * The maximum number of texts that one fix corrects: each edit is checked for overlap with all
 * edits before it.
 */
const maxTextsPerFix = 5_000;

/** The words with a trait, each with the texts of one JSON file that contain it. */
function* textsByWord(
  connector: Connector,
  { speller }: RuleContext,
  trait: 'camelCase' | 'abbreviation',
): Iterable<{ word: string; texts: [JsonText, ...JsonText[]] }> {
  const definition = new Map<string, [JsonText, ...JsonText[]]>();
  const properties = new Map<string, [JsonText, ...JsonText[]]>();
  for (const flagged of flaggedTexts(connector, speller)) {
    if (!isInJson(flagged)) continue;
    let byWord: Map<string, [JsonText, ...JsonText[]]> | undefined;
    for (const { word, trait: own } of flagged.words) {
      if (own !== trait || (trait === 'camelCase' && isNameIn(connector, flagged.value, word)))
        continue;
      byWord ??= connector.definitionFile?.has(flagged.text.at) === true ? definition : properties;
      const texts = byWord.get(word);
      if (!texts) byWord.set(word, [flagged]);
      else if (texts.at(-1) !== flagged) texts.push(flagged);
    }
  }
  for (const byWord of [definition, properties])
    for (const [word, texts] of byWord) yield { word, texts };
}

/** Whether a word in camel case is a name: of something, or because it is the whole text. */
const isNameIn = (connector: Connector, text: string, word: string): boolean =>
  isOnlyWord(text, word) || isName(connector, word);

/** What the product and its companies are called, in lower case, one name on each line. */
const productNames = memoize(({ definition, properties }: Connector): string => {
  const info = asObject(definition?.raw.info);
  return [
    info?.title,
    asObject(info?.contact)?.name,
    definition?.raw.host,
    properties?.inner.publisher,
    properties?.inner.stackOwner,
  ]
    .filter((name) => typeof name === 'string')
    .join('\n')
    .toLowerCase();
});

/**
 * Whether a word in camel case is a name that has no other spelling: of the product or its companies,
 * or one that ends in capitals, such as `tvOS` and `ccTLD`, unless those are an abbreviation on their
 * own, as in `blogURL`.
 */
function isName(connector: Connector, word: string): boolean {
  const capitals = /^[a-z]+([A-Z]{2,})$/.exec(word)?.[1]?.toLowerCase();
  return (
    productNames(connector).includes(word.toLowerCase()) ||
    (capitals !== undefined && abbreviationOf(capitals) === undefined)
  );
}

/** Whether a text is a single word, which makes it a name: another rule checks names. */
const isOnlyWord = (text: string, word: string): boolean =>
  text.length < word.length + 5 && trimEnd(text.trim(), /[.:!]/) === word;

const times = (count: number): string =>
  count === 1 ? '' : ` (${count} places; this is the first)`;

/** The text with every abbreviation in capitals. */
function capitalized({ value, words }: JsonText): string {
  return corrected(
    value,
    words
      .filter(({ trait }) => trait === 'abbreviation')
      .map(({ word, start }) => ({ written: word, start, correction: abbreviationOf(word) })),
  );
}

/**
 * Product names that ValueContainsRestrictedWords already reports in the description of a
 * connector.
 */
const restricted = new Set(['Power Apps', 'Power Automate', 'Logic Apps']);

/** The range of the first occurrence of a word. */
function pieceOf({ words }: FlaggedText, word: string): { start: number; end: number } {
  const start = words.find((flagged) => flagged.word === word)?.start ?? 0;
  return { start, end: start + word.length };
}

interface OldName extends Mistake {
  newName: string;
}

function oldNames({ value, words }: FlaggedText): OldName[] {
  return words.flatMap(({ word, start, trait }) => {
    const product = trait === 'product' ? productAt(value, word, start) : undefined;
    if (!product) return [];
    const { oldName, newName, certain } = product;
    return [
      {
        written: oldName,
        start: start + word.length - oldName.length,
        correction: certain ? newName : undefined,
        newName,
      },
    ];
  });
}

export const style: Rule[] = [
  {
    id: 'TextIsPlaceholder',
    severity: 'warning',
    description:
      'Titles, summaries and descriptions are written for users, not placeholders such as ' +
      '"string", "TODO" or "Default title".',
    rationale: 'Users see a placeholder in the designer and learn nothing from it.',
    *check(connector, { speller }) {
      for (const { text, value, words } of flaggedTexts(connector, speller)) {
        if (text && words.some(({ trait }) => trait === 'placeholder'))
          yield {
            at: text.at,
            key: text.key,
            message:
              safe`${value} is a placeholder. Replace it with text for users, or remove it if ` +
              'users do not need it.',
          };
      }
    },
  },
  {
    id: 'CamelCaseInText',
    severity: 'warning',
    description:
      'Labels and descriptions contain words, not identifiers: `order number`, not ' +
      '`orderNumber`.',
    rationale: 'The platform translates labels and descriptions, but not words in camel case.',
    *check(connector, context) {
      for (const { word, texts } of textsByWord(connector, context, 'camelCase')) {
        const [first] = texts;
        const { at, key } = first.text;
        yield {
          at,
          key,
          piece: pieceOf(first, word),
          detail: word,
          message:
            `${safe`${word} is camel case and cannot be translated`}${times(texts.length)}. ` +
            safe`Write separate words, such as ${inWords(word)}, or put it in backticks if you ` +
            'mean the identifier.',
        };
      }
    },
  },
  {
    id: 'AbbreviationNotCapital',
    severity: 'note',
    description: 'Abbreviations are in capitals: ID, URL, API.',
    rationale: 'In lower case, readers and the translation mistake an abbreviation for a word.',
    fixable: true,
    *check(connector, context): Iterable<RuleViolation> {
      for (const { word, texts } of textsByWord(connector, context, 'abbreviation')) {
        const [first] = texts;
        const { at, key } = first.text;
        const fix = texts.slice(0, maxTextsPerFix).map((flagged): JsonEdit => ({
          at: flagged.text.at,
          key: flagged.text.key,
          to: capitalized(flagged),
        }));
        yield {
          at,
          key,
          piece: pieceOf(first, word),
          detail: word,
          message:
            `${safe`${word} is an abbreviation`}${times(texts.length)}. ` +
            safe`Write ${abbreviationOf(word) ?? word}.`,
          fix,
        };
      }
    },
  },
  {
    id: 'ProductNameOutdated',
    severity: 'note',
    description: 'Labels and descriptions use the current names of Microsoft products.',
    rationale:
      'Readers may not recognize or find a product by its old name: Microsoft Flow is now ' +
      'Power Automate, and PowerApps is written Power Apps.',
    fixable: true,
    *check(connector, { speller }): Iterable<RuleViolation> {
      for (const flagged of flaggedTexts(connector, speller)) {
        const { text, words } = flagged;
        if (!words.some(({ trait }) => trait === 'product')) continue;
        const names = oldNames(flagged).filter(
          ({ newName }) => !(text && restricted.has(newName) && isDescription(connector, text.at)),
        );
        yield* mistakesIn(
          connector,
          flagged,
          names,
          ({ written, newName }) =>
            safe`${written} is now called ${newName}. Use the current name.`,
        );
      }
    },
  },
];

const isDescription = ({ definition }: Connector, at: JsonObject): boolean =>
  at === asObject(definition?.raw.info);

/** For example `order number` for `orderNumber`. */
const inWords = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(?:id|url|api)\b/g, (abbreviation) => abbreviation.toUpperCase());
