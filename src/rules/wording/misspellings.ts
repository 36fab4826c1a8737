import type { OtherConnectors } from '../../catalog/connector-index.ts';
import type { Connector } from '../../connector/connector.ts';
import { asText, isObject, type JsonObject } from '../../json/values.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { memoize } from '../../shared/memoize.ts';
import type { RuleContext } from '../rule.ts';
import type { Speller } from '../speller.ts';
import { assessWord, commonMistakeCost, minLength, type Assessment } from './assess-word.ts';
import { commonMistakes } from './common-mistakes.ts';
import { flaggedTexts, type FlaggedText, type Mistake } from './flagged-words.ts';
import { namesOf, partsOfName, wordsOfName, type ConnectorNames } from './names.ts';

/** A word that is neither in the dictionary nor a name in this connector. */
export interface Misspelling extends Mistake {
  /** The word without a possessive ending. */
  written: string;
  /** The probable corrections, most likely first, capitalized like the word. */
  suggestions: readonly string[];
  /** `possible` if the word may be correct. */
  certainty: Certainty;
  /** Whether other corrections are about as likely as the first. */
  isAmbiguous: boolean;
}

export type Certainty = 'certain' | 'probable' | 'possible';

/**
 * What speaks against a misspelling: nothing; the word is part of an identifier of the connector; it
 * has a capital in a label, where names and other words have capitals; it has a capital in a
 * sentence, like a name.
 */
type Doubt = 'none' | 'identifier' | 'label' | 'name';

/**
 * The maximum cost of a correction (see `Correction.cost`) for a certain misspelling, by the length
 * of the word: from 5 letters to 9 or more. Measured: docs/decisions/0011-spelling.md.
 */
const certainCosts: Record<Doubt, readonly number[]> = {
  none: [1.2, 1.2, 1.6, 2, 2.25],
  identifier: [0, 1.15, 1.3, 1.45, 1.45],
  label: [1, 1.15, 1.45, 1.45, 1.45],
  name: [0, 1.05, 1.3, 1.45, 1.45],
};
const minCertainLength = 5;
/** Above this cost, a correction is only certain if the next one costs `clearCost.minDistance` more. */
const maxAmbiguousCost = 1.6;
/** Above this cost, a plural or participle of a known word may be correct. */
const maxDerivedCost = 1.05;
/** How much more the next correction must cost if a short word may be a name, by its length. */
const minDistances: Readonly<Record<number, number>> = { 5: 0.6, 6: 0.35 };
/** The maximum cost for a word of six letters if the next correction costs much more. */
const unambiguousCost = 1.3;
const unambiguousDistance = 0.6;
/**
 * A word of four letters in a sentence is misspelled if only one word is that near: a doubled letter,
 * or a word that occurs in the names of the connector.
 */
const shortWord = { maxCost: 0.9, minDistance: 0.4 } as const;
/** The maximum cost if only the first letter is missing. */
const firstLetterCost = 1.75;
/**
 * A correction is clear if it costs at most `max` and the next one at least `minDistance` more.
 */
const clearCost = { max: 1.3, minDistance: 0.35 } as const;

/**
 * The maximum number of words that are looked up for one connector. More unknown words mean
 * another language or an attack. The maximum in the corpus is 60.
 */
const maxLookups = 2_000;
/** The maximum number of edits between a word of a label and of the field's name. */
const maxEditsOfField = 2;
/** Longer names are not compared with the words of their labels. */
const maxNameLength = 80;

const endings = ['s', 'es', 'd', 'ed', 'ing', 'er', 'ers'];

/** Whether the word, its plural or its base form is one of the words of a name. */
const isNamed = (speller: Speller, named: ReadonlySet<string>, word: string): boolean => {
  if (named.has(word)) return true;
  // `specificed` is not excused by a field `specific`.
  const isNew = (name: string): boolean => named.has(name) && !speller.knows(name);
  return (
    isNew(`${word}s`) ||
    endings.some((ending) => {
      const base = word.slice(0, word.length - ending.length);
      return word.endsWith(ending) && base.length >= minLength && isNew(base);
    })
  );
};

/** A word at a place in a text. */
interface Occurrence {
  flagged: FlaggedText;
  /** As it is written, and in lower case. */
  written: string;
  word: string;
  start: number;
}

/** Finds the misspellings of one connector. Looks up each word once. */
class Finder {
  readonly #speller: Speller;
  readonly #words: ReadonlySet<string> | undefined;
  readonly #others: OtherConnectors | undefined;
  readonly #connector: Connector;
  readonly #assessments = new Map<string, Assessment | undefined>();
  readonly #proper = new Map<string, boolean>();

  constructor(connector: Connector, { words, others }: RuleContext, speller: Speller) {
    this.#speller = speller;
    this.#words = words;
    this.#others = others;
    this.#connector = connector;
  }

  /** Collected only if a word is unknown. */
  get #names(): ConnectorNames {
    return namesOf(this.#connector);
  }

  /** The misspellings in a text. */
  find(flagged: FlaggedText): readonly Misspelling[] {
    const { value, words } = flagged;
    let isInCode: ((at: number) => boolean) | undefined;
    let misspellings: Misspelling[] | undefined;
    for (const { word, start, trait } of words) {
      if (trait !== 'unknown' && trait !== 'camelCase') continue;
      if (isAbridged(value, start + word.length)) continue;
      if ((isInCode ??= codeIn(value))(start)) continue;
      const written = word.replace(/['\u2019](?:s|ve|ll|re|d)?$/, '');
      if (written !== word && this.#speller.knows(written)) continue;
      const occurrence = { flagged, written, word: written.toLowerCase(), start };
      const found = /^[A-Za-z]?[a-z]+$/.test(written)
        ? this.#plainWord(occurrence)
        : this.#camelCaseWord(occurrence);
      if (found) (misspellings ??= []).push({ written, start, ...found });
    }
    return misspellings ?? noMisspellings;
  }

  #plainWord(occurrence: Occurrence): Found | undefined {
    const { written, word } = occurrence;
    const isKnown = this.#speller.knows(written) && !commonMistakes.has(word);
    if (word.length < minLength || isKnown || this.#isProper(word)) return undefined;
    const isCapitalized = written !== word;
    const ofTitle = isCapitalized ? this.#misspelledTitle(word) : undefined;
    if (ofTitle !== undefined) return certainly(ofTitle, undefined);
    const assessment = this.#assess(word);
    if (!assessment || this.#isExcused(occurrence, assessment)) return undefined;
    const adapt = isCapitalized ? capitalize : (correction: string): string => correction;
    const ofField = assessment.joined ? undefined : this.#wordOfField(occurrence);
    if (ofField !== undefined) return certainly(adapt(ofField), adapt(ofField));
    const doubt = this.#doubtOf(occurrence);
    const certainty = this.#certaintyOf(occurrence, assessment, doubt);
    if (certainty === 'possible' && doubt !== 'none') return undefined;
    const { cost, distance, isDerived, joined } = assessment;
    const suggestions = assessment.suggestions.map(adapt);
    const isClear =
      certainty !== 'possible' &&
      doubt !== 'name' &&
      (word.length >= minCertainLength || cost === commonMistakeCost) &&
      (joined === undefined ? !isDerived : joined === 'words') &&
      cost <= clearCost.max &&
      distance >= clearCost.minDistance;
    return {
      ...(certainty === 'probable' && { severity: 'warning' }),
      suggestions: isClear ? suggestions.slice(0, 1) : suggestions,
      certainty,
      isAmbiguous: distance < clearCost.minDistance,
      correction: isClear ? suggestions[0] : undefined,
    };
  }

  /** Whether the text around a word says that it is a value, the name of a field or cut off. */
  #isExcused(occurrence: Occurrence, { suggestions, joined }: Assessment): boolean {
    const { flagged, written, word, start } = occurrence;
    const { value } = flagged;
    if (isExampleAt(value, start) || isCutAt(value, start, word, suggestions)) return true;
    if (joined !== 'name' && joined !== 'compound') return false;
    if (isIdentifierAt(value, start, word.length)) return true;
    return (
      joined === 'compound' &&
      (written !== word || !followsDeterminer(value, start) || !this.#isProse(occurrence))
    );
  }

  #doubtOf({ flagged: { text, value }, written, word, start }: Occurrence): Doubt {
    if (written !== word) {
      const capital = capitalAt(value, start);
      const isLabel = text !== undefined && (text.key !== 'description' || isTitleCase(value));
      if (capital === 'name') return isLabel ? 'label' : 'name';
      if (capital === 'phrase') return 'label';
      // A list of names in the readme.
      if (text === undefined && value.trim() === written) return 'name';
    }
    return isNamed(this.#speller, this.#names.identifiers, word) ? 'identifier' : 'none';
  }

  #certaintyOf(occurrence: Occurrence, assessment: Assessment, doubt: Doubt): Certainty {
    const { word, flagged } = occurrence;
    const { length } = word;
    const { suggestions, distance, isDerived, joined } = assessment;
    if (joined === 'words') return flagged.value.trim().length > length ? 'probable' : 'possible';
    if (joined) return joined === 'name' && this.#isProse(occurrence) ? 'probable' : 'possible';
    const cost = doubt === 'none' ? assessment.cost : assessment.costAlone;
    // A plural such as `informations` is poor English, but a word.
    if (cost === commonMistakeCost)
      return suggestions[0] === word.slice(0, -1) ? 'probable' : 'certain';
    if (length < minCertainLength)
      return doubt === 'none' &&
        cost <= shortWord.maxCost &&
        distance >= shortWord.minDistance &&
        this.#isProse(occurrence)
        ? 'probable'
        : 'possible';
    if (isDerived && (doubt !== 'none' || assessment.costAlone > maxDerivedCost)) return 'possible';
    if (doubt !== 'none' && distance < (minDistances[length] ?? 0)) return 'possible';
    if (cost > maxAmbiguousCost && distance < clearCost.minDistance) return 'possible';
    const isLabel = flagged.text !== undefined && flagged.text.key !== 'description';
    const isAlone =
      distance >= unambiguousDistance &&
      (doubt === 'none' || doubt === 'label' || (doubt === 'identifier' && isLabel));
    const max = Math.max(
      certainCosts[doubt][Math.min(length, 9) - minCertainLength] ?? 0,
      isAlone && length === 6 ? unambiguousCost : 0,
      isAlone && suggestions[0]?.slice(1) === word ? firstLetterCost : 0,
    );
    if (cost > max) return 'possible';
    return doubt === 'name' || doubt === 'label' || cost > maxAmbiguousCost
      ? 'probable'
      : 'certain';
  }

  /**
   * Whether a word in which two words are joined is part of a sentence, not an identifier that the
   * sentence names.
   */
  #isProse({ flagged: { value }, word, start }: Occurrence): boolean {
    return (
      value.trim().length > word.length &&
      (!this.#names.complete.has(word) || followsDeterminer(value, start))
    );
  }

  /** A name in camel case that has a misspelled word: the name with that word corrected. */
  #camelCaseWord(occurrence: Occurrence): Found | undefined {
    const { flagged, written, word: name } = occurrence;
    if (!/^[A-Za-z]+$/.test(written)) return undefined;
    const ofTitle = this.#isProper(name) ? undefined : this.#misspelledTitle(name);
    if (ofTitle !== undefined) return certainly(ofTitle, undefined);
    // Descriptions repeat identifiers as they are; labels need not.
    const isLabel = flagged.text?.prominent === true || flagged.text?.key === 'title';
    if (this.#names.complete.has(name) && !isLabel) return undefined;
    const parts = partsOfName(written);
    const unknown = parts.filter((part) => part.length > 3 && !this.#speller.knows(part));
    const [part = ''] = unknown;
    const word = part.toLowerCase();
    if (unknown.length !== 1 || parts.length < 2 || this.#isProper(word)) return undefined;
    const assessment = this.#assess(word);
    if (!assessment || assessment.joined || assessment.isDerived) return undefined;
    // Generated from a sentence: `UpdateaContact`.
    if (word.endsWith('a') && this.#speller.knows(word.slice(0, -1))) return undefined;
    const suggestions = assessment.suggestions.map((suggestion) =>
      written.replace(part, part === word ? suggestion : capitalize(suggestion)),
    );
    const isName = this.#names.complete.has(suggestions[0]?.toLowerCase() ?? '');
    const doubt = isName ? 'none' : 'identifier';
    const certainty = this.#certaintyOf({ ...occurrence, written: part, word }, assessment, doubt);
    if (certainty === 'possible') return undefined;
    const isAmbiguous = assessment.distance < clearCost.minDistance;
    return { suggestions, certainty, isAmbiguous, correction: undefined };
  }

  /** Remembered, because the names of products and companies occur in many texts. */
  #isProper(word: string): boolean {
    let isProper = this.#proper.get(word);
    if (isProper === undefined) {
      isProper =
        this.#words?.has(word) === true ||
        isNamed(this.#speller, this.#names.proper, word) ||
        this.#others?.mentions(word) === true;
      this.#proper.set(word, isProper);
    }
    return isProper;
  }

  #assess(word: string): Assessment | undefined {
    if (!this.#assessments.has(word)) {
      if (this.#assessments.size >= maxLookups) return undefined;
      this.#assessments.set(word, assessWord(this.#speller, word, this.#names));
    }
    return this.#assessments.get(word);
  }

  /** The word of the connector's title that is one edit away, as it is written there. */
  #misspelledTitle(word: string): string | undefined {
    return this.#names.title.find((name) => {
      const named = name.toLowerCase();
      return !word.startsWith(named) && isOneEdit(word, named);
    });
  }

  /** The word in the name of the field, parameter or operation that a misspelled label repeats. */
  #wordOfField({ flagged: { text }, word }: Occurrence): string | undefined {
    if (!text || text.key === 'description' || word.length < minCertainLength) return undefined;
    const { at } = text;
    const name =
      asText(at.name) ?? asText(at.operationId) ?? fieldNames(this.#connector).get(at) ?? '';
    if (name.length > maxNameLength) return undefined;
    const known = wordsOfName(name).filter(
      (part) =>
        part.length >= minCertainLength &&
        !word.includes(part) &&
        !part.includes(word) &&
        this.#speller.knows(part),
    );
    return closestMatch(word, known, maxEditsOfField);
  }
}

const noMisspellings: readonly Misspelling[] = [];

type Found = Omit<Misspelling, 'written' | 'start'>;

const certainly = (suggestion: string, correction: string | undefined): Found => ({
  suggestions: [suggestion],
  certainty: 'certain',
  isAmbiguous: false,
  correction,
});

/** The name of each field, to find the one that a label belongs to. */
const fieldNames = memoize((connector: Connector): ReadonlyMap<JsonObject, string> => {
  const names = new Map<JsonObject, string>();
  for (const { raw, name } of connector.definition?.schemas ?? [])
    if (name !== undefined && isObject(raw)) names.set(raw, name);
  return names;
});

/** Whether one letter is missing, extra, different or exchanged with the next. */
function isOneEdit(word: string, other: string): boolean {
  if (Math.abs(word.length - other.length) > 1 || word === other) return false;
  let start = 0;
  while (start < word.length && word[start] === other[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(word.length, other.length) - start &&
    word.at(-1 - end) === other.at(-1 - end)
  )
    end += 1;
  const a = word.slice(start, word.length - end);
  const b = other.slice(start, other.length - end);
  return (a.length <= 1 && b.length <= 1) || (a.length === 2 && a === b.slice(1) + b.slice(0, 1));
}

/** The number of characters before a word that are looked at: list marks, quotation marks, spaces. */
const maxMarks = 12;

/**
 * What a capital at an offset means: nothing at the start of a text or a sentence; perhaps a name
 * after a colon, a dash or a list mark; else a name.
 */
function capitalAt(text: string, at: number): 'none' | 'phrase' | 'name' {
  const before = text.slice(Math.max(0, at - maxMarks), at).trimEnd();
  if (/[.!?]$/.test(before) || (at < maxMarks && !/[A-Za-z0-9]/.test(before))) return 'none';
  return /[:|\u2013*([-]$/.test(before) ? 'phrase' : 'name';
}

/** Whether the text shows only the beginning of a word. */
const isAbridged = (text: string, end: number): boolean =>
  text.startsWith('..', end) || text.charAt(end) === '…';

/** Whether all longer words of a short text have a capital. */
const isTitleCase = (text: string): boolean =>
  text.length <= maxTitleLength && !/(?:^|\s)[a-z]{4}/.test(text);
const maxTitleLength = 60;

/** Whether a word is one of several values, or is called a field or a value. */
const isIdentifierAt = (text: string, start: number, length: number): boolean =>
  /(?:[,:=]\s*|\w-)$/.test(text.slice(Math.max(0, start - maxMarks), start)) ||
  /^\s*(?:[,:=]|(?:attribute|column|field|header|parameter|property|value)\b)/.test(
    text.slice(start + length, start + length + maxMarks),
  );

/** Some generated texts end after a fixed number of characters, within a word. */
const minCutLength = 40;
const isCutAt = (
  text: string,
  start: number,
  word: string,
  suggestions: readonly string[],
): boolean =>
  text.length >= minCutLength &&
  start + word.length === text.trimEnd().length &&
  suggestions.some((suggestion) => suggestion.startsWith(word));

/** Whether a noun follows, which is not the name of a field or a value. */
const followsDeterminer = (text: string, start: number): boolean =>
  /(?:^|\s)(?:a|an|the|this|each|your|all|any|new|two)\s$/i.test(
    text.slice(Math.max(0, start - maxMarks), start),
  );

/** Whether a value follows that a text gives as an example. */
const isExampleAt = (text: string, start: number): boolean =>
  /\b(?:e\.?g\.?|eg|example|named|called)[:,]?\s*$/i.test(
    text.slice(Math.max(0, start - 14), start),
  );

/**
 * Returns a function that tells whether an offset is between backticks. Offsets must not decrease.
 */
function codeIn(text: string): (at: number) => boolean {
  let next = text.indexOf('`');
  let inside = false;
  return (at) => {
    for (; next >= 0 && next < at; next = text.indexOf('`', next + 1)) inside = !inside;
    return inside;
  };
}

function misspellingsIn(
  connector: Connector,
  context: RuleContext,
): ReadonlyMap<FlaggedText, readonly Misspelling[]> {
  const found = new Map<FlaggedText, readonly Misspelling[]>();
  const { speller } = context;
  if (!speller) return found;
  const texts = flaggedTexts(connector, speller);
  if (texts.length === 0) return found;
  const finder = new Finder(connector, context, speller);
  for (const text of texts) {
    const inText = finder.find(text);
    if (inText.length > 0) found.set(text, inText);
  }
  return found;
}

/** The misspellings of a connector, by text. */
export const misspellings = memoize((connector: Connector) =>
  memoize((context: RuleContext) => misspellingsIn(connector, context)),
);

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
