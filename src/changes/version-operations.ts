import { lettersAndDigits } from '../shared/text.ts';
import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import { methods, nameOf, type Definition, type Operation } from '../connector/definition.ts';
import type { Properties } from '../connector/properties.ts';
import { escapeToken, unescapeToken } from '../json/pointer.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  own,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { compareConnectors } from './compare.ts';
import { JsonDraft } from './json-draft.ts';
import { jsonEqual } from '../json/equal.ts';
import { verdicts } from './verdicts.ts';

export interface VersionedFolder {
  /** The folder after the update, with old and new versions of the operations. */
  folder: ConnectorFolder;
  /** The versioned operations: the id of the old version, the id of the new one, and its path. */
  operations: { old: string; new: string; path: string }[];
}

/**
 * Resolves a breaking update in the way that the platform documents: each broken operation stays
 * unchanged, but deprecated; the new version gets its own id and path, which a policy routes to
 * the path of the service. A deleted operation is restored as deprecated. Other operations do not
 * change, even if the new version depends on them.
 */
export function versionOperations(
  before: ConnectorFolder,
  after: ConnectorFolder,
): VersionedFolder {
  const oldConnector = readConnector(before);
  const newConnector = readConnector(after);
  const newIds = newIdsFor(oldConnector, newConnector);
  const operations: VersionedFolder['operations'] = [];
  const { definition, definitionFile, properties, propertiesFile } = newConnector;
  if (!oldConnector.definition || !definition || !definitionFile)
    return { folder: after, operations };
  const draft = new JsonDraft(definitionFile);
  const versions = new Versions(oldConnector.definition, definition, draft);
  versions.redirect(newIds);
  const routes =
    properties && propertiesFile
      ? new Routes(properties, new JsonDraft(propertiesFile))
      : undefined;
  for (const [id, newId] of newIds) {
    const restored = versions.restore(id, newId);
    if (!restored) continue;
    if (restored.isRenewed) routes?.add(id, newId, restored.servicePath);
    operations.push({ old: id, new: restored.isRenewed ? newId : id, path: restored.path });
  }
  const folder = draft.applyTo(after);
  return { folder: routes?.applyTo(folder) ?? folder, operations };
}

/**
 * The id of the new version for each operation that the update breaks, in the order of the
 * changes.
 */
function newIdsFor(before: Connector, after: Connector): Map<string, string> {
  const usedIds = new Set(after.definition?.operations.map(({ id }) => id));
  const ids = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const id of brokenOperations(before, after)) {
    const old = before.definition?.operation(id);
    if (!old) continue;
    const { family, revision } = revisionOf(old);
    const plain = `${family}_V${revision + 1}`;
    let newId = plain;
    let count = counts.get(plain) ?? 2; // lower counts are in use
    for (; usedIds.has(newId); count += 1) newId = `${plain}_${count}`;
    counts.set(plain, count);
    usedIds.add(newId);
    ids.set(id, newId);
  }
  return ids;
}

/** The ids of the old operations that the update breaks, in the order of the changes. */
function brokenOperations(before: Connector, after: Connector): Set<string> {
  const broken = new Set<string>();
  for (const { kind, subject } of compareConnectors(before, after)) {
    const id = /^operation\/([^/]+)/.exec(subject)?.[1];
    if (id !== undefined && verdicts[kind].severity === 'error' && before.definition?.operation(id))
      broken.add(id);
  }
  return broken;
}

const notificationContent = 'x-ms-notification-content';

/** An update to which the old versions of operations are added, one by one. */
class Versions {
  readonly #before: Definition;
  readonly #after: Definition;
  readonly #draft: JsonDraft;
  readonly #copies: Copies;

  constructor(before: Definition, after: Definition, draft: JsonDraft) {
    this.#before = before;
    this.#after = after;
    this.#draft = draft;
    this.#copies = new Copies(before, after, draft);
  }

  /**
   * Redirects dynamic values and schemas of the update to the new versions, which they were
   * written for.
   */
  redirect(newIds: ReadonlyMap<string, string>): void {
    const walk = (value: Json, inDynamic: boolean): void => {
      if (Array.isArray(value)) for (const item of value) walk(item, inDynamic);
      else if (isObject(value)) {
        const called = inDynamic ? asText(value.operationId) : undefined;
        const newId =
          called === undefined || !this.#after.operation(called) ? undefined : newIds.get(called);
        if (newId !== undefined) this.#draft.set(value, 'operationId', newId);
        for (const [key, below] of Object.entries(value))
          walk(below, inDynamic || key.startsWith('x-ms-dynamic-'));
      }
    };
    walk(this.#after.raw, false);
  }

  /**
   * Restores an operation. If the update still contains it with changes, its new version is
   * renewed.
   *
   * @returns `path`: the path of the new version, if there is one, or of the old version
   */
  restore(
    id: string,
    newId: string,
  ): { isRenewed: boolean; path: string; servicePath: string | undefined } | undefined {
    const before = this.#before;
    const after = this.#after;
    const old = before.operation(id);
    const paths = asObject(after.raw.paths);
    if (!old || !paths) return undefined;
    const current = this.#current(id, paths);
    const { family, revision } = revisionOf(old);
    const next = revision + 1;
    const restored = restoredOperation(old, before, after, {
      family,
      revision,
      ...(current && { replacement: { api: apiName(after), operationId: newId } }),
    });
    const content = old.pathItem[notificationContent] ?? null;
    const suffix = this.#copies.put([restored, content], revision);
    const item = asObject(own(paths, old.path));
    const isInPlace =
      current !== undefined && current.method === old.method && current.path === old.path;
    const newPath = current && (isInPlace ? `/v${next}${current.path}` : current.path);
    if (current && newPath !== undefined) {
      const renewed: JsonObject = {
        ...current.raw,
        operationId: newId,
        'x-ms-api-annotation': { status: statusOf(after), family, revision: next },
      };
      const newItem = isInPlace ? asObject(own(paths, newPath)) : current.item;
      const shared: JsonObject = {};
      for (const key of ['parameters', notificationContent])
        if (current.item[key] !== undefined) shared[key] = current.item[key];
      if (newItem) this.#draft.set(newItem, current.method, renewed);
      else this.#draft.set(paths, newPath, { ...shared, [current.method]: renewed });
    }
    const entries: JsonObject = {
      [old.method]: this.#copies.rewritten(restored, suffix),
      ...(content !== null && { [notificationContent]: this.#copies.rewritten(content, suffix) }),
    };
    if (item) {
      for (const [key, value] of Object.entries(entries)) this.#draft.set(item, key, value);
      this.#pushDown(item, old.method);
    } else this.#draft.set(paths, old.path, entries);
    return {
      isRenewed: current !== undefined,
      path: newPath ?? old.path,
      servicePath: isInPlace ? current.path : undefined,
    };
  }

  /** The location of an operation in the update, unless a restored operation has replaced it. */
  #current(
    id: string,
    paths: JsonObject,
  ): { raw: JsonObject; item: JsonObject; method: string; path: string } | undefined {
    const operation = this.#after.operation(id);
    const item = operation && asObject(own(paths, operation.path));
    const raw = operation && asObject(item?.[operation.method]);
    return operation && item && raw?.operationId === id
      ? { raw, item, method: operation.method, path: operation.path }
      : undefined;
  }

  /**
   * Moves the parameters of a path into its operations, except the restored one: that has its own
   * parameters and must not get new ones.
   */
  #pushDown(item: JsonObject, restored: string): void {
    const { parameters } = item;
    if (!Array.isArray(parameters) || parameters.length === 0) return;
    this.#draft.remove(item, 'parameters');
    for (const method of methods) {
      const operation = method === restored ? undefined : asObject(item[method]);
      if (operation)
        this.#draft.set(operation, 'parameters', [...parameters, ...asList(operation.parameters)]);
    }
  }
}

/** The family and revision of an operation, from its annotation or else from its id. */
function revisionOf(operation: Operation): { family: string; revision: number } {
  const annotation = asObject(operation.raw['x-ms-api-annotation']);
  const [, stem, number] = /^(.+)_V(\d{1,4})$/.exec(nameOf(operation)) ?? [];
  const revision =
    typeof annotation?.revision === 'number' ? annotation.revision : Number(number ?? 1);
  return { family: asText(annotation?.family) ?? stem ?? nameOf(operation), revision };
}

/** The status of the connector; its operations must not be ahead of it. */
const statusOf = ({ raw }: Definition): string =>
  asText(asObject(asObject(raw.info)?.['x-ms-api-annotation'])?.status) ?? 'Production';

const apiName = (definition: Definition): string =>
  lettersAndDigits(asText(asObject(definition.raw.info)?.title) ?? 'connector');

/** The names of the definitions that changed, directly or through a reference. */
function changedDefinitions(before: Definition, after: Definition): Set<string> {
  const [from, to] = [
    asObject(before.raw.definitions) ?? {},
    asObject(after.raw.definitions) ?? {},
  ];
  const changed = new Set(
    Object.keys(from).filter((name) => !jsonEqual(from[name], own(to, name))),
  );
  const users = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(from)) {
    for (const used of refsIn(schema)) {
      const names = users.get(used);
      if (names) names.push(name);
      else users.set(used, [name]);
    }
  }
  // The loop also visits names that are added to the set while it runs.
  for (const name of changed) for (const user of users.get(name) ?? []) changed.add(user);
  return changed;
}

/**
 * Copies of the old definitions that refer to each other. Their names are unused in the update, or
 * already have the same content.
 */
class Copies {
  readonly #before: JsonObject;
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
    this.#before = asObject(before.raw.definitions) ?? {};
    this.#after = after;
    this.#draft = draft;
    this.#changed = changedDefinitions(before, after);
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
    const copies = new Map<string, Json>();
    const definitions = asObject(this.#after.raw.definitions);
    for (const name of needed) {
      if (state.unavailable.has(name)) return false;
      if (this.#changed.has(name)) {
        const schema = this.rewritten(this.#before[name] ?? null, suffix);
        const existing = definitions && own(definitions, name + suffix);
        if (existing === undefined) copies.set(name + suffix, schema);
        else if (!jsonEqual(existing, schema)) {
          state.unavailable.add(name);
          return false;
        }
      }
      // The loop also visits names that are added to the set while it runs.
      for (const used of this.#refsOf(name)) if (!state.copied.has(used)) needed.add(used);
    }
    for (const name of needed) state.copied.add(name);
    if (definitions)
      for (const [name, schema] of copies) this.#draft.set(definitions, name, schema);
    else if (copies.size > 0)
      this.#draft.set(this.#after.raw, 'definitions', Object.fromEntries(copies));
    return true;
  }

  #refsOf(name: string): readonly string[] {
    let refs = this.#refs.get(name);
    if (!refs) this.#refs.set(name, (refs = refsIn(own(this.#before, name) ?? null)));
    return refs;
  }
}

const refPrefix = '#/definitions/';
const nameIn = (ref: string): string => unescapeToken(ref.slice(refPrefix.length));

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (!isObject(value)) return [];
  const here =
    typeof value.$ref === 'string' && value.$ref.startsWith(refPrefix) ? [nameIn(value.$ref)] : [];
  return [...here, ...Object.values(value).flatMap(refsIn)];
}

/** The old operation, self-contained and deprecated, with parameters and responses written out. */
function restoredOperation(
  old: Operation,
  before: Definition,
  after: Definition,
  annotation: JsonObject,
): JsonObject {
  const responses: JsonObject = {};
  for (const { code, raw } of old.responses) responses[code] = raw;
  const summary = asText(old.raw.summary) ?? nameOf(old);
  const operation: JsonObject = {
    ...old.raw,
    summary: /\(deprecated\)$/i.test(summary) ? summary : `${summary} (deprecated)`,
    deprecated: true,
    'x-ms-visibility': old.visibility === 'internal' ? 'internal' : 'advanced',
    'x-ms-api-annotation': { status: statusOf(after), ...annotation },
    ...(old.parameters.length > 0 && { parameters: old.parameters.map(({ raw }) => raw) }),
    responses,
  };
  // Defaults of the old definition that the update changes.
  for (const key of ['consumes', 'produces', 'security']) {
    const general = before.raw[key];
    if (old.raw[key] === undefined && general !== undefined && !jsonEqual(general, after.raw[key]))
      operation[key] = general;
  }
  if (Array.isArray(operation.security)) {
    const schemes = asObject(after.raw.securityDefinitions) ?? {};
    const requirements = operation.security.filter(
      (requirement) =>
        isObject(requirement) &&
        Object.keys(requirement).every((name) => own(schemes, name) !== undefined),
    );
    // Without the definitions, the update signs in differently: its default applies.
    if (requirements.length > 0) operation.security = requirements;
    else delete operation.security;
  }
  return operation;
}

const operationNames = 'x-ms-apimTemplate-operationName';
const policyList = 'policyTemplateInstances';

/**
 * Adds the new versions to the operation lists in the properties, and policies that route their
 * paths to the paths of the service.
 */
class Routes {
  readonly #properties: Properties;
  readonly #draft: JsonDraft;
  /** By operation name, the lists that contain it: those of the policies and that of the script. */
  readonly #lists = new Map<string, OperationList[]>();

  constructor(properties: Properties, draft: JsonDraft) {
    this.#properties = properties;
    this.#draft = draft;
    for (const { templateId, parameters } of properties.policies)
      this.#index(parameters, operationNames, templateId);
    this.#index(properties.inner, 'scriptOperations', undefined);
  }

  /** @param servicePath the path of the service, if the new version has its own path */
  add(id: string, newId: string, servicePath: string | undefined): void {
    const lists = this.#lists.get(id) ?? [];
    for (const list of lists) {
      if (list.names.has(newId)) continue;
      list.names.add(newId);
      this.#addName(newId, list);
      list.ids.push(newId);
      this.#draft.set(list.at, list.key, list.ids);
    }
    if (servicePath === undefined || lists.some(({ isRoute }) => isRoute)) return;
    const { inner, at } = this.#properties;
    if (at !== inner) return;
    const parameters: JsonObject = {
      [operationNames]: [newId],
      'x-ms-apimTemplateParameter.newPath': servicePath,
      'x-ms-apimTemplateParameter.httpMethod': '@Request.OriginalHTTPMethod',
    };
    const policy: JsonObject = {
      templateId: 'routerequesttoendpoint',
      title: `Route ${newId}`,
      parameters,
    };
    const policies = asList(inner[policyList]);
    policies.push(policy);
    this.#draft.set(inner, policyList, policies);
    this.#index(parameters, operationNames, 'routerequesttoendpoint');
  }

  applyTo(folder: ConnectorFolder): ConnectorFolder {
    return this.#draft.applyTo(folder);
  }

  #index(at: JsonObject | undefined, key: string, templateId: string | undefined): void {
    const ids = at?.[key];
    if (!at || !Array.isArray(ids)) return;
    const names = new Set(ids.map((id) => (typeof id === 'string' ? id : '')));
    const list = {
      at,
      key,
      ids,
      names,
      isRoute: templateId?.toLowerCase() === 'routerequesttoendpoint',
    };
    for (const name of names) this.#addName(name, list);
  }

  #addName(name: string, list: OperationList): void {
    const lists = this.#lists.get(name);
    if (lists) lists.push(list);
    else this.#lists.set(name, [list]);
  }
}

interface OperationList {
  at: JsonObject;
  key: string;
  ids: Json[];
  names: Set<string>;
  isRoute: boolean;
}
