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
import {
  labelNames,
  ownAsMeant,
  parameterNames,
  propertyNames,
  type ConnectionParameter,
} from '../../connector/properties.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const isHidden = ({ raw }: ConnectionParameter): boolean => {
  const hidden = asObject(asObject(raw.uiDefinition)?.constraints)?.hidden;
  return hidden === true || asText(hidden)?.toLowerCase() === 'true';
};

const isBlank = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** The connection parameters that users fill in. */
function* visible({ properties }: Connector): Iterable<ConnectionParameter> {
  for (const parameter of properties?.connectionParameters ?? []) {
    if ((parameter.type === 'string' || parameter.type === 'securestring') && !isHidden(parameter))
      yield parameter;
  }
}

function* oauth({ properties }: Connector): Iterable<{
  name: string;
  raw: JsonObject;
  settings: JsonObject;
  provider: string | undefined;
}> {
  for (const { name, raw, oAuthSettings: settings } of properties?.connectionParameters ?? [])
    if (settings)
      yield { name, raw, settings, provider: asText(settings.identityProvider)?.toLowerCase() };
}

/** The values of `customParameters` by their names in lower case. */
const customParametersOf = (settings: JsonObject): ReadonlyMap<string, Json | undefined> =>
  new Map(
    Array.from(objectEntries(settings.customParameters), ([key, { value }]) => [
      key.toLowerCase(),
      value,
    ]),
  );

/** The grants without a page where users sign in: the platform gets a new token each time. */
const directGrant = /(?:^|grant_type=)(?:client_credentials|password)(?:&|$)/i;

const isDirectGrant = (custom: ReadonlyMap<string, Json | undefined>): boolean =>
  ['granttype', 'tokenbodytemplate', 'tokenurlquerystringtemplate'].some((key) =>
    directGrant.test(asText(custom.get(key))?.replace(/^\?/, '') ?? ''),
  );

/** The `customParameters` that OAuth settings lack. */
function missingCustomParameters(settings: JsonObject, provider: string | undefined): string[] {
  const custom = customParametersOf(settings);
  const isBlankParameter = (name: string): boolean => isBlank(custom.get(name.toLowerCase()));
  const required = (providers.get(provider ?? '') ?? []).filter(isBlankParameter);
  if (isDirectGrant(custom))
    return required.filter((name) => !/^(?:authorization|refresh)/.test(name));
  const resource = asObject(settings.properties)?.AzureActiveDirectoryResourceId;
  return isBlank(resource) ? required : required.filter((name) => name !== 'resourceUri');
}

/**
 * The supported identity providers in lower case, each with the `customParameters` that it
 * requires.
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

/** A reference in a policy: `@connectionParameters('host')`. Some authors use curly quotes. */
const expressionReference =
  /connectionParameters\(\s*['\u2018\u2019]([^'\u2018\u2019]{1,200})['\u2018\u2019]/gi;
/** A reference in a URL template or another setting: `https://{host}/api`. */
const templateReference = /\{([\w:-]{1,200})\}/g;

/** The names of the connection parameters that a text refers to, in lower case. */
function connectionParametersReferencedBy(text: string): Set<string> {
  const names = new Set<string>();
  for (const pattern of [expressionReference, templateReference])
    for (const [, name = ''] of text.matchAll(pattern)) names.add(name.toLowerCase());
  return names;
}

/**
 * Whether connection parameters of these types (in lower case) can satisfy a security definition.
 */
function isSatisfied(scheme: string | undefined, parameterTypes: readonly string[]): boolean {
  if (scheme === 'oauth2')
    return parameterTypes.some((type) => type.startsWith('oauth') || type === 'managedidentity');
  if (scheme === 'basic' || scheme === 'apiKey') return parameterTypes.length > 0;
  return true;
}

/**
 * The types of security definitions that a connection parameter satisfies, by its type in lower
 * case.
 */
const schemeTypes = new Map([
  ['oauthsetting', ['oauth2']],
  ['securestring', ['apiKey', 'basic']],
]);

/** A connection parameter that users do not see, for a service that needs no sign-in. */
const unusedParameter =
  '"unused": {"type": "string", "uiDefinition": {"constraints": {"hidden": "true", "required": ' +
  '"false"}}}';

export const connections: Rule[] = [
  {
    id: 'OAuthNotAllowed',
    severity: { certified: 'off', 'independent-publisher': 'warning', custom: 'off' },
    description: "Independent publishers' connectors do not sign users in with OAuth.",
    rationale:
      'Since September 2025, certification rejects OAuth in new connectors of independent ' +
      'publishers, in one case five months after the connector was approved. A repository ' +
      'that accepts OAuth turns this rule off in its settings.',
    *check(connector) {
      const { definition, properties } = connector;
      const advice =
        'Certification rejects OAuth in new connectors of independent publishers. Use an API ' +
        'key or basic authentication, or ask the owner of the service to publish the connector.';
      const parameters =
        properties?.connectionParameters.filter(({ usesOAuth }) => usesOAuth) ?? [];
      for (const { raw, name } of parameters)
        yield {
          at: raw,
          message: `${safe`The connection parameter ${name} uses OAuth.`} ${advice}`,
        };
      if (parameters.length > 0) return;
      for (const [name, scheme] of objectEntries(definition?.section('securityDefinitions'))) {
        if (asText(scheme.type)?.toLowerCase() === 'oauth2')
          yield {
            at: scheme,
            message: `${safe`The security definition ${name} uses OAuth.`} ${advice}`,
          };
      }
    },
  },
  {
    id: 'ConnectionParametersEmpty',
    severity: { certified: 'off', 'independent-publisher': 'note', custom: 'off' },
    description:
      "An independent publisher's connector has a connection parameter, even if its service " +
      'needs no sign-in.',
    rationale:
      'Certification has rejected a package with empty connection parameters (pull request ' +
      '4290, September 2026). Its author then added a hidden parameter that nothing uses. ' +
      'Earlier packages without one were accepted.',
    *check({ definition, properties }) {
      const { connectionParameters, connectionParameterSets } = properties?.inner ?? {};
      // SecurityDefinitionWithoutConnectionParameter reports those that lack a parameter.
      if (objectEntries(definition?.section('securityDefinitions')).length > 0) return;
      if (
        isObject(connectionParameters) &&
        Object.keys(connectionParameters).length === 0 &&
        connectionParameterSets === undefined
      )
        yield {
          at: connectionParameters,
          message:
            safe`${'connectionParameters'} is empty, and certification has rejected a package ` +
            safe`for that. Add a hidden parameter that nothing uses: ${unusedParameter}.`,
        };
    },
  },
  {
    id: 'SecurityDefinitionWithoutConnectionParameter',
    severity: 'warning',
    description: 'Every security definition has a matching connection parameter.',
    rationale:
      'When users create a connection, they fill in the connection parameters. Without a ' +
      'matching parameter, they cannot sign in.',
    *check({ definition, properties }) {
      if (!definition || !properties) return;
      // RequiredPropertyMissing reports a file without properties.
      if (!properties.hasInner && properties.connectionParameters.length === 0) return;
      const { inner } = properties;
      // A misspelled name is reported there.
      const isMeant = ['connectionParameters', 'connectionParameterSets'].some(
        (key) => inner[key] === undefined && ownAsMeant(inner, key, propertyNames) !== undefined,
      );
      if (isMeant) return;
      const types = properties.connectionParameters.map(({ type }) => type?.toLowerCase() ?? '');
      for (const [name, scheme] of objectEntries(definition.section('securityDefinitions'))) {
        const type = asText(scheme.type);
        if (!isSatisfied(type, types))
          yield {
            at: scheme,
            message:
              safe`The security definition ${name} (${type ?? 'no type'}) has no matching ` +
              safe`connection parameter in ${'apiProperties.json'}. Add one, or remove ` +
              'the security definition.',
          };
      }
    },
  },
  {
    id: 'ConnectionParameterLabelMissing',
    severity: 'warning',
    description: 'A connection parameter that users fill in has a display name and a description.',
    rationale:
      'Creating a connection is the first thing users do; without them, they see a ' +
      'field without a label.',
    policies: ['5000.2.6.9', '5000.2.6.10'],
    *check(connector) {
      for (const { raw, name } of visible(connector)) {
        const ui = asObject(ownAsMeant(raw, 'uiDefinition', parameterNames));
        for (const key of ['displayName', 'description']) {
          const value = asText(ownAsMeant(ui, key, labelNames));
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
    rationale:
      'A plain string is visible while users type it and is stored where others can read it.',
    policies: ['connector-validate-connectionparameters'],
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
              safe`The connection parameter ${name} holds a secret, but its type is ` +
              safe`${'string'}. Change the type to ${'securestring'}.`,
            fix: [{ at: raw, key: 'type', to: 'securestring' }],
          };
        }
      }
    },
  },
  {
    id: 'OAuthSettingMissing',
    source: 'connection-parameters',
    severity: certificationSeverity,
    description:
      'The type `oauthSetting` comes with `oAuthSettings` that name an `identityProvider`.',
    rationale: 'Without these settings, no one can sign in.',
    policies: ['connector-validate-connectionparameters'],
    *check({ properties }) {
      for (const parameter of properties?.connectionParameters ?? []) {
        if (parameter.type !== 'oauthSetting') continue;
        const settings = parameter.oAuthSettings;
        if (!settings) {
          yield {
            at: parameter.raw,
            detail: 'oAuthSettings',
            message:
              safe`The connection parameter ${parameter.name} has no ${'oAuthSettings'}. ` +
              'Add them.',
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
    description: 'Every connection parameter matches a security definition or is used by a policy.',
    rationale:
      'Otherwise users fill in a value that nothing uses, or the definition does not ' +
      'describe how they sign in.',
    *check({ definition, properties }) {
      if (!definition || !properties || properties.inner.connectionParameterSets !== undefined)
        return;
      const schemes = new Set<Json | undefined>();
      for (const [, { type }] of objectEntries(definition.section('securityDefinitions')))
        schemes.add(type);
      const names = new Set(properties.connectionParameters.map(({ name }) => name));
      let referenced: Set<string> | undefined;
      for (const parameter of properties.connectionParameters) {
        const { name, raw, type } = parameter;
        const owner = name.split(':', 1)[0] ?? '';
        // `token:TenantId` belongs to `token`.
        if (isHidden(parameter) || (owner !== name && names.has(owner))) continue;
        const matching = schemeTypes.get(type?.toLowerCase() ?? '') ?? [];
        if (matching.length === 0 || matching.some((scheme) => schemes.has(scheme))) continue;
        referenced ??= connectionParametersReferencedBy(properties.file.text);
        if (referenced.has(name.toLowerCase())) continue;
        yield {
          at: raw,
          message:
            safe`The connection parameter ${name} has no security definition of type ` +
            safe`${matching}, and no policy uses it. Add the security definition, or remove ` +
            'the parameter.',
        };
      }
    },
  },
  {
    id: 'ConnectionParameterTooltipMissing',
    severity: 'note',
    description: 'A connection parameter that users fill in has a tooltip.',
    rationale:
      'Many users do not know where their service shows the key or address they have to ' +
      'enter. The tooltip is the place to explain it.',
    *check(connector) {
      for (const { raw, name } of visible(connector)) {
        const ui = asObject(ownAsMeant(raw, 'uiDefinition', parameterNames));
        if (isBlank(ui?.tooltip))
          yield {
            at: ui ?? raw,
            message:
              safe`The connection parameter ${name} has no ${'tooltip'}. Add it under ` +
              safe`${'uiDefinition'}, and explain where users find the value.`,
          };
      }
    },
  },
  {
    id: 'ConnectionParameterSetLabelMissing',
    source: 'multiple-authentications',
    severity: 'warning',
    description:
      'If users can choose how to sign in, the choice and each option have a display name ' +
      'and a description.',
    rationale: 'Users see these names in a list before anything else of the connector.',
    *check({ properties }) {
      const sets = asObject(properties?.inner.connectionParameterSets);
      for (const at of sets ? [sets, ...asList(sets.values).filter(isObject)] : []) {
        const what =
          at === sets
            ? 'The choice of how to sign in'
            : safe`The sign-in option ${asText(at.name) ?? '(without a name)'}`;
        const ui = asObject(at.uiDefinition);
        for (const key of ['displayName', 'description']) {
          if (isBlank(ownAsMeant(ui, key, labelNames)))
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
    description: 'Each allowed value of a connection parameter has a `text`.',
    rationale: 'The list shows these labels; a value without a `text` is an empty row.',
    *check({ properties }) {
      for (const { raw, name } of properties?.connectionParameters ?? []) {
        const constraints = asObject(asObject(raw.uiDefinition)?.constraints);
        for (const at of asList(constraints?.allowedValues)) {
          if (isObject(at) && isBlank(at.text))
            yield {
              at,
              message:
                safe`An allowed value of the connection parameter ${name} has no ` +
                safe`${'text'}. Add the text that users see.`,
            };
        }
      }
    },
  },
  {
    id: 'IdentityProviderNotKnown',
    source: 'connection-parameters',
    severity: 'warning',
    description: 'The identity provider in OAuth settings is one that the platform supports.',
    rationale:
      'With any other provider, users cannot create a connection. If your service is not ' +
      "in the list, use `oauth2` with the service's own URLs.",
    policies: ['connector-validate-connectionparam-oauth2idp'],
    *check(connector) {
      for (const { settings, provider } of oauth(connector)) {
        if (provider !== undefined && !providers.has(provider))
          yield {
            at: settings,
            key: 'identityProvider',
            message:
              safe`The identity provider ${asText(settings.identityProvider) ?? provider} ` +
              safe`is not supported. Use ${'oauth2'}, ${'aad'} or another supported ` +
              'provider.',
          };
      }
    },
  },
  {
    id: 'OAuthUrlMissing',
    source: 'connection-parameters',
    severity: certificationSeverity,
    description:
      'OAuth settings have the `customParameters` that their identity provider requires.',
    rationale:
      'Without the URLs for signing in and for getting and refreshing tokens, users ' +
      'cannot create a connection, or it expires within an hour.',
    policies: ['connector-validate-connectionparameters'],
    *check(connector) {
      for (const { name, settings, provider } of oauth(connector)) {
        const custom = asObject(settings.customParameters);
        for (const key of missingCustomParameters(settings, provider)) {
          yield {
            at: custom ?? settings,
            detail: key,
            message:
              safe`The OAuth settings of ${name} have no ${key}. Add it under ` +
              safe`${'customParameters'}, with its ${'value'}.`,
          };
        }
      }
    },
  },
  {
    id: 'OAuthSettingIncomplete',
    source: 'connection-parameters',
    severity: 'warning',
    description: 'OAuth settings have a `clientId`, `scopes` and a `redirectMode`.',
    rationale:
      'The platform uses them to sign users in; `GlobalPerConnector` gives each ' +
      'connector its own redirect URL.',
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
      'The redirect URL is an https URL of the platform, such as ' +
      `https://global.${redirectHost}/redirect.`,
    rationale:
      'The service sends users there after they sign in. Any other URL breaks the ' +
      "sign-in, or sends the user's authorization to a third party.",
    *check(connector) {
      for (const { settings } of oauth(connector)) {
        const url = asText(settings.redirectUrl);
        if (url !== undefined && !isRedirect(url))
          yield {
            at: settings,
            key: 'redirectUrl',
            message:
              safe`The redirect URL ${url} does not belong to the platform. Use ` +
              safe`${`https://global.${redirectHost}/redirect`}.`,
          };
      }
    },
  },
  {
    id: 'ClientSecretNotAllowed',
    severity: 'error',
    description:
      'OAuth settings contain no client secret, or only a placeholder such as `[[DUMMY]]`.',
    rationale:
      'The repository is public. A secret that was ever in it must be replaced, even if ' +
      'it is removed later.',
    *check(connector) {
      for (const { settings } of oauth(connector)) {
        const secret = asText(settings.clientSecret)?.trim();
        if (secret && !isPlaceholder(secret))
          yield {
            at: settings,
            key: 'clientSecret',
            message:
              'This looks like a client secret. Revoke it where it was issued, and remove it ' +
              'here: you submit it with the certification request.',
          };
      }
    },
  },
];

/**
 * Whether a value only stands in for a secret: text in brackets, words separated by spaces or
 * underscores, or a word that says so.
 */
const isPlaceholder = (value: string): boolean =>
  /^[[<{(@%$].*[\]>})@%]$/.test(value) ||
  /^[a-z]+(?:[ _-][a-z]+)*$/i.test(value) ||
  /dummy|example|placeholder|your|secret|x{4,}|\*{3,}|\.{3}/i.test(value);
