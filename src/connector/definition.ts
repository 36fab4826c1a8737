import type { JsonFile } from '../json/document.ts';
import { lettersAndDigits } from '../shared/text.ts';
import { parseFragment, valueAt } from '../json/pointer.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  objectEntries,
  objectsIn,
  own,
  stringsIn,
  type Json,
  type JsonObject,
  isContainer,
  type JsonContainer,
} from '../json/values.ts';

/** References followed one after the other, before they are taken for a circle. */
const maxChainedReferences = 100;
/** Operations that are listed as users of a schema; see `operationsUsing`. */
const maxUsers = 10;
const directions = ['input', 'output'] as const;

/** The keys at the top of the file. */
export const topLevelKeys: ReadonlySet<string> = new Set([
  'swagger',
  'info',
  'host',
  'basePath',
  'schemes',
  'consumes',
  'produces',
  'paths',
  'definitions',
  'parameters',
  'responses',
  'securityDefinitions',
  'security',
  'tags',
  'externalDocs',
  'x-ms-connector-metadata',
  'x-ms-capabilities',
]);

/** The keys whose values are objects with named parts, which other parts refer to. */
type Section = 'paths' | 'definitions' | 'parameters' | 'responses' | 'securityDefinitions';

/** A key that belongs at the top of the file, and where it is instead. */
export interface MisplacedKey {
  key: string;
  at: JsonObject;
  /** The keys that lead to `at`. */
  path: readonly string[];
}

/** In the order in which operations of a path are listed. */
export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;
type Method = (typeof methods)[number];

/**
 * Who provides a value of a schema: the flow (`input`), the service (`output`), both, or neither if
 * no operation uses the schema.
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
 * A schema as it is written: a `$ref` is not followed. Parameters outside the body and headers are
 * schemas too.
 */
export interface Schema {
  raw: JsonObject;
  role: SchemaRole;
  /** The name of the definition, property, parameter or header; for items, that of their array. */
  name: string | undefined;
  parent: Schema | undefined;
  /** The outermost schema that it is written in. */
  root: SchemaRoot;
}

export class SchemaRoot implements Schema {
  readonly raw: JsonObject;
  readonly role: SchemaRole;
  readonly name: string | undefined;
  readonly parent = undefined;
  readonly root = this;
  readonly use: SchemaUse;
  /** The first operation that uses it. */
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
  /** The schema of the body; outside the body, the parameter itself. */
  schema: Schema | undefined;
  /** Declared in an operation, for a whole path, or under the document's `parameters`. */
  level: 'operation' | 'path' | 'shared';
  /** The operations that have it. */
  operations: Operation[];
}

export interface Response {
  raw: JsonObject;
  /** `200`, `default`, …; under the document's `responses`, the name. */
  code: string;
  schema: Schema | undefined;
  /** The object that has the response under its code. */
  at: JsonObject;
}

export interface Operation {
  raw: JsonObject;
  id: string | undefined;
  method: Method;
  path: string;
  pathItem: JsonObject;
  /**
   * The parameters of the path and of the operation, references followed. One of the operation
   * replaces one of the path with the same name and location.
   */
  parameters: Parameter[];
  /** The parameters that the operation declares itself, in order. */
  ownParameters: Parameter[];
  body: Parameter | undefined;
  responses: Response[];
  /** The schema of `x-ms-notification-content`, of the operation or else of the path. */
  notification: Schema | undefined;
  /** `x-ms-visibility`. */
  visibility: string | undefined;
  /** `x-ms-trigger`: `single`, `batch`, …; undefined for an action. */
  trigger: string | undefined;
  /**
   * Whether it is an MCP server, which describes its tools itself: rules about parameters, responses
   * and their texts do not hold for it.
   */
  isMcpServer: boolean;
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
  /** The object at the end of the chain; undefined if it leads nowhere or in a circle. */
  target: JsonObject | undefined;
  /** Whether it points to another reference. */
  chained: boolean;
  /** Of a reference to a schema, the outermost schema that it is in. */
  root: SchemaRoot | undefined;
}

/**
 * A Swagger 2.0 document with its parts joined: operations have the parameters of their paths,
 * references are followed, and schemas know what they belong to. Parts of a wrong type are left out;
 * a rule reports them. Takes linear time.
 */
export class Definition {
  readonly file: JsonFile;
  readonly raw: JsonObject;
  /** In the order of the paths; within a path in the order of `methods`. */
  readonly operations: Operation[] = [];
  /** Every declared parameter once. */
  readonly parameters: Parameter[] = [];
  /** Every response once. */
  readonly responses: Response[] = [];
  /** Every schema once. */
  readonly schemas: Schema[] = [];
  readonly references: Reference[] = [];
  /** Keys that belong at the top of the file, are missing there, and are elsewhere. */
  readonly misplaced: ReadonlyMap<string, MisplacedKey>;
  readonly #byKeyword = new Map<string, Schema[]>();
  readonly #parameterOf = new Map<JsonObject, Parameter>();
  readonly #responseOf = new Map<JsonObject, Response>();
  readonly #rootOf = new Map<JsonObject, SchemaRoot>();
  readonly #refsOfRoot = new Map<SchemaRoot, JsonObject[]>();
  readonly #targetOfRef = new Map<string, JsonObject | undefined>();
  readonly #consumes: string[];
  readonly #produces: string[];
  #operationsById: ReadonlyMap<string, Operation> | undefined;
  #operationsBySanitizedId: ReadonlyMap<string, Operation> | undefined;
  #operationsBySimilarId: ReadonlyMap<string, Operation> | undefined;
  readonly #operationsUsing: { [direction in keyof SchemaUse]?: Map<SchemaRoot, Operation[]> } = {};

  constructor(file: JsonFile, raw: JsonObject) {
    this.file = file;
    this.raw = raw;
    this.#consumes = stringsIn(raw.consumes);
    this.#produces = stringsIn(raw.produces);
    this.misplaced = misplacedKeys(raw);
    for (const [name, schema] of objectEntries(this.section('definitions')))
      this.#root(schema, 'definition', name, undefined);
    for (const [, parameter] of objectEntries(this.section('parameters')))
      this.#parameter(parameter, 'shared');
    for (const [name, response] of objectEntries(this.section('responses')))
      this.#response(response, name, raw, undefined);
    for (const [path, item] of objectEntries(this.section('paths'))) {
      if (!topLevelKeys.has(path)) this.#path(path, item);
    }
    this.#spreadUse();
  }

  /** The schemas that have a keyword, in document order. */
  having(keyword: string): readonly Schema[] {
    return this.#byKeyword.get(keyword) ?? [];
  }

  /**
   * A section of the file, even if it is misplaced: a rule reports that, and what refers to the
   * section is right.
   */
  section(name: Section): JsonObject | undefined {
    return asObject(own(this.raw, name)) ?? asObject(this.misplaced.get(name)?.at[name]);
  }

  /** The first operation with that id. */
  operation(id: string): Operation | undefined {
    this.#operationsById ??= firstById(this.operations, (operationId) => operationId);
    return this.#operationsById.get(id);
  }

  /**
   * The operation that an extension or a policy refers to. The platform removes everything but
   * letters and digits from ids, so a reference may use the shorter id too.
   */
  referencedOperation(id: string): Operation | undefined {
    this.#operationsBySanitizedId ??= firstById(this.operations, lettersAndDigits);
    return this.operation(id) ?? this.#operationsBySanitizedId.get(id);
  }

  /** The id of the operation that an unknown id probably means: it differs in case or marks only. */
  similarOperationId(id: string): string | undefined {
    const withoutCase = (other: string): string => lettersAndDigits(other).toLowerCase();
    this.#operationsBySimilarId ??= firstById(this.operations, withoutCase);
    return this.#operationsBySimilarId.get(withoutCase(id))?.id;
  }

  /**
   * The first ten operations that use a schema in a direction, directly or through references. Not
   * all: every operation may use every definition, which would take quadratic time.
   */
  operationsUsing(root: SchemaRoot, direction: keyof SchemaUse): readonly Operation[] {
    const users = (this.#operationsUsing[direction] ??= this.#users(direction, maxUsers));
    return users.get(root) ?? [];
  }

  /**
   * The entries of `definitions` in their order, each with the first operations that use it, directly
   * or through references. Takes time that grows with `maxOperations`.
   * @param maxOperations how many operations of each are listed
   */
  usersOfDefinitions(
    maxOperations: number,
  ): readonly { name: string; operations: readonly Operation[] }[] {
    const byDirection = directions.map((direction) => this.#users(direction, maxOperations));
    const positions = new Map(this.operations.map((operation, index) => [operation, index]));
    const positionOf = (operation: Operation): number => positions.get(operation) ?? 0;
    return objectEntries(this.section('definitions')).map(([name, raw]) => {
      const root = this.#rootOf.get(raw);
      const users = new Set(byDirection.flatMap((found) => (root && found.get(root)) ?? []));
      const inOrder = [...users].sort((a, b) => positionOf(a) - positionOf(b));
      return { name, operations: inOrder.slice(0, maxOperations) };
    });
  }

  /**
   * Follows the `$ref` of an object to the end of the chain. Returns the object itself if it has no
   * `$ref`, undefined if the chain leads nowhere or in a circle.
   */
  follow(raw: JsonObject): JsonObject | undefined {
    let at: JsonObject | undefined = raw;
    for (let steps = 0; at !== undefined && at.$ref !== undefined; steps += 1) {
      if (steps > maxChainedReferences) return undefined;
      at = typeof at.$ref === 'string' ? this.#resolve(at.$ref) : undefined;
    }
    return at;
  }

  /**
   * The properties of a schema and of its `allOf`, references followed. Of several with one name the
   * first counts.
   */
  properties(raw: JsonObject): Map<string, JsonObject> {
    const properties = new Map<string, JsonObject>();
    for (const part of this.parts(raw))
      for (const [name, property] of objectEntries(part.properties))
        if (!properties.has(name)) properties.set(name, property);
    return properties;
  }

  /** A schema and the schemas of its `allOf`, recursively, references followed, each once. */
  parts(raw: JsonObject): JsonObject[] {
    const parts = new Set<JsonObject>();
    const open = [raw];
    for (let schema = open.pop(); schema; schema = open.pop()) {
      const target = this.follow(schema);
      if (!target || parts.has(target)) continue;
      parts.add(target);
      for (const part of objectsIn(target.allOf).toReversed()) open.push(part);
    }
    return [...parts];
  }

  #resolve(ref: string): JsonObject | undefined {
    if (!this.#targetOfRef.has(ref)) this.#targetOfRef.set(ref, this.#resolveUncached(ref));
    return this.#targetOfRef.get(ref);
  }

  #resolveUncached(ref: string): JsonObject | undefined {
    const path = parseFragment(ref);
    if (!path) return undefined;
    const [first, ...rest] = path;
    const misplaced = this.misplaced.get(first ?? '');
    return asObject(
      misplaced ? valueAt(misplaced.at[misplaced.key], rest) : valueAt(this.raw, path),
    );
  }

  #refer(at: JsonObject, kind: ReferenceKind, root?: SchemaRoot): JsonObject | undefined {
    const target = this.follow(at);
    const next = typeof at.$ref === 'string' ? this.#resolve(at.$ref) : undefined;
    this.references.push({
      at,
      ref: at.$ref ?? null,
      kind,
      target,
      chained: next?.$ref !== undefined,
      root,
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
      const isReplaced = ({ name, in: location }: Parameter): boolean =>
        ownParameters.some((other) => other.name === name && other.in === location);
      const parameters = [
        ...shared.filter((parameter) => !isReplaced(parameter)),
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
        isMcpServer: isMcpOperation(raw, item),
        consumes: raw.consumes === undefined ? this.#consumes : stringsIn(raw.consumes),
        produces: raw.produces === undefined ? this.#produces : stringsIn(raw.produces),
      };
      this.operations.push(operation);
      for (const parameter of parameters) {
        parameter.operations.push(operation);
        this.#assignOperation(parameter.schema, operation);
      }
      for (const [code, response] of objectEntries(raw.responses)) {
        if (isOfAnotherPlace(code)) continue;
        const resolved = this.#response(response, code, asObject(raw.responses) ?? raw, operation);
        if (resolved) operation.responses.push(resolved);
      }
      const content = asObject(raw['x-ms-notification-content']);
      if (content)
        operation.notification = this.#root(
          schemaOf(content),
          'notification',
          undefined,
          operation,
        );
      else this.#assignOperation(contentAtPath, operation);
    }
  }

  /** Sets the operation of a schema that is written outside operations: the first that uses it. */
  #assignOperation(schema: Schema | undefined, operation: Operation): void {
    if (schema && schema.root === schema) schema.root.operation ??= operation;
  }

  #parameters(list: Json | undefined, level: 'operation' | 'path'): Parameter[] {
    const parameters: Parameter[] = [];
    for (const declared of objectsIn(list)) {
      const parameter = this.#parameter(declared, level);
      if (parameter) parameters.push(parameter);
    }
    return parameters;
  }

  #parameter(declared: JsonObject, level: Parameter['level']): Parameter | undefined {
    if (declared.$ref !== undefined) {
      const target = this.#refer(declared, 'parameter');
      return target && (this.#parameterOf.get(target) ?? this.#parameter(target, 'shared'));
    }
    const existing = this.#parameterOf.get(declared);
    if (existing) return existing;
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
      const resolved =
        target && (this.#responseOf.get(target) ?? this.#response(target, code, at, operation));
      return resolved && { ...resolved, code, at };
    }
    const existing = this.#responseOf.get(declared);
    if (existing) return existing;
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
    const existing = this.#rootOf.get(raw);
    if (existing) return existing;
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
      const target = this.#refer(raw, 'schema', root);
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
    for (const part of objectsIn(allOf))
      this.#schema({ raw: part, role: 'allOf', name, parent: schema, root });
  }

  #users(direction: keyof SchemaUse, maxOperations: number): Map<SchemaRoot, Operation[]> {
    const users = new Map<SchemaRoot, Operation[]>();
    for (const operation of this.operations) {
      const schemas =
        direction === 'input'
          ? operation.parameters.map(({ schema }) => schema)
          : [...operation.responses.map(({ schema }) => schema), operation.notification];
      const queue = schemas.filter((schema) => schema !== undefined).map(({ root }) => root);
      for (let root = queue.pop(); root; root = queue.pop()) {
        const operations = users.get(root);
        if (operations && (operations.length >= maxOperations || operations.at(-1) === operation))
          continue;
        if (operations) operations.push(operation);
        else users.set(root, [operation]);
        for (const target of this.#refsOfRoot.get(root) ?? []) {
          const targetRoot = this.#rootOf.get(target);
          if (targetRoot) queue.push(targetRoot);
        }
      }
    }
    return users;
  }

  /** Propagates the use of bodies and responses to the definitions that they refer to. */
  #spreadUse(): void {
    const queue = [...this.#rootOf.values()].filter(({ use }) => use.input || use.output);
    for (let root = queue.pop(); root; root = queue.pop()) {
      for (const target of this.#refsOfRoot.get(root) ?? []) {
        const targetRoot = this.#rootOf.get(target);
        if (!targetRoot || targetRoot === root) continue;
        const { use } = targetRoot;
        if ((root.use.input && !use.input) || (root.use.output && !use.output)) {
          use.input ||= root.use.input;
          use.output ||= root.use.output;
          queue.push(targetRoot);
        }
      }
    }
  }
}

/** The content of a notification is a schema, or an object with a `schema`, like a response. */
const schemaOf = (content: JsonObject): JsonObject => asObject(content.schema) ?? content;

/** The first operation with each id, as `rename` writes it. */
function firstById(
  operations: readonly Operation[],
  rename: (id: string) => string,
): ReadonlyMap<string, Operation> {
  const byId = new Map<string, Operation>();
  for (const operation of operations) {
    const id = operation.id === undefined ? undefined : rename(operation.id);
    if (id !== undefined && !byId.has(id)) byId.set(id, operation);
  }
  return byId;
}

/** Keys that mean something else in a path or an operation. */
const keysOfOperations = new Set([
  'consumes',
  'produces',
  'schemes',
  'parameters',
  'responses',
  'security',
  'tags',
  'externalDocs',
  'x-ms-capabilities',
]);

/** The keys that tell an entry of a section from a section that has the name of an entry. */
const keysOfEntries: Readonly<Record<string, readonly string[]>> = {
  definitions: ['type', 'properties', '$ref', 'allOf', 'items', 'enum', 'description', 'title'],
  parameters: ['name', 'in', '$ref'],
  responses: ['description', 'schema', '$ref'],
  securityDefinitions: ['type'],
};

/** Whether a key among responses is a section, a path or a method: a bracket is in the wrong place. */
const isOfAnotherPlace = (key: string): boolean =>
  topLevelKeys.has(key) || key.startsWith('/') || methods.some((method) => method === key);

const areObjects = (value: Json, test: (entry: JsonObject) => boolean): boolean => {
  const entries = isObject(value) ? Object.values(value) : asList(value);
  return entries.length > 0 && entries.every((entry) => isObject(entry) && test(entry));
};

/** Sections that are known by what they contain, wherever they are. */
const recognizable: Readonly<Record<string, (value: Json) => boolean>> = {
  definitions: (value) =>
    isObject(value) &&
    !['properties', 'items', 'allOf'].some((keyword) => keyword in value) &&
    areObjects(value, isSchemaLike),
  securityDefinitions: (value) => isObject(value) && areObjects(value, isSchemeLike),
  paths: (value) => isObject(value) && Object.keys(value).some((key) => key.startsWith('/')),
  'x-ms-connector-metadata': (value) =>
    Array.isArray(value) && areObjects(value, (entry) => 'propertyName' in entry),
};

/** Whether an object looks like a schema. */
export const isSchemaLike = ({ type, properties, allOf, $ref, items }: JsonObject): boolean =>
  (typeof type === 'string' && /^(?:object|array|string|integer|number|boolean)$/.test(type)) ||
  isObject(properties) ||
  Array.isArray(allOf) ||
  isObject(items) ||
  typeof $ref === 'string';

/** Whether an object looks like a security definition. */
export const isSchemeLike = ({ type }: JsonObject): boolean =>
  typeof type === 'string' && ['basic', 'apiKey', 'oauth2'].includes(type);

/** Examples and defaults may contain anything. */
const valueKeys = new Set(['example', 'examples', 'default', 'enum', 'x-ms-examples']);

/** Sections with these names that are deeper in the file, by what they contain. Takes linear time. */
function* deepSections(raw: JsonObject, names: ReadonlySet<string>): Iterable<MisplacedKey> {
  const open: Step[] = [{ at: raw, key: '', above: undefined }];
  for (let step = open.pop(); step; step = open.pop()) {
    const { at } = step;
    const keys = Object.keys(at);
    for (let index = keys.length - 1; index >= 0; index -= 1) {
      const key = keys[index] ?? '';
      const value = Array.isArray(at) ? at[index] : at[key];
      if (!isContainer(value)) continue;
      if (isObject(at) && names.has(key) && recognizable[key]?.(value) === true)
        yield { key, at, path: pathOf(step) };
      else if (!valueKeys.has(key)) open.push({ at: value, key, above: step });
    }
  }
}

/** An object or array, its key, and what it is in. Paths are only built for what is found. */
interface Step {
  at: JsonContainer;
  key: string;
  above: Step | undefined;
}

function pathOf(step: Step): string[] {
  const path: string[] = [];
  for (let at = step; at.above; at = at.above) path.push(at.key);
  return path.reverse();
}

/**
 * The keys that are missing at the top of the file and are within another part, where a bracket in the
 * wrong place puts them; the first place of each. Takes linear time.
 */
function misplacedKeys(raw: JsonObject): ReadonlyMap<string, MisplacedKey> {
  const found = new Map<string, MisplacedKey>();
  const search = (
    at: Json | undefined,
    path: readonly string[],
    belongsHere: (key: string, value: Json) => boolean,
  ): void => {
    if (!isObject(at)) return;
    for (const key of Object.keys(at)) {
      if (!topLevelKeys.has(key) || Object.hasOwn(raw, key) || found.has(key)) continue;
      if (!belongsHere(key, at[key] ?? null)) found.set(key, { key, at, path });
    }
  };
  search(raw.info, ['info'], () => false);
  search(raw.paths, ['paths'], () => false);
  for (const [section, keys] of Object.entries(keysOfEntries))
    search(
      raw[section],
      [section],
      (_, value) => isObject(value) && keys.some((key) => key in value),
    );
  for (const [path, item] of objectEntries(raw.paths)) {
    if (topLevelKeys.has(path)) continue;
    search(item, ['paths', path], (key) => keysOfOperations.has(key));
    for (const method of methods)
      if (isObject(item[method]))
        search(item[method], ['paths', path, method], (key) => keysOfOperations.has(key));
  }
  const absent = Object.keys(recognizable).filter((key) => !Object.hasOwn(raw, key));
  const missing = new Set(absent.filter((key) => !found.has(key)));
  if (missing.size > 0)
    for (const section of deepSections(raw, missing))
      if (!found.has(section.key)) found.set(section.key, section);
  return found;
}

/** The extension that makes an operation an MCP server, and names the transport. */
export const mcpProtocol = 'x-ms-agentic-protocol';

/** Whether an entry is that extension, or is meant to be, by its name or by its value. */
export const isMcpEntry = (key: string, value: Json | undefined): boolean =>
  /^x/i.test(key) &&
  (/^x-.{0,20}agentic/i.test(key) ||
    (/^x[-_]/i.test(key) && typeof value === 'string' && /^mcp-streamable/i.test(value)));

function hasMcpEntry(at: JsonObject): boolean {
  for (const key in at) if (isMcpEntry(key, at[key])) return true;
  return false;
}

/** Whether an operation is an MCP server, also if the extension is in its path or its responses. */
function isMcpOperation(raw: JsonObject, pathItem: JsonObject): boolean {
  if (hasMcpEntry(raw) || hasMcpEntry(pathItem) || isServerSentEvents(raw)) return true;
  const responses = asObject(raw.responses);
  if (!responses) return false;
  return hasMcpEntry(responses) || objectsIn(Object.values(responses)).some(hasMcpEntry);
}

/** Whether an operation is an MCP server over server-sent events, which has no extension. */
export const isServerSentEvents = ({ tags }: JsonObject): boolean =>
  stringsIn(tags).some((tag) => tag.toLowerCase() === 'mcpsse');

/**
 * Whether a schema or parameter has a default. Generators write null for the lack of a default.
 */
export const hasDefault = (raw: JsonObject): boolean =>
  raw.default !== undefined && raw.default !== null;

/**
 * Whether users see a parameter: not if it is internal, or if only internal operations or MCP servers
 * have it.
 */
export const isShown = ({ visibility, operations }: Parameter): boolean =>
  visibility !== 'internal' &&
  (operations.length === 0 ||
    operations.some((operation) => operation.visibility !== 'internal' && !operation.isMcpServer));

/** Whether a response code means success. */
export const isSuccess = (code: string): boolean => /^2\d\d$/.test(code);

/** What messages call an operation: its id, else its method and path. */
export const nameOf = ({ id, method, path }: Operation): string =>
  id ?? `${method.toUpperCase()} ${path}`;

const variable = /\{([^{}]*)\}/g;

/** The names in curly brackets in a path, in order. */
export const variablesIn = (path: string): string[] =>
  Array.from(path.matchAll(variable), ([, name = '']) => name);

/** A path with all variables replaced by `{}`. */
export const shapeOf = (path: string): string => path.replace(variable, '{}');

/** The shape of a path in lower case: what the platform distinguishes operations by. */
export const routing = (path: string): string => shapeOf(path).toLowerCase();
