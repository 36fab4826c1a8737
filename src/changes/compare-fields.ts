import { jsonEqual } from '../json/equal.ts';
import { isObject, own, type Json, type JsonObject } from '../json/values.ts';
import type { Change, InJson, Nameless, ValueChange } from './change-kinds.ts';
import { dynamicChanges, isDynamicExtension } from './dynamic-sources.ts';
import { entryDifferences, type BeforeAfter } from './json-differences.ts';
import { textKeywords } from './text-keywords.ts';

/** Whether the flow sends the value or receives it. */
type Direction = 'input' | 'output';

/** Who fills in an input that flows do not send. */
export type Filler = NonNullable<Change['filledBy']>;

/** A schema with references followed and `allOf` merged. */
export interface ResolvedSchema {
  /** The object that contains it. */
  at: JsonObject;
  /** Its keywords, except those that contain schemas and those without an effect. */
  keywords: ReadonlyMap<string, Json>;
  /** `type`, or what the fields or entries imply. */
  type: Json | undefined;
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
  /** Set if the schema has no name of its own. */
  nameless?: Nameless;
  /** Who fills in the value, if flows do not send it, before and after the update. */
  filledBy?: Filler;
  /** Whether the schema is within something that is internal before and after the update. */
  isInternal?: boolean;
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
 * that differs only in capitalization counts as renamed. `fillerOf` returns who fills in a field of
 * a version if flows do not send it.
 */
export function compareFields(
  versions: SchemaVersions,
  place: FieldPlace,
  fillerOf: (side: 'before' | 'after', field: JsonObject) => Filler | undefined,
): void {
  if (isRetyped(versions, place.direction)) return;
  const { before, after } = versions;
  const filler = (name: string, side: 'before' | 'after' = 'after'): { filledBy?: Filler } => {
    const field = place.direction === 'input' ? versions[side].properties.get(name) : undefined;
    const filledBy = place.filledBy ?? (field && fillerOf(side, field));
    return filledBy === undefined ? {} : { filledBy };
  };
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
  for (const name of removed)
    reportRemovedField(name, newNames.get(name), after, place, filler(name, 'before'));
  for (const name of added) reportAddedField(name, oldNames.get(name), after, place, filler(name));
  for (const name of before.properties.keys()) {
    if (after.properties.has(name) && before.required.has(name) !== after.required.has(name))
      reportRequired(name, after, place, filler(name));
  }
}

const baseOf = (name: string, { subject, prefix, operation }: FieldPlace) => ({
  subject: `${subject}/${name}`,
  operation,
  name: prefix + name,
});

/** The location of a field; the schema if the field is missing or in another part of `allOf`. */
function locationOf(name: string, { at }: ResolvedSchema): InJson {
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
  filler: { filledBy?: Filler },
): void {
  const isInput = place.direction === 'input';
  // RequiredInputFieldAdded reports the new name.
  if (isInput && renamedTo !== undefined && after.required.has(renamedTo)) return;
  place.report({
    kind: isInput ? 'InputFieldDeleted' : 'OutputFieldDeleted',
    ...baseOf(name, place),
    ...locationOf(renamedTo ?? '', after),
    ...(renamedTo !== undefined && { renamedTo }),
    ...filler,
  });
}

function reportAddedField(
  name: string,
  renamedFrom: string | undefined,
  after: ResolvedSchema,
  place: FieldPlace,
  filler: { filledBy?: Filler },
): void {
  const change = { ...baseOf(name, place), ...locationOf(name, after), ...filler };
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
function reportRequired(
  name: string,
  after: ResolvedSchema,
  place: FieldPlace,
  filler: { filledBy?: Filler },
): void {
  const isRequired = after.required.has(name);
  const base = baseOf(name, place);
  const change = {
    ...base,
    subject: `${base.subject}/required`,
    ...locationOf(name, after),
    ...filler,
  };
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
/** The limits that mean something for the values of a type. */
const limitsOfNumbers = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
];
const limitsOfType: ReadonlyMap<Json | undefined, readonly string[]> = new Map([
  ['string', ['minLength', 'maxLength', 'pattern']],
  ['integer', limitsOfNumbers],
  ['number', limitsOfNumbers],
  ['array', ['minItems', 'maxItems', 'uniqueItems']],
  ['object', ['minProperties', 'maxProperties']],
  ['boolean', []],
]);
const isLimit = (key: string, type: Json | undefined): boolean =>
  Object.hasOwn(constraints, key) && (limitsOfType.get(type)?.includes(key) ?? true);
/** Properties of a parameter rather than of its value; compared elsewhere. */
const parameterKeywords = new Set([
  'name',
  'in',
  'required',
  'x-ms-url-encoding',
  'collectionFormat',
  'schema',
  'x-ms-notification-url',
]);
/** Formats of numbers, from the narrowest to the widest. */
const numberFormats = ['int32', 'int64', 'float', 'double'];
/** Other formats, each with the format that accepts all its values. */
const widerFormats = new Map([['date', 'date-time']]);

const isNumeric = (type: Json | undefined): boolean => type === 'integer' || type === 'number';

/** Whether two schemas have a type that describes the same values, however it is written. */
function hasSameType({ before, after }: SchemaVersions): boolean {
  if (before.type === after.type) return true;
  // An object without fields describes as little as no type.
  return [before, after].every(
    ({ type, properties, additional, keywords }) =>
      (type === undefined || type === 'object') &&
      properties.size === 0 &&
      !additional &&
      !keywords.has('enum'),
  );
}

/**
 * Whether the type changes in such a way that nothing else of the schema can be compared: an object
 * and an array have no field in common.
 */
export function isRetyped(versions: SchemaVersions, direction: Direction): boolean {
  const { before, after } = versions;
  if (hasSameType(versions) || (isNumeric(before.type) && isNumeric(after.type))) return false;
  // An input that takes anything takes what it took before.
  if (after.type === undefined) return direction === 'output' && isContainerType(before.type);
  return before.type !== undefined || isContainerType(after.type);
}

const isContainerType = (type: Json | undefined): boolean => type === 'object' || type === 'array';

/** Keywords that mean nothing for another type. */
const ofType = new Set(['format', 'enum', 'default', ...Object.keys(constraints)]);

/** Reports changed keywords, and changes of `items` and `additionalProperties`. */
export function compareKeywords(versions: SchemaVersions, place: FieldPlace): void {
  const { before, after } = versions;
  const wasRetyped = isRetyped(versions, place.direction);
  const hasNewType = !hasSameType(versions);
  const changeOf = (key: string, values: BeforeAfter): ValueChange => ({
    subject: `${place.subject}/${key}`,
    at: after.at,
    ...(after.at[key] !== undefined && { key }),
    name: place.name,
    ...(place.nameless && { nameless: place.nameless }),
    operation: place.operation,
    ...(place.filledBy && { filledBy: place.filledBy }),
    ...values,
  });
  for (const key of new Set([...before.keywords.keys(), ...after.keywords.keys()])) {
    const values = { before: before.keywords.get(key), after: after.keywords.get(key) };
    if (isDynamicExtension(key) || jsonEqual(values.before, values.after)) continue;
    if ((key === 'default' || Object.hasOwn(constraints, key)) && isSameScalar(values)) continue;
    if (wasRetyped && ofType.has(key)) continue;
    if (hasNewType && key === 'format') continue; // part of the change of the type
    const change = changeOf(key, values);
    if (key === 'type') reportType(change, versions, place);
    else if (place.direction === 'input') reportInputKeyword(key, change, after.type, place.report);
    else reportOutputKeyword(key, change, place.report);
  }
  // The type may change although no `type` is written: fields or entries imply it.
  if (hasNewType && before.keywords.get('type') === after.keywords.get('type'))
    reportType(changeOf('type', { before: before.type, after: after.type }), versions, place);
  for (const { key, ...values } of dynamicChanges(before.keywords, after.keywords))
    place.report({ kind: 'DynamicSourceChanged', ...changeOf(key, values) });
  if (wasRetyped) return;
  compareItems(versions, place);
  compareAdditionalProperties(versions, place);
}

/** Whether two values are the same, written as a text and as a number or a truth value. */
const isSameScalar = ({ before, after }: BeforeAfter): boolean =>
  typeof before !== 'object' && typeof after !== 'object' && String(before) === String(after);

function reportType(change: ValueChange, versions: SchemaVersions, place: FieldPlace): void {
  const formats = {
    before: versions.before.keywords.get('format'),
    after: versions.after.keywords.get('format'),
  };
  const typed = {
    ...change,
    ...(hasSameType(versions) && { isSame: true as const }),
    ...(!jsonEqual(formats.before, formats.after) && { formats }),
  };
  if (place.direction === 'output') place.report({ kind: 'OutputFieldTypeChanged', ...typed });
  else
    place.report({
      kind: isWiderType(versions) ? 'InputFieldTypeWidened' : 'InputFieldTypeChanged',
      ...typed,
    });
}

function reportInputKeyword(
  key: string,
  change: ValueChange,
  type: Json | undefined,
  report: FieldPlace['report'],
): void {
  const { before, after } = change;
  if (key === 'format')
    report({
      kind: isWiderFormat(before, after, type)
        ? 'InputFieldTypeFormatWidened'
        : 'InputFieldTypeFormatChanged',
      ...change,
    });
  else if (key === 'enum') reportInputEnum(change, report);
  else if (isLimit(key, type))
    report({
      kind: isStricter(key, before, after)
        ? 'InputFieldConstraintTightened'
        : 'InputFieldConstraintLoosened',
      ...change,
    });
  else if (key === 'default') report({ kind: 'InputFieldDefaultChanged', ...change });
  else if (
    (key === 'x-ms-visibility' && after === 'internal') ||
    (key === 'readOnly' && after === true)
  )
    report({ kind: 'InputFieldHidden', ...change });
  else reportOtherKeyword(key, change, report);
}

function reportOutputKeyword(key: string, change: ValueChange, report: FieldPlace['report']): void {
  if (key === 'format') report({ kind: 'OutputFieldTypeFormatChanged', ...change });
  else if (key === 'enum') reportOutputEnum(change, report);
  else if (key === 'x-nullable' && change.after === true)
    report({ kind: 'OutputFieldNullable', ...change });
  else reportOtherKeyword(key, change, report);
}

/** Reports a keyword whose change means the same for inputs and outputs. */
function reportOtherKeyword(key: string, change: ValueChange, report: FieldPlace['report']): void {
  if (key === 'x-ms-visibility') report({ kind: 'FieldVisibilityChanged', ...change });
  else if (textKeywords.has(key)) report({ kind: 'FieldTextChanged', ...change });
  else if (!parameterKeywords.has(key)) report({ kind: 'FieldAttributeChanged', ...change });
}

const isWiderType = ({ before, after }: SchemaVersions): boolean =>
  after.type === undefined || (before.type === 'integer' && after.type === 'number');

function isWiderFormat(
  before: Json | undefined,
  after: Json | undefined,
  type: Json | undefined,
): boolean {
  if (after === undefined) return true;
  if (type === 'number' && before === undefined) return after === 'double';
  const [from, to] = [before, after].map((format) =>
    typeof format === 'string' ? numberFormats.indexOf(format) : -1,
  );
  if (isNumeric(type) && from !== undefined && to !== undefined && from >= 0) return from <= to;
  return typeof before === 'string' && widerFormats.get(before) === after;
}

function isStricter(key: string, before: Json | undefined, after: Json | undefined): boolean {
  if (after === undefined || after === false) return false;
  if (before === undefined || before === false) return true;
  if (key === 'multipleOf' && typeof before === 'number' && typeof after === 'number')
    return !Number.isInteger(before / after);
  const direction = constraints[key] ?? 0;
  return typeof before === 'number' && typeof after === 'number' && direction !== 0
    ? (after - before) * direction > 0
    : true;
}

/** The values that one `enum` has and another does not; none if either is missing. */
const enumDifferences = ({ before, after }: BeforeAfter): { removed: Json[]; added: Json[] } =>
  Array.isArray(before) && Array.isArray(after)
    ? entryDifferences(before, after)
    : { removed: [], added: [] };

function reportInputEnum(change: ValueChange, report: FieldPlace['report']): void {
  const { before, after } = change;
  const { removed, added } = enumDifferences(change);
  if (!Array.isArray(before) && Array.isArray(after))
    report({ kind: 'InputFieldEnumAdded', ...change });
  else if (removed.length > 0)
    report({ kind: 'InputFieldEnumValueRemoved', ...change, before: removed, after: added });
  else if (added.length > 0 || !Array.isArray(after))
    report({ kind: 'InputFieldEnumWidened', ...change, before: [], after: added });
}

function reportOutputEnum(change: ValueChange, report: FieldPlace['report']): void {
  const { before, after } = change;
  const { removed, added } = enumDifferences(change);
  const isRemoved = Array.isArray(before) && !Array.isArray(after);
  if (isRemoved || added.length > 0)
    report({ kind: 'OutputFieldEnumWidened', ...change, before: removed, after: added });
  else if (removed.length > 0 || !Array.isArray(before))
    report({ kind: 'OutputFieldEnumNarrowed', ...change, before: removed, after: added });
}

/** Reports `items` that were added or removed, like a field. */
function compareItems({ before, after }: SchemaVersions, place: FieldPlace): void {
  if ((before.items === undefined) === (after.items === undefined)) return;
  const around = place.nameless ?? { of: 'field' as const, within: [] };
  const change = {
    ...baseOf('items', place),
    name: place.name,
    nameless: { ...around, within: [...around.within, 'entry' as const] },
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
    ...(place.nameless && { nameless: place.nameless }),
    operation: place.operation,
    ...(place.filledBy && { filledBy: place.filledBy }),
    before: valueOf(before),
    after: valueOf(after),
  };
  // Flows send the fields that a schema names; without any, they may send what they like.
  const mayCarryMore = [before, after].some(({ properties }) => properties.size === 0);
  if (place.direction === 'input' && mayCarryMore)
    place.report({
      kind: to > from ? 'InputFieldConstraintTightened' : 'InputFieldConstraintLoosened',
      ...change,
    });
  else place.report({ kind: 'FieldAttributeChanged', ...change });
}
