import { closestMatch } from '../shared/did-you-mean.ts';
import { UserError } from '../shared/user-error.ts';

/**
 * The rule with the id, in upper or lower case.
 * @param whereListed where the rules are listed, for the error
 * @throws UserError if there is none
 */
export function requireRule<R extends { id: string }>(
  id: string,
  rules: readonly R[],
  whereListed: string,
): R {
  const found = rules.find((rule) => rule.id.toLowerCase() === id.toLowerCase());
  if (found) return found;
  const suggestion = suggestRule(
    id,
    rules.map((rule) => rule.id),
  );
  throw new UserError(`There is no rule ${id}.${suggestion} ${whereListed}`);
}

/**
 * " Did you mean …?" for an id that does not exist. An id that has at least two words in common is
 * suggested too: people remember what a rule is about, not how its id ends.
 */
function suggestRule(id: string, ids: readonly string[]): string {
  const suggestion = closestMatch(id, ids) ?? idWithCommonWords(id, ids);
  return suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
}

function idWithCommonWords(id: string, ids: readonly string[]): string | undefined {
  const words = new Set(wordsOf(id));
  let best: string | undefined;
  let maxInCommon = 1;
  for (const candidate of ids) {
    const common = wordsOf(candidate).filter((word) => words.has(word)).length;
    if (common > maxInCommon) [best, maxInCommon] = [candidate, common];
  }
  return best;
}

const wordsOf = (id: string): string[] => id.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
