import { definitionName } from '../../connector/connector.ts';
import { fingerprintOf, type Finding, type Severity } from '../../shared/finding.ts';
import { groupFindings } from '../../report/group-findings.ts';
import {
  toMarkdown,
  truncateMarkdown,
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';
import { toPlainText, visible, count as countOf } from '../../report/text.ts';
import type { Annotation, CheckOutcome } from '../model/effects.ts';
import type { Facts } from '../model/facts.ts';
import type { Gate } from '../model/gate.ts';
import { tableCell, shaOf, shortSha } from '../model/markdown.ts';
import { countActions, isMachineGate, isPending } from '../facts/waiting-on.ts';
import { unreadSection } from './unread.ts';
import { truncate } from '../../shared/text.ts';

/** GitHub takes so many annotations with one request. */
export const annotationsARequest = 50;
/**
 * Beyond one request, the findings of one rule in one file are one annotation; beyond so many of
 * these, the summary has the rest.
 */
const mostAnnotations = 200;
/** GitHub's limit of a message is 64 KB; nobody reads more than this. */
const mostMessage = 2_000;

/** The one required check, as it should look. */
export interface CheckReport {
  name: 'gatehouse';
  sha: string;
  outcome: CheckOutcome;
  title: string;
  summary: string;
  annotations: readonly Annotation[];
  /**
   * Two checks that look the same have the same; its first part is of the annotations alone, which
   * GitHub cannot take back.
   */
  externalId: string;
}

export function renderCheckRun(facts: Facts, gates: readonly Gate[]): CheckReport {
  const machine = gates.filter(isMachineGate);
  const sha = shaOf(facts.snapshot);
  const outcome = outcomeOf(machine);
  const title = titleFor(facts, machine);
  const annotations = annotationsFor(facts);
  const summary = summaryFor(facts, machine, title, sha);
  const externalId = `${fingerprintOf(JSON.stringify(annotations))}-${fingerprintOf(JSON.stringify([outcome, title, summary]))}`;
  return { name: 'gatehouse', sha, outcome, title, summary, annotations, externalId };
}

/**
 * What gates come to: one that fails or waits is a failure, one that could not be judged leaves it
 * open.
 */
export function outcomeOf(gates: readonly Gate[]): CheckOutcome {
  if (gates.some(isPending)) return 'failure';
  return gates.some(({ status }) => status === 'unjudged') ? 'pending' : 'success';
}

function titleFor({ scope, snapshot }: Facts, machine: readonly Gate[]): string {
  const stalled = machine.filter(isPending);
  const count = countActions(stalled);
  if (count > 0)
    return `${countOf(count, 'thing')} to do: ${stalled.map(({ name }) => name).join(', ')}`;
  const open = machine.filter(({ status }) => status === 'unjudged');
  if (open.length > 0) return `Could not be judged yet: ${open.map(({ name }) => name).join(', ')}`;
  return scope.folders.length === 0 && snapshot.files.ok
    ? 'Nothing to check: no connector is touched'
    : 'All gates of the machine pass';
}

const signs: Record<Gate['status'], string> = {
  passed: '✅ passed',
  failed: '❌ failed',
  waiting: '⏳ waiting',
  unjudged: '❔ not judged',
};

function summaryFor(facts: Facts, gates: readonly Gate[], title: string, sha: string): string {
  const rows = gates.map(
    (gate) =>
      `| ${gate.name} | ${signs[gate.status]}${isPending(gate) ? ` on the ${gate.actor}` : ''} ` +
      `| ${tableCell(gate.reason)} |`,
  );
  const unread = unreadSection(facts.snapshot);
  const table =
    `**${escapeMarkdown(title)}** at ${shortSha(sha)}, by Gatehouse ` +
    `${escapeMarkdown(facts.snapshot.version)}.${unread === '' ? '' : `\n\n${unread}`}\n\n| gate ` +
    `| | |\n| --- | --- | --- |\n${rows.join('\n')}`;
  const head = truncateMarkdown(table, maxCommentLength / 2, '…');
  const connectors = facts.connectors.flatMap(({ folder, examined }) =>
    examined.ok
      ? [
          {
            path: folder.path,
            class: folder.class,
            findings: [...(examined.value.changes?.findings ?? []), ...examined.value.findings],
          },
        ]
      : [],
  );
  if (connectors.every(({ findings }) => findings.length === 0)) return head;
  return `${head}\n\n${toMarkdown({ tool: { name: 'gatehouse', version: facts.snapshot.version }, connectors, summary: { connectors: 0, errors: 0, warnings: 0, notes: 0 } }, { limit: maxCommentLength - head.length - 10 })}`;
}

const levels: Record<Severity, Annotation['level']> = {
  error: 'failure',
  warning: 'warning',
  note: 'notice',
};

/**
 * New findings at their lines, the worst first. What was there before is not this pull request's.
 */
function annotationsFor({ connectors }: Facts): Annotation[] {
  const all = connectors.flatMap(({ folder, examined }) => {
    if (!examined.ok || examined.value.kind === 'deletion') return [];
    const fresh = [...(examined.value.changes?.findings ?? []), ...examined.value.findings].filter(
      ({ existing }) => !existing,
    );
    return groupFindings(fresh).flatMap(({ findings }) =>
      findings.map((finding) => ({ path: folder.path, finding })),
    );
  });
  const order = { error: 0, warning: 1, note: 2 };
  all.sort((a, b) => order[a.finding.severity] - order[b.finding.severity]);
  if (all.length <= annotationsARequest)
    return all.map(({ path, finding }) => annotation(path, finding, []));
  const groups = [
    ...Map.groupBy(
      all,
      ({ path, finding }) => `${finding.severity} ${finding.rule} ${path}/${finding.location.file}`,
    ).values(),
  ];
  return groups.slice(0, mostAnnotations).flatMap(([first, ...rest]) =>
    first
      ? [
          annotation(
            first.path,
            first.finding,
            rest.map(({ finding }) => finding),
          ),
        ]
      : [],
  );
}

function annotation(
  folder: string,
  { location, severity, rule, message }: Finding,
  others: readonly Finding[],
): Annotation {
  const lines = others.slice(0, 20).map((other) => other.location.line);
  const more =
    others.length > 0
      ? `\n\n${others.length} more of the same: ` +
        `line ${lines.join(', ')}${others.length > lines.length ? ', …' : ''}.`
      : '';
  return {
    // one of the folder as a whole has to stand somewhere
    path: location.file === '' ? `${folder}/${definitionName}` : `${folder}/${location.file}`,
    startLine: location.line,
    endLine: location.endLine,
    ...(location.line === location.endLine && {
      columns: { start: location.column, end: location.endColumn },
    }),
    level: levels[severity],
    title: rule,
    message: truncate(visible(toPlainText(message)), mostMessage) + more,
  };
}
