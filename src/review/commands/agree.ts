import { readConsent } from '../agreement.ts';
import { nameOf } from '../text.ts';
import type { Signatory } from '../facts.ts';
import type { Signature } from '../snapshot.ts';
import type { Command } from './command.ts';

const write =
  'Write `/agree` if you agree for yourself, or `/agree company="Contoso"` with the ' +
  'name of your company if you agree for it, on a line of its own in a new comment.';

export const agree: Command = {
  name: 'agree',
  usage: '/agree [company="…"]',
  does: 'agrees to the CLA, for yourself or for your company',
  takes: 'company',
  who: 'anyone',
  ofHead: false,
  whenClosed: true,
  mayMean({ author }, { shownWith, signatories }, { signatures }) {
    const asked =
      shownWith.agreement.required && signatories.known
        ? signatories.value.find(({ account }) => account?.id === author.id)
        : undefined;
    return (
      asked !== undefined &&
      isOpen(asked) &&
      !signatures.some(({ account }) => account.id === author.id)
    );
  },
  carryOut(
    { comment, rest },
    { snapshot, shownWith: { agreement }, settings, signatories },
    { signatures },
  ) {
    if (!settings.known || !signatories.known) return undefined;
    if (!agreement.required)
      return { refused: 'This repository asks nobody to agree to anything.' };
    const { author } = comment;
    const asked = signatories.value.find(({ account }) => account?.id === author.id);
    if (!asked)
      return {
        refused:
          `${nameOf(author)} wrote none of these commits, so nothing is to be agreed to. ` +
          'Each author must agree with an account of their own.',
      };
    if (!isOpen(asked) || signatures.some(({ account }) => account.id === author.id)) return {};
    const consent = readConsent(rest);
    if ('mistake' in consent) return { refused: `${consent.mistake} ${write}` };
    const signature: Signature = {
      account: { id: author.id, login: author.login },
      ...(consent.company !== undefined && { company: consent.company }),
      agreement: {
        name: agreement.name,
        url: agreement.url,
        version: agreement.version,
        digest: agreement.digest,
      },
      at: comment.createdAt,
      source: {
        is: 'comment',
        repository: snapshot.repository,
        pull: snapshot.pull.number,
        comment: comment.id,
      },
    };
    return { consents: { signatures: [...signatures, signature] } };
  },
};

/** Whether somebody has still to agree, as far as is known. */
const isOpen = ({ agreed }: Signatory): boolean => agreed.is === 'not' || agreed.is === 'unknown';
