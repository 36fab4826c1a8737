import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { trimEnd, trimInvisible } from '../../shared/text.ts';
import {
  asList,
  asObject,
  writtenValue,
  type Json,
  type JsonArray,
  type JsonObject,
} from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';

/**
 * The media types that the platform can send, from "Fix Swagger Validator errors"
 * (learn.microsoft.com), MimeTypeNotValid.
 */
const supported: readonly string[] = [
  'application/json',
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
];
/** Media types that accepted connectors consume besides; also images and everything in JSON or XML. */
const accepted = new Set([
  'application/octet-stream',
  'application/pdf',
  'application/xml',
  'text/json',
  'text/xml',
]);
const urlEncoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data';

/** RFC 6838, section 4.2, with the parameters of RFC 9110, section 8.3.1; or a range. */
const mediaType =
  /^(?:\*\/\*|[A-Za-z0-9][\w!#$&^.+-]{0,126}\/(?:\*(?:\+[A-Za-z0-9]+)?|[A-Za-z0-9][\w!#$&^.+-]{0,126}))(?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))*$/;

/** The media type without its parameters, in lower case. */
const essence = (type: string): string => (type.split(';', 1)[0] ?? '').trim().toLowerCase();
const isJson = (type: string): boolean => type.endsWith('/json') || type.endsWith('+json');
/** Whether a type stands for several, such as `image/*`. */
const isRange = (type: string): boolean => type.includes('*');

/** Whether the platform can send a type, which is written in lower case without parameters. */
const canSend = (type: string): boolean =>
  supported.includes(type) ||
  (!isRange(type) &&
    (accepted.has(type) || isJson(type) || type.endsWith('+xml') || type.startsWith('image/')));

/** The arrays of media types in the definition and its operations. */
function* lists(
  definition: Definition | undefined,
  keys: readonly string[],
): Iterable<{ key: string; list: JsonArray; operation: Operation | undefined }> {
  if (!definition) return;
  for (const operation of [undefined, ...definition.operations]) {
    const owner = operation?.raw ?? definition.raw;
    for (const key of keys) {
      const list = owner[key];
      if (Array.isArray(list)) yield { key, list, operation };
    }
  }
}

const isBinary = (schema: JsonObject | undefined): boolean =>
  schema?.type === 'string' && schema.format === 'binary';

/** What an operation sends: a form, a file, an object or array, or a single value. */
function contentOf(definition: Definition, operation: Operation): Sender['content'] | undefined {
  const form = operation.parameters.some((parameter) => parameter.in === 'formData');
  // With both a form and a body, it is unclear what is sent: ParameterListContainsFormDataAndBody
  // reports that.
  if (form) return operation.body ? undefined : 'form';
  if (!operation.body) return undefined;
  const schema = operation.body.schema && definition.follow(operation.body.schema.raw);
  if (isBinary(schema) || (schema?.type === 'string' && schema.format === 'byte')) return 'binary';
  return schema?.type === 'object' ||
    schema?.type === 'array' ||
    (schema?.type === undefined && asObject(schema?.properties))
    ? 'structure'
    : 'value';
}

/** An array of media types, without their parameters. */
interface Types {
  names: Set<string>;
  /** Whether the platform can send one of them. */
  supported: boolean;
  json: boolean;
  /** A few of them, for messages. */
  some: string[];
}

/**
 * Returns the media types of an operation. The array of the whole definition, which may be long,
 * is read once for all operations.
 */
function typesOf(
  definition: Definition,
  key: 'consumes' | 'produces',
): (operation: Operation) => Types {
  const cache = new Map<Json | undefined, Types>();
  return ({ raw }) => {
    const list = raw[key] ?? definition.raw[key];
    const cached = cache.get(list);
    if (cached) return cached;
    const names = new Set(
      asList(list).flatMap((type) => (typeof type === 'string' ? [essence(type)] : [])),
    );
    const all = [...names];
    const types = {
      names,
      supported: all.some(canSend),
      json: all.some(isJson),
      some: all.slice(0, 5),
    };
    cache.set(list, types);
    return types;
  };
}

interface Sender {
  operation: Operation;
  content: 'form' | 'binary' | 'structure' | 'value';
  types: Types;
  at: { at: JsonObject; key?: string };
}

/** The operations that send a body or a form, with the media types that they consume. */
function* senders(definition: Definition | undefined): Iterable<Sender> {
  const consumed = definition && typesOf(definition, 'consumes');
  for (const operation of definition?.operations ?? []) {
    const content = definition && contentOf(definition, operation);
    const own = operation.raw.consumes !== undefined;
    if (content && consumed)
      yield {
        operation,
        content,
        types: consumed(operation),
        at: { at: operation.raw, ...(own && { key: 'consumes' }) },
      };
  }
}

/** Whether a type is that of an MCP server, which clients may name in both directions. */
const isEventStream = (type: string, operation: Operation | undefined): boolean =>
  type === 'text/event-stream' && operation?.isMcpServer !== false;

export const mediaTypes: Rule[] = [
  {
    id: 'MimeTypeNotValid',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The entries of `consumes` and `produces` are media types.',
    rationale:
      'They are sent in the headers of a request, and services reject headers that they ' +
      'cannot parse.',
    policies: openApiStandard,
    fixable: true,
    *check({ definition }) {
      for (const { key, list } of lists(definition, ['consumes', 'produces'])) {
        for (const [index, type] of list.entries()) {
          if (typeof type === 'string' && mediaType.test(type)) continue;
          const found = { at: list, key: index };
          const trimmed = typeof type === 'string' ? trimEnd(trimInvisible(type), /[\s;,]/) : '';
          const problem = safe`${writtenValue(type)} in ${key} is not a media type.`;
          yield mediaType.test(trimmed)
            ? {
                ...found,
                message: `${problem} ${safe`Write ${trimmed}.`}`,
                fix: [{ at: list, key: index, to: trimmed }],
              }
            : {
                ...found,
                message:
                  `${problem} ` +
                  (trimmed.split(',').every((part) => mediaType.test(part.trim()))
                    ? 'List each media type separately.'
                    : safe`Use one such as ${'application/json'}.`),
              };
        }
      }
    },
  },
  {
    // 7% of the certified connectors list other types in addition to a supported one, mostly the
    // types that ASP.NET offers.
    id: 'MimeTypeNotSupported',
    source: 'swagger-validator',
    severity: 'warning',
    description:
      '`consumes` lists only media types that the platform can send, and neither `consumes` ' +
      'nor `produces` has a range such as `*/*`.',
    rationale:
      'The platform sends JSON, XML, plain text, files and forms, even if the service accepts ' +
      'other types, and certification has rejected `*/*`.',
    policies: ['5000.2.6.2'],
    *check({ definition }) {
      for (const { key, list, operation } of lists(definition, ['consumes', 'produces'])) {
        const content = operation && definition && contentOf(definition, operation);
        const isBody = operation === undefined || (content !== undefined && content !== 'binary');
        for (const [index, type] of list.entries()) {
          if (typeof type !== 'string' || !mediaType.test(type)) continue;
          const name = essence(type);
          if (isRange(name))
            yield {
              at: list,
              key: index,
              message:
                safe`${type} in ${key} matches several media types. List those that the ` +
                safe`service uses, such as ${'application/json'}.`,
            };
          else if (
            key === 'consumes' &&
            isBody &&
            !canSend(name) &&
            !isEventStream(name, operation)
          )
            yield {
              at: list,
              key: index,
              message:
                safe`The platform cannot send ${type}. Remove it. The supported types are ` +
                safe`${supported}.`,
            };
        }
      }
    },
  },
  {
    id: 'ConsumesMissing',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'An operation that sends a form or declares `consumes` lists a media type that ' +
      'the platform can send.',
    rationale: 'Without a media type, the platform sends JSON, which the service does not expect.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { operation, content, types, at } of senders(definition)) {
        if (content === 'binary' || types.supported) continue;
        // The connector wizard writes an empty array for JSON: 12% of the accepted connectors have
        // one.
        if (types.names.size === 0 && content !== 'form') continue;
        const sends = content === 'form' ? [multipart, urlEncoded] : supported.slice(0, 2);
        const what =
          types.names.size > 0
            ? safe`consumes only ${types.some}, which the platform does not support`
            : 'has form fields, but no media type';
        yield {
          ...at,
          message:
            `${safe`The operation ${nameOf(operation)}`} ${what}. In ${safe`${'consumes'}`}, use ` +
            `${sends.map((type) => safe`${type}`).join(' or ')}.`,
        };
      }
    },
  },
  {
    id: 'MimeTypeNotCompatibleWithRequestContentSchemaType',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'The content of a request matches `consumes`: an object is sent as JSON, form ' +
      'fields as a form.',
    rationale:
      'The header of the request contradicts its body, and services reject such a request.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { operation, content, types, at } of senders(definition)) {
        if (!types.supported) continue;
        if (content === 'form' && !types.names.has(multipart) && !types.names.has(urlEncoded)) {
          yield {
            ...at,
            message:
              safe`The operation ${nameOf(operation)} has form fields, but consumes ` +
              safe`${types.some}. Add ${multipart} or ${urlEncoded} to ${'consumes'}.`,
          };
        }
        if (content === 'structure' && !types.json) {
          yield {
            ...at,
            message:
              safe`The operation ${nameOf(operation)} sends an object or an array, which ` +
              safe`requires JSON, but consumes ${types.some}. Add ${'application/json'} ` +
              safe`to ${'consumes'}, or change the fields to ${'formData'} parameters.`,
          };
        }
      }
    },
  },
  {
    id: 'StringBinaryNotSupportedForFormUrlEncoded',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: `An operation that consumes \`${urlEncoded}\` has no files among its form fields.`,
    rationale: 'A URL-encoded form cannot contain raw bytes: the file arrives corrupted.',
    policies: connectorStandard,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { operation, types } of senders(definition)) {
        if (!types.names.has(urlEncoded) || types.names.has(multipart)) continue;
        for (const { raw, name, in: location } of operation.parameters) {
          if (location !== 'formData' || !(isBinary(raw) || raw.type === 'file')) continue;
          yield {
            at: raw,
            detail: nameOf(operation),
            message:
              safe`The form field ${name ?? ''} is a file, but ${nameOf(operation)} ` +
              safe`consumes ${urlEncoded}. Consume ${multipart} instead.`,
          };
        }
      }
    },
  },
  {
    id: 'ResponseExampleMustBeProducedByOperation',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The media type of each response example is one that the operation produces.',
    rationale: 'An example of a response that is never sent misleads readers.',
    policies: openApiStandard,
    *check({ definition }) {
      const producedBy = definition && typesOf(definition, 'produces');
      for (const operation of definition?.operations ?? []) {
        const produced = producedBy?.(operation).names;
        if (!produced || produced.size === 0) continue;
        for (const { raw } of operation.responses) {
          const examples = asObject(raw.examples);
          for (const type of examples ? Object.keys(examples) : []) {
            if (!examples || produced.has(essence(type))) continue;
            yield {
              at: examples,
              key: type,
              part: 'key',
              detail: nameOf(operation),
              message:
                safe`The example is of type ${type}, which ${nameOf(operation)} does not ` +
                safe`produce. Add the type to ${'produces'}, or remove the example.`,
            };
          }
        }
      }
    },
  },
];
