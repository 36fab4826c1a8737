import type { Facts } from '../facts.ts';
import { codeSpan, nameOf } from '../text.ts';
import { passed, unjudged, waiting, type Standing } from './gate.ts';

/** No maintainer holds it back. */
export function hold({ heard: { records } }: Facts): Standing {
  if (!records.known) return unjudged(records.because);
  const held = records.value.hold;
  if (!held) return passed('Nobody holds it back.');
  const reason = held.reason === undefined ? '' : ` The reason: ${codeSpan(held.reason)}.`;
  return waiting('reviewer', `${nameOf(held.by)} holds it back.`, [`**Held back by ${nameOf(held.by)}.**${reason} A maintainer ends it with \`/unhold\`.`]) ?? passed('');
}
