import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { applyEdits } from '../../shared/text-edit.ts';
import type { Speller } from '../speller.ts';
import { certificationSeverity, type RuleContext, type RuleViolation, type Rule } from '../rule.ts';
import { mayRepeat, notable, type Notable } from './flagged-words.ts';
import { namesOf } from './texts.ts';

/** What an unknown word is taken for. */
interface Meaning {
  /** What was probably meant, the likeliest first, in the capitals of the word. */
  meant: readonly string[];
  /** Whether there is hardly a doubt that it is a misspelling. */
  sure: boolean;
  /** Whether there is hardly a doubt what was meant. */
  clear: boolean;
}

/** A word that is in no dictionary and is no name here. */
interface Misspelling extends Meaning {
  /** As it is written, without the ending of a genitive. */
  word: string;
  start: number;
}

/** Shorter words are too near to too many others. */
const shortest = 4;
const shortestSure = 5;
/**
 * What a correction may cost at most, in the speller's measure, where there is to be no doubt.
 * Measured: docs/decisions/0011-spelling.md.
 */
const surely = { short: 1.2, long: 1.6, from: 7 } as const;
/**
 * Up to this cost a longer word is a slip, though it could be made of others: `priv-ledges`,
 * `access-able`.
 */
const plainly = 1.05;
/**
 * What the likeliest correction may cost, and how much the next must cost more, where it is to be
 * written without asking.
 */
const clearly = { most: 1.3, apart: 0.35 } as const;
/** Corrections that cost so little more than the likeliest are named beside it. */
const alsoNear = 0.5;

/**
 * The words that the connector's names are made of: `get`, `order`, `by`, `id` of `getOrderById`.
 */
const namedWords = memoize((connector: Connector): ReadonlySet<string> => {
  const names = Array.from(namesOf(connector)).join('\n');
  return new Set(
    Array.from(names.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [], (one) => one.toLowerCase()),
  );
});

const endings = ['', 's', 'es', 'd', 'ed', 'ing', 'er', 'ers'];

/** Whether a word, its plural, or what it is a form of, is in one of the connector's names. */
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

/** What makes words of others, in front of them and behind. */
const prefixes =
  'anti auto co cyber de dis geo hyper inter macro mega meta micro mid mini mis mono multi nano non out over post pre proto pseudo re semi sub super tele trans ultra un under up'.split(
    ' ',
  );
const suffixes =
  'able ability ization isation ize ise ized ised izing ising izer less like wise ness ly ish er ers or ors ist ists ee ees'.split(
    ' ',
  );
/** Behind a verb: `checkin`, `rollup`. */
const particles = ['in', 'up', 'out', 'off'];
const leastPart = 4;

/**
 * Whether a word is made of others, as one may do in English: `dropdown`, `resubmit`,
 * `paginatable`.
 */
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

/**
 * Short words that are written together with the next or the last one by mistake, or in an
 * identifier.
 */
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

/** Two words for one without a space between them. */
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
 * More words of one connector are not looked up: it is in another language, or means harm. In the
 * corpus 60 is the most.
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
        continue; // names have capitals
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

/**
 * A word without the ending of a genitive or a contraction, where it may be one that is misspelled.
 */
function baseOf(speller: Speller, written: string): string | undefined {
  const word = written.replace(/['\u2019](?:s|ve|ll|re|d)?$/, '');
  return word.length >= shortest && /^[A-Za-z]?[a-z]+$/.test(word) && !speller.knows(word)
    ? word
    : undefined;
}

/** What an unknown word is taken for; undefined where nothing is near. */
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

/** Whether a capital says nothing, because a sentence or a label begins there. */
function beginsSentence(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 6), at).trimEnd();
  return before === '' ? at < 6 : /[.!?]$/.test(before);
}

/** Whether only the beginning of a word is there. */
const isCut = (text: string, end: number): boolean =>
  text.startsWith('..', end) || text.charAt(end) === '…';

/** Tells of one place after the other whether it is between backticks. */
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

/** The misspellings as findings: in the JSON at the text, in the readme at the word. */
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

/** Corrects the words of a text whose correction is certain. */
const mended = (text: string, all: readonly Misspelling[]): string =>
  applyEdits(
    text,
    all
      .filter(({ clear }) => clear)
      .map(({ word, start, meant }) => ({
        start,
        end: start + word.length,
        text: meant[0] ?? word,
      })),
  );

const isProminent = ({ text }: Notable): boolean => text?.prominent === true;

export const spelling: Rule[] = [
  {
    id: 'LabelMisspelled',
    severity: certificationSeverity,
    description:
      'The description of the connector, summaries and other labels have no misspelled words.',
    rationale:
      'They are what users see in the list of connectors and in the designer. ' +
      'A misspelled label looks careless, and a search does not find it.',
    fixable: true,
    check: (connector, context) =>
      findings(connector, context, ({ sure }, text) => sure && isProminent(text), asked),
  },
  {
    id: 'TextMisspelled',
    severity: 'warning',
    description: 'Descriptions and the readme have no misspelled words.',
    rationale:
      'They become the documentation of the connector and are translated from there; ' +
      'a misspelled word is not.',
    fixable: true,
    check: (connector, context) =>
      findings(connector, context, ({ sure }, text) => sure && !isProminent(text), asked),
  },
  {
    id: 'PossibleMisspelling',
    severity: 'note',
    description: 'A word in a text is known, or the connector has a name that explains it.',
    rationale:
      'It may be a slip that no dictionary is sure of. ' +
      "Words of your field can be listed in the repository's settings.",
    *check(connector, context) {
      const said = new Set<string>();
      const doubtful = findings(
        connector,
        context,
        ({ sure }) => !sure,
        (one) =>
          `${safe`${one.word} is in no dictionary.`} ` +
          safe`If ${one.meant[0] ?? ''} is meant, write that.`,
      );
      for (const one of doubtful) {
        if (said.has(one.detail ?? '')) continue;
        said.add(one.detail ?? '');
        yield one;
      }
    },
  },
];
