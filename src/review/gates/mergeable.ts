import type { Facts } from '../model/facts.ts';

import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { codeSpan } from '../../report/markdown.ts';

/**
 * Passes if there is no merge conflict. If someone asked for the merge, the base branch must also
 * require a status check: without one, nothing stops an unchecked commit.
 */
export function mergeable({ snapshot: { pull, protection }, commands }: Facts): GateStatus {
  if (!pull.mergeable.ok) return unjudged(pull.mergeable.reason);
  const base = codeSpan(pull.base.ref);
  if (!pull.mergeable.value)
    return failed('author', 'There is a merge conflict.', [
      `**Resolve the conflict with ${base}.** Click *Resolve conflicts* below, ` +
        `or merge ${base} into your branch.`,
    ]);
  if (!commands.mergeRequest.ok) return unjudged(commands.mergeRequest.reason);
  if (!commands.mergeRequest.value) return passed(`Can be merged into ${base}.`);
  if (!protection.ok)
    return unjudged(`The rules of the base branch could not be read: ${protection.reason}`);
  if (protection.value.requiredChecks.length > 0)
    return passed(`Can be merged into ${base}, which requires a status check.`);
  return failed(
    'reviewer',
    'The base branch does not require a status check.',
    [
      `**Require the check \`gatehouse\` on ${base}.** The branch requires no status check, so ` +
        'nothing would stop an unchecked commit. Gatehouse does not merge into such a branch.',
    ],
    { task: 'a required check' },
  );
}
