import type { Connector } from '../../connector/connector.ts';
import { nameOf, type Definition } from '../../connector/definition.ts';
import type { JsonEdit } from '../../json/document.ts';
import { safe } from '../../shared/finding.ts';
import {
  asList,
  isContainer,
  isObject,
  objectEntries,
  writtenValue,
  type Json,
  type JsonArray,
  type JsonObject,
} from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';

/** The arrays with at least two entries whose entries must be unique. */
function* uniqueLists(definition: Definition): Iterable<{ list: JsonArray; what: string }> {
  const owners = [
    { keys: ['consumes', 'produces', 'schemes'], ats: [definition.raw] },
    {
      keys: ['consumes', 'produces', 'schemes', 'tags'],
      ats: definition.operations.map(({ raw }) => raw),
    },
    { keys: ['enum'], ats: definition.having('enum').map(({ raw }) => raw) },
    { keys: ['required'], ats: definition.having('required').map(({ raw }) => raw) },
  ];
  for (const { keys, ats } of owners) {
    for (const at of ats) {
      for (const what of keys) {
        const list = at[what];
        if (Array.isArray(list) && list.length > 1) yield { list, what };
      }
    }
  }
}

/** The entries that equal an earlier entry. */
function* repeated(list: JsonArray): Iterable<{ index: number; earlier: number; entry: Json }> {
  // the fast path, which nearly all arrays take
  if (new Set(list).size === list.length && !list.some(isContainer)) return;
  const first = new Map<string, number>();
  for (const [index, entry] of list.entries()) {
    const key = typeof entry === 'string' ? `"${entry}` : JSON.stringify(entry);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else yield { index, earlier, entry };
  }
}

/** An entry in an array of parameters. */
interface Entry {
  index: number;
  /** The entry as written in the array. */
  at: JsonObject;
  /** The entry after following references; undefined if a reference has no target. */
  raw: JsonObject | undefined;
}

/** The entries of a parameter array that are objects. */
export const entriesOf = (definition: Definition, list: JsonArray): Entry[] =>
  list.flatMap((at, index) => (isObject(at) ? [{ index, at, raw: definition.follow(at) }] : []));

/** The parameter arrays of paths. */
function* atPaths({
  definition,
}: Connector): Iterable<{ path: string; list: JsonArray; entries: Entry[] }> {
  for (const [path, item] of objectEntries(definition?.raw.paths)) {
    const list = asList(item.parameters);
    if (definition && list.length > 0) yield { path, list, entries: entriesOf(definition, list) };
  }
}

/**
 * The parameter arrays of operations and paths that contain a reference or a parameter without a
 * name.
 */
function* uncertainParameters(
  connector: Connector,
): Iterable<{ what: string; list: JsonArray; entries: Entry[] }> {
  const { definition } = connector;
  for (const operation of definition?.operations ?? []) {
    const list = asList(operation.raw.parameters);
    if (definition && list.length > 1 && !list.every(isWritten))
      yield {
        what: safe`The operation ${nameOf(operation)}`,
        list,
        entries: entriesOf(definition, list),
      };
  }
  for (const { path, list, entries } of atPaths(connector))
    if (!list.every(isWritten)) yield { what: safe`The path ${path}`, list, entries };
}

const isWritten = (parameter: Json): boolean =>
  isObject(parameter) &&
  typeof parameter.name === 'string' &&
  typeof parameter.in === 'string' &&
  parameter.$ref === undefined;

/** What distinguishes a parameter from others: its location and name. */
const identity = (raw: JsonObject | undefined): { name: string; in: string } | undefined =>
  typeof raw?.name === 'string' && typeof raw.in === 'string'
    ? { name: raw.name, in: raw.in }
    : undefined;

/**
 * The parameters whose name and location an earlier entry already has; with a fix if both entries
 * are equal.
 */
export function* declaredTwice(
  list: JsonArray,
  entries: readonly Entry[],
): Iterable<{ at: JsonObject; name: string; in: string; fix?: JsonEdit[] }> {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const { raw, at, index } = entry;
    const parameter = identity(raw);
    if (!parameter) continue;
    const key = `${parameter.in} ${parameter.name}`;
    const earlier = first.get(key);
    if (!earlier) {
      first.set(key, entry);
      continue;
    }
    const same = JSON.stringify(earlier.raw) === JSON.stringify(raw);
    yield { at, ...parameter, ...(same && { fix: [{ at: list, key: index, remove: true }] }) };
  }
}

export const lists: Rule[] = [
  {
    id: 'ArrayDuplicateValue',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'The values in an array are unique: `enum`, `required`, `tags`, `schemes` and media types.',
    rationale: 'Users see the same choice twice and wonder about the difference.',
    policies: openApiStandard,
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { list, what } of definition ? uniqueLists(definition) : []) {
        for (const { index, earlier, entry } of repeated(list)) {
          yield {
            at: list,
            key: index,
            message:
              safe`${writtenValue(entry)} is already in ${what}, as item ${earlier + 1}. Remove one of ` +
              'the two.',
            fix: [{ at: list, key: index, remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'TagRedefined',
    source: 'swagger-validator',
    severity: 'error',
    description: 'The names in the array `tags` of the definition are unique.',
    rationale: 'Two descriptions of one tag contradict each other.',
    policies: openApiStandard,
    *check({ definition }) {
      const first = new Map<string, number>();
      for (const [index, at] of asList(definition?.raw.tags).entries()) {
        if (!isObject(at) || typeof at.name !== 'string') continue;
        const earlier = first.get(at.name);
        if (earlier === undefined) first.set(at.name, index);
        else
          yield {
            at,
            key: 'name',
            message:
              safe`The tag ${at.name} is already defined, as item ${earlier + 1} of ` +
              safe`${'tags'}. Keep one of the two.`,
          };
      }
    },
  },
  {
    id: 'OperationParametersAreNotUnique',
    source: 'swagger-validator',
    severity: 'error',
    description: 'No parameter is repeated in an array, even if it is incomplete.',
    rationale:
      'The second entry is usually left over from copying. If its name is added later, ' +
      'users see two fields for one value.',
    policies: openApiStandard,
    fixable: true,
    *check(connector) {
      for (const { what, list, entries } of uncertainParameters(connector)) {
        // OperationParametersContainDuplicateParameter reports the others.
        const unnamed = new Set(
          entries.filter(({ raw }) => identity(raw) === undefined).map(({ index }) => index),
        );
        if (unnamed.size < 2) continue;
        for (const { index, earlier, entry } of repeated(list)) {
          if (!isObject(entry) || !unnamed.has(index)) continue;
          yield {
            at: entry,
            message:
              `${what} has the same parameter twice: it is already in the array, as item ` +
              safe`${earlier + 1}. Remove one of the two.`,
            fix: [{ at: list, key: index, remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'PathParametersContainDuplicateParameter',
    source: 'swagger-validator',
    severity: 'error',
    description: 'A path declares each parameter, by name and location, once.',
    rationale: 'Users see two fields for one value, and it is undefined which one is sent.',
    policies: openApiStandard,
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { path, list, entries } of atPaths(connector)) {
        for (const { at, name, in: location, fix } of declaredTwice(list, entries)) {
          yield {
            at,
            detail: `${location} ${name}`,
            message:
              safe`The path ${path} declares the parameter ${name} in ${location} twice. ` +
              'Remove one of the two.',
            ...(fix && { fix }),
          };
        }
      }
    },
  },
  {
    id: 'PathParametersContainMultipleBodyParameters',
    source: 'swagger-validator',
    severity: 'error',
    description: 'A path has at most one body parameter.',
    rationale: 'A request has only one body.',
    policies: openApiStandard,
    *check(connector) {
      for (const { path, entries } of atPaths(connector)) {
        for (const { at, raw } of entries.filter((entry) => entry.raw?.in === 'body').slice(1)) {
          const name = typeof raw?.name === 'string' ? raw.name : 'body';
          yield {
            at,
            message:
              safe`The path ${path} has a second body parameter, ${name}. A request has ` +
              'only one body: combine all fields in one schema.',
          };
        }
      }
    },
  },
];
