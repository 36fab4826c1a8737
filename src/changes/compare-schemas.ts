import type { Definition, Operation, Parameter } from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import { isObject, stringsIn, type Json, type JsonObject } from '../json/values.ts';
import {
  compareFields,
  compareKeywords,
  differsItself,
  isRetyped,
  type FieldPlace,
  type Filler,
  type ResolvedSchema,
} from './compare-fields.ts';
import { isImplied } from './json-differences.ts';
import { textKeywords } from './text-keywords.ts';

/**
 * A schema before the update and its counterpart after it. Each pair is compared once, no matter
 * how often it is referenced.
 */
interface Pair {
  before: ResolvedSchema;
  after: ResolvedSchema;
  children: ChildPair[];
  parents: Pair[];
  /** Whether the two schemas differ, ignoring nested schemas. */
  differsItself: boolean;
  /** Whether the two schemas or any nested schemas differ. */
  differs: boolean;
}

interface ChildPair {
  /** The name of a field, or `items` or `additionalProperties`. */
  step: string;
  within: 'field' | 'entry' | 'value';
  pair: Pair;
}

/**
 * Limits of a comparison: pairs, steps along the paths through them, and nesting of fields. Beyond
 * them, the comparison stops and sets `cut`. No real connector comes close.
 */
const limits = { pairs: 200_000, steps: 200_000, depth: 100 };

const callbackMark = 'x-ms-notification-url';
const noNames: ReadonlySet<string> = new Set();
const noProperties: ReadonlyMap<string, JsonObject> = new Map();

/** Compares the schemas of two definitions. Calls share their work. */
export class SchemaComparison {
  readonly #before: Definition;
  readonly #after: Definition;
  readonly #enough: () => boolean;
  readonly #resolved = new Map<JsonObject, ResolvedSchema>();
  readonly #fillers = new Map<ResolvedSchema, Map<boolean, Filler | undefined>>();
  readonly #callbackUrls = new Map<ResolvedSchema, ReadonlySet<string>>();
  readonly #pairs = new Map<JsonObject, Map<JsonObject, Pair>>();
  #pairCount = 0;
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
  compare(before: JsonObject, after: JsonObject, place: FieldPlace): void {
    if (areSameLeaves(before, after)) return;
    const pair = this.#comparedPair(before, after);
    if (pair) this.#visit(pair, place, new Set());
  }

  /** Whether a schema before the update and another one after it are the same. */
  areSame(before: JsonObject, after: JsonObject): boolean {
    return areSameLeaves(before, after) || this.#comparedPair(before, after)?.differs === false;
  }

  /** Whether a schema says nothing about its values: `{}`, or an object without fields. */
  isAnything(side: 'before' | 'after', raw: JsonObject): boolean {
    return saysNothing(this.#resolveIn(side, raw));
  }

  /** The names of the inputs that the platform fills with the callback URL of a flow, sorted. */
  callbackUrls(side: 'before' | 'after', { parameters, body }: Operation): string[] {
    const definition = side === 'before' ? this.#before : this.#after;
    const names = new Set(
      parameters.filter(({ raw }) => raw[callbackMark] === true).map(({ name }) => name ?? ''),
    );
    if (body?.schema && definition.having(callbackMark).length > 0) {
      const root = this.#resolveIn(side, body.schema.raw);
      let inBody = this.#callbackUrls.get(root);
      if (!inBody) this.#callbackUrls.set(root, (inBody = this.#callbackUrlsIn(side, root)));
      for (const name of inBody) names.add(name);
    }
    return [...names].sort();
  }

  #callbackUrlsIn(side: 'before' | 'after', root: ResolvedSchema): Set<string> {
    const names = new Set<string>();
    const seen = new Set([root]);
    // The loop also visits schemas that are added to the set while it runs.
    for (const { properties, items } of seen) {
      for (const [name, raw] of properties) {
        const field = this.#resolveIn(side, raw);
        if (field.keywords.get(callbackMark) === true || raw[callbackMark] === true)
          names.add(name);
        else seen.add(field);
      }
      if (items) seen.add(this.#resolveIn(side, items));
    }
    return names;
  }

  /** The fields of a schema, references and `allOf` followed. */
  fieldsOf(
    side: 'before' | 'after',
    raw: JsonObject,
  ): Pick<ResolvedSchema, 'properties' | 'required'> {
    return this.#resolveIn(side, raw);
  }

  /** Who fills in a field of a body if flows do not send it. */
  fillerOfField(side: 'before' | 'after', field: JsonObject): Filler | undefined {
    return this.#fillerOf(side, field, false);
  }

  /** Who fills in a parameter if flows do not send it. */
  fillerOfParameter(side: 'before' | 'after', parameter: Parameter): Filler | undefined {
    const schema = parameter.schema?.raw;
    return schema && this.#fillerOf(side, schema, parameter.visibility === 'internal');
  }

  /**
   * Who fills in a field if flows do not send it; see `fillerOfValue`. An object is filled in if its
   * fields are.
   */
  #fillerOf(side: 'before' | 'after', raw: JsonObject, isInternal: boolean): Filler | undefined {
    const schema = this.#resolveIn(side, raw);
    const isHidden = isInternal || schema.keywords.get('x-ms-visibility') === 'internal';
    const filler = fillerOfValue(schema, isHidden);
    if (filler !== undefined || schema.properties.size === 0) return filler;
    let byVisibility = this.#fillers.get(schema);
    if (!byVisibility) this.#fillers.set(schema, (byVisibility = new Map()));
    if (!byVisibility.has(isHidden)) {
      byVisibility.set(isHidden, undefined); // of a schema within itself
      const fields = [...schema.properties].filter(
        ([name]) => !isHidden || schema.required.has(name),
      );
      const isFilled =
        fields.length > 0 &&
        fields.every(([, field]) => this.#fillerOf(side, field, isHidden) !== undefined);
      byVisibility.set(isHidden, isFilled ? 'platform' : undefined);
    }
    return byVisibility.get(isHidden);
  }

  #resolveIn(side: 'before' | 'after', raw: JsonObject): ResolvedSchema {
    const definition = side === 'before' ? this.#before : this.#after;
    return this.#resolve(definition, definition.follow(raw) ?? raw);
  }

  #visit(pair: Pair, place: FieldPlace, ancestors: Set<Pair>): void {
    if (!pair.differs || ancestors.has(pair) || this.#enough()) return;
    this.#steps += 1;
    if (this.#steps > limits.steps || ancestors.size >= limits.depth) {
      this.cut = true;
      return;
    }
    ancestors.add(pair);
    if (pair.differsItself) {
      compareKeywords(pair, place);
      compareFields(pair, place, (side, raw) =>
        this.#fillerOf(side, raw, place.isInternal ?? false),
      );
    }
    // Nothing below is as it was if an array became an object.
    const children = isRetyped(pair, place.direction) ? [] : pair.children;
    for (const { step, within, pair: child } of children)
      this.#visit(child, placeOf(step, within, child, place), ancestors);
    ancestors.delete(pair);
  }

  /**
   * The pair of two schemas, with `differs` computed for it and all pairs below it. Recursive
   * schemas make the pairs a graph with cycles, so this takes three linear passes over the new pairs
   * instead of a recursion. Undefined if there are too many pairs.
   */
  #comparedPair(before: JsonObject, after: JsonObject): Pair | undefined {
    const created: Pair[] = [];
    const pair = this.#pairOf(before, after, created);
    this.#createChildren(created);
    this.#markDifferences(created);
    this.#propagateDifferences(created);
    return pair;
  }

  /** The stored pair of two schemas, or a new one, which is also added to `created`. */
  #pairOf(before: JsonObject, after: JsonObject, created: Pair[]): Pair | undefined {
    const from = this.#before.follow(before) ?? before;
    const to = this.#after.follow(after) ?? after;
    let row = this.#pairs.get(from);
    if (!row) this.#pairs.set(from, (row = new Map()));
    const stored = row.get(to);
    if (stored) return stored;
    if (this.#pairCount >= limits.pairs) {
      this.cut = true;
      return undefined;
    }
    this.#pairCount += 1;
    const pair: Pair = {
      before: this.#resolve(this.#before, from),
      after: this.#resolve(this.#after, to),
      children: [],
      parents: [],
      differsItself: false,
      differs: false,
    };
    row.set(to, pair);
    created.push(pair);
    return pair;
  }

  /** Pass 1: creates all pairs below the created ones, breadth-first; `created` grows meanwhile. */
  #createChildren(created: Pair[]): void {
    for (const parent of created) {
      for (const { step, within, before, after } of childSchemasOf(parent)) {
        if (areSameLeaves(before, after)) continue;
        const pair = this.#pairOf(before, after, created);
        if (!pair) continue;
        pair.parents.push(parent);
        parent.children.push({ step, within, pair });
      }
    }
  }

  /** Pass 2: marks the pairs that differ themselves or have a child that is known to differ. */
  #markDifferences(created: readonly Pair[]): void {
    for (const pair of created) {
      pair.differsItself = differsItself(pair);
      pair.differs = pair.differsItself || pair.children.some(({ pair: child }) => child.differs);
    }
  }

  /** Pass 3: propagates the marks from pairs to their parents. */
  #propagateDifferences(created: readonly Pair[]): void {
    const queue = created.filter(({ differs }) => differs);
    for (let pair = queue.pop(); pair; pair = queue.pop()) {
      for (const parent of pair.parents) {
        if (parent.differs) continue;
        parent.differs = true;
        queue.push(parent);
      }
    }
  }

  #resolve(definition: Definition, raw: JsonObject): ResolvedSchema {
    const cached = this.#resolved.get(raw);
    if (cached) return cached;
    const keywords = new Map<string, Json>();
    let required = noNames;
    let { items, additionalProperties: additional }: { items?: Json; additionalProperties?: Json } =
      {};
    const isSingle = raw.$ref === undefined && raw.allOf === undefined;
    for (const schema of isSingle ? [raw] : definition.parts(raw)) {
      for (const key of Object.keys(schema)) {
        const value = schema[key];
        if (value === undefined || structure.has(key) || keywords.has(key)) continue;
        if (!isImplied(key, value)) keywords.set(key, value);
      }
      if (Array.isArray(schema.required))
        required = new Set([...required, ...stringsIn(schema.required)]);
      items ??= schema.items;
      additional ??= schema.additionalProperties;
    }
    // Other versions of JSON Schema write a list of types, and null as one of them.
    const types = keywords.get('type');
    if (Array.isArray(types)) {
      const [type, ...others] = types.filter((entry) => entry !== 'null');
      if (types.includes('null')) keywords.set('x-nullable', true);
      if (type !== undefined && others.length === 0) keywords.set('type', type);
    }
    // Swagger has two ways to write a file.
    if (keywords.get('type') === 'file') keywords.set('type', 'string').set('format', 'binary');
    const properties =
      isSingle && raw.properties === undefined ? noProperties : definition.properties(raw);
    const resolved: ResolvedSchema = {
      at: definition.follow(raw) ?? raw,
      keywords,
      type: keywords.get('type') ?? impliedType(properties.size > 0, items),
      required,
      properties,
      items: isObject(items) ? items : undefined,
      additional:
        isObject(additional) && Object.keys(additional).length > 0 ? additional : undefined,
      closed: additional === false,
    };
    this.#resolved.set(raw, resolved);
    return resolved;
  }
}

/**
 * Who fills in a value if flows do not send it: the service if it is `readOnly`, the platform if it is
 * the callback URL of a trigger, or internal with a default.
 */
function fillerOfValue({ keywords }: ResolvedSchema, isInternal: boolean): Filler | undefined {
  if (keywords.get('readOnly') === true) return 'service';
  if (keywords.get(callbackMark) === true) return 'callback';
  return isInternal && keywords.has('default') ? 'platform' : undefined;
}

/** The type that the fields or the entries of a schema imply. */
function impliedType(hasFields: boolean, items: Json | undefined): 'object' | 'array' | undefined {
  if (hasFields) return 'object';
  return items === undefined ? undefined : 'array';
}

/** The place of a field, entry or value of the schema at `place`. */
function placeOf(
  step: string,
  within: ChildPair['within'],
  { before, after }: Pair,
  place: FieldPlace,
): FieldPlace {
  const isInternal =
    (place.isInternal ?? false) ||
    [before, after].every(({ keywords }) => keywords.get('x-ms-visibility') === 'internal');
  const fillers = [before, after].map((schema) => fillerOfValue(schema, isInternal));
  const isFilled = place.direction === 'input' && fillers.every((filler) => filler);
  const filledBy = place.filledBy ?? (isFilled ? fillers[0] : undefined);
  const name = within === 'field' ? place.prefix + step : place.name;
  const around = place.nameless ?? { of: 'field', within: [] };
  const { nameless: _, ...rest } = place;
  return {
    ...rest,
    subject: `${place.subject}/${step}`,
    name,
    prefix: within === 'field' ? `${name}/` : place.prefix,
    isInternal,
    ...(filledBy !== undefined && { filledBy }),
    ...(within !== 'field' && { nameless: { ...around, within: [...around.within, within] } }),
  };
}

/** The keywords that contain schemas, or that `ResolvedSchema` has as properties of its own. */
const structure = new Set([
  '$ref',
  'properties',
  'items',
  'additionalProperties',
  'allOf',
  'required',
]);

/** Whether a schema has only texts, and no type but that of an object without fields. */
const saysNothing = ({ keywords, type, properties, items, additional }: ResolvedSchema): boolean =>
  (type === undefined || type === 'object') &&
  properties.size === 0 &&
  !items &&
  !additional &&
  [...keywords.keys()].every((key) => key === 'type' || textKeywords.has(key));

/**
 * Whether two schemas are equal and have no nested schemas. Most are, and then no pair needs to be
 * stored.
 */
const areSameLeaves = (before: JsonObject, after: JsonObject): boolean =>
  isLeaf(before) && jsonEqual(before, after);

const isLeaf = (schema: JsonObject): boolean =>
  schema.$ref === undefined &&
  schema.properties === undefined &&
  schema.items === undefined &&
  schema.allOf === undefined &&
  schema.additionalProperties === undefined;

interface ChildSchemas {
  step: string;
  within: ChildPair['within'];
  before: JsonObject;
  after: JsonObject;
}

/** The nested schemas that both schemas of a pair have. */
function* childSchemasOf({ before, after }: Pair): Iterable<ChildSchemas> {
  for (const [step, property] of before.properties) {
    const counterpart = after.properties.get(step);
    if (counterpart) yield { step, within: 'field', before: property, after: counterpart };
  }
  if (before.items && after.items)
    yield { step: 'items', within: 'entry', before: before.items, after: after.items };
  if (before.additional && after.additional)
    yield {
      step: 'additionalProperties',
      within: 'value',
      before: before.additional,
      after: after.additional,
    };
}
