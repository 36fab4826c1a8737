import type { Connector } from '../../connector/connector.ts';
import { nameOf } from '../../connector/definition.ts';
import type { JsonEdit } from '../../json/document.ts';
import { endsWithLetterOrDigit, hasSameLetters, trimEnd } from '../../shared/text.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, type Json, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

type TextKey = 'summary' | 'description' | 'x-ms-summary';

/** What has texts that users see: operations, parameters, responses and schemas. */
function owners({ definition }: Connector, key: TextKey): JsonObject[] {
  if (!definition) return [];
  const { operations, parameters, responses } = definition;
  const bodies = parameters.filter((one) => one.in === 'body'); // others are schemas themselves
  return [operations, bodies, responses, definition.having(key)].flatMap((all) =>
    all.map(({ raw }) => raw),
  );
}

/** A look at the first character spares most texts the work. */
const isBlank = (text: string): boolean => !isMark(text.charCodeAt(0)) && text.trim() === '';

/** Whether a character is one of ASCII that can be seen; NaN is none. */
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

/** A full stop behind a description that ends with a letter or a digit. */
const ended = (at: JsonObject): JsonEdit[] => {
  const text = asText(at.description)?.trimEnd() ?? '';
  return endsWithLetterOrDigit(text) ? [{ at, key: 'description', to: `${text}.` }] : [];
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

/**
 * Whether a text is only a name, perhaps in other capitals or with other marks between its words.
 */
const repeats = (text: Json | undefined, name: string | undefined): boolean =>
  typeof text === 'string' &&
  name !== undefined &&
  text.length <= 2 * name.length + 2 &&
  hasSameLetters(text, name);

/** Whether a label is a name as programs have it: `customerId`, `customer_id`. */
const isIdentifier = (label: Json | undefined, name: string | undefined): boolean =>
  typeof label === 'string' &&
  name !== undefined &&
  label.startsWith(name) &&
  trimEnd(label, /[\s.,;:!]/) === name &&
  /[a-z][A-Z]|[^_]_[^_]/.test(name);

/** A description that begins with a word in small letters, and is no name, value or code. */
const beginsSmall = ({ description, name }: JsonObject): boolean => {
  const word =
    typeof description === 'string' ? /^[a-z]+(?=[ ,])/.exec(description)?.[0] : undefined;
  return word !== undefined && word !== name;
};

export const descriptions: Rule[] = [
  {
    id: 'RequiredValueEmpty',
    severity: certificationSeverity,
    description: 'A title, summary or description that is there is not empty.',
    rationale: 'The designer shows an empty label instead of the name it would have used.',
    attests: 'descriptions',
    *check(connector) {
      for (const key of ['summary', 'description', 'x-ms-summary'] as const) {
        for (const at of owners(connector, key)) {
          const value = at[key];
          if (typeof value === 'string' && isBlank(value))
            yield {
              at,
              key,
              message:
                safe`The ${key} is empty. Write what users should read here, or remove it where ` +
                safe`nothing needs to be said.`,
            };
        }
      }
      const info = asObject(connector.definition?.raw.info);
      for (const key of ['title', 'description'] as const) {
        if (info && asText(info[key])?.trim() === '')
          yield { at: info, key, message: safe`The ${key} of the connector is empty. Write it.` };
      }
    },
  },
  {
    id: 'DescriptionMustEndWithPunctuation',
    severity: 'note',
    description:
      'The description of an operation, a parameter or a response is a full sentence and ' +
      'ends in punctuation.',
    rationale:
      'Descriptions stand one below the other in the documentation; ' +
      'the requirements for certification ask for sentences.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      // an operation at a time: readers of a report should not wade through one for each "Success"
      for (const operation of definition?.operations ?? []) {
        const parameters = operation.ownParameters.filter(
          ({ raw, level }) => level === 'operation' && isUnended(raw),
        );
        const responses = operation.responses.filter(({ raw }) => isUnended(raw));
        const own = isUnended(operation.raw) ? [operation] : [];
        const all = [...own, ...parameters, ...responses].map(({ raw }) => raw);
        const [first] = all;
        if (!first) continue;
        const named = [
          ...own.map(() => 'the operation'),
          ...(parameters.length > 0
            ? [`its parameters ${safe`${parameters.map(({ name }) => name ?? '')}`}`]
            : []),
          ...(responses.length > 0
            ? [`its responses ${safe`${responses.map(({ code }) => code)}`}`]
            : []),
        ];
        yield unended(
          all,
          first,
          `The descriptions in ${safe`${nameOf(operation)}`} of ${named.join(', ')} have no ` +
            'punctuation at their end. Make them sentences.',
        );
      }
      for (const { raw, name, level } of definition?.parameters ?? []) {
        if (level !== 'operation' && isUnended(raw))
          yield unended(
            [raw],
            raw,
            safe`The description of the parameter ${name ?? ''} has no punctuation at its ` +
              safe`end. Make it a sentence.`,
          );
      }
    },
  },
  {
    id: 'DescriptionMustStartWithCapital',
    severity: 'note',
    description:
      'The description of an operation or a parameter is a full sentence and begins with a ' +
      'capital.',
    rationale:
      'Descriptions stand one below the other in the documentation; ' +
      'the requirements for certification ask for sentences.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      const described = [
        ...(definition?.operations ?? []).map((operation) => ({
          at: operation.raw,
          what: safe`the operation ${nameOf(operation)}`,
        })),
        ...(definition?.parameters ?? []).map(({ raw, name }) => ({
          at: raw,
          what: safe`the parameter ${name ?? ''}`,
        })),
      ];
      for (const { at, what } of described) {
        const text = asText(at.description);
        if (text === undefined || !beginsSmall(at)) continue;
        const to = text.charAt(0).toUpperCase() + text.slice(1);
        yield {
          at,
          key: 'description',
          message: `The description of ${what} begins with a small letter. Make it a sentence.`,
          fix: [{ at, key: 'description', to }],
        };
      }
    },
  },
  {
    id: 'SummaryMustNotEndWithPunctuation',
    severity: 'warning',
    description: 'A summary does not end in punctuation.',
    rationale: 'It is a label, not a sentence; the designer puts it into headings and lists.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      const labels = [
        ...(definition?.operations ?? []).map(({ raw }) => ({ at: raw, key: 'summary' as const })),
        ...(definition?.parameters ?? []).map(({ raw }) => ({
          at: raw,
          key: 'x-ms-summary' as const,
        })),
      ];
      for (const { at, key } of labels) {
        const value = asText(at[key]);
        if (
          value === undefined ||
          !/[.,;:!]\s*$/u.test(value.slice(-5)) ||
          /(etc|e\.g|i\.e|\.\.)\.\s*$/i.test(value.slice(-8))
        )
          continue;
        const found = {
          at,
          key,
          message: safe`The summary ${value} ends in punctuation. Leave it out.`,
        };
        const to = trimEnd(value, /[\s.,;:!]/u);
        yield to === '' ? found : { ...found, fix: [{ at, key, to }] };
      }
    },
  },
  {
    id: 'DescriptionEqualsSummary',
    severity: 'warning',
    description: 'A description says more than the summary.',
    rationale:
      'Users who open the description of an action did not understand its name; ' +
      'repeating it does not help them.',
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
              safe`The description ${description} only repeats the summary. ` +
              safe`Say what happens, what comes back, or what to enter.`,
          };
      }
    },
  },
  {
    id: 'TextEqualsName',
    severity: 'note',
    description:
      'A description says more than the name of its operation, parameter or field, and a ' +
      'label is no identifier.',
    rationale: 'Users see the name anyway. What `custStatCd` means they learn from nobody but you.',
    *check({ definition }): Iterable<RuleViolation> {
      for (const operation of definition?.operations ?? []) {
        const { raw: at, id } = operation;
        if (repeats(at.description, id) && !repeats(at.description, asText(at.summary)))
          yield {
            at,
            key: 'description',
            message:
              safe`The description of the operation ${nameOf(operation)} is only its id. ` +
              safe`Say what it does.`,
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
              `In ${safe`${nameOf(operation)}`} the descriptions of ` +
              `${safe`${bare.map(({ name }) => name ?? '')}`} are only the names. ` +
              'Say what to enter.',
          };
      }
      for (const { raw: at, name, visibility } of definition?.parameters ?? []) {
        if (visibility !== 'internal' && isIdentifier(at['x-ms-summary'], name))
          yield {
            at,
            key: 'x-ms-summary',
            message: safe`The label of the parameter ${name ?? ''} is its name. Write it in words.`,
          };
      }
      // once for all fields: a connector that does it does it a hundred times
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
            `${safe`The description of the field ${first.name ?? ''} is only its name or label`}${bare.length > 1 ? `, and so are those of ${bare.length - 1} more` : ''}. ` +
            'Say what the values mean, or leave the descriptions out.',
        };
    },
  },
];
