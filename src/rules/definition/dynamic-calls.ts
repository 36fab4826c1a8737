import type { Definition, Operation } from '../../connector/definition.ts';
import {
  bodyProperty,
  dynamicCalls,
  inputAt,
  parameterNamed,
  type Argument,
  type DynamicCall,
  type DynamicExtension,
  type Input,
} from '../../connector/dynamic-values.ts';
import { asText, type JsonObject } from '../../json/values.ts';
import { memoize } from '../../shared/memoize.ts';
import type { RuleViolation } from '../rule.ts';

/**
 * By extension: the property with the path to the array in the response, and the properties with
 * paths from each item, or from the response, to the values.
 */
export const pathProperties: Record<
  DynamicExtension,
  { list?: string; values: readonly string[] }
> = {
  'x-ms-dynamic-values': { list: 'value-collection', values: ['value-path', 'value-title'] },
  'x-ms-dynamic-list': { list: 'itemsPath', values: ['itemValuePath', 'itemTitlePath'] },
  'x-ms-dynamic-tree': { list: 'itemsPath', values: ['itemValuePath', 'itemTitlePath'] },
  'x-ms-dynamic-schema': { values: ['value-path'] },
  'x-ms-dynamic-properties': { values: ['itemValuePath'] },
};

export const pathIn = (call: DynamicCall, key: string): string => asText(call.at[key]) ?? '';

/**
 * The inputs of an operation that a name can refer to: in legacy extensions, a parameter, a
 * property of the body by its path, or both.
 */
export interface ReferencedInputs {
  parameter: Input | undefined;
  property: Input | undefined;
  /** Whether all possible inputs are known. */
  certain: boolean;
}

export function referencedInputs(
  definition: Definition,
  operation: Operation,
  name: string,
  legacy: boolean,
): ReferencedInputs {
  const parameter = parameterNamed(definition, operation, name);
  let found: Input | 'missing' | 'unknown' = 'missing';
  if (legacy) {
    found = bodyProperty(definition, operation, name);
    if (found === 'missing' && name.includes('.'))
      found = bodyProperty(definition, operation, name.replaceAll('.', '/'));
  } else if (!parameter) {
    found = inputAt(definition, operation, name);
  }
  return {
    parameter,
    property: typeof found === 'string' ? undefined : found,
    certain: found !== 'unknown',
  };
}

/** The input that a name refers to, a parameter if it can be either. */
export const inputOf = ({ parameter, property }: ReferencedInputs): Input | undefined =>
  parameter ?? property;

/** A reference in a call to an input of the operation that uses it. */
export interface Reference extends ReferencedInputs {
  call: DynamicCall;
  argument: Argument;
  /** The referenced name or path, and where it is written. */
  path: string;
  at: JsonObject;
  key: string;
  operation: Operation;
}

/**
 * The operations that use a call. An extension with an array of choices applies to inputs; one
 * with a schema also applies to responses.
 */
const callersOf = (
  definition: Definition,
  { schema: { root }, extension }: DynamicCall,
): ReadonlySet<Operation> =>
  new Set([
    ...definition.operationsUsing(root, 'input'),
    ...(pathProperties[extension].list === undefined
      ? definition.operationsUsing(root, 'output')
      : []),
  ]);

/** All references in the calls of a definition. */
const referencesIn = memoize((definition: Definition): readonly Reference[] => {
  const found: Reference[] = [];
  for (const call of dynamicCalls(definition)) {
    for (const argument of call.arguments) {
      const { source } = argument;
      if (source?.kind !== 'reference') continue;
      for (const operation of callersOf(definition, call)) {
        found.push({
          call,
          argument,
          path: source.path,
          at: source.at,
          key: source.key,
          operation,
          ...referencedInputs(definition, operation, source.path, call.legacy),
        });
      }
    }
  }
  return found;
});

/**
 * Reports each invalid reference once, for the first operation in which it is invalid.
 * `messageFor` returns what is wrong with a reference, or undefined if it is valid.
 */
export function* invalidReferences(
  definition: Definition | undefined,
  messageFor: (reference: Reference) => string | undefined,
): Iterable<RuleViolation> {
  const reported = new Set<JsonObject>();
  for (const reference of definition ? referencesIn(definition) : []) {
    const { at, key } = reference;
    const message = reported.has(at) ? undefined : messageFor(reference);
    if (message === undefined) continue;
    reported.add(at);
    yield { at, key, message };
  }
}
