import { nameOf, type Definition } from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import { escapeToken, unescapeToken } from '../json/pointer.ts';
import { asObject, isObject, own, type Json, type JsonObject } from '../json/values.ts';
import type { JsonDraft } from './json-draft.ts';

const refPrefix = '#/definitions/';
const nameIn = (ref: string): string => unescapeToken(ref.slice(refPrefix.length));

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (!isObject(value)) return [];
  const here =
    typeof value.$ref === 'string' && value.$ref.startsWith(refPrefix) ? [nameIn(value.$ref)] : [];
  return [...here, ...Object.values(value).flatMap(refsIn)];
}

const definitionsOf = ({ raw }: Definition): JsonObject => asObject(raw.definitions) ?? {};

/** Definitions, and those that refer to them, directly or through others. */
function withUsers(names: Iterable<string>, schemas: JsonObject): Set<string> {
  const users = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(schemas)) {
    for (const used of refsIn(schema)) {
      const list = users.get(used);
      if (list) list.push(name);
      else users.set(used, [name]);
    }
  }
  const found = new Set(names);
  // The loop also visits names that are added to the set while it runs.
  for (const name of found) for (const user of users.get(name) ?? []) found.add(user);
  return found;
}

/** The IDs of the operations that use definitions, directly or through others. */
export function usersOf(definition: Definition, names: Iterable<string>): Set<string> {
  const used = withUsers(names, definitionsOf(definition));
  return new Set(
    definition.operations
      .filter(({ raw }) => refsIn(raw).some((name) => used.has(name)))
      .map(nameOf),
  );
}

/** The names of the definitions that changed, directly or through a reference. */
function changedDefinitions(before: Definition, after: Definition): Set<string> {
  const [from, to] = [definitionsOf(before), definitionsOf(after)];
  const names = Object.keys(from).filter((name) => !jsonEqual(from[name], own(to, name)));
  return withUsers(names, from);
}

/**
 * The parts of an old definition that old operations refer to. What the update has changed is added
 * to it as a copy, under a name that is unused or already has the same content.
 */
export class OldDefinitions {
  /** The old name of each copy. */
  readonly names = new Map<string, string>();
  readonly #before: Definition;
  readonly #schemas: JsonObject;
  readonly #after: Definition;
  readonly #draft: JsonDraft;
  readonly #changed: ReadonlySet<string>;
  readonly #refs = new Map<string, readonly string[]>();
  /**
   * By suffix: definitions that are already copied with all their dependencies, and definitions
   * whose name with the suffix is in use for something else.
   */
  readonly #bySuffix = new Map<string, { copied: Set<string>; unavailable: Set<string> }>();

  constructor(before: Definition, after: Definition, draft: JsonDraft) {
    this.#before = before;
    this.#schemas = definitionsOf(before);
    this.#after = after;
    this.#draft = draft;
    this.#changed = changedDefinitions(before, after);
  }

  /** Whether a value means the same in the update as in the old definition. */
  isUnchanged(value: Json): boolean {
    return refsIn(value).every((name) => !this.#changed.has(name));
  }

  /** Whether the update has the same in the place that a parameter or response refers to. */
  isSame(declared: JsonObject): boolean {
    const target = this.#before.follow(declared);
    return (
      target !== undefined &&
      jsonEqual(target, this.#after.follow(declared)) &&
      this.isUnchanged(target)
    );
  }

  /**
   * What an old operation writes for a parameter or response that it refers to: the reference if
   * the update has the same there, else the target.
   */
  resolved(declared: JsonObject): JsonObject | undefined {
    return this.isSame(declared) ? declared : this.#before.follow(declared);
  }

  /**
   * Copies the definitions that the values refer to.
   *
   * @returns the suffix of the copies
   */
  put(values: Json, revision: number): string {
    const names = refsIn(values);
    for (let count = 1; ; count += 1) {
      const suffix = count === 1 ? `_V${revision}` : `_V${revision}_${count}`;
      if (this.#putAs(names, suffix)) return suffix;
    }
  }

  /** The value with its references changed to the copies. */
  rewritten(value: Json, suffix: string): Json {
    if (Array.isArray(value)) return value.map((item) => this.rewritten(item, suffix));
    if (!isObject(value)) return value;
    const result: JsonObject = {};
    for (const [key, below] of Object.entries(value)) {
      const name =
        key === '$ref' && typeof below === 'string' && below.startsWith(refPrefix)
          ? nameIn(below)
          : undefined;
      result[key] =
        name !== undefined && this.#changed.has(name)
          ? refPrefix + escapeToken(name + suffix)
          : this.rewritten(below, suffix);
    }
    return result;
  }

  /** Returns false, and copies nothing, if a name is in use. */
  #putAs(names: readonly string[], suffix: string): boolean {
    const state = this.#bySuffix.get(suffix) ?? { copied: new Set(), unavailable: new Set() };
    this.#bySuffix.set(suffix, state);
    const needed = new Set(names.filter((name) => !state.copied.has(name)));
    const copies = new Map<string, { name: string; schema: Json }>();
    const definitions = asObject(this.#after.raw.definitions);
    for (const name of needed) {
      if (state.unavailable.has(name)) return false;
      if (this.#changed.has(name)) {
        const schema = this.rewritten(this.#schemas[name] ?? null, suffix);
        const existing = definitions && own(definitions, name + suffix);
        if (existing === undefined) copies.set(name + suffix, { name, schema });
        else if (!jsonEqual(existing, schema)) {
          state.unavailable.add(name);
          return false;
        }
      }
      // The loop also visits names that are added to the set while it runs.
      for (const used of this.#refsOf(name)) if (!state.copied.has(used)) needed.add(used);
    }
    for (const name of needed) state.copied.add(name);
    for (const [copy, { name }] of copies) this.names.set(copy, name);
    if (definitions)
      for (const [copy, { schema }] of copies) this.#draft.set(definitions, copy, schema);
    else if (copies.size > 0)
      this.#draft.set(
        this.#after.raw,
        'definitions',
        Object.fromEntries([...copies].map(([copy, { schema }]) => [copy, schema])),
      );
    return true;
  }

  #refsOf(name: string): readonly string[] {
    let refs = this.#refs.get(name);
    if (!refs) this.#refs.set(name, (refs = refsIn(own(this.#schemas, name) ?? null)));
    return refs;
  }
}
