import { jsonEqual } from '../json/equal.ts';
import { isObject, own, type Json, type JsonObject } from '../json/values.ts';
import type { Change } from './change-kinds.ts';

/** Whether the flow sends the value or receives it. */
type Direction = 'input' | 'output';

/** A schema with references followed and `allOf` merged. */
export interface ResolvedSchema {
  /** The object that contains it. */
  at: JsonObject;
  /** Its keywords, except those that contain schemas. */
  keywords: ReadonlyMap<string, Json>;
  required: ReadonlySet<string>;
  properties: ReadonlyMap<string, JsonObject>;
  items: JsonObject | undefined;
  additional: JsonObject | undefined;
  /** Whether the schema rejects undeclared fields: `additionalProperties: false`. */
  closed: boolean;
}

/** A schema before the update and its counterpart after it. */
interface SchemaVersions {
  before: ResolvedSchema;
  after: ResolvedSchema;
}

/** Where a schema is used, and how its changes are reported. */
export interface FieldPlace {
  subject: string;
  /** The name for messages: the path of fields, without `items`. */
  name: string;
  /** The prefix for the names of its fields: empty, or a path that ends in a slash. */
  prefix: string;
  /** The name of the operation in the designer. */
  operation: string;
  direction: Direction;
  report: (change: Change) => void;
}

/** Whether two schemas differ, ignoring nested schemas. */
export function differsItself({ before, after }: SchemaVersions): boolean {
  if (
    before.properties.size !== after.properties.size ||
    before.keywords.size !== after.keywords.size ||
    before.required.size !== after.required.size ||
    (before.items === undefined) !== (after.items === undefined) ||
    closednessOf(before) !== closednessOf(after)
  )
    return true;
  for (const name of before.properties.keys()) if (!after.properties.has(name)) return true;
  for (const [key, value] of before.keywords)
    if (!jsonEqual(value, after.keywords.get(key))) return true;
  for (const name of before.required) if (!after.required.has(name)) return true;
  return false;
}

/**
 * Reports added, removed and renamed fields, and fields that became required or optional. A name
 * that differs only in capitalization counts as renamed.
 */
export function compareFields(versions: SchemaVersions, place: FieldPlace): void {
  const { before, after } = versions;
  const removed = [...before.properties.keys()].filter((name) => !after.properties.has(name));
  const added = [...after.properties.keys()].filter((name) => !before.properties.has(name));
  const addedByLowerCase = new Map(added.map((name) => [name.toLowerCase(), name]));
  const newNames = new Map<string, string>();
  const oldNames = new Map<string, string>();
  for (const name of removed) {
    const newName = addedByLowerCase.get(name.toLowerCase());
    if (newName === undefined) continue;
    newNames.set(name, newName);
    oldNames.set(newName, name);
  }
  for (const name of removed) reportRemovedField(name, newNames.get(name), after, place);
  for (const name of added) reportAddedField(name, oldNames.get(name), after, place);
  for (const name of before.properties.keys()) {
    if (after.properties.has(name) && before.required.has(name) !== after.required.has(name))
      reportRequired(name, after, place);
  }
}

const baseOf = (name: string, { subject, prefix, operation }: FieldPlace) => ({
  subject: `${subject}/${name}`,
  operation,
  name: prefix + name,
});

/** The location of a field; the schema if the field is missing or in another part of `allOf`. */
function locationOf(name: string, { at }: ResolvedSchema): Pick<Change, 'at' | 'key' | 'part'> {
  const { properties } = at;
  return isObject(properties) && own(properties, name) !== undefined
    ? { at: properties, key: name, part: 'key' }
    : { at };
}

function reportRemovedField(
  name: string,
  renamedTo: string | undefined,
  after: ResolvedSchema,
  place: FieldPlace,
): void {
  const isInput = place.direction === 'input';
  // RequiredInputFieldAdded reports the new name.
  if (isInput && renamedTo !== undefined && after.required.has(renamedTo)) return;
  place.report({
    kind: isInput ? 'InputFieldDeleted' : 'OutputFieldDeleted',
    ...baseOf(name, place),
    ...locationOf(renamedTo ?? '', after),
    ...(renamedTo !== undefined && { renamedTo }),
  });
}

function reportAddedField(
  name: string,
  renamedFrom: string | undefined,
  after: ResolvedSchema,
  place: FieldPlace,
): void {
  const change = { ...baseOf(name, place), ...locationOf(name, after) };
  if (place.direction === 'input' && after.required.has(name))
    place.report({
      kind: 'RequiredInputFieldAdded',
      ...change,
      ...(renamedFrom !== undefined && { renamedFrom }),
    });
  else if (renamedFrom === undefined)
    place.report({
      kind: place.direction === 'input' ? 'OptionalInputFieldAdded' : 'OutputFieldAdded',
      ...change,
    });
}

/** Reports a field that became required or optional. */
function reportRequired(name: string, after: ResolvedSchema, place: FieldPlace): void {
  const isRequired = after.required.has(name);
  const base = baseOf(name, place);
  const change = { ...base, subject: `${base.subject}/required`, ...locationOf(name, after) };
  if (place.direction === 'input')
    place.report({
      kind: isRequired ? 'InputFieldOptionalToRequired' : 'InputFieldRequiredToOptional',
      ...change,
    });
  else
    place.report({
      kind: isRequired ? 'OutputFieldNowRequired' : 'OutputFieldNoLongerRequired',
      ...change,
    });
}

/**
 * Limits of values, and their direction: 1 if a greater number is stricter, -1 if a smaller one is,
 * 0 if neither.
 */
const constraints: Record<string, 1 | -1 | 0> = {
  minimum: 1,
  minLength: 1,
  minItems: 1,
  minProperties: 1,
  maximum: -1,
  maxLength: -1,
  maxItems: -1,
  maxProperties: -1,
  exclusiveMinimum: 1,
  exclusiveMaximum: 1,
  uniqueItems: 1,
  multipleOf: 0,
  pattern: 0,
};
const texts = new Set([
  'title',
  'description',
  'x-ms-summary',
  'example',
  'x-example',
  'examples',
  'x-ms-enum',
  'externalDocs',
]);
const dynamicExtensions = new Set([
  'x-ms-dynamic-values',
  'x-ms-dynamic-list',
  'x-ms-dynamic-schema',
  'x-ms-dynamic-properties',
  'x-ms-dynamic-tree',
  'x-ms-capability',
]);
/** Properties of a parameter rather than of its value; compared elsewhere. */
const parameterKeywords = new Set([
  'name',
  'in',
  'required',
  'x-ms-url-encoding',
  'collectionFormat',
  'schema',
]);
/** Formats, each with the format that accepts all its values. */
const widerFormats = new Map([
  ['int32', 'int64'],
  ['float', 'double'],
  ['date', 'date-time'],
]);

type ValueChange = Omit<Extract<Change, { kind: 'FieldAttributeChanged' }>, 'kind'>;

/** Reports changed keywords, and changes of `items` and `additionalProperties`. */
export function compareKeywords(versions: SchemaVersions, place: FieldPlace): void {
  const { before, after } = versions;
  for (const key of new Set([...before.keywords.keys(), ...after.keywords.keys()])) {
    const values = { before: before.keywords.get(key), after: after.keywords.get(key) };
    if (jsonEqual(values.before, values.after)) continue;
    const change = {
      subject: `${place.subject}/${key}`,
      at: after.at,
      ...(values.after !== undefined && { key }),
      name: place.name,
      operation: place.operation,
      ...values,
    };
    if (place.direction === 'input') reportInputKeyword(key, change, place.report);
    else reportOutputKeyword(key, change, place.report);
  }
  compareItems(versions, place);
  compareAdditionalProperties(versions, place);
}

function reportInputKeyword(key: string, change: ValueChange, report: FieldPlace['report']): void {
  const { before, after } = change;
  if (key === 'type')
    report({
      kind: isWiderType(before, after) ? 'InputFieldTypeWidened' : 'InputFieldTypeChanged',
      ...change,
    });
  else if (key === 'format')
    report({
      kind: isWiderFormat(before, after)
        ? 'InputFieldTypeFormatWidened'
        : 'InputFieldTypeFormatChanged',
      ...change,
    });
  else if (key === 'enum') reportInputEnum(change, report);
  else if (Object.hasOwn(constraints, key))
    report({
      kind: isStricter(key, before, after)
        ? 'InputFieldConstraintTightened'
        : 'InputFieldConstraintLoosened',
      ...change,
    });
  else if (key === 'default') report({ kind: 'InputFieldDefaultChanged', ...change });
  else if (key === 'x-ms-visibility' && after === 'internal')
    report({ kind: 'InputFieldHidden', ...change });
  else reportOtherKeyword(key, change, report);
}

function reportOutputKeyword(key: string, change: ValueChange, report: FieldPlace['report']): void {
  if (key === 'type') report({ kind: 'OutputFieldTypeChanged', ...change });
  else if (key === 'format') report({ kind: 'OutputFieldTypeFormatChanged', ...change });
  else if (key === 'enum') reportOutputEnum(change, report);
  else if (key === 'x-nullable' && change.after === true)
    report({ kind: 'OutputFieldNullable', ...change });
  else reportOtherKeyword(key, change, report);
}

/** Reports a keyword whose change means the same for inputs and outputs. */
function reportOtherKeyword(key: string, change: ValueChange, report: FieldPlace['report']): void {
  if (key === 'x-ms-visibility') report({ kind: 'FieldVisibilityChanged', ...change });
  else if (dynamicExtensions.has(key)) report({ kind: 'DynamicSourceChanged', ...change });
  else if (texts.has(key)) report({ kind: 'FieldTextChanged', ...change });
  else if (!parameterKeywords.has(key)) report({ kind: 'FieldAttributeChanged', ...change });
}

const isWiderType = (before: Json | undefined, after: Json | undefined): boolean =>
  after === undefined || (before === 'integer' && after === 'number');

const isWiderFormat = (before: Json | undefined, after: Json | undefined): boolean =>
  after === undefined || (typeof before === 'string' && widerFormats.get(before) === after);

function isStricter(key: string, before: Json | undefined, after: Json | undefined): boolean {
  if (after === undefined || after === false) return false;
  if (before === undefined || before === false) return true;
  const direction = constraints[key] ?? 0;
  return typeof before === 'number' && typeof after === 'number' && direction !== 0
    ? (after - before) * direction > 0
    : true;
}

/** The values of an `enum` that another one does not have; none if either is missing. */
const without = (values: Json | undefined, others: Json | undefined): Json[] =>
  Array.isArray(values) && Array.isArray(others)
    ? values.filter((value) => !others.some((other) => jsonEqual(other, value)))
    : [];

function reportInputEnum(change: ValueChange, report: FieldPlace['report']): void {
  const { before, after } = change;
  const [removed, added] = [without(before, after), without(after, before)];
  if (!Array.isArray(before) && Array.isArray(after))
    report({ kind: 'InputFieldEnumAdded', ...change });
  else if (removed.length > 0)
    report({ kind: 'InputFieldEnumValueRemoved', ...change, before: removed, after: added });
  else report({ kind: 'InputFieldEnumWidened', ...change, before: [], after: added });
}

function reportOutputEnum(change: ValueChange, report: FieldPlace['report']): void {
  const { before, after } = change;
  const [removed, added] = [without(before, after), without(after, before)];
  const isRemoved = Array.isArray(before) && !Array.isArray(after);
  if (isRemoved || added.length > 0)
    report({ kind: 'OutputFieldEnumWidened', ...change, before: removed, after: added });
  else if (removed.length > 0 || !Array.isArray(before))
    report({ kind: 'OutputFieldEnumNarrowed', ...change, before: removed, after: added });
}

/** Reports `items` that were added or removed, like a field. */
function compareItems({ before, after }: SchemaVersions, place: FieldPlace): void {
  if ((before.items === undefined) === (after.items === undefined)) return;
  const change = {
    ...baseOf('items', place),
    at: after.at,
    ...(after.at.items !== undefined && { key: 'items', part: 'key' as const }),
  };
  if (place.direction === 'input')
    place.report({
      kind: after.items ? 'OptionalInputFieldAdded' : 'InputFieldDeleted',
      ...change,
    });
  else place.report({ kind: after.items ? 'OutputFieldAdded' : 'OutputFieldDeleted', ...change });
}

/**
 * Which undeclared fields an object accepts: 0 for any, 1 for those that match a schema, 2 for
 * none.
 */
function closednessOf({ additional, closed }: ResolvedSchema): 0 | 1 | 2 {
  if (closed) return 2;
  return additional ? 1 : 0;
}

/** Reports which undeclared fields an object accepts, which acts like a limit. */
function compareAdditionalProperties({ before, after }: SchemaVersions, place: FieldPlace): void {
  const [from, to] = [closednessOf(before), closednessOf(after)];
  if (from === to) return;
  const key = 'additionalProperties';
  const valueOf = ({ additional, closed }: ResolvedSchema): Json => additional ?? !closed;
  const change = {
    subject: `${place.subject}/${key}`,
    at: after.at,
    ...(after.at[key] !== undefined && { key }),
    name: place.name,
    operation: place.operation,
    before: valueOf(before),
    after: valueOf(after),
  };
  if (place.direction === 'input')
    place.report({
      kind: to > from ? 'InputFieldConstraintTightened' : 'InputFieldConstraintLoosened',
      ...change,
    });
  else place.report({ kind: 'FieldAttributeChanged', ...change });
}
