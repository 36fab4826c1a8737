import type { Facts } from '../facts.ts';
import { codeSpan } from '../text.ts';
import { failed, passed, unjudged, type Standing } from './gate.ts';

/**
 * It merges without conflict, and where somebody asked for the merge, a check is required: without
 * one nothing stops a commit that nobody checked.
 */
export function mergeable({ snapshot: { pull, protection }, heard }: Facts): Standing {
  if (!pull.mergeable.known) return unjudged(pull.mergeable.because);
  if (pull.mergeable.value) {
    if (!heard.wish.known) return unjudged(heard.wish.because);
    if (!heard.wish.value) return passed('No conflict.');
    if (!protection.known)
      return unjudged(`The rules of the branch could not be read: ${protection.because}`);
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
