import type { Inline } from './block.ts';
import { hasProperties, isArray, isDynamic, isInternal, itemsOf } from './schema-shape.ts';
import { contentOf } from './text-content.ts';
import { inputTypeOf, type UsedTypes } from './used-types.ts';
import { notesOf } from './value-notes.ts';
import type { Definition, Operation, Parameter } from '../connector/definition.ts';
import { requiredInputs } from '../connector/dynamic-values.ts';
import { asText, type JsonObject } from '../json/values.ts';

/**
 * Rows of one table. Definitions that refer to one another in several ways have more fields than
 * anyone could read, or than memory could hold.
 */
export const maxRows = 1_000;

export type Row = readonly (readonly Inline[])[];

/** The name that people see: the summary, else the key. */
const nameOf = (raw: JsonObject, key: string): string => {
  const summary = asText(raw['x-ms-summary'])?.trim();
  return summary === undefined || summary === '' ? key : summary;
};

const code = (text: string): Inline => ({ kind: 'code', text });

/** A description and what else is said about a value, the second on a line of its own. */
function describe(text: string | undefined, notes: readonly Inline[]): Inline[] {
  const description = contentOf(text ?? '');
  if (notes.length === 0) return description;
  return description.length === 0 ? [...notes] : [...description, { kind: 'break' }, ...notes];
}

/**
 * The inputs of an operation that people fill in: name, key, required, type, description. A body is
 * flattened to its fields; only a body without known fields is a row itself.
 */
export function inputRows(definition: Definition, operation: Operation): Row[] {
  const rows: Row[] = [];
  for (const parameter of operation.parameters) {
    if (rows.length >= maxRows) break;
    if (isInternal(parameter.raw) || parameter.raw['x-ms-notification-url'] === true) continue;
    const { schema, in: location, required, raw } = parameter;
    if (location === 'body' && schema) {
      new InputFields(definition, rows).addBody(parameter, schema.raw);
    } else {
      const key = parameter.name ?? '';
      rows.push(inputRow(nameOf(raw, key), key, required, inputTypeOf(definition, raw), raw));
    }
  }
  return rows;
}

const inputRow = (
  name: string,
  key: string,
  required: boolean,
  type: string,
  raw: JsonObject,
): Row => [
  [name],
  key === '' ? [] : [code(key)],
  required ? ['True'] : [],
  type === '' ? [] : [type],
  describe(asText(raw.description), notesOf(raw)),
];

/** Flattens a body. */
class InputFields {
  readonly #definition: Definition;
  readonly #rows: Row[];
  /** The objects that the current one is in: what contains itself is not flattened again. */
  readonly #around = new Set<JsonObject>();

  constructor(definition: Definition, rows: Row[]) {
    this.#definition = definition;
    this.#rows = rows;
  }

  addBody(parameter: Parameter, schema: JsonObject): void {
    const target = this.#definition.follow(schema);
    if (!target || isInternal(target)) return;
    const fields = this.#fieldsOf(target);
    if (fields) this.#addFields(fields);
    else {
      const key = parameter.name ?? '';
      const { raw } = parameter;
      const summary = asText(raw['x-ms-summary']) === undefined ? target : raw;
      this.#rows.push(
        inputRow(nameOf(summary, key), key, parameter.required, this.#typeOf(schema), {
          ...target,
          description: raw.description ?? target.description ?? '',
        }),
      );
    }
  }

  /** The object whose fields stand for a value: it itself, or the items of a list. */
  #fieldsOf(target: JsonObject): JsonObject | undefined {
    if (isDynamic(target)) return undefined;
    const items = itemsOf(target);
    const object = isArray(target) && items ? this.#definition.follow(items) : target;
    return object &&
      !isDynamic(object) &&
      !this.#around.has(object) &&
      hasProperties(this.#definition, object)
      ? object
      : undefined;
  }

  #addFields(object: JsonObject): void {
    this.#around.add(object);
    const required = new Set(
      this.#definition.parts(object).flatMap((part) => [...requiredInputs(part)]),
    );
    for (const [key, raw] of this.#definition.properties(object)) {
      if (this.#rows.length >= maxRows) break;
      const target = this.#definition.follow(raw) ?? {};
      if (isInternal(raw) || isInternal(target)) continue;
      const fields = this.#fieldsOf(target);
      if (fields) this.#addFields(fields);
      else
        this.#rows.push(
          inputRow(nameOf(raw, key), key, required.has(key), this.#typeOf(raw), target),
        );
    }
    this.#around.delete(object);
  }

  /** A reference to a text or number has its type: a name of a definition would explain nothing. */
  #typeOf(raw: JsonObject): string {
    const target = this.#definition.follow(raw) ?? {};
    return hasProperties(this.#definition, target)
      ? inputTypeOf(this.#definition, raw)
      : inputTypeOf(this.#definition, target);
  }
}

/**
 * The fields of an output: name, path, type, description. An object within is flattened; a list of
 * objects has a row, and its fields have its path before theirs. A reference is a row.
 */
export function outputRows(definition: Definition, types: UsedTypes, object: JsonObject): Row[] {
  const fields = new OutputFields(definition, types);
  fields.add(object, '');
  return fields.rows;
}

class OutputFields {
  readonly rows: Row[] = [];
  readonly #definition: Definition;
  readonly #types: UsedTypes;
  readonly #around = new Set<JsonObject>();

  constructor(definition: Definition, types: UsedTypes) {
    this.#definition = definition;
    this.#types = types;
  }

  add(object: JsonObject, prefix: string): void {
    this.#around.add(object);
    for (const [key, raw] of this.#definition.properties(object)) {
      if (this.rows.length >= maxRows) break;
      const target = this.#definition.follow(raw) ?? {};
      if (isInternal(raw) || isInternal(target)) continue;
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const isReference = raw.$ref !== undefined;
      if (!isReference && !isArray(raw) && this.#hasFields(raw)) {
        this.add(raw, path);
        continue;
      }
      this.rows.push([
        [nameOf(raw, key)],
        [code(path)],
        this.#types.typeOf(raw),
        describe(asText(target.description), isReference ? [] : notesOf(raw)),
      ]);
      const items = itemsOf(raw);
      if (isArray(raw) && items && items.$ref === undefined && this.#hasFields(items))
        this.add(items, path);
    }
    this.#around.delete(object);
  }

  #hasFields(raw: JsonObject): boolean {
    return !isDynamic(raw) && !this.#around.has(raw) && hasProperties(this.#definition, raw);
  }
}
