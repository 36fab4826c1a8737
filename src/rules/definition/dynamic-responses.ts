import { nameOf } from '../../connector/definition.ts';
import {
  dynamicCalls,
  isOpen,
  responseSchemaOf,
  schemaAt,
  type DynamicCall,
} from '../../connector/dynamic-values.ts';
import { asObject, isObject, type JsonObject } from '../../json/values.ts';
import { safe } from '../../shared/finding.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { pathIn, pathProperties } from './dynamic-calls.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';

/**
 * Whether a path can be parsed: it has no empty segment, and every tilde escapes a tilde or a
 * slash.
 */
const isReadable = (path: string): boolean =>
  path.split('/').every((step) => step !== '' && !/~(?![01])/.test(step));

/** Whether a `$ref` can be decoded: every percent sign encodes a character. */
const isDecodable = (ref: string): boolean => {
  try {
    return !ref.includes('%') || decodeURIComponent(ref) !== '';
  } catch {
    return false;
  }
};

/** Whether one of the paths is invalid, which JsonPointerNotValid reports. */
const hasBadPath = (call: DynamicCall, keys: readonly string[]): boolean =>
  keys.some((key) => pathIn(call, key) !== '' && !isReadable(pathIn(call, key)));

const isArray = (schema: JsonObject): boolean =>
  schema.type === 'array' || (schema.type === undefined && isObject(schema.items));

/** Whether a schema does not restrict its values. */
const isUndescribed = (schema: JsonObject): boolean => schema.type === undefined && isOpen(schema);

export const dynamicResponseRules: Rule[] = [
  {
    id: 'JsonPointerNotValid',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The path in a `$ref` or in a dynamic call is valid.',
    rationale:
      'An invalid path leads nowhere: the referenced part is missing, or the list stays empty.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { at, ref, kind } of definition?.references ?? []) {
        if (kind !== 'path' && typeof ref === 'string' && ref.startsWith('#/') && !isDecodable(ref))
          yield {
            at,
            key: '$ref',
            message:
              safe`The reference ${ref} contains a percent sign that encodes nothing. ` +
              safe`Write it as ${'%25'}, or use a name without it.`,
          };
      }
      for (const call of dynamicCalls(definition)) {
        const { list, values } = pathProperties[call.extension];
        for (const key of list === undefined ? values : [list, ...values]) {
          const path = pathIn(call, key);
          if (path !== '' && !isReadable(path))
            yield {
              at: call.at,
              key,
              message:
                safe`The path ${path} is not valid. Separate the names with single ` +
                'slashes, with none at the start or end, and write a tilde as ' +
                safe`${'~0'}.`,
            };
        }
      }
    },
  },
  {
    id: 'InvokedOperationShouldProduceArray',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'An operation that fills a list returns an array at the path in the extension.',
    rationale:
      'The designer builds the list of choices from this array; without it, users see an ' +
      'empty list.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const call of dynamicCalls(definition)) {
        const { list } = pathProperties[call.extension];
        if (!definition || !call.target || list === undefined || hasBadPath(call, [list])) continue;
        const path = pathIn(call, list);
        const answer = responseSchemaOf(call.target);
        const found = answer ? schemaAt(definition, answer, path) : 'missing';
        if (found === 'unknown' || (isObject(found) && (isArray(found) || isUndescribed(found))))
          continue;
        const message =
          path === ''
            ? safe`${nameOf(call.target)} does not return an array. Describe the array in ` +
              safe`its successful response, or set ${list} to its path in the response.`
            : safe`${nameOf(call.target)} returns no array at ${path}. Describe the array ` +
              'in its successful response, or correct the path.';
        yield { at: call.at, key: path === '' ? 'operationId' : list, message };
      }
    },
  },
  {
    id: 'InvokedOperationShouldProduceProperty',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The response to a dynamic call has the properties that the extension refers to.',
    rationale:
      'The designer shows one property as the name of a choice and writes the other into ' +
      'the flow; without them, the choices are empty.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const call of dynamicCalls(definition)) {
        const { list, values } = pathProperties[call.extension];
        if (!definition || !call.target || hasBadPath(call, list === undefined ? [] : [list]))
          continue;
        const answer = responseSchemaOf(call.target);
        const found =
          answer && schemaAt(definition, answer, list === undefined ? '' : pathIn(call, list));
        const item =
          isObject(found) && list !== undefined
            ? definition.follow(asObject(found.items) ?? {})
            : found;
        for (const key of isObject(item) ? values : []) {
          const path = pathIn(call, key);
          if (
            path === '' ||
            !isObject(item) ||
            hasBadPath(call, [key]) ||
            schemaAt(definition, item, path) !== 'missing'
          )
            continue;
          yield {
            at: call.at,
            key,
            message:
              `${list === undefined ? 'The response' : 'An item in the response'} of ` +
              safe`${nameOf(call.target)} has no ${path}. Describe the property in its ` +
              'successful response, or correct the path.',
          };
        }
      }
    },
  },
];
