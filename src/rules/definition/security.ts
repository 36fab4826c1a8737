import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import {
  asObject,
  asText,
  isObject,
  objectEntries,
  objectsIn,
  own,
  type JsonObject,
} from '../../json/values.ts';
import type { Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';

/**
 * The required and optional properties of each type of security definition; for OAuth 2.0, of each
 * flow.
 */
const shapes: Record<string, { required: string[]; optional: string[] }> = {
  basic: { required: [], optional: [] },
  apiKey: { required: ['name', 'in'], optional: [] },
  'oauth2 implicit': { required: ['flow', 'authorizationUrl', 'scopes'], optional: [] },
  'oauth2 password': { required: ['flow', 'tokenUrl', 'scopes'], optional: [] },
  'oauth2 application': { required: ['flow', 'tokenUrl', 'scopes'], optional: [] },
  'oauth2 accessCode': {
    required: ['flow', 'authorizationUrl', 'tokenUrl', 'scopes'],
    optional: [],
  },
  oauth2: { required: ['flow', 'scopes'], optional: ['authorizationUrl', 'tokenUrl'] },
};

const shapeOf = (
  scheme: JsonObject,
): { what: string; required: string[]; optional: string[] } | undefined => {
  const type = asText(scheme.type);
  if (type === undefined) return undefined;
  const what =
    type === 'oauth2' && typeof scheme.flow === 'string' ? `oauth2 ${scheme.flow}` : type;
  const name = [what, type].find((key) => Object.hasOwn(shapes, key));
  const shape = name === undefined ? undefined : shapes[name];
  return shape && { what, ...shape };
};

function* schemes({ definition }: Connector): Iterable<{
  name: string;
  at: JsonObject;
  shape: NonNullable<ReturnType<typeof shapeOf>>;
}> {
  for (const [name, at] of objectEntries(definition?.section('securityDefinitions'))) {
    const shape = shapeOf(at);
    if (shape) yield { name, at, shape };
  }
}

/** Every entry of every security requirement, of the definition and of its operations. */
function* requirements({
  definition,
}: Connector): Iterable<{ at: JsonObject; name: string; scheme: JsonObject | undefined }> {
  if (!definition) return;
  const definitions = definition.section('securityDefinitions') ?? {};
  for (const { security } of [definition.raw, ...definition.operations.map(({ raw }) => raw)]) {
    for (const at of objectsIn(security)) {
      for (const name of Object.keys(at))
        yield { at, name, scheme: asObject(own(definitions, name)) };
    }
  }
}

export const security: Rule[] = [
  {
    id: 'SecuritySchemePropertyRequired',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'A security definition has all properties that its type requires: for an API key ' +
      'its name and location, for OAuth 2.0 its flow, URLs and scopes.',
    rationale: 'Users cannot sign in with an incomplete definition.',
    policies: openApiStandard,
    *check(connector) {
      for (const { name, at, shape } of schemes(connector)) {
        for (const property of shape.required) {
          if (at[property] === undefined)
            yield {
              at,
              detail: property,
              message:
                safe`The security definition ${name} is of type ${shape.what} and has no ` +
                safe`${property}. Add it.`,
            };
        }
      }
    },
  },
  {
    id: 'SecuritySchemePropertyNotValid',
    source: 'swagger-validator',
    severity: 'warning',
    description: 'A security definition has only properties that its type defines.',
    rationale:
      'The platform ignores other properties, so they do not do what their author expects.',
    policies: openApiStandard,
    fixable: true,
    *check(connector) {
      for (const { name, at, shape } of schemes(connector)) {
        for (const property of Object.keys(at)) {
          if (
            property === 'type' ||
            property === 'description' ||
            property.startsWith('x-') ||
            shape.required.includes(property) ||
            shape.optional.includes(property)
          )
            continue;
          yield {
            at,
            key: property,
            part: 'key',
            message:
              safe`The security definition ${name} is of type ${shape.what}, which has no ` +
              safe`property ${property}. Remove it.`,
            fix: [{ at, key: property, remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'SecurityRequirementMustBeDefined',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Every name in `security` is defined under `securityDefinitions`.',
    rationale: 'Without the definition, the platform does not know how to sign in.',
    policies: openApiStandard,
    *check(connector) {
      for (const { at, name, scheme } of requirements(connector)) {
        if (!scheme)
          yield {
            at,
            key: name,
            part: 'key',
            message:
              safe`The security definition ${name} does not exist. Add it under ` +
              safe`${'securityDefinitions'}, or use the name of an existing one.`,
          };
      }
    },
  },
  {
    id: 'SecurityRequirementMustHaveValue',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'The value of a security requirement is an array of scope names, empty if it needs ' +
      'no scopes.',
    rationale: 'Swagger 2.0 requires an array of strings.',
    policies: openApiStandard,
    fixable: true,
    *check(connector) {
      for (const { at, name } of requirements(connector)) {
        const value = at[name];
        if (Array.isArray(value)) {
          for (const [index, scope] of value.entries())
            if (typeof scope !== 'string')
              yield {
                at: value,
                key: index,
                message:
                  safe`A scope of ${name} is not a string. Write the name of the scope, ` +
                  'or remove it.',
              };
          continue;
        }
        const found = {
          at,
          key: name,
          message:
            safe`The value of ${name} is not an array. Write ${'[]'}, or an array of ` + 'scopes.',
        };
        const nothing = value === null || (isObject(value) && Object.keys(value).length === 0);
        yield nothing ? { ...found, fix: [{ at, key: name, to: [] }] } : found;
      }
    },
  },
  {
    id: 'SecurityRequirementMustHaveEmptyValue',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Only requirements of OAuth 2.0 definitions have scopes.',
    rationale: 'API keys and passwords have no scopes.',
    policies: openApiStandard,
    fixable: true,
    *check(connector) {
      for (const { at, name, scheme } of requirements(connector)) {
        const value = at[name];
        if (scheme && scheme.type !== 'oauth2' && Array.isArray(value) && value.length > 0) {
          yield {
            at,
            key: name,
            message:
              safe`${name} is not an OAuth 2.0 definition and cannot have scopes. Write ` +
              safe`${'[]'}.`,
            fix: [{ at, key: name, to: [] }],
          };
        }
      }
    },
  },
  {
    id: 'OAuthSecurityRequirementValueMustBeScopeName',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The scopes of a requirement are defined in its OAuth 2.0 definition.',
    rationale:
      'The platform requests only the scopes in the definition from the identity provider.',
    policies: openApiStandard,
    *check(connector) {
      for (const { at, name, scheme } of requirements(connector)) {
        const value = at[name];
        const scopes = asObject(scheme?.scopes);
        if (!scheme || scheme.type !== 'oauth2' || !Array.isArray(value)) continue;
        for (const scope of value) {
          if (typeof scope === 'string' && !(scopes && Object.hasOwn(scopes, scope))) {
            yield {
              at,
              key: name,
              part: 'key',
              detail: scope,
              message:
                safe`${name} does not define the scope ${scope}. Add it to the ` +
                'definition, or remove it here.',
            };
          }
        }
      }
    },
  },
];
