import { deploysBeforeMerge } from '../facts/before-merge.ts';
import { connectorDigest } from '../facts/connector-digest.ts';
import type { Command } from './command.ts';
import type { Role } from '../model/role.ts';

/** Who may ask for the merge. */
export const mergeRoles: readonly Role[] = ['maintainer', 'owner'];

export const merge: Command = {
  name: 'merge',
  usage: '/merge',
  description:
    'merges as soon as all gates pass; ' +
    'canceled by a push that changes the connector, or by another base branch',
  argumentKind: 'nothing',
  allowedRoles: mergeRoles,
  boundToHead: true,
  changesPullRequest: true,
  run({ comment }, facts) {
    const { protection, pull } = facts.snapshot;
    if (!protection.ok) return undefined;
    if (protection.value.requiredChecks.length === 0) {
      return {
        refused:
          'The base branch does not require a status check, so nothing would stop an unchecked ' +
          'commit. First require the check `gatehouse` in the rules of the branch.',
      };
    }
    const connector = connectorDigest(facts);
    if (connector === undefined) return undefined;
    return {
      reply: deploysBeforeMerge(facts)
        ? 'Gatehouse deploys this as soon as everything else passes, and merges it when it is live ' +
          'in all rings.'
        : 'Gatehouse merges this as soon as everything passes.',
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
