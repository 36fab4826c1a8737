import { safe } from '../../shared/finding.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  objectEntries,
  type Json,
  type JsonObject,
} from '../../json/values.ts';
import type { Connector } from '../../connector/connector.ts';
import type { ConnectionParameter } from '../../connector/properties.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const isHidden = ({ raw }: ConnectionParameter): boolean => {
  const hidden = asObject(asObject(raw.uiDefinition)?.constraints)?.hidden;
  return hidden === true || hidden === 'true';
};

const isBlank = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** The parameters that users fill in. */
function* visible({ properties }: Connector): Iterable<ConnectionParameter> {
  for (const parameter of properties?.connectionParameters ?? []) {
    if ((parameter.type === 'string' || parameter.type === 'securestring') && !isHidden(parameter))
      yield parameter;
  }
}

const oauthParameters = ({ raw }: ConnectionParameter): JsonObject | undefined =>
  asObject(raw.oAuthSettings);

function* oauth({ properties }: Connector): Iterable<{
  name: string;
  raw: JsonObject;
  settings: JsonObject;
  provider: string | undefined;
}> {
  for (const parameter of properties?.connectionParameters ?? []) {
    const settings = oauthParameters(parameter);
    if (settings)
      yield {
        name: parameter.name,
        raw: parameter.raw,
        settings,
        provider: asText(settings.identityProvider)?.toLowerCase(),
      };
  }
}

/**
 * The identity providers in use, in small letters, and what of `customParameters` each cannot do
 * without.
 */
const providers = new Map<string, string[]>([
  ['oauth2', ['authorizationUrl', 'tokenUrl', 'refreshUrl']],
  ['oauth2generic', ['authorizationUrlTemplate', 'tokenUrlTemplate', 'refreshUrlTemplate']],
  ['aad', ['resourceUri']],
  ['aadcertificate', ['resourceUri']],
  ...[
    'box',
    'docusign',
    'dropbox',
    'facebook',
    'github',
    'google',
    'instagram',
    'intuit',
    'linkedin',
    'live',
    'salesforce',
    'slack',
    'twitter',
    'yammer',
  ].map((name) => [name, []] satisfies [string, string[]]),
]);

const redirectHost = 'consent.azure-apim.net';
const isRedirect = (url: string): boolean =>
  URL.canParse(url) &&
  new URL(url).protocol === 'https:' &&
  new URL(url).hostname.endsWith(`.${redirectHost}`);

/**
 * The names of the connection parameters that a policy, a template of a URL or another setting
 * mentions, in small letters.
 */
function mentioned(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, called, template] of text.matchAll(
    /connectionParameters\(\s*['\u2018\u2019]([^'\u2018\u2019]{1,200})['\u2018\u2019]|\{([\w:-]{1,200})\}/gi,
  )) {
    names.add((called ?? template ?? '').toLowerCase());
  }
  return names;
}

/** Whether parameters of these types, in small letters, give what a security definition needs. */
function isServed(scheme: string | undefined, parameterTypes: readonly string[]): boolean {
  if (scheme === 'oauth2')
    return parameterTypes.some((type) => type.startsWith('oauth') || type === 'managedidentity');
  if (scheme === 'basic' || scheme === 'apiKey') return parameterTypes.length > 0;
  return true;
}

/** The types of security definitions that a parameter serves, by its type in small letters. */
const schemeTypes = new Map([
  ['oauthsetting', ['oauth2']],
  ['securestring', ['apiKey', 'basic']],
]);

export const connections: Rule[] = [
  {
    id: 'SecurityDefinitionWithoutConnectionParameter',
    severity: 'warning',
    description: 'For every security definition there is a connection parameter that serves it.',
    rationale:
      'Users are asked for the connection parameters; ' +
      'a security definition without one cannot be met.',
    *check({ definition, properties }) {
      if (!definition || !properties) return;
      const types = properties.connectionParameters.map(({ type }) => type?.toLowerCase() ?? '');
      for (const [name, scheme] of objectEntries(definition.raw.securityDefinitions)) {
        const type = asText(scheme.type);
        if (!isServed(type, types))
          yield {
            at: scheme,
            message:
              safe`The security definition ${name} (${type ?? 'no type'}) has no connection ` +
              safe`parameter in ${'apiProperties.json'} that serves it. ` +
              safe`Add one, or remove the definition.`,
          };
      }
    },
  },
  {
    id: 'ConnectionParameterLabelMissing',
    severity: 'warning',
    description: 'A connection parameter that users fill in has a display name and a description.',
    rationale: 'It is the first thing that users of the connector see: a field without a label.',
    *check(connector) {
      for (const { raw, name } of visible(connector)) {
        const ui = asObject(raw.uiDefinition);
        for (const key of ['displayName', 'description']) {
          const value = asText(ui?.[key]);
          if (value === undefined || value.trim() === '') {
            yield {
              at: ui ?? raw,
              detail: key,
              message:
                safe`The connection parameter ${name} has no ${key}. ` +
                safe`Add it under ${'uiDefinition'}.`,
            };
          }
        }
      }
    },
  },
  {
    id: 'PasswordNotSecure',
    severity: certificationSeverity,
    description: 'A password, key, token or secret is a `securestring`.',
    rationale: 'A plain string is shown while it is typed and stored where others read it.',
    fixable: true,
    *check({ properties }) {
      for (const { raw, name, type } of properties?.connectionParameters ?? []) {
        if (
          type === 'string' &&
          /^(password|api[_-]?key|apitoken|secret|client[_-]?secret|access[_-]?token)$/i.test(name)
        ) {
          yield {
            at: raw,
            key: 'type',
            message:
              safe`The connection parameter ${name} is a ${'string'}. ` +
              safe`Make it a ${'securestring'}.`,
            fix: [{ at: raw, key: 'type', to: 'securestring' }],
          };
        }
      }
    },
  },
  {
    id: 'OAuthSettingMissing',
    severity: certificationSeverity,
    description:
      'OAuth settings name the identity provider and say how users come back: ' +
      '`identityProvider`, `redirectMode` or `redirectUrl`.',
    rationale: 'Without them nobody can sign in.',
    *check({ properties }) {
      for (const parameter of properties?.connectionParameters ?? []) {
        if (parameter.type !== 'oauthSetting') continue;
        const settings = oauthParameters(parameter);
        if (!settings) {
          yield {
            at: parameter.raw,
            detail: 'oAuthSettings',
            message:
              safe`The connection parameter ${parameter.name} has no ${'oAuthSettings'}. ` +
              safe`Add them.`,
          };
        } else if (settings.identityProvider === undefined) {
          yield {
            at: settings,
            detail: 'identityProvider',
            message:
              safe`The OAuth settings of ${parameter.name} have no ${'identityProvider'}. ` +
              safe`Add it, for example ${'oauth2'} or ${'aad'}.`,
          };
        }
      }
    },
  },
  {
    id: 'ConnectionParameterWithoutSecurityDefinition',
    severity: 'note',
    description: 'Every connection parameter serves a security definition, or is used by a policy.',
    rationale:
      'Users are asked for something that nothing uses, or the definition does not tell ' +
      'how they sign in.',
    *check({ definition, properties }) {
      if (!definition || !properties || properties.inner.connectionParameterSets !== undefined)
        return;
      const schemes = Array.from(
        objectEntries(definition.raw.securityDefinitions),
        ([, { type }]) => type,
      );
      const names = new Set(properties.connectionParameters.map(({ name }) => name));
      let used: Set<string> | undefined;
      for (const parameter of properties.connectionParameters) {
        const { name, raw, type } = parameter;
        const owner = name.split(':', 1)[0] ?? '';
        // `token:TenantId` belongs to `token`
        if (isHidden(parameter) || (owner !== name && names.has(owner))) continue;
        const wanted = schemeTypes.get(type?.toLowerCase() ?? '') ?? [];
        if (wanted.length === 0 || schemes.some((scheme) => wanted.some((one) => one === scheme)))
          continue;
        used ??= mentioned(properties.file.text);
        if (used.has(name.toLowerCase())) continue;
        yield {
          at: raw,
          message:
            safe`No security definition of type ${wanted} is there for the connection parameter ` +
            safe`${name}, and no policy uses it. Add the definition, or remove the parameter.`,
        };
      }
    },
  },
  {
    id: 'ConnectionParameterTooltipMissing',
    severity: 'note',
    description: 'A connection parameter that users fill in has a tooltip.',
    rationale:
      'Most people do not know where their service shows the key or address that is asked ' +
      'for; the tooltip is the place to say it.',
    *check(connector) {
      for (const { raw, name } of visible(connector)) {
        const ui = asObject(raw.uiDefinition);
        if (isBlank(ui?.tooltip))
          yield {
            at: ui ?? raw,
            message:
              safe`The connection parameter ${name} has no ${'tooltip'}. ` +
              safe`Say under ${'uiDefinition'} where users find what to fill in.`,
          };
      }
    },
  },
  {
    id: 'ConnectionParameterSetLabelMissing',
    severity: 'warning',
    description:
      'Where users choose between ways to sign in, the choice and each way have a display ' +
      'name and a description.',
    rationale: 'Users see these names in a list, before anything else of the connector.',
    *check({ properties }) {
      const sets = asObject(properties?.inner.connectionParameterSets);
      for (const at of sets ? [sets, ...asList(sets.values).filter(isObject)] : []) {
        const what =
          at === sets
            ? 'The choice between the ways to sign in'
            : safe`The way to sign in ${asText(at.name) ?? '(without a name)'}`;
        const ui = asObject(at.uiDefinition);
        for (const key of ['displayName', 'description']) {
          if (isBlank(ui?.[key]))
            yield {
              at: ui ?? at,
              detail: key,
              message: `${what} ${safe`has no ${key}. Add it under ${'uiDefinition'}.`}`,
            };
        }
      }
    },
  },
  {
    id: 'AllowedValueTextMissing',
    severity: 'warning',
    description: 'Every value that users can choose for a connection parameter has a text.',
    rationale: 'The list shows the texts; a value without one is an empty line.',
    *check({ properties }) {
      for (const { raw, name } of properties?.connectionParameters ?? []) {
        const constraints = asObject(asObject(raw.uiDefinition)?.constraints);
        for (const at of asList(constraints?.allowedValues)) {
          if (isObject(at) && isBlank(at.text))
            yield {
              at,
              message:
                safe`A value of the connection parameter ${name} has no ${'text'}. ` +
                safe`Add what users are to see.`,
            };
        }
      }
    },
  },
  {
    id: 'IdentityProviderNotKnown',
    severity: 'warning',
    description: 'The identity provider of OAuth settings is one that the platform knows.',
    rationale:
      'With another the connection cannot be made. ' +
      'What is not in the list is `oauth2` with the addresses of its own.',
    *check(connector) {
      for (const { settings, provider } of oauth(connector)) {
        if (provider !== undefined && !providers.has(provider))
          yield {
            at: settings,
            key: 'identityProvider',
            message:
              safe`The identity provider ${asText(settings.identityProvider) ?? provider} is ` +
              safe`not known. Write ${'oauth2'}, ${'aad'}, or the name of one that is.`,
          };
      }
    },
  },
  {
    id: 'OAuthUrlMissing',
    severity: certificationSeverity,
    description:
      'OAuth settings give the addresses that their identity provider needs, under ' +
      '`customParameters`.',
    rationale:
      'Without the addresses for signing in, for the token and for its renewal no ' +
      'connection can be made or lasts longer than an hour.',
    *check(connector) {
      for (const { name, settings, provider } of oauth(connector)) {
        const custom = asObject(settings.customParameters);
        const given = new Map(
          Array.from(objectEntries(custom), ([key, { value }]) => [key.toLowerCase(), value]),
        ); // capitals do not count
        for (const key of providers.get(provider ?? '') ?? []) {
          if (isBlank(given.get(key.toLowerCase())))
            yield {
              at: custom ?? settings,
              detail: key,
              message:
                safe`The OAuth settings of ${name} have no ${key}. ` +
                safe`Add it under ${'customParameters'}, with its ${'value'}.`,
            };
        }
      }
    },
  },
  {
    id: 'OAuthSettingIncomplete',
    severity: 'warning',
    description: 'OAuth settings have a `clientId`, `scopes` and a `redirectMode`.',
    rationale:
      'The platform signs in with them; ' +
      '`GlobalPerConnector` gives each connector its own address to come back to.',
    *check(connector) {
      for (const { name, settings } of oauth(connector)) {
        for (const key of ['clientId', 'scopes', 'redirectMode']) {
          if (settings[key] === undefined)
            yield {
              at: settings,
              detail: key,
              message: safe`The OAuth settings of ${name} have no ${key}. Add it.`,
            };
        }
      }
    },
  },
  {
    id: 'RedirectUrlNotValid',
    severity: 'warning',
    description:
      'The redirect URL is an https address of the platform, such as ' +
      `https://global.${redirectHost}/redirect.`,
    rationale:
      'Users come back to it after they have signed in; ' +
      'at another address nobody waits for them, or somebody else does.',
    *check(connector) {
      for (const { settings } of oauth(connector)) {
        const url = asText(settings.redirectUrl);
        if (url !== undefined && !isRedirect(url))
          yield {
            at: settings,
            key: 'redirectUrl',
            message:
              safe`The redirect URL ${url} is none of the platform. ` +
              safe`Write ${`https://global.${redirectHost}/redirect`}.`,
          };
      }
    },
  },
  {
    id: 'ClientSecretNotAllowed',
    severity: 'error',
    description:
      'The OAuth settings have no client secret, or a placeholder such as `[[DUMMY]]` in ' +
      'its place.',
    rationale:
      'The repository is public. A secret that was in it once must be replaced, even if it ' +
      'is removed again.',
    *check(connector) {
      for (const { settings } of oauth(connector)) {
        const secret = asText(settings.clientSecret)?.trim();
        if (secret && !isPlaceholder(secret))
          yield {
            at: settings,
            key: 'clientSecret',
            message:
              'This looks like a client secret. ' +
              'Withdraw it where it was issued, and leave it out here: ' +
              'it is handed in with the certification.',
          };
      }
    },
  },
];

/**
 * What stands in for a secret: something in brackets, words with spaces or underscores between
 * them, or one that says so.
 */
const isPlaceholder = (value: string): boolean =>
  /^[[<{(@%$].*[\]>})@%]$/.test(value) ||
  /^[a-z]+(?:[ _-][a-z]+)*$/i.test(value) ||
  /dummy|example|placeholder|your|secret|x{4,}|\*{3,}|\.{3}/i.test(value);
