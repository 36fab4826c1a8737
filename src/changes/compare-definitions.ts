import { bareName } from '../catalog/connector-index.ts';
import { nameOf, shapeOf, type Definition, type Operation } from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import {
  asObject,
  asText,
  objectsIn,
  own,
  stringsIn,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import type { InJson } from './change-kinds.ts';
import { addressesOf, type Addresses } from './compare-addresses.ts';
import { compareMediaTypes } from './compare-media-types.ts';
import { compareOperations } from './compare-operations.ts';
import { SchemaComparison } from './compare-schemas.ts';
import { compareSecurity } from './compare-security.ts';
import { canonical, differences, effective, entryDifferences } from './json-differences.ts';
import { locationOf, subjectOf, titleOf, type ReportChange } from './operation-context.ts';

const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;

/**
 * The operation that takes the place of one of the old version: with the same method and path, or
 * with a path that differs only in the names of its parameters.
 */
function operationsInPlace({ operations }: Definition): (old: Operation) => Operation | undefined {
  const byRoute = new Map(operations.map((operation) => [routeOf(operation), operation]));
  const byShape = new Map(operations.map((operation) => [shapeOf(routeOf(operation)), operation]));
  return (old) => byRoute.get(routeOf(old)) ?? byShape.get(shapeOf(routeOf(old)));
}

/**
 * Reports every difference between two definitions: first those of the connector as a whole, then
 * those of each operation in the order of the paths, inputs before outputs. What holds is compared,
 * not how it is written: differences without an effect are not reported, such as a resolved
 * reference, a parameter that moved to its path, the order of keys, or a default that is written
 * out. `enough` returns true if further changes would not be listed.
 */
export function compareDefinitions(
  before: Definition,
  after: Definition,
  report: ReportChange,
  enough: () => boolean,
): void {
  const schemas = new SchemaComparison(before, after, enough);
  const inPlaceOf = operationsInPlace(after);
  // The id identifies an operation. If an operation has no id, or shares it with others, its method
  // and path identify it.
  const counterpartOf = (operation: Operation): Operation | undefined => {
    const inPlace = inPlaceOf(operation);
    return operation.id === undefined || inPlace?.id === operation.id
      ? inPlace
      : after.operation(operation.id);
  };
  const counterparts = new Map(
    before.operations.map((operation) => [operation, counterpartOf(operation)]),
  );
  const pairs = Array.from(counterparts, ([from, to]) => ({ before: from, after: to })).filter(
    (pair): pair is { before: Operation; after: Operation } => pair.after !== undefined,
  );
  const addresses = addressesOf(before, after, pairs);
  compareInfo(before, after, addresses, report);
  const securityOf = compareSecurity(before, after, pairs, report);

  const reportMediaTypes = compareMediaTypes(after, pairs, report);

  const matched = new Set(counterparts.values());
  for (const [operation, counterpart] of counterparts) {
    if (counterpart) {
      compareOperations(operation, counterpart, {
        subject: subjectOf(counterpart),
        operation: titleOf(counterpart),
        schemas,
        report,
        addresses,
        security: securityOf(operation),
        definition: after,
        reportMediaTypes,
        schemes: schemesOf(before, operation.raw, after, counterpart.raw),
      });
    } else reportDeleted(operation, inPlaceOf(operation), after, matched, report);
  }
  const renamed = new Set(
    before.operations.filter((operation) => !counterparts.get(operation)).map(inPlaceOf),
  );
  for (const operation of after.operations) {
    if (matched.has(operation) || renamed.has(operation)) continue;
    report({
      kind: 'OperationAdded',
      subject: subjectOf(operation),
      at: operation.raw,
      name: nameOf(operation),
      operation: titleOf(operation),
    });
  }
  if (schemas.cut)
    report({
      kind: 'TooManyChanges',
      subject: 'connector',
      at: after.raw,
      name: 'schemas',
      listed: 0,
    });
}

/** `inPlace` is the operation with the same method and path after the update, if there is one. */
function reportDeleted(
  deleted: Operation,
  inPlace: Operation | undefined,
  after: Definition,
  matched: ReadonlySet<Operation | undefined>,
  report: ReportChange,
): void {
  const isNew = inPlace && !matched.has(inPlace);
  report({
    kind: 'OperationDeleted',
    subject: subjectOf(deleted),
    ...locationOfDeleted(deleted, inPlace, after),
    name: nameOf(deleted),
    operation: titleOf(deleted),
    ...(isNew && { renamedTo: nameOf(inPlace) }),
  });
}

/**
 * The location to report: the operation in the same place, or its path, or the closest object that
 * still exists.
 */
function locationOfDeleted(
  deleted: Operation,
  inPlace: Operation | undefined,
  after: Definition,
): InJson {
  if (inPlace) return { at: inPlace.raw, key: 'operationId' };
  const paths = asObject(after.raw.paths);
  if (!paths) return { at: after.raw };
  const hasPath = asObject(own(paths, deleted.path)) !== undefined;
  return hasPath ? { at: paths, key: deleted.path, part: 'key' } : { at: paths };
}

function compareInfo(
  before: Definition,
  after: Definition,
  addresses: Addresses,
  report: ReportChange,
): void {
  const { raw } = after;
  const host = { before: own(before.raw, 'host'), after: own(raw, 'host') };
  if (!jsonEqual(normalHost(host.before), normalHost(host.after)))
    report({
      kind: 'HostChanged',
      subject: 'host',
      ...locationOf(raw, 'host'),
      name: 'host',
      ...host,
    });
  if (addresses.basePath.before !== addresses.basePath.after)
    report({
      kind: 'BasePathChanged',
      subject: 'basePath',
      ...locationOf(raw, 'basePath'),
      name: 'basePath',
      before: own(before.raw, 'basePath') ?? '/',
      after: own(raw, 'basePath') ?? '/',
      ...(!addresses.moveWithBasePath && { isSame: true as const }),
    });
  compareSchemes(before, after, report);

  const info = asObject(raw.info);
  for (const { key, values } of differences(asObject(before.raw.info) ?? {}, info ?? {})) {
    report({
      kind: key === 'title' && !isSameTitle(values) ? 'TitleChanged' : 'ConnectorTextChanged',
      subject: `info/${key}`,
      at: info ?? raw,
      ...(own(info ?? {}, key) !== undefined && { key }),
      name: key,
      ...values,
    });
  }
  for (const { key, ...difference } of differences(before.raw, raw, comparedElsewhere)) {
    const values =
      key === 'x-ms-connector-metadata'
        ? { before: metadataIn(before.raw), after: metadataIn(raw) }
        : difference.values;
    if (canonical(values.before) === canonical(values.after)) continue;
    report({
      kind: connectorMetadata.has(key) ? 'ConnectorMetadataChanged' : 'ConnectorAttributeChanged',
      subject: key,
      ...locationOf(raw, key),
      name: key,
      ...values,
    });
  }
}

/** The metadata by their names: their order means nothing, nor that of the categories. */
function metadataIn(raw: JsonObject): Json | undefined {
  const entries = own(raw, 'x-ms-connector-metadata');
  if (!Array.isArray(entries)) return entries;
  return Object.fromEntries(
    objectsIn(entries).map(({ propertyName, propertyValue = null }) => {
      const isList = propertyName === 'Categories' && typeof propertyValue === 'string';
      const value = isList
        ? propertyValue
            .split(/[;,]/)
            .map((category) => category.trim())
            .filter((category) => category !== '')
            .sort()
        : propertyValue;
      return [asText(propertyName) ?? '', value];
    }),
  );
}

/** Whether two titles are the same to `TitleNotUnique`: but for the suffix, capitals and spaces. */
function isSameTitle({
  before,
  after,
}: {
  before: Json | undefined;
  after: Json | undefined;
}): boolean {
  const [from, to] = [asText(before), asText(after)];
  return from !== undefined && to !== undefined && bareName(from) === bareName(to);
}

/** Hosts are not case-sensitive, and 443 is the port of https. */
const normalHost = (host: Json | undefined): Json | undefined =>
  typeof host === 'string' ? host.toLowerCase().replace(/:443$/, '') : host;

const connectorMetadata = new Set(['x-ms-connector-metadata', 'externalDocs', 'tags']);
const comparedElsewhere = new Set([
  'host',
  'basePath',
  'schemes',
  'info',
  'securityDefinitions',
  'paths',
  'definitions',
  'parameters',
  'responses',
  'consumes',
  'produces',
  'security',
  '$schema',
]);

/** The schemes of a definition, or of an operation that has its own. */
const schemesIn = (raw: JsonObject, inherited = ['https']): string[] =>
  effective(raw, 'schemes') === undefined ? inherited : stringsIn(raw.schemes);

function compareSchemes(before: Definition, after: Definition, report: ReportChange): void {
  const { removed, added } = entryDifferences(schemesIn(before.raw), schemesIn(after.raw));
  if (removed.length === 0 && added.length === 0) return;
  report({
    kind: removed.length > 0 ? 'SchemeRemoved' : 'SchemeAdded',
    subject: 'schemes',
    ...locationOf(after.raw, 'schemes'),
    name: 'schemes',
    before: removed,
    after: added,
  });
}

/**
 * The schemes that an operation no longer has, and those that are new. None if it inherits those of
 * the definition in both versions: then the change is one of the definition.
 */
function schemesOf(
  before: Definition,
  oldOperation: JsonObject,
  after: Definition,
  newOperation: JsonObject,
): { removed: Json[]; added: Json[] } {
  const [from, to] = [effective(oldOperation, 'schemes'), effective(newOperation, 'schemes')];
  if (from === undefined && to === undefined) return { removed: [], added: [] };
  return entryDifferences(
    schemesIn(oldOperation, schemesIn(before.raw)),
    schemesIn(newOperation, schemesIn(after.raw)),
  );
}
