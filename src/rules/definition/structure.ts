import { topLevelKeys, type Definition } from '../../connector/definition.ts';
import { propertyNames } from '../../connector/properties.ts';
import { safe } from '../../shared/finding.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { memoize } from '../../shared/memoize.ts';
import { asObject, isObject, writtenValue, type Json, type JsonObject } from '../../json/values.ts';
import { propertyNamesOf } from '../../json/schema-errors.ts';
import { validate } from '../../generated/definition.ts';
import {
  structureViolations,
  type StructureError,
  type Refine,
  type StructureMessage,
  type Structure,
} from '../structure-errors.ts';
import type { RuleViolation } from '../rule.ts';
import { isResponseKey, whereItBelongs } from './misplaced.ts';
import schema from './definition.schema.json' with { type: 'json' };

const { definitions } = schema;

/** Violations of the schema of the definition, and its misplaced keys. */
export const definitionStructure = memoize(({ file, raw, misplaced }: Definition): Structure => {
  if (isProperties(raw)) return new Map([['RequiredPropertyMissing', [holdsProperties(raw)]]]);
  const places = Array.from(misplaced.values(), ({ path, key }) => [...path, key]);
  const isWithin = ({ path, property }: StructureError): boolean => {
    const whole = property === undefined ? path : [...path, property];
    return places.some((place) => place.every((key, index) => whole[index] === key));
  };
  const items = asObject(raw.paths);
  // The rules about the keys of paths and responses report what is neither.
  const isWithinStray = ({
    path: [section, name = '', , responses, code],
  }: StructureError): boolean =>
    section === 'paths' &&
    ((!name.startsWith('/') && whereItBelongs(name, items?.[name], true) !== undefined) ||
      (responses === 'responses' && code !== undefined && !isResponseKey(code)));
  const found = new Map(
    structureViolations(file, raw, validate, (error) =>
      isWithin(error) || isWithinStray(error) ? 'elsewhere' : refine(error),
    ),
  );
  const violations = Array.from(misplaced.values(), ({ at, key }) => ({
    at,
    key,
    part: 'key' as const,
    message: belongsAtTop(key),
  }));
  if (violations.length > 0)
    found.set('ExtensionNameNotValid', [
      ...(found.get('ExtensionNameNotValid') ?? []),
      ...violations,
    ]);
  return found;
});

/** Whether a file has what apiProperties.json has, and nothing of a definition. */
export const isProperties = (raw: JsonObject): boolean =>
  isObject(raw.properties) &&
  ['swagger', 'openapi', 'info', 'paths'].every((key) => raw[key] === undefined);

const holdsProperties = (at: JsonObject): RuleViolation => ({
  at,
  detail: 'paths',
  message:
    'The file is not a definition: it contains the properties of the connector. Replace its ' +
    'contents with the definition.',
});

const belongsAtTop = (key: string): string =>
  safe`${key} belongs at the top of the file. Move it there; a bracket may be missing above it.`;

/** Whether a violated schema is one of `definitions`. */
const is = (violated: JsonObject, kind: { title: string }): boolean =>
  violated.title === kind.title;
const isRoot = (violated: JsonObject): boolean => violated.title === schema.title;

const refine: Refine = (error) => {
  if (hasRuleOfItsOwn(error)) return 'elsewhere';
  if (error.keyword === 'enum') return notInEnum(error);
  return error.keyword === 'additionalProperties' ? unknownProperty(error) : undefined;
};

/** Whether a more specific rule reports an error; comments name the rule. */
function hasRuleOfItsOwn({
  keyword,
  at,
  key,
  value,
  schema: violated,
  path,
  where,
}: StructureError): boolean {
  // unless `$ref` is an object: then it is a property with that name
  const besideReference = isObject(at) && at.$ref !== undefined && !isObject(at.$ref);
  switch (keyword) {
    case 'type':
      // MimeTypeNotValid
      if (Array.isArray(at)) return where === 'consumes' || where === 'produces';
      // AdditionalPropertyNotAllowedAdjacentToRef, …ReferenceNotValid
      if (besideReference || key === '$ref') return true;
      if (key === 'operationId' || key === 'responses')
        // OperationIdRequired, OperationMustHaveResponse
        return path.length === 4 && path[0] === 'paths';
      if (key === 'schema') return at.in === 'body'; // BodyParameterSchemaRequired
      if (key === 'items') return at.type === 'array' && !Array.isArray(value); // ArrayHasNoItems
      // PathParameterMustBeRequired, RequiredPropertyArrayEmpty, RequiredPropertyNotOnObject
      if (key === 'required')
        return (
          at.in === 'path' ||
          (Array.isArray(value) && value.length === 0 && at.in !== 'body') ||
          (at.in === undefined && typeof at.type === 'string' && at.type !== 'object')
        );
      return false;
    case 'enum':
      return key === 'swagger' || besideReference; // SpecificationVersionIncorrect
    case 'required':
      // OperationIdRequired, OperationMustHaveResponse
      if (is(violated, definitions.operation)) return true;
      // MissingEnumValuesDisplayName, InvalidEnumValuesExtensionValue
      if (is(violated, definitions.enumValue)) return true;
      // BodyParameterSchemaRequired
      if (is(violated, definitions.bodyParameter)) return key === 'schema';
      // NonBodyParameterSchemaNotValid; and without `in`, it is not known whether a type is needed
      return (
        is(violated, definitions.valueParameter) &&
        key === 'type' &&
        isObject(at) &&
        (at.schema !== undefined || at.in === undefined)
      );
    case 'additionalProperties':
      if (is(violated, definitions.pathItem)) return false;
      if (besideReference) return true; // AdditionalPropertyNotAllowedAdjacentToRef
      if (is(violated, definitions.securityScheme)) return true; // SecuritySchemePropertyNotValid
      // NonBodyParameterSchemaNotValid
      if (is(violated, definitions.valueParameter)) return key === 'schema';
      // SpecificationVersionIncorrect
      return isRoot(violated) && key === 'openapi' && isObject(at) && at.swagger === undefined;
    case 'anyOf':
      return false;
  }
}

function notInEnum({ key, at, value, where }: StructureError): StructureMessage | undefined {
  const actual = writtenValue(value ?? null);
  if (where === 'schemes' && Array.isArray(at)) {
    const isWebSocket = /^wss?$/i.test(actual);
    const message = isWebSocket
      ? safe`The scheme ${actual} is for WebSockets, which the platform does not support. ` +
        safe`Write ${'https'}, if the service supports it.`
      : safe`${actual} is not a scheme. Write ${'https'}.`;
    return { rule: isWebSocket ? 'SchemeNotSupported' : 'SchemeNotValid', message };
  }
  if (key === 'collectionFormat' && actual.toLowerCase() === 'multi') {
    const message =
      safe`The ${'collectionFormat'} ${actual} is not supported: ` +
      safe`the platform cannot send one name several times. ` +
      safe`Use ${'csv'} if the service accepts it, or a ${'string'} that a script splits.`;
    return { rule: 'CollectionFormatValueNotSupported', message };
  }
  return undefined;
}

function unknownProperty(
  error: StructureError,
): Partial<StructureMessage> | 'elsewhere' | undefined {
  const { at, schema: violated } = error;
  const key = String(error.key);
  if (key.startsWith('x-ms-openai-')) return 'elsewhere'; // the platform adds more of these
  if (key.startsWith('X-')) {
    const known = propertyNamesOf(violated);
    const rename =
      known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? `x${key.slice(1)}`;
    return {
      message:
        safe`${key} is not an extension: their names begin with a lowercase ${'x-'}. Write ` +
        safe`${rename}.`,
      ...(!(rename in at) && { fix: [{ at, key, rename }] }),
    };
  }
  if (key.startsWith('x-ms-') && violated.patternProperties !== undefined)
    return misspelledExtension(key, error);
  if (is(violated, definitions.bodyParameter) && valueKeywords.has(key)) {
    const message =
      safe`The body parameter has ${key}, which describes a single value. ` +
      safe`Move it into the ${'schema'}.`;
    return { rule: 'BodyParameterPropertyNotValid', message };
  }
  if (isRoot(violated) && key === '$schema') {
    return {
      message:
        safe`The platform does not know ${key} and refuses the definition because of it. ` +
        safe`Remove it, and name the schema in the settings of your editor.`,
      fix: [{ at, key, remove: true }],
    };
  }
  const advice = foreignKeywordAdvice(key, violated);
  if (advice === undefined) return misplacedAdvice(key, violated, error.value);
  const rename = `x-${key}`;
  const fix = allowedAsExtension.has(key) && !(rename in at) ? [{ at, key, rename }] : undefined;
  return {
    rule: 'SwaggerKeywordNotSupported',
    message: `${safe`${key} is not a keyword of Swagger 2.0 in this place.`} ${advice}`,
    ...(fix && { fix }),
  };
}

const propertiesFileKeys: ReadonlySet<string> = new Set(['properties', ...propertyNames]);

/** The message about a key that belongs in another place. */
function misplacedAdvice(
  key: string,
  violated: JsonObject,
  value: Json | undefined,
): Pick<StructureMessage, 'message'> | undefined {
  if (isRoot(violated) && key.startsWith('/'))
    return { message: safe`The path ${key} is outside ${'paths'}. Move it there.` };
  if (isRoot(violated) && propertiesFileKeys.has(key))
    return {
      message: safe`${key} does not belong in the definition. Move it to ${'apiProperties.json'}.`,
    };
  if (!isRoot(violated) && topLevelKeys.has(key) && violated.patternProperties !== undefined)
    return { message: belongsAtTop(key) };
  const message = whereItBelongs(key, value, isRoot(violated));
  return message === undefined ? undefined : { message };
}

const valueKeywords = new Set(Object.keys(definitions.valueParameter.properties));
const schemaKeywords = new Set(Object.keys(definitions.schema.properties));
/** Keywords that the platform ignores but people read. A fix renames them to an extension. */
const allowedAsExtension = new Set(['nullable', 'example', 'examples', 'deprecated']);

/** What to do about a keyword of OpenAPI 3, of JSON Schema, or of another place, if it is one. */
function foreignKeywordAdvice(key: string, violated: JsonObject): string | undefined {
  const ofKind = typeof violated.title === 'string' ? foreignKeywords[violated.title] : undefined;
  if (ofKind) return Object.hasOwn(ofKind, key) ? ofKind[key] : undefined;
  const ofValues = [
    definitions.schema,
    definitions.valueParameter,
    definitions.bodyParameter,
    definitions.items,
    definitions.header,
  ].some((kind) => is(violated, kind));
  if (!ofValues) return undefined;
  if (Object.hasOwn(foreignInValues, key)) return foreignInValues[key];
  return !is(violated, definitions.schema) && (schemaKeywords.has(key) || valueKeywords.has(key))
    ? 'It says nothing here. Remove it.'
    : undefined;
}

const remove = 'The platform does not read it. Remove it.';
const describeOne =
  'Describe the usual form, or list the fields of all forms, none of them required.';
const asExtension = (key: string): string =>
  safe`Write ${`x-${key}`} if people should read it; else remove it.`;
const host = safe`Write ${'host'}, ${'basePath'} and ${'schemes'}.`;

const foreignKeywords: Record<string, Record<string, string>> = {
  [schema.title]: {
    openapi: safe`The file says ${'swagger'} already. Remove it.`,
    components:
      safe`Move what it has into ${'definitions'}, ${'parameters'}, ${'responses'} and ` +
      safe`${'securityDefinitions'}.`,
    servers: host,
    webhooks:
      safe`Write each as an operation with ${'x-ms-trigger'} and ` +
      safe`${'x-ms-notification-content'}.`,
    jsonSchemaDialect: remove,
  },
  [definitions.info.title]: { summary: safe`Write it as the ${'description'}.` },
  [definitions.pathItem.title]: {
    trace: 'No operation of a connector has this method. Remove it.',
    servers: host,
    summary: 'Move it into the operations.',
    description: 'Move it into the operations.',
  },
  [definitions.operation.title]: {
    requestBody: safe`Write a parameter in ${'body'} with the schema.`,
    callbacks: safe`Write ${'x-ms-notification-content'} at the path.`,
    servers: host,
  },
  [definitions.writtenResponse.title]: {
    content: safe`Write the ${'schema'} of the answer itself, and the media type under ${'produces'}.`,
    links: remove,
  },
};

const foreignInValues: Record<string, string> = {
  oneOf: describeOne,
  anyOf: describeOne,
  not: remove,
  if: remove,
  // A keyword of JSON Schema; nothing awaits this table.
  // oxlint-disable-next-line unicorn/no-thenable
  then: remove,
  else: remove,
  const: safe`Write an ${'enum'} with this one value.`,
  nullable: asExtension('nullable'),
  example: asExtension('example'),
  examples: asExtension('examples'),
  deprecated: asExtension('deprecated'),
  writeOnly: remove,
  patternProperties: safe`Write ${'additionalProperties'} with the schema of the values.`,
  propertyNames: remove,
  unevaluatedProperties: remove,
  unevaluatedItems: remove,
  additionalItems: remove,
  prefixItems: safe`Write ${'items'} with the schema of every item.`,
  contains: remove,
  minContains: remove,
  maxContains: remove,
  dependencies: remove,
  dependentRequired: remove,
  dependentSchemas: remove,
  definitions: safe`Move them to ${'definitions'} at the top of the file.`,
  $defs: safe`Move them to ${'definitions'} at the top of the file.`,
  $id: remove,
  $schema: remove,
  $anchor: remove,
  $comment: remove,
  contentEncoding: safe`Write the ${'format'}, such as ${'byte'}.`,
  contentMediaType: remove,
  content: safe`Write the ${'type'}, or the ${'schema'} of a body.`,
  style: safe`Write ${'collectionFormat'}, if the values are a list.`,
  explode: safe`Write ${'collectionFormat'}, if the values are a list.`,
  allowReserved: remove,
};

const withoutPrefix = (name: string): string => name.slice('x-ms-'.length);

/**
 * The extensions of a schema, without `x-ms-`, and a cache of the closest matches of other names,
 * because a file may have the same misspelling a thousand times.
 */
const extensionsOf = memoize((violated: JsonObject) => ({
  extensions: propertyNamesOf(violated)
    .filter((name) => name.startsWith('x-ms-'))
    .map(withoutPrefix),
  matches: new Map<string, string | undefined>(),
}));

/**
 * Extensions of the platform start with `x-ms-`. An unknown extension is allowed, unless its name is
 * close to that of a known one.
 */
function misspelledExtension(
  key: string,
  { schema: violated, where }: StructureError,
): StructureMessage | 'elsewhere' {
  const { matches, extensions } = extensionsOf(violated);
  if (matches.size > 1_000) matches.clear();
  if (!matches.has(key)) matches.set(key, closestMatch(withoutPrefix(key), extensions));
  const match = matches.get(key);
  if (match === undefined) return 'elsewhere';
  const rename = `x-ms-${match}`;
  const message =
    safe`The platform does not know ${key} in ${where} and ignores it. ` +
    safe`Write ${rename} if that is meant.`;
  return { rule: 'ExtensionNameMisspelled', message };
}
