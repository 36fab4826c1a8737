import { documentation, policyByCode, type Policy } from '../rules/policy-codes.ts';
import { rules } from '../rules/registry.ts';
import type { Rule } from '../rules/rule.ts';
import { sources } from '../rules/sources.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import { runsAs } from '../shared/project.ts';
import { UserError } from '../shared/user-error.ts';

/** Whether an argument is meant as a policy code, whether or not there is such a code. */
export const looksLikePolicyCode = (text: string): boolean =>
  /^\d[\d.]*$|^connector-validate/i.test(text);

/** The rules that stand for a code, in the order of the pages. */
export const rulesBehind = (code: string): readonly Rule[] =>
  rules.filter(({ policies = [] }) => policies.some((each) => each === code));

/**
 * Says in Markdown what the certification means by a policy code, and which rules find it.
 * @throws UserError if the code is not known
 */
export function explainPolicy(text: string): string {
  const code = text.toLowerCase().replace(/\.$/, '');
  const policy = policyByCode.get(code);
  if (!policy) throw new UserError(`${describeUnknown(code)} All codes: docs/policies.md`);
  const behind = rulesBehind(code).map(({ id, description }) => `- ${id}: ${description}`);
  return `${[
    `# ${code}`,
    policy.message,
    `**Source.** ${sourceOf(policy)}.`,
    ...(policy.condition === undefined ? [] : [`**When.** ${policy.condition}`]),
    ...(behind.length > 0
      ? [
          '## Rules that find it',
          behind.join('\n'),
          `\`${runsAs} explain <RuleId>\` shows what a rule requires, with an example.`,
        ]
      : [`**No rule finds it.** ${policy.unchecked ?? ''}`]),
  ].join('\n\n')}\n`;
}

/** Where the text of a code is from, as Markdown, and how much of it is the original. */
export function sourceOf({ source, wording }: Policy): string {
  const { title, url } = sources['policy-errors'];
  return `${source === documentation ? `[${title}](${url})` : source}, ${wording}`;
}

function describeUnknown(code: string): string {
  const codes = Array.from(policyByCode.keys());
  const below = codes.filter((each) => each.startsWith(`${code}.`));
  if (below.length > 0)
    return `${code} is the beginning of several policy codes: ${below.join(', ')}.`;
  const parent = code.slice(0, code.lastIndexOf('.') + 1);
  const similar =
    parent.split('.').length > 3 ? codes.filter((each) => each.startsWith(parent)) : [];
  const closest = closestMatch(code, codes);
  const suggestions = similar.length > 0 ? similar : [closest].filter((each) => each !== undefined);
  const suggestion = suggestions.length > 0 ? ` Did you mean ${suggestions.join(', ')}?` : '';
  return `There is no policy code ${code}.${suggestion}`;
}
