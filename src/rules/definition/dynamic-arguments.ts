import { nameOf, type Definition, type Operation } from '../../connector/definition.ts';
import {
  bodyProperty,
  dynamicCalls,
  parameterNamed,
  requiredInputs,
  type Argument,
  type DynamicCall,
  type Input,
} from '../../connector/dynamic-values.ts';
import { asObject, asText, typeName } from '../../json/values.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import {
  inputOf,
  invalidReferences,
  referencedInputs,
  type Reference,
  type ReferencedInputs,
} from './dynamic-calls.ts';
import { connectorStandard } from '../policy-codes.ts';

/** An argument that a call passes to the operation that it calls. */
interface PassedArgument extends ReferencedInputs {
  argument: Argument;
  target: Operation;
}

/** All arguments that the calls of a definition pass to operations that exist. */
const passedArguments = (definition: Definition | undefined): Iterable<PassedArgument> =>
  definition ? passedByArgument(definition).values() : [];

const passedByArgument = memoize((definition: Definition) => {
  const passed = new Map<Argument, PassedArgument>();
  for (const { target, legacy, arguments: passedHere } of dynamicCalls(definition)) {
    if (!target) continue;
    for (const argument of passedHere) {
      const inputs = referencedInputs(definition, target, argument.name, legacy);
      passed.set(argument, { argument, target, ...inputs });
    }
  }
  return passed;
});

/** Both ends of an argument: the input that it sets, and the input that its value comes from. */
interface Connection {
  target: Operation;
  targetInput: Input;
  sourceInput: Input;
}

function connectionOf(
  definition: Definition | undefined,
  reference: Reference,
): Connection | undefined {
  const passed = definition && passedByArgument(definition).get(reference.argument);
  const targetInput = passed && inputOf(passed);
  const sourceInput = inputOf(reference);
  return targetInput && sourceInput && { target: passed.target, targetInput, sourceInput };
}

/** Whether a value of one type is accepted if another type is expected. */
const isAccepted = (actual: string, expected: string): boolean =>
  actual === expected ||
  (actual === 'integer' && expected === 'number') ||
  (actual === 'string' && expected === 'file');

export const dynamicArgumentRules: Rule[] = [
  {
    id: 'OperationParameterNameNotFound',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A dynamic call sets existing parameters of the called operation, from existing ' +
      'parameters of the calling operation.',
    rationale:
      'The platform does not send a value with a wrong name: the list shows too many ' +
      'choices or stays empty.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { argument, target, parameter, property, certain } of passedArguments(
        definition,
      )) {
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
      yield* invalidReferences(definition, ({ path, operation, parameter, property, certain }) =>
        parameter || property || !certain
          ? undefined
          : safe`${nameOf(operation)} has no parameter ${path}, which the call refers to. ` +
            'Correct the name (it is case-sensitive).',
      );
    },
  },
  {
    id: 'OperationParameterNameIsAmbiguous',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A name under `parameters` of a dynamic call is either a parameter of the called ' +
      'operation or a property in its body, not both.',
    rationale: 'The value may be sent as the wrong one.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const { argument, target, parameter, property } of passedArguments(definition)) {
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
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A dynamic call sets every required parameter of the called operation, except ' +
      'internal ones with a default.',
    rationale: 'The service rejects the call, and users see an error instead of a list.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const call of dynamicCalls(definition)) {
        const missing = definition && call.target ? missingIn(definition, call, call.target) : [];
        if (call.target && missing.length > 0) {
          yield {
            at: call.at,
            key: asObject(call.at.parameters) ? 'parameters' : 'operationId',
            detail: missing.join(' '),
            message:
              safe`${nameOf(call.target)} requires ${missing}, but the call does not set ` +
              `${missing.length === 1 ? 'it' : 'them'}. Add ` +
              `${missing.length === 1 ? 'it' : 'them'} under ${safe`${'parameters'}`}.`,
          };
        }
      }
    },
  },
  {
    id: 'OperationParameterRequiredMismatch',
    source: 'swagger-validator',
    severity: 'warning',
    description:
      'If a dynamic call needs the value of a parameter, that parameter is required or has ' +
      'a default.',
    rationale:
      'While that field is empty, the designer cannot make the call, and users do not see ' +
      'why the list is empty.',
    policies: connectorStandard,
    check: ({ definition }) =>
      invalidReferences(definition, (reference) => {
        const connection = connectionOf(definition, reference);
        if (!connection || !mayBeMissing(connection)) return undefined;
        return (
          safe`${nameOf(connection.target)} requires ${reference.argument.name}, but its ` +
          safe`value comes from ${reference.path}, which is optional in ` +
          safe`${nameOf(reference.operation)}. Make ${reference.path} required, or give it ` +
          'a default.'
        );
      }),
  },
  {
    id: 'OperationParameterTypeMismatch',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A parameter that a dynamic call refers to has the type that the called operation expects.',
    rationale: 'The service rejects the value, and users see an error instead of a list.',
    policies: connectorStandard,
    check: ({ definition }) =>
      invalidReferences(definition, (reference) => {
        const connection = connectionOf(definition, reference);
        if (!connection) return undefined;
        const expected = asText(connection.targetInput.schema.type);
        const actual = asText(connection.sourceInput.schema.type);
        if (expected === undefined || actual === undefined || isAccepted(actual, expected))
          return undefined;
        return (
          safe`${reference.argument.name} of ${nameOf(connection.target)} is of type ` +
          safe`${expected}, but ${reference.path} of ${nameOf(reference.operation)} is of ` +
          safe`type ${actual}. Use the same type for both, or refer to another parameter.`
        );
      }),
  },
  {
    id: 'OperationParameterStaticTypeMismatch',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A constant in a dynamic call has the type that the called operation expects.',
    rationale: 'The service rejects the value, and users see an error instead of a list.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const passed of passedArguments(definition)) {
        const { source, name } = passed.argument;
        const expected = asText(inputOf(passed)?.schema.type);
        if (
          source?.kind !== 'value' ||
          source.value === null ||
          expected === undefined ||
          isAccepted(typeName(source.value), expected)
        )
          continue;
        yield {
          at: source.at,
          key: source.key,
          message:
            safe`${name} of ${nameOf(passed.target)} is of type ${expected}, but the value ` +
            safe`${JSON.stringify(source.value)} is of type ${typeName(source.value)}. ` +
            safe`Use a value of type ${expected}.`,
        };
      }
    },
  },
  {
    id: 'SelectedItemValuePathNotAllowedInThisPosition',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      '`selectedItemValuePath` is used only in the `browse` call of an `x-ms-dynamic-tree`.',
    rationale: 'Only while users browse have they selected an item that can provide the value.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const call of dynamicCalls(definition)) {
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
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A parameter that a dynamic call refers to is visible to users.',
    rationale: 'Users cannot fill in a hidden parameter, so the call has no value to send.',
    policies: connectorStandard,
    check: ({ definition }) =>
      invalidReferences(definition, ({ path, operation, parameter, property }) =>
        (parameter ?? property)?.internal && operation.visibility !== 'internal'
          ? safe`${path} of ${nameOf(operation)}, or an object around it, is internal. Make ` +
            'it visible, or use a constant here.'
          : undefined,
      ),
  },
];

const hasDefault = ({ schema }: Input): boolean => schema.default !== undefined;

/** Whether an argument is required, but its value comes from an optional input. */
const mayBeMissing = ({ targetInput, sourceInput }: Connection): boolean =>
  targetInput.required &&
  !sourceInput.required &&
  !hasDefault(targetInput) &&
  !hasDefault(sourceInput);

/** An input that a call must set; `path` leads to it from the parameter. */
interface RequiredInput {
  name: string;
  path: string;
}

/**
 * The inputs that a call of an operation must set: parameters, and properties in its body. Internal
 * inputs with a default are not among them.
 */
const requiredInputsOf = (definition: Definition, operation: Operation): readonly RequiredInput[] =>
  requiredInputsIn(definition)(operation);

const requiredInputsIn = memoize((definition: Definition) =>
  memoize((operation: Operation): readonly RequiredInput[] => {
    const inputs: RequiredInput[] = [];
    for (const { name, required } of operation.parameters) {
      const input =
        required && name !== undefined ? parameterNamed(definition, operation, name) : undefined;
      if (!input || name === undefined) continue;
      if (input.parameter.in !== 'body') {
        if (!(input.internal && hasDefault(input))) inputs.push({ name, path: name });
        continue;
      }
      for (const property of requiredInputs(input.schema)) {
        const found = bodyProperty(definition, operation, property);
        if (typeof found !== 'string' && !(found.internal && hasDefault(found)))
          inputs.push({ name: property, path: `${name}/${property}` });
      }
    }
    return inputs;
  }),
);

/** The first three inputs that the called operation requires and the call does not set. */
function missingIn(definition: Definition, call: DynamicCall, target: Operation): string[] {
  const names = new Set(call.arguments.map(({ name }) => name));
  const setsBody = target.body?.name !== undefined && names.has(target.body.name);
  // An argument for a part of an object also provides the object: `customer.id` in legacy
  // extensions, `body/customer/id` in the others.
  const objects = new Set(
    call.arguments.map(({ name }) =>
      (call.legacy ? name.split(/[./]/, 1) : name.split('/', 2)).join('/'),
    ),
  );
  const missing: string[] = [];
  for (const { name, path } of requiredInputsOf(definition, target)) {
    if (missing.length >= 3) break;
    const key = call.legacy ? name : path;
    const isSet =
      names.has(name) || names.has(path) || objects.has(key) || (setsBody && name !== path);
    if (!isSet) missing.push(key);
  }
  return missing;
}
