import { categories, spelledCategory, splitCategories } from '../connector/categories.ts';
import type { Connector, FileEntry, Misplaced } from '../connector/connector.ts';
import { nameOf, type Definition, type Operation } from '../connector/definition.ts';
import { operationAnchors } from '../connector/operation-anchors.ts';
import type { ConnectionParameter, Properties } from '../connector/properties.ts';
import { isWebhook } from '../connector/webhooks.ts';
import type { JsonFile } from '../json/document.ts';
import { asObject, asText, objectEntries, objectsIn, type Json } from '../json/values.ts';
import { maskFor, type Mask } from '../secrets/mask.ts';
import { truncate } from '../shared/text.ts';
import { folderOf } from './connector-index.ts';
import {
  authenticationKinds,
  type AuthenticationKind,
  type ConnectorFacts,
  type DefinitionRecord,
  type OperationKind,
  type OperationRecord,
} from './connector-record.ts';
import { publisherKeyOf } from './publisher.ts';

/** UTF-16 units of a text, and entries of a list, that the catalog keeps of a connector. */
const max = {
  name: 300,
  description: 4000,
  url: 2000,
  categories: 20,
  operations: 2000,
  definitions: 5000,
  users: 100,
} as const;

/** The version of what `readFacts` finds out: indexed connectors of another one are read again. */
export const factsVersion = 2;

/** A file's git blob, by its path within the folder. */
export interface Blobs {
  get(path: string): string | undefined;
}

/**
 * What the catalog keeps of a connector, whatever its files contain. Its secrets are masked. Never
 * throws. Takes time that grows linearly with the files.
 * @param digest of all paths and blobs of the folder
 */
export const readFacts = (connector: Connector, blobs: Blobs, digest: string): ConnectorFacts =>
  withoutSecrets(readUnmasked(connector, blobs, digest), maskFor(connector));

/** Masks all texts of the connector. The digest and the SHAs stay: they look like secrets. */
function withoutSecrets(found: ConnectorFacts, mask: Mask): ConnectorFacts {
  const { folder, publisherKey, digest, files, iconHash, ...texts } = found;
  return {
    ...maskedStrings(texts, mask),
    folder,
    ...optional('publisherKey', publisherKey),
    digest,
    files,
    ...optional('iconHash', iconHash),
  };
}

/** A value with each of its strings masked, at every depth. */
function maskedStrings<Value>(value: Value, mask: Mask): Value;
function maskedStrings(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item: unknown) => maskedStrings(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, maskedStrings(entry, mask)]),
  );
}

function readUnmasked(connector: Connector, blobs: Blobs, digest: string): ConnectorFacts {
  const { definition, properties, path } = connector;
  const operations = definition ? operationsIn(definition) : [];
  const definitions = definition ? definitionsIn(definition) : [];
  const shown = operations.filter(isShownOperation);
  const info = asObject(definition?.raw.info);
  const title = text(info?.title, max.name) ?? plain(folderOf(path), max.name);
  const publisher = text(properties?.publisher, max.name);
  const publisherKey = publisher === undefined ? undefined : publisherKeyOf(publisher);
  const metadata = metadataOf(definition);
  const contact = contactOf(info?.contact);
  const iconHash = connector.iconAnalysis?.picture?.hash;
  return {
    folder: plain(path, Infinity),
    class: connector.class,
    title,
    ...optional('description', text(info?.description, max.description)),
    ...optional('publisher', publisher),
    ...optional('publisherKey', publisherKey),
    ...optional('stackOwner', text(properties?.inner.stackOwner, max.name)),
    ...optional('website', url(metadata.website)),
    ...optional('privacyPolicy', url(metadata['privacy policy'])),
    categories: categoriesOf(metadata.categories),
    ...optional('brandColor', colorOf(properties?.inner.iconBrandColor)),
    authentication: authenticationOf(properties, definition),
    configuration: (properties?.connectionParameters ?? []).some(isAsked) ? 'required' : 'none',
    isDeprecated:
      deprecatedMark.test(title) ||
      (shown.length > 0 && shown.every(({ isDeprecated }) => isDeprecated)),
    isPreview:
      previewMark.test(title) ||
      (shown.length > 0 && shown.every(({ status }) => status?.toLowerCase() === 'preview')),
    hasScript: connector.entries.script !== undefined,
    counts: {
      actions: shown.filter(({ kind }) => kind === 'action').length,
      triggers: shown.filter(({ kind }) => kind !== 'action').length,
      definitions: definitions.length,
    },
    ...optional('problem', problemOf(connector)),
    digest,
    ...optional('host', text(definition?.raw.host, max.name)),
    ...optional('basePath', text(definition?.raw.basePath, max.name)),
    ...optional('contact', contact),
    files: filesOf(connector, blobs),
    bytes: connector.files.reduce((sum, { size }) => sum + size, 0),
    ...optional('iconHash', iconHash),
    operations,
    definitions,
  };
}

const deprecatedMark = /[[(]\s*deprecated\s*[\])]/i;
const previewMark = /[[(]\s*preview\s*[\])]/i;

/** Whether users see an operation. */
const isShownOperation = ({ visibility }: OperationRecord): boolean => visibility !== 'internal';

/** A text that a database and every encoding can hold. */
const plain = (value: string, maxLength: number): string =>
  truncate(value.toWellFormed().replaceAll('\0', '\ufffd'), maxLength);

/** Undefined if a value is not a text, or is blank. */
function text(value: Json | undefined, maxLength: number): string | undefined {
  const trimmed = asText(value)?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : plain(trimmed, maxLength);
}

const url = (value: Json | undefined): string | undefined => {
  const address = text(value, max.url);
  return address !== undefined && /^https?:\/\/[^\s/]/i.test(address) ? address : undefined;
};

/** An object with the property, or without it if the value is undefined. */
const optional = <Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [key in Key]?: Value } => {
  const object: { [key in Key]?: Value } = {};
  if (value !== undefined) object[key] = value;
  return object;
};

function operationsIn(definition: Definition): OperationRecord[] {
  const operations = definition.operations.slice(0, max.operations);
  const anchors = operationAnchors(operations);
  return operations.map((operation, index) => {
    const { raw, visibility, method, path } = operation;
    const annotation = asObject(raw['x-ms-api-annotation']);
    const revision = Number(annotation?.revision ?? Number.NaN);
    const id = plain(nameOf(operation), max.name);
    return {
      id,
      kind: kindOf(definition, operation),
      summary: text(raw.summary, max.name) ?? id,
      ...optional('description', text(raw.description, max.description)),
      ...optional('visibility', text(visibility, max.name)),
      ...optional('status', text(annotation?.status, max.name)),
      ...optional('family', text(annotation?.family, max.name)),
      ...(revision >= 0 && revision <= maxRevision && Number.isInteger(revision) && { revision }),
      method,
      path: plain(path, max.url),
      isDeprecated: raw.deprecated === true,
      anchor: anchors[index] ?? '',
    };
  });
}

/** A larger number is not one that a person gave to a revision. */
const maxRevision = 1_000_000;

function kindOf(definition: Definition, operation: Operation): OperationKind {
  if (operation.trigger === undefined) return 'action';
  if (isWebhook(definition, operation)) return 'subscription';
  return operation.trigger.toLowerCase() === 'batch' ? 'trigger-batch' : 'trigger-single';
}

const definitionsIn = (definition: Definition): DefinitionRecord[] =>
  definition
    .usersOfDefinitions(max.users)
    .slice(0, max.definitions)
    .map(({ name, operations }) => ({
      name: plain(name, max.name),
      usedBy: operations.map((operation) => plain(nameOf(operation), max.name)),
    }));

/** The entries of `x-ms-connector-metadata`, with their names in lower case. */
function metadataOf(
  definition: Definition | undefined,
): Partial<Record<'website' | 'privacy policy' | 'categories', Json>> {
  const entries = objectsIn(definition?.raw['x-ms-connector-metadata']).map(
    ({ propertyName, propertyValue }) =>
      [asText(propertyName)?.trim().toLowerCase() ?? '', propertyValue ?? null] as const,
  );
  // Of two entries with one name, the first counts.
  return Object.fromEntries(entries.toReversed());
}

/** Those of the platform first, each once. */
function categoriesOf(value: Json | undefined): string[] {
  const names = splitCategories(asText(value) ?? '').map(spelledCategory);
  const known = categories.filter((category) => names.includes(category));
  const unknown = new Set(
    names.filter((name) => !categories.includes(name)).map((name) => plain(name, max.name)),
  );
  return [...known, ...unknown].slice(0, max.categories);
}

function contactOf(value: Json | undefined): ConnectorFacts['contact'] {
  const contact = asObject(value);
  const found = {
    ...optional('name', text(contact?.name, max.name)),
    ...optional('url', url(contact?.url)),
    ...optional('email', text(contact?.email, max.name)),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}

const colorOf = (value: Json | undefined): string | undefined => {
  const color = text(value, max.name)?.toLowerCase();
  return color !== undefined && /^#[0-9a-f]{6}$/.test(color) ? color : undefined;
};

/** What connection parameters of one way to sign in have in common. */
function authenticationOf(
  properties: Properties | undefined,
  definition: Definition | undefined,
): AuthenticationKind[] {
  const sets = Object.values(
    Object.groupBy(properties?.connectionParameters ?? [], ({ set }) => set ?? ''),
  );
  const schemes = new Set(
    objectEntries(definition?.section('securityDefinitions')).map(([, { type }]) => asText(type)),
  );
  const kinds = new Set(
    sets.length > 0
      ? sets.flatMap((parameters) => kindsOfSet(parameters ?? [], schemes))
      : kindsOfSchemes(properties ? new Set() : schemes),
  );
  return authenticationKinds.filter((kind) => kinds.has(kind));
}

function kindsOfSet(
  parameters: readonly ConnectionParameter[],
  schemes: ReadonlySet<string | undefined>,
): AuthenticationKind[] {
  const types = new Set(parameters.map(({ type }) => type?.toLowerCase()));
  const kinds: AuthenticationKind[] = [];
  if (types.has('gatewaysetting')) kinds.push('gateway');
  if (types.has('clientcertificate')) kinds.push('certificate');
  // A secret beside OAuth is that of the user's own registration.
  if (parameters.some(({ usesOAuth }) => usesOAuth)) return [...kinds, 'oauth'];
  if (kinds.includes('certificate')) return kinds;
  const names = parameters.map(({ name }) => name.slice(0, max.name));
  if (names.some((name) => /user|login|account/i.test(name)) && names.some(isPassword))
    return [...kinds, 'basic'];
  if (types.has('securestring'))
    return [...kinds, schemes.has('basic') && !schemes.has('apiKey') ? 'basic' : 'api-key'];
  const byScheme = kindsOfSchemes(schemes).find((kind) => kind !== 'none');
  return kinds.length > 0 ? kinds : [byScheme ?? 'other'];
}

const isPassword = (name: string): boolean => /pass(?:word|wd|phrase)?/i.test(name);

function kindsOfSchemes(schemes: ReadonlySet<string | undefined>): AuthenticationKind[] {
  const kinds: AuthenticationKind[] = [];
  if (schemes.has('oauth2')) kinds.push('oauth');
  if (schemes.has('apiKey')) kinds.push('api-key');
  if (schemes.has('basic')) kinds.push('basic');
  return kinds.length > 0 ? kinds : ['none'];
}

/** Whether a user has to enter a connection parameter. */
function isAsked({ raw, usesOAuth }: ConnectionParameter): boolean {
  const constraints = asObject(asObject(raw.uiDefinition)?.constraints);
  // Many authors write `"true"` for true.
  const says = (name: string, answer: boolean): boolean => {
    const value = constraints?.[name];
    return value === answer || asText(value)?.toLowerCase() === String(answer);
  };
  return usesOAuth || !(says('hidden', true) || says('required', false));
}

function filesOf({ entries, icon }: Connector, blobs: Blobs): ConnectorFacts['files'] {
  const record = (file: FileEntry | undefined) => {
    const blob = file && blobs.get(file.path);
    return blob === undefined ? undefined : { path: plain(file?.path ?? '', Infinity), blob };
  };
  return {
    ...optional('definition', record(entries.definition)),
    ...optional('properties', record(entries.properties)),
    ...optional('readme', record(entries.readme)),
    ...optional('icon', record(icon)),
    ...optional('script', record(entries.script)),
  };
}

/** What is in the place of a folder that could not be read. */
const misplacements: Readonly<Record<Misplaced, string>> = {
  link: 'A symbolic link is in the place of the folder.',
  submodule: 'A submodule is in the place of the folder.',
  special: 'The folder is not a folder.',
  file: 'A file is in the place of the folder.',
  name: 'The name of the folder is not UTF-8.',
  unreadable: 'The folder cannot be read.',
  empty: 'The folder is empty.',
};

/** The first thing that keeps the connector from being indexed completely. */
function problemOf(connector: Connector): string | undefined {
  const { misplaced, entries, definition, definitionFile, propertiesFile } = connector;
  if (misplaced) return misplacements[misplaced];
  if (!entries.definition) return 'There is no definition.';
  if (!definitionFile) return 'The definition is too large, or cannot be read.';
  const broken = syntaxProblem('The definition', definitionFile);
  if (broken !== undefined) return broken;
  if (!definition) return 'The definition is not a JSON object.';
  if (definition.operations.length > max.operations)
    return `Only the first ${max.operations} operations are listed.`;
  if (!entries.properties) return 'There are no properties.';
  return propertiesFile
    ? syntaxProblem('The properties file', propertiesFile)
    : 'The properties file is too large, or cannot be read.';
}

/** Undefined if the file is JSON, or if it is certain what was meant. */
function syntaxProblem(name: string, file: JsonFile): string | undefined {
  if (file.isFixable) return undefined;
  const [issue] = file.issues;
  return (
    `${name} is not valid JSON` +
    (issue ? `: line ${file.span(issue.start, issue.end).line}.` : '.')
  );
}
