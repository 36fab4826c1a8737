import type { Facts } from '../model/facts.ts';

import { failed, passed, unjudged, type GateStatus } from '../model/gate.ts';
import { codeSpan } from '../../report/markdown.ts';

/**
 * It merges without conflict, and where somebody asked for the merge, a check is required: without
 * one nothing stops a commit that nobody checked.
 */
export function mergeable({ snapshot: { pull, protection }, commands }: Facts): GateStatus {
  if (!pull.mergeable.ok) return unjudged(pull.mergeable.reason);
  if (pull.mergeable.value) {
    if (!commands.mergeRequest.ok) return unjudged(commands.mergeRequest.reason);
    if (!commands.mergeRequest.value) return passed('No conflict.');
    if (!protection.ok)
      return unjudged(`The rules of the branch could not be read: ${protection.reason}`);
    if (protection.value.requiredChecks.length > 0)
      return passed('No conflict, and a status check is required.');
    return (
      failed('reviewer', 'No status check is required.', [
        `**Require the check \`gatehouse\` on ${codeSpan(pull.base.ref)}.** No status check ` +
          'is required there: Gatehouse does not merge what nothing would keep out.',
      ]) ?? passed('')
    );
  }
  return (
    failed('author', 'There is a conflict.', [
      `**Resolve the conflict with ${codeSpan(pull.base.ref)}.** *Resolve conflicts* ` +
        `below, or merge ${codeSpan(pull.base.ref)} into your branch.`,
    ]) ?? passed('')
  );
}
