import { isSuccess, nameOf, type Operation } from '../../connector/definition.ts';
import { lettersAndDigits } from '../../shared/text.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';

/**
 * The validator's own figure is not published; ids of the longest accepted operations have fewer.
 */
const maxIdLength = 128;
const summaryAdvised = 80;
const summaryAllowed = 120;
const restrictedInSummary = ['/', '\\', '<', '>', '*', '%', '&', '?'];

export const operations: Rule[] = [
  {
    id: 'OperationIdRequired',
    severity: 'error',
    description: 'Every operation has an `operationId`.',
    rationale: 'Flows keep the id of the operation they call, and nothing else.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (operation.id === undefined || operation.id === '') {
          yield {
            at: operation.raw,
            message:
              safe`The operation ${`${operation.method.toUpperCase()} ${operation.path}`} has ` +
              safe`no ${'operationId'}. Give it one that says what it does, such as ` +
              safe`${suggestId(operation)}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationIdNotUnique',
    severity: 'error',
    description: 'No two operations have the same `operationId`.',
    rationale:
      'Flows find an operation by its id alone: of two with one id, one can never be called.',
    *check({ definition }) {
      const first = new Map<string, Operation>();
      for (const operation of definition?.operations ?? []) {
        const { id, raw } = operation;
        if (id === undefined) continue;
        const earlier = first.get(id);
        if (earlier === undefined) first.set(id, operation);
        else {
          yield {
            at: raw,
            key: 'operationId',
            message:
              safe`${id} is already the id of ` +
              safe`${`${earlier.method.toUpperCase()} ${earlier.path}`}. ` +
              safe`Give this operation an id of its own.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationIdTooLong',
    severity: 'error',
    description: `An \`operationId\` has at most ${maxIdLength} characters.`,
    rationale: 'It is part of every flow and of every log line about the operation.',
    *check({ definition }) {
      for (const { id, raw } of definition?.operations ?? []) {
        if (id !== undefined && id.length > maxIdLength)
          yield {
            at: raw,
            key: 'operationId',
            message:
              `${safe`The id ${id} has`} ${id.length} characters; ` +
              `at most ${maxIdLength} are allowed. Shorten it.`,
          };
      }
    },
  },
  {
    id: 'OperationIdSanitized',
    severity: 'note',
    description: 'An `operationId` consists of letters and digits.',
    rationale:
      'The platform removes other characters for its own use; ' +
      'two names for one operation confuse whoever reads logs.',
    *check({ definition }) {
      for (const { id, raw } of definition?.operations ?? []) {
        const clean = id === undefined ? undefined : lettersAndDigits(id);
        if (id !== undefined && clean !== id)
          yield {
            at: raw,
            key: 'operationId',
            message:
              safe`The platform calls the operation ${id} ${clean ?? ''} inside. ` +
              safe`In a new operation use this name; do not rename one that is in use.`,
          };
      }
    },
  },
  {
    id: 'OperationMustHaveResponse',
    severity: 'error',
    description: 'Every operation has a response.',
    rationale: 'Without one the designer offers nothing to the steps that follow.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        if (operation.responses.length === 0)
          yield {
            at: operation.raw,
            message:
              safe`The operation ${nameOf(operation)} has no response. ` +
              safe`Describe what it answers on success under ${'responses'}.`,
          };
      }
    },
  },
  {
    id: 'OperationShouldHaveSuccessfulResponse',
    severity: 'warning',
    description: 'Every operation has a response for its success.',
    rationale: 'What the following steps can use is read from the successful response.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const codes = operation.responses.map(({ code }) => code);
        if (codes.length > 0 && !codes.some(isSuccess)) {
          yield {
            at: operation.raw,
            key: 'responses',
            part: 'key',
            message:
              safe`The operation ${nameOf(operation)} has responses for ${codes} only. ` +
              safe`Add the one for its success, usually ${'200'}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationHasManyResponsesWithSchema',
    severity: 'warning',
    description: 'One response of an operation has a schema.',
    rationale: 'The designer uses one; the fields of the others are offered to nobody.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const codes = operation.responses
          .filter(({ code, raw }) => isSuccess(code) && raw.schema !== undefined)
          .map(({ code }) => code);
        if (codes.length > 1) {
          yield {
            at: operation.raw,
            key: 'responses',
            part: 'key',
            message:
              safe`The responses ${codes} of ${nameOf(operation)} each have a schema, and the ` +
              safe`designer uses one. Keep the schema of the usual answer.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationSummaryTooLong',
    severity: certificationSeverity,
    description: `An operation's summary has at most ${summaryAllowed} characters.`,
    rationale: 'It is the name of the action in a list: longer ones are cut off.',
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const length = typeof raw.summary === 'string' ? raw.summary.length : 0;
        if (length > summaryAllowed)
          yield {
            at: raw,
            key: 'summary',
            message:
              `The summary has ${length} characters; at most ${summaryAllowed} are allowed. ` +
              'Name the action in a few words and explain it in the description.',
          };
      }
    },
  },
  {
    id: 'OperationSummaryLong',
    severity: 'warning',
    description: `An operation's summary should have at most ${summaryAdvised} characters.`,
    rationale: 'It is the name of the action in a list: longer ones are hard to take in.',
    *check({ definition }) {
      for (const { raw } of definition?.operations ?? []) {
        const length = typeof raw.summary === 'string' ? raw.summary.length : 0;
        if (length > summaryAdvised && length <= summaryAllowed)
          yield {
            at: raw,
            key: 'summary',
            message:
              `The summary has ${length} characters; ` +
              `more than ${summaryAdvised} are hard to read in a list. ` +
              'Name the action in a few words.',
          };
      }
    },
  },
  {
    id: 'RestrictedCharactersInSummary',
    severity: certificationSeverity,
    description: `An operation's summary has none of the characters ${restrictedInSummary.join(' ')}.`,
    rationale:
      'The platform makes names of variables and links from it, in which they mean something else.',
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
      'No two actions that makers see have one summary, nor two triggers, also apart from ' +
      'capitals and spaces.',
    rationale:
      'The list of actions shows the summary alone: ' +
      'of two that read alike nobody knows which one to take.',
    *check({ definition }) {
      const first = new Map<string, Operation>();
      for (const operation of definition?.operations ?? []) {
        const { raw, visibility, trigger } = operation;
        if (typeof raw.summary !== 'string' || visibility === 'internal' || raw.deprecated === true)
          continue;
        const key = `${trigger !== undefined} ${raw.summary.toLowerCase().replace(/\s+/g, ' ').trim()}`;
        const other = first.get(key);
        if (!other) first.set(key, operation);
        else if (!sameFamily(raw, other.raw)) {
          yield {
            at: raw,
            key: 'summary',
            message:
              safe`The summary ${raw.summary} is that of ${nameOf(other)} already. ` +
              safe`Say in a word or two what this one does differently.`,
          };
        }
      }
    },
  },
];

/** Of the revisions of one family the designer shows the newest alone. */
const sameFamily = (a: JsonObject, b: JsonObject): boolean => {
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
