import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { parameterNamed } from '../../connector/dynamic-values.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { isWebhook } from './triggers.ts';

/** An operation that is told by another, the subscribing one, when to fetch. */
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
      yield { operation, at, subscribe: id === undefined ? undefined : definition?.operation(id) };
  }
}

/**
 * A trigger on the same path may fetch: what the path says of the notification is not about a GET.
 */
const calledBack = (definition: Definition, operation: Operation): boolean =>
  operation.method !== 'get' && isWebhook(definition, operation);

export const notifications: Rule[] = [
  {
    id: 'NotificationExtensionSupportedForTriggerOnly',
    severity: certificationSeverity,
    description: 'Only a trigger has `x-ms-notification`.',
    rationale:
      'It says what wakes a trigger. ' +
      'An action runs when the flow comes to it, and nothing wakes it.',
    *check({ definition }) {
      for (const { operation } of fetches(definition)) {
        if (operation.trigger === undefined) {
          yield {
            at: operation.raw,
            key: 'x-ms-notification',
            part: 'key',
            message:
              safe`${nameOf(operation)} has ${'x-ms-notification'}, but is no trigger. ` +
              safe`Add ${'x-ms-trigger'}, or remove the extension.`,
          };
        }
      }
    },
  },
  {
    id: 'NotificationExtensionNotSupportedInWebhookOperation',
    severity: certificationSeverity,
    description: 'A webhook has no `x-ms-notification`.',
    rationale:
      'A webhook is what the service calls; ' +
      'the extension belongs to a trigger that fetches when it is told to.',
    *check({ definition }) {
      for (const { operation } of fetches(definition)) {
        if (definition && calledBack(definition, operation)) {
          yield {
            at: operation.raw,
            key: 'x-ms-notification',
            part: 'key',
            message:
              safe`The webhook ${nameOf(operation)} has ${'x-ms-notification'}. ` +
              safe`Move the extension to the trigger that fetches the data, or remove it.`,
          };
        }
      }
    },
  },
  {
    id: 'NotificationOperationMustBeWebhook',
    severity: certificationSeverity,
    description: 'The operation that `x-ms-notification` names is a webhook.',
    rationale:
      'The trigger waits for that operation to be called by the service; ' +
      'any other is never called, and the trigger never fires.',
    *check({ definition }) {
      for (const { at, subscribe } of fetches(definition)) {
        if (definition && subscribe && !calledBack(definition, subscribe)) {
          yield {
            at,
            key: 'operationId',
            message:
              safe`${nameOf(subscribe)} is no webhook. ` +
              safe`Name the operation that hands the service an address to call, marked ` +
              safe`${'x-ms-notification-url'}.`,
          };
        }
      }
    },
  },
  {
    id: 'BodyOrFormDataParameterInFetchOperationNotAllowed',
    severity: certificationSeverity,
    description:
      'An operation that only fetches, by GET or for a trigger with `x-ms-notification`, ' +
      'has no body and no form.',
    rationale:
      'A GET request is sent without a body, so what users fill in never arrives, or the ' +
      'call fails.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const fetchesWhenTold =
          definition &&
          asObject(operation.raw['x-ms-notification']) &&
          !calledBack(definition, operation);
        if (operation.method !== 'get' && !fetchesWhenTold) continue;
        for (const { raw, name, in: location } of operation.parameters) {
          if (location === 'body' || location === 'formData') {
            const otherwise =
              operation.method === 'get'
                ? safe`, or use ${'post'} where the service expects a body`
                : '';
            yield {
              at: raw,
              detail: nameOf(operation),
              message: `${safe`${nameOf(operation)} only fetches, but has ${name ?? 'a parameter'} in ` + safe`${location}. Put it into the ${'query'}`}${otherwise}.`,
            };
          }
        }
      }
    },
  },
  {
    id: 'ParamtersWithSameNameMustHaveSameTypeAndVisibility',
    severity: certificationSeverity,
    description:
      'A parameter that a fetching trigger and its webhook both have is of one type and ' +
      'one visibility.',
    rationale:
      'The designer shows one field for both, and sends what users fill in to each. ' +
      '(The id is spelled as it was published.)',
    *check({ definition }) {
      for (const { operation, subscribe } of fetches(definition)) {
        for (const parameter of subscribe ? operation.parameters : []) {
          if (!definition || !subscribe || parameter.name === undefined || parameter.in === 'body')
            continue;
          const other = parameterNamed(definition, subscribe, parameter.name)?.parameter;
          if (!other || other.in === 'body' || other.raw === parameter.raw) continue;
          for (const key of ['type', 'x-ms-visibility']) {
            const [mine, theirs] = [
              asText(parameter.raw[key]) ?? 'none',
              asText(other.raw[key]) ?? 'none',
            ];
            if (mine !== theirs) {
              yield {
                at: parameter.raw,
                key,
                detail: `${nameOf(operation)} ${key}`,
                message:
                  safe`The ${key} of ${parameter.name} is ${mine} in ${nameOf(operation)} and ` +
                  safe`${theirs} in its webhook ${nameOf(subscribe)}. Write the same in both.`,
              };
            }
          }
        }
      }
    },
  },
];
