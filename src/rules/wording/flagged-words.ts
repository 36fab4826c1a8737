import type { Connector } from '../../connector/connector.ts';
import type { TextFile } from '../../json/document.ts';
import { memoize } from '../../shared/memoize.ts';
import { hasSameLetters } from '../../shared/text.ts';
import { applyEdits } from '../../shared/text-edit.ts';
import type { RuleViolation, SeverityByClass } from '../rule.ts';
import type { Speller } from '../speller.ts';
import { commonMistakes } from './common-mistakes.ts';
import { namingKeys, visitTexts, type UserText } from './texts.ts';
import { WordReader } from './words.ts';

/** Why a rule may flag a word. */
type Trait = 'unknown' | 'camelCase' | 'abbreviation' | 'product' | 'placeholder';

/** A word that at least one rule may flag. */
interface FlaggedWord {
  word: string;
  start: number;
  trait: Trait;
}

/** A text with words that at least one rule may flag. */
export interface FlaggedText {
  /** Its place in the JSON; undefined for a line of the readme. */
  text: UserText | undefined;
  value: string;
  /** The offset of the value in the readme. */
  offset: number;
  words: readonly FlaggedWord[];
}

/**
 * Abbreviations that are never ordinary words in lower case, and formats, which can be values in
 * lower case.
 */
const abbreviations = new Set('api id ip sku sms uri url utc uuid vat'.split(' '));
const formats = new Set('csv html http https json pdf sql xml'.split(' '));

/**
 * The correct spelling of an abbreviation, for example `URLs` for `urls`. Undefined if the word is
 * not an abbreviation or is spelled correctly.
 */
export function abbreviationOf(word: string): string | undefined {
  if (word.length > 6 || !/^[A-Za-z][a-z]+$/.test(word)) return undefined;
  const lowerCase = word.toLowerCase();
  const isAbbreviation = (text: string): boolean =>
    abbreviations.has(text) || (lowerCase !== word && formats.has(text));
  if (isAbbreviation(lowerCase)) return lowerCase.toUpperCase();
  return lowerCase.endsWith('s') && isAbbreviation(lowerCase.slice(0, -1))
    ? `${lowerCase.slice(0, -1).toUpperCase()}s`
    : undefined;
}

interface Product {
  /** The old name, and a pattern for text after it that makes it a name that is still in use. */
  oldName: string;
  unless?: RegExp;
  newName: string;
  /** Whether the new name can replace the old one without review. */
  certain: boolean;
}

/** Names that Microsoft has replaced or spells differently, by their last word. */
const products: Readonly<Record<string, readonly Product[]>> = {
  Flow: ['Microsoft Flow', 'MS Flow'].map((oldName) => ({
    oldName,
    newName: 'Power Automate',
    certain: true,
  })),
  PowerApps: [{ oldName: 'PowerApps', newName: 'Power Apps', certain: true }],
  PowerAutomate: [{ oldName: 'PowerAutomate', newName: 'Power Automate', certain: true }],
  PowerBI: [{ oldName: 'PowerBI', newName: 'Power BI', certain: true }],
  LogicApps: [{ oldName: 'LogicApps', newName: 'Logic Apps', certain: true }],
  Agents: [{ oldName: 'Power Virtual Agents', newName: 'Microsoft Copilot Studio', certain: true }],
  Directory: [
    {
      oldName: 'Azure Active Directory',
      unless: /^ (?:B2C|Graph|Domain|Connect|Authentication Library)/,
      newName: 'Microsoft Entra ID',
      certain: false,
    },
  ],
  AD: [
    {
      oldName: 'Azure AD',
      unless: /^ (?:B2C|Graph|Domain|Connect|DS)/,
      newName: 'Microsoft Entra ID',
      certain: false,
    },
  ],
};

/** The product whose old name ends with the word at `start`. */
export function productAt(text: string, word: string, start: number): Product | undefined {
  const end = start + word.length;
  const isAtEnd = ({ oldName }: Product): boolean =>
    text.slice(Math.max(0, end - oldName.length), end) === oldName &&
    !/[A-Za-z]/.test(text.charAt(end - oldName.length - 1));
  return Object.hasOwn(products, word)
    ? products[word]?.find(
        (product) => isAtEnd(product) && product.unless?.test(text.slice(end, end + 30)) !== true,
      )
    : undefined;
}

/** At most this many characters are written for the fixes of one text. */
const maxCharactersInFixes = 200_000;

/**
 * Each fix rewrites a text with all its corrections. In a long text with many findings, only the
 * first finding has a fix, so that the output stays linear in the input.
 */
const mayFixEach = (text: string, findings: number): boolean =>
  text.length * findings <= maxCharactersInFixes;

/** A part of a text that should be written differently. */
export interface Mistake {
  /** The part as it is written. */
  written: string;
  start: number;
  /** What to write instead, if that is certain. */
  correction: string | undefined;
  /** How severe it is, if it is less severe than the rule says. */
  severity?: SeverityByClass;
}

/** The text with every correction that is certain. */
export const corrected = (text: string, mistakes: readonly Mistake[]): string =>
  applyEdits(
    text,
    mistakes.flatMap(({ written, start, correction }) =>
      correction === undefined ? [] : [{ start, end: start + written.length, text: correction }],
    ),
  );

/**
 * Reports mistakes in a text: at the text in JSON, at the mistake in the readme.
 * `messageFor` returns undefined for a mistake that is not to be reported.
 */
export function* mistakesIn<M extends Mistake>(
  connector: Connector,
  { text, value, offset }: FlaggedText,
  mistakes: readonly M[],
  messageFor: (mistake: M) => string | undefined,
): Iterable<RuleViolation> {
  // Most texts have nothing to report, so the corrected text is written when it is first needed.
  let to: string | undefined;
  const fixesEach = mayFixEach(value, mistakes.length);
  const firstFixed = mistakes.find(({ correction }) => correction !== undefined);
  for (const mistake of mistakes) {
    const message = messageFor(mistake);
    if (message === undefined) continue;
    const { written, start, correction, severity } = mistake;
    const common = { message, detail: written, ...(severity && { severity }) };
    if (text) {
      const { at, key } = text;
      const isCertain = mistake === firstFixed || (fixesEach && correction !== undefined);
      if (isCertain) to ??= corrected(value, mistakes);
      yield {
        ...common,
        at,
        key,
        piece: { start, end: start + written.length },
        ...(isCertain &&
          to !== undefined &&
          !wouldRepeat(text, value, to) && { fix: [{ at, key, to }] }),
      };
    } else if (connector.readme) {
      const from = offset + start;
      const end = from + written.length;
      yield {
        ...common,
        location: connector.readme.span(from, end),
        ...(correction !== undefined && {
          fix: { edits: [{ start: from, end, text: correction }] },
        }),
      };
    }
  }
}

/**
 * Whether a description would only repeat its summary if one of them were written as `to`. A person
 * has to write a better description then.
 */
function wouldRepeat({ at, key }: UserText, value: string, to: string): boolean {
  const summary = at.summary ?? at['x-ms-summary'];
  if (key !== 'description' && at[key] !== summary) return false;
  const other = key === 'description' ? summary : at.description;
  return typeof other === 'string' && !hasSameLetters(value, other) && hasSameLetters(to, other);
}

/** Placeholder texts. */
const placeholders =
  /^\s*(?:(?:string|todo|tbd|tba|fixme|xxx+|placeholder|default title|sample text|(?:add |enter )?(?:a |your |the )?(?:title|description|summary) (?:goes )?here|(?:add|enter) (?:a |your )?(?:title|description|summary)|no (?:description|summary)(?: available| provided)?)\.?\s*$|(?:todo|tbd|fixme|lorem ipsum)\b)/i;

/** Whether a text stands for one that a person meant to write. */
export const isPlaceholder = (text: string): boolean => placeholders.test(text);

/** Used without a dictionary: it knows every word. */
const knowsEverything: Speller = {
  knows: () => true,
  isCommon: () => true,
  corrections: () => [],
};

function traitOf(speller: Speller, word: string): Trait | undefined {
  if (Object.hasOwn(products, word)) return 'product';
  if (
    /^[a-z]{2,}[A-Z][A-Za-z]*$/.test(word) &&
    (speller === knowsEverything || !speller.knows(word))
  )
    return 'camelCase'; // for example macOS
  if (abbreviationOf(word) !== undefined) return 'abbreviation';
  return word.length > 3 &&
    (!speller.knows(word) ||
      (speller !== knowsEverything && commonMistakes.has(word.toLowerCase())))
    ? 'unknown'
    : undefined;
}

const none: readonly FlaggedWord[] = [];
const readers = memoize((_speller: Speller) => new WordReader());

function read(speller: Speller, text: string): readonly FlaggedWord[] {
  let found: FlaggedWord[] | undefined;
  let unknown = 0;
  const words = readers(speller).read(text, (word, start) => {
    const trait = traitOf(speller, word);
    if (trait === 'unknown' && /[a-z]/.test(word)) unknown += 1;
    if (trait !== undefined) (found ??= []).push({ word, start, trait });
    return trait === undefined;
  });
  if (isPlaceholder(text)) (found ??= []).push({ word: text, start: 0, trait: 'placeholder' });
  if (!found) return none;
  return unknown > 2 && unknown * 3 > words
    ? found.filter(({ trait }) => trait !== 'unknown')
    : found; // the text is in another language
}

/**
 * The texts of a connector that have flagged words. One pass over all texts serves all rules about
 * words, and each distinct text is read once.
 */
export const flaggedTexts = (
  connector: Connector,
  speller: Speller = knowsEverything,
): readonly FlaggedText[] => flaggedTextsOf(connector)(speller);

const flaggedTextsOf = memoize((connector: Connector) =>
  memoize((speller: Speller): readonly FlaggedText[] => {
    const wordsOf = new Map<string, readonly FlaggedWord[]>();
    const found: FlaggedText[] = [];
    visitTexts(connector, (at, key, value, prominent) => {
      let words = wordsOf.get(value);
      if (!words) wordsOf.set(value, (words = read(speller, value)));
      if (namingKeys.has(key)) words = words.filter(({ trait }) => trait === 'unknown');
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
 * The lines of prose in a Markdown file, without leading heading and list marks and without code.
 * An indented line is prose if it belongs to a list.
 */
function* paragraphs({ text }: TextFile): Iterable<{ value: string; offset: number }> {
  let isFenced = false;
  let isInList = false;
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    const line = text.slice(start, end);
    const indented = /^(?: {4}|\t)/.test(line);
    if (/^\s*(?:[*+-]|(?:\d{1,3}|[a-z])[.)])\s/.test(line)) isInList = true;
    else if (!indented && /^\S/.test(line)) isInList = false;
    if (/^ {0,3}(?:```|~~~)/.test(line)) isFenced = !isFenced;
    else if (!isFenced && (!indented || isInList)) {
      const marks = /^[\s>#*+_-]*(?:\d{1,3}[.)]\s+)?[*_]*/.exec(line)?.[0].length ?? 0;
      if (marks < line.length) yield { value: line.slice(marks), offset: start + marks };
    }
    start = end + 1;
  }
}
