import { parseConsent } from '../../cla/signatories.ts';
import { loginText } from '../model/markdown.ts';
import { codeSpan, escapeMarkdown } from '../../report/markdown.ts';
import type { Signatory } from '../model/facts.ts';
import type { Signature } from '../model/snapshot.ts';
import type { Command } from './command.ts';

const howToSign =
  'Write `/agree` to sign for yourself, or `/agree company="Contoso"` with the name of your ' +
  'company to sign for it, on its own line of a new comment.';

export const agree: Command = {
  name: 'agree',
  usage: '/agree [company="…"]',
  description: 'signs the CLA, for yourself or for your company',
  argumentKind: 'company',
  allowedRoles: 'anyone',
  boundToHead: false,
  whenClosed: true,
  couldMean({ author }, { displaySettings, signatories }, { signatures }) {
    const signatory =
      displaySettings.cla.required && signatories.ok
        ? signatories.value.find(({ account }) => account?.id === author.id)
        : undefined;
    return (
      signatory !== undefined &&
      mayNeedToSign(signatory) &&
      !signatures.some(({ account }) => account.id === author.id)
    );
  },
  run(
    { comment, argument },
    { snapshot, displaySettings: { cla }, settings, signatories },
    { signatures },
  ) {
    if (!settings.ok || !signatories.ok) return undefined;
    if (!cla.required) return { refused: 'This repository does not require a CLA.' };
    const { author } = comment;
    const signatory = signatories.value.find(({ account }) => account?.id === author.id);
    if (!signatory)
      return {
        refused:
          `${loginText(author)} wrote none of these commits, so there is nothing to sign. ` +
          'Each commit author must sign with their own account.',
      };
    if (!mayNeedToSign(signatory) || signatures.some(({ account }) => account.id === author.id))
      return { reply: 'There is nothing left for you to sign.' };
    const consent = parseConsent(argument);
    if ('mistake' in consent) return { refused: `${consent.mistake} ${howToSign}` };
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
    const link = `[${escapeMarkdown(cla.name)}](${cla.url}), version ${escapeMarkdown(cla.version)}`;
    const signer = consent.company === undefined ? 'yourself' : codeSpan(consent.company);
    return {
      reply: `Signed the ${link}, for ${signer}.`,
      consents: { signatures: [...signatures, signature] },
    };
  },
};

/** Whether someone has not signed yet, or Gatehouse does not know. */
const mayNeedToSign = ({ consent }: Signatory): boolean =>
  consent.kind === 'not' || consent.kind === 'unknown';
