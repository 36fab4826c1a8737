import { isSuccess, nameOf, type Operation } from '../../connector/definition.ts';
import { lettersAndDigits } from '../../shared/text.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';

/**
 * The limit of the platform's validator is not published; the longest IDs in accepted connectors
 * are shorter.
 */
const maxIdLength = 128;
const summaryAdvised = 80;
const summaryAllowed = 120;
const restrictedInSummary = ['/', '\\', '<', '>', '*', '%', '&', '?'];

export const operations: Rule[] = [
  {
    id: 'OperationIdRequired',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Every operation has an `operationId`.',
    rationale: 'Flows store only the ID of the operation that they call.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (operation.id === undefined || operation.id === '') {
          yield {
            at: operation.raw,
            message:
              safe`The operation ${`${operation.method.toUpperCase()} ${operation.path}`} ` +
              safe`has no ${'operationId'}. Add one that describes the operation, such as ` +
              safe`${suggestId(operation)}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationIdNotUnique',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'No two operations have the same `operationId`, not even after the platform removes ' +
      'everything but letters and digits from it.',
    rationale:
      'Flows refer to an operation only by its ID: if two operations share it, one of them ' +
      'can never be called.',
    policies: openApiStandard,
    *check({ definition }) {
      const first = new Map<string, Operation>();
      const sanitized = new Map<string, Operation>();
      for (const operation of definition?.operations ?? []) {
        const { id, raw } = operation;
        if (id === undefined) continue;
        const short = lettersAndDigits(id);
        const earlier = first.get(id) ?? sanitized.get(short);
        first.set(id, first.get(id) ?? operation);
        sanitized.set(short, sanitized.get(short) ?? operation);
        if (!earlier) continue;
        const where = safe`${`${earlier.method.toUpperCase()} ${earlier.path}`}`;
        yield earlier.id === id
          ? {
              at: raw,
              key: 'operationId',
              message:
                `${safe`${id} is already the ID of`} ${where}. Give this operation a ` +
                'different ID.',
            }
          : {
              at: raw,
              key: 'operationId',
              severity: 'warning',
              message:
                `The platform keeps only letters and digits of an ID, so ${safe`${id}`} and ` +
                `${safe`${earlier.id ?? ''}`} (${where}) both become ${safe`${short}`}. Give ` +
                'this operation a different ID.',
            };
      }
    },
  },
  {
    id: 'OperationIdTooLong',
    source: 'swagger-validator',
    severity: 'error',
    description: `An \`operationId\` has at most ${maxIdLength} characters.`,
    rationale: 'The ID is part of every flow and every log entry about the operation.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { id, raw } of definition?.operations ?? []) {
        if (id !== undefined && id.length > maxIdLength)
          yield {
            at: raw,
            key: 'operationId',
            message:
              `${safe`The ID ${id} has`} ${id.length} characters; the maximum is ` +
              `${maxIdLength}. Shorten it.`,
          };
      }
    },
  },
  {
    id: 'OperationIdSanitized',
    source: 'swagger-validator',
    severity: 'note',
    description: 'An `operationId` contains only letters and digits.',
    rationale:
      'The platform removes other characters internally, and two names for one operation ' +
      'confuse readers of logs.',
    *check({ definition }) {
      for (const { id, raw } of definition?.operations ?? []) {
        const clean = id === undefined ? undefined : lettersAndDigits(id);
        if (id !== undefined && clean !== id)
          yield {
            at: raw,
            key: 'operationId',
            message:
              safe`Internally, the platform shortens the ID ${id} to ${clean ?? ''}. Use this ID ` +
              'in a new operation; do not rename an operation that is in use.',
          };
      }
    },
  },
  {
    id: 'OperationMustHaveResponse',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Every operation has a response.',
    rationale: 'Without a response, the designer offers no outputs to later steps.',
    policies: ['5000.2.4.5', ...openApiStandard],
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (operation.responses.length === 0)
          yield {
            at: operation.raw,
            message:
              safe`The operation ${nameOf(operation)} has no response. Add its successful ` +
              safe`response under ${'responses'}.`,
          };
      }
    },
  },
  {
    id: 'OperationShouldHaveSuccessfulResponse',
    source: 'swagger-validator',
    severity: 'warning',
    description: 'Every operation has a successful response.',
    rationale: 'The outputs that later steps can use come from the successful response.',
    policies: ['5000.2.4.5'],
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const codes = operation.responses.map(({ code }) => code);
        if (codes.length > 0 && !codes.some(isSuccess) && !operation.isMcpServer) {
          yield {
            at: operation.raw,
            key: 'responses',
            part: 'key',
            message:
              safe`The operation ${nameOf(operation)} has only these responses: ${codes}. ` +
              safe`Add the successful one, usually ${'200'}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationHasManyResponsesWithSchema',
    source: 'swagger-validator',
    severity: 'warning',
    description: 'At most one successful response of an operation has a schema.',
    rationale:
      'The designer uses only one of them, so users cannot select the fields of the others.',
    policies: ['5000.2.4.1'],
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const codes = operation.responses
          .filter(({ code, raw }) => isSuccess(code) && raw.schema !== undefined)
          .map(({ code }) => code);
        if (codes.length > 1 && !operation.isMcpServer) {
          yield {
            at: operation.raw,
            key: 'responses',
            part: 'key',
            message:
              safe`The responses ${codes} of ${nameOf(operation)} each have a schema, but ` +
              'the designer uses only one. Keep the schema of the usual response.',
          };
        }
      }
    },
  },
  {
    id: 'OperationSummaryTooLong',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: `The summary of an operation has at most ${summaryAllowed} characters.`,
    rationale: 'The summary is the name of the operation in a list, where a longer one is cut off.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const length = typeof raw.summary === 'string' ? raw.summary.length : 0;
        if (length > summaryAllowed)
          yield {
            at: raw,
            key: 'summary',
            message:
              `The summary has ${length} characters; the maximum is ${summaryAllowed}. ` +
              'Name the operation in a few words and explain it in the description.',
          };
      }
    },
  },
  {
    id: 'OperationSummaryLong',
    severity: 'warning',
    description: `The summary of an operation should have at most ${summaryAdvised} characters.`,
    rationale:
      'The summary is the name of the operation in a list, where a longer one is hard to read.',
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const length = typeof raw.summary === 'string' ? raw.summary.length : 0;
        if (length > summaryAdvised && length <= summaryAllowed)
          yield {
            at: raw,
            key: 'summary',
            message:
              `The summary has ${length} characters; more than ${summaryAdvised} are hard ` +
              'to read in a list. Name the operation in a few words.',
          };
      }
    },
  },
  {
    id: 'RestrictedCharactersInSummary',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'The summary of an operation contains none of the characters ' +
      `${restrictedInSummary.join(' ')}.`,
    rationale:
      'The platform derives variable names and links from the summary, and these ' +
      'characters have a special meaning there.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const { summary } = raw;
        if (typeof summary !== 'string') continue;
        const found = restrictedInSummary.filter((character) => summary.includes(character));
        if (found.length > 0)
          yield {
            at: raw,
            key: 'summary',
            message: safe`The summary ${summary} contains ${found}. Use words instead.`,
          };
      }
    },
  },
  {
    id: 'OperationSummaryNotUnique',
    severity: 'warning',
    description:
      'The summaries of visible actions are unique, and so are those of visible triggers, ' +
      'ignoring case and spaces.',
    rationale:
      'Makers see only the summary in the list, so they cannot tell two operations with ' +
      'the same one apart.',
    *check({ definition }) {
      const first = new Map<string, Operation>();
      for (const operation of definition?.operations ?? []) {
        const { raw, visibility, trigger } = operation;
        if (typeof raw.summary !== 'string' || visibility === 'internal' || raw.deprecated === true)
          continue;
        const key = `${trigger !== undefined} ${raw.summary.toLowerCase().replace(/\s+/g, ' ').trim()}`;
        const earlier = first.get(key);
        if (!earlier) first.set(key, operation);
        else if (!isSameFamily(raw, earlier.raw)) {
          yield {
            at: raw,
            key: 'summary',
            message:
              safe`The summary ${raw.summary} is already used by ${nameOf(earlier)}. Add a ` +
              'word or two about what is different here.',
          };
        }
      }
    },
  },
];

/** Whether two operations are revisions of one family: the designer shows only the newest. */
const isSameFamily = (a: JsonObject, b: JsonObject): boolean => {
  const family = asText(asObject(a['x-ms-api-annotation'])?.family);
  return family !== undefined && family === asText(asObject(b['x-ms-api-annotation'])?.family);
};

const suggestId = ({ method, path }: Operation): string => {
  const verb = {
    get: 'Get',
    put: 'Update',
    post: 'Create',
    delete: 'Delete',
    options: 'Options',
    head: 'Head',
    patch: 'Update',
  }[method];
  const noun =
    path
      .replace(/\{[^{}]*\}/g, '')
      .split('/')
      .findLast((part) => part !== '') ?? '';
  const word = lettersAndDigits(noun);
  return verb + word.charAt(0).toUpperCase() + word.slice(1);
};
