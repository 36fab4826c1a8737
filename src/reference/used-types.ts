import type { Inline } from './block.ts';
import { definitionNameOf, isArray, isDynamic, itemsOf } from './schema-shape.ts';
import type { Definition } from '../connector/definition.ts';
import { asText, type JsonObject } from '../json/values.ts';
import { truncate } from '../shared/text.ts';

/** The types of outputs, and which of them the page has to explain: definitions and basic types. */
export class UsedTypes {
  readonly #definition: Definition;
  /** The names of the definitions that outputs refer to. */
  readonly definitions = new Set<string>();
  /** The basic types that are all that an operation returns, in the order of their first use. */
  readonly basic = new Set<string>();

  constructor(definition: Definition) {
    this.#definition = definition;
  }

  /** The type of an output, in which definitions are links. Empty if the schema names none. */
  typeOf(raw: JsonObject): Inline[] {
    if (raw.$ref !== undefined) {
      const name = definitionNameOf(this.#definition, raw);
      return name === undefined ? [] : [this.#link(name)];
    }
    if (isDynamic(raw)) return ['dynamic'];
    const items = itemsOf(raw);
    if (!isArray(raw) || !items) return [typeNameOf(raw)].filter((name) => name !== '');
    const type = this.typeOf(items);
    return type.length === 0 ? ['array'] : ['array of ', ...type];
  }

  /** The same for all that an operation returns: then the page explains a basic type too. */
  returnTypeOf(raw: JsonObject): Inline[] {
    if (raw.$ref !== undefined || isDynamic(raw)) return this.typeOf(raw);
    const items = itemsOf(raw);
    if (isArray(raw) && items) {
      const type = this.returnTypeOf(items);
      return type.length === 0 ? ['array'] : ['array of ', ...type];
    }
    const name = typeNameOf(raw);
    if (name === '') return [];
    this.basic.add(name);
    return [{ kind: 'reference', text: name, to: basicTypeKey(name) }];
  }

  #link(name: string): Inline {
    this.definitions.add(name);
    return { kind: 'reference', text: name, to: definitionKey(name) };
  }
}

export const definitionKey = (name: string): string => `definition/${name}`;
export const basicTypeKey = (name: string): string => `type/${name}`;

/**
 * The type of an input, as text: definitions of inputs have no place on the page, because inputs are
 * shown field by field.
 */
export function inputTypeOf(definition: Definition, raw: JsonObject): string {
  if (raw.$ref !== undefined) return definitionNameOf(definition, raw) ?? '';
  if (isDynamic(raw)) return 'dynamic';
  const items = itemsOf(raw);
  if (!isArray(raw) || !items) return typeNameOf(raw);
  const type = inputTypeOf(definition, items);
  return type === '' ? 'array' : `array of ${type}`;
}

/** Characters of a type or format. */
const maxLength = 60;

/** A type that is neither an array nor a reference: for texts and numbers their format, if they have one. */
function typeNameOf(raw: JsonObject): string {
  const type = asText(raw.type);
  const format = asText(raw.format);
  if (type === 'file') return 'binary';
  if (format !== undefined && format !== '' && (type === 'string' || type === 'number'))
    return truncate(format, maxLength);
  if (type !== undefined) return truncate(type, maxLength);
  return raw.properties !== undefined || raw.allOf !== undefined ? 'object' : '';
}
