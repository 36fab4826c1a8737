import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import type { Speller } from '../speller.ts';
import { certificationSeverity, type RuleContext, type RuleViolation, type Rule } from '../rule.ts';
import { flaggedTexts, mistakesIn, type FlaggedText, type Mistake } from './flagged-words.ts';
import { namesOf } from './texts.ts';

/** How an unknown word can be corrected. */
interface Assessment {
  /** The probable corrections, most likely first, capitalized like the word. */
  suggestions: readonly string[];
  /** Whether it is almost certainly a misspelling. */
  certain: boolean;
  /** Whether it is almost certain which word was meant. */
  clear: boolean;
}

/** A word that is neither in the dictionary nor a name in this connector. */
interface Misspelling extends Mistake {
  /** The word without a possessive ending. */
  written: string;
  /** See `Assessment`. */
  suggestions: readonly string[];
  certain: boolean;
}

/** Shorter words are similar to too many other words. */
const minLength = 4;
const minCertainLength = 5;
/**
 * The maximum cost of a correction (see `Correction.cost`) for a certain misspelling, for short
 * and long words. Measured: docs/decisions/0011-spelling.md.
 */
const certainCost = { short: 1.2, long: 1.6, longFrom: 7 } as const;
/**
 * Up to this cost, a long word is a misspelling even if it could be a compound: `priv-ledges`,
 * `access-able`.
 */
const maxCompoundCost = 1.05;
/**
 * A correction is clear if it costs at most `max` and the next one at least `minDistance` more.
 */
const clearCost = { max: 1.3, minDistance: 0.35 } as const;
/** A message names all corrections that cost at most this much more than the best one. */
const maxAlternativeCost = 0.5;

/** The words in the connector's names: `get`, `order`, `by`, `id` from `getOrderById`. */
const namedWords = memoize((connector: Connector): ReadonlySet<string> => {
  const names = Array.from(namesOf(connector)).join('\n');
  return new Set(
    Array.from(names.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [], (word) => word.toLowerCase()),
  );
});

const endings = ['', 's', 'es', 'd', 'ed', 'ing', 'er', 'ers'];

/** Whether the word, its plural or its base form occurs in one of the connector's names. */
function isNamed(connector: Connector, word: string): boolean {
  const named = namedWords(connector);
  return (
    named.has(`${word}s`) ||
    endings.some(
      (ending) =>
        word.endsWith(ending) &&
        word.length - ending.length >= minLength &&
        named.has(word.slice(0, word.length - ending.length)),
    )
  );
}

/** Prefixes and suffixes that form new words. */
const prefixes =
  'anti auto co cyber de dis geo hyper inter macro mega meta micro mid mini mis mono multi nano non out over post pre proto pseudo re semi sub super tele trans ultra un under up'.split(
    ' ',
  );
const suffixes =
  'able ability ization isation ize ise ized ised izing ising izer less like wise ness ly ish er ers or ors ist ists ee ees'.split(
    ' ',
  );
/** Particles that follow a verb: `checkin`, `rollup`. */
const particles = ['in', 'up', 'out', 'off'];
const minPartLength = 4;

/** Whether a word is a regular compound or derivation: `dropdown`, `resubmit`, `paginatable`. */
function isCompound(speller: Speller, word: string): boolean {
  const { length } = word;
  if (
    prefixes.some(
      (prefix) =>
        word.startsWith(prefix) &&
        length - prefix.length >= minPartLength &&
        speller.knows(word.slice(prefix.length)),
    )
  )
    return true;
  for (const suffix of suffixes) {
    const stem =
      word.endsWith(suffix) && length - suffix.length >= minPartLength
        ? word.slice(0, length - suffix.length)
        : '';
    if (stem !== '' && (speller.knows(stem) || speller.knows(`${stem}e`))) return true;
  }
  for (let at = minPartLength; at <= length - minPartLength; at += 1)
    if (speller.knows(word.slice(0, at)) && speller.knows(word.slice(at))) return true;
  return false;
}

/** Short words that are often joined with a neighboring word by mistake or in an identifier. */
const shortWords = [
  'of',
  'to',
  'is',
  'in',
  'and',
  'for',
  'or',
  'with',
  'the',
  'at',
  'by',
  'as',
  'id',
  'url',
];

/** The two words that were joined without a space, if there are any. */
function splitWords(speller: Speller, word: string): string | undefined {
  for (const shortWord of shortWords) {
    const rest = word.length - shortWord.length;
    if (rest < minPartLength) continue;
    if (word.endsWith(shortWord) && speller.knows(word.slice(0, rest)))
      return `${word.slice(0, rest)} ${shortWord}`;
    if (word.startsWith(shortWord) && speller.knows(word.slice(shortWord.length)))
      return `${shortWord} ${word.slice(shortWord.length)}`;
  }
  return undefined;
}

/**
 * The maximum number of words that are looked up for one connector. More unknown words mean
 * another language or an attack. The maximum in the corpus is 60.
 */
const maxLookups = 2_000;

function misspellingsIn(
  connector: Connector,
  { speller, words, others }: RuleContext,
): Map<FlaggedText, Misspelling[]> {
  const found = new Map<FlaggedText, Misspelling[]>();
  if (!speller) return found;
  const bases = new Map<string, string | undefined>();
  const assessments = new Map<string, Assessment | undefined>();
  const assess = (word: string): Assessment | undefined => {
    if (!assessments.has(word) && assessments.size < maxLookups)
      assessments.set(
        word,
        words?.has(word) || isNamed(connector, word) || others?.mentions(word)
          ? undefined
          : assessmentOf(speller, word),
      );
    return assessments.get(word);
  };
  for (const text of flaggedTexts(connector, speller)) {
    const { value } = text;
    const isInCode = codeIn(value);
    for (const { word: written, start, trait } of text.words) {
      if (trait !== 'unknown') continue;
      if (!bases.has(written)) bases.set(written, baseOf(speller, written));
      const word = bases.get(written);
      if (word === undefined) continue;
      const lowerCase = word.toLowerCase();
      const isCapitalized = lowerCase !== word;
      if (
        (isCapitalized && !beginsSentence(value, start)) ||
        isInCode(start) ||
        isCut(value, start + written.length)
      )
        continue; // a capitalized word is a name
      const assessment = assess(lowerCase);
      if (!assessment) continue;
      const { certain, clear } = assessment;
      const suggestions = isCapitalized
        ? assessment.suggestions.map(capitalize)
        : assessment.suggestions;
      const correction = clear ? suggestions[0] : undefined;
      const misspelling = { written: word, start, correction, suggestions, certain };
      const misspellings = found.get(text);
      if (misspellings) misspellings.push(misspelling);
      else found.set(text, [misspelling]);
    }
  }
  return found;
}

/** The word without a possessive or contracted ending, if it may be misspelled. */
function baseOf(speller: Speller, written: string): string | undefined {
  const word = written.replace(/['\u2019](?:s|ve|ll|re|d)?$/, '');
  return word.length >= minLength && /^[A-Za-z]?[a-z]+$/.test(word) && !speller.knows(word)
    ? word
    : undefined;
}

/** The corrections of an unknown word; undefined if no dictionary word is similar. */
function assessmentOf(speller: Speller, word: string): Assessment | undefined {
  const [best, ...others] = speller.corrections(word);
  if (
    (best === undefined || best.cost > maxCompoundCost || word.length < certainCost.longFrom) &&
    isCompound(speller, word)
  )
    return undefined;
  if (
    particles.some(
      (particle) =>
        word.endsWith(particle) &&
        word.length - particle.length >= minPartLength &&
        speller.knows(word.slice(0, word.length - particle.length)),
    )
  )
    return undefined;
  const split = splitWords(speller, word);
  if (split !== undefined && (!best || best.cost > 1 || /(?:id|url)$/.test(word)))
    return { suggestions: [split], certain: false, clear: false };
  if (!best) return undefined;
  const certain =
    word.length >= minCertainLength &&
    best.cost <= (word.length < certainCost.longFrom ? certainCost.short : certainCost.long);
  const next = others[0] === undefined ? Infinity : others[0].cost - best.cost;
  const clear = certain && best.cost <= clearCost.max && next >= clearCost.minDistance;
  return {
    suggestions: [
      best,
      ...(clear ? [] : others.filter(({ cost }) => cost - best.cost <= maxAlternativeCost)),
    ]
      .slice(0, 3)
      .map((correction) => correction.word),
    certain,
    clear,
  };
}

/** Whether a capital has no meaning because a sentence or a label starts there. */
function beginsSentence(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 6), at).trimEnd();
  return before === '' ? at < 6 : /[.!?]$/.test(before);
}

/** Whether the text shows only the beginning of a word. */
const isCut = (text: string, end: number): boolean =>
  text.startsWith('..', end) || text.charAt(end) === '…';

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

const misspellings = memoize((connector: Connector) =>
  memoize((context: RuleContext) => misspellingsIn(connector, context)),
);

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const messageOf = ({ written, suggestions }: Misspelling): string => {
  const [first = '', ...others] = suggestions.map((suggestion) => safe`${suggestion}`);
  return (
    `${safe`${written} is misspelled.`} ` +
    (others.length === 0
      ? `Write ${first}.`
      : `Write ${[first, ...others.slice(0, -1)].join(', ')} or ${others.at(-1) ?? ''}, ` +
        'whichever is meant.')
  );
};

/** The misspellings that are to be reported, as findings. */
function* findings(
  connector: Connector,
  context: RuleContext,
  isReported: (misspelling: Misspelling, text: FlaggedText) => boolean,
  message: (misspelling: Misspelling) => string,
): Iterable<RuleViolation> {
  for (const [text, all] of misspellings(connector)(context))
    yield* mistakesIn(connector, text, all, (misspelling) =>
      isReported(misspelling, text) ? message(misspelling) : undefined,
    );
}

const isProminent = ({ text }: FlaggedText): boolean => text?.prominent === true;

export const spelling: Rule[] = [
  {
    id: 'LabelMisspelled',
    severity: certificationSeverity,
    description:
      'The description of the connector, summaries and other labels have no misspelled words.',
    rationale:
      'Users see these texts in the list of connectors and in the designer. A misspelled ' +
      'label looks careless, and searches do not find it.',
    policies: ['5000.2.3.2'],
    fixable: true,
    check: (connector, context) =>
      findings(connector, context, ({ certain }, text) => certain && isProminent(text), messageOf),
  },
  {
    id: 'TextMisspelled',
    severity: 'warning',
    description: 'Descriptions and the readme have no misspelled words.',
    rationale:
      'They become the documentation of the connector and are translated from English; ' +
      'misspelled words are not translated.',
    policies: ['5000.2.3.2'],
    fixable: true,
    check: (connector, context) =>
      findings(connector, context, ({ certain }, text) => certain && !isProminent(text), messageOf),
  },
  {
    id: 'PossibleMisspelling',
    severity: 'note',
    description: 'Words in texts are in the dictionary or part of a name in the connector.',
    rationale:
      'The word may be a misspelling that the dictionary cannot confirm. You can list the ' +
      "terms of your field in the repository's settings.",
    policies: ['5000.2.3.2'],
    *check(connector, context) {
      const reported = new Set<string>();
      const doubtful = findings(
        connector,
        context,
        ({ certain }) => !certain,
        ({ written, suggestions }) =>
          safe`${written} is not in the dictionary. If you mean ${suggestions[0] ?? ''}, ` +
          'write that.',
      );
      for (const violation of doubtful) {
        if (reported.has(violation.detail ?? '')) continue;
        reported.add(violation.detail ?? '');
        yield violation;
      }
    },
  },
];
