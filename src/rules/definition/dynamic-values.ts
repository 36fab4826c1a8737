import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import {
  responseSchemaOf,
  bodyProperty,
  dynamicCalls,
  dynamicExtensions,
  inputAt,
  isOpen,
  parameterNamed,
  requiredInputs,
  schemaAt,
  type Argument,
  type DynamicCall,
  type DynamicExtension,
  type Input,
} from '../../connector/dynamic-values.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { asObject, asText, isObject, typeName, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

/**
 * By extension: the property with the path to the array in the response, and the properties with
 * paths from each item, or from the response, to the values.
 */
const paths: Record<DynamicExtension, { list?: string; values: readonly string[] }> = {
  'x-ms-dynamic-values': { list: 'value-collection', values: ['value-path', 'value-title'] },
  'x-ms-dynamic-list': { list: 'itemsPath', values: ['itemValuePath', 'itemTitlePath'] },
  'x-ms-dynamic-tree': { list: 'itemsPath', values: ['itemValuePath', 'itemTitlePath'] },
  'x-ms-dynamic-schema': { values: ['value-path'] },
  'x-ms-dynamic-properties': { values: ['itemValuePath'] },
};

const pathIn = (call: DynamicCall, key: string): string => asText(call.at[key]) ?? '';

/**
 * Whether a path can be parsed: it has no empty segment, and every tilde escapes a tilde or a
 * slash.
 */
const isReadable = (path: string): boolean =>
  path.split('/').every((step) => step !== '' && !/~(?![01])/.test(step));

/** Whether a `$ref` can be decoded: every percent sign encodes a character. */
const isDecodable = (ref: string): boolean => {
  try {
    return !ref.includes('%') || decodeURIComponent(ref) !== '';
  } catch {
    return false;
  }
};

/**
 * The inputs of an operation that a name can refer to: in legacy extensions, a parameter, a
 * property of the body by its path, or both.
 */
interface Meant {
  parameter: Input | undefined;
  property: Input | undefined;
  /** Whether all possible inputs are known. */
  certain: boolean;
}

function meant(definition: Definition, operation: Operation, name: string, legacy: boolean): Meant {
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

/** An argument that a call passes to the operation that it calls. */
interface Target extends Meant {
  call: DynamicCall;
  argument: Argument;
  target: Operation;
}

/** A reference in a call to an input of the operation that uses it. */
interface Source extends Meant {
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
const askedBy = (
  definition: Definition,
  { schema: { root }, extension }: DynamicCall,
): ReadonlySet<Operation> =>
  new Set([
    ...definition.operationsUsing(root, 'input'),
    ...(paths[extension].list === undefined ? definition.operationsUsing(root, 'output') : []),
  ]);

/** All references in the calls of a definition. */
const sources = memoize((definition: Definition): readonly Source[] => {
  const found: Source[] = [];
  for (const call of dynamicCalls(definition)) {
    for (const argument of call.arguments) {
      const { source } = argument;
      if (source?.kind !== 'reference') continue;
      for (const operation of askedBy(definition, call)) {
        found.push({
          call,
          argument,
          path: source.path,
          at: source.at,
          key: source.key,
          operation,
          ...meant(definition, operation, source.path, call.legacy),
        });
      }
    }
  }
  return found;
});

/** All arguments that the calls of a definition pass to operations that exist. */
const targets = memoize((definition: Definition): readonly Target[] =>
  dynamicCalls(definition).flatMap((call) => {
    const { target } = call;
    return target
      ? call.arguments.map((argument) => ({
          call,
          argument,
          target,
          ...meant(definition, target, argument.name, call.legacy),
        }))
      : [];
  }),
);

/** Reports each invalid reference once, for the first operation in which it is invalid. */
function* wrongSources(
  definition: Definition | undefined,
  wrong: (source: Source) => string | undefined,
): Iterable<RuleViolation> {
  const said = new Set<JsonObject>();
  for (const source of definition ? sources(definition) : []) {
    const message = said.has(source.at) ? undefined : wrong(source);
    if (message === undefined) continue;
    said.add(source.at);
    yield { at: source.at, key: source.key, message };
  }
}

/**
 * The input of the called operation that an argument sets, and the input that its value comes
 * from.
 */
function pair(
  definition: Definition,
  { call, argument, parameter, property }: Source,
): { target: Operation; needed: Input; source: Input } | undefined {
  const { target } = call;
  const needed = target && asInput(meant(definition, target, argument.name, call.legacy));
  const source = parameter ?? property;
  return target && needed && source && { target, needed, source };
}

/** A rule about references in a legacy extension that has no exact extension next to it. */
const generationRule = (
  id: string,
  first: DynamicExtension,
  second: DynamicExtension,
  kind: 'ambiguous' | 'property',
): Rule => ({
  id,
  severity: certificationSeverity,
  description:
    kind === 'ambiguous'
      ? `An \`${first}\` that refers to a name of both a parameter and a property has an ` +
        `\`${second}\` next to it.`
      : `An \`${first}\` that refers to a property in the body has an \`${second}\` next to it.`,
  rationale:
    kind === 'ambiguous'
      ? 'The designer may use the wrong value and offer choices that do not match the ' +
        "user's selection."
      : `\`${first}\` refers to parameters by name; only \`${second}\` has paths into the ` +
        'body. Without it, the designer may find no value, and users see an empty list.',
  check: ({ definition }) =>
    wrongSources(definition, ({ call, path, operation, parameter, property }) => {
      if (call.extension !== first || call.schema.raw[second] !== undefined || !property)
        return undefined;
      const inBody = `${operation.body?.name ?? 'body'}/${path.replaceAll('.', '/')}`;
      if (kind === 'ambiguous')
        return (
          parameter &&
          safe`In ${nameOf(operation)}, both a parameter and a property in the body are ` +
            safe`named ${path}. Add ${second}, which calls the parameter ${path} and the ` +
            safe`property ${inBody}.`
        );
      return parameter
        ? undefined
        : safe`${path} is a property in the body of ${nameOf(operation)}. Add ${second}, ` +
            safe`which calls it ${inBody}.`;
    }),
});

/** Whether a value of one type is accepted if another type is expected. */
const fits = (given: string, expected: string): boolean =>
  given === expected ||
  (given === 'integer' && expected === 'number') ||
  (given === 'string' && expected === 'file');

/** The objects in which extensions other than dynamic calls name an operation by `operationId`. */
function* namedOperations(definition: Definition): Iterable<JsonObject> {
  for (const { raw } of definition.operations) {
    yield asObject(raw['x-ms-notification']) ?? {};
    yield asObject(asObject(raw['x-ms-operation-context'])?.simulate) ?? {};
  }
  const capabilities = asObject(definition.raw['x-ms-capabilities']);
  yield asObject(capabilities?.testConnection) ?? {};
  const picker = asObject(capabilities?.['file-picker']);
  yield asObject(picker?.open) ?? {};
  yield asObject(picker?.browse) ?? {};
}

export const dynamic: Rule[] = [
  {
    id: 'OperationIdNotFound',
    severity: certificationSeverity,
    description: 'Every `operationId` in an extension is the ID of an operation.',
    rationale:
      'The designer has nothing to call: users see an empty list or no fields and cannot ' +
      'finish the flow.',
    *check({ definition }) {
      if (!definition) return;
      for (const at of [
        ...dynamicCalls(definition).map((call) => call.at),
        ...namedOperations(definition),
      ]) {
        const id = asText(at.operationId);
        if (id !== undefined && !definition.operation(id))
          yield {
            at,
            key: 'operationId',
            message:
              safe`The operation ${id} does not exist. Correct the ID (it is ` +
              'case-sensitive), or add the operation.',
          };
      }
    },
  },
  {
    id: 'DynamicExtensionDefinitionNotAllowedInParameter',
    severity: certificationSeverity,
    description: 'A dynamic extension for a body is in its schema, not on the body parameter.',
    rationale: 'The designer ignores it on the parameter: users see no list and no fields.',
    *check({ definition }) {
      for (const { raw, in: location, name } of definition?.parameters ?? []) {
        for (const key of location === 'body' ? dynamicExtensions : []) {
          if (raw[key] !== undefined)
            yield {
              at: raw,
              key,
              part: 'key',
              message:
                safe`${key} is on the body parameter ${name ?? 'body'}. Move it to the ` +
                safe`${'schema'} of the parameter.`,
            };
        }
      }
    },
  },
  {
    id: 'DynamicTreeExtensionMissing',
    severity: certificationSeverity,
    description:
      'A file picker, `"capability": "file-picker"`, has an `x-ms-dynamic-tree` next to it.',
    rationale:
      'The new designer supports only the tree: without it, users have to enter the ID of ' +
      'a file or folder.',
    *check({ definition }) {
      for (const { raw } of definition?.having('x-ms-dynamic-values') ?? []) {
        const at = asObject(raw['x-ms-dynamic-values']);
        if (at?.capability === 'file-picker' && raw['x-ms-dynamic-tree'] === undefined) {
          yield {
            at,
            key: 'capability',
            message:
              safe`The ${'file-picker'} has no ${'x-ms-dynamic-tree'} next to it. Add one ` +
              'with the operations that open and browse a folder.',
          };
        }
      }
    },
  },
  generationRule(
    'DynamicListExtensionRequiredForAmbiguousReferences',
    'x-ms-dynamic-values',
    'x-ms-dynamic-list',
    'ambiguous',
  ),
  generationRule(
    'DynamicListExtensionRequiredForNonParameterReferences',
    'x-ms-dynamic-values',
    'x-ms-dynamic-list',
    'property',
  ),
  generationRule(
    'DynamicPropertiesExtensionRequiredForAmbiguousReferences',
    'x-ms-dynamic-schema',
    'x-ms-dynamic-properties',
    'ambiguous',
  ),
  generationRule(
    'DynamicPropertiesExtensionRequiredForNonParameterReferences',
    'x-ms-dynamic-schema',
    'x-ms-dynamic-properties',
    'property',
  ),
  {
    id: 'DynamicPropertiesExtensionRequiredForPropertiesValuePath',
    severity: certificationSeverity,
    description:
      'An `x-ms-dynamic-schema` whose `value-path` ends in `properties` has an ' +
      '`x-ms-dynamic-properties` next to it.',
    rationale:
      'The path skips the schema itself, so the list of required properties is lost, and ' +
      'the new designer needs it.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        if (
          call.extension !== 'x-ms-dynamic-schema' ||
          call.schema.raw['x-ms-dynamic-properties'] !== undefined
        )
          continue;
        if (endsInProperties(pathIn(call, 'value-path')))
          yield {
            at: call.at,
            key: 'value-path',
            message:
              safe`The path ${pathIn(call, 'value-path')} leads to the properties of a ` +
              safe`schema. Add ${'x-ms-dynamic-properties'} with a path to the schema ` +
              'itself.',
          };
      }
    },
  },
  {
    id: 'DynamicPropertiesItemValuePathMismatch',
    severity: certificationSeverity,
    description:
      'The path in `x-ms-dynamic-properties` is the path in the `x-ms-dynamic-schema` ' +
      'next to it, without `properties` at the end.',
    rationale:
      'Otherwise the classic and the new designer show different fields for the same operation.',
    fixable: true,
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        const older =
          call.extension === 'x-ms-dynamic-properties'
            ? asObject(call.schema.raw['x-ms-dynamic-schema'])
            : undefined;
        if (!older || older.operationId !== call.operationId) continue;
        const written = asText(older['value-path']) ?? '';
        const [expected, path] = [withoutProperties(written), pathIn(call, 'itemValuePath')];
        if (path === expected) continue;
        yield {
          at: call.at,
          key: 'itemValuePath',
          message:
            expected === ''
              ? safe`The path is ${path}, but ${'x-ms-dynamic-schema'} uses the entire ` +
                'response as the schema. Remove the path, or correct the other one.'
              : `${path === '' ? 'There is no path' : safe`The path is ${path}`}, but the ` +
                safe`path in ${'x-ms-dynamic-schema'} leads to ${expected}. Write ` +
                safe`${expected} here, or correct the other one.`,
          ...(path !== '' &&
            path === written && {
              fix: [
                expected === ''
                  ? { at: call.at, key: 'itemValuePath', remove: true as const }
                  : { at: call.at, key: 'itemValuePath', to: expected },
              ],
            }),
        };
      }
    },
  },
  {
    id: 'JsonPointerNotValid',
    severity: certificationSeverity,
    description: 'The path in a `$ref` or in a dynamic call is valid.',
    rationale:
      'An invalid path leads nowhere: the referenced part is missing, or the list stays empty.',
    *check({ definition }) {
      for (const { at, ref, kind } of definition?.references ?? []) {
        if (kind !== 'path' && typeof ref === 'string' && ref.startsWith('#/') && !isDecodable(ref))
          yield {
            at,
            key: '$ref',
            message:
              safe`The reference ${ref} contains a percent sign that encodes nothing. ` +
              safe`Write it as ${'%25'}, or use a name without it.`,
          };
      }
      for (const call of definition ? dynamicCalls(definition) : []) {
        const { list, values } = paths[call.extension];
        for (const key of list === undefined ? values : [list, ...values]) {
          const path = pathIn(call, key);
          if (path !== '' && !isReadable(path))
            yield {
              at: call.at,
              key,
              message:
                safe`The path ${path} is not valid. Separate the names with single ` +
                'slashes, with none at the start or end, and write a tilde as ' +
                safe`${'~0'}.`,
            };
        }
      }
    },
  },
  {
    id: 'InvokedOperationShouldProduceArray',
    severity: certificationSeverity,
    description: 'An operation that fills a list returns an array at the path in the extension.',
    rationale:
      'The designer builds the list of choices from this array; without it, users see an ' +
      'empty list.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        const { list } = paths[call.extension];
        if (!definition || !call.target || list === undefined || hasBadPath(call, [list])) continue;
        const path = pathIn(call, list);
        const answer = responseSchemaOf(call.target);
        const found = answer ? schemaAt(definition, answer, path) : 'missing';
        if (found === 'unknown' || (isObject(found) && (isArray(found) || isUndescribed(found))))
          continue;
        const message =
          path === ''
            ? safe`${nameOf(call.target)} does not return an array. Describe the array in ` +
              safe`its successful response, or set ${list} to its path in the response.`
            : safe`${nameOf(call.target)} returns no array at ${path}. Describe the array ` +
              'in its successful response, or correct the path.';
        yield { at: call.at, key: path === '' ? 'operationId' : list, message };
      }
    },
  },
  {
    id: 'InvokedOperationShouldProduceProperty',
    severity: certificationSeverity,
    description: 'The response to a dynamic call has the properties that the extension refers to.',
    rationale:
      'The designer shows one property as the name of a choice and writes the other into ' +
      'the flow; without them, the choices are empty.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        const { list, values } = paths[call.extension];
        if (!definition || !call.target || hasBadPath(call, list === undefined ? [] : [list]))
          continue;
        const answer = responseSchemaOf(call.target);
        const found =
          answer && schemaAt(definition, answer, list === undefined ? '' : pathIn(call, list));
        const item =
          isObject(found) && list !== undefined
            ? definition.follow(asObject(found.items) ?? {})
            : found;
        for (const key of isObject(item) ? values : []) {
          const path = pathIn(call, key);
          if (
            path === '' ||
            !isObject(item) ||
            hasBadPath(call, [key]) ||
            schemaAt(definition, item, path) !== 'missing'
          )
            continue;
          yield {
            at: call.at,
            key,
            message:
              `${list === undefined ? 'The response' : 'An item in the response'} of ` +
              safe`${nameOf(call.target)} has no ${path}. Describe the property in its ` +
              'successful response, or correct the path.',
          };
        }
      }
    },
  },
  {
    id: 'OperationParameterNameNotFound',
    severity: certificationSeverity,
    description:
      'A dynamic call sets existing parameters of the called operation, from existing ' +
      'parameters of the calling operation.',
    rationale:
      'The platform does not send a value with a wrong name: the list shows too many ' +
      'choices or stays empty.',
    *check({ definition }) {
      for (const { argument, target, parameter, property, certain } of definition
        ? targets(definition)
        : []) {
        if (!parameter && !property && certain)
          yield {
            at: argument.at,
            key: argument.name,
            part: 'key',
            message:
              safe`${nameOf(target)} has no parameter ${argument.name}. Correct the name ` +
              '(it is case-sensitive), or remove it.',
          };
      }
      yield* wrongSources(definition, ({ path, operation, parameter, property, certain }) =>
        parameter || property || !certain
          ? undefined
          : safe`${nameOf(operation)} has no parameter ${path}, which the call refers to. ` +
            'Correct the name (it is case-sensitive).',
      );
    },
  },
  {
    id: 'OperationParameterNameIsAmbiguous',
    severity: certificationSeverity,
    description:
      'A name under `parameters` of a dynamic call is either a parameter of the called ' +
      'operation or a property in its body, not both.',
    rationale: 'The value may be sent as the wrong one.',
    *check({ definition }) {
      for (const { argument, target, parameter, property } of definition
        ? targets(definition)
        : []) {
        if (parameter && property && parameter.parameter.in !== 'body')
          yield {
            at: argument.at,
            key: argument.name,
            part: 'key',
            message:
              safe`In ${nameOf(target)}, both a parameter and a property in the body are ` +
              safe`named ${argument.name}. Rename one of them.`,
          };
      }
    },
  },
  {
    id: 'OperationMissingRequiredProperty',
    severity: certificationSeverity,
    description:
      'A dynamic call sets every required parameter of the called operation, except ' +
      'internal ones with a default.',
    rationale: 'The service rejects the call, and users see an error instead of a list.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        const missing = definition && call.target ? missingIn(definition, call, call.target) : [];
        if (call.target && missing.length > 0) {
          yield {
            at: call.at,
            key: asObject(call.at.parameters) ? 'parameters' : 'operationId',
            detail: missing.join(' '),
            message:
              safe`${nameOf(call.target)} requires ${missing}, but the call does not set ` +
              safe`it. Add it under ${'parameters'}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationParameterRequiredMismatch',
    severity: 'warning',
    description:
      'If a dynamic call needs the value of a parameter, that parameter is required or has ' +
      'a default.',
    rationale:
      'While that field is empty, the designer cannot make the call, and users do not see ' +
      'why the list is empty.',
    check: ({ definition }) =>
      wrongSources(definition, (found) => {
        const both = definition && pair(definition, found);
        if (
          !both?.needed.required ||
          both.source.required ||
          hasDefault(both.needed) ||
          hasDefault(both.source)
        )
          return undefined;
        return (
          safe`${nameOf(both.target)} requires ${found.argument.name}, but its value ` +
          safe`comes from ${found.path}, which is optional in ${nameOf(found.operation)}. ` +
          safe`Make ${found.path} required, or give it a default.`
        );
      }),
  },
  {
    id: 'OperationParameterTypeMismatch',
    severity: certificationSeverity,
    description:
      'A parameter that a dynamic call refers to has the type that the called operation expects.',
    rationale: 'The service rejects the value, and users see an error instead of a list.',
    check: ({ definition }) =>
      wrongSources(definition, (found) => {
        const both = definition && pair(definition, found);
        const [expected, actual] = [
          asText(both?.needed.schema.type),
          asText(both?.source.schema.type),
        ];
        if (!both || expected === undefined || actual === undefined || fits(actual, expected))
          return undefined;
        return (
          safe`${found.argument.name} of ${nameOf(both.target)} is of type ${expected}, ` +
          safe`but ${found.path} of ${nameOf(found.operation)} is of type ${actual}. Use ` +
          'the same type for both, or refer to another parameter.'
        );
      }),
  },
  {
    id: 'OperationParameterStaticTypeMismatch',
    severity: certificationSeverity,
    description: 'A constant in a dynamic call has the type that the called operation expects.',
    rationale: 'The service rejects the value, and users see an error instead of a list.',
    *check({ definition }) {
      for (const found of definition ? targets(definition) : []) {
        const { source, name } = found.argument;
        const expected = asText(asInput(found)?.schema.type);
        if (
          source?.kind !== 'value' ||
          source.value === null ||
          expected === undefined ||
          fits(typeName(source.value), expected)
        )
          continue;
        yield {
          at: source.at,
          key: source.key,
          message:
            safe`${name} of ${nameOf(found.target)} is of type ${expected}, but the value ` +
            safe`${JSON.stringify(source.value)} is of type ${typeName(source.value)}. ` +
            safe`Use a value of type ${expected}.`,
        };
      }
    },
  },
  {
    id: 'SelectedItemValuePathNotAllowedInThisPosition',
    severity: certificationSeverity,
    description:
      '`selectedItemValuePath` is used only in the `browse` call of an `x-ms-dynamic-tree`.',
    rationale: 'Only while users browse have they selected an item that can provide the value.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        for (const { source } of call.step === 'browse' ? [] : call.arguments) {
          if (source?.kind === 'selected')
            yield {
              at: source.at,
              key: source.key,
              part: 'key',
              message:
                safe`No item is selected when ${call.operationId ?? call.extension} is ` +
                safe`called. Use ${call.legacy ? 'parameter' : 'parameterReference'} or a ` +
                'constant instead.',
            };
        }
      }
    },
  },
  {
    id: 'SourcePropertyInternal',
    severity: certificationSeverity,
    description: 'A parameter that a dynamic call refers to is visible to users.',
    rationale: 'Users cannot fill in a hidden parameter, so the call has no value to send.',
    check: ({ definition }) =>
      wrongSources(definition, ({ path, operation, parameter, property }) =>
        (parameter ?? property)?.internal && operation.visibility !== 'internal'
          ? safe`${path} of ${nameOf(operation)}, or an object around it, is internal. Make ` +
            'it visible, or use a constant here.'
          : undefined,
      ),
  },
];

const endsInProperties = (path: string): boolean =>
  path === 'properties' || path.endsWith('/properties');

function withoutProperties(path: string): string {
  if (path === 'properties') return '';
  return path.endsWith('/properties') ? path.slice(0, -'/properties'.length) : path;
}

/** Whether one of the paths is invalid, which JsonPointerNotValid reports. */
const hasBadPath = (call: DynamicCall, keys: readonly string[]): boolean =>
  keys.some((key) => pathIn(call, key) !== '' && !isReadable(pathIn(call, key)));

const isArray = (schema: JsonObject): boolean =>
  schema.type === 'array' || (schema.type === undefined && isObject(schema.items));

/** Whether a schema does not restrict its values. */
const isUndescribed = (schema: JsonObject): boolean => schema.type === undefined && isOpen(schema);

const asInput = ({ parameter, property }: Meant): Input | undefined => parameter ?? property;

const hasDefault = ({ schema }: Input): boolean => schema.default !== undefined;

/**
 * The inputs that an operation requires: parameters, and properties in its body with their paths.
 */
type Needed = { name: string; path: string }[];

const neededBy = memoize((definition: Definition) =>
  memoize((target: Operation): Needed => {
    const needed: Needed = [];
    for (const { name, required } of target.parameters) {
      const input =
        required && name !== undefined ? parameterNamed(definition, target, name) : undefined;
      if (!input || name === undefined) continue;
      if (input.parameter.in !== 'body') {
        if (!(input.internal && hasDefault(input))) needed.push({ name, path: name });
        continue;
      }
      for (const property of requiredInputs(input.schema)) {
        const found = bodyProperty(definition, target, property);
        if (typeof found !== 'string' && !(found.internal && hasDefault(found)))
          needed.push({ name: property, path: `${name}/${property}` });
      }
    }
    return needed;
  }),
);

/** The first three inputs that the called operation requires and the call does not set. */
function missingIn(definition: Definition, call: DynamicCall, target: Operation): string[] {
  const given = new Set(call.arguments.map(({ name }) => name));
  const body = target.body?.name !== undefined && given.has(target.body.name);
  // An argument for a part of an object also provides the object: `customer.id` in legacy
  // extensions, `body/customer/id` in the others.
  const within = new Set(
    call.arguments.map(({ name }) =>
      (call.legacy ? name.split(/[./]/, 1) : name.split('/', 2)).join('/'),
    ),
  );
  const missing: string[] = [];
  for (const { name, path } of neededBy(definition)(target)) {
    if (missing.length >= 3) break;
    const key = call.legacy ? name : path;
    const inBody = name !== path;
    if (!given.has(name) && !given.has(path) && !within.has(key) && !(inBody && body))
      missing.push(key);
  }
  return missing;
}
