import type { Facts, Signatory } from '../model/facts.ts';
import { explainRide } from '../../release/explain-ride.ts';
import { trainOf } from '../facts/train.ts';
import type { Gate } from '../model/gate.ts';
import { baseFilesPage, shortSha } from '../model/markdown.ts';
import { docsSite, repository } from '../../shared/project.ts';
import { gatesTable } from './gates-table.ts';
import { describeWaitingOn, type WaitingOn } from '../facts/waiting-on.ts';
import { count as countOf } from '../../report/text.ts';
import {
  codeSpan,
  linePage,
  truncateMarkdown,
  markdownTable,
  messageToMarkdown,
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';

/** A comment is read by people: more of these than fit on a screen help nobody. */
const maxFolders = 5;
const maxSignatories = 20;

/**
 * The reply to `/why`: the plan of each version that is deployed, and each gate with its reason and
 * the facts behind it.
 */
export function decisionReport(facts: Facts, gates: readonly Gate[], turn: WaitingOn): string {
  const { now, version } = facts.snapshot;
  const train = trainOf(facts, facts.commands.rideEvents);
  return truncateMarkdown(
    [
      ...(train ? train.rides.map((view) => explainRide(view, train)) : []),
      `Reviewed on ${readableTime(now)} by [Gatehouse ${escapeMarkdown(version)}]` +
        `(${releasePage}). ${describeWaitingOn[turn]}.`,
      gatesTable(gates),
      markdownTable(
        ['Fact', 'Value'],
        [
          ['Head', headFact(facts)],
          ['Compared with', comparisonFact(facts)],
          ['Settings', settingsFact(facts)],
          ['Changes', foldersFact(facts)],
          ...facts.connectors.map(connectorRow),
          ['Commit authors', signatoriesFact(facts)],
        ],
      ),
    ].join('\n\n'),
    maxCommentLength - 500,
    '… and more.',
  );
}

const releasePage = `https://github.com/${repository}/blob/main/CHANGELOG.md`;

const months =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/** A time such as `2026-11-28T03:17:02Z` as "28 November 2026 at 03:17 UTC". */
function readableTime(time: string): string {
  const [, year, month, day, clock] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(time) ?? [];
  return year === undefined
    ? escapeMarkdown(time)
    : `${Number(day)} ${months[Number(month) - 1] ?? ''} ${year} at ${clock ?? ''} UTC`;
}

function headFact({ snapshot: { pull }, headPushedAt }: Facts): string {
  const sha = shortSha(pull.head.sha);
  return headPushedAt.ok
    ? `${sha}, pushed on ${readableTime(headPushedAt.value)}`
    : `${sha}: ${messageToMarkdown(headPushedAt.reason)}`;
}

const comparisonFact = ({ snapshot: { pull } }: Facts): string =>
  pull.mergeBase.ok
    ? `${shortSha(pull.mergeBase.value)}, the merge base with ${codeSpan(pull.base.ref)}`
    : messageToMarkdown(pull.mergeBase.reason);

function settingsFact({ settings, snapshot }: Facts): string {
  if (!settings.ok) return messageToMarkdown(settings.reason);
  const file = snapshot.settings;
  if (!file.ok || !file.value) return `the [defaults](${docsSite}settings)`;
  const page = linePage(baseFilesPage(snapshot), file.value.path, 1);
  return `[${codeSpan(file.value.path)}](${page.replace(/#L1$/, '')})`;
}

const foldersFact = ({ scope: { folders } }: Facts): string =>
  folders.length === 0
    ? 'no connector'
    : folders
        .slice(0, maxFolders)
        .map((folder) => `${codeSpan(folder.path)} (${folder.class})`)
        .join(', ');

function connectorRow({ folder, validation }: Facts['connectors'][number]): string[] {
  if (!validation.ok) return [codeSpan(folder.path), messageToMarkdown(validation.reason)];
  const { kind, findings, changes } = validation.value;
  const existing = findings.filter((finding) => finding.existing).length;
  return [
    codeSpan(folder.path),
    [
      kind,
      countOf(findings.length - existing, 'new finding'),
      countOf(existing, 'existing finding'),
      changes ? `${countOf(changes.count, 'change')} (${changes.size})` : 'nothing to compare with',
    ].join(', '),
  ];
}

function signatoriesFact({ signatories }: Facts): string {
  if (!signatories.ok) return messageToMarkdown(signatories.reason);
  return signatories.value
    .slice(0, maxSignatories)
    .map(({ account, consent }) => {
      const who = account ? codeSpan(account.login) : 'an address without an account';
      return `${who} (${describeConsent[consent.kind]})`;
    })
    .join(', ');
}

const describeConsent: Record<Signatory['consent']['kind'], string> = {
  signed: 'signed the CLA',
  company: 'a company signed the CLA',
  allowed: 'does not need to sign the CLA',
  program: 'a program',
  not: 'has not signed the CLA',
  nobody: 'cannot sign the CLA',
  unknown: 'unknown',
};
