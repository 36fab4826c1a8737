import type { Facts } from '../model/facts.ts';
import type { Gate } from '../model/gate.ts';
import { tableCell, shortSha } from '../model/markdown.ts';
import type { WaitingOn } from '../facts/waiting-on.ts';
import {
  codeSpan,
  truncateMarkdown,
  messageToMarkdown,
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';

/**
 * What `/why` answers: the decision gate by gate, the facts that it was made from, by which rules
 * and when.
 */
export function decisionReport(facts: Facts, gates: readonly Gate[], turn: WaitingOn): string {
  const { snapshot, connectors, scope, signatories, headPushedAt } = facts;
  const { pull } = snapshot;
  const read: [string, string][] = [
    [
      'head',
      `${shortSha(pull.head.sha)}${headPushedAt.ok ? `, pushed ${headPushedAt.value}` : `: ${messageToMarkdown(headPushedAt.reason)}`}`,
    ],
    [
      'compared with',
      pull.mergeBase.ok
        ? `${shortSha(pull.mergeBase.value)}, where it left ${codeSpan(pull.base.ref)}`
        : messageToMarkdown(pull.mergeBase.reason),
    ],
    ['settings', settingsSource(facts)],
    [
      'touches',
      scope.folders.length > 0
        ? scope.folders
            .slice(0, 5)
            .map(({ path, class: connectorClass }) => `${codeSpan(path)} (${connectorClass})`)
            .join(', ')
        : 'no connector',
    ],
    ...connectors.map(({ folder, examined }): [string, string] => [
      codeSpan(folder.path),
      examined.ok
        ? `${examined.value.kind}, ${examined.value.findings.filter(({ existing }) => !existing).length} new findings, ${examined.value.findings.filter(({ existing }) => existing).length} from before, ${examined.value.changes ? `${examined.value.changes.count} changes (${examined.value.changes.size})` : 'nothing to compare with'}`
        : messageToMarkdown(examined.reason),
    ]),
    [
      'wrote commits',
      signatories.ok
        ? signatories.value
            .slice(0, 20)
            .map(
              ({ account, consent }) =>
                `${account ? codeSpan(account.login) : 'an address without an account'} (${wordsOf[consent.kind]})`,
            )
            .join(', ')
        : messageToMarkdown(signatories.reason),
    ],
  ];
  return truncateMarkdown(
    [
      `Reviewed ${snapshot.now} by Gatehouse ${escapeMarkdown(snapshot.version)}. It is the turn of: ${turn}.`,
      `| gate | | because |\n| --- | --- | --- |\n${gates.map(({ name, reason, ...gate }) => `| ${name} | ${gate.status}${'actor' in gate ? ` on the ${gate.actor}` : ''} | ${tableCell(reason)} |`).join('\n')}`,
      `| read | |\n| --- | --- |\n${read.map(([what, value]) => `| ${tableCell(what)} | ${tableCell(value)} |`).join('\n')}`,
    ].join('\n\n'),
    maxCommentLength - 500,
    '… and more.',
  );
}

function settingsSource({ settings, snapshot }: Pick<Facts, 'settings' | 'snapshot'>): string {
  if (!settings.ok) return messageToMarkdown(settings.reason);
  const file = snapshot.settings;
  return file.ok && file.value ? codeSpan(file.value.path) : 'the defaults';
}

const wordsOf = {
  signed: 'has agreed',
  company: 'a company has agreed',
  allowed: 'need not agree',
  program: 'a program',
  not: 'has not agreed',
  nobody: 'nobody',
  unknown: 'unknown',
} as const;
