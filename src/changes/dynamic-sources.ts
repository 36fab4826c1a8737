import { asText, isObject, type Json, type JsonObject } from '../json/values.ts';
import { canonical, isImplied, type BeforeAfter } from './json-differences.ts';

/**
 * Extensions that say where a field gets its values or its fields from. Those of a group say the same
 * to older and newer versions of the designer.
 */
const groups = [
  ['x-ms-dynamic-values', 'x-ms-dynamic-list'],
  ['x-ms-dynamic-schema', 'x-ms-dynamic-properties'],
  ['x-ms-dynamic-tree'],
  ['x-ms-capability'],
] as const;

const extensions: ReadonlySet<string> = new Set(groups.flat());
export const isDynamicExtension = (key: string): boolean => extensions.has(key);

/** What the keys of an extension mean, in the words of messages. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['operationId', 'operation'],
  ['builtInOperation', 'operation'],
  ['capability', 'operation'],
  ['value-collection', 'collection'],
  ['itemsPath', 'collection'],
  ['value-path', 'value'],
  ['itemValuePath', 'value'],
  ['value-title', 'title'],
  ['itemTitlePath', 'title'],
]);

/** A source without the differences between the older and the newer notation. */
function sourceOf(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      if (isImplied(key, part)) return [];
      const isArguments = key === 'parameters' && isObject(part);
      return [[meanings.get(key) ?? key, isArguments ? argumentsOf(part) : part] as const];
    }),
  );
}

const argumentsOf = (parameters: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, argument]) => [name, argumentOf(argument)]),
  );

/** The newer notation refers to a field by its path, the older by its name. */
function argumentOf(argument: Json): Json {
  if (!isObject(argument)) return argument;
  const path = asText(argument.parameter) ?? asText(argument.parameterReference);
  if (path !== undefined) return { parameter: path.slice(path.lastIndexOf('/') + 1) };
  return argument.value ?? argument;
}

interface DynamicChange extends BeforeAfter {
  /** The extension to locate. */
  key: string;
}

/** The sources that change, each once, in whichever notations it is written. */
export function dynamicChanges(
  before: ReadonlyMap<string, Json>,
  after: ReadonlyMap<string, Json>,
): DynamicChange[] {
  return groups.flatMap((group) => {
    if (!group.some((key) => before.has(key) || after.has(key))) return [];
    const changes = group.map((key) => ({
      key,
      before: sourceOf(before.get(key)),
      after: sourceOf(after.get(key)),
    }));
    const textsOf = (side: 'before' | 'after'): string[] =>
      changes.map((change) => (change[side] === undefined ? '' : canonical(change[side])));
    const [oldTexts, newTexts] = [textsOf('before'), textsOf('after')];
    if (setOf(oldTexts) === setOf(newTexts)) return [];
    return changes.filter((_, index) => {
      if (oldTexts[index] === newTexts[index]) return false;
      // Whether an earlier notation of the group changes in the same way
      const isRepeated = (texts: readonly string[]): boolean =>
        texts[index] === '' || texts.slice(0, index).includes(texts[index] ?? '');
      return index === 0 || !(isRepeated(oldTexts) && isRepeated(newTexts));
    });
  });
}

const setOf = (texts: readonly string[]): string =>
  [...new Set(texts.filter((text) => text !== ''))].sort().join('\n');
