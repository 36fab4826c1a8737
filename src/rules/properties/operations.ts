import { safe } from '../../shared/finding.ts';
import { asObject } from '../../json/values.ts';
import { certificationSeverity, type Rule } from '../rule.ts';
import { unknownIdAdvice, unknownIds } from '../unknown-operations.ts';

/** Rules about the operations that the properties name. */
export const operationReferences: Rule[] = [
  {
    id: 'ScriptOperationNotFound',
    severity: 'error',
    description: '`scriptOperations` names operations that exist.',
    rationale: 'The script does not run for an operation whose ID is misspelled.',
    *check({ definition, properties }) {
      const at = properties?.scriptOperations;
      if (definition && at)
        yield* unknownIds(definition, at, 'The properties name the script operation');
    },
  },
  {
    id: 'ScriptFileMissing',
    severity: 'warning',
    description: 'A connector with `scriptOperations` has a `script.csx`.',
    rationale: 'Requests of these operations go through the script; without it they fail.',
    *check({ properties, entries }) {
      if (!entries.script && properties?.scriptOperations && properties.scriptOperations.length > 0)
        yield {
          at: properties.scriptOperations,
          message:
            'The properties list script operations, but the folder has no ' +
            safe`${'script.csx'}. Add the script, or remove ${'scriptOperations'}.`,
        };
    },
  },
  {
    id: 'ScriptOperationsMissing',
    severity: 'warning',
    description:
      'A connector with a `script.csx` lists the operations that use it in `scriptOperations`.',
    rationale:
      'Without the list, readers do not know which operations the script changes, and tools ' +
      'that read the list deploy the connector without the script.',
    *check({ properties, script }) {
      if (!script || properties?.hasInner !== true || properties.scriptOperations) return;
      // A list at the top, or a value that is not a list, is reported there.
      const isElsewhere = [properties.raw, properties.inner].some((of) =>
        Object.hasOwn(of, 'scriptOperations'),
      );
      if (!isElsewhere)
        yield {
          at: properties.at,
          message:
            safe`The folder has a ${script.file}, but the properties do not list the ` +
            safe`operations that use it. Add ${'scriptOperations'} with their IDs; an ` +
            'empty array means all operations.',
        };
    },
  },
  {
    id: 'TestConnectionOperationNotFound',
    severity: certificationSeverity,
    description: '`testConnection` in the properties names an operation that exists.',
    rationale:
      'The platform calls this operation when users create a connection. If it does not ' +
      'exist, a wrong key is noticed only when the first flow fails.',
    *check({ definition, properties }) {
      const at = asObject(properties?.inner.testConnection);
      const id = at?.operationId;
      if (!definition || !at || typeof id !== 'string' || definition.referencedOperation(id))
        return;
      yield {
        at,
        key: 'operationId',
        message:
          safe`${'testConnection'} names the operation ${id}, which does not exist. ` +
          unknownIdAdvice(definition, id, 'add the operation'),
      };
    },
  },
];
