import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import type { Speller } from '../speller.ts';
import { certificationSeverity, type RuleContext, type RuleViolation, type Rule } from '../rule.ts';
import { mayRepeat, notable, type Notable } from './flagged-words.ts';
import { namesOf } from './texts.ts';

/** How an unknown word can be corrected. */
interface Meaning {
  /** The probable corrections, most likely first, capitalized like the word. */
  meant: readonly string[];
  /** Whether it is almost certainly a misspelling. */
  sure: boolean;
  /** Whether it is almost certain which word was meant. */
  clear: boolean;
}

/** A word that is neither in the dictionary nor a name in this connector. */
interface Misspelling extends Meaning {
  /** The word as it is written, without a possessive ending. */
  word: string;
  start: number;
}

/** Shorter words are similar to too many other words. */
const shortest = 4;
const shortestSure = 5;
/**
 * The maximum cost of a correction (see `Correction.cost`) for a certain misspelling, for short
 * and long words. Measured: docs/decisions/0011-spelling.md.
 */
const surely = { short: 1.2, long: 1.6, from: 7 } as const;
/**
 * Up to this cost, a long word is a misspelling even if it could be a compound: `priv-ledges`,
 * `access-able`.
 */
const plainly = 1.05;
/**
 * A correction is certain if it costs at most `most` and the next one costs at least `apart` more.
 */
const clearly = { most: 1.3, apart: 0.35 } as const;
/** A message names all corrections that cost at most this much more than the best one. */
const alsoNear = 0.5;

/** The words in the connector's names: `get`, `order`, `by`, `id` from `getOrderById`. */
const namedWords = memoize((connector: Connector): ReadonlySet<string> => {
  const names = Array.from(namesOf(connector)).join('\n');
  return new Set(
    Array.from(names.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [], (one) => one.toLowerCase()),
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
        word.length - ending.length >= shortest &&
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
const leastPart = 4;

/** Whether a word is a regular compound or derivation: `dropdown`, `resubmit`, `paginatable`. */
function isMade(speller: Speller, word: string): boolean {
  const { length } = word;
  if (
    prefixes.some(
      (one) =>
        word.startsWith(one) &&
        length - one.length >= leastPart &&
        speller.knows(word.slice(one.length)),
    )
  )
    return true;
  for (const one of suffixes) {
    const stem =
      word.endsWith(one) && length - one.length >= leastPart
        ? word.slice(0, length - one.length)
        : '';
    if (stem !== '' && (speller.knows(stem) || speller.knows(`${stem}e`))) return true;
  }
  for (let at = leastPart; at <= length - leastPart; at += 1)
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
function apart(speller: Speller, word: string): string | undefined {
  for (const one of shortWords) {
    const rest = word.length - one.length;
    if (rest < leastPart) continue;
    if (word.endsWith(one) && speller.knows(word.slice(0, rest)))
      return `${word.slice(0, rest)} ${one}`;
    if (word.startsWith(one) && speller.knows(word.slice(one.length)))
      return `${one} ${word.slice(one.length)}`;
  }
  return undefined;
}

/**
 * The maximum number of words that are looked up for one connector. More unknown words mean
 * another language or an attack. The maximum in the corpus is 60.
 */
const mostLookedUp = 2_000;

function misspellingsIn(
  connector: Connector,
  { speller, words, others }: RuleContext,
): Map<Notable, Misspelling[]> {
  const found = new Map<Notable, Misspelling[]>();
  if (!speller) return found;
  const bases = new Map<string, string | undefined>();
  const known = new Map<string, Meaning | undefined>();
  const meaningOf = (word: string): Meaning | undefined => {
    if (!known.has(word) && known.size < mostLookedUp)
      known.set(
        word,
        words?.has(word) || isNamed(connector, word) || others?.mentions(word)
          ? undefined
          : meantBy(speller, word),
      );
    return known.get(word);
  };
  for (const text of notable(connector, speller)) {
    const { value } = text;
    const inCode = codeIn(value);
    for (const { word: written, start, trait } of text.words) {
      if (trait !== 'unknown') continue;
      if (!bases.has(written)) bases.set(written, baseOf(speller, written));
      const word = bases.get(written);
      if (word === undefined) continue;
      const small = word.toLowerCase();
      const capital = small !== word;
      if (
        (capital && !beginsSentence(value, start)) ||
        inCode(start) ||
        isCut(value, start + written.length)
      )
        continue; // a capitalized word is a name
      const meaning = meaningOf(small);
      if (!meaning) continue;
      const misspelling = {
        ...meaning,
        word,
        start,
        meant: capital
          ? meaning.meant.map((one) => one.charAt(0).toUpperCase() + one.slice(1))
          : meaning.meant,
      };
      const all = found.get(text);
      if (all) all.push(misspelling);
      else found.set(text, [misspelling]);
    }
  }
  return found;
}

/** The word without a possessive or contracted ending, if it may be misspelled. */
function baseOf(speller: Speller, written: string): string | undefined {
  const word = written.replace(/['\u2019](?:s|ve|ll|re|d)?$/, '');
  return word.length >= shortest && /^[A-Za-z]?[a-z]+$/.test(word) && !speller.knows(word)
    ? word
    : undefined;
}

/** The corrections of an unknown word; undefined if no dictionary word is similar. */
function meantBy(speller: Speller, word: string): Meaning | undefined {
  const [best, ...others] = speller.corrections(word);
  if (
    (best === undefined || best.cost > plainly || word.length < surely.from) &&
    isMade(speller, word)
  )
    return undefined;
  if (
    particles.some(
      (one) =>
        word.endsWith(one) &&
        word.length - one.length >= leastPart &&
        speller.knows(word.slice(0, word.length - one.length)),
    )
  )
    return undefined;
  const two = apart(speller, word);
  if (two !== undefined && (!best || best.cost > 1 || /(?:id|url)$/.test(word)))
    return { meant: [two], sure: false, clear: false };
  if (!best) return undefined;
  const sure =
    word.length >= shortestSure &&
    best.cost <= (word.length < surely.from ? surely.short : surely.long);
  const next = others[0] === undefined ? Infinity : others[0].cost - best.cost;
  const clear = sure && best.cost <= clearly.most && next >= clearly.apart;
  return {
    meant: [best, ...(clear ? [] : others.filter(({ cost }) => cost - best.cost <= alsoNear))]
      .slice(0, 3)
      .map((one) => one.word),
    sure,
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

const asked = ({ word, meant }: Misspelling): string => {
  const [first = '', ...others] = meant.map((one) => safe`${one}`);
  return (
    `${safe`${word} is misspelled.`} ` +
    (others.length === 0
      ? `Write ${first}.`
      : `Write ${[first, ...others.slice(0, -1)].join(', ')} or ${others.at(-1) ?? ''}, ` +
        'whichever is meant.')
  );
};

/** The misspellings as findings: at the text in JSON, at the word in the readme. */
function* findings(
  connector: Connector,
  context: RuleContext,
  which: (one: Misspelling, text: Notable) => boolean,
  message: (one: Misspelling) => string,
): Iterable<RuleViolation> {
  for (const [text, all] of misspellings(connector)(context)) {
    const to = text.text && mended(text.value, all);
    const first = mayRepeat(text.value, all.length) ? undefined : all.find(({ clear }) => clear);
    for (const one of all) {
      if (!which(one, text)) continue;
      const { word, start, meant, clear } = one;
      const common = { message: message(one), detail: word };
      if (text.text && to !== undefined) {
        const { at, key } = text.text;
        yield {
          ...common,
          at,
          key,
          piece: { start, end: start + word.length },
          ...(clear && (first ?? one) === one && { fix: [{ at, key, to }] }),
        };
      } else if (connector.readme) {
        const from = text.offset + start;
        const location = connector.readme.span(from, from + word.length);
        yield {
          ...common,
          location,
          ...(clear && {
            fix: { edits: [{ start: from, end: from + word.length, text: meant[0] ?? word }] },
          }),
        };
      }
    }
  }
}

/** The text with all certain corrections applied. */
function mended(text: string, all: readonly Misspelling[]): string {
  let to = '';
  let from = 0;
  for (const { word, start, meant, clear } of all) {
    if (!clear) continue;
    to += text.slice(from, start) + (meant[0] ?? word);
    from = start + word.length;
  }
  return to + text.slice(from);
}

const isProminent = ({ text }: Notable): boolean => text?.prominent === true;

export const spelling: Rule[] = [
  {
    id: 'LabelMisspelled',
    severity: certificationSeverity,
    description:
      'The description of the connector, summaries and other labels have no misspelled words.',
    rationale:
      'Users see these texts in the list of connectors and in the designer. A misspelled ' +
      'label looks careless, and searches do not find it.',
    fixable: true,
    check: (connector, context) =>
      findings(connector, context, ({ sure }, text) => sure && isProminent(text), asked),
  },
  {
    id: 'TextMisspelled',
    severity: 'warning',
    description: 'Descriptions and the readme have no misspelled words.',
    rationale:
      'They become the documentation of the connector and are translated from English; ' +
      'misspelled words are not translated.',
    fixable: true,
    check: (connector, context) =>
      findings(connector, context, ({ sure }, text) => sure && !isProminent(text), asked),
  },
  {
    id: 'PossibleMisspelling',
    severity: 'note',
    description: 'Words in texts are in the dictionary or part of a name in the connector.',
    rationale:
      'The word may be a misspelling that the dictionary cannot confirm. You can list the ' +
      "terms of your field in the repository's settings.",
    *check(connector, context) {
      const said = new Set<string>();
      const doubtful = findings(
        connector,
        context,
        ({ sure }) => !sure,
        (one) =>
          safe`${one.word} is not in the dictionary. If you mean ${one.meant[0] ?? ''}, ` +
          'write that.',
      );
      for (const one of doubtful) {
        if (said.has(one.detail ?? '')) continue;
        said.add(one.detail ?? '');
        yield one;
      }
    },
  },
];
