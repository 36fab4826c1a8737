import type { Connector } from '../connector/connector.ts';
import { TextFile } from '../json/document.ts';
import { writtenCodePoint, type Finding, type Location } from '../shared/finding.ts';
import { applyEdits } from '../shared/text-edit.ts';
import { memoize } from '../shared/memoize.ts';
import {
  isRandom,
  findKnownSecrets,
  maskSecret,
  findSecrets,
  type Secret,
} from './find-secrets.ts';
import { formatPointer, parsePointer } from '../json/pointer.ts';
import { asList, asText, type JsonObject } from '../json/values.ts';

/** Removes secrets from a text that will be shown. */
export type Mask = (text: string) => string;

/** A part of a text to mask. Offsets count UTF-16 units. */
interface Region {
  start: number;
  end: number;
  /** The length of its start that stays. */
  visible: number;
}

const none: Mask = (text) => text;

/** Masks the secrets of a known format in any text. */
export const maskFormattedSecrets: Mask = (text) => withEllipses(text, formattedRegions(text));

const formattedRegions = (text: string): Region[] =>
  findKnownSecrets(text).map(({ start, end, value }) => ({
    start,
    end,
    visible: maskSecret(value).length - 1,
  }));

/** Replaces each region by its visible start and `…`. */
const withEllipses = (text: string, regions: readonly Region[]): string =>
  applyEdits(
    text,
    merge(regions).map(({ start, end, visible }) => ({
      start: start + visible,
      end: text.charAt(end) === '…' ? end + 1 : end, // no second ellipsis
      text: '…',
    })),
  );

/** Replaces each region by its visible start and stars, so that columns stay the same. */
const withStars = (text: string, regions: readonly Region[]): string =>
  applyEdits(
    text,
    merge(regions).map(({ start, end, visible }) => ({
      start: start + visible,
      end,
      text: '*'.repeat(end - start - visible),
    })),
  );

/** Sorts regions, and merges those that touch or overlap. A region is longer than its visible start. */
function merge(regions: readonly Region[]): Region[] {
  const merged: Region[] = [];
  for (const region of regions.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last && region.start <= last.end) last.end = Math.max(last.end, region.end);
    else merged.push({ ...region });
  }
  return merged;
}

/**
 * How many consecutive letters and digits of a secret, ignoring case, make a text a quotation of it.
 * Messages truncate values, remove characters, and quote single words. A password that a person chose
 * may contain ordinary words, so more of it must match.
 */
const gramSizes = { format: 6, random: 8, chosen: 12 };

function gramSize({ name, chosen }: Pick<Secret, 'name' | 'chosen'>): number {
  if (chosen) return gramSizes.chosen;
  return name === undefined ? gramSizes.random : gramSizes.format;
}
/** Letters at the end of a format's prefix that count, to recognize values cut right behind it. */
const lettersOfMark = 3;
/** Of all secrets together. Secrets of a known format are masked beyond this limit too. */
const maxGrams = 100_000;

/** A gram at the start of a secret, from which on it may be shown in part. */
interface Beginning {
  /** Letters and digits of the secret before the gram. */
  before: string;
}

/** Finds quotations of secrets in texts. */
class Quotations {
  readonly #sizes = new Set<number>();
  /** Consecutive letters and digits of secrets; those at the start of a secret have a value. */
  readonly #grams = new Map<string, Beginning | undefined>();
  /** Secrets with too few letters and digits for a gram. */
  readonly #exact = new Set<string>();

  add({ value, mark, name, chosen }: Pick<Secret, 'value' | 'mark' | 'name' | 'chosen'>): void {
    const { letters } = lettersOf(value);
    const markLength = lettersOf(value.slice(0, mark)).letters.length;
    const from = Math.max(0, markLength - lettersOfMark);
    const size = Math.min(letters.length - from, gramSize({ name, chosen }));
    if (size < 4) {
      this.#exact.add(value);
      return;
    }
    this.#sizes.add(size);
    for (let at = from; at + size <= letters.length && this.#grams.size < maxGrams; at += 1) {
      const piece = letters.slice(at, at + size);
      if (at === from) this.#grams.set(piece, { before: letters.slice(0, from) });
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
        regions.push({ start: at, end: at + value.length, visible: maskSecret(value).length - 1 });
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
          visible: beginning ? maskSecret(text.slice(start, end)).length - 1 : 0,
        });
        at = last - size;
      }
    }
    return regions;
  }
}

const runs = new RegExp(`${writtenCodePoint}|[A-Za-z0-9]+`, 'g');

/**
 * The letters and digits of a text in lower case, and the offset of each. Skips the code points that
 * messages write for invisible characters, which may split a secret.
 */
function lettersOf(text: string): { letters: string; offsets: number[] } {
  const offsets: number[] = [];
  let letters = '';
  for (const { 0: run, index } of text.matchAll(runs)) {
    if (run.startsWith('⟨')) continue;
    letters += run;
    for (let at = 0; at < run.length; at += 1) offsets.push(index + at);
  }
  return { letters: letters.toLowerCase(), offsets };
}

/** A mask for texts that quote the secrets of files; undefined if the files have no secrets. */
export function maskForFiles(files: readonly TextFile[]): Mask | undefined {
  const quotations = new Quotations();
  for (const file of files) for (const secret of findSecrets(file)) quotations.add(secret);
  return quotations.isEmpty ? undefined : (text) => withEllipses(text, quotations.regions(text));
}

/** Whether a text shows a secret of a known format, or any secret of the texts it was made from. */
export function revealsSecret(text: string, sources: readonly string[]): boolean {
  if (maskFormattedSecrets(text) !== text) return true;
  const mask = maskForFiles(
    sources.map((source) => new TextFile('', new TextEncoder().encode(source))),
  );
  return mask !== undefined && mask(text) !== text;
}

/**
 * The path of a connector, of its files and of those in its package as a text, one per line: a name
 * may contain a secret.
 */
export const namesOf = memoize(
  ({ path, files, package: connectorPackage }: Connector): TextFile =>
    new TextFile(
      '',
      new TextEncoder().encode(
        [path, ...files.map((file) => file.path), ...(connectorPackage?.names ?? [])].join('\n'),
      ),
    ),
);

const secretName =
  /(?:pass(?:word|wd)|secret|api[-_ ]?key|access[-_ ]?key|subscription[-_ ]?key|auth[-_ ]?token|access[-_ ]?token|authorization)(?:[-_ ]?(?:value|header))?$/i;
const withoutScheme = (value: string): string => value.replace(/^(?:Bearer|Basic) /i, '');

/** Values that look like secrets because of the name of their field. */
interface SuspectedValue {
  at: JsonObject;
  key: string;
  name: string;
  values: readonly string[];
}

/** Random-looking defaults, examples and enum values of fields whose names are those of secrets. */
export const suspectedValues = memoize(({ definition }: Connector): readonly SuspectedValue[] =>
  ['default', 'example', 'enum'].flatMap((key) =>
    (definition?.having(key) ?? []).flatMap(({ raw, name }) => {
      if (name === undefined || !secretName.test(name)) return [];
      const values = [raw[key], ...asList(raw[key])]
        .map((value) => withoutScheme(asText(value) ?? ''))
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
 * A mask for texts that may quote secrets of connectors; for an update, of the version before too.
 * Everything we say about a connector is masked where it is made: findings, changes, changelogs,
 * lines of source. Nearly all connectors have no secrets, and their texts are not searched again.
 */
export function maskFor(...connectors: readonly (Connector | undefined)[]): Mask {
  const all = quotationsIn(connectors);
  if (all.length === 0) return none;
  return (text) =>
    withEllipses(text, [
      ...formattedRegions(text),
      ...all.flatMap((quotations) => quotations.regions(text)),
    ]);
}

/** A mask for lines of source. It writes stars, so that columns stay the same. */
export function lineMaskFor(...connectors: readonly (Connector | undefined)[]): Mask {
  const all = quotationsIn(connectors);
  return all.length === 0
    ? none
    : (line) =>
        withStars(
          line,
          all.flatMap((quotations) => quotations.regions(line)),
        );
}

/**
 * Masks secrets of the version before in findings of the version after, which may still have the
 * secret but no longer the name that told us so.
 */
export function maskSecretsOf(before: Connector, findings: readonly Finding[]): void {
  const mask = maskFor(before);
  for (const finding of findings) maskFinding(finding, mask);
}

/** Masks the secrets in a finding, and drops a fix that would write a secret. */
export function maskFinding(finding: Finding, mask: Mask): void {
  if (mask === none) return;
  finding.message = mask(finding.message);
  finding.location = maskLocation(finding.location, mask);
  if (finding.subject !== undefined) finding.subject = mask(finding.subject);
  if (finding.fix?.edits.some(({ text }) => mask(text) !== text)) {
    delete finding.fix;
    finding.fixable = false;
  }
}

function maskLocation(location: Location, mask: Mask): Location {
  const file = mask(location.file);
  const pointer = maskPointer(location.pointer, mask);
  const entry = location.entry && {
    ...location.entry,
    path: mask(location.entry.path),
    pointer: maskPointer(location.entry.pointer, mask),
  };
  return file === location.file && pointer === location.pointer && entry === undefined
    ? location
    : { ...location, file, pointer, ...(entry && { entry }) };
}

/** Masks each key by itself: in the pointer, a slash or tilde in a key is escaped. */
const maskPointer = (pointer: string, mask: Mask): string =>
  formatPointer(parsePointer(pointer).map(mask));
