import { readFile } from 'node:fs/promises';
import { verdicts } from '../../changes/verdicts.ts';
import { explainableRules, packageRoot } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { explainPolicy, looksLikePolicyCode } from '../explain-policy.ts';
import { requireRule } from '../find-rule.ts';
import { print } from '../output.ts';

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
      await print([explainPolicy(id)]);
      return 0;
    }
    const rule = requireRule(
      id,
      explainableRules,
      'All rules: docs/rules/README.md; all changes: docs/changes/README.md',
    );
    const folder = Object.hasOwn(verdicts, rule.id) ? 'changes' : 'rules';
    await print([await readFile(new URL(`docs/${folder}/${rule.id}.md`, packageRoot), 'utf8')]);
    return 0;
  },
});
