import type { JsonFile, JsonEdit } from '../json/document.ts';
import { valueAt } from '../json/pointer.ts';
import {
  propertyNamesOf,
  violationOf,
  type Phrases,
  type SchemaError,
  type SchemaViolation,
} from '../json/schema-errors.ts';
import {
  objectsIn,
  asObject,
  asText,
  isContainer,
  stringsIn,
  typeName,
  type Json,
  type JsonContainer,
  type JsonObject,
} from '../json/values.ts';
import type { Validate } from '../generated/definition.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { safe } from '../shared/finding.ts';
import type { RuleViolation, SeverityByClass } from './rule.ts';

/** The rules that report what the JSON Schema of a file finds. */
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

/** Violations of a file's schema, by the rule that reports them. */
export type Structure = ReadonlyMap<StructureRule, readonly RuleViolation[]>;

/** The keywords whose errors are reported. */
type Keyword = 'type' | 'enum' | 'additionalProperties' | 'required' | 'anyOf';

/** A violation of a file's schema, with the object that a finding points at. */
export interface StructureError extends SchemaViolation {
  keyword: Keyword;
  /** The object or array that has the wrong value, or that has or lacks the property. */
  at: JsonContainer;
  /** The key of the wrong value, or the name of the unknown or missing property. */
  key: string | number;
  /** The last name of the path that is not an index; `''` at the top of the file. */
  where: string;
}

/** What a rule reports about a structure error. */
export interface StructureMessage {
  rule: StructureRule;
  message: string;
  fix?: JsonEdit[];
  severity?: SeverityByClass;
}

/**
 * Replaces parts of the default message of a structure error, or returns `'elsewhere'` if a more
 * specific rule reports it.
 */
export type Refine = (error: StructureError) => Partial<StructureMessage> | 'elsewhere' | undefined;

/**
 * Errors of one file that are listed. A file made of errors gets one more finding with the count of
 * the rest.
 */
const maxErrors = 2000;

/**
 * Validates a file against its schema.
 *
 * @param value The value to validate: `raw`, or an object of which `raw` is a part. Errors outside
 *   the file are left out.
 */
export function structureViolations(
  file: JsonFile,
  raw: JsonObject,
  validate: Validate,
  refine: Refine,
  value: JsonObject = raw,
): Structure {
  const byRule = new Map<StructureRule, RuleViolation[]>();
  const add = (rule: StructureRule, violation: RuleViolation): void => {
    const violations = byRule.get(rule);
    if (violations) violations.push(violation);
    else byRule.set(rule, [violation]);
  };
  const errors = relevantErrors(validate(value) ? [] : (validate.errors ?? []));
  for (const schemaError of errors.slice(0, maxErrors)) {
    const error = toStructureError(violationOf(schemaError, value), value);
    if (!error || !file.has(error.at)) continue;
    const refined = refine(error);
    if (refined === 'elsewhere') continue;
    const { rule, message, fix, severity } = { ...phrases[error.keyword](error), ...refined };
    add(rule, {
      ...targetOf(error),
      message,
      ...(fix && { fix }),
      ...(severity && { severity }),
    });
  }
  const remaining = errors.length - maxErrors;
  if (remaining > 0)
    add('JsonTypeIncorrect', {
      at: raw,
      detail: 'more',
      message:
        `${safe`${file.file} violates its schema in`} ${remaining} more places. ` +
        'Fix the listed ones and check again.',
    });
  return byRule;
}

const phrases: Phrases<StructureError, StructureMessage, Keyword> = {
  type: typeIncorrect,
  enum: notInEnum,
  additionalProperties: unknownProperty,
  required: missingProperty,
  anyOf: noneOfProperties,
};
const isKeyword = (keyword: string): keyword is Keyword => Object.hasOwn(phrases, keyword);

/**
 * The errors that say something new. Those inside the branches of an `anyOf` are left out, because
 * the error of the `anyOf` names all branches; so is an `enum` that fails because the type is wrong.
 */
function relevantErrors(errors: readonly SchemaError[]): SchemaError[] {
  const wrongType = new Set(
    errors.flatMap(({ keyword, instancePath }) => (keyword === 'type' ? [instancePath] : [])),
  );
  return errors.filter(
    ({ keyword, instancePath, schemaPath }) =>
      isKeyword(keyword) &&
      !schemaPath.includes('/anyOf/') &&
      !(keyword === 'enum' && wrongType.has(instancePath)),
  );
}

/** Finds the object that a finding about a violation points at. */
function toStructureError(violation: SchemaViolation, raw: JsonObject): StructureError | undefined {
  const { keyword, path, property } = violation;
  if (!isKeyword(keyword)) return undefined;
  const at = valueAt(raw, property === undefined ? path.slice(0, -1) : path);
  if (!isContainer(at)) return undefined;
  const name = property ?? path.at(-1) ?? '';
  return {
    ...violation,
    keyword,
    at,
    key: Array.isArray(at) ? Number(name) : name,
    where: path.findLast((key) => !/^\d+$/.test(key)) ?? '',
  };
}

const targetOf = ({
  keyword,
  at,
  key,
}: StructureError): { at: JsonContainer; key?: string | number; part?: 'key'; detail?: string } => {
  if (keyword === 'required') return { at, detail: String(key) };
  return keyword === 'additionalProperties' || keyword === 'anyOf'
    ? { at, key, part: 'key' }
    : { at, key };
};

/** What messages call a value: its key, or its position in the list that has it. */
const label = ({ at, key, where }: StructureError): string =>
  Array.isArray(at) ? safe`Item ${Number(key) + 1} of ${where}` : safe`${key}`;

/** A JSON type in a sentence: `a string`, `an array`, `null`. */
export const withArticle = (type: string): string =>
  type === 'null' ? safe`null` : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`;

function typeIncorrect(error: StructureError): StructureMessage {
  const { value, schema, at, key } = error;
  const expected = stringsIn(Array.isArray(schema.type) ? schema.type : [schema.type ?? null]);
  const to =
    quoted(value, schema) ??
    expected.map((type) => unquoted(value, type)).find((candidate) => candidate !== undefined);
  const message =
    `${label(error)} must be ${expected.map(withArticle).join(' or ')}, not ` +
    `${withArticle(typeName(value))}. ${typeAdvice(value, to, expected)}`;
  return {
    rule: 'JsonTypeIncorrect',
    message,
    ...(to !== undefined && { fix: [{ at, key, to }] }),
  };
}

/** What to do about a value of a wrong type; `to` is the value that is meant, if that is certain. */
function typeAdvice(
  value: Json | undefined,
  to: string | boolean | number | undefined,
  expected: readonly string[],
): string {
  if (typeof to === 'string') return safe`Put it in quotation marks: ${JSON.stringify(to)}.`;
  if (to !== undefined) return safe`Write ${JSON.stringify(to)}, without quotation marks.`;
  if (value === null) return 'Set a value, or remove it.';
  return whatToWrite[expected[0] ?? ''] ?? 'Correct the value.';
}

const whatToWrite: Record<string, string> = {
  string: 'Write it in quotation marks.',
  boolean: safe`Write ${'true'} or ${'false'} without quotation marks.`,
  integer: 'Write a whole number without quotation marks.',
  number: 'Write a number without quotation marks.',
  array: safe`Write its items between ${'['} and ${']'}.`,
  object: safe`Write its properties between ${'{'} and ${'}'}.`,
};

/** The allowed text that is written without its quotation marks: `true` instead of `"true"`. */
export const quoted = (value: Json | undefined, schema: JsonObject): string | undefined =>
  typeof value === 'boolean'
    ? stringsIn(schema.enum).find((text) => text.toLowerCase() === String(value))
    : undefined;

/** The boolean or whole number that a text has between its quotation marks. */
function unquoted(value: Json | undefined, type: string): boolean | number | undefined {
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  if ((type === 'integer' || type === 'number') && /^(0|[1-9]\d{0,14})$/.test(value))
    return Number(value);
  return undefined;
}

function notInEnum(error: StructureError): StructureMessage {
  const { value, schema, at, key } = error;
  const allowed = stringsIn(schema.enum);
  const actual = typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
  const match = closestMatch(actual, allowed);
  const message =
    `${label(error)} ${safe`is ${actual}, which is not an allowed value.`} ` +
    (match === undefined ? '' : safe`Did you mean ${match}? `) +
    safe`Use one of ${allowed}.`;
  const to = allowed.find((name) => name.toLowerCase() === actual.trim().toLowerCase());
  return {
    rule: 'JsonValueNotInEnum',
    message,
    ...(to !== undefined && { fix: [{ at, key, to }] }),
  };
}

function unknownProperty({ at, key, schema, where }: StructureError): StructureMessage {
  const name = String(key);
  const candidates = propertyNamesOf(schema).filter((candidate) => !candidate.startsWith('x-'));
  const match = closestMatch(name, candidates);
  const isExtensible = schema.patternProperties !== undefined;
  const problem =
    where === ''
      ? safe`${name} is not a known property at the top of the file.`
      : safe`${name} is not a known property of ${where}.`;
  const advice =
    match === undefined
      ? removalAdvice(name, candidates, isExtensible)
      : safe`Did you mean ${match}? Otherwise, remove it.`;
  const canRename = match?.toLowerCase() === name.toLowerCase() && !(match in at);
  return {
    rule: isExtensible ? 'ExtensionNameNotValid' : 'AdditionalPropertyNotAllowed',
    message: `${problem} ${advice}`,
    ...(canRename && match !== undefined && { fix: [{ at, key: name, rename: match }] }),
  };
}

function removalAdvice(name: string, candidates: readonly string[], isExtensible: boolean): string {
  if (!isExtensible)
    return `Remove it.${candidates.length > 0 ? safe` Known properties: ${candidates}.` : ''}`;
  return /^[\w.-]+$/.test(name)
    ? safe`Remove it, or rename it to ${`x-${name}`} if it is your own extension.`
    : 'Remove it.';
}

function missingProperty({ key, schema, where }: StructureError): StructureMessage {
  const name = String(key);
  const description = asText(asObject(asObject(schema.properties)?.[name])?.description);
  const hint =
    description === undefined
      ? '.'
      : `: ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
  return {
    rule: 'RequiredPropertyMissing',
    message: `${where === '' ? 'The file' : safe`${where}`} ${safe`has no ${name}.`} Add it${hint}`,
  };
}

/** The properties of which an object must have one. */
export const choicesOf = (schema: JsonObject): string[] =>
  objectsIn(schema.anyOf).flatMap(({ required }) => stringsIn(required));

function noneOfProperties({ schema, where }: StructureError): StructureMessage {
  return {
    rule: 'OneOfPropertiesRequired',
    message: safe`${where} needs one of ${choicesOf(schema)}. Add one of them.`,
  };
}
