import { isSuccess, nameOf, type Operation, type Response } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, isObject, objectEntries, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';

/** Whether the schema of a response is known only at design time. */
const isDynamic = (schema: JsonObject): boolean =>
  schema['x-ms-dynamic-schema'] !== undefined || schema['x-ms-dynamic-properties'] !== undefined;

const success = (operation: Operation): Response | undefined =>
  operation.responses.find(({ code }) => code === '200') ??
  operation.responses.find(({ code }) => code === '201') ??
  operation.responses.find(({ code }) => isSuccess(code));

export const responses: Rule[] = [
  {
    id: 'ResponseMustBeDefaultOrHttpStatusCode',
    severity: 'error',
    description: 'The key of a response is an HTTP status code or `default`.',
    rationale: 'The platform selects a response by the status code of the service.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const at = asObject(raw.responses);
        for (const code of at ? Object.keys(at) : []) {
          if (at && !/^([1-5]\d\d|default|x-.*)$/s.test(code))
            yield {
              at,
              key: code,
              part: 'key',
              message:
                safe`${code} is not an HTTP status code. Use a code such as ${'200'}, or ` +
                safe`${'default'}.`,
            };
        }
      }
    },
  },
  {
    id: 'DefaultResponseHasSchema',
    severity: certificationSeverity,
    description: 'The response `default` has no schema.',
    rationale:
      'It covers every unexpected response, so the designer would offer the fields of an ' +
      'error to later steps.',
    policies: ['5000.2.4.2'],
    *check({ definition }) {
      for (const response of definition?.responses ?? []) {
        if (
          response.code === 'default' &&
          isObject(response.raw.schema) &&
          response.at !== definition?.raw
        ) {
          yield {
            at: response.raw,
            key: 'schema',
            part: 'key',
            message:
              safe`The response ${'default'} has a schema. Move the schema to the status ` +
              'code it belongs to, or remove it.',
          };
        }
      }
    },
  },
  {
    id: 'SchemaDefinitionSetIncorrectly',
    severity: 'warning',
    description:
      'An operation has an output schema in its response 200 or 201, a webhook in ' +
      '`x-ms-notification-content`.',
    rationale:
      'The designer offers the fields of this schema to later steps; without it, makers ' +
      'have to parse the response themselves.',
    policies: ['5000.2.4.1'],
    attests: 'responses',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (
          operation.visibility === 'internal' ||
          operation.method === 'delete' ||
          operation.method === 'head' ||
          operation.notification
        )
          continue;
        const response = success(operation);
        if (!response || response.code === '204' || response.raw.schema !== undefined) continue;
        yield {
          at: response.at,
          key: response.code,
          part: 'key',
          message:
            safe`The response ${response.code} of ${nameOf(operation)} has no schema. ` +
            safe`Describe what the service returns; if it returns nothing, use ${'204'}.`,
        };
      }
    },
  },
  {
    id: 'ResponseSchemaEmpty',
    severity: 'warning',
    description: 'The schema of a response describes its content.',
    rationale: 'With an empty schema, the designer offers no outputs to later steps.',
    policies: ['5000.2.4.4', '5000.2.4.6'],
    attests: 'responses',
    *check({ definition }) {
      for (const { raw, code } of definition?.responses ?? []) {
        const schema = asObject(raw.schema);
        if (!schema || isDynamic(schema)) continue;
        const emptyObject = schema.type === 'object' && Object.keys(schema).length === 1;
        if (Object.keys(schema).length === 0 || emptyObject)
          yield {
            at: raw,
            key: 'schema',
            part: 'key',
            message:
              safe`The schema of the response ${code} is empty. List the properties that ` +
              'the service returns.',
          };
      }
    },
  },
  {
    id: 'ResponseHeadersAreNotUnique',
    severity: 'error',
    description: 'No two headers of a response differ only in capitalization.',
    rationale: 'Header names are not case-sensitive, so the two are the same header.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { raw } of definition?.responses ?? []) {
        const at = asObject(raw.headers);
        const seen = new Map<string, string>();
        for (const [name] of objectEntries(at)) {
          const earlier = seen.get(name.toLowerCase());
          if (earlier !== undefined && at)
            yield {
              at,
              key: name,
              part: 'key',
              message:
                safe`The header ${name} is already defined as ${earlier}. Remove one of ` + 'them.',
            };
          else seen.set(name.toLowerCase(), name);
        }
      }
    },
  },
];
