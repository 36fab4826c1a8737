import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import {
  asObject,
  asText,
  isObject,
  objectEntries,
  own,
  type JsonObject,
} from '../../json/values.ts';
import type { Rule } from '../rule.ts';

/**
 * What a security definition of each type, and for OAuth 2 of each flow, must have and what else it
 * may have.
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
  for (const [name, at] of objectEntries(definition?.raw.securityDefinitions)) {
    const shape = shapeOf(at);
    if (shape) yield { name, at, shape };
  }
}

/** Every entry of every security requirement, of the document and of its operations. */
function* requirements({
  definition,
}: Connector): Iterable<{ at: JsonObject; name: string; scheme: JsonObject | undefined }> {
  if (!definition) return;
  const known = asObject(definition.raw.securityDefinitions) ?? {};
  for (const { security } of [definition.raw, ...definition.operations.map(({ raw }) => raw)]) {
    for (const at of Array.isArray(security) ? security : []) {
      if (!isObject(at)) continue;
      for (const name of Object.keys(at)) yield { at, name, scheme: asObject(own(known, name)) };
    }
  }
}

export const security: Rule[] = [
  {
    id: 'SecuritySchemePropertyRequired',
    severity: 'error',
    description:
      'A security definition has what its type needs: ' +
      'an API key its name and place, OAuth 2 its flow, URLs and scopes.',
    rationale: 'Users cannot sign in with half of it.',
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
    severity: 'warning',
    description: 'A security definition has nothing that its type does not know.',
    rationale: 'It is not read, and whoever wrote it believes that it is.',
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
              safe`${property}. Remove it.`,
            fix: [{ at, key: property, remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'SecurityRequirementMustBeDefined',
    severity: 'error',
    description: 'What `security` names is defined under `securityDefinitions`.',
    rationale: 'The platform does not know how to sign in with something that is not defined.',
    *check(connector) {
      for (const { at, name, scheme } of requirements(connector)) {
        if (!scheme)
          yield {
            at,
            key: name,
            part: 'key',
            message:
              safe`The security definition ${name} does not exist. ` +
              safe`Add it under ${'securityDefinitions'}, or use the name of one that is there.`,
          };
      }
    },
  },
  {
    id: 'SecurityRequirementMustHaveValue',
    severity: 'error',
    description:
      'A security requirement has a list of names of scopes as its value, an empty one ' +
      'where no scopes are needed.',
    rationale: 'Swagger 2.0 asks for a list of texts.',
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
                  safe`A scope of ${name} is no text. ` +
                  safe`Write the name of the scope, or take it out.`,
              };
          continue;
        }
        const found = {
          at,
          key: name,
          message: safe`The value of ${name} is no list. Write ${'[]'}, or the list of scopes.`,
        };
        const nothing = value === null || (isObject(value) && Object.keys(value).length === 0);
        yield nothing ? { ...found, fix: [{ at, key: name, to: [] }] } : found;
      }
    },
  },
  {
    id: 'SecurityRequirementMustHaveEmptyValue',
    severity: 'error',
    description: 'Only a requirement of OAuth 2 names scopes.',
    rationale: 'An API key or a password has no scopes.',
    fixable: true,
    *check(connector) {
      for (const { at, name, scheme } of requirements(connector)) {
        const value = at[name];
        if (scheme && scheme.type !== 'oauth2' && Array.isArray(value) && value.length > 0) {
          yield {
            at,
            key: name,
            message: safe`${name} is no OAuth 2 definition and cannot have scopes. Write ${'[]'}.`,
            fix: [{ at, key: name, to: [] }],
          };
        }
      }
    },
  },
  {
    id: 'OAuthSecurityRequirementValueMustBeScopeName',
    severity: 'error',
    description: 'A requirement of OAuth 2 names scopes that its definition lists.',
    rationale: 'The platform asks the identity provider for the scopes that are listed.',
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
                safe`The scope ${scope} is not among the scopes of ${name}. ` +
                safe`Add it there, or take it out here.`,
            };
          }
        }
      }
    },
  },
];
