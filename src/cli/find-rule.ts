import { closestMatch } from '../shared/did-you-mean.ts';

/** A rule with the id, in upper or lower case. */
export const findRule = <R extends { id: string }>(id: string, rules: readonly R[]) =>
  rules.find((rule) => rule.id.toLowerCase() === id.toLowerCase());

/**
 * " Did you mean …?" for an id that does not exist. An id that has at least two words in common is
 * suggested too: people remember what a rule is about, not how its id ends.
 */
export function suggestRule(id: string, ids: readonly string[]): string {
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
