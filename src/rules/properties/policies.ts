import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import type { Policy } from '../../connector/properties.ts';
import { asList, asText, isObject, type Json } from '../../json/values.ts';
import type { Rule } from '../rule.ts';
import { unknownIds } from '../unknown-operations.ts';

const operationNames = 'x-ms-apimTemplate-operationName';

const prefix = 'x-ms-apimTemplateParameter.';
const section = 'x-ms-apimTemplate-policySection';

interface Template {
  /**
   * The parameters that the template requires. `section` if the policy must say whether it applies
   * to the request or the response.
   */
  required: string[];
  optional?: string[];
}

const onBody = ['propertyParentPath', 'propertySubPath', 'newPropertyPath', section];

/**
 * The policy templates in lower case (template IDs are not case-sensitive), from
 * https://learn.microsoft.com/connectors/custom-connectors/policy-templates and from accepted
 * connectors.
 */
const templates = new Map<string, Template>([
  [
    'convertarraytoobject',
    { required: [...onBody, 'keyWithinCollectionPath'], optional: ['retainKey'] },
  ],
  [
    'convertobjecttoarray',
    { required: [...onBody, 'keyName', 'valueName'], optional: ['retainKey'] },
  ],
  ['dynamichosturl', { required: ['urlTemplate'] }],
  ['dynamicsubdomain', { required: ['urlTemplate'] }],
  ['encodepropertyvalue', { required: onBody }],
  [
    'moveproperties',
    {
      required: ['srcParentPath', 'srcSubPath', 'dstParentPath', 'dstSubPath', section],
      optional: ['copyOnlySubProperties'],
    },
  ],
  ['pollingtrigger', { required: ['triggerConfig', 'triggerDataPath'] }],
  ['routerequesttoendpoint', { required: ['newPath'], optional: ['httpMethod'] }],
  ['setconnectionstatustounauthenticated', { required: ['statusCode'] }],
  ['setheader', { required: ['name', 'value', section], optional: ['existsAction'] }],
  [
    'setproperty',
    {
      required: [
        'newPropertyParentPathTemplate',
        'newPropertySubPathTemplate',
        'propertyValuePathTemplate',
        section,
      ],
    },
  ],
  ['setqueryparameter', { required: ['name', 'value'], optional: ['existsAction'] }],
  [
    'setvaluefromurl',
    {
      required: ['parameterTemplate', 'parameterValueUrl', 'parameterValuePathTemplate'],
      optional: ['httpMethod'],
    },
  ],
  ['stringreplace', { required: [...onBody, 'sourceString', 'replacementString'] }],
  ['stringtoarray', { required: [...onBody, 'delimiterList', 'childPropertyName'] }],
  ['updatenextlink', { required: ['nextLinkPropertyName'] }],
]);

const keyOf = (parameter: string): string => (parameter === section ? section : prefix + parameter);

/** The allowed values of template parameters that have a fixed set, by key. */
const choices = new Map<string, string[]>([
  [`${prefix}existsAction`, ['override', 'skip', 'append', 'delete']],
  [section, ['request', 'response', 'failure']],
]);

function* policiesWithTemplate({
  properties,
}: Connector): Iterable<Policy & { template: Template }> {
  for (const policy of properties?.policies ?? []) {
    const template = templates.get(policy.templateId?.toLowerCase() ?? '');
    if (template) yield { ...policy, template };
  }
}

/** The arrays of names in the properties whose entries must be unique. */
function* lists({ properties }: Connector): Iterable<{ at: Json[]; what: string }> {
  if (!properties) return;
  const { capabilities } = properties.inner;
  if (Array.isArray(capabilities)) yield { at: capabilities, what: 'the capabilities' };
  if (properties.scriptOperations)
    yield { at: properties.scriptOperations, what: 'the script operations' };
  for (const { parameters } of properties.policies) {
    const operations = parameters?.[operationNames];
    if (Array.isArray(operations)) yield { at: operations, what: 'the operations of this policy' };
  }
}

/** In lower case. */
const capabilities = new Set([
  'actions',
  'triggers',
  'cloud',
  'cloud only',
  'gateway',
  'blob',
  'tabular',
  'composite',
  'functions',
  'resources',
]);

export const policies: Rule[] = [
  {
    id: 'PolicyOperationNotFound',
    severity: 'warning',
    description: 'A policy names operations that exist.',
    rationale:
      'A policy for a missing operation does nothing, and the operation it was meant for ' +
      'runs without it.',
    *check({ definition, properties }) {
      if (!definition) return;
      for (const { parameters } of properties?.policies ?? []) {
        const at = parameters?.[operationNames];
        if (Array.isArray(at)) yield* unknownIds(definition, at, 'The policy names the operation');
      }
    },
  },
  {
    id: 'PolicyTemplateIncomplete',
    source: 'policy-templates',
    severity: 'error',
    description: 'A policy has a `templateId` and `parameters`.',
    rationale: 'The platform cannot apply a policy without them.',
    *check({ properties }) {
      const list = properties?.inner.policyTemplateInstances;
      for (const at of asList(list)) {
        if (!isObject(at)) continue;
        for (const key of ['templateId', 'parameters']) {
          if (at[key] === undefined)
            yield { at, detail: key, message: safe`The policy has no ${key}. Add it.` };
        }
      }
    },
  },
  {
    id: 'PolicyTemplateNotKnown',
    source: 'policy-templates',
    severity: 'warning',
    description: 'The `templateId` of a policy is the ID of a policy template of the platform.',
    rationale: 'A policy with any other ID is not applied, or the connector fails to deploy.',
    *check({ properties }) {
      for (const { raw, templateId } of properties?.policies ?? []) {
        if (templateId !== undefined && !templates.has(templateId.toLowerCase())) {
          yield {
            at: raw,
            key: 'templateId',
            message:
              safe`The platform has no policy template ${templateId}. Correct the ID; the ` +
              'documentation lists the ID of each template.',
          };
        }
      }
    },
  },
  {
    id: 'PolicyParameterMissing',
    source: 'policy-templates',
    severity: 'error',
    description: 'A policy has all parameters that its template requires.',
    rationale:
      'The platform builds the policy from the template and these parameters, and cannot ' +
      'apply an incomplete one.',
    *check(connector) {
      for (const { raw, parameters, template, templateId } of policiesWithTemplate(connector)) {
        if (!parameters) continue; // PolicyTemplateIncomplete reports this.
        for (const key of template.required.map(keyOf)) {
          if (parameters[key] === undefined || parameters[key] === null)
            yield {
              at: raw,
              key: 'parameters',
              part: 'key',
              detail: key,
              message:
                safe`The template ${templateId ?? ''} requires the parameter ${key}. Add ` + 'it.',
            };
        }
      }
    },
  },
  {
    id: 'PolicyParameterNotKnown',
    source: 'policy-templates',
    severity: 'warning',
    description: 'A policy has only parameters that its template defines.',
    rationale:
      'The platform ignores other parameters, so the policy does not do what its author expects.',
    *check(connector) {
      for (const { parameters: at, template, templateId } of policiesWithTemplate(connector)) {
        if (!at) continue;
        const defined = new Set([
          operationNames,
          section,
          ...template.required.map(keyOf),
          ...(template.optional ?? []).map(keyOf),
        ]);
        for (const key of Object.keys(at)) {
          if (!defined.has(key))
            yield {
              at,
              key,
              part: 'key',
              message:
                safe`The template ${templateId ?? ''} has no parameter ${key}. Correct ` +
                'its name, or remove it.',
            };
        }
      }
    },
  },
  {
    id: 'PolicyChoiceNotValid',
    source: 'policy-templates',
    severity: 'error',
    description:
      'A policy parameter with a fixed set of values, such as when to apply the policy or ' +
      'what to do with an existing value, has one of them.',
    rationale:
      'With any other value, it is undefined whether the policy changes the request, the ' +
      'response, or nothing.',
    *check({ properties }) {
      for (const { parameters: at } of properties?.policies ?? []) {
        for (const [key, allowed] of choices) {
          const value = asText(at?.[key]);
          if (at && value !== undefined && !allowed.includes(value.toLowerCase()))
            yield {
              at,
              key,
              message: safe`${value} is not a valid value of ${key}. Use one of ${allowed}.`,
            };
        }
      }
    },
  },
  {
    id: 'PolicyRepeated',
    severity: 'warning',
    description: 'No two policies apply the same template with the same parameters.',
    rationale:
      'The second policy has no effect or applies the change twice: a value is appended ' +
      'again, or an array becomes an array of arrays.',
    fixable: true,
    *check({ properties }) {
      const list = asList(properties?.inner.policyTemplateInstances);
      const seen = new Set<string>();
      for (const [index, policy] of list.entries()) {
        if (!isObject(policy) || !isObject(policy.parameters)) continue;
        const content = JSON.stringify([policy.templateId, policy.parameters]);
        if (seen.has(content))
          yield {
            at: list,
            key: index,
            message:
              'An earlier policy already uses the template ' +
              safe`${asText(policy.templateId) ?? ''} with the same parameters. Remove ` +
              'one of them.',
            fix: [{ at: list, key: index, remove: true }],
          };
        seen.add(content);
      }
    },
  },
  {
    id: 'ListEntryRepeated',
    severity: 'warning',
    description:
      'The capabilities, the script operations and the operations of a policy list each ' +
      'name once.',
    rationale: 'A repeated name is usually a mistake for another name, which is then missing.',
    fixable: true,
    *check(connector) {
      for (const { at, what } of lists(connector)) {
        const seen = new Set<string>();
        for (const [index, name] of at.entries()) {
          if (typeof name !== 'string') continue;
          if (seen.has(name))
            yield {
              at,
              key: index,
              message:
                `${safe`${name} is already one of`} ${what}. Remove it, or replace it ` +
                'with the name you meant.',
              fix: [{ at, key: index, remove: true }],
            };
          seen.add(name);
        }
      }
    },
  },
  {
    id: 'CapabilityNotKnown',
    severity: 'warning',
    description:
      'The `capabilities` are capabilities that the platform supports, such as ' +
      '`actions` and `triggers`.',
    rationale: 'If a capability is misspelled, the connector does not have it.',
    *check({ properties }) {
      const at = asList(properties?.inner.capabilities);
      for (const [index, name] of at.entries()) {
        if (typeof name === 'string' && !capabilities.has(name.trim().toLowerCase()))
          yield {
            at,
            key: index,
            message:
              safe`The platform has no capability ${name}. Use ${'actions'} or ` +
              safe`${'triggers'}, or remove it.`,
          };
      }
    },
  },
];
