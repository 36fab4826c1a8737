import type { Connector } from '../../connector/connector.ts';
import type { Definition } from '../../connector/definition.ts';
import { lazyRegExp } from '../../shared/lazy-regexp.ts';
import { endsWithLetterOrDigit, isAscii, trimEnd } from '../../shared/text.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, isObject, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

const categories = [
  'AI',
  'Business Management',
  'Business Intelligence',
  'Collaboration',
  'Commerce',
  'Communication',
  'Content and Files',
  'Finance',
  'Data',
  'Human Resources',
  'Internet of Things',
  'IT Operations',
  'Lifestyle and Entertainment',
  'Marketing',
  'Productivity',
  'Sales and CRM',
  'Security',
  'Social Media',
  'Website',
];
const maxCategories = 2;
const titleLength = 30;
const descriptionLength = { least: 30, most: 500 };
const independentSuffix = /\(independent publisher\)\s*$/i;

/** Words, whole ones and in any capitals, that a text must not have. */
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

/** By word; one is made only for a text that has its first letters. */
const wordPatterns = new Map(
  [...restricted.title, ...restricted.description].map((word) => [
    word,
    lazyRegExp(`(?<![\\p{L}\\p{N}])${word.replaceAll(' ', '\\s+')}(?![\\p{L}\\p{N}])`, 'iu'),
  ]),
);

const isMail = (value: string): boolean =>
  /^[^\s@<>()[\],;:\\"]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value);

const isAbsoluteUrl = (value: string): boolean =>
  URL.canParse(value) && /^https?:\/\/[^/]/i.test(value);

function* urls({ definition }: Connector): Iterable<{ at: JsonObject; key: string; what: string }> {
  if (!definition) return;
  const info = asObject(definition.raw.info);
  const contact = asObject(info?.contact);
  const license = asObject(info?.license);
  const docs = asObject(definition.raw.externalDocs);
  if (contact) yield { at: contact, key: 'url', what: 'contact' };
  if (license) yield { at: license, key: 'url', what: 'license' };
  if (docs) yield { at: docs, key: 'url', what: 'external documentation' };
}

/** The entries of `x-ms-connector-metadata`, with their names in small letters. */
function* metadataEntries({
  definition,
}: Connector): Iterable<{ at: JsonObject; name: string; value: string | undefined }> {
  const list = definition?.raw['x-ms-connector-metadata'];
  for (const at of Array.isArray(list) ? list : []) {
    if (isObject(at))
      yield {
        at,
        name: (asText(at.propertyName) ?? '').toLowerCase(),
        value: asText(at.propertyValue),
      };
  }
}

const splitCategories = (value: string): string[] =>
  value
    .split(/[;,]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

export const metadata: Rule[] = [
  {
    id: 'SpecificationVersionIncorrect',
    severity: 'error',
    description: 'The definition is a Swagger 2.0 document: `swagger` is the string "2.0".',
    rationale: 'The platform reads Swagger 2.0 only. OpenAPI 3 documents must be converted first.',
    fixable: true,
    *check({ definition }) {
      if (!definition) return;
      const { raw } = definition;
      if (raw.swagger !== undefined && raw.swagger !== '2.0') {
        const found = {
          at: raw,
          key: 'swagger',
          message:
            safe`The value of ${'swagger'} is ${JSON.stringify(raw.swagger)}. ` +
            safe`Write the string ${'"2.0"'}.`,
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
    severity: certificationSeverity,
    description:
      `The title has at most ${titleLength} characters; ` +
      'the suffix "(Independent Publisher)" does not count.',
    rationale: 'Longer names are cut off in the list of connectors and in the designer.',
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        const length = characters(value.replace(independentSuffix, '').trim());
        if (key === 'title' && length > titleLength)
          yield {
            at,
            key,
            message:
              `${safe`The title ${value} has`} ${length} characters; ${titleLength} fit. ` +
              'Shorten it to the name of the service.',
          };
      }
    },
  },
  {
    id: 'FieldLengthNotInRange',
    severity: certificationSeverity,
    description:
      `The description of the connector has ${descriptionLength.least} to ` +
      `${descriptionLength.most} characters.`,
    rationale:
      'Users decide by it whether they want the connector; a longer one is not shown whole.',
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        const length = characters(value);
        if (
          key !== 'description' ||
          (length >= descriptionLength.least && length <= descriptionLength.most)
        )
          continue;
        const todo =
          length < descriptionLength.least
            ? 'Say in a sentence or two what one can do with the service.'
            : 'Keep the two or three sentences that matter; the rest belongs into the readme.';
        yield {
          at,
          key,
          message:
            `The description of the connector has ${length} characters; ` +
            `${descriptionLength.least} to ${descriptionLength.most} are allowed. ${todo}`,
        };
      }
    },
  },
  {
    id: 'ValueContainsRestrictedWords',
    severity: certificationSeverity,
    description:
      "Neither the title nor the description of the connector names the platform's " +
      'products; the title does not say "API" or "connector" either.',
    rationale:
      'Everything in the list is a connector to an API; ' +
      'the words help nobody to find this one. ' +
      'Product names are trade marks, and they change.',
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
              `The ${where} contains ${safe`${words}`}. ` +
              `Leave ${words.length > 1 ? 'these words' : 'the word'} out: ` +
              'name the service and what it does.',
          };
        }
      }
    },
  },
  {
    id: 'ValueMustEndWithAlphanumeric',
    severity: certificationSeverity,
    description:
      'The title ends with a letter or a digit; ' +
      'the closing bracket of "(Independent Publisher)" is allowed.',
    rationale:
      'The title stands in the middle of sentences and lists, where a dot or a dash at its ' +
      'end looks like a mistake.',
    fixable: true,
    *check({ definition }) {
      for (const { at, key, value } of infoTexts(definition)) {
        if (
          key !== 'title' ||
          value === '' ||
          independentSuffix.test(value) ||
          endsWithLetterOrDigit(value)
        )
          continue;
        const found = {
          at,
          key,
          message:
            safe`The title ${value} ends with ${value.slice(-1)}. ` +
            safe`End it with a letter or a digit.`,
        };
        const trimmed = trimEnd(value, /[\s.,;:!?_-]/u);
        yield endsWithLetterOrDigit(trimmed)
          ? { ...found, fix: [{ at, key, to: trimmed }] }
          : found;
      }
    },
  },
  {
    id: 'ContactEmailNotValid',
    severity: certificationSeverity,
    description: "The contact's `email` is an e-mail address.",
    rationale: 'Users who need help write to it.',
    *check({ definition }) {
      const at = asObject(asObject(definition?.raw.info)?.contact);
      const email = asText(at?.email);
      if (at && email !== undefined && !isMail(email))
        yield {
          at,
          key: 'email',
          message:
            safe`${email} is no e-mail address. ` +
            safe`Give the one address that answers questions about the connector.`,
        };
    },
  },
  {
    id: 'UrlNotValid',
    severity: certificationSeverity,
    description:
      'The `url` of the contact, the license and the external documentation is an absolute ' +
      'URL.',
    rationale: 'It becomes a link on the documentation page.',
    *check(connector) {
      for (const { at, key, what } of urls(connector)) {
        const url = asText(at[key]);
        if (url !== undefined && !isAbsoluteUrl(url))
          yield {
            at,
            key,
            message:
              safe`The URL of the ${what}, ${url}, is not absolute. ` +
              safe`Write it whole, beginning with https://.`,
          };
      }
    },
  },
  {
    id: 'HostNameNotValid',
    severity: 'error',
    description: 'The `host` is a host name, perhaps with a port, without a scheme or a path.',
    rationale:
      'The platform puts scheme, host and base path together; ' +
      'a scheme or path in the host gives a URL that cannot be called.',
    fixable: true,
    *check({ definition }) {
      const host = asText(definition?.raw.host);
      if (!definition || host === undefined || isHost(host)) return;
      const found = {
        at: definition.raw,
        key: 'host',
        message:
          safe`The host ${host} is no host name. ` +
          safe`Write the name alone, such as ${'api.contoso.com'}; ` +
          safe`the scheme belongs into ${'schemes'}, the path into ${'basePath'}.`,
      };
      const bare = host.replace(/^https?:\/\//i, '').replace(/\/$/, '');
      yield isHost(bare)
        ? { ...found, fix: [{ at: definition.raw, key: 'host', to: bare }] }
        : found;
    },
  },
  {
    id: 'HostNotForProduction',
    severity: certificationSeverity,
    description: 'The host is a production host on the public internet.',
    rationale:
      "Everybody's flows call it: a test system loses their data, and a private address " +
      'cannot be reached at all.',
    *check({ definition }) {
      const host = asText(definition?.raw.host);
      if (!definition || host === undefined) return;
      const name = host.replace(/:\d+$/, '').toLowerCase();
      const label = name
        .split('.')
        .slice(0, -2)
        .find((part) => testLabels.has(part)); // dev.to is nobody's test system
      if (label !== undefined)
        yield {
          at: definition.raw,
          key: 'host',
          message: safe`The host ${host} looks like a test system (${label}). Give the production host.`,
        };
      else if (isPrivate(name))
        yield {
          at: definition.raw,
          key: 'host',
          message: safe`The host ${host} cannot be reached from the internet. Give the public host.`,
        };
    },
  },
  {
    id: 'BasePathNotValid',
    severity: 'error',
    description: 'The `basePath` begins with a slash.',
    rationale: 'It is put between the host and the path of each operation.',
    fixable: true,
    *check({ definition }) {
      const basePath = asText(definition?.raw.basePath);
      if (!definition || basePath === undefined || basePath.startsWith('/')) return;
      yield {
        at: definition.raw,
        key: 'basePath',
        message: safe`The base path ${basePath} does not begin with a slash. Write ${`/${basePath}`}.`,
        fix: [{ at: definition.raw, key: 'basePath', to: `/${basePath}` }],
      };
    },
  },
  {
    id: 'SchemesArrayEmpty',
    severity: 'error',
    description: 'The list `schemes`, where it is there, is not empty.',
    rationale: 'Without a scheme nothing can be called.',
    fixable: true,
    *check({ definition }) {
      if (!definition) return;
      for (const at of [definition.raw, ...definition.operations.map(({ raw }) => raw)]) {
        if (Array.isArray(at.schemes) && at.schemes.length === 0) {
          yield {
            at,
            key: 'schemes',
            message: safe`The list ${'schemes'} is empty. Put ${'https'} into it.`,
            fix: [{ at, key: 'schemes', to: ['https'] }],
          };
        }
      }
    },
  },
  {
    id: 'ConnectorMetadataPropertiesMissing',
    severity: certificationSeverity,
    description: '`x-ms-connector-metadata` has a Website, a Privacy policy and Categories.',
    rationale: 'The documentation page shows them; certification needs the privacy policy.',
    *check(connector) {
      const at = connector.definition?.raw['x-ms-connector-metadata'];
      if (!Array.isArray(at)) return;
      const names = new Set(Array.from(metadataEntries(connector), ({ name }) => name));
      for (const name of ['Website', 'Privacy policy', 'Categories']) {
        if (!names.has(name.toLowerCase()))
          yield {
            at,
            detail: name,
            message:
              safe`The connector metadata has no ${name}. ` +
              safe`Add an entry with this ${'propertyName'}.`,
          };
      }
    },
  },
  {
    id: 'InvalidConnectorCategory',
    severity: certificationSeverity,
    description: "The categories are from the platform's list.",
    rationale:
      'Users browse connectors by these categories; one that is not in the list is shown nowhere.',
    fixable: true,
    *check(connector) {
      for (const { at, name, value } of metadataEntries(connector)) {
        if (name !== 'categories' || value === undefined) continue;
        const given = splitCategories(value);
        const wrong = given.filter((one) => !categories.includes(one));
        if (wrong.length === 0) continue;
        const found = {
          at,
          key: 'propertyValue',
          message:
            `${safe`The category ${wrong} is not in the list.`} ` +
            safe`Choose from ${categories}.`,
        };
        const respelled = given.map(
          (one) => categories.find((known) => known.toLowerCase() === one.toLowerCase()) ?? one,
        );
        const mended = respelled.every((one) => categories.includes(one));
        yield mended
          ? { ...found, fix: [{ at, key: 'propertyValue', to: respelled.join(';') }] }
          : found;
      }
    },
  },
  {
    id: 'TooManyConnectorCategories',
    severity: certificationSeverity,
    description: `A connector has at most ${maxCategories} categories.`,
    rationale: 'A connector that is listed everywhere makes every list worse.',
    *check(connector) {
      for (const { at, name, value } of metadataEntries(connector)) {
        if (name !== 'categories' || value === undefined) continue;
        const given = splitCategories(value);
        if (given.length > maxCategories)
          yield {
            at,
            key: 'propertyValue',
            message:
              `The connector has ${given.length} categories: ${safe`${given}`}. ` +
              `Keep the ${maxCategories} that fit best.`,
          };
      }
    },
  },
];

const anyHost = lazyRegExp(
  '^[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}_])?(?:\\.[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]*[\\p{L}\\p{N}_])?)*(?::\\d{1,5})?$',
  'u',
);

const isHost = (host: string): boolean =>
  host.length <= 253 &&
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
