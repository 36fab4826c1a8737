import { nameOf } from '../../connector/definition.ts';
import { isMarked, isWebhook, notificationUrls, urlMark } from '../../connector/webhooks.ts';
import { safe } from '../../shared/finding.ts';
import { asText, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

const isInternal = (schema: JsonObject): boolean =>
  asText(schema['x-ms-visibility']) === 'internal';

export const triggers: Rule[] = [
  {
    id: 'WebhookOperationsMissingNotificationUrlProperty',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A webhook has a property that is marked as the notification URL.',
    rationale:
      'The platform writes the callback URL of the flow into this property; without it, ' +
      'the service has no URL to call.',
    policies: connectorStandard,
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
          operation.parameters.some(({ raw }) => isMarked(raw));
        if (!marked)
          yield {
            at: operation.raw,
            message:
              safe`The webhook ${nameOf(operation)} has no property marked ` +
              safe`${`"${urlMark}": true`}. Mark the property in the body that holds the ` +
              'callback URL.',
          };
      }
    },
  },
  {
    id: 'OperationMustHaveNotificationContentExtension',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A webhook describes the body of its notifications in `x-ms-notification-content`.',
    rationale: 'The designer offers these fields to the steps after the trigger.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (!definition || operation.notification) continue;
        const count = notificationUrls(definition, operation).length;
        if (count > 0 && isWebhook(definition, operation)) {
          yield {
            at: operation.raw,
            message:
              safe`The operation ${nameOf(operation)} has a notification URL, but its ` +
              safe`path has no ${'x-ms-notification-content'}. Add it with the schema of ` +
              'what the service sends.',
          };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotString',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A notification URL is a string.',
    rationale: 'The platform writes a URL into it.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { at, name } of definition ? notificationUrls(definition, operation) : []) {
          if (at.type !== undefined && at.type !== 'string')
            yield {
              at,
              key: 'type',
              message:
                safe`The notification URL ${name} is of type ${JSON.stringify(at.type)}. ` +
                safe`Change the type to ${'string'}.`,
            };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotInternal',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A notification URL, or an object around it, is internal.',
    rationale: 'The platform fills it in; users who see the field enter something else.',
    policies: connectorStandard,
    fixable: true,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { at, name, path } of definition
          ? notificationUrls(definition, operation)
          : []) {
          if (
            operation.body?.visibility === 'internal' ||
            path.some(({ schema }) => isInternal(schema))
          )
            continue;
          yield {
            at,
            message:
              safe`The notification URL ${name} is visible to users. Add ` +
              safe`${'"x-ms-visibility": "internal"'}.`,
            fix: [{ at, key: 'x-ms-visibility', to: 'internal' }],
          };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotRequired',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A notification URL and all objects around it are required.',
    rationale:
      'The platform omits internal properties that are not required, so the service would ' +
      'get no URL.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { at, name, path } of definition
          ? notificationUrls(definition, operation)
          : []) {
          if (!path.slice(1).every(({ required }) => required))
            yield {
              at,
              message:
                safe`The notification URL ${name}, or an object around it, is not ` +
                safe`required. Add each of them to ${'required'} in its parent.`,
            };
        }
      }
    },
  },
  {
    id: 'NotificationUrlNotAllowedInThisPosition',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A notification URL is in the body of a request.',
    rationale: 'The platform does not fill it in anywhere else.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { raw, role, root } of definition?.having(urlMark) ?? []) {
        if (isMarked(raw) && role !== 'parameter' && root.use.output && !root.use.input) {
          yield {
            at: raw,
            key: urlMark,
            part: 'key',
            message:
              safe`The notification URL is in a response. Move ${urlMark} to a property in the ` +
              'body of the request.',
          };
        }
      }
    },
  },
];
