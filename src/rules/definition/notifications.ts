import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { parameterNamed } from '../../connector/dynamic-values.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { isWebhook } from '../../connector/webhooks.ts';
import { connectorStandard } from '../policy-codes.ts';

/**
 * A trigger that fetches data when the service notifies another operation, the webhook that
 * subscribes.
 */
interface Fetch {
  operation: Operation;
  /** Its `x-ms-notification`. */
  at: JsonObject;
  subscribe: Operation | undefined;
}

function* fetches(definition: Definition | undefined): Iterable<Fetch> {
  for (const operation of definition?.operations ?? []) {
    const at = asObject(operation.raw['x-ms-notification']);
    const id = asText(at?.operationId);
    if (at)
      yield {
        operation,
        at,
        subscribe: id === undefined ? undefined : definition?.referencedOperation(id),
      };
  }
}

/**
 * A trigger on the same path may fetch. The notification content of the path does not describe the
 * response of a GET.
 */
const calledBack = (definition: Definition, operation: Operation): boolean =>
  operation.method !== 'get' && isWebhook(definition, operation);

export const notifications: Rule[] = [
  {
    id: 'NotificationExtensionSupportedForTriggerOnly',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'Only a trigger has `x-ms-notification`.',
    rationale:
      'The extension says what starts a trigger. A flow runs its actions itself, so ' +
      'nothing starts them.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { operation } of fetches(definition)) {
        if (operation.trigger === undefined) {
          yield {
            at: operation.raw,
            key: 'x-ms-notification',
            part: 'key',
            message:
              safe`${nameOf(operation)} has ${'x-ms-notification'}, but is not a trigger. ` +
              safe`Add ${'x-ms-trigger'}, or remove the extension.`,
          };
        }
      }
    },
  },
  {
    id: 'NotificationExtensionNotSupportedInWebhookOperation',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A webhook has no `x-ms-notification`.',
    rationale:
      'The service calls a webhook itself; the extension is for a trigger that fetches ' +
      'data after a notification.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { operation } of fetches(definition)) {
        if (definition && calledBack(definition, operation)) {
          yield {
            at: operation.raw,
            key: 'x-ms-notification',
            part: 'key',
            message:
              safe`The webhook ${nameOf(operation)} has ${'x-ms-notification'}. Move the ` +
              'extension to the trigger that fetches the data, or remove it.',
          };
        }
      }
    },
  },
  {
    id: 'NotificationOperationMustBeWebhook',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: '`x-ms-notification` names a webhook.',
    rationale:
      'The trigger waits until the service calls that webhook. The service never calls ' +
      'another operation, so the trigger never fires.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { at, subscribe } of fetches(definition)) {
        if (definition && subscribe && !calledBack(definition, subscribe)) {
          yield {
            at,
            key: 'operationId',
            message:
              safe`${nameOf(subscribe)} is not a webhook. Name the operation that sends ` +
              'the callback URL to the service, in a property marked ' +
              safe`${'x-ms-notification-url'}.`,
          };
        }
      }
    },
  },
  {
    id: 'BodyOrFormDataParameterInFetchOperationNotAllowed',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A GET operation and the fetching operation of a trigger with `x-ms-notification` have ' +
      'neither a body nor a form.',
    rationale:
      'A GET request has no body, so the values that users enter are lost, or the call fails.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const fetchesWhenTold =
          definition &&
          asObject(operation.raw['x-ms-notification']) &&
          !calledBack(definition, operation);
        if (operation.method !== 'get' && !fetchesWhenTold) continue;
        for (const { raw, name, in: location } of operation.parameters) {
          if (location === 'body' || location === 'formData') {
            const isGet = operation.method === 'get';
            const problem = isGet
              ? 'is a GET operation, and GET requests have no body.'
              : 'fetches the data after a notification, and the platform sends no body.';
            const otherwise = isGet ? ', or make the operation a POST' : '';
            yield {
              at: raw,
              detail: nameOf(operation),
              message:
                `${safe`${nameOf(operation)}`} ${problem} ` +
                safe`Move the ${location} parameter ${name ?? '(no name)'} to the query` +
                `${otherwise}.`,
            };
          }
        }
      }
    },
  },
  {
    id: 'ParamtersWithSameNameMustHaveSameTypeAndVisibility',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A parameter of a fetching trigger and the parameter of the same name in its ' +
      'webhook have the same type and visibility.',
    rationale:
      'The designer shows one field for both parameters and sends its value to each. (The ' +
      'misspelled ID is the published one.)',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { operation, subscribe } of fetches(definition)) {
        for (const parameter of subscribe ? operation.parameters : []) {
          if (!definition || !subscribe || parameter.name === undefined || parameter.in === 'body')
            continue;
          const counterpart = parameterNamed(definition, subscribe, parameter.name)?.parameter;
          if (!counterpart || counterpart.in === 'body' || counterpart.raw === parameter.raw)
            continue;
          for (const key of ['type', 'x-ms-visibility']) {
            const [mine, theirs] = [
              asText(parameter.raw[key]) ?? 'none',
              asText(counterpart.raw[key]) ?? 'none',
            ];
            if (mine !== theirs) {
              yield {
                at: parameter.raw,
                key,
                detail: `${nameOf(operation)} ${key}`,
                message:
                  safe`The ${key} of ${parameter.name} is ${mine} in ` +
                  safe`${nameOf(operation)}, but ${theirs} in its webhook ` +
                  safe`${nameOf(subscribe)}. Use the same value in both.`,
              };
            }
          }
        }
      }
    },
  },
];
