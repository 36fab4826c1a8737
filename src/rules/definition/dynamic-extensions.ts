import { nameOf, type Definition } from '../../connector/definition.ts';
import {
  dynamicCalls,
  dynamicExtensions,
  type DynamicExtension,
} from '../../connector/dynamic-values.ts';
import { asObject, asText, type JsonObject } from '../../json/values.ts';
import { safe } from '../../shared/finding.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { invalidReferences, pathIn, type Reference } from './dynamic-calls.ts';
import { connectorStandard } from '../policy-codes.ts';
import { unknownIdAdvice } from '../unknown-operations.ts';

/**
 * The exact path of the property in the body that a reference in the legacy extension names, if the
 * exact extension is not next to it.
 */
function missedPath(
  { call, path, operation, property }: Reference,
  legacy: DynamicExtension,
  exact: DynamicExtension,
): string | undefined {
  return property && call.extension === legacy && call.schema.raw[exact] === undefined
    ? `${operation.body?.name ?? 'body'}/${path.replaceAll('.', '/')}`
    : undefined;
}

const ambiguousReferenceRule = (
  id: string,
  legacy: DynamicExtension,
  exact: DynamicExtension,
): Rule => ({
  id,
  source: 'swagger-validator',
  severity: certificationSeverity,
  description:
    `If an \`${legacy}\` refers to a name that both a parameter and a property have, ` +
    `there is an \`${exact}\` next to it.`,
  rationale:
    'The designer may use the wrong value and offer choices that do not match the ' +
    "user's selection.",
  policies: connectorStandard,
  check: ({ definition }) =>
    invalidReferences(definition, (reference) => {
      const { path, operation, parameter } = reference;
      const exactPath = missedPath(reference, legacy, exact);
      if (exactPath === undefined || !parameter) return undefined;
      return (
        safe`In ${nameOf(operation)}, both a parameter and a property in the body are ` +
        safe`named ${path}. Add ${exact}, which calls the parameter ${path} and the ` +
        safe`property ${exactPath}.`
      );
    }),
});

const propertyReferenceRule = (
  id: string,
  legacy: DynamicExtension,
  exact: DynamicExtension,
): Rule => ({
  id,
  source: 'swagger-validator',
  severity: certificationSeverity,
  description:
    `If an \`${legacy}\` refers to a property in the body, there is an \`${exact}\` ` +
    'next to it.',
  rationale:
    `\`${legacy}\` refers to parameters by name; only \`${exact}\` has paths into the ` +
    'body. Without it, the designer may find no value, and users see an empty list.',
  policies: connectorStandard,
  check: ({ definition }) =>
    invalidReferences(definition, (reference) => {
      const { path, operation, parameter } = reference;
      const exactPath = missedPath(reference, legacy, exact);
      if (exactPath === undefined || parameter) return undefined;
      return (
        safe`${path} is a property in the body of ${nameOf(operation)}. Add ${exact}, ` +
        safe`which calls it ${exactPath}.`
      );
    }),
});

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

export const dynamicExtensionRules: Rule[] = [
  {
    id: 'OperationIdNotFound',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'Every `operationId` in an extension is the ID of an operation.',
    rationale:
      'The designer has nothing to call: users see an empty list or no fields and cannot ' +
      'finish the flow.',
    policies: connectorStandard,
    *check({ definition }) {
      if (!definition) return;
      for (const at of [
        ...dynamicCalls(definition).map((call) => call.at),
        ...namedOperations(definition),
      ]) {
        const id = asText(at.operationId);
        if (id === undefined || definition.referencedOperation(id)) continue;
        yield {
          at,
          key: 'operationId',
          message:
            safe`The operation ${id} does not exist. ` +
            unknownIdAdvice(definition, id, 'add the operation'),
        };
      }
    },
  },
  {
    id: 'DynamicExtensionDefinitionNotAllowedInParameter',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'A dynamic extension for a body is in its schema, not on the body parameter.',
    rationale: 'The designer ignores it on the parameter: users see no list and no fields.',
    policies: connectorStandard,
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
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'A file picker, `"capability": "file-picker"`, has an `x-ms-dynamic-tree` next to it.',
    rationale:
      'The new designer supports only the tree: without it, users have to enter the ID of ' +
      'a file or folder.',
    policies: connectorStandard,
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
  ambiguousReferenceRule(
    'DynamicListExtensionRequiredForAmbiguousReferences',
    'x-ms-dynamic-values',
    'x-ms-dynamic-list',
  ),
  propertyReferenceRule(
    'DynamicListExtensionRequiredForNonParameterReferences',
    'x-ms-dynamic-values',
    'x-ms-dynamic-list',
  ),
  ambiguousReferenceRule(
    'DynamicPropertiesExtensionRequiredForAmbiguousReferences',
    'x-ms-dynamic-schema',
    'x-ms-dynamic-properties',
  ),
  propertyReferenceRule(
    'DynamicPropertiesExtensionRequiredForNonParameterReferences',
    'x-ms-dynamic-schema',
    'x-ms-dynamic-properties',
  ),
  {
    id: 'DynamicPropertiesExtensionRequiredForPropertiesValuePath',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'An `x-ms-dynamic-schema` whose `value-path` ends in `properties` has an ' +
      '`x-ms-dynamic-properties` next to it.',
    rationale:
      'The path skips the schema itself, so the list of required properties is lost, and ' +
      'the new designer needs it.',
    policies: connectorStandard,
    *check({ definition }) {
      for (const call of dynamicCalls(definition)) {
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
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'The path in `x-ms-dynamic-properties` is the path in the `x-ms-dynamic-schema` ' +
      'next to it, without `properties` at the end.',
    rationale:
      'Otherwise the classic and the new designer show different fields for the same operation.',
    policies: connectorStandard,
    fixable: true,
    *check({ definition }) {
      for (const call of dynamicCalls(definition)) {
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
              : `${path === '' ? 'The path is missing' : safe`The path is ${path}`}, but ` +
                safe`the path in ${'x-ms-dynamic-schema'} leads to ${expected}. Write ` +
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
];

const endsInProperties = (path: string): boolean =>
  path === 'properties' || path.endsWith('/properties');

function withoutProperties(path: string): string {
  if (path === 'properties') return '';
  return path.endsWith('/properties') ? path.slice(0, -'/properties'.length) : path;
}
