import type { Definition, Operation } from './definition.ts';
import { memoize } from '../shared/memoize.ts';
import { asList, asObject, type JsonObject } from '../json/values.ts';

/**
 * The maximum number of schemas around a notification URL. Real connectors have a few; a hostile
 * one may have an endless chain.
 */
const maxDepth = 100;

/** The extension that marks where the callback URL of a flow goes. */
export const urlMark = 'x-ms-notification-url';

/** Whether a schema has the mark; JsonTypeIncorrect reports the text `"true"`. */
export const isMarked = ({ [urlMark]: mark }: JsonObject): boolean =>
  mark === true || mark === 'true';

/**
 * A property in the body of a request that is marked as the notification URL, with the schemas
 * around it.
 */
export interface NotificationUrl {
  at: JsonObject;
  name: string;
  /**
   * The schemas from the body's schema inward, ending with the property and the schemas that it
   * refers to. `required` says whether the parent requires it.
   */
  path: { schema: JsonObject; required: boolean }[];
}

/**
 * The notification URLs in the body of an operation, following references. Visits each schema
 * once.
 */
function* findUrls(definition: Definition, operation: Operation): Iterable<NotificationUrl> {
  const body = operation.body?.schema?.raw;
  if (!body || definition.having(urlMark).length === 0) return;
  const seen = new Set<JsonObject>();
  const walk = function* (
    raw: JsonObject,
    name: string,
    path: NotificationUrl['path'],
  ): Iterable<NotificationUrl> {
    const schema = definition.follow(raw);
    if (!schema || seen.has(schema) || path.length > maxDepth) return;
    seen.add(schema);
    // the mark may be on the property, on the schema that it refers to, or on a part of its allOf
    const parts = [raw, ...definition.parts(schema)];
    const at = parts.find(isMarked);
    if (at) {
      yield {
        at,
        name,
        path: [...path, ...parts.map((part) => ({ schema: part, required: true }))],
      };
      return;
    }
    const required = new Set(parts.flatMap((part) => asList(part.required)));
    for (const [key, property] of definition.properties(schema))
      yield* walk(property, key, [...path, { schema: property, required: required.has(key) }]);
    const items = asObject(schema.items);
    if (items) yield* walk(items, name, [...path, { schema: items, required: true }]);
  };
  const { name = 'body', required } = operation.body ?? { required: false };
  yield* walk(body, name, [{ schema: body, required }]);
}

/** Cached, because several rules need it. */
const urlsOf = memoize((definition: Definition) =>
  memoize((operation: Operation): readonly NotificationUrl[] => [
    ...findUrls(definition, operation),
  ]),
);
/** The notification URLs in the body of an operation, following references. */
export const notificationUrls = (
  definition: Definition,
  operation: Operation,
): readonly NotificationUrl[] => urlsOf(definition)(operation);

/**
 * Whether an operation is a trigger that the service calls back: it has a notification URL,
 * notification content, or both.
 */
export const isWebhook = (definition: Definition, operation: Operation): boolean => {
  if (operation.trigger !== undefined && operation.notification) return true;
  return (
    notificationUrls(definition, operation).length > 0 ||
    operation.parameters.some(({ raw }) => isMarked(raw))
  );
};
