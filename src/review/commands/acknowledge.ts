import type { BreakingChange } from '../../changes/classify.ts';
import type { BaseFacts } from '../model/facts.ts';
import type { Command } from './command.ts';
import { codeSpan } from '../../report/markdown.ts';
import { truncate } from '../../shared/text.ts';

/** The shortest beginning of a fingerprint that names it. */
const shortest = 7;

export const acknowledge: Command = {
  name: 'acknowledge',
  usage: '/acknowledge [fingerprint…] [reason]',
  description: 'says yes to breaking changes, to all that there are or to those named',
  argumentKind: 'consent',
  allowedRoles: ['author', 'maintainer'],
  boundToHead: true,
  run({ comment, argument, hasRole }, facts, { acknowledgements }) {
    const unread = facts.connectors.find(({ examined }) => !examined.ok);
    if (unread) return undefined;
    const breaking = breakingChangesOf(facts);
    const possible = breaking.filter((one) => one.acknowledgeable);
    if (breaking.length === 0)
      return { refused: 'Nothing breaks in this update: there is nothing to acknowledge.' };
    if (possible.length === 0)
      return {
        refused:
          'What breaks in this update is never allowed, whoever agrees. It has to be taken back.',
      };

    const words = argument.split(/\s+/);
    const named: string[] = [];
    while (words[0] !== undefined && /^[0-9a-f]{7,20},?$/i.test(words[0]) && /\d/.test(words[0]))
      named.push((words.shift() ?? '').toLowerCase().replace(',', ''));
    const reason = truncate(words.join(' ').trim(), 500);
    const fingerprints: string[] = [];
    for (const name of named.length > 0 ? named : [undefined]) {
      const meant =
        name === undefined
          ? possible
          : possible.filter(({ fingerprint }) => fingerprint.startsWith(name));
      if (meant.length === 0)
        return {
          refused:
            `There is no breaking change ${codeSpan(name ?? '')} now. ` +
            'The list in the review above has those there are; ' +
            `\`/acknowledge\` alone means all of them.`,
        };
      fingerprints.push(...meant.map(({ fingerprint }) => fingerprint));
    }
    const author = hasRole('author');
    return {
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

/** Every change that breaks flows, of all connectors that are touched. */
export const breakingChangesOf = ({
  connectors,
}: Pick<BaseFacts, 'connectors'>): BreakingChange[] =>
  connectors.flatMap(({ examined }) =>
    examined.ok ? (examined.value.changes?.breaking ?? []) : [],
  );

/** A fingerprint as it is shown. */
export const shortFingerprint = (fingerprint: string): string => fingerprint.slice(0, shortest);
