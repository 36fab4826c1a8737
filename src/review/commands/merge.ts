import type { GivenFacts } from '../facts.ts';
import { messageInMarkdown } from '../text.ts';
import type { Command } from './command.ts';

export const merge: Command = {
  name: 'merge',
  usage: '/merge',
  does: 'merges as soon as all gates pass; a push that changes the connector voids it',
  who: ['maintainer', 'owner'],
  ofHead: true,
  carryOut({ comment }, facts) {
    const { protection } = facts.snapshot;
    if (!protection.known) return { refused: `The rules of the branch could not be read: ${messageInMarkdown(protection.because)} Please write it again later.` };
    if (protection.value.requiredChecks.length === 0) {
      return { refused: `No status check is required on the base branch, so nothing would keep an unchecked commit out. Require \`gatehouse\` in the rules of the branch first.` };
    }
    const connector = stateOf(facts);
    if (connector === undefined) return { refused: 'The connector could not be read yet. Please write it again when the check is done.' };
    return { consents: { merge: { by: comment.author, comment: comment.id, at: comment.createdAt, connector } } };
  },
};

/** What the connectors' files are; undefined where some could not be read. */
export function stateOf({ connectors }: Pick<GivenFacts, 'connectors'>): string | undefined {
  const digests = connectors.map(({ folder, examined }) => (examined.known ? `${folder.path} ${examined.value.digest}` : undefined));
  return digests.every((digest) => digest !== undefined) ? digests.join('; ') : undefined;
}
