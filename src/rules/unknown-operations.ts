import type { Definition } from '../connector/definition.ts';
import { safe } from '../shared/finding.ts';
import type { JsonArray } from '../json/values.ts';
import type { RuleViolation } from './rule.ts';

/** What to do about the id of an operation that does not exist; `otherwise` if none is similar. */
export function unknownIdAdvice(definition: Definition, id: string, otherwise: string): string {
  const similar = definition.similarOperationId(id);
  return similar === undefined
    ? `Correct the ID (it is case-sensitive), or ${otherwise}.`
    : safe`Did you mean ${similar}? IDs must match exactly.`;
}

/** Reports the ids in a list that no operation has. `who` names them, as the start of a sentence. */
export function* unknownIds(
  definition: Definition,
  at: JsonArray,
  who: string,
): Iterable<RuleViolation> {
  for (const [index, id] of at.entries()) {
    if (typeof id === 'string' && !definition.referencedOperation(id))
      yield {
        at,
        key: index,
        message:
          `${who} ${safe`${id}, which does not exist.`} ` +
          unknownIdAdvice(definition, id, 'remove it'),
      };
  }
}
