import { nameOf, type Definition, type Operation } from '../connector/definition.ts';
import { memoize } from '../shared/memoize.ts';
import { asObject, asText, type Json, type JsonObject } from '../json/values.ts';
import type { Addresses } from './compare-addresses.ts';
import { compareParameters } from './compare-parameters.ts';
import { compareContent, compareResponses } from './compare-responses.ts';
import { differences, type BeforeAfter } from './json-differences.ts';
import { locationOf, type OperationContext } from './operation-context.ts';
import { textKeywords } from './text-keywords.ts';

/** What else the comparison of two versions of an operation needs to know about the definitions. */
interface Surroundings extends OperationContext {
  addresses: Addresses;
  /** How the security requirements change, if that is not reported for several operations. */
  security: BeforeAfter | undefined;
  schemes: { removed: Json[]; added: Json[] };
  /** Reports the media types that change in this operation. */
  reportMediaTypes: (before: Operation) => void;
  /** The definition after the update. */
  definition: Definition;
}

/** Reports every difference between two versions of an operation. */
export function compareOperations(
  before: Operation,
  after: Operation,
  context: Surroundings,
): void {
  const { report, addresses, security, schemes, schemas, reportMediaTypes } = context;
  const base = {
    subject: context.subject,
    name: nameOf(after),
    operation: context.operation,
    at: after.raw,
  };
  const path = addresses.changeOf(before, after);
  if (path) report({ kind: 'OperationPathTemplateChanged', ...base, ...path });
  if (before.method !== after.method)
    report({
      kind: 'OperationMethodChanged',
      ...base,
      before: before.method,
      after: after.method,
    });
  compareAttributes(before, after, context);
  reportMediaTypes(before);
  const urls = {
    before: schemas.callbackUrls('before', before),
    after: schemas.callbackUrls('after', after),
  };
  if (urls.before.join('\n') !== urls.after.join('\n'))
    report({
      kind: 'NotificationUrlChanged',
      ...base,
      subject: `${base.subject}/x-ms-notification-url`,
      at: after.body?.raw ?? after.raw,
      ...urls,
    });
  if (schemes.removed.length > 0 || schemes.added.length > 0)
    report({
      kind: schemes.removed.length > 0 ? 'SchemeRemoved' : 'SchemeAdded',
      ...base,
      ...locationOf(after.raw, 'schemes'),
      subject: `${base.subject}/schemes`,
      before: schemes.removed,
      after: schemes.added,
    });
  if (security)
    report({
      kind: 'OperationSecurityChanged',
      ...base,
      ...locationOf(after.raw, 'security'),
      subject: `${base.subject}/security`,
      ...security,
    });
  compareParameters(before, after, path?.renamed ?? [], context);
  if (before.notification || after.notification) {
    const subject = `${base.subject}/responses/x-ms-notification-content`;
    compareContent(
      before.notification?.raw,
      after.notification?.raw,
      after.raw,
      { subject, name: 'x-ms-notification-content' },
      context,
    );
  }
  compareResponses(before, after, context);
}

const operationStructure = new Set([
  'parameters',
  'responses',
  'consumes',
  'produces',
  'schemes',
  'security',
  'x-ms-notification-content',
]);

function compareAttributes(before: Operation, after: Operation, context: Surroundings): void {
  const { subject, operation, report, definition } = context;
  for (const { key, values } of differences(before.raw, after.raw, operationStructure)) {
    const change = {
      subject: `${subject}/${key}`,
      name: nameOf(after),
      operation,
      ...locationOf(after.raw, key),
      ...values,
    };
    if (textKeywords.has(key)) report({ kind: 'OperationTextChanged', ...change });
    else if (key === 'x-ms-visibility' && values.after === 'internal') {
      const replacedBy = replacementOf(after, definition);
      report({
        kind: 'OperationHidden',
        ...change,
        ...(replacedBy !== undefined && { replacedBy }),
      });
    } else if (key === 'x-ms-visibility') report({ kind: 'OperationVisibilityChanged', ...change });
    else if (key === 'x-ms-trigger') report({ kind: 'OperationTriggerChanged', ...change });
    else if (key === 'deprecated') report({ kind: 'OperationDeprecated', ...change });
    else if (key === 'x-ms-pageable' && values.before !== undefined)
      report({ kind: 'OperationPaginationChanged', ...change });
    else report({ kind: 'OperationAttributeChanged', ...change });
  }
}

/** Whether makers can add an operation to new flows. */
const isOffered = ({ visibility, raw }: Operation): boolean =>
  visibility !== 'internal' && raw.deprecated !== true;

/** The key of operations that can replace each other: a trigger never replaces an action. */
const keyFor = (text: string, { trigger }: Operation): string =>
  `${trigger === undefined ? 'action' : 'trigger'} ${text}`;

/** The newest offered operation of each family, and with each id and each path but for the version. */
const newestOperations = memoize(({ operations }: Definition) => {
  const byFamily = new Map<string, { id: string; revision: number }>();
  const byId = new Map<string, { id: string; revision: number }>();
  const byRoute = new Map<string, { id: string; revision: number }>();
  const add = (map: typeof byId, key: string, id: string, revision: number): void => {
    if (revision > (map.get(key)?.revision ?? 0)) map.set(key, { id, revision });
  };
  for (const operation of operations) {
    const { id, raw } = operation;
    if (id === undefined || !isOffered(operation)) continue;
    const { family, revision } = annotationOf(raw);
    if (family !== undefined) add(byFamily, keyFor(family, operation), id, revision);
    const [stem, version] = versionOf(id);
    add(byId, keyFor(stem, operation), id, version);
    const [route, routeVersion] = routeVersionOf(operation);
    add(byRoute, keyFor(route, operation), id, routeVersion);
  }
  return { byFamily, byId, byRoute };
});

/**
 * The id of a visible operation that replaces another: the one that its annotation names, or a
 * later revision of its family, or a later version by its id or its path.
 */
function replacementOf(old: Operation, definition: Definition): string | undefined {
  const { family, revision, replacement } = annotationOf(old.raw);
  const named = replacement === undefined ? undefined : definition.operation(replacement);
  if (named && named !== old && isOffered(named)) return named.id;
  const { byFamily, byId, byRoute } = newestOperations(definition);
  const [stem, version] = versionOf(old.id ?? '');
  const [route, routeVersion] = routeVersionOf(old);
  return [
    { newest: byFamily.get(keyFor(family ?? '', old)), than: revision },
    { newest: byId.get(keyFor(stem, old)), than: version },
    { newest: byRoute.get(keyFor(route, old)), than: routeVersion },
  ].find(({ newest, than }) => newest && newest.revision > than)?.newest?.id;
}

function annotationOf(raw: JsonObject): {
  family: string | undefined;
  revision: number;
  replacement: string | undefined;
} {
  const annotation = asObject(raw['x-ms-api-annotation']);
  const revision = annotation?.revision;
  return {
    family: asText(annotation?.family),
    revision: typeof revision === 'number' ? revision : 0,
    replacement: asText(asObject(annotation?.replacement)?.operationId),
  };
}

/**
 * An id without its version, and the version: 1 for `CreateOrder`, 2 for `CreateOrder_V2`,
 * `CreateOrder2` and `V2CreateOrder`.
 */
function versionOf(id: string): [stem: string, version: number] {
  const last = /[-_.]?v?(\d{1,4})$/i.exec(id.slice(-8));
  if (last) return [id.slice(0, -last[0].length).toLowerCase(), Number(last[1])];
  const first = /^v(\d{1,4})[-_.]?/i.exec(id.slice(0, 8));
  if (first) return [id.slice(first[0].length).toLowerCase(), Number(first[1])];
  return [id.toLowerCase(), 1];
}

/** The method and the path without its version, and the version: 2 for `/v2/orders`. */
function routeVersionOf({ method, path }: Operation): [route: string, version: number] {
  let version = 1;
  const segments = path.split('/').filter((segment) => {
    const match = /^v(\d{1,4}(?:\.\d{1,4})?)$/i.exec(segment);
    if (match) version = Number(match[1]);
    return !match;
  });
  return [`${method} ${segments.join('/')}`, version];
}
