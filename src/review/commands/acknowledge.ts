import type { BreakingChange } from '../../changes/classify.ts';
import { liveBreaks } from '../facts/second-version.ts';
import type { BaseFacts } from '../model/facts.ts';
import type { Command } from './command.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan } from '../../report/markdown.ts';
import { truncate } from '../../shared/text.ts';

/** A fingerprint may be shortened to this many characters. */
const minFingerprintLength = 7;
/** Characters. */
const maxReasonLength = 500;

export const acknowledge: Command = {
  name: 'acknowledge',
  usage: '/acknowledge [fingerprint…] [reason]',
  description: 'accepts breaking changes: all of them, or only those named',
  argumentKind: 'consent',
  allowedRoles: ['author', 'maintainer'],
  boundToHead: true,
  run({ comment, argument, hasRole }, facts, { acknowledgements }) {
    const unread = facts.connectors.find(({ validation }) => !validation.ok);
    if (unread) return undefined;
    const breaking = breakingChangesOf(facts);
    const possible = breaking.filter(({ acknowledgeable }) => acknowledgeable);
    if (breaking.length === 0)
      return { refused: 'This update breaks nothing, so there is nothing to acknowledge.' };
    if (possible.length === 0)
      return {
        refused:
          'The breaking changes in this update are never allowed, even if everyone agrees. ' +
          'Revert them.',
      };

    const words = argument.split(/\s+/);
    const named: string[] = [];
    while (words[0] !== undefined && /^[0-9a-f]{7,20},?$/i.test(words[0]) && /\d/.test(words[0]))
      named.push((words.shift() ?? '').toLowerCase().replace(',', ''));
    const reason = truncate(words.join(' ').trim(), maxReasonLength);
    const fingerprints: string[] = [];
    for (const name of named.length > 0 ? named : [undefined]) {
      const matches =
        name === undefined
          ? possible
          : possible.filter(({ fingerprint }) => fingerprint.startsWith(name));
      if (matches.length === 0)
        return {
          refused:
            `There is no breaking change ${codeSpan(name ?? '')} now. ` +
            'The status comment lists the breaking changes; ' +
            '`/acknowledge` alone covers all of them.',
        };
      fingerprints.push(...matches.map(({ fingerprint }) => fingerprint));
    }
    const author = hasRole('author');
    const count = countOf(new Set(fingerprints).size, 'breaking change');
    return {
      reply:
        author.ok && author.value
          ? `Acknowledged ${count}. A reviewer must acknowledge it too, unless one already has.`
          : `Acknowledged ${count} as a reviewer.`,
      consents: {
        acknowledgements: [
          ...acknowledgements,
          {
            by: comment.author,
            as: author.ok && author.value ? 'author' : 'reviewer',
            fingerprints: [...new Set(fingerprints)].sort(),
            ...(reason !== '' && { reason }),
            base: facts.snapshot.pull.base.ref,
            comment: comment.id,
            at: comment.createdAt,
          },
        ],
      },
    };
  },
};

/**
 * The breaking changes of all changed connectors, also for people in rings that have another version
 * than the base branch. What an earlier version in flight brings to them first is not of this one.
 */
export function breakingChangesOf(facts: BaseFacts): BreakingChange[] {
  const found = new Map<string, BreakingChange>();
  for (const { folder, validation } of facts.connectors) {
    if (!validation.ok) continue;
    const inRings = liveBreaks(facts, folder.path).filter(({ broughtBy }) => !broughtBy);
    for (const change of [
      ...(validation.value.changes?.breaking ?? []),
      ...inRings.flatMap(({ breaking }) => breaking),
    ])
      found.set(`${folder.path} ${change.fingerprint}`, change);
  }
  return [...found.values()];
}

/** A fingerprint as people see it. */
export const shortFingerprint = (fingerprint: string): string =>
  fingerprint.slice(0, minFingerprintLength);
