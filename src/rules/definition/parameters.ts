import { nameOf, type Parameter } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asList, isObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { declaredTwice, entriesOf } from './lists.ts';

const label = ({ name }: Parameter): string => name ?? '(no name)';

/**
 * The headers that are made from the connection and the request. No list is published; of 720
 * accepted connectors many have parameters `Content-Type` and `Accept`, and none has one of these.
 */
const reservedHeaders = [
  'authorization',
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
];

/** A rule about one declared parameter at a time. */
const parameterRule = (
  rule: Omit<Rule, 'check'>,
  wrong: (parameter: Parameter) => Omit<Extract<RuleViolation, { at: unknown }>, 'at'> | undefined,
): Rule => ({
  ...rule,
  *check({ definition }): Iterable<RuleViolation> {
    for (const parameter of definition?.parameters ?? []) {
      const found = wrong(parameter);
      if (found) yield { at: parameter.raw, ...found };
    }
  },
});

export const parameters: Rule[] = [
  parameterRule(
    {
      id: 'PathParameterMustBeRequired',
      severity: 'error',
      description: 'A parameter in the path is required.',
      rationale: 'A path with a hole in it leads to another operation or to none.',
      fixable: true,
    },
    (parameter) =>
      parameter.in === 'path' && !parameter.required
        ? {
            ...(parameter.raw.required !== undefined && { key: 'required' }),
            message:
              safe`The path parameter ${label(parameter)} is not marked as required. ` +
              safe`Add ${'"required": true'}.`,
            fix: [{ at: parameter.raw, key: 'required', to: true }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'PathParameterMissingEncoding',
      severity: 'warning',
      description: 'A parameter in the path says how it is encoded: `x-ms-url-encoding`.',
      rationale:
        'A value with a slash or a space in it, such as a file name, gives a request to ' +
        'another path.',
      fixable: true,
    },
    (parameter) =>
      parameter.in === 'path' && parameter.raw['x-ms-url-encoding'] === undefined
        ? {
            message:
              safe`The path parameter ${label(parameter)} does not say how it is encoded. ` +
              safe`Add ${'"x-ms-url-encoding": "single"'}.`,
            fix: [{ at: parameter.raw, key: 'x-ms-url-encoding', to: 'single' }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'BodyParameterSchemaRequired',
      severity: 'error',
      description: 'A body parameter has a `schema`.',
      rationale: 'Without one the designer cannot ask for anything to send.',
    },
    (parameter) =>
      parameter.in === 'body' && !isObject(parameter.raw.schema)
        ? {
            message:
              safe`The body parameter ${label(parameter)} has no ${'schema'}. ` +
              safe`Describe what is sent.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'NonBodyParameterSchemaNotValid',
      severity: 'error',
      description: 'A parameter outside the body has no `schema`.',
      rationale: 'In Swagger 2.0 it has a `type` of its own; the schema is not read.',
    },
    (parameter) =>
      parameter.in !== undefined && parameter.in !== 'body' && parameter.raw.schema !== undefined
        ? {
            key: 'schema',
            part: 'key',
            message:
              safe`The parameter ${label(parameter)} is in ${parameter.in ?? ''} and has a ` +
              safe`${'schema'}. Put ${'type'} and ${'format'} into the parameter itself.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'FileParameterMustBeInFormData',
      severity: 'error',
      description: 'A parameter of type `file` is in `formData`.',
      rationale: 'Files are sent as part of a form and no other way.',
    },
    (parameter) =>
      parameter.raw.type === 'file' && parameter.in !== 'formData'
        ? {
            key: 'type',
            message:
              safe`The parameter ${label(parameter)} is a file, but in ` +
              safe`${parameter.in ?? 'no place'}. Put it in ${'formData'}.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'ConnectionIdParameterNotAllowed',
      severity: 'error',
      description: 'No parameter is called `connectionId`.',
      rationale: 'The platform uses this name for the connection itself.',
    },
    (parameter) =>
      parameter.name === 'connectionId' && parameter.in !== 'body'
        ? {
            key: 'name',
            message:
              safe`The name ${'connectionId'} is taken by the platform. ` +
              safe`Give the parameter another name, or set it with a policy.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'AllowEmptyValueOnlyValidForQueryFormData',
      severity: 'error',
      description: '`allowEmptyValue` stands on parameters in the query or in a form only.',
      rationale: 'Elsewhere an empty value cannot be told from none.',
      fixable: true,
    },
    (parameter) =>
      parameter.raw.allowEmptyValue !== undefined &&
      parameter.in !== 'query' &&
      parameter.in !== 'formData'
        ? {
            key: 'allowEmptyValue',
            part: 'key',
            message:
              safe`The parameter ${label(parameter)} is in ${parameter.in ?? 'no place'}, where ` +
              safe`${'allowEmptyValue'} means nothing. Remove it.`,
            fix: [{ at: parameter.raw, key: 'allowEmptyValue', remove: true }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'InternalRequiredParameterWithoutDefault',
      severity: certificationSeverity,
      description: 'A parameter that is internal and required has a default.',
      rationale:
        'Users do not see it, so they cannot fill it in; without a default every call fails.',
    },
    (parameter) =>
      parameter.visibility === 'internal' &&
      parameter.required &&
      parameter.in !== 'body' &&
      parameter.raw.default === undefined
        ? {
            message:
              safe`The parameter ${label(parameter)} is internal and required, but has no ` +
              safe`default. Add a ${'default'}, or make it visible.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      // 1% of the independent publishers' connectors have one, so it is no error; of properties in
      // a body see PropertyMustBeRequired.
      id: 'InternalPropertyWithDefaultOptional',
      severity: 'warning',
      description: 'A parameter that is internal and has a default is required.',
      rationale:
        'The platform is sure to send only what is required: ' +
        'users cannot fill in what they do not see.',
    },
    (parameter) =>
      parameter.visibility === 'internal' &&
      !parameter.required &&
      parameter.in !== 'body' &&
      parameter.in !== 'path' &&
      parameter.raw.default !== undefined
        ? {
            message:
              safe`The parameter ${label(parameter)} is internal and has a default, but is ` +
              safe`optional, so it may not be sent. ` +
              safe`Add ${'"required": true'} where the service needs it, or remove the ` +
              safe`parameter.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      // Seven certified and two independent publishers' connectors write "single", which is what
      // happens anyway.
      id: 'QueryParameterEncodingNotSupported',
      severity: 'warning',
      description: 'A parameter in the query does not say how it is encoded.',
      rationale: 'The platform encodes all of them, once; what is written here changes nothing.',
      fixable: true,
    },
    ({ raw, name, in: location }) =>
      location === 'query' && raw['x-ms-url-encoding'] !== undefined
        ? {
            key: 'x-ms-url-encoding',
            part: 'key',
            message:
              safe`The parameter ${name ?? '(no name)'} is in the query and is encoded once in ` +
              safe`any case. Remove ${'x-ms-url-encoding'}.`,
            fix: [{ at: raw, key: 'x-ms-url-encoding', remove: true }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'ReservedParameterIsUsed',
      severity: certificationSeverity,
      description:
        'No parameter is one of the headers that the platform writes: ' +
        `${reservedHeaders.join(', ')}.`,
      rationale:
        'The platform takes them from the connection and from the request itself: ' +
        'what users enter is lost.',
    },
    ({ name, in: location }) =>
      location === 'header' &&
      name !== undefined &&
      reservedHeaders.includes(name.trim().toLowerCase())
        ? {
            key: 'name',
            message:
              safe`The header ${name} is written by the platform. Remove the parameter; ` +
              safe`sign in through ${'securityDefinitions'}, or set the header with a policy.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'InvalidFormDataParameterName',
      severity: certificationSeverity,
      description: 'The name of a form field has ASCII characters only.',
      rationale: 'The name is sent in a header of its part, where other characters arrive broken.',
    },
    ({ name, in: location }) =>
      location === 'formData' && name !== undefined && !/^[\x20-\x7e]*$/.test(name)
        ? {
            key: 'name',
            message:
              safe`The name ${name} of a form field has characters outside ASCII. ` +
              safe`Give the field the name that the service knows it by, in plain letters.`,
          }
        : undefined,
  ),
  {
    id: 'OperationParametersContainDuplicateParameter',
    severity: 'error',
    description: 'An operation declares a parameter of one name and place once.',
    rationale: 'Two fields write the same value, and which of them is sent is chance.',
    fixable: true,
    *check({ definition }): Iterable<RuleViolation> {
      for (const operation of definition?.operations ?? []) {
        const list = asList(operation.raw.parameters);
        if (!definition || list.length < 2) continue;
        for (const { at, name, in: location, fix } of declaredTwice(
          list,
          entriesOf(definition, list),
        )) {
          yield {
            at,
            detail: `${location} ${name}`,
            message:
              safe`The operation ${nameOf(operation)} declares the parameter ${name} in ` +
              safe`${location} twice. Remove one of the two.`,
            ...(fix && { fix }),
          };
        }
      }
    },
  },
  {
    id: 'OperationParametersContainMultipleBodyParameters',
    severity: 'error',
    description: 'An operation has at most one body parameter.',
    rationale: 'A request has one body.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { raw, name } of operation.ownParameters
          .filter((one) => one.in === 'body')
          .slice(1)) {
          yield {
            at: raw,
            message:
              safe`The operation ${nameOf(operation)} has a further body parameter, ` +
              safe`${name ?? 'body'}. A request has one body: put all fields into one schema.`,
          };
        }
      }
    },
  },
  {
    id: 'ParameterListContainsFormDataAndBody',
    severity: 'error',
    description: 'An operation has body parameters or form parameters, not both.',
    rationale: 'A request has one body, and it is either a form or something else.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const body = operation.ownParameters.find((one) => one.in === 'body');
        const form = operation.ownParameters.find((one) => one.in === 'formData');
        if (!body || !form) continue;
        const message =
          safe`The operation ${nameOf(operation)} sends a body, ${label(body)}, and a form ` +
          safe`field, ${label(form)}. Keep the kind that the service expects.`;
        yield { at: form.raw, detail: safe`The operation ${nameOf(operation)}`, message };
      }
    },
  },
];
