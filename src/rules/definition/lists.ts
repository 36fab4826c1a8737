import type { Connector } from '../../connector/connector.ts';
import { nameOf, type Definition } from '../../connector/definition.ts';
import type { JsonEdit } from '../../json/document.ts';
import { safe } from '../../shared/finding.ts';
import {
  asList,
  isContainer,
  isObject,
  objectEntries,
  type Json,
  type JsonArray,
  type JsonObject,
} from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';

/** The lists of which no entry may come twice, those with two or more. */
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

/** Entries that are written like an earlier one. */
function* repeated(list: JsonArray): Iterable<{ index: number; earlier: number; entry: Json }> {
  if (new Set(list).size === list.length && !list.some(isContainer)) return; // nearly all
  const first = new Map<string, number>();
  for (const [index, entry] of list.entries()) {
    const key = typeof entry === 'string' ? `"${entry}` : JSON.stringify(entry);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else yield { index, earlier, entry };
  }
}

/** An entry of a list of parameters. */
interface Entry {
  index: number;
  /** As it is written in the list. */
  at: JsonObject;
  /** References followed; undefined where they lead nowhere. */
  raw: JsonObject | undefined;
}

/** The entries of a list of parameters that are objects. */
export const entriesOf = (definition: Definition, list: JsonArray): Entry[] =>
  list.flatMap((at, index) => (isObject(at) ? [{ index, at, raw: definition.follow(at) }] : []));

/** The lists of parameters that are written at paths. */
function* atPaths({
  definition,
}: Connector): Iterable<{ path: string; list: JsonArray; entries: Entry[] }> {
  for (const [path, item] of objectEntries(definition?.raw.paths)) {
    const list = asList(item.parameters);
    if (definition && list.length > 0) yield { path, list, entries: entriesOf(definition, list) };
  }
}

/**
 * The lists of operations and paths in which a parameter may have no name, or be one by reference.
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

/** Where and under which name a parameter is sent: what tells it from others. */
const identity = (raw: JsonObject | undefined): { name: string; in: string } | undefined =>
  typeof raw?.name === 'string' && typeof raw.in === 'string'
    ? { name: raw.name, in: raw.in }
    : undefined;

/**
 * The entries of a list of parameters whose name and place an earlier one has; with a fix where the
 * two say the same.
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
    severity: 'error',
    description:
      'No entry comes twice in a list of values: ' +
      '`enum`, `required`, `tags`, `schemes` and media types.',
    rationale: 'Users see the same choice twice and wonder what the difference is.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { list, what } of definition ? uniqueLists(definition) : []) {
        for (const { index, earlier, entry } of repeated(list)) {
          const shown = typeof entry === 'string' ? entry : JSON.stringify(entry);
          yield {
            at: list,
            key: index,
            message:
              safe`${shown} stands in ${what} already, as item ${earlier + 1}. ` +
              safe`Remove one of the two.`,
            fix: [{ at: list, key: index, remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'TagRedefined',
    severity: 'error',
    description: 'The list `tags` of the definition has each name once.',
    rationale: 'Two descriptions of one group contradict each other.',
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
              safe`The tag ${at.name} is defined already, as item ${earlier + 1} of ${'tags'}. ` +
              safe`Keep one of the two.`,
          };
      }
    },
  },
  {
    id: 'OperationParametersAreNotUnique',
    severity: 'error',
    description: 'No parameter comes twice in a list, not even one that is not complete yet.',
    rationale:
      'One of the two is left over from copying, and whoever completes the other one has ' +
      'two fields for one value.',
    fixable: true,
    *check(connector) {
      for (const { what, list, entries } of uncertainParameters(connector)) {
        // …ContainDuplicateParameter has the others
        const unnamed = new Set(
          entries.filter(({ raw }) => identity(raw) === undefined).map(({ index }) => index),
        );
        if (unnamed.size < 2) continue;
        for (const { index, earlier, entry } of repeated(list)) {
          if (!isObject(entry) || !unnamed.has(index)) continue;
          yield {
            at: entry,
            message:
              `${what} ` +
              (safe`has the same parameter twice: ` +
                safe`it stands in the list already, as item ${earlier + 1}. ` +
                safe`Remove one of the two.`),
            fix: [{ at: list, key: index, remove: true }],
          };
        }
      }
    },
  },
  {
    id: 'PathParametersContainDuplicateParameter',
    severity: 'error',
    description: 'A path declares a parameter of one name and place once.',
    rationale: 'Two fields write the same value, and which of them is sent is chance.',
    fixable: true,
    *check(connector): Iterable<RuleViolation> {
      for (const { path, list, entries } of atPaths(connector)) {
        for (const { at, name, in: location, fix } of declaredTwice(list, entries)) {
          yield {
            at,
            detail: `${location} ${name}`,
            message:
              safe`The path ${path} declares the parameter ${name} in ${location} twice. ` +
              safe`Remove one of the two.`,
            ...(fix && { fix }),
          };
        }
      }
    },
  },
  {
    id: 'PathParametersContainMultipleBodyParameters',
    severity: 'error',
    description: 'A path has at most one body parameter.',
    rationale: 'A request has one body.',
    *check(connector) {
      for (const { path, entries } of atPaths(connector)) {
        for (const { at, raw } of entries.filter((one) => one.raw?.in === 'body').slice(1)) {
          const name = typeof raw?.name === 'string' ? raw.name : 'body';
          yield {
            at,
            message:
              safe`The path ${path} has a further body parameter, ${name}. ` +
              safe`A request has one body: put all fields into one schema.`,
          };
        }
      }
    },
  },
];
