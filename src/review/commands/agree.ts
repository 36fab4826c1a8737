import { parseConsent } from '../../cla/signatories.ts';
import { loginText } from '../model/markdown.ts';
import type { Signatory } from '../model/facts.ts';
import type { Signature } from '../model/snapshot.ts';
import type { Command } from './command.ts';

const write =
  'Write `/agree` if you agree for yourself, or `/agree company="Contoso"` with the ' +
  'name of your company if you agree for it, on a line of its own in a new comment.';

export const agree: Command = {
  name: 'agree',
  usage: '/agree [company="…"]',
  description: 'agrees to the CLA, for yourself or for your company',
  argumentKind: 'company',
  allowedRoles: 'anyone',
  boundToHead: false,
  whenClosed: true,
  couldMean({ author }, { displaySettings, signatories }, { signatures }) {
    const asked =
      displaySettings.cla.required && signatories.ok
        ? signatories.value.find(({ account }) => account?.id === author.id)
        : undefined;
    return (
      asked !== undefined &&
      isOpen(asked) &&
      !signatures.some(({ account }) => account.id === author.id)
    );
  },
  run(
    { comment, argument },
    { snapshot, displaySettings: { cla }, settings, signatories },
    { signatures },
  ) {
    if (!settings.ok || !signatories.ok) return undefined;
    if (!cla.required) return { refused: 'This repository asks nobody to agree to anything.' };
    const { author } = comment;
    const asked = signatories.value.find(({ account }) => account?.id === author.id);
    if (!asked)
      return {
        refused:
          `${loginText(author)} wrote none of these commits, so nothing is to be agreed to. ` +
          'Each author must agree with an account of their own.',
      };
    if (!isOpen(asked) || signatures.some(({ account }) => account.id === author.id)) return {};
    const consent = parseConsent(argument);
    if ('mistake' in consent) return { refused: `${consent.mistake} ${write}` };
    const signature: Signature = {
      account: { id: author.id, login: author.login },
      ...(consent.company !== undefined && { company: consent.company }),
      cla: {
        name: cla.name,
        url: cla.url,
        version: cla.version,
        digest: cla.digest,
      },
      signedAt: comment.createdAt,
      source: {
        kind: 'comment',
        repository: snapshot.repository,
        pull: snapshot.pull.number,
        comment: comment.id,
      },
    };
    return { consents: { signatures: [...signatures, signature] } };
  },
};

/** Whether somebody has still to agree, as far as is known. */
const isOpen = ({ consent }: Signatory): boolean =>
  consent.kind === 'not' || consent.kind === 'unknown';
