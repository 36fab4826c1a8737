import type { Connector } from '../../connector/connector.ts';
import { isShown, nameOf, type Definition, type Response } from '../../connector/definition.ts';
import type { JsonEdit } from '../../json/document.ts';
import {
  endsWithLetterOrDigit,
  hasSameLetters,
  lettersAndDigits,
  trimEnd,
} from '../../shared/text.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, objectsIn, type Json, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';
import { isPlaceholder } from './flagged-words.ts';

type TextKey = 'summary' | 'description' | 'x-ms-summary';

/** The objects whose texts users see: operations, parameters, responses and schemas. */
function owners({ definition }: Connector, key: TextKey): JsonObject[] {
  if (!definition) return [];
  const { operations, parameters, responses } = definition;
  const bodies = parameters.filter((parameter) => parameter.in === 'body'); // others are schemas
  return rawOf(operations, bodies, responses, definition.having(key));
}

const rawOf = (...lists: readonly (readonly { raw: JsonObject }[] | undefined)[]): JsonObject[] =>
  lists.flatMap((list) => (list ?? []).map(({ raw }) => raw));

/**
 * What may have an empty text without harm: internal operations, parameters that users do not see,
 * and schemas that are not parameters.
 */
const lessImportant = ({ definition }: Connector, key: TextKey): ReadonlySet<JsonObject> =>
  new Set(
    rawOf(
      definition?.operations.filter(({ visibility }) => visibility === 'internal'),
      definition?.parameters.filter((parameter) => !isShown(parameter)),
      definition?.having(key).filter(({ role }) => role !== 'parameter'),
    ),
  );

/** Looking at the first character first saves the rest for most texts. */
const isBlank = (text: string): boolean => !isMark(text.charCodeAt(0)) && text.trim() === '';

/** Whether a character code is a visible ASCII character; false for NaN. */
const isMark = (code: number): boolean => code > 32 && code < 127;

const endMarks = '.!?。！？…)]"\'”’';
const isUnended = ({ description }: JsonObject): boolean => {
  const text =
    typeof description !== 'string' || isMark(description.charCodeAt(description.length - 1))
      ? description
      : description.trimEnd();
  return (
    typeof text === 'string' && text !== '' && !endMarks.includes(text.charAt(text.length - 1))
  );
};

/**
 * Whether another rule says that a description has to be replaced: it is a placeholder, or only
 * repeats the summary or the name. To polish it would make it look finished.
 */
const isWorthless = (at: JsonObject): boolean => {
  const text = asText(at.description) ?? '';
  return (
    isPlaceholder(text) ||
    hasSameLetters(text, asText(at.summary) ?? asText(at['x-ms-summary']) ?? '') ||
    repeats(text, asText(at.operationId) ?? asText(at.name))
  );
};

/** A fix that adds a period to a description that ends with a letter or a digit. */
const ended = (at: JsonObject): JsonEdit[] => {
  const text = asText(at.description)?.trimEnd() ?? '';
  return endsWithLetterOrDigit(text) && !isWorthless(at)
    ? [{ at, key: 'description', to: `${text}.` }]
    : [];
};

const unended = (all: readonly JsonObject[], at: JsonObject, message: string): RuleViolation => {
  const fix = all.flatMap(ended);
  return {
    at,
    key: 'description',
    detail: String(all.length),
    message,
    ...(fix.length > 0 && { fix }),
  };
};

/** Whether a text is only a name, ignoring case and separators. */
const repeats = (text: Json | undefined, name: string | undefined): boolean =>
  typeof text === 'string' &&
  name !== undefined &&
  text.length <= 2 * name.length + 2 &&
  hasSameLetters(text, name);

/** Whether a label looks like an identifier: `customerId`, `customer_id`. */
const isIdentifier = (label: Json | undefined, name: string | undefined): boolean =>
  typeof label === 'string' &&
  name !== undefined &&
  label.startsWith(name) &&
  trimEnd(label, /[\s.,;:!]/) === name &&
  /[a-z][A-Z]|[^_]_[^_]/.test(name);

/** Words that say nothing beside the code of a response. */
const responseWords = /\b(?:https?|status|code|response|default|ok)\b/gi;
/** Words that say no more than the code does. */
const outcomeWords = /\b(?:1\.1|success(?:ful(?:ly)?)?|error|returns?|operation)\b/gi;

/** Whether the description of a response is only its code: `200`, `HTTP 200`, `default`. */
const isDescribedByCode = ({ code, raw: { description } }: Response): boolean => {
  if (typeof description !== 'string' || description.length > 40) return false;
  const others = description.replace(responseWords, '');
  const rest = lettersAndDigits(others);
  if (rest === '') return lettersAndDigits(description) !== '' && !/^ok/i.test(description.trim());
  if (rest === code) return true;
  const digits = lettersAndDigits(others.replace(outcomeWords, ''));
  return /^[1-5]\d\d$/.test(digits) && code !== 'default';
};

/** Whether a description starts with a word in lower case and is not a name, a value or code. */
const beginsSmall = ({ description, name }: JsonObject): boolean => {
  const word =
    typeof description === 'string' ? /^[a-z]+(?=[ ,])/.exec(description)?.[0] : undefined;
  return word !== undefined && word !== name;
};

/** Everything that may have a label: parameters, and the schemas that have it. */
const labeled = (definition: Definition | undefined): JsonObject[] => [
  ...new Set(rawOf(definition?.parameters, definition?.having('x-ms-summary'))),
];

/** An abbreviation at the end of a label, with its period, or periods that stand for more. */
const endsWithAbbreviation =
  /(?:\b(?:etc|e\.g|i\.e|inc|ltd|corp|co|jr|sr|approx|min|max|no|nr|incl|excl)|\b[a-z]\.[a-z]|\.\.)\.\s*$/i;

/**
 * A URL, up to what may follow it in a sentence. Policy 5000.2.3.6 names http and https; `www.` is
 * read as one of them.
 */
const urlInText = /\b(?:https?:\/\/|www\.(?=[\w-]+\.\w))[^\s<>"'`)\]]+/i;

/** A noun for some items: `response`, `responses`. */
const plural = (noun: string, items: readonly unknown[]): string =>
  items.length === 1 ? noun : `${noun}s`;

export const descriptions: Rule[] = [
  {
    // 13% of the independent publishers' connectors since 2024 have a URL in a description.
    id: 'DescriptionContainsUrl',
    severity: 'warning',
    policies: ['5000.2.3.6'],
    description: 'Descriptions in the definition contain no URLs.',
    rationale:
      'Users cannot follow a link in the designer, and certification has rejected descriptions ' +
      'with URLs.',
    *check(connector) {
      const info = asObject(connector.definition?.raw.info);
      const tags = objectsIn(connector.definition?.raw.tags);
      const contents = (connector.definition?.operations ?? []).flatMap(({ raw, pathItem }) =>
        objectsIn([raw, pathItem].map((part) => part['x-ms-notification-content'] ?? null)),
      );
      for (const at of new Set([
        ...(info ? [info] : []),
        ...tags,
        ...contents,
        ...owners(connector, 'description'),
      ])) {
        const url = urlInText.exec(asText(at.description) ?? '');
        if (!url) continue;
        const shown = trimEnd(url[0], /[.,;:!?]/);
        yield {
          at,
          key: 'description',
          piece: { start: url.index, end: url.index + shown.length },
          message:
            safe`The description contains the URL ${shown}. Describe in words what it leads ` +
            'to, and put the link in the readme.',
        };
      }
    },
  },
  {
    id: 'RequiredValueEmpty',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A title, summary or description is not empty.',
    rationale: 'The designer shows an empty label instead of its default, the name.',
    policies: connectorStandard,
    attests: 'descriptions',
    *check(connector) {
      for (const key of ['summary', 'description', 'x-ms-summary'] as const) {
        let unimportant: ReadonlySet<JsonObject> | undefined;
        for (const at of owners(connector, key)) {
          const value = at[key];
          if (typeof value !== 'string' || !isBlank(value)) continue;
          unimportant ??= lessImportant(connector, key);
          yield {
            at,
            key,
            // 3% of the independent publishers since 2024 have empty texts, mostly of fields.
            ...(unimportant.has(at) && { severity: 'warning' }),
            message:
              safe`The ${key} is empty. Write it for users, or remove it if users do not ` +
              'need it.',
          };
        }
      }
      const info = asObject(connector.definition?.raw.info);
      for (const key of ['title', 'description'] as const) {
        if (info && asText(info[key])?.trim() === '')
          yield { at: info, key, message: safe`The ${key} of the connector is empty. Add it.` };
      }
    },
  },
  {
    id: 'DescriptionMustEndWithPunctuation',
    source: 'coding-standards',
    severity: 'note',
    description:
      'The description of an operation, parameter or response is a complete sentence and ' +
      'ends with punctuation.',
    rationale:
      'The documentation lists the descriptions one below the other, and certification ' +
      'requires complete sentences.',
    policies: ['5000.2.3.2'],
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      // One finding per operation, so that reports do not contain one for each "Success".
      for (const operation of definition?.operations ?? []) {
        const parameters = operation.ownParameters.filter(
          ({ raw, level }) => level === 'operation' && isUnended(raw),
        );
        const responses = operation.responses.filter(
          (response) =>
            !operation.isMcpServer && isUnended(response.raw) && !isDescribedByCode(response),
        );
        const own = isUnended(operation.raw) ? [operation] : [];
        const all = [...own, ...parameters, ...responses].map(({ raw }) => raw);
        const [first] = all;
        if (!first) continue;
        const named = [
          ...own.map(() => 'the operation'),
          ...(parameters.length > 0
            ? [plural('parameter', parameters) + safe` ${parameters.map(({ name }) => name ?? '')}`]
            : []),
          ...(responses.length > 0
            ? [plural('response', responses) + safe` ${responses.map(({ code }) => code)}`]
            : []),
        ];
        const counted = all.length === 1 ? '1 description does' : `${all.length} descriptions do`;
        yield unended(
          all,
          first,
          `In ${safe`${nameOf(operation)}`}, ${counted} not end with a period: ` +
            `${named.join(', ')}. Write complete sentences.`,
        );
      }
      for (const { raw, name, level } of definition?.parameters ?? []) {
        if (level !== 'operation' && isUnended(raw))
          yield unended(
            [raw],
            raw,
            safe`The description of the parameter ${name ?? ''} does not end with a period. ` +
              'Write a complete sentence.',
          );
      }
    },
  },
  {
    id: 'DescriptionMustStartWithCapital',
    severity: 'note',
    description:
      'The description of an operation or a parameter is a complete sentence and starts ' +
      'with a capital letter.',
    rationale:
      'The documentation lists the descriptions one below the other, and certification ' +
      'requires complete sentences.',
    policies: ['5000.2.3.2'],
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      const described = [...(definition?.operations ?? []), ...(definition?.parameters ?? [])];
      for (const owner of described) {
        const { raw: at } = owner;
        const text = asText(at.description);
        if (text === undefined || !beginsSmall(at)) continue;
        const what =
          'method' in owner
            ? safe`the operation ${nameOf(owner)}`
            : safe`the parameter ${owner.name ?? ''}`;
        const to = text.charAt(0).toUpperCase() + text.slice(1);
        yield {
          at,
          key: 'description',
          message:
            `The description of ${what} starts with a lowercase letter. Write a complete ` +
            'sentence.',
          ...(!isWorthless(at) && { fix: [{ at, key: 'description', to }] }),
        };
      }
    },
  },
  {
    id: 'SummaryMustNotEndWithPunctuation',
    source: 'string-guidance',
    severity: 'warning',
    description:
      'A summary, the name of a value and the name of a connection parameter do not end with ' +
      'punctuation.',
    rationale: 'A summary is a label, not a sentence; the designer uses it in headings and lists.',
    fixable: true,
    *check({ definition, properties }): Iterable<RuleViolation> {
      const names = (definition?.having('x-ms-enum-values') ?? []).flatMap(({ raw }) =>
        objectsIn(raw['x-ms-enum-values']),
      );
      const labels = [
        ...(definition?.operations ?? []).map(({ raw }) => ({ at: raw, key: 'summary' })),
        ...labeled(definition).map((at) => ({ at, key: 'x-ms-summary' })),
        ...names.map((at) => ({ at, key: 'displayName' })),
        ...(properties?.connectionParameters ?? []).flatMap(({ raw }) => {
          const at = asObject(raw.uiDefinition);
          return at ? [{ at, key: 'displayName' }] : [];
        }),
      ];
      for (const { at, key } of labels) {
        const value = asText(at[key]);
        if (
          value === undefined ||
          !/[.,;:!。、，；：！]\s*$/u.test(value.slice(-5)) ||
          endsWithAbbreviation.test(value.slice(-10))
        )
          continue;
        const what = key === 'displayName' ? 'name' : 'summary';
        const found = {
          at,
          key,
          message: `The ${what} ${safe`${value} ends with punctuation. Remove it.`}`,
        };
        const to = trimEnd(value, /[\s.,;:!。、，；：！]/u);
        yield to === '' ? found : { ...found, fix: [{ at, key, to }] };
      }
    },
  },
  {
    id: 'DescriptionEqualsSummary',
    source: 'coding-standards',
    severity: 'warning',
    description: 'A description says more than the summary.',
    rationale:
      'Users open the description of an operation if its name is not enough; repeating ' +
      'the name does not help them.',
    *check({ definition }): Iterable<RuleViolation> {
      const pairs = [
        ...(definition?.operations ?? []).map(({ raw }) => ({
          at: raw,
          summary: asText(raw.summary),
        })),
        ...(definition?.parameters ?? []).map(({ raw }) => ({
          at: raw,
          summary: asText(raw['x-ms-summary']),
        })),
      ];
      for (const { at, summary } of pairs) {
        const description = asText(at.description);
        if (summary === undefined || description === undefined) continue;
        if (hasSameLetters(description, summary))
          yield {
            at,
            key: 'description',
            message:
              safe`The description ${description} only repeats the summary. Explain what ` +
              'happens, what is returned, or what to enter.',
          };
      }
    },
  },
  {
    id: 'TextEqualsName',
    severity: 'note',
    description:
      'A description says more than the name of its operation, parameter or field, or the ' +
      'code of its response, and a label is not an identifier.',
    rationale: 'Users already see the name. Only the author can tell them what `custStatCd` means.',
    *check({ definition }): Iterable<RuleViolation> {
      for (const operation of definition?.operations ?? []) {
        const { raw: at, id } = operation;
        if (repeats(at.description, id) && !repeats(at.description, asText(at.summary)))
          yield {
            at,
            key: 'description',
            message:
              safe`The description of the operation ${nameOf(operation)} is only its ID. ` +
              'Explain what it does.',
          };
        const bare = operation.ownParameters.filter(
          ({ raw, name, level, visibility }) =>
            level === 'operation' &&
            visibility !== 'internal' &&
            repeats(raw.description, name) &&
            !repeats(raw.description, asText(raw['x-ms-summary'])),
        );
        const [first] = bare;
        if (first)
          yield {
            at: first.raw,
            key: 'description',
            detail: String(bare.length),
            message:
              safe`In ${nameOf(operation)}, the descriptions of ` +
              safe`${bare.map(({ name }) => name ?? '')} are only the names. Explain what ` +
              'to enter.',
          };
      }
      for (const operation of definition?.operations ?? []) {
        const coded = operation.responses.filter(
          (response) =>
            !operation.isMcpServer && response.code !== 'default' && isDescribedByCode(response),
        );
        const [response] = coded;
        if (response)
          yield {
            at: response.raw,
            key: 'description',
            detail: `responses ${coded.length}`,
            message:
              safe`In ${nameOf(operation)}, the descriptions of the responses ` +
              safe`${coded.map(({ code }) => code)} only repeat the code. Say what the service ` +
              'returns, and when.',
          };
      }
      // The connector wizard describes each default response as "default".
      const defaults = (definition?.responses ?? []).filter(
        (response) => response.code === 'default' && isDescribedByCode(response),
      );
      if (defaults[0])
        yield {
          at: defaults[0].raw,
          key: 'description',
          detail: 'default',
          message:
            safe`The description of the response ${'default'} only repeats its ` +
            `name${defaults.length > 1 ? `, and so do ${defaults.length - 1} more` : ''}. Say ` +
            'what the service returns, and when.',
        };
      for (const { raw: at, name, visibility } of definition?.parameters ?? []) {
        if (visibility !== 'internal' && isIdentifier(at['x-ms-summary'], name))
          yield {
            at,
            key: 'x-ms-summary',
            message:
              safe`The label of the parameter ${name ?? ''} is only its name. Write it in ` +
              'words.',
          };
      }
      // One finding for all fields: a connector with one such description usually has hundreds.
      const bare = (definition?.having('description') ?? []).filter(
        ({ raw, role, name }) =>
          role === 'property' &&
          (repeats(raw.description, name) || repeats(raw.description, asText(raw['x-ms-summary']))),
      );
      const [first] = bare;
      if (first)
        yield {
          at: first.raw,
          key: 'description',
          detail: 'fields',
          message:
            safe`The description of the field ${first.name ?? ''} is only its name or ` +
            `label${bare.length > 1 ? ` (also in ${bare.length - 1} more)` : ''}. ` +
            'Explain the values, or remove the description.',
        };
    },
  },
];
