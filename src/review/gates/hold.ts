import type { Facts } from '../facts.ts';
import { mayWrite } from '../hear.ts';
import { codeSpan, nameOf } from '../text.ts';
import { passed, unjudged, waiting, type Standing } from './gate.ts';

/** No maintainer holds it back. */
export function hold({ heard: { records }, snapshot }: Facts): Standing {
  if (!records.known) return unjudged(records.because);
  // One that was not read yet may hold it back.
  if (!snapshot.comments.known)
    return unjudged(`The comments could not be read. ${snapshot.comments.because}`);
  const held = records.value.hold;
  if (!held) return passed('Nobody holds it back.');
  const reason = held.reason === undefined ? '' : ` The reason: ${codeSpan(held.reason)}.`;
  // Neither does another base branch end a hold, which the author may choose, nor that whoever said
  // it has left: a maintainer does.
  const may = mayWrite(held.by, snapshot);
  const left =
    may.known && !may.value ? ` ${nameOf(held.by)} may not write to the repository any more.` : '';
  const before =
    held.base === undefined || held.base === snapshot.pull.base.ref
      ? ''
      : ` It went to ${codeSpan(held.base)} then.`;
  return (
    waiting('reviewer', `${nameOf(held.by)} holds it back.`, [
      `**Held back by ${nameOf(held.by)}.**${reason}${before}${left} A maintainer ends it ` +
        `with \`/unhold\`.`,
    ]) ?? passed('')
  );
}
