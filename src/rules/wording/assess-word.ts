import type { Speller } from '../speller.ts';
import { commonMistakes, wordList } from './common-mistakes.ts';
import type { ConnectorNames } from './names.ts';

/** How an unknown word can be corrected, apart from where it is written. */
export interface Assessment {
  /** The probable corrections, most likely first, in lower case. Never empty. */
  suggestions: readonly string[];
  /** The cost of the first one; see `Correction.cost`. */
  cost: number;
  /** Its cost without the bonus for a word that occurs in the names of the connector. */
  costAlone: number;
  /** How much more the next one costs. */
  distance: number;
  /** Whether the word may be derived from others, or be the plural of a word without a plural. */
  isDerived: boolean;
  /** For two words without a space: see `Joined`. */
  joined?: Joined;
}

/**
 * How likely two words were joined by mistake. `words`: they are no compound. `name`: they may be
 * the name of a field. `possible`: they may also be a compound. `compound`: they probably are.
 */
export type Joined = 'words' | 'name' | 'possible' | 'compound';

/** Shorter words are similar to too many other words. */
export const minLength = 4;
/**
 * Up to this cost, a long word is a misspelling even if it could be a compound: `priv-ledges`,
 * `access-able`.
 */
const maxCompoundCost = 1.05;
const minLengthAgainstCompound = 6;
/** The same for words that are only the compound of two words: `snow-lake`, a snowflake. */
const maxSplitCost = 1.3;
const minLengthAgainstSplit = 8;
/** A message names all corrections that cost at most this much more than the best one. */
const maxAlternativeCost = 0.5;
/** The cost of the corrections in common-mistakes.ts. */
export const commonMistakeCost = 0;
/** A correction that occurs in the names of the connector is this much more likely. */
const namedBonus = 0.3;

/** Prefixes and suffixes that form new words. */
const prefixes = wordList(
  `anti auto bi co cyber de dis geo hyper inter macro mega meta micro mid mini mis mono multi
   nano non out over post pre proto pseudo re semi sub super tele trans ultra un under up`,
);
const suffixes = wordList(
  `able ability ization isation ize ise ized ised izing ising izer less like wise ness ly ish
   er ers or ors ist ists ee ees`,
);
/** Particles that follow a verb: `checkin`, `rollup`. */
const particles = ['in', 'up', 'out', 'off'];
const minPartLength = 4;
/** Suffixes that also follow a short word. */
const shortStemSuffixes = new Set(['less', 'like', 'wise']);
const minShortStemLength = 3;

/** Whether a word is formed with a prefix or a suffix: `resubmit`, `paginatable`, `pinless`. */
const isDerivation = (isStem: (word: string) => boolean, word: string): boolean =>
  prefixes.some(
    (prefix) =>
      word.startsWith(prefix) &&
      word.length - prefix.length >= minPartLength &&
      isStem(word.slice(prefix.length)),
  ) ||
  suffixes.some((suffix) => {
    const stem = word.slice(0, word.length - suffix.length);
    return (
      word.endsWith(suffix) &&
      stem.length >= (shortStemSuffixes.has(suffix) ? minShortStemLength : minPartLength) &&
      (isStem(stem) || isStem(`${stem}e`))
    );
  });

/** The two words that a word consists of, each of at least four letters: `drop down`. */
function partsOf(isPart: (word: string) => boolean, word: string): string | undefined {
  for (let at = minPartLength; at <= word.length - minPartLength; at += 1)
    if (isPart(word.slice(0, at)) && isPart(word.slice(at)))
      return `${word.slice(0, at)} ${word.slice(at)}`;
  return undefined;
}

/** Whether a word ends with a short word, such as `recordset`. */
const endsWithShortWord = (speller: Speller, word: string): boolean =>
  word.length > 6 &&
  !word.endsWith('ion') &&
  speller.isCommon(word.slice(-3)) &&
  speller.isCommon(word.slice(0, -3));

const endsWithParticle = (speller: Speller, word: string): boolean =>
  particles.some(
    (particle) =>
      word.endsWith(particle) &&
      word.length - particle.length >= minPartLength &&
      speller.knows(word.slice(0, -particle.length)),
  );

/** Short words that are often joined with a neighboring word by mistake or in an identifier. */
const shortWords = wordList('of to is in and for or with the at by as id url');
/** Words that begin no English compound. */
const leading = wordList('the these those your their does third including about which where');
/** Words that end no English compound: `containsof`, `meetingidentified`. */
const trailing = wordList(
  `not for of to from are was the after before identified associated specified allowed
   referenced separated defined`,
);
/** Compounds of two words are shorter: `teamsite`, but not `meetingroom`. */
const minJoinedLength = 11;
/** Nouns that end the names of fields, such as `phonenumber`; in English, they are separate words. */
const fieldNouns = wordList(
  `number numbers identifier identifiers address addresses name names date type types status
   message messages id ids url urls`,
);

/** The two words that were joined without a space, if there are any. */
function splitWord(
  speller: Speller,
  word: string,
  { pairs }: ConnectorNames,
): { words: string; joined: Joined } | undefined {
  const isCommon = (part: string): boolean =>
    part.length >= minPartLength && speller.isCommon(part);
  for (const first of leading) {
    const rest = word.slice(first.length);
    if (word.startsWith(first) && isCommon(rest))
      return { words: `${first} ${rest}`, joined: 'words' };
  }
  for (const [nouns, joined] of [
    [trailing, 'words'],
    [fieldNouns, 'name'],
  ] as const) {
    for (const last of nouns) {
      const rest = word.slice(0, -last.length);
      // `to` and `of` are also the ends of words: `photo`.
      if (word.endsWith(last) && isCommon(rest) && (last.length > 2 || rest.length > 5))
        return { words: `${rest} ${last}`, joined };
    }
  }
  // For example `loggedin`.
  const participle = /^[a-z]+ed(?=(?:in|out|off)$)/.exec(word)?.[0];
  if (participle !== undefined && isCommon(participle))
    return { words: `${participle} ${word.slice(participle.length)}`, joined: 'words' };
  const adverb = /^[a-z]{3,}ly(?=[a-z]{4})/.exec(word)?.[0];
  if (adverb !== undefined && isCommon(adverb) && isCommon(word.slice(adverb.length)))
    return { words: `${adverb} ${word.slice(adverb.length)}`, joined: 'words' };
  const parts = partsOf(isCommon, word);
  // English has no compound with a participle, and the connector writes both words in one name.
  const isJoined = /[^ ]{5}ed$/.test(parts ?? '') || pairs.has(word);
  if (parts !== undefined && isJoined && !prefixes.some((prefix) => parts.startsWith(`${prefix} `)))
    return { words: parts, joined: word.length >= minJoinedLength ? 'name' : 'possible' };
  for (const short of shortWords) {
    const rest = word.length - short.length;
    if (rest < minPartLength) continue;
    if (word.endsWith(short) && speller.knows(word.slice(0, rest)))
      return { words: `${word.slice(0, rest)} ${short}`, joined: 'possible' };
    if (word.startsWith(short) && speller.knows(word.slice(short.length)))
      return { words: `${short} ${word.slice(short.length)}`, joined: 'possible' };
  }
  return undefined;
}

const joinedWords = (words: string, joined: Joined): Assessment => ({
  suggestions: [words],
  cost: 1,
  costAlone: 1,
  distance: 1,
  isDerived: true,
  joined,
});

/** The possessive that the plural of a word in -y cannot be: `communitys`. */
const possessiveOf = (speller: Speller, word: string): string | undefined =>
  /[^aeiou]ys$/.test(word) && speller.knows(word.slice(0, -1))
    ? `${word.slice(0, -1)}'s`
    : undefined;

/** Whether a word may be a plural or participle that the dictionary does not have: `renewables`. */
const isInflected = (speller: Speller, word: string): boolean =>
  (/[^sxz]s$/.test(word) &&
    !/(?:[cs]h|[^aeiou]y)s$/.test(word) &&
    speller.knows(word.slice(0, -1))) ||
  (/e[dr]$/.test(word) && speller.isCommon(word.slice(0, -1)));

/** How a word may be formed from others: `checkin`, `resubmit`, `dropdown`. */
type Formation = 'none' | 'particle' | 'derivation' | 'compound';

/** @param cost The cost of the best correction. */
function formationOf(speller: Speller, word: string, cost: number | undefined): Formation {
  if (endsWithParticle(speller, word)) return 'particle';
  // Rare words, such as `specif`, form no other words if the word is similar to another.
  const isSimilar = cost !== undefined && cost <= maxSplitCost;
  if (isDerivation((stem) => (isSimilar ? speller.isCommon(stem) : speller.knows(stem)), word))
    return 'derivation';
  const isPart = (part: string): boolean =>
    cost === undefined ? speller.knows(part) : speller.isCommon(part);
  if (partsOf(isPart, word) !== undefined) return 'compound';
  return cost !== undefined && !isSimilar && endsWithShortWord(speller, word) ? 'compound' : 'none';
}

/** Whether a word that could be formed from others is more likely misspelled. */
const isTypo = (
  word: string,
  formation: Formation,
  isCheap: boolean,
  cost: number | undefined,
): boolean =>
  formation !== 'particle' &&
  ((isCheap && word.length >= minLengthAgainstCompound) ||
    (formation === 'compound' &&
      cost !== undefined &&
      cost <= maxSplitCost &&
      word.length >= minLengthAgainstSplit));

/**
 * Assesses an unknown word, in lower case. A correction that occurs in the names of the connector is
 * more likely than others. Undefined if the word is correct or nothing is similar.
 */
export function assessWord(
  speller: Speller,
  word: string,
  names: ConnectorNames,
): Assessment | undefined {
  const { identifiers, proper } = names;
  const listed = commonMistakes.get(word);
  if (listed)
    return {
      suggestions: listed,
      cost: commonMistakeCost,
      costAlone: commonMistakeCost,
      distance: listed.length > 1 ? 0 : 1,
      isDerived: false,
    };
  const isNamed = (correction: string): boolean =>
    [correction, `${correction}s`, correction.replace(/s$/, '')].some(
      (name) => identifiers.has(name) || proper.has(name),
    );
  // A word in a name is a misspelling only if one letter is wrong.
  const found = speller.corrections(word, identifiers.has(word) ? 1 : 2);
  const isCheap = found[0] !== undefined && found[0].cost <= maxCompoundCost;
  const split = splitWord(speller, word, names);
  if (split && (!isCheap || (split.joined !== 'words' && /(?:id|url)s?$/.test(word))))
    return joinedWords(split.words, split.joined);
  const [best, ...others] = found
    .map((correction) => ({
      word: correction.word,
      cost: correction.cost - (isNamed(correction.word) ? namedBonus : 0),
      costAlone: correction.cost,
    }))
    .sort((a, b) => a.cost - b.cost);
  const formation = formationOf(speller, word, best?.cost);
  if (formation !== 'none' && !isTypo(word, formation, isCheap, best?.cost)) {
    const parts =
      best || formation !== 'compound'
        ? undefined
        : partsOf((part) => speller.isCommon(part), word);
    return parts === undefined ? undefined : joinedWords(parts, 'compound');
  }
  if (!best) return undefined;
  const possessive = possessiveOf(speller, word);
  const plausible = others.filter(({ cost }) => cost - best.cost <= maxAlternativeCost);
  return {
    suggestions: [
      ...new Set([
        ...(possessive === undefined ? [] : [`${word.slice(0, -2)}ies`, possessive]),
        ...[best, ...plausible].map((correction) => correction.word),
      ]),
    ].slice(0, 3),
    cost: best.cost,
    costAlone: best.costAlone,
    distance: possessive === undefined ? (others[0]?.cost ?? Infinity) - best.cost : 0,
    isDerived: formation === 'derivation' || isInflected(speller, word),
  };
}
