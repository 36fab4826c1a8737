import { readFile } from 'node:fs/promises';
import { verdicts } from '../../changes/verdicts.ts';
import { explainableRules, packageRoot } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { requireRule } from '../find-rule.ts';
import { print } from '../output.ts';

export const explain = defineCommand({
  name: 'explain',
  summary: 'Explain what a rule requires and why, with an example',
  usage: 'gatehouse explain <RuleId>',
  example: 'gatehouse explain OperationIdRequired',
  details: ['It also explains the changes that diff and check --base report.'],
  options: {},

  async run([id = '']) {
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
