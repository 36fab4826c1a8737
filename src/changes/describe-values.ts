import { asText, isObject, keysOf, own, type Json, type JsonObject } from '../json/values.ts';
import { safe } from '../shared/finding.ts';
import { lazyRegExp } from '../shared/lazy-regexp.ts';
import { canonical, entryDifferences, type BeforeAfter } from './json-differences.ts';

/** Entries of a list, and properties of an object, that a message names. */
const maxEntries = 12;
const maxProperties = 4;
/** Nesting of objects that a message enters. */
const maxDepth = 3;
/** UTF-16 units that a message shows of a text, and how many of them stand before the difference. */
const excerptLength = 110;
const excerptContext = 40;

type Scalar = string | number | boolean;
const isScalar = (value: Json | undefined): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Characters that show nothing, or look like a space. */
const invisible = lazyRegExp(
  '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\u00a0\\u2000-\\u200a\\u202f\\u3000]',
  'gu',
);
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Entries as code spans, at most a dozen. */
export function listOf(entries: readonly Json[]): string {
  const shown = entries.slice(0, maxEntries).map(nounOf).join(', ');
  return entries.length > maxEntries ? `${shown} and ${entries.length - maxEntries} more` : shown;
}

/** A value as a noun: the value itself, or what is in it. */
export function nounOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === '') return 'an empty string';
  if (isScalar(value)) return safe`${value}`;
  if (value === null) return safe`${'null'}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return 'an empty array';
    if (value.every(isScalar)) return listOf(value);
    return `an array of ${value.length === 1 ? 'one item' : `${value.length} items`}`;
  }
  const name = nameIn(value);
  if (name !== undefined) return safe`${name}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${listOf(keys)}`;
}

/** The name of an entry of a list. */
const nameIn = (value: JsonObject): string | undefined =>
  ['name', 'propertyName', 'displayName', 'text']
    .map((key) => asText(own(value, key)))
    .find((name) => name !== undefined);

/** "from `a` to `b`". Of long texts it shows the part that differs. */
export function fromTo({ before, after }: BeforeAfter): string {
  if (typeof before !== 'string' || typeof after !== 'string' || !before || !after)
    return `from ${nounOf(before)} to ${nounOf(after)}`;
  const [from, to] = excerpts(before, after);
  return safe`from ${from} to ${to}`;
}

/**
 * What happens to a value, as a predicate of its name: "changes from `a` to `b`", "gains `a` and
 * loses `b`" for a list, "changes (`a` from `b` to `c`)" for an object.
 */
export function changeOf({ before, after }: BeforeAfter): string {
  if (Array.isArray(before) && Array.isArray(after)) return changeOfList(before, after);
  if (isObject(before) && isObject(after)) {
    const parts = partsOf(before, after, '', 0);
    const rest = parts.length > maxProperties ? `, and ${parts.length - maxProperties} more` : '';
    return `changes (${parts.slice(0, maxProperties).join(', ')}${rest})`;
  }
  return `changes ${fromTo({ before, after })}`;
}

function changeOfList(before: readonly Json[], after: readonly Json[]): string {
  const { removed, added } = entryDifferences(before, after);
  const names = (entries: readonly Json[]): Set<string> => new Set(entries.map(nounOf));
  const [lost, gained] = [names(removed), names(added)];
  const both = [...gained].filter((name) => lost.has(name));
  const clauses = [
    ...clause(
      'gains',
      [...gained].filter((name) => !lost.has(name)),
    ),
    ...clause(
      'loses',
      [...lost].filter((name) => !gained.has(name)),
    ),
    ...clause('changes', both),
  ];
  if (clauses.length === 0) return 'changes the order of its values';
  const last = clauses.pop() ?? '';
  return clauses.length === 0 ? last : `${clauses.join(', ')} and ${last}`;
}

/** `nouns` are code spans already. */
function clause(verb: string, nouns: readonly string[]): string[] {
  if (nouns.length === 0) return [];
  const rest = nouns.length > maxEntries ? ` and ${nouns.length - maxEntries} more` : '';
  return [`${verb} ${nouns.slice(0, maxEntries).join(', ')}${rest}`];
}

/** What differs between two objects, each with the path to it. */
function partsOf(before: JsonObject, after: JsonObject, path: string, depth: number): string[] {
  return [...keysOf(before, after)].flatMap((key) => {
    const values = { before: own(before, key), after: own(after, key) };
    if (canonical(values.before) === canonical(values.after)) return [];
    const name = path + key;
    if (isObject(values.before) && isObject(values.after) && depth < maxDepth)
      return partsOf(values.before, values.after, `${name}/`, depth + 1);
    if (values.before === undefined) return [safe`new ${name}` + valueAfter(values.after)];
    if (values.after === undefined) return [safe`${name} removed`];
    if (Array.isArray(values.before) && Array.isArray(values.after))
      return [`${safe`${name}`} ${changeOfList(values.before, values.after)}`];
    return [`${safe`${name}`} ${fromTo(values)}`];
  });
}

const valueAfter = (value: Json | undefined): string =>
  value !== undefined && isScalar(value) ? ` ${nounOf(value)}` : '';

/** The parts of two texts around their first difference, so that messages do not cut it off. */
function excerpts(before: string, after: string): [string, string] {
  const start = startOfDifference(before, after);
  const isLong = Math.max(before.length, after.length) > excerptLength;
  const pair = [before, after].map((text) => {
    const from = isLong && start > excerptContext ? wordStart(text, start - excerptContext) : 0;
    const part = text.slice(from, from + excerptLength);
    return `${from > 0 ? '…' : ''}${part}${from + part.length < text.length ? '…' : ''}`;
  });
  const [from = '', to = ''] = pair;
  if (looks(from) !== looks(to)) return [from, to];
  return [named(from), named(to)];
}

/** How a text looks once characters that show nothing are gone. */
const looks = (text: string): string => text.replace(invisible(), ' ').replace(/ +/g, ' ').trim();

/** The text with the code points of characters that show nothing. */
const named = (text: string): string =>
  text
    .replace(invisible(), (character) => `[${codePoint(character)}]`)
    .replace(/^ | $/g, '[space]');

function startOfDifference(before: string, after: string): number {
  const length = Math.min(before.length, after.length);
  for (let at = 0; at < length; at += 1) if (before[at] !== after[at]) return at;
  return length;
}

/** The start of a word near an offset, never within a surrogate pair. */
function wordStart(text: string, offset: number): number {
  const space = text.indexOf(' ', offset);
  if (space >= 0 && space - offset < 20) return space + 1;
  return /[\udc00-\udfff]/.test(text.charAt(offset)) ? offset + 1 : offset;
}
