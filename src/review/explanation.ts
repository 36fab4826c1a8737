import type { Facts } from './facts.ts';
import type { Gate } from './gates/gate.ts';
import { cell, codeSpan, cut, messageInMarkdown, mostText, prose, short } from './text.ts';
import type { Turn } from './turn.ts';

/**
 * What `/why` answers: the decision gate by gate, the facts that it was made from, by which rules
 * and when.
 */
export function explanation(facts: Facts, gates: readonly Gate[], turn: Turn): string {
  const { snapshot, connectors, brings, signatories, headSince } = facts;
  const { pull } = snapshot;
  const read: [string, string][] = [
    [
      'head',
      `${short(pull.head.sha)}${headSince.known ? `, pushed ${headSince.value}` : `: ${messageInMarkdown(headSince.because)}`}`,
    ],
    [
      'compared with',
      pull.mergeBase.known
        ? `${short(pull.mergeBase.value)}, where it left ${codeSpan(pull.base.ref)}`
        : messageInMarkdown(pull.mergeBase.because),
    ],
    ['settings', settingsSource(facts)],
    [
      'touches',
      brings.folders.length > 0
        ? brings.folders
            .slice(0, 5)
            .map(({ path, class: connectorClass }) => `${codeSpan(path)} (${connectorClass})`)
            .join(', ')
        : 'no connector',
    ],
    ...connectors.map(({ folder, examined }): [string, string] => [
      codeSpan(folder.path),
      examined.known
        ? `${examined.value.is}, ${examined.value.findings.filter(({ existing }) => !existing).length} new findings, ${examined.value.findings.filter(({ existing }) => existing).length} from before, ${examined.value.changes ? `${examined.value.changes.count} changes (${examined.value.changes.size})` : 'nothing to compare with'}`
        : messageInMarkdown(examined.because),
    ]),
    [
      'wrote commits',
      signatories.known
        ? signatories.value
            .slice(0, 20)
            .map(
              ({ account, agreed }) =>
                `${account ? codeSpan(account.login) : 'an address without an account'} (${wordsOf[agreed.is]})`,
            )
            .join(', ')
        : messageInMarkdown(signatories.because),
    ],
  ];
  return cut(
    [
      `Reviewed ${snapshot.now} by Gatehouse ${prose(snapshot.version)}. It is the turn of: ${turn}.`,
      `| gate | | because |\n| --- | --- | --- |\n${gates.map(({ name, because, ...gate }) => `| ${name} | ${gate.state}${'on' in gate ? ` on the ${gate.on}` : ''} | ${cell(because)} |`).join('\n')}`,
      `| read | |\n| --- | --- |\n${read.map(([what, value]) => `| ${cell(what)} | ${cell(value)} |`).join('\n')}`,
    ].join('\n\n'),
    mostText - 500,
    '… and more.',
  );
}

function settingsSource({ settings, snapshot }: Pick<Facts, 'settings' | 'snapshot'>): string {
  if (!settings.known) return messageInMarkdown(settings.because);
  const file = snapshot.settings;
  return file.known && file.value ? codeSpan(file.value.path) : 'the defaults';
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
