import type { Connector } from '../../connector/connector.ts';
import type { JsonEdit } from '../../json/document.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, type JsonObject } from '../../json/values.ts';
import type { RuleContext, RuleViolation, Rule } from '../rule.ts';
import { trimEnd } from '../../shared/trim-end.ts';
import { abbreviationOf, mayRepeat, notable, productAt, type Notable } from './flagged-words.ts';
import type { UserText } from './texts.ts';

/** A text of the JSON files that has flagged words. */
type JsonText = Notable & { text: UserText };
const isInJson = (one: Notable): one is JsonText => one.text !== undefined;

/**
 * The maximum number of texts that one fix corrects: each edit is checked for overlap with all
 * edits before it.
 */
const mostMended = 5_000;

/**
 * The texts of the JSON files by the words of one kind that they have, those of one file together.
 */
function byWord(
  connector: Connector,
  { speller }: RuleContext,
  trait: 'camelCase' | 'abbreviation',
): Map<string, [JsonText, ...JsonText[]]> {
  const found = new Map<string, [JsonText, ...JsonText[]]>();
  for (const one of notable(connector, speller)) {
    if (!isInJson(one)) continue;
    const file = connector.definitionFile?.has(one.text.at) === true ? 'definition' : 'properties';
    for (const word of new Set(
      one.words
        .filter(
          (other) =>
            other.trait === trait && !(trait === 'camelCase' && isAll(one.value, other.word)),
        )
        .map((other) => other.word),
    )) {
      const key = `${file} ${word}`;
      const others = found.get(key);
      if (others) others.push(one);
      else found.set(key, [one]);
    }
  }
  return found;
}

/** Whether a text is a single word, which makes it a name: another rule checks names. */
const isAll = (text: string, word: string): boolean =>
  text.length < word.length + 5 && trimEnd(text.trim(), /[.:!]/) === word;

const times = (count: number): string =>
  count === 1 ? '' : ` Found in ${count} texts; this is the first.`;

/** The text with every abbreviation in capitals. */
function capitalized({ value, words }: JsonText): string {
  let to = '';
  let from = 0;
  for (const { word, start, trait } of words) {
    if (trait !== 'abbreviation') continue;
    to += value.slice(from, start) + (abbreviationOf(word) ?? word);
    from = start + word.length;
  }
  return to + value.slice(from);
}

/**
 * Product names that ValueContainsRestrictedWords already reports in the description of a
 * connector.
 */
const restricted = new Set(['Power Apps', 'Power Automate', 'Logic Apps']);

/** The range of the first occurrence of a word. */
function pieceOf({ words }: Notable, word: string): { start: number; end: number } {
  const start = words.find((one) => one.word === word)?.start ?? 0;
  return { start, end: start + word.length };
}

interface OldName {
  was: string;
  kind: string;
  sure: boolean;
  start: number;
}

function oldNames({ value, words }: Notable): OldName[] {
  return words.flatMap(({ word, start, trait }) => {
    const product = trait === 'product' ? productAt(value, word, start) : undefined;
    return product ? [{ ...product, start: start + word.length - product.was.length }] : [];
  });
}

function renamed(value: string, names: readonly OldName[]): string {
  let to = '';
  let from = 0;
  for (const { was, kind, start, sure } of names) {
    if (!sure) continue;
    to += value.slice(from, start) + kind;
    from = start + was.length;
  }
  return to + value.slice(from);
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
      for (const { text, value, words } of notable(connector, speller)) {
        if (text && words.some(({ trait }) => trait === 'placeholder'))
          yield {
            at: text.at,
            key: text.key,
            message:
              safe`${value} is a placeholder. Replace it with text for users, or remove ` +
              'it if users need no text here.',
          };
      }
    },
  },
  {
    id: 'CamelCaseInText',
    severity: 'warning',
    description: 'Texts contain words, not identifiers: `order number`, not `orderNumber`.',
    rationale:
      'The platform translates texts into the languages of its users. It does not ' +
      'translate a word in camel case.',
    *check(connector, context) {
      for (const [key, [first, ...others]] of byWord(connector, context, 'camelCase')) {
        const word = key.slice(key.indexOf(' ') + 1);
        const { at, key: property } = first.text;
        yield {
          at,
          key: property,
          piece: pieceOf(first, word),
          detail: word,
          message:
            safe`${word} is camel case, which cannot be ` +
            `translated.${times(1 + others.length)} Write separate words, such as ` +
            safe`${inWords(word)}, or put it in backticks if you mean the identifier.`,
        };
      }
    },
  },
  {
    id: 'AbbreviationNotCapital',
    severity: 'note',
    description: 'Abbreviations are capitalized: ID, URL, API.',
    rationale: 'In lower case, readers and the translation mistake an abbreviation for a word.',
    fixable: true,
    *check(connector, context): Iterable<RuleViolation> {
      for (const [key, texts] of byWord(connector, context, 'abbreviation')) {
        const word = key.slice(key.indexOf(' ') + 1);
        const [first] = texts;
        const { at, key: property } = first.text;
        const fix = texts
          .slice(0, mostMended)
          .map((one): JsonEdit => ({ at: one.text.at, key: one.text.key, to: capitalized(one) }));
        yield {
          at,
          key: property,
          piece: pieceOf(first, word),
          detail: word,
          message:
            `${safe`${word} is an abbreviation.`}${times(texts.length)} ` +
            safe`Write ${abbreviationOf(word) ?? word}.`,
          fix,
        };
      }
    },
  },
  {
    id: 'ProductNameOutdated',
    severity: 'note',
    description: "Texts use the current names of Microsoft's products.",
    rationale:
      'Readers may not recognize or find a product by its old name: Microsoft Flow is now ' +
      'Power Automate, and PowerApps is written Power Apps.',
    fixable: true,
    *check(connector, { speller }): Iterable<RuleViolation> {
      for (const one of notable(connector, speller)) {
        const { text, value, offset } = one;
        const names = oldNames(one).filter(
          ({ kind }) => !(text && restricted.has(kind) && isDescription(connector, text.at)),
        );
        const to = renamed(value, names);
        const first = mayRepeat(value, names.length) ? undefined : names.find(({ sure }) => sure);
        for (const name of names) {
          const { was, kind, start, sure } = name;
          const common = {
            detail: was,
            message: safe`${was} is now called ${kind}. Use the current name.`,
          };
          if (text)
            yield {
              ...common,
              at: text.at,
              key: text.key,
              piece: { start, end: start + was.length },
              ...(sure &&
                (first ?? name) === name && { fix: [{ at: text.at, key: text.key, to }] }),
            };
          else if (connector.readme) {
            const from = offset + start;
            yield {
              ...common,
              location: connector.readme.span(from, from + was.length),
              ...(sure && {
                fix: { edits: [{ start: from, end: from + was.length, text: kind }] },
              }),
            };
          }
        }
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
    .replace(/\b(?:id|url|api)\b/g, (one) => one.toUpperCase());
