import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asList, asObject, type Json, type JsonArray, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

/**
 * What the platform can send: named by "Fix Swagger Validator errors" (learn.microsoft.com) under
 * MimeTypeNotValid.
 */
const supported: readonly string[] = [
  'application/json',
  'text/plain',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
];
const urlEncoded = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data';

/** RFC 9110, 8.3.1; a range such as `*` + `/*` is written with the same characters. */
const mediaType =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))*$/;

/** A media type without its parameters, in small letters. */
const essence = (type: string): string => (type.split(';', 1)[0] ?? '').trim().toLowerCase();
const isJson = (type: string): boolean => type.endsWith('/json') || type.endsWith('+json');

/** The lists of media types, of the whole definition and of operations. */
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

/** What an operation sends: a form, one file, an object or array, or a single value. */
function contentOf(definition: Definition, operation: Operation): Sender['content'] | undefined {
  const form = operation.parameters.some((one) => one.in === 'formData');
  // with both nobody can say what is sent: see ParameterListContainsFormDataAndBody
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

/** A list of media types, without their parameters. */
interface Types {
  names: Set<string>;
  /** Whether the platform can send one of them. */
  supported: boolean;
  json: boolean;
  /** Some of them, for messages. */
  some: string[];
}

/**
 * What operations consume or produce. The list of the whole definition, which may be long, is read
 * once for all of them.
 */
function typesOf(
  definition: Definition,
  key: 'consumes' | 'produces',
): (operation: Operation) => Types {
  const known = new Map<Json | undefined, Types>();
  return ({ raw }) => {
    const list = raw[key] ?? definition.raw[key];
    const before = known.get(list);
    if (before) return before;
    const names = new Set(
      asList(list).flatMap((type) => (typeof type === 'string' ? [essence(type)] : [])),
    );
    const all = [...names];
    const types = {
      names,
      supported: supported.some((type) => names.has(type)),
      json: all.some(isJson),
      some: all.slice(0, 5),
    };
    known.set(list, types);
    return types;
  };
}

interface Sender {
  operation: Operation;
  content: 'form' | 'binary' | 'structure' | 'value';
  types: Types;
  at: { at: JsonObject; key?: string };
}

/** The operations that send something, with what they consume. */
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

export const mediaTypes: Rule[] = [
  {
    id: 'MimeTypeNotValid',
    severity: certificationSeverity,
    description: 'What stands in `consumes` and `produces` are media types.',
    rationale:
      'They are sent as they stand in the headers of a request, and services refuse what ' +
      'they cannot read.',
    *check({ definition }) {
      for (const { key, list } of lists(definition, ['consumes', 'produces'])) {
        for (const [index, type] of list.entries()) {
          if (typeof type === 'string' && mediaType.test(type)) continue;
          yield {
            at: list,
            key: index,
            message:
              safe`${typeof type === 'string' ? type : JSON.stringify(type)} in ${key} is no ` +
              safe`media type. Write one such as ${'application/json'}.`,
          };
        }
      }
    },
  },
  {
    // 7% of the certified connectors list others beside one that is supported, most often those
    // that ASP.NET offers.
    id: 'MimeTypeNotSupported',
    severity: 'warning',
    description: '`consumes` names media types that the platform can send.',
    rationale:
      'The platform writes JSON, plain text and forms; ' +
      'what else the service understands is of no use here.',
    *check({ definition }) {
      for (const { list, operation } of lists(definition, ['consumes'])) {
        const content = operation && definition && contentOf(definition, operation);
        if (operation && (content === undefined || content === 'binary')) continue;
        for (const [index, type] of list.entries()) {
          if (
            typeof type !== 'string' ||
            !mediaType.test(type) ||
            supported.includes(essence(type))
          )
            continue;
          yield {
            at: list,
            key: index,
            message: safe`The platform cannot send ${type}. Take it out; ${supported} are supported.`,
          };
        }
      }
    },
  },
  {
    id: 'ConsumesMissing',
    severity: certificationSeverity,
    description:
      'An operation that sends a form, or that names what it consumes, consumes something ' +
      'that the platform can send.',
    rationale:
      'Without a media type the platform sends JSON, which is not what the service expects.',
    *check({ definition }) {
      for (const { operation, content, types, at } of senders(definition)) {
        if (content === 'binary' || types.supported) continue;
        // an empty list is what the designer's wizard writes for JSON: 12% of the accepted
        // connectors
        if (types.names.size === 0 && content !== 'form') continue;
        const sends = content === 'form' ? [multipart, urlEncoded] : supported.slice(0, 2);
        const what =
          types.names.size > 0
            ? safe`consumes ${types.some}, none of which the platform can send`
            : safe`has form fields, but consumes nothing`;
        yield {
          ...at,
          message:
            `${safe`The operation ${nameOf(operation)}`} ${what}. ` +
            safe`Name what it is sent as in ${'consumes'}: ${sends}.`,
        };
      }
    },
  },
  {
    id: 'MimeTypeNotCompatibleWithRequestContentSchemaType',
    severity: certificationSeverity,
    description:
      'What an operation sends fits what it consumes: ' +
      'an object is JSON, form fields are a form.',
    rationale:
      'The header of the request says one thing and its body is another; services refuse that.',
    *check({ definition }) {
      for (const { operation, content, types, at } of senders(definition)) {
        if (!types.supported) continue;
        if (content === 'form' && !types.names.has(multipart) && !types.names.has(urlEncoded)) {
          yield {
            ...at,
            message:
              safe`The operation ${nameOf(operation)} has form fields, but consumes ` +
              safe`${types.some}. Name ${multipart} or ${urlEncoded} in ${'consumes'}.`,
          };
        }
        if (content === 'structure' && !types.json) {
          yield {
            ...at,
            message:
              safe`The operation ${nameOf(operation)} sends an object or an array, which is ` +
              safe`written as JSON, but consumes ${types.some}. ` +
              safe`Name ${'application/json'} in ${'consumes'}, or make its fields ` +
              safe`${'formData'} parameters.`,
          };
        }
      }
    },
  },
  {
    id: 'StringBinaryNotSupportedForFormUrlEncoded',
    severity: certificationSeverity,
    description: `An operation that consumes \`${urlEncoded}\` has no file among its form fields.`,
    rationale: 'Raw bytes do not survive being written into a URL-encoded form.',
    *check({ definition }): Iterable<RuleViolation> {
      for (const { operation, types } of senders(definition)) {
        if (!types.names.has(urlEncoded) || types.names.has(multipart)) continue;
        for (const { raw, name, in: location } of operation.parameters) {
          if (location !== 'formData' || !(isBinary(raw) || raw.type === 'file')) continue;
          yield {
            at: raw,
            detail: nameOf(operation),
            message:
              safe`The form field ${name ?? ''} is a file, but ${nameOf(operation)} consumes ` +
              safe`${urlEncoded}. Consume ${multipart} instead.`,
          };
        }
      }
    },
  },
  {
    id: 'ResponseExampleMustBeProducedByOperation',
    severity: certificationSeverity,
    description: 'An example of a response is of a media type that the operation produces.',
    rationale: 'An example of something that is never sent misleads those who read it.',
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
                safe`There is an example of ${type}, which ${nameOf(operation)} does not ` +
                safe`produce. Add the type to ${'produces'}, or remove the example.`,
            };
          }
        }
      }
    },
  },
];
