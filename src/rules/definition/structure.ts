import type { Definition } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { memoize } from '../../shared/memoize.ts';
import { asObject, isObject, type JsonObject } from '../../json/values.ts';
import { validate } from '../../generated/definition.ts';
import {
  structureViolations,
  type StructureError,
  type Refine,
  type StructureMessage,
  type Structure,
} from '../structure-errors.ts';
import schema from './definition.schema.json' with { type: 'json' };

const { definitions } = schema;

/** Where a definition departs from its schema. */
export const definitionStructure = memoize((definition: Definition): Structure =>
  structureViolations(definition.file, definition.raw, validate, refine),
);

/** Whether the schema that was broken is that of a definition. */
const is = (broken: JsonObject, kind: { title: string }): boolean => broken.title === kind.title;
const isRoot = (broken: JsonObject): boolean => broken.title === schema.title;

const refine: Refine = (departure) => {
  if (saidElsewhere(departure)) return 'elsewhere';
  if (departure.keyword === 'enum') return notInEnum(departure);
  return departure.keyword === 'additionalProperties' ? unknown(departure) : undefined;
};

/** Whether a rule that has more to say about it says it already. */
function saidElsewhere({
  keyword,
  at,
  key,
  value,
  schema: broken,
  path,
  where,
}: StructureError): boolean {
  // a property may be called `$ref`, too
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
      if (is(broken, definitions.operation)) return true;
      // MissingEnumValuesDisplayName, InvalidEnumValuesExtensionValue
      if (is(broken, definitions.enumValue)) return true;
      // BodyParameterSchemaRequired
      if (is(broken, definitions.bodyParameter)) return key === 'schema';
      // NonBodyParameterSchemaNotValid; and without `in`, nobody can say whether a type is needed
      return (
        is(broken, definitions.valueParameter) &&
        key === 'type' &&
        isObject(at) &&
        (at.schema !== undefined || at.in === undefined)
      );
    case 'additionalProperties':
      if (is(broken, definitions.pathItem)) return false;
      if (besideReference) return true; // AdditionalPropertyNotAllowedAdjacentToRef
      if (is(broken, definitions.securityScheme)) return true; // SecuritySchemePropertyNotValid
      // NonBodyParameterSchemaNotValid
      if (is(broken, definitions.valueParameter)) return key === 'schema';
      // SpecificationVersionIncorrect
      return isRoot(broken) && key === 'openapi' && isObject(at) && at.swagger === undefined;
    case 'anyOf':
      return false;
  }
}

function notInEnum({ key, at, value, where }: StructureError): StructureMessage | undefined {
  const given = typeof value === 'string' ? value : JSON.stringify(value);
  if (where === 'schemes' && Array.isArray(at)) {
    const socket = /^wss?$/i.test(given);
    const message = socket
      ? safe`The scheme ${given} is that of WebSockets, which the platform does not speak. ` +
        safe`Write ${'https'}, if the service answers to it.`
      : safe`${given} is no scheme. Write ${'https'}.`;
    return { rule: socket ? 'SchemeNotSupported' : 'SchemeNotValid', message };
  }
  if (key === 'collectionFormat' && given.toLowerCase() === 'multi') {
    const message =
      safe`The ${'collectionFormat'} ${given} is not supported: ` +
      safe`the platform cannot send one name several times. ` +
      safe`Use ${'csv'} if the service takes it, or a ${'string'} that a script takes apart.`;
    return { rule: 'CollectionFormatValueNotSupported', message };
  }
  return undefined;
}

function unknown(departure: StructureError): Partial<StructureMessage> | 'elsewhere' | undefined {
  const { at, schema: broken } = departure;
  const key = String(departure.key);
  if (key.startsWith('x-ms-') && broken.patternProperties !== undefined)
    return misspelled(key, departure);
  if (is(broken, definitions.bodyParameter) && valueKeywords.has(key)) {
    const message =
      safe`The body parameter has ${key}, which says something about a single value. ` +
      safe`Move it into the ${'schema'}.`;
    return { rule: 'BodyParameterPropertyNotValid', message };
  }
  if (isRoot(broken) && key === '$schema') {
    return {
      message:
        safe`${key} is not known to the platform, which refuses the definition for it. ` +
        safe`Remove it, and name the schema in the settings of your editor.`,
      fix: [{ at, key, remove: true }],
    };
  }
  const todo = foreign(key, broken);
  if (todo === undefined) return misplaced(key, broken);
  const rename = `x-${key}`;
  const fix = kept.has(key) && !(rename in at) ? [{ at, key, rename }] : undefined;
  return {
    rule: 'SwaggerKeywordNotSupported',
    message: `${safe`${key} is not a keyword of Swagger 2.0 in this place.`} ${todo}`,
    ...(fix && { fix }),
  };
}

/**
 * What stands at the top of the file; a bracket that is missing further up makes it part of a path.
 */
const sections = new Set([
  'swagger',
  'info',
  'host',
  'basePath',
  'schemes',
  'paths',
  'definitions',
  'responses',
  'securityDefinitions',
]);
const ofProperties = new Set([
  'properties',
  'connectionParameters',
  'connectionParameterSets',
  'iconBrandColor',
  'capabilities',
  'publisher',
  'stackOwner',
  'policyTemplateInstances',
  'scriptOperations',
]);

/** What is known, but in another place. */
function misplaced(key: string, broken: JsonObject): Pick<StructureMessage, 'message'> | undefined {
  if (isRoot(broken) && key.startsWith('/'))
    return { message: safe`The path ${key} stands outside of ${'paths'}. Move it in there.` };
  if (isRoot(broken) && ofProperties.has(key))
    return {
      message: safe`${key} has no place in the definition. Move it into ${'apiProperties.json'}.`,
    };
  return !isRoot(broken) && sections.has(key) && broken.patternProperties !== undefined
    ? {
        message:
          safe`${key} belongs at the top of the file. Move it there; ` +
          safe`perhaps a bracket is missing above.`,
      }
    : undefined;
}

const valueKeywords = new Set(Object.keys(definitions.valueParameter.properties));
const schemaKeywords = new Set(Object.keys(definitions.schema.properties));
/**
 * What makes no difference to the platform and tells people something: it may stay as an extension.
 */
const kept = new Set(['nullable', 'example', 'examples', 'deprecated']);

/**
 * What to do about a keyword of OpenAPI 3, of JSON Schema, or of another place; undefined where it
 * is none.
 */
function foreign(key: string, broken: JsonObject): string | undefined {
  const ofKind = typeof broken.title === 'string' ? foreignKeywords[broken.title] : undefined;
  if (ofKind) return Object.hasOwn(ofKind, key) ? ofKind[key] : undefined;
  const ofValues = [
    definitions.schema,
    definitions.valueParameter,
    definitions.bodyParameter,
    definitions.items,
    definitions.header,
  ].some((kind) => is(broken, kind));
  if (!ofValues) return undefined;
  if (Object.hasOwn(foreignInValues, key)) return foreignInValues[key];
  return !is(broken, definitions.schema) && (schemaKeywords.has(key) || valueKeywords.has(key))
    ? 'It says nothing here. Remove it.'
    : undefined;
}

const remove = 'The platform does not read it. Remove it.';
const describeOne =
  'Describe the form that is usual, or list the fields of all forms, none of them required.';
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

const tail = (name: string): string => name.slice('x-ms-'.length);

/**
 * The extensions that a schema knows, without `x-ms-`, and what names of none were probably meant
 * to be: the same stand in a file a thousand times.
 */
const extensionsOf = memoize((broken: JsonObject) => ({
  extensions: Object.keys(asObject(broken.properties) ?? {})
    .filter((name) => name.startsWith('x-ms-'))
    .map(tail),
  meant: new Map<string, string | undefined>(),
}));

/**
 * Extensions of the platform begin with `x-ms-`. One that nobody knows is let through; one that is
 * nearly a known one is a mistake.
 */
function misspelled(
  key: string,
  { schema: broken, where }: StructureError,
): StructureMessage | 'elsewhere' {
  const { meant: known, extensions } = extensionsOf(broken);
  if (known.size > 1_000) known.clear();
  if (!known.has(key)) known.set(key, closestMatch(tail(key), extensions));
  const meant = known.get(key);
  if (meant === undefined) return 'elsewhere';
  const rename = `x-ms-${meant}`;
  const message =
    safe`The platform does not know ${key}, which stands in ${where}. ` +
    safe`Write ${rename} if that is meant; as it stands, nothing comes of it.`;
  return { rule: 'ExtensionNameMisspelled', message };
}
