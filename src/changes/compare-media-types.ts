import { nameOf, type Definition, type Operation } from '../connector/definition.ts';
import type { Json } from '../json/values.ts';
import { canonical, entryDifferences } from './json-differences.ts';
import {
  keyLocationOf,
  locationOf,
  subjectOf,
  titleOf,
  type ReportChange,
} from './operation-context.ts';

type OperationPair = { before: Operation; after: Operation };

interface Difference {
  key: 'consumes' | 'produces';
  pair: OperationPair;
  removed: Json[];
  added: Json[];
}

/**
 * Reports the media types that several operations inherit from the definition and that change with
 * it, once for all of them.
 *
 * @returns Reports those of an operation, by its version before the update, that are not part of
 *   that.
 */
export function compareMediaTypes(
  after: Definition,
  pairs: readonly OperationPair[],
  report: ReportChange,
): (operation: Operation) => void {
  const single = new Map<Operation, Difference[]>();
  for (const key of ['consumes', 'produces'] as const) {
    const differing = pairs.flatMap((pair) => differenceOf(key, pair));
    const groups = Map.groupBy(differing, ({ pair, removed, added }) =>
      isInherited(key, pair) ? canonical([removed, added]) : pair,
    );
    for (const group of groups.values()) {
      const [first] = group;
      if (first && group.length > 1)
        report({
          kind: kindOf(first),
          subject: key,
          name: key,
          operations: group.length,
          ...keyLocationOf(after.raw, key),
          before: first.removed,
          after: first.added,
        });
      else if (first) {
        const { before } = first.pair;
        single.set(before, [...(single.get(before) ?? []), first]);
      }
    }
  }
  return (operation) => {
    for (const difference of single.get(operation) ?? []) {
      const { key, pair, removed, added } = difference;
      report({
        kind: kindOf(difference),
        subject: `${subjectOf(pair.after)}/${key}`,
        name: nameOf(pair.after),
        operation: titleOf(pair.after),
        ...locationOf(pair.after.raw, key),
        before: removed,
        after: added,
      });
    }
  };
}

const isInherited = (key: Difference['key'], { before, after }: OperationPair): boolean =>
  before.raw[key] === undefined && after.raw[key] === undefined;

function kindOf({ key, removed }: Difference) {
  if (removed.length === 0) return 'OperationMediaTypesWidened' as const;
  return key === 'consumes'
    ? ('OperationConsumesNarrowed' as const)
    : ('OperationProducesNarrowed' as const);
}

/** A request without a body has no media type. */
const sendsBody = ({ parameters }: Operation): boolean =>
  parameters.some((parameter) => parameter.in === 'body' || parameter.in === 'formData');

function differenceOf(key: Difference['key'], pair: OperationPair): Difference[] {
  const { before, after } = pair;
  if (key === 'consumes' && !(sendsBody(before) && sendsBody(after))) return [];
  const newTypes = after[key].map(normalMediaType);
  const differences = entryDifferences(before[key].map(normalMediaType), newTypes);
  const { added } = differences;
  const removed = newTypes.includes('*/*') ? [] : differences.removed;
  return removed.length > 0 || added.length > 0 ? [{ key, pair, removed, added }] : [];
}

/**
 * Media types are not case-sensitive, spaces around their parameters do not count, and UTF-8 is the
 * encoding anyway.
 */
const normalMediaType = (type: string): string =>
  type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== 'charset=utf-8')
    .join('; ');
