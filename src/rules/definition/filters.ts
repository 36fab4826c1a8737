import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, writtenValue, type JsonArray, type JsonObject } from '../../json/values.ts';
import type { Schema } from '../../connector/definition.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

/**
 * The filter functions of a column. The names are those that Power Fx reads (microsoft/Power-Fx,
 * DelegationMetadataOperatorConstants.cs); no accepted connector has the property.
 */
const functions = new Set(
  [
    ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'and', 'or', 'not', 'null'],
    [
      'contains',
      'indexof',
      'substringof',
      'startswith',
      'endswith',
      'length',
      'tolower',
      'toupper',
      'trim',
    ],
    ['year', 'month', 'day', 'hour', 'minute', 'second', 'date'],
    [
      'sum',
      'min',
      'max',
      'average',
      'count',
      'countdistinct',
      'distinct',
      'add',
      'sub',
      'mul',
      'div',
    ],
    ['cdsin', 'top', 'astype', 'arraylookup', 'join'],
  ].flat(),
);

/** Each array `filterFunctions` of `x-ms-capabilities`, with its schema. */
function* filterLists({
  definition,
}: Connector): Iterable<{ at: JsonObject; list: JsonArray; schema: Schema }> {
  for (const schema of definition?.having('x-ms-capabilities') ?? []) {
    const at = asObject(schema.raw['x-ms-capabilities']);
    const list = at?.filterFunctions;
    if (at && Array.isArray(list)) yield { at, list, schema };
  }
}

export const filters: Rule[] = [
  {
    id: 'FilterFunctionsPropertyEmpty',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'The array `filterFunctions` is not empty.',
    rationale: 'An empty array leaves it unclear whether filtering is supported.',
    policies: connectorStandard,
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { at, list } of filterLists(connector)) {
        if (list.length === 0)
          yield {
            at,
            key: 'filterFunctions',
            message:
              safe`The array ${'filterFunctions'} is empty. List the functions, or remove ` + 'it.',
            fix: [{ at, key: 'filterFunctions', remove: true }],
          };
      }
    },
  },
  {
    id: 'FilterFunctionsPropertyHasDuplicates',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: '`filterFunctions` lists each function once.',
    rationale: 'A repeated name is often a mistake for another one.',
    policies: connectorStandard,
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { list } of filterLists(connector)) {
        const seen = new Set<unknown>();
        for (const [index, name] of list.entries()) {
          if (typeof name === 'string' && seen.has(name)) {
            yield {
              at: list,
              key: index,
              message: safe`The function ${name} is already in the array. Remove the repetition.`,
              fix: [{ at: list, key: index, remove: true }],
            };
          }
          seen.add(name);
        }
      }
    },
  },
  {
    id: 'FilterFunctionsPropertyInInputSchema',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: '`filterFunctions` is used only in responses.',
    rationale: 'It lists how the rows of a table can be filtered; a request has no rows to filter.',
    policies: connectorStandard,
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { at, schema } of filterLists(connector)) {
        if (schema.root.use.input && !schema.root.use.output) {
          yield {
            at,
            key: 'filterFunctions',
            part: 'key',
            message:
              safe`${'filterFunctions'} is set on ${schema.name ?? 'a value'}, which is ` +
              'sent to the service, not returned by it. Remove it here, and set it in ' +
              'the schema of a response.',
            fix: [{ at, key: 'filterFunctions', remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'FilterFunctionsPropertyInvalidValue',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: '`filterFunctions` lists only functions that the platform supports.',
    rationale:
      'The platform passes a filter to the service only if it knows the function; ' +
      'otherwise it filters only the first rows itself.',
    policies: connectorStandard,
    *check(connector) {
      for (const { list } of filterLists(connector)) {
        for (const [index, name] of list.entries()) {
          if (typeof name === 'string' && functions.has(name)) continue;
          yield {
            at: list,
            key: index,
            message:
              safe`${writtenValue(name)} is not a filter function. Use names such as ` +
              safe`${['eq', 'ne', 'lt', 'contains', 'startswith']}.`,
          };
        }
      }
    },
  },
];
