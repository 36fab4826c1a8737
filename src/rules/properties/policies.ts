import type { Connector } from '../../connector/connector.ts';
import { safe } from '../../shared/finding.ts';
import type { Policy } from '../../connector/properties.ts';
import { asList, asText, isObject, type Json } from '../../json/values.ts';
import type { Rule } from '../rule.ts';

const operationNames = 'x-ms-apimTemplate-operationName';

const prefix = 'x-ms-apimTemplateParameter.';
const section = 'x-ms-apimTemplate-policySection';

interface Template {
  /**
   * The parameters without which it does nothing; `section` where it must be said whether the
   * request or the response is meant.
   */
  required: string[];
  optional?: string[];
}

const onBody = ['propertyParentPath', 'propertySubPath', 'newPropertyPath', section];

/**
 * The policy templates, in small letters (capitals do not count), from
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

/** The parameters of templates that have one of a few values, by key. */
const choices = new Map<string, string[]>([
  [`${prefix}existsAction`, ['override', 'skip', 'append', 'delete']],
  [section, ['request', 'response', 'failure']],
]);

function* knownPolicies({ properties }: Connector): Iterable<Policy & { template: Template }> {
  for (const policy of properties?.policies ?? []) {
    const template = templates.get(policy.templateId?.toLowerCase() ?? '');
    if (template) yield { ...policy, template };
  }
}

/** The lists of names in the properties, in which each stands once. */
function* lists({ properties }: Connector): Iterable<{ at: Json[]; what: string }> {
  if (!properties) return;
  const { capabilities, scriptOperations } = properties.inner;
  if (Array.isArray(capabilities)) yield { at: capabilities, what: 'the capabilities' };
  if (Array.isArray(scriptOperations))
    yield { at: scriptOperations, what: 'the script operations' };
  for (const { parameters } of properties.policies) {
    const operations = parameters?.[operationNames];
    if (Array.isArray(operations)) yield { at: operations, what: 'the operations of this policy' };
  }
}

/** In small letters. */
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
      'A policy for an operation that is not there does nothing, and the operation it was ' +
      'meant for goes without it.',
    *check({ definition, properties }) {
      if (!definition) return;
      for (const { parameters } of properties?.policies ?? []) {
        const at = parameters?.[operationNames];
        if (!Array.isArray(at)) continue;
        for (const [index, id] of at.entries()) {
          if (typeof id === 'string' && !definition.operation(id))
            yield {
              at,
              key: index,
              message:
                safe`The policy names the operation ${id}, which does not exist. ` +
                safe`Correct the id (capitals count), or take it out.`,
            };
        }
      }
    },
  },
  {
    id: 'PolicyTemplateIncomplete',
    severity: 'error',
    description: 'A policy has a `templateId` and `parameters`.',
    rationale: 'The platform cannot apply a policy without knowing which.',
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
    severity: 'warning',
    description: 'The `templateId` of a policy is that of a template which the platform has.',
    rationale:
      'A policy with another id is not applied, or the connector is refused when it is deployed.',
    *check({ properties }) {
      for (const { raw, templateId } of properties?.policies ?? []) {
        if (templateId !== undefined && !templates.has(templateId.toLowerCase())) {
          yield {
            at: raw,
            key: 'templateId',
            message:
              safe`There is no policy template ${templateId}. Correct the id: ` +
              safe`the documentation of each template gives it.`,
          };
        }
      }
    },
  },
  {
    id: 'PolicyParameterMissing',
    severity: 'error',
    description: 'A policy has the parameters that its template needs.',
    rationale: 'The platform fills the template in with them; a half of it cannot be applied.',
    *check(connector) {
      for (const { raw, parameters, template, templateId } of knownPolicies(connector)) {
        if (!parameters) continue; // PolicyTemplateIncomplete
        for (const key of template.required.map(keyOf)) {
          if (parameters[key] === undefined || parameters[key] === null)
            yield {
              at: raw,
              key: 'parameters',
              part: 'key',
              detail: key,
              message: safe`The template ${templateId ?? ''} needs the parameter ${key}. Add it.`,
            };
        }
      }
    },
  },
  {
    id: 'PolicyParameterNotKnown',
    severity: 'warning',
    description: 'A policy has no parameters that its template does not know.',
    rationale: 'They are not read, and whoever wrote them believes that they are.',
    *check(connector) {
      for (const { parameters: at, template, templateId } of knownPolicies(connector)) {
        if (!at) continue;
        const known = new Set([
          operationNames,
          section,
          ...template.required.map(keyOf),
          ...(template.optional ?? []).map(keyOf),
        ]);
        for (const key of Object.keys(at)) {
          if (!known.has(key))
            yield {
              at,
              key,
              part: 'key',
              message:
                safe`The template ${templateId ?? ''} has no parameter ${key}. ` +
                safe`Correct its name, or remove it.`,
            };
        }
      }
    },
  },
  {
    id: 'PolicyChoiceNotValid',
    severity: 'error',
    description:
      'A policy that says when it is applied, and what to do with a value that is there ' +
      'already, says it with the words the template has for it.',
    rationale:
      'Any other word leaves it open whether the policy changes the request, the response, ' +
      'or nothing.',
    *check({ properties }) {
      for (const { parameters: at } of properties?.policies ?? []) {
        for (const [key, allowed] of choices) {
          const value = asText(at?.[key]);
          if (at && value !== undefined && !allowed.includes(value.toLowerCase()))
            yield {
              at,
              key,
              message: safe`${value} is no value of ${key}. Write one of ${allowed}.`,
            };
        }
      }
    },
  },
  {
    id: 'PolicyRepeated',
    severity: 'warning',
    description: 'No two policies do the same to the same operations.',
    rationale:
      'The second either does nothing or does it twice: ' +
      'a value is appended again, a list converted into a list of lists.',
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
              safe`A policy before this one has the template ${asText(policy.templateId) ?? ''} ` +
              safe`with the same parameters. Remove one of them.`,
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
      'The capabilities, the script operations and the operations of a policy each stand ' +
      'in their list once.',
    rationale: 'The second time is mostly a slip for another name, which is then missing.',
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
                `${safe`${name} is among`} ${what} already. ` +
                'Remove it, or write the name that was meant.',
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
      'Each of the `capabilities` is one that the platform knows, such as `actions` and ' +
      '`triggers`.',
    rationale: 'A capability that is misspelled is one that the connector does not have.',
    *check({ properties }) {
      const at = asList(properties?.inner.capabilities);
      for (const [index, name] of at.entries()) {
        if (typeof name === 'string' && !capabilities.has(name.trim().toLowerCase()))
          yield {
            at,
            key: index,
            message:
              safe`The capability ${name} is not known. ` +
              safe`Write ${'actions'} or ${'triggers'}, or take it out.`,
          };
      }
    },
  },
  {
    id: 'ScriptOperationNotFound',
    severity: 'error',
    description: '`scriptOperations` names operations that exist.',
    rationale: 'The script does not run for an operation that is misspelled.',
    *check({ definition, properties }) {
      const at = properties?.inner.scriptOperations;
      if (!definition || !Array.isArray(at)) return;
      for (const [index, id] of at.entries()) {
        if (typeof id === 'string' && !definition.operation(id))
          yield {
            at,
            key: index,
            message:
              safe`The script is to run for the operation ${id}, which does not exist. ` +
              safe`Correct the id (capitals count), or take it out.`,
          };
      }
    },
  },
  {
    id: 'ScriptFileMissing',
    severity: { certified: 'warning', 'independent-publisher': 'warning', custom: 'warning' },
    description: 'A connector with `scriptOperations` has a `script.csx`.',
    rationale: 'The operations are sent through the script; without it they fail.',
    *check({ properties, files }) {
      if (!properties || !Array.isArray(properties.inner.scriptOperations)) return;
      if (
        properties.inner.scriptOperations.length > 0 &&
        !files.some(({ path }) => path.toLowerCase() === 'script.csx')
      ) {
        yield {
          at: properties.inner,
          key: 'scriptOperations',
          part: 'key',
          message:
            safe`The properties name script operations, but the folder has no ${'script.csx'}. ` +
            safe`Add the script, or remove ${'scriptOperations'}.`,
        };
      }
    },
  },
  {
    id: 'ScriptOperationsMissing',
    severity: 'error',
    description:
      'A connector with a `script.csx` says for which operations it runs: `scriptOperations`.',
    rationale: 'A script that runs for no operation is never executed.',
    *check({ properties, script }) {
      if (script && properties && properties.inner.scriptOperations === undefined) {
        const { at } = properties;
        yield {
          at,
          message:
            safe`There is a ${'script.csx'}, but the properties do not name its operations. ` +
            safe`Add ${'scriptOperations'} with their ids; an empty list means all.`,
        };
      }
    },
  },
];
