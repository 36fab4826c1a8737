import { nameOf, type Definition } from '../../connector/definition.ts';
import {
  dynamicCalls,
  dynamicExtensions,
  type DynamicExtension,
} from '../../connector/dynamic-values.ts';
import { asObject, asText, type JsonObject } from '../../json/values.ts';
import { safe } from '../../shared/finding.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { invalidReferences, pathIn } from './dynamic-calls.ts';

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
      ? `If an \`${first}\` refers to a name that both a parameter and a property have, ` +
        `there is an \`${second}\` next to it.`
      : `If an \`${first}\` refers to a property in the body, there is an \`${second}\` ` +
        'next to it.',
  rationale:
    kind === 'ambiguous'
      ? 'The designer may use the wrong value and offer choices that do not match the ' +
        "user's selection."
      : `\`${first}\` refers to parameters by name; only \`${second}\` has paths into the ` +
        'body. Without it, the designer may find no value, and users see an empty list.',
  check: ({ definition }) =>
    invalidReferences(definition, ({ call, path, operation, parameter, property }) => {
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
