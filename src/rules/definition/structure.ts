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
  safe`${key} belongs at the top of the file. Move it there: a closing bracket may be missing ` +
  safe`above it.`;

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
      ? safe`The platform does not support WebSockets (${actual}). Use ${'https'} if the service ` +
        'supports it.'
      : safe`${actual} is not a valid scheme. Use ${'https'}.`;
    return { rule: isWebSocket ? 'SchemeNotSupported' : 'SchemeNotValid', message };
  }
  if (key === 'collectionFormat' && actual.toLowerCase() === 'multi') {
    const message =
      safe`The ${'collectionFormat'} ${actual} is not supported: the platform sends each query ` +
      safe`parameter only once. Use ${'csv'} if the service accepts it, or a ${'string'} that a ` +
      'script splits.';
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
        safe`${key} is not an extension: extension names start with a lowercase ${'x-'}. ` +
        safe`Use ${rename}.`,
      ...(!(rename in at) && { fix: [{ at, key, rename }] }),
    };
  }
  if (key.startsWith('x-ms-') && violated.patternProperties !== undefined)
    return misspelledExtension(key, error);
  if (is(violated, definitions.bodyParameter) && valueKeywords.has(key)) {
    const message =
      safe`${key} is on the body parameter, where the platform ignores it. Move it to the ` +
      safe`${'schema'} of the parameter.`;
    return { rule: 'BodyParameterPropertyNotValid', message };
  }
  if (isRoot(violated) && key === '$schema') {
    return {
      message:
        safe`The platform rejects a definition with ${key}. Remove it, and set the schema in ` +
        'your editor settings instead.',
      fix: [{ at, key, remove: true }],
    };
  }
  const advice = foreignKeywordAdvice(key, violated);
  if (advice === undefined) return misplacedAdvice(key, violated, error.value);
  const rename = `x-${key}`;
  const fix = allowedAsExtension.has(key) && !(rename in at) ? [{ at, key, rename }] : undefined;
  return {
    rule: 'SwaggerKeywordNotSupported',
    message: `${safe`Swagger 2.0 has no ${key} here.`} ${advice}`,
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
    return { message: safe`The path ${key} is not in ${'paths'}. Move it there.` };
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
    ? 'It has no effect. Remove it.'
    : undefined;
}

const remove = 'The platform ignores it. Remove it.';
const describeOne =
  'Describe the most common variant, or list the fields of all variants as optional.';
const asExtension = (key: string): string =>
  safe`Rename it to ${`x-${key}`} if readers need it; otherwise, remove it.`;
const host = safe`Use ${'host'}, ${'basePath'} and ${'schemes'}.`;

const foreignKeywords: Record<string, Record<string, string>> = {
  [schema.title]: {
    openapi: safe`The file already has ${'swagger'}. Remove it.`,
    components:
      safe`Move its contents to ${'definitions'}, ${'parameters'}, ${'responses'} and ` +
      safe`${'securityDefinitions'}.`,
    servers: host,
    webhooks:
      safe`Define each webhook as an operation with ${'x-ms-trigger'} and ` +
      safe`${'x-ms-notification-content'}.`,
    jsonSchemaDialect: remove,
  },
  [definitions.info.title]: { summary: safe`Use ${'description'}.` },
  [definitions.pathItem.title]: {
    trace: 'The platform does not support this method. Remove it.',
    servers: host,
    summary: 'Move it to the operations.',
    description: 'Move it to the operations.',
  },
  [definitions.operation.title]: {
    requestBody: safe`Use a parameter in ${'body'} with the schema.`,
    callbacks: safe`Use ${'x-ms-notification-content'} in the path.`,
    servers: host,
  },
  [definitions.writtenResponse.title]: {
    content:
      safe`Put the ${'schema'} directly in the response, and the media type in ` +
      safe`${'produces'}.`,
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
  const: safe`Use an ${'enum'} with this single value.`,
  nullable: asExtension('nullable'),
  example: asExtension('example'),
  examples: asExtension('examples'),
  deprecated: asExtension('deprecated'),
  writeOnly: remove,
  patternProperties: safe`Use ${'additionalProperties'} with the schema of the values.`,
  propertyNames: remove,
  unevaluatedProperties: remove,
  unevaluatedItems: remove,
  additionalItems: remove,
  prefixItems: safe`Use ${'items'} with a schema that fits every item.`,
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
  contentEncoding: safe`Use ${'format'}, such as ${'byte'}.`,
  contentMediaType: remove,
  content: safe`Use ${'type'}, or ${'schema'} for a body.`,
  style: safe`Use ${'collectionFormat'} if the value is an array.`,
  explode: safe`Use ${'collectionFormat'} if the value is an array.`,
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
    safe`Did you mean ${rename}?`;
  return { rule: 'ExtensionNameMisspelled', message };
}
