import { onlyLetters } from '../connector/letters.ts';
import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import { methods, nameOf, type Definition, type Operation } from '../connector/definition.ts';
import { applyFixes, type JsonFile, type Mend } from '../connector/document.ts';
import { asList, asObject, asText, isObject, own, type Json, type JsonObject } from '../connector/values.ts';
import { compare } from './compare.ts';
import { same } from './same.ts';
import { verdicts } from './verdicts.ts';

export interface Versioned {
  /** The folder after the update, with old versions beside the new. */
  folder: ConnectorFolder;
  /** What was done: the id that stays with the old version, and that of the new one. */
  operations: { old: string; new: string; path: string }[];
}

/**
 * The way out of a breaking update that the platform documents: each operation that breaks stays as it was, deprecated, and the new
 * one stands beside it under an id and a path of its own, which a policy leads to the path of the service. An operation that was
 * taken out comes back deprecated. What the new version needs of other operations is not touched.
 */
export function versionOperations(before: ConnectorFolder, after: ConnectorFolder): Versioned {
  const was = readConnector(before);
  const now = readConnector(after);
  const newIds = newIdsFor(was, now);
  const changed = was.definition && now.definition ? changedDefinitions(was.definition, now.definition) : new Set<string>();
  let folder = redirected(after, now, newIds);
  const operations: Versioned['operations'] = [];
  for (const [id, newId] of newIds) {
    const step = versionOne(was, folder, id, newId, changed);
    if (!step) continue;
    folder = step.folder;
    operations.push(step.operation);
  }
  return { folder, operations };
}

/** For each operation that an update breaks, the id of its new version; in the order they are told. */
function newIdsFor(before: Connector, after: Connector): Map<string, string> {
  const taken = new Set(after.definition?.operations.map(({ id }) => id));
  const ids = new Map<string, string>();
  for (const id of brokenOperations(before, after)) {
    const old = before.definition?.operation(id);
    if (!old) continue;
    const { family, revision } = revisionOf(old);
    let newId = `${family}_V${revision + 1}`;
    for (let count = 2; taken.has(newId); count += 1) newId = `${family}_V${revision + 1}_${count}`;
    taken.add(newId);
    ids.set(id, newId);
  }
  return ids;
}

/** The update with its dynamic values and schemas calling the new versions, which they were written for. */
function redirected(folder: ConnectorFolder, { definition, definitionFile }: Connector, newIds: ReadonlyMap<string, string>): ConnectorFolder {
  const mends: Mend[] = [];
  const walk = (value: Json, inDynamic: boolean): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, inDynamic);
    else if (isObject(value)) {
      const called = inDynamic ? asText(value.operationId) : undefined;
      const newId = called === undefined || !definition?.operation(called) ? undefined : newIds.get(called);
      if (newId !== undefined) mends.push({ at: value, key: 'operationId', to: newId });
      for (const [key, below] of Object.entries(value)) walk(below, inDynamic || key.startsWith('x-ms-dynamic-'));
    }
  };
  if (definition) walk(definition.raw, false);
  return mends.length === 0 ? folder : { ...folder, files: mended(folder, definitionFile, mends) };
}

/** The ids of the operations before that an update breaks, in the order they are told. */
function brokenOperations(before: Connector, after: Connector): Set<string> {
  const broken = new Set<string>();
  for (const { kind, subject } of compare(before, after)) {
    const id = /^operation\/([^/]+)/.exec(subject)?.[1];
    if (id !== undefined && verdicts[kind].severity === 'error' && before.definition?.operation(id)) broken.add(id);
  }
  return broken;
}

function versionOne(before: Connector, folder: ConnectorFolder, id: string, newId: string, changed: ReadonlySet<string>): { folder: ConnectorFolder; operation: Versioned['operations'][number] } | undefined {
  const after = readConnector(folder);
  const old = before.definition?.operation(id);
  const { definition } = after;
  const paths = asObject(definition?.raw.paths);
  if (!before.definition || !definition || !old || !paths) return undefined;
  const current = definition.operation(id);
  const { family, revision } = revisionOf(old);
  const next = revision + 1;
  const written = restore(old, before.definition, definition, { family, revision, ...(current && { replacement: { api: apiName(definition), operationId: newId } }) });
  const content = old.pathItem[notificationContent] ?? null;
  const needed = namesNeeded([written, content], before.definition).filter((name) => changed.has(name));
  const copies = copiesOf(needed, before.definition, definition, revision);
  const mends: Mend[] = [];
  const newPath = current && (samePlace(old, current) ? `/v${next}${current.path}` : current.path);
  if (current && newPath !== undefined) {
    const renewed: JsonObject = { ...current.raw, operationId: newId, 'x-ms-api-annotation': { status: statusOf(definition), family, revision: next } };
    if (samePlace(old, current)) {
      const { pathItem } = current;
      const shared: JsonObject = {};
      for (const key of ['parameters', notificationContent]) if (pathItem[key] !== undefined) shared[key] = pathItem[key];
      const taken = asObject(own(paths, newPath));
      mends.push(taken ? { at: taken, key: current.method, to: renewed } : { at: paths, key: newPath, to: { ...shared, [current.method]: renewed } });
    } else mends.push({ at: current.pathItem, key: current.method, to: renewed });
  }
  const item = asObject(own(paths, old.path));
  const restoredItem: JsonObject = { [old.method]: rewritten(written, copies), ...(content !== null && { [notificationContent]: rewritten(content, copies) }) };
  if (item) {
    for (const [key, value] of Object.entries(restoredItem)) mends.push({ at: item, key, to: value });
    mends.push(...pushedDown(item, old.method));
  } else mends.push({ at: paths, key: old.path, to: restoredItem });
  const definitions = asObject(definition.raw.definitions);
  if (copies.size > 0 && definitions) for (const { name, schema } of copies.values()) mends.push({ at: definitions, key: name, to: schema });
  else if (copies.size > 0) mends.push({ at: definition.raw, key: 'definitions', to: Object.fromEntries(Array.from(copies.values(), ({ name, schema }) => [name, schema])) });
  const files = mended(folder, after.definitionFile, mends);
  const routed = current && newPath !== undefined ? route({ ...folder, files }, id, newId, samePlace(old, current) ? current.path : undefined) : { ...folder, files };
  return { folder: routed, operation: { old: id, new: current ? newId : id, path: newPath ?? old.path } };
}

const notificationContent = 'x-ms-notification-content';

/** The parameters of a path, moved into its operations but for the one that is restored: that has its own, and must not get new ones. */
function pushedDown(item: JsonObject, restored: string): Mend[] {
  const { parameters } = item;
  if (!Array.isArray(parameters) || parameters.length === 0) return [];
  const others = methods.filter((method) => method !== restored && isObject(item[method]));
  return [
    { at: item, key: 'parameters', remove: true },
    ...others.flatMap((method): Mend[] => {
      const operation = asObject(item[method]);
      return operation ? [{ at: operation, key: 'parameters', to: [...parameters, ...asList(operation.parameters)] }] : [];
    }),
  ];
}

const samePlace = (a: Operation, b: Operation): boolean => a.method === b.method && a.path === b.path;

/** The family of an operation and which revision of it this is: by its annotation, else by its id. */
function revisionOf(operation: Operation): { family: string; revision: number } {
  const annotation = asObject(operation.raw['x-ms-api-annotation']);
  const [, stem, number] = /^(.+)_V(\d{1,4})$/.exec(nameOf(operation)) ?? [];
  const revision = typeof annotation?.revision === 'number' ? annotation.revision : Number(number ?? 1);
  return { family: asText(annotation?.family) ?? stem ?? nameOf(operation), revision };
}

/** The status of the connector, which its operations cannot be ahead of. */
const statusOf = ({ raw }: Definition): string => asText(asObject(asObject(raw.info)?.['x-ms-api-annotation'])?.status) ?? 'Production';

const apiName = (definition: Definition): string => onlyLetters(asText(asObject(definition.raw.info)?.title) ?? 'connector');

/** What a definition is kept as: the name of the copy, and its schema. */
interface Copy {
  name: string;
  schema: Json;
}

/** The names of the definitions that are others now, themselves or through what they refer to. */
function changedDefinitions(before: Definition, after: Definition): Set<string> {
  const was = asObject(before.raw.definitions) ?? {};
  const now = asObject(after.raw.definitions) ?? {};
  const changed = new Set(Object.keys(was).filter((name) => !same(was[name], own(now, name))));
  const users = new Map<string, string[]>();
  for (const name of Object.keys(was)) {
    for (const used of refsIn(was[name] ?? null)) {
      const known = users.get(used);
      if (known) known.push(name);
      else users.set(used, [name]);
    }
  }
  for (const name of changed) for (const user of users.get(name) ?? []) changed.add(user); // a set is walked to its end while it grows
  return changed;
}

/** The names of the definitions that values refer to, directly or through others. */
function namesNeeded(values: Json, { raw }: Definition): string[] {
  const definitions = asObject(raw.definitions) ?? {};
  const needed = new Set(refsIn(values));
  for (const name of needed) for (const used of refsIn(own(definitions, name) ?? null)) needed.add(used);
  return [...needed];
}

/** Copies of definitions as they were, referring to each other, under names that are free or hold the same already. */
function copiesOf(names: readonly string[], before: Definition, after: Definition, revision: number): Map<string, Copy> {
  const was = asObject(before.raw.definitions) ?? {};
  const now = asObject(after.raw.definitions) ?? {};
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? `_V${revision}` : `_V${revision}_${count}`;
    const copies = new Map<string, Copy>(names.map((name) => [name, { name: name + suffix, schema: null }]));
    for (const [name, copy] of copies) copy.schema = rewritten(was[name] ?? null, copies);
    if (Array.from(copies.values()).every(({ name, schema }) => own(now, name) === undefined || same(own(now, name), schema))) return copies;
  }
}

const refPrefix = '#/definitions/';
const nameIn = (ref: string): string => ref.slice(refPrefix.length).replaceAll('~1', '/').replaceAll('~0', '~');

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (!isObject(value)) return [];
  const here = typeof value.$ref === 'string' && value.$ref.startsWith(refPrefix) ? [nameIn(value.$ref)] : [];
  return [...here, ...Object.values(value).flatMap(refsIn)];
}

/** A value whose references lead to the copies. */
function rewritten(value: Json, copies: ReadonlyMap<string, Copy>): Json {
  if (Array.isArray(value)) return value.map((one) => rewritten(one, copies));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, below] of Object.entries(value)) {
    const copy = key === '$ref' && typeof below === 'string' && below.startsWith(refPrefix) ? copies.get(nameIn(below)) : undefined;
    result[key] = copy ? refPrefix + copy.name.replaceAll('~', '~0').replaceAll('/', '~1') : rewritten(below, copies);
  }
  return result;
}

/** The old operation, on its own feet: parameters and responses written out, deprecated. */
function restore(old: Operation, before: Definition, after: Definition, annotation: JsonObject): JsonObject {
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
  // what the document said for all operations then, where it says something else now
  for (const key of ['consumes', 'produces', 'security']) {
    const general = before.raw[key];
    if (old.raw[key] === undefined && general !== undefined && !same(general, after.raw[key])) operation[key] = general;
  }
  if (Array.isArray(operation.security)) {
    const schemes = asObject(after.raw.securityDefinitions) ?? {};
    const known = operation.security.filter((one) => isObject(one) && Object.keys(one).every((name) => own(schemes, name) !== undefined));
    if (known.length > 0) operation.security = known;
    else delete operation.security; // the connector signs in another way now
  }
  return operation;
}

/** The files with a JSON file of theirs mended. */
function mended(folder: ConnectorFolder, file: JsonFile | undefined, mends: readonly Mend[]): ConnectorFolder['files'] {
  if (!file) return folder.files;
  // insertions into one object meet at one place, in order; nothing else overlaps
  const { text } = applyFixes(file.text, mends.map((mend) => ({ edits: file.edits(mend) })));
  const bytes = new TextEncoder().encode(text);
  return folder.files.map((entry) => (entry.path === file.file ? { ...entry, bytes, size: bytes.length } : entry));
}

const operationNames = 'x-ms-apimTemplate-operationName';

/** What the properties say of the old operation holds for the new one too; a policy leads a path of our making to the service's own. */
function route(folder: ConnectorFolder, id: string, newId: string, servicePath: string | undefined): ConnectorFolder {
  const { properties, propertiesFile } = readConnector(folder);
  if (!properties) return folder;
  const mends: Mend[] = [];
  for (const { parameters } of properties.policies) {
    const ids = parameters?.[operationNames];
    if (parameters && Array.isArray(ids) && ids.includes(id) && !ids.includes(newId)) mends.push({ at: parameters, key: operationNames, to: [...ids, newId] });
  }
  const { inner } = properties;
  if (Array.isArray(inner.scriptOperations) && inner.scriptOperations.includes(id)) mends.push({ at: inner, key: 'scriptOperations', to: [...inner.scriptOperations, newId] });
  const routes = properties.policies.some(({ templateId, parameters }) => {
    const ids = parameters?.[operationNames];
    return templateId?.toLowerCase() === 'routerequesttoendpoint' && Array.isArray(ids) && ids.includes(id);
  });
  let files = mended(folder, propertiesFile, mends);
  if (servicePath !== undefined && !routes) {
    const policy: JsonObject = {
      templateId: 'routerequesttoendpoint',
      title: `Route ${newId}`,
      parameters: { [operationNames]: [newId], 'x-ms-apimTemplateParameter.newPath': servicePath, 'x-ms-apimTemplateParameter.httpMethod': '@Request.OriginalHTTPMethod' },
    };
    const again = readConnector({ ...folder, files });
    const object = again.properties?.inner;
    const list = object?.policyTemplateInstances;
    if (object && again.properties?.at === object) {
      files = mended({ ...folder, files }, again.propertiesFile, [{ at: object, key: 'policyTemplateInstances', to: Array.isArray(list) ? [...list, policy] : [policy] }]);
    }
  }
  return { ...folder, files };
}
