import { codeSpan } from '../../report/markdown.ts';
import { valueOr } from '../model/result.ts';
import { passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { loginText } from '../model/markdown.ts';
import type { Verification } from '../model/snapshot.ts';
import { configurable } from './gate-mode.ts';

/** A maintainer has confirmed who the publisher is. */
export const identity = configurable(
  'identity',
  'The identity of the publisher is confirmed.',
  ({ contact }, facts): GateStatus => {
    const { snapshot, commands } = facts;
    const { author } = snapshot.pull;
    const { verifications = notRead } = snapshot;
    const own = [...valueOr(verifications, []), ...commands.verifications].filter(
      ({ account }) => account.id === author.id,
    );
    const last = lastOf(own);
    const today = snapshot.now.slice(0, 10);
    if (last && last.until >= today)
      return passed(`${loginText(author)} is verified until ${last.until}.`);
    if (!verifications.ok) return unjudged(verifications.reason);
    const expired = last ? ` The last check counted until ${last.until}.` : '';
    const form =
      contact === undefined
        ? 'The definition names no contact address that the form could go to.'
        : `The form goes to ${codeSpan(contact)}, the contact address of the definition.`;
    return waiting('reviewer', `${loginText(author)} is not verified. ${form}`, [
      `**Confirm who the publisher is.** ${form} Once ${loginText(author)} has passed the identity ` +
        `check, a maintainer replies ${codeSpan(`/verify @${author.login}`)}.${expired}`,
    ]);
  },
);

const lastOf = (verifications: readonly Verification[]): Verification | undefined =>
  verifications.toSorted((a, b) => (a.until < b.until ? -1 : 1)).at(-1);

const notRead = { ok: false, reason: 'The confirmed identities were not read.' } as const;
