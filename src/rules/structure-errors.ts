import type { JsonFile, JsonEdit } from '../json/document.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { safe } from '../shared/finding.ts';
import {
  asObject,
  childOf,
  isContainer,
  isObject,
  typeName,
  type Json,
  type JsonContainer,
  type JsonObject,
} from '../json/values.ts';
import type { SchemaError, Validate } from '../generated/definition.ts';
import type { RuleViolation } from './rule.ts';

/** The rules that say what a JSON Schema finds. */
export type StructureRule =
  | 'JsonTypeIncorrect'
  | 'JsonValueNotInEnum'
  | 'AdditionalPropertyNotAllowed'
  | 'ExtensionNameNotValid'
  | 'ExtensionNameMisspelled'
  | 'SwaggerKeywordNotSupported'
  | 'BodyParameterPropertyNotValid'
  | 'SchemeNotValid'
  | 'SchemeNotSupported'
  | 'CollectionFormatValueNotSupported'
  | 'OneOfPropertiesRequired'
  | 'RequiredPropertyMissing';

/** What is found, by the rule that says it. */
export type Structure = ReadonlyMap<StructureRule, readonly RuleViolation[]>;

/** Where a file departs from its schema. */
export interface StructureError {
  keyword: 'type' | 'enum' | 'additionalProperties' | 'required' | 'anyOf';
  /**
   * The object or array that has the value that is wrong; for an unknown or missing property the
   * object it is of.
   */
  at: JsonContainer;
  /** The key of the wrong value, or the name of the unknown or missing property. */
  key: string | number;
  value: Json | undefined;
  /** The schema that has the keyword. */
  schema: JsonObject;
  /**
   * The names and indices that lead to the value, or to the object that an unknown or missing
   * property is of.
   */
  path: readonly string[];
  /** The last name of the path that is no index; '' at the top of the file. */
  where: string;
}

/** A departure as a rule says it. */
export interface StructureMessage {
  rule: StructureRule;
  message: string;
  fix?: JsonEdit[];
}

/**
 * What differs from the usual way of saying a departure, if anything; 'elsewhere' where a rule of
 * another kind says it already.
 */
export type Refine = (
  departure: StructureError,
) => Partial<StructureMessage> | 'elsewhere' | undefined;

/**
 * So many departures are looked at one by one; in a file made of mistakes, one more finding counts
 * the rest.
 */
const most = 2000;

/** Holds a file to its schema. */
export function structureViolations(
  file: JsonFile,
  raw: JsonObject,
  validate: Validate,
  refine: Refine,
): Structure {
  const found = new Map<StructureRule, RuleViolation[]>();
  const add = (rule: StructureRule, one: RuleViolation): void => {
    const all = found.get(rule);
    if (all) all.push(one);
    else found.set(rule, [one]);
  };
  const errors = validate(raw) ? [] : (validate.errors ?? []);
  const wrongType = new Set(
    errors.flatMap(({ keyword, instancePath }) => (keyword === 'type' ? [instancePath] : [])),
  );
  const telling = errors.filter(
    ({ keyword, instancePath, schemaPath }) =>
      keywords.has(keyword) &&
      !schemaPath.includes('/anyOf/') && // the choice as a whole says it
      !(keyword === 'enum' && wrongType.has(instancePath)),
  );
  for (const error of telling.slice(0, most)) {
    const departure = locate(raw, error);
    const said = departure && refine(departure);
    if (!departure || said === 'elsewhere') continue;
    const { rule, message, fix } = { ...usual(departure), ...said };
    add(rule, { ...placeOf(departure), message, ...(fix && { fix }) });
  }
  const left = telling.length - most;
  if (left > 0)
    add('JsonTypeIncorrect', {
      at: raw,
      detail: 'more',
      message:
        `${safe`${file.file} departs from its schema in`} ${left} more places. ` +
        'Mend those that are listed, and check again.',
    });
  return found;
}

const keywords = new Set(['type', 'enum', 'additionalProperties', 'required', 'anyOf']);
const isKeyword = (keyword: string): keyword is StructureError['keyword'] => keywords.has(keyword);

function locate(
  raw: JsonObject,
  { keyword, instancePath, params, parentSchema: schema }: SchemaError,
): StructureError | undefined {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (!isKeyword(keyword) || !isObject(schema)) return undefined;
  const ofObject = keyword === 'additionalProperties' || keyword === 'required';
  const name = String(
    ofObject ? (params.additionalProperty ?? params.missingProperty) : path.at(-1),
  );
  const at = (ofObject ? path : path.slice(0, -1)).reduce<Json | undefined>(childOf, raw);
  if (!isContainer(at)) return undefined;
  const key = Array.isArray(at) ? Number(name) : name;
  return {
    keyword,
    at,
    key,
    value: childOf(at, name),
    schema,
    path,
    where: path.findLast((part) => !/^\d+$/.test(part)) ?? '',
  };
}

const placeOf = ({
  keyword,
  at,
  key,
}: StructureError): { at: JsonContainer; key?: string | number; part?: 'key'; detail?: string } => {
  if (keyword === 'required') return { at, detail: String(key) };
  return keyword === 'additionalProperties' || keyword === 'anyOf'
    ? { at, key, part: 'key' }
    : { at, key };
};

function usual(departure: StructureError): StructureMessage {
  switch (departure.keyword) {
    case 'type':
      return typeIncorrect(departure);
    case 'enum':
      return notInEnum(departure);
    case 'additionalProperties':
      return unknownProperty(departure);
    case 'required':
      return missingProperty(departure);
    case 'anyOf':
      return oneIsMissing(departure);
  }
}

/** How messages call a value: by its key, or as an item of the list it is in. */
const label = ({ at, key, where }: StructureError): string =>
  Array.isArray(at) ? safe`Item ${Number(key) + 1} of ${where}` : safe`${key}`;

/** The strings of a list. */
export const textsOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];

function typeIncorrect(departure: StructureError): StructureMessage {
  const { value, schema, at, key } = departure;
  const expected = textsOf(Array.isArray(schema.type) ? schema.type : [schema.type]);
  const to = expected.map((type) => respelled(value, type)).find((one) => one !== undefined);
  const message =
    `${label(departure)} ${safe`is of type ${typeName(value)}, but must be of type`} ` +
    `${expected.map((type) => safe`${type}`).join(' or ')}. ${typeAdvice(value, to, expected)}`;
  return {
    rule: 'JsonTypeIncorrect',
    message,
    ...(to !== undefined && { fix: [{ at, key, to }] }),
  };
}

/** What to do about a value of a wrong type; `to` is the value that it stands for, if any. */
function typeAdvice(
  value: Json | undefined,
  to: boolean | number | undefined,
  expected: readonly string[],
): string {
  if (to !== undefined) return safe`Write ${JSON.stringify(to)}, without quotation marks.`;
  if (value === null) return 'Give it a value, or remove it.';
  return whatToWrite[expected[0] ?? ''] ?? 'Correct the value.';
}

const whatToWrite: Record<string, string> = {
  string: 'Write a text between quotation marks.',
  boolean: safe`Write ${'true'} or ${'false'}, without quotation marks.`,
  integer: 'Write a whole number, without quotation marks.',
  number: 'Write a number, without quotation marks.',
  array: safe`Write a list, between ${'['} and ${']'}.`,
  object: safe`Write names and values, between ${'{'} and ${'}'}.`,
};

/** The truth value or whole number that stands between quotation marks. */
function respelled(value: Json | undefined, type: string): boolean | number | undefined {
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  if ((type === 'integer' || type === 'number') && /^(0|[1-9]\d{0,14})$/.test(value))
    return Number(value);
  return undefined;
}

function notInEnum(departure: StructureError): StructureMessage {
  const { value, schema, at, key } = departure;
  const allowed = textsOf(schema.enum);
  const given = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  const meant = closestMatch(given, allowed);
  const message =
    `${label(departure)} ${safe`is ${given}, which is not possible there.`} ` +
    `${meant === undefined ? '' : safe`Probably ${meant} is meant. `}${safe`Possible are ${allowed}.`}`;
  const same = allowed.find((one) => one.toLowerCase() === given.trim().toLowerCase());
  return {
    rule: 'JsonValueNotInEnum',
    message,
    ...(same !== undefined && { fix: [{ at, key, to: same }] }),
  };
}

/** The names that an object may have according to its schema, extensions left out. */
const namesIn = (schema: JsonObject): string[] =>
  Object.keys(asObject(schema.properties) ?? {}).filter((name) => !name.startsWith('x-'));

function unknownProperty({ at, key, schema, where }: StructureError): StructureMessage {
  const name = String(key);
  const known = namesIn(schema);
  const meant = closestMatch(name, known);
  const extensible = schema.patternProperties !== undefined;
  const wrong =
    where === ''
      ? safe`${name} is not known at the top of the file.`
      : safe`${name} is not known in ${where}.`;
  const todo =
    meant === undefined
      ? removalAdvice(name, known, extensible)
      : safe`Write ${meant} if that is meant; else remove it.`;
  const rule = extensible ? 'ExtensionNameNotValid' : 'AdditionalPropertyNotAllowed';
  const rename = meant?.toLowerCase() === name.toLowerCase() && !(meant in at);
  return {
    rule,
    message: `${wrong} ${todo}`,
    ...(rename && meant !== undefined && { fix: [{ at, key: name, rename: meant }] }),
  };
}

function removalAdvice(name: string, known: readonly string[], extensible: boolean): string {
  if (!extensible) return `Remove it.${known.length > 0 ? safe` Known here: ${known}.` : ''}`;
  return /^[\w.-]+$/.test(name)
    ? safe`Remove it, or write ${`x-${name}`} if it is an extension of your own.`
    : 'Remove it.';
}

function missingProperty({ key, schema, where }: StructureError): StructureMessage {
  const name = String(key);
  const described = asObject(asObject(schema.properties)?.[name])?.description;
  const what = where === '' ? 'The file' : safe`${where}`;
  return {
    rule: 'RequiredPropertyMissing',
    message:
      `${what} ${safe`has no ${name}.`} Add ` +
      `it${typeof described === 'string' ? `: ${described.charAt(0).toLowerCase()}${described.slice(1)}` : '.'}`,
  };
}

function oneIsMissing({ schema, where }: StructureError): StructureMessage {
  const choices = Array.isArray(schema.anyOf)
    ? schema.anyOf.flatMap((one) => (isObject(one) ? textsOf(one.required) : []))
    : [];
  return {
    rule: 'OneOfPropertiesRequired',
    message: safe`${where} has none of ${choices}. Add the one that is meant.`,
  };
}
