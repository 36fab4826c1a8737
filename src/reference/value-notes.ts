import type { Inline } from './block.ts';
import { hasDefault } from '../connector/definition.ts';
import { dynamicExtensions } from '../connector/dynamic-values.ts';
import {
  asList,
  asText,
  objectsIn,
  writtenValue,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { truncate } from '../shared/text.ts';

/** Allowed values that are listed. */
const maxValues = 25;
/** Characters of a value. */
const maxLength = 120;

/**
 * What is allowed for a value, in sentences: the values that it may have, its default and its
 * limits. Empty if nothing is said.
 */
export function notesOf(raw: JsonObject): Inline[] {
  const notes = [allowedValues(raw), defaultValue(raw), limits(raw), source(raw)].filter(
    (note) => note.length > 0,
  );
  return notes.flatMap((note, index) => [...(index === 0 ? [] : [' ']), ...note]);
}

const code = (value: Json): Inline => {
  const text = writtenValue(value);
  const shown = truncate(text, maxLength);
  return { kind: 'code', text: shown.length < text.length ? `${shown}…` : shown };
};

/** The values that people choose from, with the labels that the designer shows. */
function allowedValues(raw: JsonObject): Inline[] {
  const labels = new Map(
    objectsIn(raw['x-ms-enum-values']).map((entry) => [
      writtenValue(entry.value ?? null),
      asText(entry.displayName),
    ]),
  );
  const values = asList(raw.enum);
  if (values.length === 0) return [];
  const shown = values.slice(0, maxValues).flatMap((value, index): Inline[] => {
    const label = labels.get(writtenValue(value));
    const separator = index === 0 ? [] : [', '];
    return label === undefined || label === writtenValue(value)
      ? [...separator, code(value)]
      : [...separator, code(value), ` (${truncate(label, maxLength)})`];
  });
  const rest = values.length - maxValues;
  return ['Allowed values: ', ...shown, rest > 0 ? `, and ${rest} more.` : '.'];
}

const defaultValue = (raw: JsonObject): Inline[] =>
  hasDefault(raw) ? ['Default: ', code(raw.default ?? null), '.'] : [];

const isNumber = (value: Json | undefined): value is number => typeof value === 'number';

/** The least and the most of a number, of the length of a text or of the items of a list. */
function limits(raw: JsonObject): Inline[] {
  const sentences = [
    rangeSentence(raw.minimum, raw.maximum, raw),
    countSentence(raw.minLength, raw.maxLength, 'character'),
    countSentence(raw.minItems, raw.maxItems, 'item'),
  ].filter((sentence) => sentence !== '');
  const pattern = asText(raw.pattern);
  return [
    ...(sentences.length > 0 ? [sentences.join(' ')] : []),
    ...(pattern === undefined
      ? []
      : [sentences.length > 0 ? ' Pattern: ' : 'Pattern: ', code(pattern), '.']),
  ];
}

function rangeSentence(
  minimum: Json | undefined,
  maximum: Json | undefined,
  { exclusiveMinimum, exclusiveMaximum }: JsonObject,
): string {
  const from = exclusiveMinimum === true ? 'More than' : 'At least';
  const to = exclusiveMaximum === true ? 'less than' : 'at most';
  if (isNumber(minimum) && isNumber(maximum)) return `${from} ${minimum} and ${to} ${maximum}.`;
  if (isNumber(minimum)) return `${from} ${minimum}.`;
  if (isNumber(maximum)) return `${to === 'at most' ? 'At most' : 'Less than'} ${maximum}.`;
  return '';
}

function countSentence(
  minimum: Json | undefined,
  maximum: Json | undefined,
  noun: 'character' | 'item',
): string {
  const count = (number: number): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const least = isNumber(minimum) && minimum > 0 ? minimum : undefined;
  if (isNumber(maximum))
    return least === undefined ? `At most ${count(maximum)}.` : `${least} to ${count(maximum)}.`;
  return least === undefined ? '' : `At least ${count(least)}.`;
}

/** Whether the designer asks the service for the values that people choose from. */
const source = (raw: JsonObject): Inline[] =>
  dynamicExtensions.some(
    (extension) => raw[extension] !== undefined && !/schema|properties/.test(extension),
  )
    ? ['Choose from a list.']
    : [];

/** The allowed values of a connection parameter, which are objects with a text and a value. */
export function choicesOf(list: Json | undefined): Inline[] {
  const values = asList(list).slice(0, maxValues);
  const shown = objectsIn(values).flatMap((entry, index): Inline[] => {
    const text = asText(entry.text) ?? writtenValue(entry.value ?? null);
    return [...(index === 0 ? [] : [', ']), code(text)];
  });
  return shown.length === 0 ? [] : ['Allowed values: ', ...shown, '.'];
}
