import { closestMatch } from '../../shared/did-you-mean.ts';
import { Problem, type InvalidParameter } from '../problem.ts';

/** The part of JSON Schema that describes a parameter, in the API's document and when it is read. */
export interface ParameterSchema {
  /** An array is one value in which commas separate the items. */
  type: 'string' | 'integer' | 'array';
  items?: ItemSchema;
  enum?: readonly string[];
  default?: string | number;
  maxLength?: number;
  pattern?: string;
  /** `date`: a day of the calendar, `YYYY-MM-DD`. */
  format?: 'date' | 'uuid';
  minimum?: number;
  maximum?: number;
}

export interface ItemSchema {
  type: 'string';
  enum?: readonly string[];
  maxLength?: number;
}

export interface Parameter {
  schema: ParameterSchema;
  /** In Markdown. */
  description: string;
  /** A value for the documentation. */
  example: string | number;
  /** Continues "must be", for values with a pattern. */
  expected?: string;
  required?: boolean;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The values of parameters, by name. Those without a default may be missing. */
export type ValuesOf<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends { required: true } | { schema: { default: unknown } }
    ? ValueOf<P[Name]['schema']>
    : ValueOf<P[Name]['schema']> | undefined;
};

type ValueOf<S> = S extends { items: infer Item }
  ? readonly ValueOf<Item>[]
  : S extends { enum: readonly (infer Choice)[] }
    ? Choice
    : S extends { type: 'integer' }
      ? number
      : string;

type Value = string | number | readonly string[] | undefined;

/** Items of an array. */
const maxItems = 20;

/** Longer names and values are cut off in what is said about them. */
const maxQuoted = 60;

/**
 * Reads the parameters of a request.
 * @param path the values in the path, by name
 * @throws Problem that names every parameter that is not valid
 */
export function readParameters(
  parameters: Parameters,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Readonly<Record<string, Value>> {
  const invalid: InvalidParameter[] = [];
  const inQuery = Object.keys(parameters).filter((name) => !Object.hasOwn(path, name));
  for (const name of new Set(query.keys()))
    if (!inQuery.includes(name)) invalid.push(unknownParameter(name, inQuery));
  const values = Object.entries(parameters).map(([name, parameter]): [string, Value] => {
    const texts = Object.hasOwn(path, name) ? [path[name] ?? ''] : query.getAll(name);
    const [text, ...others] = texts;
    if (text === undefined) {
      if (parameter.required) invalid.push({ name, reason: 'The parameter is missing.' });
      return [name, parameter.schema.default];
    }
    const reason =
      others.length > 0
        ? `The parameter has ${texts.length} values, and may have only one.`
        : reasonAgainst(text, parameter);
    if (reason !== undefined) invalid.push({ name, reason });
    return [name, valueOf(text, parameter.schema)];
  });
  if (invalid.length > 0) throw invalidParameters(invalid);
  return Object.fromEntries(values);
}

function valueOf(text: string, { type }: ParameterSchema): Value {
  if (type === 'array') return text.split(',');
  return type === 'integer' ? Number(text) : text;
}

export const invalidParameters = (invalid: readonly InvalidParameter[]): Problem =>
  new Problem(4001, invalid.map(({ name, reason }) => `${name}: ${reason}`).join(' '), { invalid });

function unknownParameter(name: string, known: readonly string[]): InvalidParameter {
  const match = closestMatch(name, known);
  return {
    name: name.slice(0, maxQuoted),
    reason:
      'There is no such parameter.' +
      (match === undefined ? ` There are: ${known.join(', ')}.` : ` Did you mean ${match}?`),
  };
}

/** Why a value is not valid; undefined if it is. */
function reasonAgainst(text: string, { schema, expected = '' }: Parameter): string | undefined {
  if (schema.items) {
    const items = text.split(',');
    return items.length > maxItems
      ? `The value has more than ${maxItems} items.`
      : items.map((item) => reasonAgainstText(item, { ...schema.items }, '')).find(isReason);
  }
  return reasonAgainstText(text, schema, expected);
}

const isReason = (reason: string | undefined): boolean => reason !== undefined;

function reasonAgainstText(
  text: string,
  schema: Partial<ParameterSchema>,
  expected: string,
): string | undefined {
  const { minimum = 0, maximum = Infinity, maxLength = Infinity } = schema;
  if (schema.type === 'integer')
    return /^\d{1,9}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum
      ? undefined
      : `The value must be a whole number from ${minimum} to ${maximum}.`;
  if (text === '') return 'The value is empty.';
  if (schema.enum) {
    if (schema.enum.includes(text)) return undefined;
    const match = closestMatch(text, schema.enum);
    return (
      `The value must be one of ${schema.enum.join(', ')}.` +
      (match === undefined ? '' : ` Did you mean ${match}?`)
    );
  }
  if (text.length > maxLength) return `The value has more than ${maxLength} characters.`;
  if (/\p{Cc}/u.test(text)) return 'The value has control characters.';
  if (schema.format === 'date' && !isDate(text))
    return 'The value must be a day such as 2026-11-20.';
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(text))
    return `The value must be ${expected}.`;
  return undefined;
}

/** Whether a text is a day that exists. */
function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
