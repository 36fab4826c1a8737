import { safe } from '../shared/finding.ts';
import { childOf, isContainer, isObject, own, type Json, type JsonObject } from '../json/values.ts';
import type { SchemaError } from '../generated/settings.ts';
import { closestMatch } from '../shared/did-you-mean.ts';

/**
 * Where a value departs from a schema: the value under a path, or a name in the map that is there.
 */
export interface SettingsError {
  path: readonly string[];
  name?: string;
  /** What is wrong and what to do. */
  message(): string;
}

/** What a validator says about a value, in words for the person who wrote it. */
export function explainSchemaErrors(
  errors: readonly SchemaError[],
  value: unknown,
  schema: unknown,
): SettingsError[] {
  const choices = new Map<string, boolean>();
  for (const { keyword, instancePath } of errors)
    if (keyword === 'anyOf')
      choices.set(instancePath, isObject(valueAt(value, partsOf(instancePath))));
  return errors
    .filter((error) => tells(error, choices.get(error.instancePath)))
    .map((error) => toDeparture(error, value, schema));
}

/**
 * Of a choice (`anyOf`) the validator says what is wrong with each branch. A map was meant as the
 * map among them, and what is wrong inside it says most; of anything else only the choice as a
 * whole is worth saying.
 */
function tells({ keyword, propertyName }: SchemaError, choiceOfMap: boolean | undefined): boolean {
  // propertyNames says it again, for the name as a whole
  if (propertyName !== undefined) return false;
  if (choiceOfMap === undefined) return true;
  return choiceOfMap
    ? keyword === 'additionalProperties' || keyword === 'minProperties'
    : keyword === 'anyOf';
}

function toDeparture(error: SchemaError, value: unknown, schema: unknown): SettingsError {
  const path = partsOf(error.instancePath);
  const at = path.join('.');
  const schemas = schemasAt(schema, path);
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(error.params.additionalProperty);
      const wrong = at === '' ? safe`${name} is no setting.` : safe`${name} has no place in ${at}.`;
      return {
        path,
        name,
        message: () =>
          `${wrong}${didYouMean(name, namesIn(schemas))} Known here: ${list(namesIn(schemas))}.`,
      };
    }
    case 'propertyNames': {
      const name = String(error.params.propertyName);
      return {
        path,
        name,
        message: () =>
          safe`${name} cannot be a name in ${at}.` +
          describe(schemas.map((one) => one.propertyNames)),
      };
    }
    case 'pattern':
      return {
        path,
        message: () =>
          safe`${String(valueAt(value, path))} is not possible for ${at}.` + describe(schemas),
      };
    case 'minProperties':
      return {
        path,
        message: () => safe`${at} is empty. Write at least one entry, or leave it out.`,
      };
    case 'type':
      return {
        path,
        message: () => notOfType(at, valueAt(value, path), String(error.params.type)),
      };
    case 'enum':
    case 'anyOf':
      return { path, message: () => notAmong(at, valueAt(value, path), schemas) };
    default:
      return {
        path,
        message: () => safe`${at} does not fit: it ${error.message ?? error.keyword}.`,
      };
  }
}

function notOfType(at: string, given: unknown, type: string): string {
  if (type !== 'object') return safe`${at} must be of the type ${type}.`;
  const space =
    typeof given === 'string' && /:\S/.test(given) ? ' A colon needs a space behind it.' : '';
  if (at === '') return `The settings must be entries, \`name: value\` on each line.${space}`;
  const write = 'Write its entries below it, indented, `name: value` on each line';
  return given === null
    ? `${safe`${at} has nothing below it.`} ${write}, or leave it out.`
    : `${safe`${at} must be entries, not a single value or a list.`} ${write}.${space}`;
}

function notAmong(at: string, given: unknown, schemas: readonly JsonObject[]): string {
  const allowed = schemas.flatMap((one) => (Array.isArray(one.enum) ? one.enum.map(String) : []));
  const names = namesIn(schemas);
  const map =
    names.length > 0
      ? `, or entries below it that give one of these to some of ${list(names)}`
      : '';
  return (
    `${wrongChoice(at, given)}${typeof given === 'string' ? didYouMean(given, allowed) : ''} ` +
    `Write one of ${list(allowed)}${map}.`
  );
}

function wrongChoice(at: string, given: unknown): string {
  if (given === null) return safe`${at} has no value.`;
  if (isContainer(given)) return safe`${at} must be one value.`;
  const value = typeof given === 'string' ? given : JSON.stringify(given);
  return safe`${value} is not possible for ${at}.`;
}

const list = (names: readonly string[]): string => safe`${names}`;
const didYouMean = (name: string, known: readonly string[]): string => {
  const meant = closestMatch(name, known);
  return meant === undefined ? '' : safe` Did you mean ${meant}?`;
};
const describe = (schemas: readonly (Json | undefined)[]): string =>
  schemas
    .map((one) =>
      isObject(one) && typeof one.description === 'string' ? ` ${one.description}` : '',
    )
    .join('');
const namesIn = (schemas: readonly JsonObject[]): string[] =>
  schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []));

/** The parts of an RFC 6901 pointer. */
const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const part of path) at = childOf(at, part);
  return at;
}

/**
 * The schemas that a value under a path is held to, with references followed and choices spread
 * out.
 */
function schemasAt(schema: unknown, path: readonly string[]): JsonObject[] {
  const spread = (one: Json | undefined): JsonObject[] => {
    if (!isObject(one)) return [];
    const reference = typeof one.$ref === 'string' ? valueAt(schema, partsOf(one.$ref)) : undefined;
    return [
      one,
      ...(isObject(reference) ? spread(reference) : []),
      ...(Array.isArray(one.anyOf) ? one.anyOf.flatMap(spread) : []),
    ];
  };
  let found = isObject(schema) ? spread(schema) : [];
  for (const part of path) {
    found = found.flatMap((one) => {
      const named = isObject(one.properties) ? own(one.properties, part) : undefined;
      return spread(named ?? one.additionalProperties ?? one.items);
    });
  }
  return found;
}
