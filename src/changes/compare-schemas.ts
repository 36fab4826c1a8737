import type { Definition } from '../connector/definition.ts';
import { isObject, own, type Json, type JsonObject } from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { jsonEqual } from '../json/equal.ts';

/** Whether the flow sends the value or receives it. */
type Direction = 'input' | 'output';

/** A schema with references followed and `allOf` merged. */
interface View {
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

/**
 * A schema before the update and its counterpart after it. Each pair is compared once, no matter
 * how often it is referenced.
 */
interface Pair {
  was: View;
  now: View;
  children: [step: string, isField: boolean, Pair][];
  parents: Pair[];
  /** Whether the two schemas differ, ignoring nested schemas. */
  differsItself: boolean;
  /** Whether the two schemas or any nested schemas differ. */
  differs: boolean;
}

const structural = new Set([
  '$ref',
  'properties',
  'items',
  'additionalProperties',
  'allOf',
  'required',
]);
/**
 * Limits of a comparison: pairs, steps along the paths through them, and nesting of fields. Beyond
 * them, the comparison stops and sets `cut`. No real connector comes close.
 */
const most = { pairs: 200_000, steps: 200_000, depth: 100 };

export interface FieldPlace {
  subject: string;
  /** The name for messages: the path of fields, without `items`. */
  name: string;
  /** The prefix for the names of its fields: empty, or a path that ends in a slash. */
  prefix: string;
  operation: string;
  direction: Direction;
  report: (change: Change) => void;
}

const nothing: ReadonlySet<string> = new Set();
const noProperties: ReadonlyMap<string, JsonObject> = new Map();

/** Compares the schemas of two definitions. Calls share their work. */
export class SchemaComparison {
  readonly #before: Definition;
  readonly #after: Definition;
  readonly #enough: () => boolean;
  readonly #views = new Map<JsonObject, View>();
  readonly #pairs = new Map<JsonObject, Map<JsonObject, Pair>>();
  #count = 0;
  #steps = 0;
  /** Whether a limit was reached, so the comparison is incomplete. */
  cut = false;

  /** `enough` returns true if further changes would not be listed. */
  constructor(before: Definition, after: Definition, enough: () => boolean) {
    this.#before = before;
    this.#after = after;
    this.#enough = enough;
  }

  /**
   * Reports every difference between two schemas. A recursive schema is entered once on each path.
   */
  compare(was: JsonObject, now: JsonObject, place: FieldPlace): void {
    if (areSameLeaves(was, now)) return;
    const pair = this.#pair(was, now);
    if (pair) this.#visit(pair, place, new Set());
  }

  #visit(pair: Pair, place: FieldPlace, above: Set<Pair>): void {
    if (!pair.differs || above.has(pair) || this.#enough()) return;
    this.#steps += 1;
    if (this.#steps > most.steps || above.size >= most.depth) {
      this.cut = true;
      return;
    }
    above.add(pair);
    if (pair.differsItself) {
      compareKeywords(pair, place);
      compareFields(pair, place);
    }
    for (const [step, isField, child] of pair.children) {
      const name = place.prefix + step;
      this.#visit(
        child,
        {
          ...place,
          subject: `${place.subject}/${step}`,
          name,
          prefix: isField ? `${name}/` : place.prefix,
        },
        above,
      );
    }
    above.delete(pair);
  }

  /**
   * Makes the pair and all below it, then finds out which of them differ: backwards from those that
   * do themselves.
   */
  #pair(was: JsonObject, now: JsonObject): Pair | undefined {
    const fresh: Pair[] = [];
    const make = (
      writtenBefore: JsonObject,
      writtenAfter: JsonObject,
      parent: Pair | undefined,
    ): Pair | undefined => {
      const a = this.#before.follow(writtenBefore) ?? writtenBefore;
      const b = this.#after.follow(writtenAfter) ?? writtenAfter;
      let row = this.#pairs.get(a);
      if (!row) this.#pairs.set(a, (row = new Map()));
      let pair = row.get(b);
      if (!pair) {
        if (this.#count >= most.pairs) {
          this.cut = true;
          return undefined;
        }
        this.#count += 1;
        pair = {
          was: this.#view(this.#before, a),
          now: this.#view(this.#after, b),
          children: [],
          parents: [],
          differsItself: false,
          differs: false,
        };
        row.set(b, pair);
        fresh.push(pair);
      }
      if (parent) pair.parents.push(parent);
      return pair;
    };
    const top = make(was, now, undefined);
    for (let pair = fresh[0], index = 0; pair; index += 1, pair = fresh[index]) {
      for (const [step, isField, a, b] of childrenOf(pair)) {
        if (areSameLeaves(a, b)) continue;
        const child = make(a, b, pair);
        if (child) pair.children.push([step, isField, child]);
      }
    }
    for (const pair of fresh) pair.differsItself = differsItself(pair);
    const queue = fresh.filter(
      (pair) => pair.differsItself || pair.children.some(([, , child]) => child.differs),
    );
    for (const pair of queue) pair.differs = true;
    for (let pair = queue.pop(); pair; pair = queue.pop()) {
      for (const parent of pair.parents) {
        if (parent.differs) continue;
        parent.differs = true;
        queue.push(parent);
      }
    }
    return top;
  }

  #view(definition: Definition, raw: JsonObject): View {
    const known = this.#views.get(raw);
    if (known) return known;
    const target = definition.follow(raw);
    const keywords = new Map<string, Json>();
    let required = nothing;
    let { items, additionalProperties: additional }: { items?: Json; additionalProperties?: Json } =
      {};
    const single = raw.$ref === undefined && raw.allOf === undefined;
    for (const schema of single ? [raw] : definition.parts(raw)) {
      for (const key of Object.keys(schema)) {
        const value = schema[key];
        if (value !== undefined && !structural.has(key) && !keywords.has(key))
          keywords.set(key, value);
      }
      if (Array.isArray(schema.required))
        required = new Set([
          ...required,
          ...schema.required.filter((name) => typeof name === 'string'),
        ]);
      items ??= schema.items;
      additional ??= schema.additionalProperties;
    }
    const view: View = {
      at: target ?? raw,
      keywords,
      required,
      properties:
        single && raw.properties === undefined ? noProperties : definition.properties(raw),
      items: isObject(items) ? items : undefined,
      additional: isObject(additional) ? additional : undefined,
      closed: additional === false,
    };
    this.#views.set(raw, view);
    return view;
  }
}

/**
 * Whether two schemas are equal and have no nested schemas. Most are, and then no pair needs to be
 * stored.
 */
const areSameLeaves = (a: JsonObject, b: JsonObject): boolean => isLeaf(a) && jsonEqual(a, b);

const isLeaf = (schema: JsonObject): boolean =>
  schema.$ref === undefined &&
  schema.properties === undefined &&
  schema.items === undefined &&
  schema.allOf === undefined &&
  schema.additionalProperties === undefined;

function* childrenOf({
  was,
  now,
}: Pair): Iterable<[step: string, isField: boolean, was: JsonObject, now: JsonObject]> {
  for (const [name, a] of was.properties) {
    const b = now.properties.get(name);
    if (b) yield [name, true, a, b];
  }
  if (was.items && now.items) yield ['items', false, was.items, now.items];
  if (was.additional && now.additional)
    yield ['additionalProperties', false, was.additional, now.additional];
}

function differsItself({ was, now }: Pair): boolean {
  if (was.properties.size !== now.properties.size || was.keywords.size !== now.keywords.size)
    return true;
  if ((was.items === undefined) !== (now.items === undefined) || closeness(was) !== closeness(now))
    return true;
  for (const name of was.properties.keys()) if (!now.properties.has(name)) return true;
  for (const [key, value] of was.keywords)
    if (!jsonEqual(value, now.keywords.get(key))) return true;
  return (
    was.required.size !== now.required.size ||
    [...was.required].some((name) => !now.required.has(name))
  );
}

/**
 * Reports added, removed and renamed fields, and fields that became required or optional. A name
 * that differs only in capitalization counts as renamed.
 */
function compareFields(
  { was, now }: Pair,
  { subject, prefix, operation, direction, report }: FieldPlace,
): void {
  const gone = [...was.properties.keys()].filter((name) => !now.properties.has(name));
  const come = [...now.properties.keys()].filter((name) => !was.properties.has(name));
  const respelled = new Map<string, string>();
  const byCase = new Map(come.map((name) => [name.toLowerCase(), name]));
  for (const name of gone) {
    const other = byCase.get(name.toLowerCase());
    if (other !== undefined) respelled.set(name, other);
  }
  const place = (name: string) => ({
    subject: `${subject}/${name}`,
    operation,
    name: prefix + name,
  });
  const old = new Map([...respelled].map(([from, to]) => [to, from]));
  const where = (name: string): { at: JsonObject; key?: string; part?: 'key' } => {
    const properties = now.at.properties;
    return isObject(properties) && own(properties, name) !== undefined
      ? { at: properties, key: name, part: 'key' }
      : { at: now.at };
  };
  if (direction === 'input') {
    for (const name of gone) {
      const renamedTo = respelled.get(name);
      if (renamedTo !== undefined && now.required.has(renamedTo)) continue; // the new name reports it
      report({
        kind: 'InputFieldDeleted',
        ...place(name),
        ...where(renamedTo ?? ''),
        ...(renamedTo !== undefined && { renamedTo }),
      });
    }
    for (const name of come) {
      const renamedFrom = old.get(name);
      if (now.required.has(name))
        report({
          kind: 'RequiredInputFieldAdded',
          ...place(name),
          ...where(name),
          ...(renamedFrom !== undefined && { renamedFrom }),
        });
      else if (renamedFrom === undefined)
        report({ kind: 'OptionalInputFieldAdded', ...place(name), ...where(name) });
    }
  } else {
    for (const name of gone) {
      const renamedTo = respelled.get(name);
      report({
        kind: 'OutputFieldDeleted',
        ...place(name),
        ...where(renamedTo ?? ''),
        ...(renamedTo !== undefined && { renamedTo }),
      });
    }
    for (const name of come)
      if (!old.has(name)) report({ kind: 'OutputFieldAdded', ...place(name), ...where(name) });
  }
  for (const name of was.properties.keys()) {
    if (!now.properties.has(name) || was.required.has(name) === now.required.has(name)) continue;
    const change = {
      subject: `${subject}/${name}/required`,
      operation,
      name: prefix + name,
      ...where(name),
    };
    if (direction === 'input')
      report({
        kind: now.required.has(name)
          ? 'InputFieldOptionalToRequired'
          : 'InputFieldRequiredToOptional',
        ...change,
      });
    else
      report({
        kind: now.required.has(name) ? 'OutputFieldNowRequired' : 'OutputFieldNoLongerRequired',
        ...change,
      });
  }
}

/**
 * Limits of values, and their direction: 1 if a greater number is stricter, -1 if a smaller one
 * is, 0 if neither.
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
const dynamic = new Set([
  'x-ms-dynamic-values',
  'x-ms-dynamic-list',
  'x-ms-dynamic-schema',
  'x-ms-dynamic-properties',
  'x-ms-dynamic-tree',
  'x-ms-capability',
]);
/** Properties of a parameter rather than of its value; compared elsewhere. */
const ofParameter = new Set([
  'name',
  'in',
  'required',
  'x-ms-url-encoding',
  'collectionFormat',
  'schema',
]);
const wider = new Set(['int32 int64', 'float double', 'date date-time']);

function compareKeywords(pair: Pair, place: FieldPlace): void {
  const { was, now } = pair;
  const { subject, name, operation, direction, report } = place;
  const input = direction === 'input';
  for (const key of new Set([...was.keywords.keys(), ...now.keywords.keys()])) {
    const from = was.keywords.get(key);
    const to = now.keywords.get(key);
    if (jsonEqual(from, to)) continue;
    const change = {
      subject: `${subject}/${key}`,
      at: now.at,
      ...(to !== undefined && { key }),
      name,
      operation,
      was: from,
      now: to,
    };
    if (key === 'type') {
      if (!input) report({ kind: 'OutputFieldTypeChanged', ...change });
      else
        report({
          kind:
            to === undefined || (from === 'integer' && to === 'number')
              ? 'InputFieldTypeWidened'
              : 'InputFieldTypeChanged',
          ...change,
        });
    } else if (key === 'format') {
      if (!input) report({ kind: 'OutputFieldTypeFormatChanged', ...change });
      else
        report({
          kind:
            to === undefined ||
            (typeof from === 'string' && typeof to === 'string' && wider.has(`${from} ${to}`))
              ? 'InputFieldTypeFormatWidened'
              : 'InputFieldTypeFormatChanged',
          ...change,
        });
    } else if (key === 'enum') compareEnums(input, change, report);
    else if (Object.hasOwn(constraints, key)) {
      if (input)
        report({
          kind: isTighter(key, from, to)
            ? 'InputFieldConstraintTightened'
            : 'InputFieldConstraintLoosened',
          ...change,
        });
      else report({ kind: 'FieldAttributeChanged', ...change });
    } else if (key === 'default')
      report({ kind: input ? 'InputFieldDefaultChanged' : 'FieldAttributeChanged', ...change });
    else if (key === 'x-nullable')
      report({
        kind: !input && to === true ? 'OutputFieldNullable' : 'FieldAttributeChanged',
        ...change,
      });
    else if (key === 'x-ms-visibility')
      report({
        kind: input && to === 'internal' ? 'InputFieldHidden' : 'FieldVisibilityChanged',
        ...change,
      });
    else if (dynamic.has(key)) report({ kind: 'DynamicSourceChanged', ...change });
    else if (texts.has(key)) report({ kind: 'FieldTextChanged', ...change });
    else if (!ofParameter.has(key)) report({ kind: 'FieldAttributeChanged', ...change });
  }
  compareOthers(pair, place);
}

/**
 * Which undeclared fields an object accepts: 0 for any, 1 for those that match a schema, 2 for
 * none.
 */
function closeness({ additional, closed }: View): 0 | 1 | 2 {
  if (closed) return 2;
  return additional ? 1 : 0;
}

/**
 * Compares `items`, which can be added or removed like a field, and `additionalProperties`, which
 * acts like a limit.
 */
function compareOthers(
  { was, now }: Pair,
  { subject, name, prefix, operation, direction, report }: FieldPlace,
): void {
  const input = direction === 'input';
  if ((was.items === undefined) !== (now.items === undefined)) {
    const change = {
      subject: `${subject}/items`,
      at: now.at,
      ...(now.at.items !== undefined && { key: 'items', part: 'key' as const }),
      name: `${prefix}items`,
      operation,
    };
    if (now.items)
      report({ kind: input ? 'OptionalInputFieldAdded' : 'OutputFieldAdded', ...change });
    else report({ kind: input ? 'InputFieldDeleted' : 'OutputFieldDeleted', ...change });
  }
  const [from, to] = [closeness(was), closeness(now)];
  if (from === to) return;
  const key = 'additionalProperties';
  const others = ({ additional, closed }: View): Json => additional ?? !closed;
  const change = {
    subject: `${subject}/${key}`,
    at: now.at,
    ...(now.at[key] !== undefined && { key }),
    name,
    operation,
    was: others(was),
    now: others(now),
  };
  if (input)
    report({
      kind: to > from ? 'InputFieldConstraintTightened' : 'InputFieldConstraintLoosened',
      ...change,
    });
  else report({ kind: 'FieldAttributeChanged', ...change });
}

type EnumChange = Omit<Extract<Change, { kind: 'InputFieldEnumAdded' }>, 'kind'>;

function compareEnums(input: boolean, change: EnumChange, report: (change: Change) => void): void {
  const from = Array.isArray(change.was) ? change.was : undefined;
  const to = Array.isArray(change.now) ? change.now : undefined;
  const without = (list: Json[], other: Json[]): Json[] =>
    list.filter((value) => !other.some((one) => jsonEqual(one, value)));
  const removed = from && to ? without(from, to) : [];
  const added = from && to ? without(to, from) : [];
  if (input) {
    if (!from && to) report({ kind: 'InputFieldEnumAdded', ...change });
    else if (removed.length > 0)
      report({ kind: 'InputFieldEnumValueRemoved', ...change, was: removed, now: added });
    else report({ kind: 'InputFieldEnumWidened', ...change, was: [], now: added });
  } else if ((from && !to) || added.length > 0)
    report({ kind: 'OutputFieldEnumWidened', ...change, was: removed, now: added });
  else if (removed.length > 0 || !from)
    report({ kind: 'OutputFieldEnumNarrowed', ...change, was: removed, now: added });
}

function isTighter(key: string, from: Json | undefined, to: Json | undefined): boolean {
  if (to === undefined || to === false) return false;
  if (from === undefined || from === false) return true;
  const direction = constraints[key] ?? 0;
  return typeof from === 'number' && typeof to === 'number' && direction !== 0
    ? (to - from) * direction > 0
    : true;
}
