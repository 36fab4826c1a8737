import type { GivenFacts } from '../facts.ts';
import type { Command, Role } from './command.ts';

/** Who may have it merged. */
export const mergers: readonly Role[] = ['maintainer', 'owner'];

export const merge: Command = {
  name: 'merge',
  usage: '/merge',
  does:
    'merges as soon as all gates pass; ' +
    'a push that changes the connector voids it, and so does another base branch',
  takes: 'nothing',
  who: mergers,
  ofHead: true,
  carryOut({ comment }, facts) {
    const { protection, pull } = facts.snapshot;
    if (!protection.known) return undefined;
    if (protection.value.requiredChecks.length === 0) {
      return {
        refused:
          'No status check is required on the base branch, so nothing would keep an unchecked ' +
          `commit out. Require \`gatehouse\` in the rules of the branch first.`,
      };
    }
    const connector = stateOf(facts);
    if (connector === undefined) return undefined;
    return {
      consents: {
        merge: {
          by: comment.author,
          comment: comment.id,
          at: comment.createdAt,
          base: pull.base.ref,
          connector,
        },
      },
    };
  },
};

/** What the connectors' files are; undefined where some could not be read. */
export function stateOf({ connectors }: Pick<GivenFacts, 'connectors'>): string | undefined {
  const digests = connectors.map(({ folder, examined }) =>
    examined.known ? `${folder.path} ${examined.value.digest}` : undefined,
  );
  return digests.every((digest) => digest !== undefined) ? digests.join('; ') : undefined;
}
