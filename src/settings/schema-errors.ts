import { childOf, parsePointer, valueAt } from '../json/pointer.ts';
import {
  propertyNamesOf,
  violationOf,
  type Phrases,
  type SchemaError,
  type SchemaViolation,
} from '../json/schema-errors.ts';
import {
  asList,
  asText,
  isContainer,
  isObject,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { safe } from '../shared/finding.ts';

/** What is wrong at a value, or at the name of a property, of the settings. */
export interface SettingsError {
  /** The keys and indices that lead to the value; with `name`, to the object. */
  path: readonly string[];
  name?: string;
  /** Says what is wrong and what to do. Only called for the error that is reported. */
  message(): string;
}

/** A violation with what phrases say about its place. */
interface SettingsViolation extends SchemaViolation {
  /** The path as messages show it, such as `rules.UrlNotValid`; `''` for the whole file. */
  place: string;
  /** All schemas that hold for the value at `path`. */
  schemas: readonly JsonObject[];
}

/** Explains the errors of a validator to the person who wrote the settings. */
export function explainSchemaErrors(
  errors: readonly SchemaError[],
  settings: Json,
  schema: JsonObject,
): SettingsError[] {
  const isMapAtChoice = new Map<string, boolean>();
  for (const { keyword, instancePath } of errors)
    if (keyword === 'anyOf')
      isMapAtChoice.set(instancePath, isObject(valueAt(settings, parsePointer(instancePath))));
  return errors
    .filter((error) => isRelevant(error, isMapAtChoice.get(error.instancePath)))
    .map((error) => {
      const violation = violationOf(error, settings);
      const { keyword, path, property } = violation;
      return {
        path,
        // a missing property has no place of its own
        ...(property !== undefined && keyword !== 'required' && { name: property }),
        message: () => {
          const explain = phrases[keyword] ?? notFitting;
          const place = path.join('.');
          return explain({ ...violation, place, schemas: schemasAt(schema, path) });
        },
      };
    });
}

/**
 * Whether an error says more than the others at the same place.
 *
 * For a choice (`anyOf`) the validator reports the errors of every branch. If the author wrote a
 * map, the errors inside the map branch are the useful ones; for any other value, only the error of
 * the choice as a whole is.
 */
function isRelevant(
  { keyword, propertyName }: SchemaError,
  isMapAtChoice: boolean | undefined,
): boolean {
  if (propertyName !== undefined) return false; // `propertyNames` reports the same name
  if (isMapAtChoice === undefined) return true;
  return isMapAtChoice
    ? keyword === 'additionalProperties' || keyword === 'minProperties'
    : keyword === 'anyOf';
}

const notFitting = ({ place, keyword, message }: SettingsViolation): string =>
  safe`${place} is not valid: it ${message ?? keyword}.`;

const phrases: Phrases<SettingsViolation, string> = {
  additionalProperties: unknownSetting,
  propertyNames: ({ property = '', place, schemas }) =>
    safe`${property} is not a valid name in ${place}.` +
    descriptionsOf(schemas.map(({ propertyNames }) => propertyNames)),
  pattern: ({ value, place, schemas }) =>
    safe`${asText(value) ?? ''} is not a valid value of ${place}.` + descriptionsOf(schemas),
  minProperties: ({ place }) => safe`${place} is empty. Add at least one entry, or remove it.`,
  type: wrongType,
  enum: wrongChoice,
  anyOf: wrongChoice,
};

function unknownSetting({ property = '', place, schemas }: SettingsViolation): string {
  const names = schemas.flatMap(propertyNamesOf);
  const problem =
    place === ''
      ? safe`${property} is not a setting.`
      : safe`${property} is not a setting of ${place}.`;
  return `${problem}${didYouMean(property, names)} ${safe`The settings are ${names}.`}`;
}

function wrongType({ place, value, params }: SettingsViolation): string {
  if (params.type !== 'object') {
    const types = [params.type].flat().map(String).join(' or ');
    return safe`${place} must be of type ${types}.`;
  }
  const space = /:\S/.test(asText(value) ?? '') ? ' A colon needs a space after it.' : '';
  if (place === '') return `The settings must be a map, with \`name: value\` on each line.${space}`;
  const advice = 'Write its entries below it, indented, with `name: value` on each line';
  return value === null
    ? `${safe`${place} is empty.`} ${advice}, or remove it.`
    : `${safe`${place} must be a map, not a single value or a list.`} ${advice}.${space}`;
}

function wrongChoice({ place, value, schemas }: SettingsViolation): string {
  const allowed = schemas.flatMap((schema) => asList(schema.enum).map(String));
  const names = schemas.flatMap(propertyNamesOf);
  const entries =
    names.length > 0 ? safe`, or set one of these values for some of ${names} below it` : '';
  const hint = typeof value === 'string' ? didYouMean(value, allowed) : '';
  return `${notPossible(place, value)}${hint} ${safe`Use one of ${allowed}`}${entries}.`;
}

function notPossible(place: string, value: Json | undefined): string {
  if (value === null) return safe`${place} has no value.`;
  if (isContainer(value)) return safe`${place} must be a single value.`;
  return (
    safe`${typeof value === 'string' ? value : JSON.stringify(value)} is not a valid value ` +
    safe`of ${place}.`
  );
}

const didYouMean = (name: string, candidates: readonly string[]): string => {
  const match = closestMatch(name, candidates);
  return match === undefined ? '' : safe` Did you mean ${match}?`;
};

/** The `description` of each schema that has one: it says what a value must be. */
const descriptionsOf = (schemas: readonly (Json | undefined)[]): string =>
  schemas
    .map((schema) => asText(childOf(schema, 'description')))
    .filter((description) => description !== undefined)
    .map((description) => ` ${description}`)
    .join('');

/** All schemas that hold for the value at a path, with references and choices resolved. */
function schemasAt(root: JsonObject, path: readonly string[]): JsonObject[] {
  const resolve = (schema: Json | undefined): JsonObject[] => {
    if (!isObject(schema)) return [];
    const { $ref, anyOf } = schema;
    const target = typeof $ref === 'string' ? valueAt(root, parsePointer($ref)) : undefined;
    return [schema, ...resolve(target), ...asList(anyOf).flatMap(resolve)];
  };
  let schemas = resolve(root);
  for (const key of path)
    schemas = schemas.flatMap(({ properties, additionalProperties, items }) =>
      resolve(childOf(properties, key) ?? additionalProperties ?? items),
    );
  return schemas;
}
