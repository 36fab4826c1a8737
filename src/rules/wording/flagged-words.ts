import type { Connector } from '../../connector/connector.ts';
import type { TextFile } from '../../json/document.ts';
import { memoize } from '../../shared/memoize.ts';
import type { Speller } from '../speller.ts';
import { visitTexts, type UserText } from './texts.ts';
import { WordReader } from './words.ts';

/** What a rule may want to look at in a word. */
type Trait = 'unknown' | 'camelCase' | 'abbreviation' | 'product' | 'placeholder';

/** A word that some rule wants to look at. */
interface NotableWord {
  word: string;
  start: number;
  trait: Trait;
}

/** A text with words that some rule wants to look at. */
export interface Notable {
  /** Where it is in the JSON; undefined where it is a line of the readme. */
  text: UserText | undefined;
  value: string;
  /** Where the value begins in the readme. */
  offset: number;
  words: readonly NotableWord[];
}

/**
 * Abbreviations that are nothing else in small letters, and those that may be a value there, such
 * as a format.
 */
const abbreviations = new Set('api id ip sku sms uri url utc uuid vat'.split(' '));
const formats = new Set('csv html http https json pdf sql xml'.split(' '));

/**
 * The abbreviation that a word is, in capitals: `URLs` of `urls`. Undefined where it is none, or
 * written right.
 */
export function abbreviationOf(word: string): string | undefined {
  if (word.length > 6 || !/^[A-Za-z][a-z]+$/.test(word)) return undefined;
  const small = word.toLowerCase();
  const isKnown = (one: string): boolean =>
    abbreviations.has(one) || (small !== word && formats.has(one));
  if (isKnown(small)) return small.toUpperCase();
  return small.endsWith('s') && isKnown(small.slice(0, -1))
    ? `${small.slice(0, -1).toUpperCase()}s`
    : undefined;
}

interface Product {
  /** As it is written, with what must not follow, because that has kept its name. */
  was: string;
  unless?: RegExp;
  kind: string;
  /** Whether the one name can stand for the other without another look. */
  sure: boolean;
}

/**
 * Names that the platform's products no longer have, or that are written otherwise, by their last
 * word.
 */
const products: Readonly<Record<string, readonly Product[]>> = {
  Flow: ['Microsoft Flow', 'MS Flow'].map((was) => ({ was, kind: 'Power Automate', sure: true })),
  PowerApps: [{ was: 'PowerApps', kind: 'Power Apps', sure: true }],
  PowerAutomate: [{ was: 'PowerAutomate', kind: 'Power Automate', sure: true }],
  PowerBI: [{ was: 'PowerBI', kind: 'Power BI', sure: true }],
  LogicApps: [{ was: 'LogicApps', kind: 'Logic Apps', sure: true }],
  Agents: [{ was: 'Power Virtual Agents', kind: 'Microsoft Copilot Studio', sure: true }],
  Directory: [
    {
      was: 'Azure Active Directory',
      unless: /^ (?:B2C|Graph|Domain|Connect|Authentication Library)/,
      kind: 'Microsoft Entra ID',
      sure: false,
    },
  ],
  AD: [
    {
      was: 'Azure AD',
      unless: /^ (?:B2C|Graph|Domain|Connect|DS)/,
      kind: 'Microsoft Entra ID',
      sure: false,
    },
  ],
};

/** The product whose old name ends with the word at `start`. */
export function productAt(text: string, word: string, start: number): Product | undefined {
  const end = start + word.length;
  const begins = ({ was }: Product): boolean =>
    text.slice(Math.max(0, end - was.length), end) === was &&
    !/[A-Za-z]/.test(text.charAt(end - was.length - 1));
  return Object.hasOwn(products, word)
    ? products[word]?.find(
        (one) => begins(one) && one.unless?.test(text.slice(end, end + 30)) !== true,
      )
    : undefined;
}

/** Letters that are written for the fixes of one text. */
const mostWritten = 200_000;

/**
 * A fix writes a text anew with all that is mended in it: of many findings in a long text only the
 * first has it.
 */
export const mayRepeat = (text: string, findings: number): boolean =>
  text.length * findings <= mostWritten;

/** What stands in a text where the text is still to be written. */
const placeholders =
  /^\s*(?:(?:string|todo|tbd|tba|fixme|xxx+|placeholder|default title|sample text|(?:add |enter )?(?:a |your |the )?(?:title|description|summary) (?:goes )?here|(?:add|enter) (?:a |your )?(?:title|description|summary)|no (?:description|summary)(?: available| provided)?)\.?\s*$|(?:todo|tbd|fixme|lorem ipsum)\b)/i;

/** For where there is no dictionary: no word is unknown then. */
const nobody: Speller = { knows: () => true, corrections: () => [] };

function traitOf(speller: Speller, word: string): Trait | undefined {
  if (Object.hasOwn(products, word)) return 'product';
  if (/^[a-z]{2,}[A-Z][A-Za-z]*$/.test(word) && (speller === nobody || !speller.knows(word)))
    return 'camelCase'; // macOS
  if (abbreviationOf(word) !== undefined) return 'abbreviation';
  return word.length > 3 && !speller.knows(word) ? 'unknown' : undefined;
}

const none: readonly NotableWord[] = [];
const readers = memoize((_speller: Speller) => new WordReader());

function read(speller: Speller, text: string): readonly NotableWord[] {
  let found: NotableWord[] | undefined;
  let unknown = 0;
  const words = readers(speller).read(text, (word, start) => {
    const trait = traitOf(speller, word);
    if (trait === 'unknown') unknown += 1;
    if (trait !== undefined) (found ??= []).push({ word, start, trait });
    return trait === undefined;
  });
  if (placeholders.test(text)) (found ??= []).push({ word: text, start: 0, trait: 'placeholder' });
  if (!found) return none;
  return unknown > 2 && unknown * 3 > words
    ? found.filter(({ trait }) => trait !== 'unknown')
    : found; // it is in another language
}

/**
 * The texts of a connector that have notable words: one pass over all texts serves all rules about
 * words. Each text is read once, however often it stands there.
 */
export const notable = (connector: Connector, speller: Speller = nobody): readonly Notable[] =>
  notableOf(connector)(speller);

const notableOf = memoize((connector: Connector) =>
  memoize((speller: Speller): readonly Notable[] => {
    const known = new Map<string, readonly NotableWord[]>();
    const found: Notable[] = [];
    visitTexts(connector, (at, key, value, prominent) => {
      let words = known.get(value);
      if (!words) known.set(value, (words = read(speller, value)));
      if (words.length > 0) found.push({ text: { at, key, prominent }, value, offset: 0, words });
    });
    if (connector.readme) {
      for (const { value, offset } of paragraphs(connector.readme)) {
        const words = read(speller, value);
        if (words.length > 0) found.push({ text: undefined, value, offset, words });
      }
    }
    return found;
  }),
);

/**
 * The lines of a Markdown file that are prose, without the marks of headings and lists before them:
 * no code.
 */
function* paragraphs({ text }: TextFile): Iterable<{ value: string; offset: number }> {
  let fenced = false;
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    const line = text.slice(start, end);
    if (/^ {0,3}(?:```|~~~)/.test(line)) fenced = !fenced;
    else if (!fenced && !/^(?: {4}|\t)/.test(line)) {
      const marks = /^[\s>#*+_-]*(?:\d{1,3}[.)]\s+)?[*_]*/.exec(line)?.[0].length ?? 0;
      if (marks < line.length) yield { value: line.slice(marks), offset: start + marks };
    }
    start = end + 1;
  }
}
