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
 * By extension: where the answer has the list of items, and the paths from each item, or from the
 * answer, that must be there.
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
 * Whether a path can be read at all: no empty step, and a tilde only where it stands for a tilde or
 * a slash.
 */
const isReadable = (path: string): boolean =>
  path.split('/').every((step) => step !== '' && !/~(?![01])/.test(step));

/**
 * Whether a path within an address, as a `$ref` has it, can be read: a percent sign encodes
 * something.
 */
const isDecodable = (ref: string): boolean => {
  try {
    return !ref.includes('%') || decodeURIComponent(ref) !== '';
  } catch {
    return false;
  }
};

/**
 * The inputs of an operation that a name may mean: in the first generation, a parameter, a property
 * of the body by its path, or both.
 */
interface Meant {
  parameter: Input | undefined;
  property: Input | undefined;
  /** Whether there is nothing else that it may mean. */
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

/** What a call gives to the operation it calls. */
interface Target extends Meant {
  call: DynamicCall;
  argument: Argument;
  target: Operation;
}

/** What a call refers to in an operation that asks for it. */
interface Source extends Meant {
  call: DynamicCall;
  argument: Argument;
  /** The name or the path, and where it is written. */
  path: string;
  at: JsonObject;
  key: string;
  operation: Operation;
}

/**
 * The operations in which users meet a call. A list of choices is for what they fill in; a schema
 * may also be that of an answer.
 */
const askedBy = (
  definition: Definition,
  { schema: { root }, extension }: DynamicCall,
): ReadonlySet<Operation> =>
  new Set([
    ...definition.operationsUsing(root, 'input'),
    ...(paths[extension].list === undefined ? definition.operationsUsing(root, 'output') : []),
  ]);

/** Everything that the calls of a definition refer to. */
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

/** Everything that the calls of a definition give to operations that exist. */
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

/** What is wrong with references: once each, for the first operation in which it is. */
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
 * What the called operation takes under the name of an argument, and what the calling one has to
 * give.
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

/**
 * A rule about what the first generation of an extension refers to, where the second, which is
 * exact, does not stand beside it.
 */
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
      ? `Beside an \`${first}\` that refers to a name which a parameter and a property both ` +
        `have stands an \`${second}\`.`
      : `Beside an \`${first}\` that refers to a property in the body stands an \`${second}\`.`,
  rationale:
    kind === 'ambiguous'
      ? 'The designer may take the value of the wrong one, and offers what does not belong ' +
        'to what the user has chosen.'
      : `\`${first}\` refers to parameters by name; ` +
        `only \`${second}\` has paths that lead into the body. ` +
        'Without it the designer may find no value, and users see an empty list.',
  check: ({ definition }) =>
    wrongSources(definition, ({ call, path, operation, parameter, property }) => {
      if (call.extension !== first || call.schema.raw[second] !== undefined || !property)
        return undefined;
      const inBody = `${operation.body?.name ?? 'body'}/${path.replaceAll('.', '/')}`;
      if (kind === 'ambiguous')
        return (
          parameter &&
          safe`In ${nameOf(operation)} both a parameter and a property in the body are called ` +
            safe`${path}. Add ${second}, in which ${path} means the one and ${inBody} the other.`
        );
      return parameter
        ? undefined
        : safe`${path} is a property in the body of ${nameOf(operation)}. ` +
            safe`Add ${second}, in which it is called ${inBody}.`;
    }),
});

/** Whether something of one type can be sent where another is expected. */
const fits = (given: string, expected: string): boolean =>
  given === expected ||
  (given === 'integer' && expected === 'number') ||
  (given === 'string' && expected === 'file');

/** The operations that extensions name by `operationId`, dynamic calls aside. */
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
    description: 'An operation that an extension names by `operationId` exists.',
    rationale:
      'The designer has nothing to call: ' +
      'users see an empty list, or no fields, and cannot finish the flow.',
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
              safe`There is no operation ${id}. ` +
              safe`Correct the id (capitals count), or add the operation.`,
          };
      }
    },
  },
  {
    id: 'DynamicExtensionDefinitionNotAllowedInParameter',
    severity: certificationSeverity,
    description: 'A dynamic extension of a body stands in its schema, not on the body parameter.',
    rationale: 'On the parameter it is not read: users see no list and no fields.',
    *check({ definition }) {
      for (const { raw, in: location, name } of definition?.parameters ?? []) {
        for (const key of location === 'body' ? dynamicExtensions : []) {
          if (raw[key] !== undefined)
            yield {
              at: raw,
              key,
              part: 'key',
              message:
                safe`${key} stands on the body parameter ${name ?? 'body'}. ` +
                safe`Move it into the ${'schema'} of the parameter.`,
            };
        }
      }
    },
  },
  {
    id: 'DynamicTreeExtensionMissing',
    severity: certificationSeverity,
    description:
      'Beside a file picker, `"capability": "file-picker"`, stands an `x-ms-dynamic-tree`.',
    rationale:
      'The newer designer reads the tree only: ' +
      'without it users must type the id of a file or folder by hand.',
    *check({ definition }) {
      for (const { raw } of definition?.having('x-ms-dynamic-values') ?? []) {
        const at = asObject(raw['x-ms-dynamic-values']);
        if (at?.capability === 'file-picker' && raw['x-ms-dynamic-tree'] === undefined) {
          yield {
            at,
            key: 'capability',
            message:
              safe`The ${'file-picker'} has no ${'x-ms-dynamic-tree'} beside it. ` +
              safe`Add one with the operations that open a folder and browse it.`,
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
      'Beside an `x-ms-dynamic-schema` whose `value-path` ends in `properties` stands an ' +
      '`x-ms-dynamic-properties`.',
    rationale:
      'The path leads past the schema itself: ' +
      'which properties are required is lost, and the newer designer needs it.',
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
              safe`The path ${pathIn(call, 'value-path')} leads to the properties of a schema. ` +
              safe`Add ${'x-ms-dynamic-properties'} with a path to the schema itself.`,
          };
      }
    },
  },
  {
    id: 'DynamicPropertiesItemValuePathMismatch',
    severity: certificationSeverity,
    description:
      'An `x-ms-dynamic-properties` has the path of the `x-ms-dynamic-schema` beside it, ' +
      'without `properties` at its end.',
    rationale: 'The older and the newer designer would show different fields for one action.',
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
              ? safe`The path is ${path}, but ${'x-ms-dynamic-schema'} takes the answer itself ` +
                safe`for the schema. Remove the path, or correct the other.`
              : `${path === '' ? 'There is no path' : safe`The path is ${path}`}, ` +
                (safe`but that of ${'x-ms-dynamic-schema'} leads to ${expected}. ` +
                  safe`Write ${expected} here, or correct the other.`),
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
    description: 'A path, in a `$ref` or to a value of a dynamic call, can be read.',
    rationale:
      'A path that cannot be read leads nowhere: the part is left out, or the list stays empty.',
    *check({ definition }) {
      for (const { at, ref, kind } of definition?.references ?? []) {
        if (kind !== 'path' && typeof ref === 'string' && ref.startsWith('#/') && !isDecodable(ref))
          yield {
            at,
            key: '$ref',
            message:
              safe`In the reference ${ref} a percent sign encodes nothing. ` +
              safe`Write it as ${'%25'}, or choose a name without it.`,
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
                safe`The path ${path} cannot be read. ` +
                safe`Write the names on the way with one slash between each two, none at the ` +
                safe`ends, and ${'~0'} for a tilde.`,
            };
        }
      }
    },
  },
  {
    id: 'InvokedOperationShouldProduceArray',
    severity: certificationSeverity,
    description:
      'An operation that fills a list answers with an array at the path that the extension ' +
      'names.',
    rationale:
      'The designer makes the list of choices from it; without one, users see an empty list.',
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
            ? safe`${nameOf(call.target)} does not answer with an array. ` +
              safe`Describe the array in its successful response, or say in ${list} where in ` +
              safe`the answer it is.`
            : safe`${nameOf(call.target)} answers with no array at ${path}. ` +
              safe`Describe the array in its successful response, or correct the path.`;
        yield { at: call.at, key: path === '' ? 'operationId' : list, message };
      }
    },
  },
  {
    id: 'InvokedOperationShouldProduceProperty',
    severity: certificationSeverity,
    description: 'What a dynamic call answers has the properties that the extension names.',
    rationale:
      'The designer shows one as the name of a choice and writes the other into the flow; ' +
      'without them, the choices are empty.',
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
              `${list === undefined ? 'The answer' : 'An item in the answer'} ` +
              (safe`of ${nameOf(call.target)} has no ${path}. ` +
                safe`Describe the property in its successful response, or correct the path.`),
          };
        }
      }
    },
  },
  {
    id: 'OperationParameterNameNotFound',
    severity: certificationSeverity,
    description:
      'A dynamic call gives parameters that the called operation has, and refers to ' +
      'parameters that the calling one has.',
    rationale: 'A value under a wrong name is not sent: the list shows too much, or stays empty.',
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
              safe`${nameOf(target)} has no parameter ${argument.name}. ` +
              safe`Correct the name (capitals count), or remove it.`,
          };
      }
      yield* wrongSources(definition, ({ path, operation, parameter, property, certain }) =>
        parameter || property || !certain
          ? undefined
          : safe`${nameOf(operation)} has no parameter ${path}, whose value is to be used here. ` +
            safe`Correct the name (capitals count).`,
      );
    },
  },
  {
    id: 'OperationParameterNameIsAmbiguous',
    severity: certificationSeverity,
    description:
      'A name under `parameters` of a dynamic call means a parameter of the called ' +
      'operation, or a property of its body, not both.',
    rationale: 'The value may be sent as the wrong one of the two.',
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
              safe`In ${nameOf(target)} both a parameter and a property in the body are called ` +
              safe`${argument.name}. Rename one of them.`,
          };
      }
    },
  },
  {
    id: 'OperationMissingRequiredProperty',
    severity: certificationSeverity,
    description:
      'A dynamic call gives every required parameter of the operation it calls; ' +
      'those that are internal and have a default aside.',
    rationale: 'The service refuses the call: users see an error where they expect a list.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        const missing = definition && call.target ? missingIn(definition, call, call.target) : [];
        if (call.target && missing.length > 0) {
          yield {
            at: call.at,
            key: asObject(call.at.parameters) ? 'parameters' : 'operationId',
            detail: missing.join(' '),
            message:
              safe`${nameOf(call.target)} needs ${missing}, which the call does not give. ` +
              safe`Add it under ${'parameters'}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationParameterRequiredMismatch',
    severity: 'warning',
    description: 'What a dynamic call needs is taken from a parameter that users have to fill in.',
    rationale:
      'While the other field is empty, the call cannot be made, and nothing tells users ' +
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
          safe`${nameOf(both.target)} requires ${found.argument.name}, but ${found.path}, from ` +
          safe`which it is taken, is optional in ${nameOf(found.operation)}. ` +
          safe`Make it required there, or give it a default.`
        );
      }),
  },
  {
    id: 'OperationParameterTypeMismatch',
    severity: certificationSeverity,
    description:
      'A parameter that a dynamic call refers to is of the type that the called operation ' +
      'expects.',
    rationale: 'The service refuses what it gets, and users see an error where they expect a list.',
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
          safe`${found.argument.name} of ${nameOf(both.target)} is of type ${expected}, but ` +
          safe`${found.path} of ${nameOf(found.operation)} is of type ${actual}. ` +
          safe`Give both the same type, or refer to another parameter.`
        );
      }),
  },
  {
    id: 'OperationParameterStaticTypeMismatch',
    severity: certificationSeverity,
    description:
      'A fixed value that a dynamic call gives is of the type that the called operation ' +
      'expects.',
    rationale: 'The service refuses what it gets, and users see an error where they expect a list.',
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
            safe`Write a value of type ${expected}.`,
        };
      }
    },
  },
  {
    id: 'SelectedItemValuePathNotAllowedInThisPosition',
    severity: certificationSeverity,
    description: '`selectedItemValuePath` stands in the `browse` of an `x-ms-dynamic-tree` only.',
    rationale: 'Only there has the user selected an item from which a value can be taken.',
    *check({ definition }) {
      for (const call of definition ? dynamicCalls(definition) : []) {
        for (const { source } of call.step === 'browse' ? [] : call.arguments) {
          if (source?.kind === 'selected')
            yield {
              at: source.at,
              key: source.key,
              part: 'key',
              message:
                safe`No item is selected when ${call.operationId ?? call.extension} is called. ` +
                safe`Use ${call.legacy ? 'parameter' : 'parameterReference'} or a fixed value ` +
                safe`instead.`,
            };
        }
      }
    },
  },
  {
    id: 'SourcePropertyInternal',
    severity: certificationSeverity,
    description: 'A parameter that a dynamic call refers to is one that users see.',
    rationale: 'They cannot fill in what is hidden, so the call has no value to send.',
    check: ({ definition }) =>
      wrongSources(definition, ({ path, operation, parameter, property }) =>
        (parameter ?? property)?.internal && operation.visibility !== 'internal'
          ? safe`${path} of ${nameOf(operation)}, or something that it stands in, is internal. ` +
            safe`Make it visible, or give a fixed value here.`
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

/** One of the paths cannot be read: there is a finding for that. */
const hasBadPath = (call: DynamicCall, keys: readonly string[]): boolean =>
  keys.some((key) => pathIn(call, key) !== '' && !isReadable(pathIn(call, key)));

const isArray = (schema: JsonObject): boolean =>
  schema.type === 'array' || (schema.type === undefined && isObject(schema.items));

/** Nothing says what it is. */
const isUndescribed = (schema: JsonObject): boolean => schema.type === undefined && isOpen(schema);

const asInput = ({ parameter, property }: Meant): Input | undefined => parameter ?? property;

const hasDefault = ({ schema }: Input): boolean => schema.default !== undefined;

/**
 * What an operation must be given: parameters, and properties of its body with the path that leads
 * to them.
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

/** The first three inputs of the called operation that it must be given and is not. */
function missingIn(definition: Definition, call: DynamicCall, target: Operation): string[] {
  const given = new Set(call.arguments.map(({ name }) => name));
  const body = target.body?.name !== undefined && given.has(target.body.name);
  // What gives a part of an object gives the object: `customer.id` in the first generation,
  // `body/customer/id` in the second.
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
