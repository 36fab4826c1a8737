import { say } from '../../connector/finding.ts';
import { asList, isObject } from '../../connector/values.ts';
import type { Rule } from '../rule.ts';

const operationNames = 'x-ms-apimTemplate-operationName';

export const policies: Rule[] = [
  {
    id: 'PolicyOperationNotFound',
    severity: 'warning',
    says: 'A policy names operations that exist.',
    because: 'A policy for an operation that is not there does nothing, and the operation it was meant for goes without it.',
    *check({ definition, properties }) {
      if (!definition) return;
      for (const { parameters } of properties?.policies ?? []) {
        const at = parameters?.[operationNames];
        if (!Array.isArray(at)) continue;
        for (const [index, id] of at.entries()) {
          if (typeof id === 'string' && !definition.operation(id)) yield { at, key: index, message: say`The policy names the operation ${id}, which does not exist. Correct the id (capitals count), or take it out.` };
        }
      }
    },
  },
  {
    id: 'PolicyTemplateIncomplete',
    severity: 'error',
    says: 'A policy has a `templateId` and `parameters`.',
    because: 'The platform cannot apply a policy without knowing which.',
    *check({ properties }) {
      const list = properties?.inner.policyTemplateInstances;
      for (const at of asList(list)) {
        if (!isObject(at)) continue;
        for (const key of ['templateId', 'parameters']) {
          if (at[key] === undefined) yield { at, detail: key, message: say`The policy has no ${key}. Add it.` };
        }
      }
    },
  },
  {
    id: 'ScriptOperationNotFound',
    severity: 'error',
    says: '`scriptOperations` names operations that exist.',
    because: 'The script does not run for an operation that is misspelt.',
    *check({ definition, properties }) {
      const at = properties?.inner.scriptOperations;
      if (!definition || !Array.isArray(at)) return;
      for (const [index, id] of at.entries()) {
        if (typeof id === 'string' && !definition.operation(id)) yield { at, key: index, message: say`The script is to run for the operation ${id}, which does not exist. Correct the id (capitals count), or take it out.` };
      }
    },
  },
  {
    id: 'ScriptFileMissing',
    severity: { certified: 'warning', 'independent-publisher': 'warning', custom: 'warning' },
    says: 'A connector with `scriptOperations` has a `script.csx`.',
    because: 'The operations are sent through the script; without it they fail.',
    *check({ properties, files }) {
      if (!properties || !Array.isArray(properties.inner.scriptOperations)) return;
      if (properties.inner.scriptOperations.length > 0 && !files.some(({ path }) => path.toLowerCase() === 'script.csx')) {
        yield { at: properties.inner, key: 'scriptOperations', part: 'key', message: say`The properties name script operations, but the folder has no ${'script.csx'}. Add the script, or remove ${'scriptOperations'}.` };
      }
    },
  },
  {
    id: 'ScriptOperationsMissing',
    severity: 'error',
    says: 'A connector with a `script.csx` says for which operations it runs: `scriptOperations`.',
    because: 'A script that runs for no operation is never executed.',
    *check({ properties, script }) {
      if (script && properties && properties.inner.scriptOperations === undefined) {
        const at = properties.raw.properties === properties.inner ? properties.inner : properties.raw;
        yield { at, message: say`There is a ${'script.csx'}, but the properties do not name its operations. Add ${'scriptOperations'} with their ids; an empty list means all.` };
      }
    },
  },
];
