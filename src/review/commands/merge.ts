import type { BaseFacts } from '../model/facts.ts';
import type { Command } from './command.ts';
import type { Role } from '../model/role.ts';

/** Who may have it merged. */
export const mergeRoles: readonly Role[] = ['maintainer', 'owner'];

export const merge: Command = {
  name: 'merge',
  usage: '/merge',
  description:
    'merges as soon as all gates pass; ' +
    'a push that changes the connector voids it, and so does another base branch',
  argumentKind: 'nothing',
  allowedRoles: mergeRoles,
  boundToHead: true,
  run({ comment }, facts) {
    const { protection, pull } = facts.snapshot;
    if (!protection.ok) return undefined;
    if (protection.value.requiredChecks.length === 0) {
      return {
        refused:
          'No status check is required on the base branch, so nothing would keep an unchecked ' +
          `commit out. Require \`gatehouse\` in the rules of the branch first.`,
      };
    }
    const connector = connectorDigest(facts);
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
export function connectorDigest({ connectors }: Pick<BaseFacts, 'connectors'>): string | undefined {
  const digests = connectors.map(({ folder, examined }) =>
    examined.ok ? `${folder.path} ${examined.value.digest}` : undefined,
  );
  return digests.every((digest) => digest !== undefined) ? digests.join('; ') : undefined;
}
