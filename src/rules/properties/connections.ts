import { say } from '../../connector/finding.ts';
import { asObject, asText, objectEntries, type JsonObject } from '../../connector/values.ts';
import type { ConnectionParameter } from '../../connector/properties.ts';
import { certification, type Rule } from '../rule.ts';

const isHidden = ({ raw }: ConnectionParameter): boolean => asObject(asObject(raw.uiDefinition)?.constraints)?.hidden === 'true';

const oauthParameters = ({ raw }: ConnectionParameter): JsonObject | undefined => asObject(raw.oAuthSettings);

export const connections: Rule[] = [
  {
    id: 'SecurityDefinitionWithoutConnectionParameter',
    severity: 'warning',
    says: 'For every security definition there is a connection parameter that serves it.',
    because: 'Users are asked for the connection parameters; a security definition without one cannot be met.',
    *check({ definition, properties }) {
      if (!definition || !properties) return;
      const types = properties.connectionParameters.map(({ type }) => type?.toLowerCase() ?? '');
      for (const [name, scheme] of objectEntries(definition.raw.securityDefinitions)) {
        const type = asText(scheme.type);
        const served =
          type === 'oauth2'
            ? types.some((one) => one.startsWith('oauth') || one === 'managedidentity')
            : type === 'basic' || type === 'apiKey'
              ? types.length > 0
              : true;
        if (!served) yield { at: scheme, message: say`The security definition ${name} (${type ?? 'no type'}) has no connection parameter in ${'apiProperties.json'} that serves it. Add one, or remove the definition.` };
      }
    },
  },
  {
    id: 'ConnectionParameterLabelMissing',
    severity: 'warning',
    says: 'A connection parameter that users fill in has a display name and a description.',
    because: 'It is the first thing that users of the connector see: a field without a label.',
    *check({ properties }) {
      for (const parameter of properties?.connectionParameters ?? []) {
        const { raw, name, type } = parameter;
        if (type !== 'string' && type !== 'securestring') continue;
        if (isHidden(parameter)) continue;
        const ui = asObject(raw.uiDefinition);
        for (const key of ['displayName', 'description']) {
          const value = asText(ui?.[key]);
          if (value === undefined || value.trim() === '') {
            yield { at: ui ?? raw, detail: key, message: say`The connection parameter ${name} has no ${key}. Add it under ${'uiDefinition'}.` };
          }
        }
      }
    },
  },
  {
    id: 'PasswordNotSecure',
    severity: certification,
    says: 'A password, key, token or secret is a `securestring`.',
    because: 'A plain string is shown while it is typed and stored where others read it.',
    fixable: true,
    *check({ properties }) {
      for (const { raw, name, type } of properties?.connectionParameters ?? []) {
        if (type === 'string' && /^(password|api[_-]?key|apitoken|secret|client[_-]?secret|access[_-]?token)$/i.test(name)) {
          yield { at: raw, key: 'type', message: say`The connection parameter ${name} is a ${'string'}. Make it a ${'securestring'}.`, fix: [{ at: raw, key: 'type', to: 'securestring' }] };
        }
      }
    },
  },
  {
    id: 'OAuthSettingMissing',
    severity: certification,
    says: 'OAuth settings name the identity provider and say how users come back: `identityProvider`, `redirectMode` or `redirectUrl`.',
    because: 'Without them nobody can sign in.',
    *check({ properties }) {
      for (const parameter of properties?.connectionParameters ?? []) {
        if (parameter.type !== 'oauthSetting') continue;
        const settings = oauthParameters(parameter);
        if (!settings) {
          yield { at: parameter.raw, detail: 'oAuthSettings', message: say`The connection parameter ${parameter.name} has no ${'oAuthSettings'}. Add them.` };
        } else if (settings.identityProvider === undefined) {
          yield { at: settings, detail: 'identityProvider', message: say`The OAuth settings of ${parameter.name} have no ${'identityProvider'}. Add it, for example ${'oauth2'} or ${'aad'}.` };
        }
      }
    },
  },
];
