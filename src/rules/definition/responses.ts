import {
  isSuccess,
  nameOf,
  type Definition,
  type Operation,
  type Response,
} from '../../connector/definition.ts';
import { memoize } from '../../shared/memoize.ts';
import { safe } from '../../shared/finding.ts';
import {
  asList,
  asObject,
  isObject,
  objectEntries,
  objectsIn,
  type JsonObject,
} from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';
import { isResponseKey, whereItBelongs } from './misplaced.ts';

/** Whether the schema of a response is known only at design time. */
const isDynamic = (schema: JsonObject): boolean =>
  schema['x-ms-dynamic-schema'] !== undefined || schema['x-ms-dynamic-properties'] !== undefined;

/** Successful responses that may have content, the usual one first. */
const withContent = ({ responses: all }: Operation): Response[] =>
  all
    .filter(({ code }) => isSuccess(code) && code !== '204' && code !== '205')
    .sort((a, b) => Number(a.code) - Number(b.code));

/** The responses of MCP servers. */
const mcpResponses = memoize(
  ({ operations }: Definition): ReadonlySet<JsonObject> =>
    new Set(
      operations
        .filter(({ isMcpServer }) => isMcpServer)
        .flatMap((operation) => operation.responses.map(({ raw }) => raw)),
    ),
);

/** Schemas that are examined, before a schema counts as described. */
const maxEmptyParts = 20;

/**
 * Whether a schema names no field and restricts no value, references followed: `{}`, an object
 * without properties, an array or `allOf` of such.
 */
function isEmpty(definition: Definition, raw: JsonObject): boolean {
  const open = [raw];
  for (let count = 0; count < open.length; count += 1) {
    const schema = definition.follow(open[count] ?? {});
    if (!schema || isDynamic(schema) || count >= maxEmptyParts) return false;
    const { type, properties, additionalProperties, items, allOf } = schema;
    if (type !== undefined && type !== 'object' && type !== 'array') return false;
    if (schema.enum !== undefined || schema.discriminator !== undefined) return false;
    if (isObject(properties) ? Object.keys(properties).length > 0 : Array.isArray(properties))
      return false;
    if (additionalProperties !== undefined && additionalProperties !== false) return false;
    open.push(...objectsIn([items ?? null, ...asList(items), ...asList(allOf)]));
  }
  return true;
}

export const responses: Rule[] = [
  {
    id: 'ResponseMustBeDefaultOrHttpStatusCode',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The key of a response is an HTTP status code or `default`.',
    rationale: 'The platform selects a response by the status code of the service.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const at = asObject(raw.responses);
        for (const code of at ? Object.keys(at) : []) {
          if (!at || isResponseKey(code) || definition?.misplaced.get(code)?.at === at) continue;
          yield {
            at,
            key: code,
            part: 'key',
            message:
              whereItBelongs(code, at[code]) ??
              safe`${code} is not an HTTP status code. Use a code such as ${'200'}, or ` +
                safe`${'default'}.`,
          };
        }
      }
    },
  },
  {
    id: 'DefaultResponseHasSchema',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The response `default` has no schema.',
    rationale:
      'It covers every unexpected response, so the designer would offer the fields of an ' +
      'error to later steps.',
    policies: ['5000.2.4.2'],
    *check({ definition }) {
      const users = new Map<JsonObject, { name: string; count: number; isShared: boolean }>();
      for (const operation of definition?.operations ?? []) {
        for (const { code, raw } of operation.responses) {
          if (code !== 'default' || !isObject(raw.schema) || operation.isMcpServer) continue;
          const isShared = asObject(operation.raw.responses)?.default !== raw;
          const user = users.get(raw) ?? { name: nameOf(operation), count: 0, isShared };
          users.set(raw, { ...user, count: user.count + 1 });
        }
      }
      for (const [at, { name, count, isShared }] of users) {
        const others = count > 1 ? ` and ${count - 1} more` : '';
        yield {
          at,
          key: 'schema',
          part: 'key',
          // Accepted: the validator does not follow the reference.
          ...(isShared && { severity: 'warning' }),
          message: isShared
            ? safe`This response is the ${'default'} of ${name}` +
              `${others}, and has a schema. Refer to it from the status codes it belongs to, ` +
              'or remove the schema.'
            : safe`The response ${'default'} has a schema. Move the schema to the status ` +
              'code it belongs to, or remove it.',
        };
      }
    },
  },
  {
    id: 'SchemaDefinitionSetIncorrectly',
    source: 'swagger-validator',
    severity: 'warning',
    description:
      'An operation has an output schema in a successful response, a webhook in ' +
      '`x-ms-notification-content`. MCP servers need none.',
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
          operation.isMcpServer ||
          operation.notification
        )
          continue;
        const [response, ...others] = withContent(operation);
        if (!response || [response, ...others].some(({ raw }) => raw.schema !== undefined))
          continue;
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
      const reported = new Set<JsonObject>();
      for (const { raw, code } of definition?.responses ?? []) {
        const schema = asObject(raw.schema);
        const target = schema && definition?.follow(schema);
        if (!definition || !schema || !target || reported.has(target)) continue;
        // DefaultResponseHasSchema asks to remove that schema.
        if (code === 'default') continue;
        if (mcpResponses(definition).has(raw) || !isEmpty(definition, schema)) continue;
        reported.add(target);
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
    source: 'swagger-validator',
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
