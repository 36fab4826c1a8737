import { codeSpan } from '../../report/markdown.ts';
import { whoApproves } from '../commands/share.ts';
import { ownersBranch } from '../facts/owners-branch.ts';
import type { Share } from '../model/facts.ts';
import { listed, mention } from '../model/markdown.ts';
import type { Effect } from '../model/effects.ts';
import type { Pull } from '../model/snapshot.ts';
import { inertLine } from './squash-message.ts';

/** A pull request that adds owners to a connector. */
export type ShareProposal = Omit<Extract<Effect, { kind: 'open-pull-request' }>, 'kind'>;

/** The pull request that adds the owners a comment asks for. */
export function shareProposal(
  { comment, by, folder, people, tip, file, approvers }: Share,
  { number, base }: Pick<Pull, 'number' | 'base'>,
): ShareProposal {
  const names = listed(people.map(({ login }) => login));
  const connector = inertLine(folder.slice(folder.lastIndexOf('/') + 1));
  const title = `Let ${names} own ${connector}`;
  const invited = people.filter(({ id }) => id !== by.id);
  return {
    base: base.ref,
    tip,
    branch: ownersBranch(folder, comment),
    title,
    body: [
      `${mention(by)} asks in #${number} that ${listed(people.map(mention))} own ` +
        `${codeSpan(folder)}. This adds them to \`${file.path}\`.`,
      `${whoApproves(approvers)} Owners approve changes of the connector, and may publish it.`,
      ...(invited.length === 0
        ? []
        : [
            `${listed(invited.map(mention))}: you need not do anything. If you do not expect ` +
              'this, say so here.',
          ]),
      'GitHub requests reviews only from owners with write access. Gatehouse counts the others too.',
    ].join('\n\n'),
    message: `${title}\n\nRequested in #${number}`,
    files: [file],
  };
}
