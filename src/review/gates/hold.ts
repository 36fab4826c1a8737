import type { Facts } from '../model/facts.ts';
import { canWrite } from '../facts/roles.ts';
import { loginText } from '../model/markdown.ts';
import { passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { codeSpan } from '../../report/markdown.ts';

/** No maintainer holds it back. */
export function hold({ commands: { records }, snapshot }: Facts): GateStatus {
  if (!records.ok) return unjudged(records.reason);
  // One that was not read yet may hold it back.
  if (!snapshot.comments.ok)
    return unjudged(`The comments could not be read. ${snapshot.comments.reason}`);
  const held = records.value.hold;
  if (!held) return passed('Nobody holds it back.');
  const reason = held.reason === undefined ? '' : ` The reason: ${codeSpan(held.reason)}.`;
  // Neither does another base branch end a hold, which the author may choose, nor that whoever said
  // it has left: a maintainer does.
  const may = canWrite(held.by, snapshot);
  const left =
    may.ok && !may.value ? ` ${loginText(held.by)} may not write to the repository any more.` : '';
  const before =
    held.base === undefined || held.base === snapshot.pull.base.ref
      ? ''
      : ` It went to ${codeSpan(held.base)} then.`;
  return (
    waiting('reviewer', `${loginText(held.by)} holds it back.`, [
      `**Held back by ${loginText(held.by)}.**${reason}${before}${left} A maintainer ends it ` +
        `with \`/unhold\`.`,
    ]) ?? passed('')
  );
}
