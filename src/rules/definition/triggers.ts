import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { asText, type Json, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

/**
 * Schemas around a notification URL. No connector has more than a handful; a hostile one has a
 * chain without an end.
 */
const deepest = 100;

const urlMark = 'x-ms-notification-url';

/**
 * A property of a request's body that is marked as the notification URL, and the schemas on the way
 * to it.
 */
interface NotificationUrl {
  at: JsonObject;
  name: string;
  /**
   * From the body's schema inwards, the property itself last; `required` says whether its parent
   * asks for it.
   */
  way: { schema: JsonObject; required: boolean }[];
}

/**
 * The notification URLs in the body of an operation, references followed; each schema is entered
 * once.
 */
function* findUrls(definition: Definition, operation: Operation): Iterable<NotificationUrl> {
  const body = operation.body?.schema?.raw;
  if (!body || definition.having(urlMark).length === 0) return;
  const seen = new Set<JsonObject>();
  const walk = function* (raw: JsonObject, way: NotificationUrl['way']): Iterable<NotificationUrl> {
    const schema = definition.follow(raw);
    if (!schema || seen.has(schema) || way.length > deepest) return;
    seen.add(schema);
    const required: Json[] = Array.isArray(schema.required) ? schema.required : [];
    for (const [name, property] of definition.properties(schema)) {
      const here = [...way, { schema: property, required: required.includes(name) }];
      if (property[urlMark] === true) yield { at: property, name, way: here };
      else yield* walk(property, here);
    }
  };
  yield* walk(body, [{ schema: body, required: operation.body?.required ?? false }]);
}

/** Several rules ask; the way through the schemas is gone once. */
const urlsOf = memoize((definition: Definition) =>
  memoize((operation: Operation): readonly NotificationUrl[] => [
    ...findUrls(definition, operation),
  ]),
);
const notificationUrls = (
  definition: Definition,
  operation: Operation,
): readonly NotificationUrl[] => urlsOf(definition)(operation);

const isInternal = (schema: JsonObject): boolean =>
  asText(schema['x-ms-visibility']) === 'internal';

/**
 * A trigger for which the service calls back: it has a notification URL, a content for it, or both.
 */
export const isWebhook = (definition: Definition, operation: Operation): boolean => {
  if (operation.trigger !== undefined && operation.notification) return true;
  return (
    notificationUrls(definition, operation).length > 0 ||
    operation.parameters.some(({ raw }) => raw[urlMark] === true)
  );
};

export const triggers: Rule[] = [
  {
    id: 'WebhookOperationsMissingNotificationUrlProperty',
    severity: certificationSeverity,
    description: 'A webhook has a property that is marked as the notification URL.',
    rationale:
      'The platform writes the address of the flow into it; ' +
      'without one the service has nowhere to call.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (
          !definition ||
          operation.trigger === undefined ||
          !operation.notification ||
          !['post', 'put', 'patch'].includes(operation.method)
        )
          continue;
        const marked =
          notificationUrls(definition, operation).length > 0 ||
          operation.parameters.some(({ raw }) => raw[urlMark] === true);
        if (!marked)
          yield {
            at: operation.raw,
            message:
              safe`The webhook ${nameOf(operation)} has no property marked ` +
              safe`${`"${urlMark}": true`}. Mark the property of the body in which the service ` +
              safe`expects the address to call.`,
          };
      }
    },
  },
  {
    id: 'OperationMustHaveNotificationContentExtension',
    severity: certificationSeverity,
    description: 'A webhook says what it will be told: `x-ms-notification-content`.',
    rationale: 'The designer offers its fields to the steps that follow the trigger.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (!definition || operation.notification) continue;
        const count = notificationUrls(definition, operation).length;
        if (count > 0 && isWebhook(definition, operation)) {
          yield {
            at: operation.raw,
            message:
              safe`The operation ${nameOf(operation)} has a notification URL, but its path has ` +
              safe`no ${'x-ms-notification-content'}. ` +
              safe`Add it with the schema of what the service sends.`,
          };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotString',
    severity: certificationSeverity,
    description: 'A notification URL is a string.',
    rationale: 'The platform writes an address into it.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { at, name } of definition ? notificationUrls(definition, operation) : []) {
          if (at.type !== undefined && at.type !== 'string')
            yield {
              at,
              key: 'type',
              message:
                safe`The notification URL ${name} is of type ${JSON.stringify(at.type)}. ` +
                safe`Make it a ${'string'}.`,
            };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotInternal',
    severity: certificationSeverity,
    description: 'A notification URL, or something it stands in, is internal.',
    rationale:
      'The platform fills it in; a user who sees the field will write something else into it.',
    fixable: true,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { at, name, way } of definition ? notificationUrls(definition, operation) : []) {
          if (
            operation.body?.visibility === 'internal' ||
            way.some(({ schema }) => isInternal(schema))
          )
            continue;
          yield {
            at,
            message:
              safe`The notification URL ${name} is visible to users. ` +
              safe`Add ${'"x-ms-visibility": "internal"'}.`,
            fix: [{ at, key: 'x-ms-visibility', to: 'internal' }],
          };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotRequired',
    severity: certificationSeverity,
    description: 'A notification URL is required, and so is everything it stands in.',
    rationale:
      'The platform leaves out what is internal and not required: ' +
      'the service would get no address.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { at, name, way } of definition ? notificationUrls(definition, operation) : []) {
          if (!way.slice(1).every(({ required }) => required))
            yield {
              at,
              message:
                safe`The notification URL ${name}, or an object around it, is not required. ` +
                safe`Put each of them into the list ${'required'} of what it stands in.`,
            };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotAllowedInThisPosition',
    severity: certificationSeverity,
    description: 'A notification URL stands in the body of a request only.',
    rationale: 'Elsewhere the platform does not fill it in.',
    *check({ definition }) {
      for (const { raw, role, root } of definition?.having(urlMark) ?? []) {
        if (raw[urlMark] === true && role !== 'parameter' && root.use.output && !root.use.input) {
          yield {
            at: raw,
            key: urlMark,
            part: 'key',
            message:
              safe`A notification URL is marked in what the service answers. ` +
              safe`Mark it in the body of the request instead.`,
          };
        }
      }
    },
  },
];
