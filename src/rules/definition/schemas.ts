import { hasDefault, type Definition, type Schema } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  objectsIn,
  own,
  stringsIn,
  typeName,
  writtenValue,
  type Json,
  type JsonArray,
  type JsonObject,
} from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';
import { withArticle } from '../structure-errors.ts';

/** A violation at the keyword, unless it names another key. */
type KeywordViolation = Omit<Extract<RuleViolation, { at: unknown }>, 'at' | 'key'> & {
  key?: string;
};

/**
 * A rule about schemas that have a keyword. Headers and parameters that are not in the body count
 * as schemas.
 */
const keywordRule = (
  keyword: string,
  rule: Omit<Rule, 'check'>,
  check: (value: Json | undefined, schema: Schema) => KeywordViolation | undefined,
): Rule => ({
  ...rule,
  *check({ definition }): Iterable<RuleViolation> {
    for (const schema of definition?.having(keyword) ?? []) {
      const violation = check(schema.raw[keyword], schema);
      if (violation) yield { at: schema.raw, key: keyword, ...violation };
    }
  },
});

const fits = (value: Json | undefined, type: string): boolean => {
  const actual = typeName(value);
  return (
    actual === type ||
    (actual === 'integer' && type === 'number') ||
    (actual === 'string' && type === 'file')
  );
};

const types = new Set([
  'array',
  'boolean',
  'file',
  'integer',
  'number',
  'object',
  'string',
  'null',
]);

/** Whether a schema declares all properties of an object itself. */
const isClosedObject = ({ raw, role }: Schema): boolean =>
  (typeof raw.type !== 'string' || raw.type === 'object') &&
  raw.allOf === undefined &&
  role !== 'allOf' &&
  !isObject(raw.additionalProperties) &&
  raw.additionalProperties !== true;

/** A limit of a size, which must not be negative. */
const sizeRule = (keyword: string, id: string): Rule =>
  keywordRule(
    keyword,
    {
      id,
      source: 'swagger-validator',
      severity: 'error',
      description: `\`${keyword}\` is zero or more.`,
      rationale: 'A length or count cannot be negative.',
      policies: openApiStandard,
    },
    (value) =>
      typeof value === 'number' && value < 0
        ? { message: safe`The value of ${keyword} is ${value}. Use zero or a positive number.` }
        : undefined,
  );

/** A lower limit, which must not exceed the upper limit. */
const orderRule = (lower: string, upper: string, id: string): Rule =>
  keywordRule(
    lower,
    {
      id,
      source: 'swagger-validator',
      severity: 'error',
      description: `\`${lower}\` is at most \`${upper}\`.`,
      rationale: 'No value satisfies both limits, so every call is rejected.',
      policies: openApiStandard,
    },
    (value, { raw }) => {
      const maximum = raw[upper];
      return typeof value === 'number' && typeof maximum === 'number' && value > maximum
        ? {
            message:
              safe`The value of ${lower}, ${value}, is greater than ${upper}, ${maximum}. ` +
              'Swap them, or correct one.',
          }
        : undefined;
    },
  );

const exclusiveRule = (exclusive: string, limit: string, id: string): Rule =>
  keywordRule(
    exclusive,
    {
      id,
      source: 'swagger-validator',
      severity: 'error',
      description: `A schema with \`${exclusive}\` also has \`${limit}\`.`,
      rationale:
        `\`${exclusive}\` says whether the limit itself is allowed; without a limit, it has ` +
        'no effect.',
      policies: openApiStandard,
      fixable: true,
    },
    (_, { raw }) =>
      raw[limit] === undefined
        ? {
            part: 'key',
            message:
              safe`${exclusive} is set, but ${limit} is missing. Add the limit, or remove ` +
              safe`${exclusive}.`,
            fix: [{ at: raw, key: exclusive, remove: true }],
          }
        : undefined,
  );

export const schemas: Rule[] = [
  keywordRule(
    'type',
    {
      id: 'ArrayHasNoItems',
      source: 'swagger-validator',
      severity: 'error',
      description: 'An array describes its items.',
      rationale: 'Without the items, the designer cannot offer their fields in a loop.',
      policies: openApiStandard,
    },
    (type, { raw, name, role }) =>
      type === 'array' && !isObject(raw.items) && !Array.isArray(raw.items)
        ? {
            message:
              `${name === undefined ? `The array of this ${role}` : safe`The array ${name}`} ` +
              safe`has no ${'items'}. Describe one item.`,
          }
        : undefined,
  ),
  keywordRule(
    'default',
    {
      id: 'DefaultValueMustMatchType',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: 'The default of a schema matches its type.',
      rationale: 'The designer fills in the default, and the service rejects it.',
      policies: openApiStandard,
      fixable: true,
    },
    (value, { raw }) => {
      const type = asText(raw.type);
      if (type === undefined || !types.has(type) || !hasDefault(raw) || fits(value, type))
        return undefined;
      const written = JSON.stringify(raw.default);
      const actual =
        value === null
          ? safe`The default is ${written}`
          : `${safe`The default ${written} is`} ${withArticle(typeName(value))}`;
      const message =
        `${actual}, but the type is ${safe`${type}`}. Use a value of that type, or remove the ` +
        'default.';
      const to = converted(raw.default ?? null, type);
      return to === undefined ? { message } : { message, fix: [{ at: raw, key: 'default', to }] };
    },
  ),
  {
    id: 'DefaultValueNotAllowed',
    severity: 'warning',
    policies: openApiStandard,
    description: 'A default is one of the values of `enum` and within the limits of the schema.',
    rationale: 'The designer fills in the default, and the service rejects it.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { raw: at } of definition?.having('default') ?? []) {
        const contradiction = partsOf(definition, at)
          .map((part) => contradictionOf(definition, at, part))
          .find((found) => found !== undefined);
        if (!contradiction) continue;
        const { problem, match } = contradiction;
        const message = `${safe`The default ${JSON.stringify(at.default)}`} ${problem}`;
        yield match === undefined
          ? { at, key: 'default', message: `${message} Correct it, or remove it.` }
          : {
              at,
              key: 'default',
              message: `${message} ${safe`Write ${match}.`}`,
              fix: [{ at, key: 'default', to: match }],
            };
      }
      for (const { raw: at } of definition?.having('allOf') ?? []) {
        const parts = hasDefault(at) ? [] : partsOf(definition, at);
        const owner = parts.find(hasDefault);
        const ownParts = new Set(owner && partsOf(definition, owner));
        const contradiction = parts
          .map((part) =>
            owner && !ownParts.has(part) ? contradictionOf(definition, owner, part) : undefined,
          )
          .find((found) => found !== undefined);
        if (owner && contradiction)
          yield {
            at,
            key: 'allOf',
            part: 'key',
            message:
              safe`The default ${JSON.stringify(owner.default)} of a schema in ${'allOf'} ` +
              `${contradiction.problem} Set a different default in this schema, or correct the ` +
              'other one.',
          };
      }
    },
  },
  keywordRule(
    'enum',
    {
      id: 'InvalidEnumValue',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: 'The values of an `enum` match the type of the schema.',
      rationale: 'Users choose such a value from the list, and the service rejects it.',
      policies: openApiStandard,
    },
    (value, { raw }) => {
      const type = asText(raw.type);
      if (!Array.isArray(value) || type === undefined || !types.has(type)) return undefined;
      const wrong = value.filter((item) => item !== null && !fits(item, type));
      if (wrong.length === 0) return undefined;
      const wrongTypes = Array.from(new Set(wrong.map(typeName)));
      // 3% of the independent publishers since 2024 write such values as strings, "1" for 1.
      const isWriting = wrong.every(
        (item) =>
          converted(item, type) !== undefined ||
          (typeof item === 'string' && type !== 'boolean' && /^[+-]?\d+$/.test(item)),
      );
      return {
        ...(isWriting && { severity: 'warning' }),
        message:
          safe`The ${'enum'} has values of type ${wrongTypes}, such as ` +
          safe`${JSON.stringify(wrong[0])}, but the type is ${type}. Write all values as ` +
          safe`${type}, or change the type.`,
      };
    },
  ),
  keywordRule(
    'enum',
    {
      // No accepted connector has such a value.
      id: 'EnumValueNotAllowed',
      severity: 'warning',
      description: 'The values of an `enum` are within the limits of the schema.',
      rationale: 'Users choose such a value from the list, and the service rejects it.',
      policies: openApiStandard,
    },
    (value, { raw }) => {
      const limits = { ...raw, enum: null };
      const values = Array.isArray(value) ? value.slice(0, maxComparedValues) : [];
      for (const item of values) {
        const contradiction = contradictionOfValue(item, limits);
        if (contradiction)
          return {
            message:
              `${safe`The value ${JSON.stringify(item)} of ${'enum'}`} ` +
              `${contradiction.problem} Correct one of them.`,
          };
      }
      return undefined;
    },
  ),
  keywordRule(
    'enum',
    {
      id: 'EnumMustContainAtLeastOneElement',
      source: 'swagger-validator',
      severity: 'error',
      description: 'An `enum` has at least one value.',
      rationale: 'Users cannot choose from an empty list.',
      policies: openApiStandard,
      fixable: true,
    },
    (value, { raw }) =>
      Array.isArray(value) && value.length === 0
        ? {
            message: safe`The array ${'enum'} is empty. Add the values, or remove it.`,
            fix: [{ at: raw, key: 'enum', remove: true }],
          }
        : undefined,
  ),
  keywordRule(
    'required',
    {
      id: 'RequiredPropertyArrayEmpty',
      source: 'swagger-validator',
      severity: 'error',
      description: 'The array `required` is not empty.',
      rationale: 'Swagger 2.0 does not allow an empty array, and some tools reject the definition.',
      policies: openApiStandard,
      fixable: true,
    },
    (value, { raw }) =>
      Array.isArray(value) && value.length === 0
        ? {
            message: safe`The array ${'required'} is empty. Remove it.`,
            fix: [{ at: raw, key: 'required', remove: true }],
          }
        : undefined,
  ),
  keywordRule(
    'required',
    {
      id: 'RequiredPropertyDefinitionMissing',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: 'Each name in `required` is a property of the schema.',
      rationale: 'Users must provide a value but see no field for it, so every call fails.',
      policies: openApiStandard,
    },
    (value, schema) => {
      const { raw } = schema;
      if (!Array.isArray(value) || !isClosedObject(schema)) return undefined;
      const { properties } = raw;
      const unknown = value.filter(
        (name) =>
          typeof name === 'string' && !(isObject(properties) && Object.hasOwn(properties, name)),
      );
      return unknown.length > 0
        ? {
            message:
              safe`${'required'} contains ${unknown.map(String)}, but the schema does not ` +
              'define it. Define the property, or remove the name.',
          }
        : undefined;
    },
  ),
  keywordRule(
    'required',
    {
      id: 'RequiredPropertyNotOnObject',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: 'Only an object schema has `required`.',
      rationale: 'Only objects have properties; in any other schema, `required` has no effect.',
      policies: openApiStandard,
      fixable: true,
    },
    (value, { raw, role }) => {
      const type = asText(raw.type);
      const isEmpty = Array.isArray(value) && value.length === 0;
      const isOwnKeyword = role === 'parameter' || role === 'header';
      if (isEmpty || isOwnKeyword || type === undefined || type === 'object') return undefined;
      const found = {
        part: 'key' as const,
        message:
          safe`This is of type ${type}, and only an ${'object'} has ${'required'} ` +
          'properties. Remove it here, and list required properties in the enclosing ' +
          'object.',
      };
      return value === true
        ? found
        : { ...found, fix: [{ at: raw, key: 'required', remove: true }] };
    },
  ),
  {
    id: 'RequiredReadOnlyPropertyNotAllowedAsInput',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'Required properties of a request are not read-only.',
    rationale: 'Users must provide a value that the service does not accept.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { raw, root } of definition?.having('required') ?? []) {
        const properties = asObject(raw.properties);
        if (!properties || !root.use.input) continue;
        for (const name of new Set(stringsIn(raw.required))) {
          const at = asObject(own(properties, name));
          if (at?.readOnly === true)
            yield {
              at,
              key: 'readOnly',
              message:
                safe`The property ${name} is both required and read-only. Remove it from ` +
                safe`${'required'}, or remove ${'readOnly'}.`,
            };
        }
      }
    },
  },
  {
    // No accepted connector has such a property. InternalPropertyWithDefaultOptional checks
    // parameters that are not in the body.
    id: 'PropertyMustBeRequired',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'An internal property of a request with a default is required.',
    rationale:
      'The platform omits internal properties that are not required, so the default is never sent.',
    policies: connectorStandard,
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      const byParent = new Map<JsonObject, { required: ReadonlySet<Json>; missing: Set<string> }>();
      const found: { raw: JsonObject; parent: JsonObject; name: string }[] = [];
      for (const schema of definition?.having('default') ?? []) {
        const { raw, name, parent } = schema;
        if (!isInternalInputProperty(schema) || !parent || name === undefined || !hasDefault(raw))
          continue;
        const names = byParent.get(parent.raw) ?? {
          required: new Set(asList(parent.raw.required)),
          missing: new Set(),
        };
        byParent.set(parent.raw, names);
        if (names.required.has(name)) continue;
        names.missing.add(name);
        found.push({ raw, parent: parent.raw, name });
      }
      for (const { raw, parent, name } of found) {
        const message =
          safe`The property ${name} is internal and has a default, but is not required, ` +
          safe`so it is never sent. Add it to ${'required'}.`;
        const list = [...asList(parent.required), ...(byParent.get(parent)?.missing ?? [])];
        // Do not repeat a longer array in the fix of each missing property.
        const fixed =
          list.length <= 100 && (parent.required === undefined || Array.isArray(parent.required));
        yield fixed
          ? { at: raw, message, fix: [{ at: parent, key: 'required', to: list }] }
          : { at: raw, message };
      }
    },
  },
  keywordRule(
    'discriminator',
    {
      id: 'DiscriminatorMustBeARequiredStringProperty',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: '`discriminator` is the name of a required property of type `string`.',
      rationale: 'Its value determines the schema of an object, so it must always be present.',
      policies: openApiStandard,
    },
    (value, { raw }) => {
      if (typeof value !== 'string')
        return {
          message:
            safe`The ${'discriminator'} is ${JSON.stringify(value)}. Write the name of a ` +
            safe`property.`,
        };
      const parts = [raw, ...objectsIn(raw.allOf)];
      const property = parts
        .map((part) => own(asObject(part.properties) ?? {}, value))
        .find(isObject);
      // A reference may lead to a schema that defines or requires the property.
      const unknown = parts.some(({ $ref }) => $ref !== undefined);
      if (!property)
        return unknown
          ? undefined
          : {
              message:
                safe`The ${'discriminator'} is ${value}, but the schema has no such ` +
                'property. Add the property, or correct the name.',
            };
      if (property.$ref === undefined && property.type !== 'string')
        return {
          message:
            safe`The ${'discriminator'} is ${value}, but this property is not a ` +
            safe`${'string'}. Change its type to ${'string'}.`,
        };
      const required = unknown || parts.some((part) => asList(part.required).includes(value));
      return required
        ? undefined
        : {
            message:
              safe`The ${'discriminator'} is ${value}, but this property is not required. ` +
              safe`Add it to ${'required'}.`,
          };
    },
  ),
  keywordRule(
    'x-ms-editor',
    {
      id: 'InvalidCustomEditorExtensionDictionaryValue',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: 'Only an object with `additionalProperties` has the editor `dictionary`.',
      rationale:
        'In this editor, users enter their own names and values; any other schema does not ' +
        'accept them.',
      policies: connectorStandard,
    },
    (value, { raw }) => {
      if (
        value !== 'dictionary' ||
        (raw.type === 'object' &&
          (isObject(raw.additionalProperties) || raw.additionalProperties === true))
      )
        return undefined;
      return {
        message:
          safe`The editor is ${'dictionary'}, but the schema is not an ${'object'} with ` +
          safe`${'additionalProperties'}. Describe the values in ` +
          safe`${'additionalProperties'}, or remove the editor.`,
      };
    },
  ),
  keywordRule(
    'multipleOf',
    {
      id: 'MultipleOfMustBeGreaterThanZero',
      source: 'swagger-validator',
      severity: 'error',
      description: '`multipleOf` is greater than zero.',
      rationale: 'Only zero is a multiple of zero.',
      policies: openApiStandard,
    },
    (value) =>
      typeof value === 'number' && value <= 0
        ? { message: safe`The value of ${'multipleOf'} is ${value}. Use a positive number.` }
        : undefined,
  ),
  keywordRule(
    'pattern',
    {
      id: 'PatternShouldBeValidRegularExpression',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A `pattern` is a valid regular expression.',
      rationale:
        'The platform validates every value against the pattern and fails if the pattern ' +
        'does not compile.',
      policies: openApiStandard,
    },
    (value) =>
      typeof value === 'string' && !compiles(value)
        ? {
            message:
              safe`The pattern ${value} is not a valid regular expression. Correct it; in ` +
              'JSON, write each backslash twice.',
          }
        : undefined,
  ),
  sizeRule('maxItems', 'MaxItemsMustBeGreaterThanOrEqualToZero'),
  sizeRule('minItems', 'MinItemsMustBeGreaterThanOrEqualToZero'),
  sizeRule('maxLength', 'MaxLengthMustBeGreaterThanOrEqualToZero'),
  sizeRule('minLength', 'MinLengthMustBeGreaterThanOrEqualToZero'),
  sizeRule('maxProperties', 'MaxPropertiesMustBeGreaterThanOrEqualToZero'),
  sizeRule('minProperties', 'MinPropertiesMustBeGreaterThanOrEqualToZero'),
  orderRule('minimum', 'maximum', 'MinimumShouldBeLessThanOrEqualToMaximum'),
  orderRule('minItems', 'maxItems', 'MinItemsShouldBeLessThanOrEqualToMaxItems'),
  orderRule('minLength', 'maxLength', 'MinLengthShouldBeLessThanOrEqualToMaxLength'),
  exclusiveRule('exclusiveMaximum', 'maximum', 'ExclusiveMaximumRequiresMaximum'),
  exclusiveRule('exclusiveMinimum', 'minimum', 'ExclusiveMinimumRequiresMinimum'),
  {
    id: 'SchemaTypeFileNotValid',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Only the schema of an entire response has the type `file`.',
    rationale: 'A file is an entire response body, never one of its fields.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { raw, role } of definition?.having('type') ?? []) {
        if (
          raw.type === 'file' &&
          role !== 'parameter' &&
          role !== 'response' &&
          role !== 'definition'
        ) {
          yield {
            at: raw,
            key: 'type',
            message:
              safe`This schema cannot be a ${'file'}. Use ${'string'} with the format ` +
              safe`${'binary'} or ${'byte'}.`,
          };
        }
      }
    },
  },
];

const isInternalInputProperty = ({ raw, role, root }: Schema): boolean =>
  role === 'property' && raw['x-ms-visibility'] === 'internal' && root.use.input;

/** What contradicts a default, as the end of a sentence; and the value that is probably meant. */
interface Contradiction {
  problem: string;
  match?: string;
}

/**
 * How the default of a schema contradicts the limits of the schema or of a part of its `allOf`.
 * Undefined if it does not, and for a value of a wrong type, which DefaultValueMustMatchType and
 * InvalidEnumValue report.
 */
function contradictionOf(
  definition: Definition | undefined,
  schema: JsonObject,
  part: JsonObject,
): Contradiction | undefined {
  const { default: value } = schema;
  const type = asText(part.type) ?? asText(schema.type);
  if (value === undefined || value === null) return undefined;
  if (type !== undefined && types.has(type) && !fits(value, type)) return undefined;
  if (!Array.isArray(value)) return contradictionOfValue(value, part);
  const items = asObject(part.items);
  const item = items && definition?.follow(items);
  const itemType = asText(item?.type);
  for (const entry of item ? value.slice(0, maxComparedValues) : []) {
    if (itemType !== undefined && types.has(itemType) && !fits(entry, itemType))
      return {
        problem:
          safe`contains ${JSON.stringify(entry)} (${typeName(entry)}), but the type of the items ` +
          safe`is ${itemType}.`,
      };
    const within = item && contradictionOfValue(entry, item);
    if (within)
      return { problem: safe`contains ${JSON.stringify(entry)}, which ` + within.problem };
  }
  return beyondLimit(value.length, part, 'Items');
}

function contradictionOfValue(value: Json, part: JsonObject): Contradiction | undefined {
  const unlisted = notListed(value, part);
  if (unlisted) return unlisted;
  if (typeof value === 'number') return beyondLimit(value, part, '') ?? notMultiple(value, part);
  if (typeof value !== 'string') return undefined;
  return beyondLimit(Array.from(value).length, part, 'Length') ?? unlikePattern(value, part);
}

function notMultiple(value: number, { multipleOf }: JsonObject): Contradiction | undefined {
  if (typeof multipleOf !== 'number' || multipleOf <= 0) return undefined;
  const ratio = value / multipleOf;
  return Math.abs(ratio - Math.round(ratio)) > 1e-6
    ? { problem: safe`is not a multiple of ${multipleOf} (${'multipleOf'}).` }
    : undefined;
}

function unlikePattern(value: string, { pattern }: JsonObject): Contradiction | undefined {
  return typeof pattern === 'string' && matchesSimplePattern(pattern, value) === false
    ? { problem: safe`does not match the ${'pattern'} ${pattern}.` }
    : undefined;
}

/** Parts of one schema that are compared: of a schema made to take time, not all. */
const maxParts = 20;

/** A schema and the schemas of its `allOf`, references followed, at most 20. */
function partsOf(definition: Definition | undefined, schema: JsonObject): JsonObject[] {
  const parts = [schema];
  for (let next = 0; next < parts.length; next += 1)
    for (const part of objectsIn(parts[next]?.allOf)) {
      const target = definition?.follow(part);
      if (target && parts.length < maxParts && !parts.includes(target)) parts.push(target);
    }
  return parts;
}

/** Of a pattern without groups in groups, one part at a time: an item, and how often it occurs. */
const simplePart =
  /(?:\\[dDwWsS]|\\[^\w\s]|\[(?:[^[\]\\]|\\[^\n])+\]|[^\\[\](){}*+?|^$])(?:\*|\+|\?|\{\d{1,2}(?:,\d{0,2})?\})?/y;

/**
 * Whether a text matches a pattern. Undefined if the pattern, which is untrusted, is more than a row
 * of items such as `[A-Z]{2}\d+`, with at most one choice in brackets: only those take little time.
 */
function matchesSimplePattern(pattern: string, value: string): boolean | undefined {
  if (pattern.length > 200 || value.length > 60) return undefined;
  const choice = /\((?:\?:)?([^()\\[\]]*)\)(?![*+?{])/.exec(pattern);
  const row = (choice ? pattern.replace(choice[0], '') : pattern).replace(/^\^|\$$/g, '');
  const parts = [row, ...(choice?.[1] ?? '').split('|')];
  let variable = 0;
  for (const part of parts)
    for (simplePart.lastIndex = 0; simplePart.lastIndex < part.length;) {
      const found = simplePart.exec(part);
      if (!found) return undefined;
      if (/[*+?]$|,\d*\}$/.test(found[0]) && found[0].length > 1) variable += 1;
    }
  try {
    return variable > (pattern.startsWith('^') ? 2 : 1)
      ? undefined
      : new RegExp(pattern).test(value);
  } catch {
    return undefined;
  }
}

/** Values of an `enum` that a message lists, and that are compared without case. */
const maxShownValues = 10;
const maxComparedValues = 1000;

/** As written: other rules report a value of a wrong type. */
const writtenValues = memoize(
  (list: JsonArray): ReadonlySet<string> => new Set(list.map(writtenValue)),
);

function notListed(value: Json, { enum: list }: JsonObject): Contradiction | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const written = writtenValue(value);
  if (writtenValues(list).has(written)) return undefined;
  const normal = written.trim().toLowerCase();
  const match = stringsIn(list.slice(0, maxComparedValues)).find(
    (item) => item.trim().toLowerCase() === normal,
  );
  const shown = list.slice(0, maxShownValues).map(writtenValue);
  const more = list.length > maxShownValues ? ', …' : '';
  const problem = `${safe`is not one of the ${'enum'} values ${shown}`}${more}.`;
  return match === undefined || typeof value !== 'string' ? { problem } : { problem, match };
}

/** Compares a value, a length or a count with the limits whose names end with `of`. */
function beyondLimit(size: number, part: JsonObject, of: string): Contradiction | undefined {
  const [lower, upper] = of === '' ? ['minimum', 'maximum'] : [`min${of}`, `max${of}`];
  if (of === '' && part.format === 'int32' && Math.abs(size) > 2 ** 31)
    return { problem: safe`is too large for the ${'format'} ${'int32'}.` };
  const [minimum, maximum] = [part[lower], part[upper]];
  const isTooSmall =
    typeof minimum === 'number' &&
    (part.exclusiveMinimum === true && of === '' ? size <= minimum : size < minimum);
  const isTooLarge =
    typeof maximum === 'number' &&
    (part.exclusiveMaximum === true && of === '' ? size >= maximum : size > maximum);
  if (!isTooSmall && !isTooLarge) return undefined;
  const [key, limit] = isTooSmall ? [lower, minimum] : [upper, maximum];
  return { problem: safe`is not within the ${key} of ${Number(limit)}.` };
}

/** The same value in another type, if the conversion is unambiguous. */
function converted(value: Json, type: string): Json | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    if (type === 'integer' && /^-?(0|[1-9]\d{0,14})(\.0+)?$/.test(text)) return Number(text);
    if (type === 'number' && /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(text)) return Number(text);
  }
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return String(value);
  return undefined;
}

/** Compiles a pattern, but never runs it: the pattern is untrusted. */
function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    try {
      new RegExp(pattern);
      return true;
    } catch {
      return false;
    }
  }
}
