import type { Definition, Operation } from '../connector/definition.ts';
import {
  asText,
  isObject,
  objectEntries,
  objectsIn,
  stringsIn,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { canonical, type BeforeAfter } from './json-differences.ts';
import { keyLocationOf, type ReportChange } from './operation-context.ts';

type OperationPair = { before: Operation; after: Operation };

/**
 * Reports what changes in the security of all or several operations: once, however many operations it
 * reaches. The name of a security definition means nothing outside the definition, so a renamed one
 * is not a change.
 *
 * @returns The change of an operation, by its version before the update, if it is not part of those.
 */
export function compareSecurity(
  before: Definition,
  after: Definition,
  pairs: readonly OperationPair[],
  report: ReportChange,
): (operation: Operation) => BeforeAfter | undefined {
  const newNames = compareSecurityDefinitions(before, after, report);
  const differing = pairs.flatMap(({ before: from, after: to }) => {
    const values = {
      before: requirementsOf(from, before, newNames),
      after: requirementsOf(to, after),
    };
    return values.before.join('\n') === values.after.join('\n')
      ? []
      : [{ from, to, values, inherits: inheritsSecurity(from) || inheritsSecurity(to) }];
  });
  const single = new Map<Operation, BeforeAfter>();
  for (const group of Map.groupBy(differing, ({ values }) =>
    canonical(Object.values(values)),
  ).values()) {
    const [first] = group;
    if (!first) continue;
    if (group.length === 1 && !(first.inherits && pairs.length === 1)) {
      single.set(first.from, first.values);
      continue;
    }
    report({
      kind: 'SecurityChanged',
      subject: 'security',
      ...(first.inherits
        ? keyLocationOf(after.raw, 'security')
        : keyLocationOf(first.to.raw, 'security')),
      name: 'security',
      operations: group.length,
      ...first.values,
    });
  }
  return (operation) => single.get(operation);
}

const inheritsSecurity = ({ raw }: Operation): boolean => raw.security === undefined;

/**
 * What a call needs, as sorted texts: each is enough by itself. Empty if it needs nothing. `names`
 * are the names in the new version, by those in the old version.
 */
function requirementsOf(
  { raw }: Operation,
  definition: Definition,
  names: ReadonlyMap<string, string> = new Map(),
): string[] {
  const requirements = objectsIn(raw.security ?? definition.raw.security).map((requirement) =>
    Object.entries(requirement)
      .map(([name, scopes]) => {
        const list = stringsIn(scopes).sort();
        return (names.get(name) ?? name) + (list.length > 0 ? ` with ${list.join(' and ')}` : '');
      })
      .sort()
      .join(', and '),
  );
  return Array.from(new Set(requirements.filter((requirement) => requirement !== ''))).sort();
}

/** A security definition without what has no effect, such as the texts of scopes. */
const contentOf = (raw: JsonObject | undefined): Json | undefined =>
  raw &&
  Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => key !== 'description')
      .map(([key, value]) => {
        const isScopes = key === 'scopes' && isObject(value);
        return [key, isScopes ? Object.keys(value).sort() : value];
      }),
  );

/** A text that is the same for definitions that mean the same: names of headers have no case. */
function meaningOf(raw: JsonObject | undefined): string {
  const isHeader = raw?.in === 'header' && typeof raw.name === 'string';
  return canonical(
    contentOf(isHeader ? { ...raw, name: asText(raw.name)?.toLowerCase() ?? '' } : raw),
  );
}

/**
 * Reports security definitions that changed.
 *
 * @returns The new names of renamed definitions.
 */
function compareSecurityDefinitions(
  before: Definition,
  after: Definition,
  report: ReportChange,
): Map<string, string> {
  const [from, to] = [definitionsOf(before), definitionsOf(after)];
  const newNames = renamedDefinitions(from, to);
  const unchanged = new Set(newNames.values());
  const pairs = [
    ...Array.from(from, ([name, raw]) => {
      const newName = newNames.get(name) ?? name;
      return { name: newName, before: raw, after: to.get(newName) };
    }),
    ...Array.from(to)
      .filter(([name]) => !from.has(name) && !unchanged.has(name))
      .map(([name, raw]) => ({ name, before: undefined, after: raw })),
  ];
  for (const { name, ...raws } of pairs) {
    const values = { before: contentOf(raws.before), after: contentOf(raws.after) };
    if (meaningOf(raws.before) === meaningOf(raws.after)) continue;
    report({
      kind: 'SecurityDefinitionChanged',
      subject: `securityDefinitions/${name}`,
      ...keyLocationOf(after.raw, 'securityDefinitions'),
      name,
      ...values,
    });
  }
  return newNames;
}

const definitionsOf = ({ raw }: Definition): Map<string, JsonObject> =>
  new Map(objectEntries(raw.securityDefinitions));

/** The new names of definitions that have the same content, or are the only ones that came and went. */
function renamedDefinitions(
  from: ReadonlyMap<string, JsonObject>,
  to: ReadonlyMap<string, JsonObject>,
): Map<string, string> {
  const gone = [...from].filter(([name]) => !to.has(name));
  const come = [...to].filter(([name]) => !from.has(name));
  const newNames = new Map<string, string>();
  const byContent = Map.groupBy(come, ([, raw]) => meaningOf(raw));
  for (const [name, raw] of gone) {
    const same = byContent.get(meaningOf(raw))?.shift();
    if (same) newNames.set(name, same[0]);
  }
  const [oldRest, ...moreGone] = gone.filter(([name]) => !newNames.has(name));
  const usedNames = new Set(newNames.values());
  const [newRest, ...moreCome] = come.filter(([name]) => !usedNames.has(name));
  if (oldRest && newRest && moreGone.length === 0 && moreCome.length === 0)
    newNames.set(oldRest[0], newRest[0]);
  return newNames;
}
