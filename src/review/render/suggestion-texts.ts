import type { Facts, FindingSuggestion } from '../model/facts.ts';
import { boldMessage, sentences } from '../model/markdown.ts';
import { bulletList, messageToMarkdown, ruleLink } from '../../report/markdown.ts';
import { count as countOf, formatNumber } from '../../report/text.ts';

/** The text above the suggestions of a review: how many there are, and what is not among them. */
export function suggestionsBody({ connectors }: Facts): string {
  const values = connectors.flatMap(({ validation }) => (validation.ok ? [validation.value] : []));
  const shown = values.flatMap(({ suggestions }) => suggestions).length;
  const all = values.flatMap(({ findings }) =>
    findings.filter(({ fixable, existing }) => fixable && !existing),
  ).length;
  const grouped = values.flatMap(({ groupedFixes }) => groupedFixes);
  const head =
    all > shown
      ? `${formatNumber(shown)} of ${countOf(all, 'fix', 'fixes')}. Reply \`/fix\` to commit all ` +
        'of them at once.'
      : `${countOf(shown, 'fix', 'fixes')}. Apply ${shown === 1 ? 'it' : 'them'} here, or reply ` +
        '`/fix`.';
  if (grouped.length === 0) return head;
  const items = grouped.map(
    ({ rule, message, count }) =>
      `${formatNumber(count)} × ${messageToMarkdown(sentences(message)[0])} (${ruleLink(rule)})`,
  );
  return `${head} Not suggested one by one:\n\n${bulletList(items)}`;
}

/** The text of a suggestion: what is wrong, then the lines that replace those of the diff. */
export const suggestionText = ({
  message,
  rule,
  body,
}: Pick<FindingSuggestion, 'message' | 'rule' | 'body'>): string =>
  `${boldMessage(message, '')} (${ruleLink(rule)})\n\n\`\`\`suggestion\n${body}\n\`\`\``;
