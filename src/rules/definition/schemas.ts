import type { Schema } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  own,
  typeName,
  type Json,
  type JsonObject,
} from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

type Wrong = Omit<Extract<RuleViolation, { at: unknown }>, 'at' | 'key'> & { key?: string };

/**
 * A rule about the schemas that have a keyword. Parameters outside the body and headers are schemas
 * too.
 */
const keywordRule = (
  keyword: string,
  rule: Omit<Rule, 'check'>,
  wrong: (value: Json | undefined, schema: Schema) => Wrong | undefined,
): Rule => ({
  ...rule,
  *check({ definition }): Iterable<RuleViolation> {
    for (const schema of definition?.having(keyword) ?? []) {
      const found = wrong(schema.raw[keyword], schema);
      if (found) yield { at: schema.raw, key: keyword, ...found };
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

/** A limit of a size: zero or more. */
const sizeRule = (keyword: string, id: string, counts: string): Rule =>
  keywordRule(
    keyword,
    {
      id,
      severity: 'error',
      description: `\`${keyword}\` is zero or more.`,
      rationale: `Nothing has fewer than no ${counts}.`,
    },
    (value) =>
      typeof value === 'number' && value < 0
        ? { message: safe`The value of ${keyword} is ${value}. Use zero or a larger number.` }
        : undefined,
  );

/** A lower and an upper limit in the right order. */
const orderRule = (least: string, most: string, id: string): Rule =>
  keywordRule(
    least,
    {
      id,
      severity: 'error',
      description: `\`${least}\` is at most \`${most}\`.`,
      rationale: 'No value keeps both limits: every call is refused.',
    },
    (value, { raw }) => {
      const upper = raw[most];
      return typeof value === 'number' && typeof upper === 'number' && value > upper
        ? {
            message:
              safe`The value of ${least}, ${value}, is above that of ${most}, ${upper}. ` +
              safe`Exchange them or correct one.`,
          }
        : undefined;
    },
  );

const exclusiveRule = (exclusive: string, limit: string, id: string): Rule =>
  keywordRule(
    exclusive,
    {
      id,
      severity: 'error',
      description: `\`${exclusive}\` stands only where \`${limit}\` does.`,
      rationale: 'It says whether the limit itself is allowed; without a limit it says nothing.',
      fixable: true,
    },
    (_, { raw }) =>
      raw[limit] === undefined
        ? {
            part: 'key',
            message: safe`There is ${exclusive}, but no ${limit}. Add the limit or remove this.`,
            fix: [{ at: raw, key: exclusive, remove: true }],
          }
        : undefined,
  );

export const schemas: Rule[] = [
  keywordRule(
    'type',
    {
      id: 'ArrayHasNoItems',
      severity: 'error',
      description: 'An array says what its items are.',
      rationale: 'The designer cannot offer a loop over items that it does not know.',
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
      severity: certificationSeverity,
      description: 'A default is of the type it is a default for.',
      rationale: 'The designer puts it into the field, and the service refuses it.',
      fixable: true,
    },
    (value, { raw }) => {
      const type = asText(raw.type);
      if (type === undefined || !types.has(type) || value === undefined || fits(value, type))
        return undefined;
      const message =
        safe`The default ${JSON.stringify(value)} is of type ${typeName(value)}, but the type ` +
        safe`is ${type}. Write a value of that type, or remove the default.`;
      const to = converted(value, type);
      return to === undefined ? { message } : { message, fix: [{ at: raw, key: 'default', to }] };
    },
  ),
  keywordRule(
    'enum',
    {
      id: 'InvalidEnumValue',
      severity: certificationSeverity,
      description: 'The values of an `enum` are of the type of the schema.',
      rationale: 'Users choose such a value from the list, and the service refuses it.',
    },
    (value, { raw }) => {
      const type = asText(raw.type);
      if (!Array.isArray(value) || type === undefined || !types.has(type)) return undefined;
      const wrong = value.filter((one) => one !== null && !fits(one, type));
      if (wrong.length === 0) return undefined;
      const given = Array.from(new Set(wrong.map(typeName)));
      return {
        message:
          safe`The list has values of type ${given}, such as ${JSON.stringify(wrong[0])}, but ` +
          safe`the type is ${type}. Write all values as ${type}, or change the type.`,
      };
    },
  ),
  keywordRule(
    'enum',
    {
      id: 'EnumMustContainAtLeastOneElement',
      severity: 'error',
      description: 'An `enum` has at least one value.',
      rationale: 'From an empty list nothing can be chosen.',
      fixable: true,
    },
    (value, { raw }) =>
      Array.isArray(value) && value.length === 0
        ? {
            message: safe`The list ${'enum'} is empty. Add the values, or remove it.`,
            fix: [{ at: raw, key: 'enum', remove: true }],
          }
        : undefined,
  ),
  keywordRule(
    'required',
    {
      id: 'RequiredPropertyArrayEmpty',
      severity: 'error',
      description: 'The list `required`, where it is there, is not empty.',
      rationale: 'Swagger 2.0 allows no empty list; some readers refuse the definition.',
      fixable: true,
    },
    (value, { raw }) =>
      Array.isArray(value) && value.length === 0
        ? {
            message: safe`The list ${'required'} is empty. Remove it.`,
            fix: [{ at: raw, key: 'required', remove: true }],
          }
        : undefined,
  ),
  keywordRule(
    'required',
    {
      id: 'RequiredPropertyDefinitionMissing',
      severity: certificationSeverity,
      description: 'Each name in `required` is a property of the schema.',
      rationale: 'Users must give a value for which there is no field: no call succeeds.',
    },
    (value, schema) => {
      const { raw } = schema;
      if (
        !Array.isArray(value) ||
        (typeof raw.type === 'string' && raw.type !== 'object') ||
        raw.allOf !== undefined ||
        schema.role === 'allOf' ||
        isObject(raw.additionalProperties) ||
        raw.additionalProperties === true
      )
        return undefined;
      const { properties } = raw;
      const unknown = value.filter(
        (name) =>
          typeof name === 'string' && !(isObject(properties) && Object.hasOwn(properties, name)),
      );
      return unknown.length > 0
        ? {
            message:
              safe`${'required'} names ${unknown.map(String)}, which the schema does not ` +
              safe`define. Define the property, or take the name out of the list.`,
          }
        : undefined;
    },
  ),
  keywordRule(
    'required',
    {
      id: 'RequiredPropertyNotOnObject',
      severity: certificationSeverity,
      description: 'The list `required` stands on an object.',
      rationale:
        'Only an object has properties that can be required; ' +
        'elsewhere the list says nothing, though it looks as if it did.',
      fixable: true,
    },
    (value, { raw, role }) => {
      const type = asText(raw.type);
      if (
        role === 'parameter' ||
        role === 'header' ||
        type === undefined ||
        type === 'object' ||
        (Array.isArray(value) && value.length === 0)
      )
        return undefined;
      const found = {
        part: 'key' as const,
        message:
          safe`This is of type ${type}, and only an ${'object'} has ${'required'} properties. ` +
          safe`Remove it here; name what is required in the list of the object around it.`,
      };
      return value === true
        ? found
        : { ...found, fix: [{ at: raw, key: 'required', remove: true }] };
    },
  ),
  {
    id: 'RequiredReadOnlyPropertyNotAllowedAsInput',
    severity: certificationSeverity,
    description: 'What a request requires is not read-only.',
    rationale: 'Users must give a value that the service does not take.',
    *check({ definition }) {
      for (const { raw, root } of definition?.having('required') ?? []) {
        const properties = asObject(raw.properties);
        if (!properties || !root.use.input || !Array.isArray(raw.required)) continue;
        for (const name of new Set(raw.required.filter((one) => typeof one === 'string'))) {
          const at = asObject(own(properties, name));
          if (at?.readOnly === true)
            yield {
              at,
              key: 'readOnly',
              message:
                safe`The property ${name} is required and read-only. ` +
                safe`Take it out of the list ${'required'}, or remove ${'readOnly'}.`,
            };
        }
      }
    },
  },
  {
    // No accepted connector has one; for parameters outside the body see
    // InternalPropertyWithDefaultOptional.
    id: 'PropertyMustBeRequired',
    severity: certificationSeverity,
    description: 'A property of a request that is internal and has a default is required.',
    rationale:
      'The platform leaves out what is internal and not required: the default is never sent.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      const lacking = new Map<JsonObject, { has: ReadonlySet<Json>; names: Set<string> }>();
      const found: { raw: JsonObject; parent: JsonObject; name: string }[] = [];
      for (const { raw, role, name, parent, root } of definition?.having('default') ?? []) {
        if (
          role !== 'property' ||
          raw['x-ms-visibility'] !== 'internal' ||
          !root.use.input ||
          !parent ||
          name === undefined
        )
          continue;
        const of = lacking.get(parent.raw) ?? {
          has: new Set(asList(parent.raw.required)),
          names: new Set(),
        };
        lacking.set(parent.raw, of);
        if (of.has.has(name)) continue;
        of.names.add(name);
        found.push({ raw, parent: parent.raw, name });
      }
      for (const { raw, parent, name } of found) {
        const message =
          safe`The property ${name} is internal and has a default, but is not required, so it ` +
          safe`is never sent. Add it to the list ${'required'}.`;
        const list = [...asList(parent.required), ...(lacking.get(parent)?.names ?? [])];
        // a longer list is not written out for each property that it lacks
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
      severity: certificationSeverity,
      description: '`discriminator` is the name of a required property of type `string`.',
      rationale:
        'By its value one tells which of several schemas an object has; it must always be there.',
    },
    (value, { raw }) => {
      if (typeof value !== 'string')
        return {
          message:
            safe`The ${'discriminator'} is ${JSON.stringify(value)}. ` +
            safe`Write the name of a property.`,
        };
      const parts = [raw, ...asList(raw.allOf).filter(isObject)];
      const property = parts
        .map((part) => own(asObject(part.properties) ?? {}, value))
        .find(isObject);
      // what a part refers to, and the type that is referred to, may well be right
      const unknown = parts.some(({ $ref }) => $ref !== undefined);
      if (!property)
        return unknown
          ? undefined
          : {
              message:
                safe`The ${'discriminator'} names ${value}, which is no property here. ` +
                safe`Add the property, or correct the name.`,
            };
      if (property.$ref === undefined && property.type !== 'string')
        return {
          message: safe`The ${'discriminator'} names ${value}, which is no ${'string'}. Make it one.`,
        };
      const required = unknown || parts.some((part) => asList(part.required).includes(value));
      return required
        ? undefined
        : {
            message:
              safe`The ${'discriminator'} names ${value}, which is not required. ` +
              safe`Add it to the list ${'required'}.`,
          };
    },
  ),
  keywordRule(
    'x-ms-editor',
    {
      id: 'InvalidCustomEditorExtensionDictionaryValue',
      severity: certificationSeverity,
      description: 'The editor `dictionary` is for an object with `additionalProperties`.',
      rationale: 'In it users write names and values of their own; elsewhere these have no place.',
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
          safe`The editor is ${'dictionary'}, but this is no ${'object'} with ` +
          safe`${'additionalProperties'}. Describe the values in ${'additionalProperties'}, or ` +
          safe`remove the editor.`,
      };
    },
  ),
  keywordRule(
    'multipleOf',
    {
      id: 'MultipleOfMustBeGreaterThanZero',
      severity: 'error',
      description: '`multipleOf` is greater than zero.',
      rationale: 'Nothing is a multiple of zero but zero itself.',
    },
    (value) =>
      typeof value === 'number' && value <= 0
        ? { message: safe`The value of ${'multipleOf'} is ${value}. Use a number above zero.` }
        : undefined,
  ),
  keywordRule(
    'pattern',
    {
      id: 'PatternShouldBeValidRegularExpression',
      severity: 'error',
      description: 'A `pattern` is a regular expression.',
      rationale:
        'The platform holds every value against it, and fails at one that does not compile.',
    },
    (value) =>
      typeof value === 'string' && !compiles(value)
        ? {
            message:
              safe`The pattern ${value} is no regular expression. Correct it; ` +
              safe`remember that a backslash is written twice in JSON.`,
          }
        : undefined,
  ),
  sizeRule('maxItems', 'MaxItemsMustBeGreaterThanOrEqualToZero', 'items'),
  sizeRule('minItems', 'MinItemsMustBeGreaterThanOrEqualToZero', 'items'),
  sizeRule('maxLength', 'MaxLengthMustBeGreaterThanOrEqualToZero', 'characters'),
  sizeRule('minLength', 'MinLengthMustBeGreaterThanOrEqualToZero', 'characters'),
  sizeRule('maxProperties', 'MaxPropertiesMustBeGreaterThanOrEqualToZero', 'properties'),
  sizeRule('minProperties', 'MinPropertiesMustBeGreaterThanOrEqualToZero', 'properties'),
  orderRule('minimum', 'maximum', 'MinimumShouldBeLessThanOrEqualToMaximum'),
  orderRule('minItems', 'maxItems', 'MinItemsShouldBeLessThanOrEqualToMaxItems'),
  orderRule('minLength', 'maxLength', 'MinLengthShouldBeLessThanOrEqualToMaxLength'),
  exclusiveRule('exclusiveMaximum', 'maximum', 'ExclusiveMaximumRequiresMaximum'),
  exclusiveRule('exclusiveMinimum', 'minimum', 'ExclusiveMinimumRequiresMinimum'),
  {
    id: 'SchemaTypeFileNotValid',
    severity: 'error',
    description: 'Only the schema of a response, as a whole, is of type `file`.',
    rationale: 'A file is the whole body of an answer, never one of its fields.',
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
              safe`A schema in this place cannot be a ${'file'}. ` +
              safe`Use ${'string'} with the format ${'binary'} or ${'byte'}.`,
          };
        }
      }
    },
  },
];

/** The same value in another type, where there is no doubt. */
function converted(value: Json, type: string): Json | undefined {
  if (typeof value === 'string') {
    const text = value.trim();
    if (type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    if (type === 'integer' && /^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
    if (type === 'number' && /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(text)) return Number(text);
  }
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return String(value);
  return undefined;
}

/** Compiles a pattern and never runs it. */
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
