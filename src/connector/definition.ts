import type { JsonFile } from '../json/document.ts';
import { parseFragment, valueAt } from '../json/pointer.ts';
import {
  asObject,
  asText,
  isObject,
  objectEntries,
  type Json,
  type JsonObject,
} from '../json/values.ts';

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
type Method = (typeof methods)[number];

/**
 * Who fills in a value of a schema: the flow (`input`), the service (`output`), both, or nobody
 * where no operation uses it.
 */
export interface SchemaUse {
  input: boolean;
  output: boolean;
}

export type SchemaRole =
  | 'definition' // an entry of `definitions`
  | 'body' // the schema of a body parameter
  | 'response'
  | 'notification' // `x-ms-notification-content`
  | 'parameter' // a parameter outside the body: it is its own schema
  | 'header' // of a response
  | 'property'
  | 'items'
  | 'additional' // `additionalProperties`
  | 'allOf';

/**
 * A schema where it is written, `$ref` not followed. Parameters outside the body and headers are
 * schemas of their own here.
 */
export interface Schema {
  raw: JsonObject;
  role: SchemaRole;
  /**
   * The name of the definition, property, parameter or header; for items, of what they are items
   * of.
   */
  name: string | undefined;
  parent: Schema | undefined;
  /** The outermost schema it is written in. */
  root: SchemaRoot;
}

export class SchemaRoot implements Schema {
  readonly raw: JsonObject;
  readonly role: SchemaRole;
  readonly name: string | undefined;
  readonly parent = undefined;
  readonly root = this;
  readonly use: SchemaUse;
  /** The first operation that has it. */
  operation: Operation | undefined;

  constructor(
    raw: JsonObject,
    role: SchemaRole,
    name: string | undefined,
    operation: Operation | undefined,
  ) {
    this.raw = raw;
    this.role = role;
    this.name = name;
    this.operation = operation;
    this.use = {
      input: role === 'body' || role === 'parameter',
      output: role === 'response' || role === 'header' || role === 'notification',
    };
  }
}

export interface Parameter {
  /** The object that declares it, `$ref` followed. */
  raw: JsonObject;
  name: string | undefined;
  in: string | undefined;
  required: boolean;
  /** `x-ms-visibility`. */
  visibility: string | undefined;
  /** Its body's schema, or itself as a schema where it is not in the body. */
  schema: Schema | undefined;
  /**
   * Where it is declared: in an operation, for a whole path, or under the document's `parameters`.
   */
  level: 'operation' | 'path' | 'shared';
  /** The operations it belongs to. */
  operations: Operation[];
}

export interface Response {
  raw: JsonObject;
  /** `200`, `default`, …; the name for one under the document's `responses`. */
  code: string;
  schema: Schema | undefined;
  /** The object of the operation that holds it under its code. */
  at: JsonObject;
}

export interface Operation {
  raw: JsonObject;
  id: string | undefined;
  method: Method;
  path: string;
  pathItem: JsonObject;
  /**
   * Those of the path and its own, `$ref` followed, its own first taking the place of a path's with
   * the same name and location.
   */
  parameters: Parameter[];
  /** Those it declares itself, in order. */
  ownParameters: Parameter[];
  body: Parameter | undefined;
  responses: Response[];
  /**
   * The schema of `x-ms-notification-content`, at the path as connectors have it, or at the
   * operation.
   */
  notification: Schema | undefined;
  /** `x-ms-visibility`. */
  visibility: string | undefined;
  /** `x-ms-trigger`: `single`, `batch`, …; undefined for an action. */
  trigger: string | undefined;
  /** Effective media types: the operation's, else the document's. */
  consumes: string[];
  produces: string[];
}

export type ReferenceKind = 'schema' | 'parameter' | 'response' | 'path';

export interface Reference {
  /** The object that has the `$ref`. */
  at: JsonObject;
  ref: Json;
  kind: ReferenceKind;
  /**
   * What it finally points to; undefined where there is nothing, or where it goes round in a
   * circle.
   */
  target: JsonObject | undefined;
  /** Whether it leads to something that is a reference itself. */
  chained: boolean;
}

/**
 * A Swagger 2.0 document, joined up: path-level parameters stand in their operations, references
 * are followed, schemas know what they belong to. Wrongly typed parts are left out here (a rule
 * reports them). Time is linear in the document.
 */
export class Definition {
  readonly file: JsonFile;
  readonly raw: JsonObject;
  /** In the order of the paths, and within a path get, put, post, delete, …. */
  readonly operations: Operation[] = [];
  /** Every declared parameter once, wherever it is declared. */
  readonly parameters: Parameter[] = [];
  /** Every response once, wherever it is written. */
  readonly responses: Response[] = [];
  /** Every schema once, where it is written. */
  readonly schemas: Schema[] = [];
  readonly references: Reference[] = [];
  readonly #byKeyword = new Map<string, Schema[]>();
  readonly #parameterOf = new Map<JsonObject, Parameter>();
  readonly #responseOf = new Map<JsonObject, Response>();
  readonly #rootOf = new Map<JsonObject, SchemaRoot>();
  readonly #refsOfRoot = new Map<SchemaRoot, JsonObject[]>();
  readonly #found = new Map<string, JsonObject | undefined>();
  readonly #consumes: string[];
  readonly #produces: string[];
  #operationsById: Map<string, Operation> | undefined;
  readonly #operationsUsing: { [direction in keyof SchemaUse]?: Map<SchemaRoot, Operation[]> } = {};

  constructor(file: JsonFile, raw: JsonObject) {
    this.file = file;
    this.raw = raw;
    this.#consumes = strings(raw.consumes);
    this.#produces = strings(raw.produces);
    for (const [name, schema] of objectEntries(raw.definitions))
      this.#root(schema, 'definition', name, undefined);
    for (const [, parameter] of objectEntries(raw.parameters)) this.#parameter(parameter, 'shared');
    for (const [name, response] of objectEntries(raw.responses))
      this.#response(response, name, raw, undefined);
    for (const [path, item] of objectEntries(raw.paths)) this.#path(path, item);
    this.#spreadUse();
  }

  /** The schemas that have a keyword, in document order. */
  having(keyword: string): readonly Schema[] {
    return this.#byKeyword.get(keyword) ?? [];
  }

  /** The first operation with that id. */
  operation(id: string): Operation | undefined {
    if (!this.#operationsById) {
      this.#operationsById = new Map();
      for (const operation of this.operations) {
        if (operation.id !== undefined && !this.#operationsById.has(operation.id))
          this.#operationsById.set(operation.id, operation);
      }
    }
    return this.#operationsById.get(id);
  }

  /**
   * The operations that take, or give, what is written in a root, directly or through references:
   * the first ten, for definitions may be used by all.
   */
  operationsUsing(root: SchemaRoot, direction: keyof SchemaUse): readonly Operation[] {
    const users = (this.#operationsUsing[direction] ??= this.#users(direction));
    return users.get(root) ?? [];
  }

  /**
   * The object at the end of its references: itself where it has none, undefined where they lead
   * nowhere or in a circle.
   */
  follow(raw: JsonObject): JsonObject | undefined {
    let at: JsonObject | undefined = raw;
    for (let steps = 0; at !== undefined && at.$ref !== undefined; steps += 1) {
      if (steps > 100) return undefined;
      at = typeof at.$ref === 'string' ? this.#lookUp(at.$ref) : undefined;
    }
    return at;
  }

  /**
   * The properties of an object schema with those of its `allOf`, references followed; the first of
   * a name counts.
   */
  properties(raw: JsonObject): Map<string, JsonObject> {
    const found = new Map<string, JsonObject>();
    for (const part of this.parts(raw))
      for (const [name, property] of objectEntries(part.properties))
        if (!found.has(name)) found.set(name, property);
    return found;
  }

  /**
   * A schema and those of its `allOf`, references followed, in order and each once: together they
   * are what it says.
   */
  parts(raw: JsonObject): JsonObject[] {
    const parts = new Set<JsonObject>();
    const open = [raw];
    for (let schema = open.pop(); schema; schema = open.pop()) {
      const target = this.follow(schema);
      if (!target || parts.has(target)) continue;
      parts.add(target);
      if (Array.isArray(target.allOf))
        for (const part of target.allOf.toReversed()) if (isObject(part)) open.push(part);
    }
    return [...parts];
  }

  #lookUp(ref: string): JsonObject | undefined {
    if (!this.#found.has(ref)) this.#found.set(ref, this.#find(ref));
    return this.#found.get(ref);
  }

  #find(ref: string): JsonObject | undefined {
    const path = parseFragment(ref);
    return path && asObject(valueAt(this.raw, path));
  }

  #refer(at: JsonObject, kind: ReferenceKind): JsonObject | undefined {
    const target = this.follow(at);
    const next = typeof at.$ref === 'string' ? this.#lookUp(at.$ref) : undefined;
    this.references.push({
      at,
      ref: at.$ref ?? null,
      kind,
      target,
      chained: next?.$ref !== undefined,
    });
    return target;
  }

  #path(path: string, item: JsonObject): void {
    if (item.$ref !== undefined) this.#refer(item, 'path');
    const shared = this.#parameters(item.parameters, 'path');
    const atPath = asObject(item['x-ms-notification-content']);
    const contentAtPath =
      atPath && this.#root(schemaOf(atPath), 'notification', undefined, undefined);
    for (const method of methods) {
      const raw = asObject(item[method]);
      if (!raw) continue;
      const ownParameters = this.#parameters(raw.parameters, 'operation');
      const same = (a: Parameter, b: Parameter): boolean => a.name === b.name && a.in === b.in;
      const parameters = [
        ...shared.filter((one) => !ownParameters.some((other) => same(one, other))),
        ...ownParameters,
      ];
      const operation: Operation = {
        raw,
        id: asText(raw.operationId),
        method,
        path,
        pathItem: item,
        parameters,
        ownParameters,
        body: parameters.find((parameter) => parameter.in === 'body'),
        responses: [],
        notification: contentAtPath,
        visibility: asText(raw['x-ms-visibility']),
        trigger: asText(raw['x-ms-trigger']),
        consumes: raw.consumes === undefined ? this.#consumes : strings(raw.consumes),
        produces: raw.produces === undefined ? this.#produces : strings(raw.produces),
      };
      this.operations.push(operation);
      for (const parameter of parameters) {
        parameter.operations.push(operation);
        this.#own(parameter.schema, operation);
      }
      for (const [code, response] of objectEntries(raw.responses)) {
        const found = this.#response(response, code, asObject(raw.responses) ?? raw, operation);
        if (found) operation.responses.push(found);
      }
      const content = asObject(raw['x-ms-notification-content']);
      if (content)
        operation.notification = this.#root(
          schemaOf(content),
          'notification',
          undefined,
          operation,
        );
      else this.#own(contentAtPath, operation);
    }
  }

  /** A root that is written outside of operations is told the first that uses it. */
  #own(schema: Schema | undefined, operation: Operation): void {
    if (schema && schema.root === schema) schema.root.operation ??= operation;
  }

  #parameters(list: Json | undefined, level: 'operation' | 'path'): Parameter[] {
    if (!Array.isArray(list)) return [];
    const parameters: Parameter[] = [];
    for (const one of list) {
      const parameter = isObject(one) ? this.#parameter(one, level) : undefined;
      if (parameter) parameters.push(parameter);
    }
    return parameters;
  }

  #parameter(declared: JsonObject, level: Parameter['level']): Parameter | undefined {
    if (declared.$ref !== undefined) {
      const target = this.#refer(declared, 'parameter');
      return target && (this.#parameterOf.get(target) ?? this.#parameter(target, 'shared'));
    }
    const known = this.#parameterOf.get(declared);
    if (known) return known;
    const location = asText(declared.in);
    const name = asText(declared.name);
    const body = asObject(declared.schema);
    const inBody = location === 'body';
    const schema = inBody
      ? body && this.#root(body, 'body', name, undefined)
      : this.#root(declared, 'parameter', name, undefined);
    const parameter: Parameter = {
      raw: declared,
      name,
      in: location,
      required: declared.required === true,
      visibility: asText(declared['x-ms-visibility']),
      schema,
      level,
      operations: [],
    };
    this.#parameterOf.set(declared, parameter);
    this.parameters.push(parameter);
    return parameter;
  }

  #response(
    declared: JsonObject,
    code: string,
    at: JsonObject,
    operation: Operation | undefined,
  ): Response | undefined {
    if (declared.$ref !== undefined) {
      const target = this.#refer(declared, 'response');
      const known =
        target && (this.#responseOf.get(target) ?? this.#response(target, code, at, operation));
      return known && { ...known, code, at };
    }
    const known = this.#responseOf.get(declared);
    if (known) return known;
    const schema = asObject(declared.schema);
    const response: Response = {
      raw: declared,
      code,
      at,
      schema: schema && this.#root(schema, 'response', undefined, operation),
    };
    for (const [name, header] of objectEntries(declared.headers))
      this.#root(header, 'header', name, operation);
    this.#responseOf.set(declared, response);
    this.responses.push(response);
    return response;
  }

  #root(
    raw: JsonObject,
    role: SchemaRole,
    name: string | undefined,
    operation: Operation | undefined,
  ): SchemaRoot {
    const known = this.#rootOf.get(raw);
    if (known) return known;
    const root = new SchemaRoot(raw, role, name, operation);
    this.#rootOf.set(raw, root);
    this.#schema(root);
    return root;
  }

  #schema(schema: Schema): void {
    const { raw, root, name } = schema;
    this.schemas.push(schema);
    for (const keyword in raw) {
      const having = this.#byKeyword.get(keyword);
      if (having) having.push(schema);
      else this.#byKeyword.set(keyword, [schema]);
    }
    if (raw.$ref !== undefined) {
      const target = this.#refer(raw, 'schema');
      if (target) {
        const refs = this.#refsOfRoot.get(root);
        if (refs) refs.push(target);
        else this.#refsOfRoot.set(root, [target]);
      }
      return;
    }
    const { properties, items, additionalProperties, allOf } = raw;
    if (isObject(properties)) {
      for (const key of Object.keys(properties)) {
        const property = properties[key];
        if (isObject(property))
          this.#schema({ raw: property, role: 'property', name: key, parent: schema, root });
      }
    }
    if (isObject(items)) this.#schema({ raw: items, role: 'items', name, parent: schema, root });
    if (isObject(additionalProperties))
      this.#schema({ raw: additionalProperties, role: 'additional', name, parent: schema, root });
    if (Array.isArray(allOf)) {
      for (const part of allOf)
        if (isObject(part)) this.#schema({ raw: part, role: 'allOf', name, parent: schema, root });
    }
  }

  #users(direction: keyof SchemaUse): Map<SchemaRoot, Operation[]> {
    const users = new Map<SchemaRoot, Operation[]>();
    for (const operation of this.operations) {
      const given = [...operation.responses.map(({ schema }) => schema), operation.notification];
      const schemas =
        direction === 'input' ? operation.parameters.map(({ schema }) => schema) : given;
      const queue = schemas.filter((schema) => schema !== undefined).map(({ root }) => root);
      for (let root = queue.pop(); root; root = queue.pop()) {
        const known = users.get(root);
        if (known && (known.length >= 10 || known.at(-1) === operation)) continue;
        if (known) known.push(operation);
        else users.set(root, [operation]);
        for (const target of this.#refsOfRoot.get(root) ?? []) {
          const other = this.#rootOf.get(target);
          if (other) queue.push(other);
        }
      }
    }
    return users;
  }

  /** A definition is used for what the bodies and responses that refer to it are used for. */
  #spreadUse(): void {
    const queue = [...this.#rootOf.values()].filter(({ use }) => use.input || use.output);
    for (let root = queue.pop(); root; root = queue.pop()) {
      for (const target of this.#refsOfRoot.get(root) ?? []) {
        const other = this.#rootOf.get(target);
        if (!other || other === root) continue;
        if ((root.use.input && !other.use.input) || (root.use.output && !other.use.output)) {
          other.use.input ||= root.use.input;
          other.use.output ||= root.use.output;
          queue.push(other);
        }
      }
    }
  }
}

/** The content of a notification is a schema, or an object that has one, as a response does. */
const schemaOf = (content: JsonObject): JsonObject => asObject(content.schema) ?? content;

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** Whether a response under that code is one for success. */
export const isSuccess = (code: string): boolean => /^2\d\d$/.test(code);

/** What messages call an operation: its id, or its method and path where it has none. */
export const nameOf = ({ id, method, path }: Operation): string =>
  id ?? `${method.toUpperCase()} ${path}`;
