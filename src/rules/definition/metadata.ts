import { categories, splitCategories, spelledCategory } from '../../connector/categories.ts';
import type { Connector } from '../../connector/connector.ts';
import type { Definition } from '../../connector/definition.ts';
import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import {
  endsWithLetterOrDigit,
  hasSameLetters,
  isAscii,
  lettersAndDigits,
  trimEnd,
  trimInvisible,
} from '../../shared/text.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, objectsIn, stringsIn, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';
import { pathProblem } from './paths.ts';

const maxCategories = 2;
const titleLength = 30;
const descriptionLength = { min: 30, max: 500 };
const independentSuffix = /\(independent publisher\)\s*$/i;

/** Whole words, in any capitalization, that a text must not contain. */
const restricted = {
  title: [
    'api',
    'connector',
    'power apps',
    'powerapps',
    'power automate',
    'powerautomate',
    'microsoft flow',
    'logic apps',
    'power platform',
    'power bi',
    'copilot studio',
  ],
  description: [
    'power apps',
    'powerapps',
    'power automate',
    'powerautomate',
    'microsoft flow',
    'logic apps',
    'logicapps',
  ],
};

interface Text {
  at: JsonObject;
  key: 'title' | 'description';
  value: string;
}

function* infoTexts(definition: Definition | undefined): Iterable<Text> {
  const at = asObject(definition?.raw.info);
  for (const key of ['title', 'description'] as const) {
    const value = asText(at?.[key]);
    if (at && value !== undefined) yield { at, key, value };
  }
}

const characters = (text: string): number => Array.from(text).length;

/** The pattern of each word, compiled only if a text contains the word's first letters. */
const wordPatterns = new Map(
  [...restricted.title, ...restricted.description].map((word) => [
    word,
    lazyRegExp(`(?<![\\p{L}\\p{N}])${word.replaceAll(' ', '\\s+')}(?![\\p{L}\\p{N}])`, 'iu'),
  ]),
);

/** Whether a text ends with words in brackets. Certified connectors have such titles. */
const endsWithBracket = (text: string): boolean => {
  const inner = /[([]([^()[\]]*)[)\]]$/.exec(text.slice(-100));
  const pair = inner && inner[0].charAt(0) + inner[0].slice(-1);
  return (pair === '()' || pair === '[]') && lettersAndDigits(inner?.[1] ?? '') !== '';
};
const endsWell = (text: string): boolean => endsWithLetterOrDigit(text) || endsWithBracket(text);

const isMail = (value: string): boolean =>
  /^[^\s@<>()[\],;:\\"]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value);

const isAbsoluteUrl = (value: string): boolean =>
  URL.canParse(value) && /^\s*https?:\/\/[^/]/i.test(value);

/** A name with a dot, as every host on the public internet has; non-ASCII letters are encoded. */
const publicHost = /^[\w-]+(?:\.[\w-]+)*\.[a-z][a-z0-9-]+$/i;

/** The URL that a text is, if it only lacks the scheme. */
const withScheme = (value: string): string | undefined => {
  const url = `https://${value.replace(/^(?:https?:?)?\/+/i, '').replace(/^https?:/i, '')}`;
  const { hostname = '', username = '' } = URL.canParse(url) ? new URL(url) : {};
  const isUsual = publicHost.test(hostname) && username === '' && !/\s/.test(value);
  return isUsual ? url : undefined;
};

/**
 * What is wrong with the host of an absolute URL: `https://contoso` leads nowhere on the public
 * internet.
 */
function urlHostProblem(value: string): string | undefined {
  const { hostname, protocol } = new URL(value);
  const repeated = /^https?:\/\/(?=https?:?\/\/)/i.exec(value)?.[0];
  if (repeated !== undefined)
    return safe`has the scheme twice. Write ${value.slice(repeated.length)}.`;
  return publicHost.test(hostname.replace(/\.$/, '')) && !isPrivate(hostname)
    ? undefined
    : safe`points to ${hostname}, which is not a public host. Write the complete URL, ` +
        safe`such as ${`${protocol}//www.contoso.com`}.`;
}

/** What is around a value, as the end of a sentence. */
const withoutBlanks = (value: string): string =>
  value.trim() === trimInvisible(value)
    ? ', without spaces.'
    : ', without the invisible characters around it.';

/** A character that no URL contains, visible or not. */
const notInUrl = lazyRegExp('[\\s{}<>"\\p{Cc}\\p{Cf}]', 'u');

interface LinkedUrl {
  at: JsonObject;
  key: string;
  what: string;
  /** Whether certification requires https. */
  isSecure: boolean;
}

function* urls(connector: Connector): Iterable<LinkedUrl> {
  const { definition } = connector;
  if (!definition) return;
  const info = asObject(definition.raw.info);
  const contact = asObject(info?.contact);
  const license = asObject(info?.license);
  const docs = asObject(definition.raw.externalDocs);
  if (contact) yield { at: contact, key: 'url', what: 'contact', isSecure: true };
  if (license) yield { at: license, key: 'url', what: 'license', isSecure: false };
  if (docs) yield { at: docs, key: 'url', what: 'external documentation', isSecure: false };
  for (const { at, name } of metadataEntries(connector))
    if (name === 'website' || name === 'privacy policy')
      yield { at, key: 'propertyValue', what: name, isSecure: true };
}

/** The entries of `x-ms-connector-metadata`, with their names in lower case. */
function* metadataEntries({
  definition,
}: Connector): Iterable<{ at: JsonObject; name: string; value: string | undefined }> {
  for (const at of objectsIn(definition?.raw['x-ms-connector-metadata']))
    yield {
      at,
      name: (asText(at.propertyName) ?? '').toLowerCase(),
      value: asText(at.propertyValue),
    };
}

const isCategory = (name: string): boolean => categories.includes(name);

export const metadata: Rule[] = [
  {
    id: 'SpecificationVersionIncorrect',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The definition is a Swagger 2.0 document: `swagger` is the string "2.0".',
    rationale: 'The platform reads only Swagger 2.0. Convert OpenAPI 3 documents first.',
    policies: ['5000.2.6.3', ...openApiStandard],
    fixable: true,
    *check({ definition }) {
      if (!definition) return;
      const { raw } = definition;
      if (raw.swagger !== undefined && raw.swagger !== '2.0') {
        const found = {
          at: raw,
          key: 'swagger',
          message:
            safe`The value of ${'swagger'} is ${JSON.stringify(raw.swagger)}. Write the ` +
            safe`string ${'"2.0"'}.`,
        };
        yield raw.swagger === 2
          ? { ...found, fix: [{ at: raw, key: 'swagger', to: '2.0' }] }
          : found;
      }
      if (raw.swagger === undefined && raw.openapi !== undefined) {
        yield {
          at: raw,
          key: 'openapi',
          message:
            safe`This is an OpenAPI ${typeof raw.openapi === 'string' ? raw.openapi : '3'} ` +
            safe`document. Convert it to Swagger 2.0.`,
        };
      }
    },
  },
  {
    id: 'FieldLengthExceeded',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      `The title has at most ${titleLength} characters, not counting the suffix ` +
      '"(Independent Publisher)".',
    rationale: 'Longer titles are cut off in the list of connectors and in the designer.',
    policies: ['5000.2.2.1'],
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        const length = characters(value.replace(independentSuffix, '').trim());
        if (key === 'title' && length > titleLength)
          yield {
            at,
            key,
            message:
              `${safe`The title ${value} has`} ${length} characters; the maximum is ` +
              `${titleLength}. Shorten it to the name of the service.`,
          };
      }
    },
  },
  {
    id: 'FieldLengthNotInRange',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      `The description of the connector has ${descriptionLength.min} to ` +
      `${descriptionLength.max} characters.`,
    rationale:
      'Users decide by the description whether they want the connector; a longer one is cut off.',
    policies: ['5000.2.3.4'],
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        const length = characters(value);
        if (
          key !== 'description' ||
          (length >= descriptionLength.min && length <= descriptionLength.max)
        )
          continue;
        const todo =
          length < descriptionLength.min
            ? 'Explain in a sentence or two what users can do with the service.'
            : 'Keep the two or three most important sentences and move the rest to the readme.';
        yield {
          at,
          key,
          message:
            `The description of the connector has ${length} characters; ` +
            `${descriptionLength.min} to ${descriptionLength.max} are allowed. ${todo}`,
        };
      }
    },
  },
  {
    id: 'ValueContainsRestrictedWords',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      "The title and the description of the connector do not name the platform's " +
      'products, and the title does not contain "API" or "connector".',
    rationale:
      'Everything in the list is a connector to an API, so these words do not help users find ' +
      'this one. Product names are trademarks, and they change.',
    policies: ['5000.2.2.2', '5000.2.3.5'],
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        const small = value.toLowerCase();
        const words = restricted[key].filter(
          (word) => small.includes(word.slice(0, 5)) && wordPatterns.get(word)?.().test(value),
        );
        if (words.length > 0) {
          const where = key === 'title' ? 'title' : 'description of the connector';
          yield {
            at,
            key,
            message:
              `The ${where} contains ${safe`${words}`}. Remove ` +
              `${words.length > 1 ? 'these words' : 'the word'}: name the service and ` +
              'what it does.',
          };
        }
      }
    },
  },
  {
    id: 'ValueMustEndWithAlphanumeric',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'The title ends with a letter or a digit, or with a closing bracket, such as that of ' +
      '"(Independent Publisher)".',
    rationale:
      'The title appears inside sentences and lists, where a period or a dash at the end ' +
      'looks like a mistake.',
    policies: ['5000.2.2.3'],
    fixable: true,
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        const suffix = independentSuffix.exec(value);
        const name = suffix ? value.slice(0, suffix.index).trimEnd() : value;
        const isSuffixed = suffix !== null && value.endsWith(')') && endsWell(name);
        if (key !== 'title' || value === '' || isSuffixed || (!suffix && endsWell(value))) continue;
        const trimmed = trimEnd(name, /[\s.,;:!?_-]/u);
        const wrong = suffix && !endsWell(name) ? name : value;
        const found = {
          at,
          key,
          message:
            (wrong === name && suffix
              ? safe`Before ${'(Independent Publisher)'}, the title ends with `
              : safe`The title ${value} ends with `) +
            safe`${wrong.slice(-1)}. End it with a letter or a digit.`,
        };
        const to = suffix ? `${trimmed} ${suffix[0].trim()}` : trimmed;
        yield endsWell(trimmed) ? { ...found, fix: [{ at, key, to }] } : found;
      }
    },
  },
  {
    id: 'ContactEmailNotValid',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The `email` of the contact is an email address.',
    rationale: 'Users write to it if they need help.',
    policies: ['5000.3.1.4'],
    fixable: true,
    *check({ definition }) {
      const at = asObject(asObject(definition?.raw.info)?.contact);
      const email = asText(at?.email);
      if (!at || email === undefined || isMail(email)) return;
      const trimmed = email.trim();
      yield isMail(trimmed)
        ? {
            at,
            key: 'email',
            message: safe`${email} is not an email address. Write ${trimmed}, without spaces.`,
            fix: [{ at, key: 'email', to: trimmed }],
          }
        : {
            at,
            key: 'email',
            message:
              safe`${email} is not an email address. Use the address where users get ` +
              'support for the connector.',
          };
    },
  },
  {
    id: 'UrlNotValid',
    source: 'swagger-validator',
    severity: certificationSeverity,
    policies: ['5000.3.1.3', '5000.3.1.5', '5000.3.1.6', ...openApiStandard],
    description:
      'The website, the privacy policy, and the `url` of the contact, the license and the ' +
      'external documentation are absolute URLs; those of the publisher start with https.',
    rationale: 'It becomes a link on the documentation page.',
    fixable: true,
    *check(connector) {
      for (const { at, key, what, isSecure } of urls(connector)) {
        const url = asText(at[key]);
        if (url === undefined) continue;
        if (!isAbsoluteUrl(url)) {
          const complete = withScheme(trimInvisible(url));
          const problem =
            safe`The URL of the ${what}, ${url}, is not the complete address of a ` +
            safe`web page.`;
          yield complete === undefined
            ? { at, key, message: `${problem} Write the complete URL, starting with https://.` }
            : {
                at,
                key,
                message: `${problem} ${safe`Write ${complete}.`}`,
                fix: [{ at, key, to: complete }],
              };
        } else if (trimInvisible(url) !== url) {
          const to = trimInvisible(url);
          yield {
            at,
            key,
            severity: 'warning',
            message: safe`The URL of the ${what} is ${url}. Write ${to}` + withoutBlanks(url),
            fix: [{ at, key, to }],
          };
        } else if (urlHostProblem(url) !== undefined) {
          yield {
            at,
            key,
            message: safe`The URL of the ${what}, ${url}, ` + String(urlHostProblem(url)),
          };
        } else if (notInUrl().test(url)) {
          yield {
            at,
            key,
            severity: 'warning',
            message:
              safe`The URL of the ${what}, ${url}, contains ${notInUrl().exec(url)?.[0] ?? ''}, ` +
              'which is not allowed in a URL. Copy the URL from the address bar of a browser.',
          };
        } else if (isSecure && /^http:/i.test(url)) {
          yield {
            at,
            key,
            severity: 'warning',
            message:
              safe`The URL of the ${what}, ${url}, starts with ${'http:'}. Certification ` +
              'requires https: write it so if the page is available over https.',
          };
        }
      }
    },
  },
  {
    id: 'HostNameNotValid',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The `host` is a host name, optionally with a port, without a scheme or a path.',
    rationale:
      'The platform joins scheme, host and base path; with a scheme or a path in the ' +
      'host, the URL is invalid.',
    policies: openApiStandard,
    fixable: true,
    *check({ definition }) {
      const host = asText(definition?.raw.host);
      if (!definition || host === undefined || isHost(host)) return;
      const found = { at: definition.raw, key: 'host' };
      const problem = safe`The host ${host} is not a host name.`;
      const trimmed = trimInvisible(host);
      const bare = trimmed.replace(/^https?:\/\//i, '').replace(/[/.]$/, '');
      const other = trimmed.endsWith('.')
        ? ', without the period.'
        : safe`; the scheme goes in ${'schemes'}.`;
      yield isHost(bare)
        ? {
            ...found,
            message:
              `${problem} ${safe`Write ${bare}`}` +
              (bare === trimmed ? withoutBlanks(host) : other),
            fix: [{ at: definition.raw, key: 'host', to: bare }],
          }
        : {
            ...found,
            message:
              `${problem} Write only the name, such as ` +
              safe`${'api.contoso.com'}; the scheme goes in ${'schemes'}, the path in ` +
              safe`${'basePath'}.`,
          };
    },
  },
  {
    id: 'HostNotForProduction',
    severity: certificationSeverity,
    description: 'The host is a production host on the public internet.',
    rationale:
      "Every user's flows call this host: a test system may lose their data, and a " +
      'private address is not reachable.',
    policies: ['5000.2.6.4'],
    *check({ definition }) {
      const host = asText(definition?.raw.host);
      if (!definition || host === undefined) return;
      const name = host.replace(/:\d+$/, '').toLowerCase();
      const label = name
        .split('.')
        .slice(0, -2)
        .find((part) => testLabels.has(part)); // dev.to is not a test system
      if (label !== undefined)
        yield {
          at: definition.raw,
          key: 'host',
          message:
            safe`The host ${host} looks like a test system (${label}). Use the production ` +
            'host.',
        };
      else if (isPrivate(name))
        yield {
          at: definition.raw,
          key: 'host',
          message: safe`The host ${host} is not reachable from the internet. Use the public host.`,
        };
    },
  },
  {
    id: 'BasePathNotValid',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The `basePath` starts with a slash and has only characters of a URL path.',
    rationale: 'It is inserted between the host and the path of each operation.',
    policies: openApiStandard,
    fixable: true,
    *check({ definition }) {
      const basePath = asText(definition?.raw.basePath);
      if (!definition || basePath === undefined) return;
      const problem = basePath.startsWith('/') ? basePathProblem(basePath) : undefined;
      if (problem !== undefined)
        yield {
          at: definition.raw,
          key: 'basePath',
          severity: 'warning',
          message: `${safe`The base path ${basePath}`} ${problem}`,
        };
      if (basePath.startsWith('/')) return;
      const bare = trimInvisible(basePath);
      const to = `/${bare.replace(/^https?:\/\/[^/]*/i, '').replace(/^\/+/, '')}`;
      yield {
        at: definition.raw,
        key: 'basePath',
        message:
          safe`The base path ${basePath} does not start with a slash. Write ${to}` +
          (/^https?:\/\//i.test(bare)
            ? safe`; the host goes in ${'host'}, the scheme in ${'schemes'}.`
            : '.'),
        fix: [{ at: definition.raw, key: 'basePath', to }],
      };
    },
  },
  {
    id: 'SchemesArrayEmpty',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The array `schemes` is not empty.',
    rationale: 'Without a scheme, the platform cannot call the service.',
    policies: openApiStandard,
    fixable: true,
    *check({ definition }) {
      if (!definition) return;
      for (const at of [definition.raw, ...definition.operations.map(({ raw }) => raw)]) {
        if (Array.isArray(at.schemes) && at.schemes.length === 0) {
          yield {
            at,
            key: 'schemes',
            message: safe`The array ${'schemes'} is empty. Add ${'https'}.`,
            fix: [{ at, key: 'schemes', to: ['https'] }],
          };
        }
      }
    },
  },
  {
    // 3% of the independent publishers' connectors since 2024 offer http.
    id: 'SchemeNotSecure',
    severity: 'warning',
    policies: ['5000.3.1.6'],
    description: '`schemes` contains only `https`.',
    rationale: 'Over http, anyone on the network can read the credentials and the data of users.',
    *check({ definition }) {
      if (!definition) return;
      for (const at of [definition.raw, ...definition.operations.map(({ raw }) => raw)]) {
        const schemes = new Set(stringsIn(at.schemes).map((scheme) => scheme.toLowerCase()));
        if (!schemes.has('http')) continue;
        yield {
          at,
          key: 'schemes',
          message: schemes.has('https')
            ? safe`${'schemes'} has ${'http'} in addition to ${'https'}. Remove ${'http'}.`
            : safe`${'schemes'} has only ${'http'}, which is not encrypted. Write ${'https'} ` +
              'if the service supports it.',
        };
      }
    },
  },
  {
    id: 'ConnectorMetadataPropertiesMissing',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: '`x-ms-connector-metadata` has a Website, a Privacy policy and Categories.',
    rationale: 'The documentation page shows them; certification needs the privacy policy.',
    policies: ['5000.3.1.3', '5000.3.1.5'],
    *check(connector) {
      const at = connector.definition?.raw['x-ms-connector-metadata'];
      if (!Array.isArray(at)) return;
      const names = new Set(Array.from(metadataEntries(connector), ({ name }) => name));
      for (const name of ['Website', 'Privacy policy', 'Categories']) {
        if (names.has(name.toLowerCase())) continue;
        const similar = objectsIn(at).find(({ propertyName }) =>
          hasSameLetters(asText(propertyName) ?? '', name),
        );
        yield {
          at,
          detail: name,
          message:
            safe`The connector metadata has no ${name}` +
            (similar === undefined
              ? safe`. Add an entry with this ${'propertyName'}.`
              : safe`, but ${asText(similar.propertyName) ?? ''}. Write ${name}.`),
        };
      }
    },
  },
  {
    id: 'InvalidConnectorCategory',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: "The categories are from the platform's list.",
    rationale:
      'Users browse connectors by these categories; a category that is not in the list is ' +
      'not shown.',
    policies: connectorStandard,
    fixable: true,
    *check(connector) {
      for (const { at, name, value } of metadataEntries(connector)) {
        if (name !== 'categories' || value === undefined) continue;
        const names = splitCategories(value);
        const unknown = names.filter((category) => !isCategory(category));
        if (unknown.length === 0) continue;
        const found = {
          at,
          key: 'propertyValue',
          message:
            safe`The category ${unknown} is not in the platform's list. Choose from ` +
            safe`${categories}.`,
        };
        const respelled = names.map(spelledCategory);
        const isFixed = respelled.every(isCategory);
        yield isFixed
          ? { ...found, fix: [{ at, key: 'propertyValue', to: respelled.join(';') }] }
          : found;
      }
    },
  },
  {
    id: 'TooManyConnectorCategories',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: `A connector has at most ${maxCategories} categories.`,
    rationale: 'A connector that appears in many categories makes each of them less useful.',
    policies: connectorStandard,
    *check(connector) {
      for (const { at, name, value } of metadataEntries(connector)) {
        if (name !== 'categories' || value === undefined) continue;
        const names = splitCategories(value);
        if (names.length > maxCategories)
          yield {
            at,
            key: 'propertyValue',
            message:
              `The connector has ${names.length} categories: ${safe`${names}`}. Keep the ` +
              `${maxCategories} that fit best.`,
          };
      }
    },
  },
];

/** What is wrong with a base path, as the end of a sentence. */
function basePathProblem(basePath: string): string | undefined {
  if (/[{}]/.test(basePath))
    return 'contains a variable, which the platform does not replace there. Move it to the paths.';
  const character = /[?#*]/.exec(basePath)?.[0];
  return character === undefined
    ? pathProblem(basePath)
    : safe`contains ${character}, which is not allowed in a base path. Write only the path.`;
}

const anyHost = lazyRegExp(
  '^[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}_])?(?:\\.[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}_])?)*(?::\\d{1,5})?$',
  'u',
);

const isHost = (host: string): boolean =>
  host.length <= 253 &&
  !/[^.:]{64}/.test(host) &&
  Number(/:(\d+)$/.exec(host)?.[1] ?? 0) <= 65_535 &&
  (/^\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*(?::\d{1,5})?$/.test(host) ||
    (!isAscii(host) && anyHost().test(host)));

const testLabels = new Set(['staging', 'dev', 'test', 'sandbox', 'uat']);

const isPrivate = (name: string): boolean =>
  name === 'localhost' ||
  name.endsWith('.localhost') ||
  name.endsWith('.local') ||
  name.endsWith('.internal') ||
  /^(127|10|0)\.\d+\.\d+\.\d+$/.test(name) ||
  /^192\.168\.\d+\.\d+$/.test(name) ||
  /^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/.test(name) ||
  /^169\.254\.\d+\.\d+$/.test(name);
