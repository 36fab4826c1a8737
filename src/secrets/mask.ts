import type { Connector } from '../connector/connector.ts';
import { TextFile } from '../json/document.ts';
import type { Finding } from '../shared/finding.ts';
import { memoize } from '../shared/memoize.ts';
import {
  isRandom,
  findKnownSecrets,
  maskSecret,
  findSecrets,
  type Secret,
} from './find-secrets.ts';
import { escapeToken, unescapeToken } from '../json/pointer.ts';
import { asList, asText, type JsonObject } from '../json/values.ts';

/** Takes what no report may show out of a text. */
export type Mask = (text: string) => string;

/** A part of a text to be masked, and so many characters of it that may be shown. */
interface Region {
  start: number;
  end: number;
  shown: number;
}

const none: Mask = (text) => text;

/** Masks the secrets of a known format in any text, whoever wrote it. */
export const maskFormattedSecrets: Mask = (text) => replaced(text, knownRegions(text));

const knownRegions = (text: string): Region[] =>
  findKnownSecrets(text).map(({ start, end, value }) => ({
    start,
    end,
    shown: maskSecret(value).length - 1,
  }));

/** Each region becomes its first characters and `…`. */
function replaced(text: string, regions: readonly Region[]): string {
  if (regions.length === 0) return text;
  let result = '';
  let from = 0;
  for (const { start, end, shown } of joined(regions)) {
    result += `${text.slice(from, start + shown)}…`;
    from = text.charAt(end) === '…' ? end + 1 : end;
  }
  return result + text.slice(from);
}

/** Each region becomes its first characters and stars: every column stays. */
function starred(text: string, regions: readonly Region[]): string {
  let result = text;
  for (const { start, end, shown } of joined(regions))
    result =
      result.slice(0, start + shown) +
      '*'.repeat(Math.max(0, end - start - shown)) +
      result.slice(Math.max(end, start + shown));
  return result;
}

/** Regions in their order, those that touch or overlap as one. */
function joined(regions: readonly Region[]): Region[] {
  const apart: Region[] = [];
  for (const region of regions.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last && region.start <= last.end) last.end = Math.max(last.end, region.end);
    else apart.push({ ...region });
  }
  return apart;
}

/**
 * How a quotation is known: by so many letters and digits in a row that a secret has too, whatever
 * their capitals. Messages cut values, leave out characters, and quote single words of them. A
 * password may have words in it that stand elsewhere as well: more of it must be the same.
 */
const gram = { format: 6, random: 8, chosen: 12 };

function gramSize({ name, chosen }: Pick<Secret, 'name' | 'chosen'>): number {
  if (chosen) return gram.chosen;
  return name === undefined ? gram.random : gram.format;
}
/**
 * So many letters of a format's mark count, so that a value that is cut right behind it is known
 * too.
 */
const ofMark = 3;
/** More is not remembered; what has a known format is masked all the same. */
const mostGrams = 100_000;

interface Beginning {
  /** Letters and digits of the secret that come before. */
  before: string;
}

/** What secrets look like in quotations. */
class Quotations {
  readonly #sizes = new Set<number>();
  /** Runs of letters and digits; with a value, those at the beginning of a secret. */
  readonly #grams = new Map<string, Beginning | undefined>();
  /** Secrets with hardly any letters or digits. */
  readonly #exact = new Set<string>();

  add({ value, mark, name, chosen }: Pick<Secret, 'value' | 'mark' | 'name' | 'chosen'>): void {
    const all = lettersOf(value).letters;
    const ofFormat = lettersOf(value.slice(0, mark)).letters.length;
    const from = Math.max(0, ofFormat - ofMark);
    const size = Math.min(all.length - from, gramSize({ name, chosen }));
    if (size < 4) {
      this.#exact.add(value);
      return;
    }
    this.#sizes.add(size);
    for (let at = from; at + size <= all.length && this.#grams.size < mostGrams; at += 1) {
      const piece = all.slice(at, at + size);
      if (at === from) this.#grams.set(piece, { before: all.slice(0, from) });
      else if (!this.#grams.has(piece)) this.#grams.set(piece, undefined);
    }
  }

  get isEmpty(): boolean {
    return this.#grams.size === 0 && this.#exact.size === 0;
  }

  regions(text: string): Region[] {
    const regions: Region[] = [];
    for (const value of this.#exact)
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
        regions.push({ start: at, end: at + value.length, shown: maskSecret(value).length - 1 });
    if (this.#sizes.size === 0) return regions;
    const { letters, offsets } = lettersOf(text);
    for (const size of this.#sizes) {
      for (let at = 0; at + size <= letters.length; at += 1) {
        const piece = letters.slice(at, at + size);
        if (!this.#grams.has(piece)) continue;
        const beginning = this.#grams.get(piece);
        let first = at;
        if (beginning && letters.endsWith(beginning.before, at)) first -= beginning.before.length;
        let last = at + size;
        while (last < letters.length && this.#grams.has(letters.slice(last - size + 1, last + 1)))
          last += 1;
        const start = offsets[first] ?? 0;
        const end = (offsets[last - 1] ?? 0) + 1;
        regions.push({
          start,
          end,
          shown: beginning ? maskSecret(text.slice(start, end)).length - 1 : 0,
        });
        at = last - size;
      }
    }
    return regions;
  }
}

/** The letters and digits of a text in small letters, and where each stands. */
function lettersOf(text: string): { letters: string; offsets: number[] } {
  const offsets: number[] = [];
  let letters = '';
  for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9]+/g)) {
    letters += run;
    for (let at = 0; at < run.length; at += 1) offsets.push(index + at);
  }
  return { letters: letters.toLowerCase(), offsets };
}

/** Takes the secrets of some files out of texts that quote them; undefined if there are none. */
export function maskForFiles(files: readonly TextFile[]): Mask | undefined {
  const quotations = new Quotations();
  for (const file of files) for (const secret of findSecrets(file)) quotations.add(secret);
  return quotations.isEmpty ? undefined : (text) => replaced(text, quotations.regions(text));
}

/**
 * Whether a text shows a secret: one of a known format, or one that stands in the texts it was made
 * from.
 */
export function revealsSecret(text: string, sources: readonly string[]): boolean {
  if (maskFormattedSecrets(text) !== text) return true;
  const mask = maskForFiles(
    sources.map((source) => new TextFile('', new TextEncoder().encode(source))),
  );
  return mask !== undefined && mask(text) !== text;
}

/**
 * The names of a connector's folder and files as a text, one a line: secrets stand in names too.
 */
export const namesOf = memoize(
  ({ path, files }: Connector): TextFile =>
    new TextFile(
      '',
      new TextEncoder().encode([path, ...files.map((file) => file.path)].join('\n')),
    ),
);

const secretName =
  /(?:pass(?:word|wd)|secret|api[-_ ]?key|access[-_ ]?key|subscription[-_ ]?key|auth[-_ ]?token|access[-_ ]?token|authorization)(?:[-_ ]?(?:value|header))?$/i;
const withoutScheme = (value: string): string => value.replace(/^(?:Bearer|Basic) /i, '');

/** A value that only the name of its field calls a secret. */
interface SuspectedValue {
  at: JsonObject;
  key: string;
  name: string;
  values: readonly string[];
}

/**
 * Defaults, examples and listed values of fields that are called a secret, where they look random.
 */
export const suspectedValues = memoize(({ definition }: Connector): readonly SuspectedValue[] =>
  ['default', 'example', 'enum'].flatMap((key) =>
    (definition?.having(key) ?? []).flatMap(({ raw, name }) => {
      if (name === undefined || !secretName.test(name)) return [];
      const values = [raw[key], ...asList(raw[key])]
        .flatMap((one) => withoutScheme(asText(one) ?? ''))
        .filter(isRandom);
      return values.length === 0 ? [] : [{ at: raw, key, name, values }];
    }),
  ),
);

const quotationsOf = memoize((connector: Connector): Quotations => {
  const quotations = new Quotations();
  for (const file of [...connector.texts, namesOf(connector)])
    for (const secret of findSecrets(file)) quotations.add(secret);
  for (const { values } of suspectedValues(connector))
    for (const value of values) quotations.add({ value, mark: 0, name: undefined, chosen: false });
  return quotations;
});

const quotationsIn = (connectors: readonly (Connector | undefined)[]): Quotations[] =>
  connectors
    .flatMap((connector) => (connector ? [quotationsOf(connector)] : []))
    .filter(({ isEmpty }) => !isEmpty);

/**
 * Masks what a text quotes of the secrets of some connectors (of an update the one before too). All
 * that is said of a connector goes through it where it is made: findings, changes, changelogs,
 * lines of source. Nearly all connectors have no secrets, and nothing of them is looked at again.
 */
export function maskFor(...connectors: readonly (Connector | undefined)[]): Mask {
  const known = quotationsIn(connectors);
  if (known.length === 0) return none;
  return (text) =>
    replaced(text, [
      ...knownRegions(text),
      ...known.flatMap((quotations) => quotations.regions(text)),
    ]);
}

/**
 * Masks the secrets of connectors in a line of source: stars take the place of what is masked, and
 * every column stays.
 */
export function lineMaskFor(...connectors: readonly (Connector | undefined)[]): Mask {
  const known = quotationsIn(connectors);
  return known.length === 0
    ? none
    : (line) =>
        starred(
          line,
          known.flatMap((quotations) => quotations.regions(line)),
        );
}

/**
 * Findings in a connector that show no secret of the one before it either: it may have lost what
 * told that it is one.
 */
export function maskSecretsOf(before: Connector, findings: readonly Finding[]): void {
  const mask = maskFor(before);
  for (const finding of findings) maskFinding(finding, mask);
}

/** A finding that shows no secret. A fix that would write one anew is none. */
export function maskFinding(finding: Finding, mask: Mask): void {
  if (mask === none) return;
  finding.message = mask(finding.message);
  const { file, pointer } = finding.location;
  const [maskedFile, maskedPointer] = [mask(file), maskPointer(pointer, mask)];
  if (maskedFile !== file || maskedPointer !== pointer)
    finding.location = { ...finding.location, file: maskedFile, pointer: maskedPointer };
  if (finding.subject !== undefined) finding.subject = mask(finding.subject);
  if (finding.fix?.edits.some(({ text }) => mask(text) !== text)) {
    delete finding.fix;
    finding.fixable = false;
  }
}

/** By its parts: a slash in a key is an escape in a pointer. */
function maskPointer(pointer: string, mask: Mask): string {
  if (pointer === '') return '';
  const parts = pointer.split('/').map((part) => {
    const key = unescapeToken(part);
    const safe = mask(key);
    return safe === key ? part : escapeToken(safe);
  });
  return parts.join('/');
}
