import { lettersAndDigits } from '../shared/text.ts';
import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import {
  methods,
  nameOf,
  routing,
  type Definition,
  type Operation,
} from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  objectsIn,
  own,
  stringsIn,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { classify } from './classify.ts';
import { compareConnectors } from './compare.ts';
import { JsonDraft } from './json-draft.ts';
import { OldDefinitions } from './old-definitions.ts';
import { OperationLists } from './operation-lists.ts';
import {
  renumberedPath,
  renumberedSummary,
  Revisions,
  type Revision,
} from './operation-revisions.ts';

/** An operation whose old version is in the update again. */
export interface VersionedOperation {
  old: string;
  /** The ID of the new version; undefined if the update deleted the operation. */
  new: string | undefined;
  /** The path of the new version, or else of the old version. */
  path: string;
}

/** A new version with a path of its own, which no policy routes to the path of the service. */
export interface UnroutedOperation {
  id: string;
  path: string;
  servicePath: string;
}

export interface VersionedFolder {
  /** The folder after the update, with old and new versions of the operations. */
  folder: ConnectorFolder;
  operations: VersionedOperation[];
  unrouted: UnroutedOperation[];
  /** What was written under another name: its name in the update, or in the old version. */
  origins: Record<'operations' | 'definitions' | 'paths', Map<string, string>>;
}

/**
 * Resolves a breaking update in the way that the platform documents: each broken operation stays
 * unchanged, but deprecated; the new version gets its own ID and path, which a policy routes to
 * the path of the service. A deleted operation is restored as deprecated. An operation of the
 * update that has taken the place of an old one keeps its ID and gets another path. Other
 * operations do not change.
 *
 * The result may be worse than the update; `versionSafely` in `validation/` tests it.
 *
 * @param ids of the operations to version, from `brokenOperations`
 */
export function versionOperations(
  before: Connector,
  after: ConnectorFolder,
  ids: readonly string[],
): VersionedFolder {
  const { definition, definitionFile, properties, propertiesFile } = readConnector(after);
  const result: VersionedFolder = {
    folder: after,
    operations: [],
    unrouted: [],
    origins: { operations: new Map(), definitions: new Map(), paths: new Map() },
  };
  if (!before.definition || !definition || !definitionFile || ids.length === 0) return result;
  const draft = new JsonDraft(definitionFile);
  const lists =
    properties && propertiesFile?.isFixable === true
      ? new OperationLists(before.properties, properties, new JsonDraft(propertiesFile))
      : undefined;
  new Versions(before.definition, definition, { draft, lists, result }).write(ids);
  result.folder = draft.applyTo(after);
  if (lists) result.folder = lists.applyTo(result.folder);
  return result;
}

/** The IDs of the old operations that the update breaks, in the order of the changes. */
export function brokenOperations(before: Connector, after: Connector): string[] {
  const changes = compareConnectors(before, after);
  const broken = new Set<string>();
  for (const [index, { severity }] of classify(changes, after, before).entries()) {
    const id = severity === 'error' ? operationIn(changes[index]?.subject) : undefined;
    if (id !== undefined && before.definition?.operation(id)) broken.add(id);
  }
  return [...broken];
}

/** The ID of the operation that a subject belongs to. */
export const operationIn = (subject: string | undefined): string | undefined =>
  /^operation\/([^/]+)/.exec(subject ?? '')?.[1];

const notificationContent = 'x-ms-notification-content';
const apiAnnotation = 'x-ms-api-annotation';

/** An operation of the update, where it is now. */
interface Located {
  id: string;
  raw: JsonObject;
  item: JsonObject;
  method: string;
  path: string;
}

/** How an old version gets back into the update. */
interface Plan {
  id: string;
  old: Operation;
  revision: Revision;
  /** The operation with the ID in the update, which becomes the new version. */
  current: Located | undefined;
  next: (Revision & { id: string }) | undefined;
}

/** What the platform looks at to find an operation. */
const slotOf = ({ method, path }: Pick<Located, 'method' | 'path'>): string =>
  `${method} ${routing(path)}`;

/** An update to which the old versions of operations are added. */
class Versions {
  readonly #before: Definition;
  readonly #after: Definition;
  readonly #draft: JsonDraft;
  readonly #lists: OperationLists | undefined;
  readonly #result: VersionedFolder;
  readonly #paths: JsonObject;
  /** By routing: the path whose operations moved there, or '' for paths of either version. */
  readonly #usedPaths = new Map<string, string>();

  constructor(
    before: Definition,
    after: Definition,
    output: { draft: JsonDraft; lists: OperationLists | undefined; result: VersionedFolder },
  ) {
    this.#before = before;
    this.#after = after;
    this.#draft = output.draft;
    this.#lists = output.lists;
    this.#result = output.result;
    this.#paths = asObject(after.raw.paths) ?? {};
    for (const { path } of [...before.operations, ...after.operations])
      this.#usedPaths.set(routing(path), '');
  }

  write(ids: readonly string[]): void {
    if (this.#after.raw.paths !== this.#paths)
      this.#draft.set(this.#after.raw, 'paths', this.#paths);
    const revisions = new Revisions([...this.#after.operations, ...this.#before.operations]);
    const plans = ids.flatMap((id): Plan[] => {
      const old = this.#before.operation(id);
      const operation = this.#after.operation(id);
      const current = operation && this.#located(operation);
      const next = operation && old && revisions.next(old);
      return old ? [{ id, old, revision: revisions.of(old), current, next }] : [];
    });
    this.#redirect(plans);
    // Made after that, because what calls a new version is not what old versions need.
    const definitions = new OldDefinitions(this.#before, this.#after, this.#draft);
    const inTheWay = this.#inTheWay(plans);
    for (const { id, old, current, next, revision } of plans) {
      if (current && next) {
        this.#renew(current, next, revision);
        if (revisions.canAnnotate(old)) this.#annotate(current, next);
        this.#lists?.split(id, next.id);
        this.#result.origins.operations.set(next.id, id);
      } else this.#lists?.restore(id);
    }
    const versions = new Map(plans.map(({ current, ...plan }) => [current, plan]));
    for (const located of inTheWay) {
      const version = versions.get(located);
      const from = version?.revision.revision ?? revisions.revisionOf(located.id);
      this.#move(located, version?.next?.id ?? located.id, {
        from,
        to: version?.next?.revision ?? from + 1,
      });
    }
    const bySlot = new Map(
      inTheWay
        .filter((located) => !versions.has(located))
        .map((located) => [located.slot, located]),
    );
    for (const { id, old, revision, current, next } of plans) {
      const successor = current ?? bySlot.get(slotOf(old));
      const newId = next?.id ?? successor?.id;
      const annotation = revisions.canAnnotate(old) && {
        status: statusOf(this.#after),
        family: revision.family,
        revision: revision.revision,
        ...(newId !== undefined && {
          replacement: { api: apiName(this.#after), operationId: newId },
        }),
      };
      this.#restore(old, definitions, revision.revision, annotation || undefined);
      this.#result.operations.push({ old: id, new: newId, path: successor?.path ?? old.path });
    }
    for (const [copy, name] of definitions.names) this.#result.origins.definitions.set(copy, name);
  }

  #located({ id, raw, method, path }: Operation): Located | undefined {
    const item = asObject(own(this.#paths, path));
    return item && { id: id ?? `${method.toUpperCase()} ${path}`, raw, item, method, path };
  }

  /**
   * Redirects dynamic values and schemas of the update to the new versions, which they were
   * written for.
   */
  #redirect(plans: readonly Plan[]): void {
    const newIds = new Map(plans.map(({ id, next }) => [id, next?.id]));
    const walk = (value: Json, inDynamic: boolean): void => {
      if (Array.isArray(value)) for (const item of value) walk(item, inDynamic);
      else if (isObject(value)) {
        const called = inDynamic ? asText(value.operationId) : undefined;
        const newId = called === undefined ? undefined : newIds.get(called);
        if (newId !== undefined) this.#draft.set(value, 'operationId', newId);
        for (const [key, below] of Object.entries(value))
          walk(below, inDynamic || key.startsWith('x-ms-dynamic-'));
      }
    };
    walk(this.#after.raw, false);
  }

  /**
   * The operations of the update that have the place of an old version, or a path that the platform
   * cannot tell from it. They must move: new versions, and operations that the update put there.
   */
  #inTheWay(plans: readonly Plan[]): (Located & { slot: string })[] {
    const slots = new Set(plans.map(({ old }) => slotOf(old)));
    const spellings = new Map(plans.map(({ old }) => [old.path.toLowerCase(), old.path]));
    const keyOf = (operation: Operation): string =>
      `${operation.method} ${operation.path}\n${operation.id ?? ''}`;
    const existing = new Set(this.#before.operations.map(keyOf));
    const currents = new Map(plans.map(({ current }) => [current?.raw, current]));
    return this.#after.operations.flatMap((operation) => {
      const current = currents.get(operation.raw);
      if (!current && existing.has(keyOf(operation))) return [];
      const slot = slotOf(operation);
      const spelling = spellings.get(operation.path.toLowerCase()) ?? operation.path;
      if (!slots.has(slot) && spelling === operation.path) return [];
      const located = current ?? this.#located(operation);
      return located ? [Object.assign(located, { slot })] : [];
    });
  }

  /** Makes an operation of the update the new version. */
  #renew({ raw }: Located, { id, revision }: Revision & { id: string }, old: Revision): void {
    this.#draft.set(raw, 'operationId', id);
    if (typeof raw.summary === 'string')
      this.#draft.set(
        raw,
        'summary',
        renumberedSummary(raw.summary, { from: old.revision, to: revision }),
      );
  }

  #annotate({ raw }: Located, { family, revision }: Revision): void {
    this.#draft.set(raw, apiAnnotation, { status: statusOf(this.#after), family, revision });
  }

  /** Moves an operation of the update to a path of its own. */
  #move(located: Located, id: string, { from, to }: { from: number; to: number }): void {
    const { raw, item, method, path: servicePath } = located;
    let path = servicePath;
    for (let next = to, owner: string | undefined = ''; owner !== undefined; next += 1) {
      path = renumberedPath(servicePath, { from, to: next });
      owner = this.#usedPaths.get(routing(path));
      if (owner === servicePath) break;
    }
    this.#usedPaths.set(routing(path), servicePath);
    const newItem = asObject(own(this.#paths, path));
    if (newItem) this.#draft.set(newItem, method, raw);
    else {
      const shared: JsonObject = {};
      for (const key of ['parameters', notificationContent])
        if (item[key] !== undefined) shared[key] = item[key];
      this.#draft.set(this.#paths, path, { ...shared, [method]: raw });
    }
    this.#draft.remove(item, method);
    if (!methods.some((other) => item[other] !== undefined))
      this.#draft.remove(this.#paths, servicePath);
    located.path = path;
    this.#result.origins.paths.set(path, servicePath);
    if (this.#lists?.route(id, servicePath) !== true)
      this.#result.unrouted.push({ id, path, servicePath });
  }

  /** Puts an old version in its place, deprecated. */
  #restore(
    old: Operation,
    definitions: OldDefinitions,
    revision: number,
    annotation: JsonObject | undefined,
  ): void {
    const item = asObject(own(this.#paths, old.path));
    const sharesParameters = item !== undefined && this.#hasSameParameters(old, item, definitions);
    const defaults = this.#defaults(old);
    const operation: JsonObject = {
      ...old.raw,
      ...this.#interface(old, sharesParameters, definitions),
      ...defaults,
      summary: deprecatedSummary(asText(old.raw.summary) ?? nameOf(old)),
      deprecated: true,
      'x-ms-visibility': old.visibility === 'internal' ? 'internal' : 'advanced',
    };
    if (defaults.security === undefined) delete operation.security;
    if (!annotation) delete operation[apiAnnotation];
    else if (annotation.replacement !== undefined || old.raw[apiAnnotation] !== undefined)
      operation[apiAnnotation] = annotation;
    const content = old.pathItem[notificationContent];
    const isContentShared =
      content !== undefined &&
      jsonEqual(content, item?.[notificationContent]) &&
      definitions.isUnchanged(content);
    const entries: JsonObject = { [old.method]: operation };
    if (content !== undefined && !isContentShared) {
      const hasOthers = methods.some((method) => method !== old.method && item?.[method]);
      (hasOthers ? operation : entries)[notificationContent] ??= content;
    }
    const suffix = definitions.put(entries, revision);
    for (const [key, value] of Object.entries(entries))
      entries[key] = definitions.rewritten(value, suffix);
    if (item) {
      for (const [key, value] of Object.entries(entries)) this.#draft.set(item, key, value);
      if (!sharesParameters) this.#pushDown(item, old.method);
    } else this.#draft.set(this.#paths, old.path, entries);
  }

  #hasSameParameters(old: Operation, item: JsonObject, definitions: OldDefinitions): boolean {
    const { parameters } = old.pathItem;
    return (
      jsonEqual(parameters, item.parameters) &&
      objectsIn(parameters).every((declared) => definitions.isSame(declared))
    );
  }

  /** The parameters and responses of an old version, with everything that the update changed. */
  #interface(old: Operation, sharesParameters: boolean, definitions: OldDefinitions): JsonObject {
    const declared = new Map(
      [...objectsIn(old.pathItem.parameters), ...objectsIn(old.raw.parameters)].map((parameter) => [
        this.#before.follow(parameter),
        definitions.resolved(parameter),
      ]),
    );
    const list = sharesParameters ? old.ownParameters : old.parameters;
    const parameters = list.map(({ raw }) => declared.get(raw) ?? raw);
    const responses: JsonObject = {};
    for (const { code, raw } of old.responses) {
      const response = asObject(own(asObject(old.raw.responses) ?? {}, code)) ?? raw;
      responses[code] = definitions.resolved(response) ?? raw;
    }
    return { ...(parameters.length > 0 && { parameters }), responses };
  }

  /** What an old version took from the top of its definition, if the update has something else. */
  #defaults(old: Operation): JsonObject {
    const values: JsonObject = {};
    const general = (key: string): Json | undefined =>
      jsonEqual(this.#before.raw[key], this.#after.raw[key]) ? undefined : this.#before.raw[key];
    for (const key of ['consumes', 'produces']) {
      const value = old.raw[key] === undefined ? general(key) : undefined;
      if (value !== undefined) values[key] = value;
    }
    const security = old.raw.security ?? general('security');
    if (!Array.isArray(security)) return values;
    const requirements = objectsIn(security).flatMap((requirement) => {
      const translated = Object.entries(requirement).map(([name, scopes]) =>
        this.#requirement(name, scopes),
      );
      return translated.every((entry) => entry !== undefined)
        ? [Object.fromEntries(translated)]
        : [];
    });
    // Without the definitions, the update signs in differently: its default applies.
    if (requirements.length > 0 || security.length === 0) values.security = requirements;
    return values;
  }

  /**
   * A security requirement under the name that its definition has in the update, whose scopes that
   * definition has too. Undefined if the update no longer has the definition.
   */
  #requirement(name: string, scopes: Json): [name: string, scopes: Json] | undefined {
    const oldSchemes = asObject(this.#before.raw.securityDefinitions) ?? {};
    const schemes = asObject(this.#after.raw.securityDefinitions) ?? {};
    const oldScheme = asObject(own(oldSchemes, name));
    const newName =
      own(schemes, name) === undefined
        ? Object.keys(schemes).find((candidate) => isSameScheme(own(schemes, candidate), oldScheme))
        : name;
    const scheme = newName === undefined ? undefined : asObject(own(schemes, newName));
    if (newName === undefined || !scheme) return undefined;
    if (scheme.type !== 'oauth2') return [newName, []];
    const oldScopes = asObject(oldScheme?.scopes) ?? {};
    const isOld = (scope: string): boolean => Object.hasOwn(oldScopes, scope);
    if (!asObject(scheme.scopes) && stringsIn(scopes).some(isOld))
      this.#draft.set(scheme, 'scopes', {});
    const newScopes = asObject(scheme.scopes);
    const known = stringsIn(scopes).filter((scope) => {
      if (newScopes && !Object.hasOwn(newScopes, scope) && isOld(scope))
        this.#draft.set(newScopes, scope, oldScopes[scope] ?? '');
      return newScopes && Object.hasOwn(newScopes, scope);
    });
    return [newName, known];
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

/** Whether two security definitions are the same, except for texts and scopes. */
function isSameScheme(a: Json | undefined, b: Json | undefined): boolean {
  const essence = (scheme: Json | undefined): JsonObject => {
    const { description: _, scopes: __, ...rest } = asObject(scheme) ?? {};
    return rest;
  };
  return isObject(a) && isObject(b) && jsonEqual(essence(a), essence(b));
}

const deprecatedSummary = (summary: string): string =>
  /^[([]deprecated[)\]]|[([]deprecated[)\]]\s*$/i.test(summary)
    ? summary
    : `${summary} (deprecated)`;

/** The status of the connector; its operations must not be ahead of it. */
const statusOf = ({ raw }: Definition): string =>
  asText(asObject(asObject(raw.info)?.[apiAnnotation])?.status) ?? 'Production';

const apiName = (definition: Definition): string =>
  lettersAndDigits(asText(asObject(definition.raw.info)?.title) ?? 'connector');
