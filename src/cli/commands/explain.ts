import { readFile } from 'node:fs/promises';
import { verdicts } from '../../changes/verdicts.ts';
import { pageOf } from '../../shared/project.ts';
import { explainableRules, packageRoot } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { explainPolicy, looksLikePolicyCode } from '../explain-policy.ts';
import { requireRule } from '../find-rule.ts';
import { print } from '../output.ts';
import { hasColors, linksOf, reportWidth } from '../terminal.ts';

export const explain = defineCommand({
  name: 'explain',
  summary: 'Explain what a rule requires and why, or what a policy code means',
  usage: 'gatehouse explain <RuleId or policy code>',
  example: 'gatehouse explain OperationIdRequired',
  details: [
    'It also explains the changes that diff and check --base report, and the policy codes that the ' +
      'certification answers with, such as 5000.2.2.5 or connector-validate-title.',
  ],
  options: {},

  async run([id = '']) {
    if (looksLikePolicyCode(id)) {
      await show(explainPolicy(id), []);
      return 0;
    }
    const rule = requireRule(
      id,
      explainableRules,
      'All rules: docs/rules/README.md; all changes: docs/changes/README.md',
    );
    const isChange = Object.hasOwn(verdicts, rule.id);
    const page = `docs/${isChange ? 'changes' : 'rules'}/${rule.id}.md`;
    const text = await readFile(new URL(page, packageRoot), 'utf8');
    await show(text, [
      ...(isChange || text.includes('## Settings')
        ? []
        : [`To turn it off in .github/gatehouse.yml: \`rules: { ${rule.id}: off }\``]),
      `On the web: ${pageOf(rule.id)}`,
    ]);
    return 0;
  },
});

/** Prints a page as the terminal can show it, and what follows it. */
async function show(markdown: string, more: readonly string[]): Promise<void> {
  const { renderMarkdown } = await import('../../report/terminal-markdown.ts');
  const text = [markdown.trimEnd(), ...more].join('\n\n');
  const style = { color: hasColors(undefined), width: reportWidth(), links: linksOf(undefined) };
  await print([renderMarkdown(text, style)]);
}
