import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, type JsonArray, type JsonObject } from '../../json/values.ts';
import type { Schema } from '../../connector/definition.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

/**
 * What a column can be asked to filter by. The names are those that Power Fx reads
 * (microsoft/Power-Fx, DelegationMetadataOperatorConstants.cs); no accepted connector has the
 * property.
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

/** Each list `filterFunctions` of `x-ms-capabilities`, with the schema it is said of. */
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
    severity: certificationSeverity,
    description: 'The list `filterFunctions`, where it is there, is not empty.',
    rationale: 'An empty list says neither that one can filter nor that one cannot.',
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { at, list } of filterLists(connector)) {
        if (list.length === 0)
          yield {
            at,
            key: 'filterFunctions',
            message: safe`The list ${'filterFunctions'} is empty. Name the functions, or remove it.`,
            fix: [{ at, key: 'filterFunctions', remove: true }],
          };
      }
    },
  },
  {
    id: 'FilterFunctionsPropertyHasDuplicates',
    severity: certificationSeverity,
    description: '`filterFunctions` names each function once.',
    rationale: 'A name that comes twice was often meant to be another.',
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { list } of filterLists(connector)) {
        const seen = new Set<unknown>();
        for (const [index, name] of list.entries()) {
          if (typeof name === 'string' && seen.has(name)) {
            yield {
              at: list,
              key: index,
              message: safe`The function ${name} is in the list already. Remove it here.`,
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
    severity: certificationSeverity,
    description: '`filterFunctions` stands in what the service answers.',
    rationale:
      'It says what the rows of a table can be filtered by; ' +
      'in a request there is nothing to filter.',
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { at, schema } of filterLists(connector)) {
        if (schema.root.use.input && !schema.root.use.output) {
          yield {
            at,
            key: 'filterFunctions',
            part: 'key',
            message:
              safe`${'filterFunctions'} is said of ${schema.name ?? 'a value'}, which is sent ` +
              safe`and not received. Remove it here; it belongs into the schema of a response.`,
            fix: [{ at, key: 'filterFunctions', remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'FilterFunctionsPropertyInvalidValue',
    severity: certificationSeverity,
    description: '`filterFunctions` names functions that the platform knows.',
    rationale:
      'The platform passes a filter on to the service only where it knows the function; ' +
      'else it filters the first rows by itself.',
    *check(connector) {
      for (const { list } of filterLists(connector)) {
        for (const [index, name] of list.entries()) {
          if (typeof name === 'string' && functions.has(name)) continue;
          yield {
            at: list,
            key: index,
            message:
              safe`${typeof name === 'string' ? name : JSON.stringify(name)} is no filter ` +
              safe`function. Use names such as ${['eq', 'ne', 'lt', 'contains', 'startswith']}.`,
          };
        }
      }
    },
  },
];
