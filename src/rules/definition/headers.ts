import type { Connector } from '../../connector/connector.ts';
import { nameOf, type Operation } from '../../connector/definition.ts';
import { dynamicCalls } from '../../connector/dynamic-values.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, asText, objectEntries, stringsIn, type JsonObject } from '../../json/values.ts';
import { trimEnd, trimInvisible } from '../../shared/text.ts';
import { openApiStandard } from '../policy-codes.ts';
import type { Rule, RuleViolation } from '../rule.ts';

/** RFC 9110, section 5.6.2: what the name of a header consists of. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** RFC 9110, section 5.5: visible ASCII characters, spaces and tabs. */
const sendable = /^[\t -~]*$/;

/** The headers of requests and responses, with the place of the name and what the header is. */
function* headers({
  definition,
  properties,
}: Connector): Iterable<{ at: JsonObject; key: string; part?: 'key'; name: string }> {
  for (const { raw: at, name, in: location } of definition?.parameters ?? [])
    if (location === 'header' && name !== undefined) yield { at, key: 'name', name };
  for (const { raw } of definition?.responses ?? []) {
    const at = asObject(raw.headers);
    for (const name of at ? Object.keys(at) : [])
      if (at) yield { at, key: name, part: 'key', name };
  }
  for (const [, at] of objectEntries(definition?.section('securityDefinitions'))) {
    const name = asText(at.name);
    if (at.type === 'apiKey' && at.in === 'header' && name !== undefined)
      yield { at, key: 'name', name };
  }
  const key = 'x-ms-apimTemplateParameter.name';
  for (const { templateId, parameters: at } of properties?.policies ?? []) {
    const name = asText(at?.[key]);
    // An expression, such as one with a connection parameter, stands for any name.
    const isExpression = name !== undefined && /[@{[]/.test(name);
    if (at && templateId?.toLowerCase() === 'setheader' && name !== undefined && !isExpression)
      yield { at, key, name };
  }
}

/** The texts that a header parameter can send without a user who enters them. */
function* fixedValues(at: JsonObject): Iterable<{ at: JsonObject; key: string; value: string }> {
  const fallback = asText(at.default);
  if (fallback !== undefined) yield { at, key: 'default', value: fallback };
  const value = stringsIn(at.enum).find((item) => !sendable.test(item));
  if (value !== undefined) yield { at, key: 'enum', value };
}

/**
 * Headers that describe the body of a message. .NET, which the platform calls services with, refuses
 * them in a request without a body: "Misused header name".
 */
const contentHeaders = new Set([
  'allow',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'expires',
  'last-modified',
]);

/** The operations that the designer calls, each with the name of a field that it fills. */
function dynamicTargets({ definition }: Connector): Map<Operation, string> {
  const targets = new Map<Operation, string>();
  for (const { target, schema, extension } of dynamicCalls(definition))
    if (target && !targets.has(target)) targets.set(target, schema.name ?? extension);
  return targets;
}

export const headerRules: Rule[] = [
  {
    // Two accepted connectors have a header `Content-Type:`, and one a name with a space.
    id: 'HeaderNameNotValid',
    severity: 'warning',
    policies: openApiStandard,
    description:
      'The name of a header contains only ASCII letters, digits, hyphens and a few ' +
      'other characters.',
    rationale:
      'HTTP allows no other characters (RFC 9110, section 5.1): the call fails, or the header ' +
      'is dropped.',
    *check(connector): Iterable<RuleViolation> {
      for (const { name, ...place } of headers(connector)) {
        if (token.test(name)) continue;
        const bare = trimInvisible(trimEnd(trimInvisible(name), /[:\s]/));
        yield {
          ...place,
          message:
            safe`No HTTP header can have the name ${name}. ` +
            (token.test(bare)
              ? safe`Write ${bare}.`
              : 'Use the name that the service expects, without spaces, colons and other ' +
                'special characters.'),
        };
      }
    },
  },
  {
    // No accepted connector has such a header. microsoft/Power-Fx#2204: headers must be ASCII.
    id: 'HeaderValueNotValid',
    severity: 'warning',
    policies: openApiStandard,
    description:
      'The default and the values of a header contain only ASCII characters and no line breaks.',
    rationale: 'HTTP clients reject other characters in a header, or send them altered.',
    *check({ definition }): Iterable<RuleViolation> {
      for (const { raw, name, in: location } of definition?.parameters ?? []) {
        for (const { value, ...place } of location === 'header' ? fixedValues(raw) : [])
          if (!sendable.test(value))
            yield {
              ...place,
              message:
                safe`The header ${name ?? ''} cannot have the value ${value}. Use ASCII letters, ` +
                'digits and punctuation.',
            };
      }
    },
  },
  {
    // Four accepted connectors call such an operation. Whether the platform always fails is not
    // known: microsoft/PowerPlatformConnectors#3808.
    id: 'DynamicOperationHasContentHeader',
    severity: 'warning',
    policies: openApiStandard,
    description:
      'An operation that fills a list or a form in the designer, and sends no body, has no ' +
      'header that describes a body, such as `Content-Type`.',
    rationale:
      'The platform rejects such a call with "Misused header name", and users see an empty ' +
      'list. The same operation may work as an action.',
    *check(connector) {
      for (const [operation, field] of dynamicTargets(connector)) {
        const hasBody = operation.parameters.some(({ in: location = '' }) =>
          ['body', 'formData'].includes(location),
        );
        for (const { raw, name, in: location } of hasBody ? [] : operation.parameters) {
          if (location !== 'header' || !contentHeaders.has(name?.trim().toLowerCase() ?? ''))
            continue;
          yield {
            at: raw,
            key: 'name',
            detail: nameOf(operation),
            message:
              safe`${nameOf(operation)} fills ${field} in the designer and has the header ` +
              safe`${name ?? ''}, which only a request with a body can have: the call may fail ` +
              safe`with ${'Misused header name'}. Remove the parameter.`,
          };
        }
      }
    },
  },
];
