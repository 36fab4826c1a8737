import { hasDefault, nameOf, type Parameter } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asList, isObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { declaredTwice, entriesOf } from './lists.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';

const label = ({ name }: Parameter): string => name ?? '(no name)';

/**
 * The headers that the platform creates from the connection and the request. The list is not
 * published; many of 720 accepted connectors have the parameters `Content-Type` and `Accept`, but
 * none has one of these.
 */
const reservedHeaders = [
  'authorization',
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
];

/** A rule that checks each declared parameter on its own. */
const parameterRule = (
  rule: Omit<Rule, 'check'>,
  violationIn: (
    parameter: Parameter,
  ) => Omit<Extract<RuleViolation, { at: unknown }>, 'at'> | undefined,
): Rule => ({
  ...rule,
  *check({ definition }): Iterable<RuleViolation> {
    for (const parameter of definition?.parameters ?? []) {
      const violation = violationIn(parameter);
      if (violation) yield { at: parameter.raw, ...violation };
    }
  },
});

export const parameters: Rule[] = [
  parameterRule(
    {
      id: 'PathParameterMustBeRequired',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A path parameter is required.',
      rationale: 'If its value is missing, the URL leads to a different operation or to none.',
      policies: openApiStandard,
      fixable: true,
    },
    (parameter) =>
      parameter.in === 'path' && !parameter.required
        ? {
            ...(parameter.raw.required !== undefined && { key: 'required' }),
            message:
              safe`The path parameter ${label(parameter)} is not required. Add ` +
              safe`${'"required": true'}.`,
            fix: [{ at: parameter.raw, key: 'required', to: true }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'PathParameterMissingEncoding',
      source: 'swagger-validator',
      severity: 'warning',
      description: 'A path parameter defines its encoding in `x-ms-url-encoding`.',
      rationale:
        'Without it, a value that contains a slash or a space, such as a file name, ' +
        'changes the URL.',
      policies: connectorStandard,
      fixable: true,
    },
    (parameter) =>
      parameter.in === 'path' && parameter.raw['x-ms-url-encoding'] === undefined
        ? {
            message:
              safe`The path parameter ${label(parameter)} has no encoding. Add ` +
              safe`${'"x-ms-url-encoding": "single"'}.`,
            fix: [{ at: parameter.raw, key: 'x-ms-url-encoding', to: 'single' }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'BodyParameterSchemaRequired',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A body parameter has a `schema`.',
      rationale: 'Without a schema, the designer shows no fields to fill in.',
      policies: openApiStandard,
    },
    (parameter) =>
      parameter.in === 'body' && !isObject(parameter.raw.schema)
        ? {
            message:
              safe`The body parameter ${label(parameter)} has no ${'schema'}. Add one ` +
              'that describes the body.',
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'NonBodyParameterSchemaNotValid',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A parameter that is not in the body has no `schema`.',
      rationale:
        'In Swagger 2.0, such a parameter has a `type`, and the platform ignores the schema.',
      policies: openApiStandard,
    },
    (parameter) =>
      parameter.in !== undefined && parameter.in !== 'body' && parameter.raw.schema !== undefined
        ? {
            key: 'schema',
            part: 'key',
            message:
              safe`The parameter ${label(parameter)} is in ${parameter.in ?? ''} and has ` +
              safe`a ${'schema'}. Move ${'type'} and ${'format'} to the parameter itself.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'FileParameterMustBeInFormData',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A parameter of type `file` is in `formData`.',
      rationale: 'Files can be sent only as part of a form.',
      policies: openApiStandard,
    },
    (parameter) =>
      parameter.raw.type === 'file' && parameter.in !== 'formData'
        ? {
            key: 'type',
            message:
              safe`The parameter ${label(parameter)} is a file, but is in ` +
              safe`${parameter.in ?? 'no place'}. Move it to ${'formData'}.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'ConnectionIdParameterNotAllowed',
      source: 'swagger-validator',
      severity: 'error',
      description: 'No parameter is named `connectionId`.',
      rationale: 'The platform uses this name for the connection.',
      policies: connectorStandard,
    },
    (parameter) =>
      parameter.name === 'connectionId' && parameter.in !== 'body'
        ? {
            key: 'name',
            message:
              safe`The name ${'connectionId'} is reserved for the platform. Rename the ` +
              'parameter, or set it with a policy.',
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'AllowEmptyValueOnlyValidForQueryFormData',
      source: 'swagger-validator',
      severity: 'error',
      description: 'Only parameters in the query or in a form have `allowEmptyValue`.',
      rationale: 'In other places, an empty value is the same as no value.',
      policies: openApiStandard,
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
              safe`The parameter ${label(parameter)} is in ${parameter.in ?? 'no place'}, ` +
              safe`where ${'allowEmptyValue'} has no effect. Remove it.`,
            fix: [{ at: parameter.raw, key: 'allowEmptyValue', remove: true }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'InternalRequiredParameterWithoutDefault',
      source: 'openapi-extensions',
      severity: certificationSeverity,
      description: 'An internal, required parameter has a default.',
      rationale:
        'Users do not see it and cannot fill it in, so every call fails without a default.',
      policies: connectorStandard,
    },
    (parameter) =>
      parameter.visibility === 'internal' &&
      parameter.required &&
      parameter.in !== 'body' &&
      parameter.raw['x-ms-notification-url'] !== true && // the platform fills it in
      !hasDefault(parameter.raw)
        ? {
            message:
              safe`The parameter ${label(parameter)} is internal and required, but has no ` +
              safe`default. Add a ${'default'}, or make it visible.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      // 1% of the independent publishers' connectors have such a parameter, so it is not an error.
      // PropertyMustBeRequired checks properties in a body.
      id: 'InternalPropertyWithDefaultOptional',
      source: 'swagger-validator',
      severity: 'warning',
      description: 'An internal parameter with a default is required.',
      rationale:
        'Users cannot fill in a parameter that they do not see, and the platform reliably ' +
        'sends it only if it is required.',
      policies: connectorStandard,
    },
    (parameter) =>
      parameter.visibility === 'internal' &&
      !parameter.required &&
      parameter.in !== 'body' &&
      parameter.in !== 'path' &&
      hasDefault(parameter.raw)
        ? {
            message:
              safe`The parameter ${label(parameter)} is internal and has a default, but ` +
              safe`is optional, so it may not be sent. Add ${'"required": true'} if the ` +
              'service needs it; otherwise remove the parameter.',
          }
        : undefined,
  ),
  parameterRule(
    {
      // Seven certified and two independent publishers' connectors set "single", which has no
      // effect.
      id: 'QueryParameterEncodingNotSupported',
      source: 'swagger-validator',
      severity: 'warning',
      description: 'A query parameter does not define its encoding.',
      rationale: 'The platform always encodes query parameters once, so the setting has no effect.',
      policies: connectorStandard,
      fixable: true,
    },
    ({ raw, name, in: location }) =>
      location === 'query' && raw['x-ms-url-encoding'] !== undefined
        ? {
            key: 'x-ms-url-encoding',
            part: 'key',
            message:
              safe`The parameter ${name ?? '(no name)'} is in the query, which is always ` +
              safe`encoded once. Remove ${'x-ms-url-encoding'}.`,
            fix: [{ at: raw, key: 'x-ms-url-encoding', remove: true }],
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'ReservedParameterIsUsed',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: `No parameter is a header that the platform sets: ${reservedHeaders.join(', ')}.`,
      rationale:
        'The platform sets these headers from the connection and the request, so the ' +
        'values that users enter are lost.',
      policies: connectorStandard,
    },
    ({ name, in: location }) =>
      location === 'header' &&
      name !== undefined &&
      reservedHeaders.includes(name.trim().toLowerCase())
        ? {
            key: 'name',
            message:
              safe`The platform sets the header ${name} itself. Remove the parameter; use ` +
              safe`${'securityDefinitions'} to sign in, or set the header with a policy.`,
          }
        : undefined,
  ),
  parameterRule(
    {
      id: 'InvalidFormDataParameterName',
      source: 'swagger-validator',
      severity: certificationSeverity,
      description: 'The name of a form field contains only ASCII characters.',
      rationale: 'The name is sent in a header, where other characters arrive corrupted.',
      policies: connectorStandard,
    },
    ({ name, in: location }) =>
      location === 'formData' && name !== undefined && !/^[\x20-\x7e]*$/.test(name)
        ? {
            key: 'name',
            message:
              safe`The name ${name} of a form field contains characters other than ASCII. ` +
              'Use the name that the service expects, in ASCII letters.',
          }
        : undefined,
  ),
  {
    id: 'OperationParametersContainDuplicateParameter',
    source: 'swagger-validator',
    severity: 'error',
    description: 'An operation declares each parameter, by name and location, once.',
    rationale: 'Users see two fields for one value, and it is undefined which one is sent.',
    policies: openApiStandard,
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
    source: 'swagger-validator',
    severity: 'error',
    description: 'An operation has at most one body parameter.',
    rationale: 'A request has only one body.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        for (const { raw, name } of operation.ownParameters
          .filter((parameter) => parameter.in === 'body')
          .slice(1)) {
          yield {
            at: raw,
            message:
              safe`The operation ${nameOf(operation)} has a second body parameter, ` +
              safe`${name ?? 'body'}. A request has only one body: combine all fields in ` +
              'one schema.',
          };
        }
      }
    },
  },
  {
    id: 'ParameterListContainsFormDataAndBody',
    source: 'swagger-validator',
    severity: 'error',
    description: 'An operation has body parameters or form parameters, but not both.',
    rationale: 'A request has only one body, which is either a form or something else.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const body = operation.ownParameters.find((parameter) => parameter.in === 'body');
        const form = operation.ownParameters.find((parameter) => parameter.in === 'formData');
        if (!body || !form) continue;
        const message =
          safe`The operation ${nameOf(operation)} sends both a body, ${label(body)}, and ` +
          safe`a form field, ${label(form)}. Keep the one that the service expects.`;
        yield { at: form.raw, detail: safe`The operation ${nameOf(operation)}`, message };
      }
    },
  },
];
