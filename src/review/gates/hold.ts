import { say } from '../../connector/finding.ts';
import type { Facts } from '../facts.ts';
import { mayWrite } from '../hear.ts';
import { codeSpan, nameOf } from '../text.ts';
import { passed, unjudged, waiting, type Standing } from './gate.ts';

/** No maintainer holds it back. */
export function hold({ heard: { records }, snapshot }: Facts): Standing {
  if (!records.known) return unjudged(records.because);
  // One that was not read yet may hold it back.
  if (!snapshot.comments.known) return unjudged(say`The comments could not be read. ` + snapshot.comments.because);
  const held = records.value.hold;
  if (!held) return passed('Nobody holds it back.');
  const may = mayWrite(held.by, snapshot);
  if (!may.known) return unjudged(say`GitHub did not say whether ${held.by.login}, who holds it back, may still write to the repository. ` + may.because);
  if (!may.value) return passed(`${nameOf(held.by)} held it back and may not write to the repository any more.`);
  const reason = held.reason === undefined ? '' : ` The reason: ${codeSpan(held.reason)}.`;
  // Its author may point a pull request at another branch, but may not end a hold with that.
  const before = held.base === undefined || held.base === snapshot.pull.base.ref ? '' : ` It went to ${codeSpan(held.base)} then.`;
  return waiting('reviewer', `${nameOf(held.by)} holds it back.`, [`**Held back by ${nameOf(held.by)}.**${reason}${before} A maintainer ends it with \`/unhold\`.`]) ?? passed('');
}
