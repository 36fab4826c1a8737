import type { Facts } from '../model/facts.ts';
import { canWrite } from '../facts/roles.ts';
import { loginText } from '../model/markdown.ts';
import { passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { codeSpan } from '../../report/markdown.ts';

/** Passes unless a maintainer has put the pull request on hold. */
export function hold({ commands: { records }, snapshot }: Facts): GateStatus {
  if (!records.ok) return unjudged(records.reason);
  // A comment that could not be read may be a `/hold`.
  if (!snapshot.comments.ok)
    return unjudged(`The comments could not be read. ${snapshot.comments.reason}`);
  const current = records.value.hold;
  if (!current) return passed('Nobody put this pull request on hold.');
  const { by, reason, base } = current;
  const why = reason === undefined ? '' : ` Reason: ${codeSpan(reason)}.`;
  // Only a maintainer ends a hold. A new base branch does not, because the author could change it;
  // neither does it matter if the maintainer who set the hold has left.
  const mayWrite = canWrite(by, snapshot);
  const left =
    mayWrite.ok && !mayWrite.value ? ` ${loginText(by)} no longer has write access.` : '';
  const otherBase =
    base === undefined || base === snapshot.pull.base.ref
      ? ''
      : ` The base branch was ${codeSpan(base)} at that time.`;
  return waiting('reviewer', `${loginText(by)} put this pull request on hold.`, [
    `**On hold by ${loginText(by)}.**${why}${otherBase}${left} A maintainer can end the hold ` +
      'with `/unhold`.',
  ]);
}
