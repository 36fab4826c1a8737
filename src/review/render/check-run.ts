import { definitionName } from '../../connector/connector.ts';
import { fingerprintOf, type Finding, type Severity } from '../../shared/finding.ts';
import { groupFindings } from '../../report/group-findings.ts';
import {
  codeSpan,
  toMarkdown,
  truncateMarkdown,
  maxCommentLength,
  escapeMarkdown,
} from '../../report/markdown.ts';
import { messageWithPlace, count as countOf } from '../../report/text.ts';
import type { Annotation, CheckOutcome, GateOutcome } from '../model/effects.ts';
import type { Facts, ValidatedConnector } from '../model/facts.ts';
import { gateTitles, type Gate } from '../model/gate.ts';
import { filesPage, listed, shaOf, shortSha } from '../model/markdown.ts';
import { describeTasks, isMachineGate, isPending } from '../facts/waiting-on.ts';
import { breakingSection } from './breaking-section.ts';
import { changelogSection } from './changelog-section.ts';
import { gatesTable } from './gates-table.ts';
import { unreadSection } from './unread.ts';
import { settingsPage } from '../../shared/project.ts';
import { truncate } from '../../shared/text.ts';
import { settingsPath } from '../../settings/defaults.ts';
import { presetOf } from '../../settings/presets.ts';

/** GitHub's limit. */
export const maxAnnotationsPerRequest = 50;
/**
 * If the findings need more than one request, those of one rule in one file share an annotation.
 * The summary has what is beyond this limit.
 */
const maxAnnotations = 200;
/** Characters. GitHub accepts 64 KB, but nobody reads that. */
const maxMessageLength = 2_000;
/** An annotation that stands for several findings names at most this many lines. */
const maxLines = 20;

/** The required check, as it should look. */
export interface CheckReport {
  name: 'gatehouse';
  sha: string;
  outcome: CheckOutcome;
  title: string;
  summary: string;
  annotations: readonly Annotation[];
  /**
   * A digest: two checks that look the same have the same id. The part before the hyphen covers
   * only the annotations, because GitHub cannot remove those from a run.
   */
  externalId: string;
}

export function renderCheckRun(facts: Facts, gates: readonly Gate[]): CheckReport {
  const machine = gates.filter(isMachineGate);
  const sha = shaOf(facts.snapshot);
  const isObserving = facts.allowed.check === 'neutral';
  const outcome = isObserving ? 'neutral' : outcomeOf(machine);
  const title = `${isObserving ? 'Observing: ' : ''}${titleFor(facts, machine)}`;
  const annotations = annotationsFor(facts);
  const summary = summaryFor(facts, machine, title, sha);
  const externalId = [annotations, [outcome, title, summary]]
    .map((part) => fingerprintOf(JSON.stringify(part)))
    .join('-');
  return { name: 'gatehouse', sha, outcome, title, summary, annotations, externalId };
}

/** A gate that fails or waits is a failure; one that could not be judged leaves the check open. */
export function outcomeOf(gates: readonly Gate[]): GateOutcome {
  if (gates.some(isPending)) return 'failure';
  return gates.some(({ status }) => status === 'unjudged') ? 'pending' : 'success';
}

function titleFor({ scope, snapshot }: Facts, machine: readonly Gate[]): string {
  const pending = machine.filter(isPending);
  if (pending.length > 0) return sentenceCase(describeTasks(pending));
  const unjudged = machine.filter(({ status }) => status === 'unjudged');
  if (unjudged.length > 0)
    return `Not checked yet: ${listed(unjudged.map(({ name }) => gateTitles[name]))}`;
  return scope.folders.length === 0 && snapshot.files.ok
    ? 'Nothing to check: no connector changed'
    : `All ${machine.length} required checks pass`;
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function summaryFor(facts: Facts, gates: readonly Gate[], title: string, sha: string): string {
  const { version } = facts.snapshot;
  const parts = [
    `**${escapeMarkdown(title)}** at ${shortSha(sha)}, by Gatehouse ${escapeMarkdown(version)}.`,
    modeSection(facts),
    forkSection(facts),
    unreadSection(facts.snapshot),
    gatesTable(gates),
    breakingSection(facts),
  ];
  const head = truncateMarkdown(
    parts.filter((part) => part !== '').join('\n\n'),
    maxCommentLength / 2,
    '…',
  );
  const connectors = facts.connectors.flatMap(({ folder, validation }) =>
    validation.ok
      ? [
          {
            path: folder.path,
            class: folder.class,
            findings: [...softChanges(validation.value), ...validation.value.findings],
          },
        ]
      : [],
  );
  const changelog = changelogSection(facts);
  const end = changelog === '' ? '' : `\n${changelog}\n`;
  if (connectors.every(({ findings }) => findings.length === 0)) return `${head}\n${end}`;
  // `toMarkdown` counts the findings itself.
  const summary = { connectors: 0, errors: 0, warnings: 0, notes: 0 };
  const report = toMarkdown(
    { tool: { name: 'gatehouse', version }, connectors, summary },
    {
      limit: maxCommentLength - head.length - end.length - 10,
      files: filesPage(facts.snapshot),
      canReplyFix: facts.allowed.changes,
    },
  );
  return `${head}\n\n${report}${end}`;
}

/** How to switch Gatehouse on, if it only observes; otherwise ''. */
const modeSection = ({ allowed }: Facts): string =>
  allowed.check === 'neutral'
    ? 'Gatehouse only observes this repository: this check is neutral and blocks nothing, and ' +
      'Gatehouse writes nothing else. To switch it on, a maintainer adds this line to ' +
      `${codeSpan(settingsPath)} on the default branch: \`mode: full\`. With \`mode: comment\`, ` +
      `Gatehouse writes only this check and a comment ([settings](${settingsPage}#mode)).`
    : '';

/** A fork of the model repository may want its settings; otherwise ''. */
const forkSection = ({ snapshot: { forkOf = '' }, settings }: Facts): string =>
  settings.ok && settings.value.preset === undefined && presetOf(forkOf) !== undefined
    ? `This repository is a fork of ${codeSpan(forkOf)}. To check pull requests as that repository ` +
      `does, add \`preset: microsoft\` to ${codeSpan(settingsPath)}; with \`preset: none\`, this ` +
      'hint goes away.'
    : '';

/** The changes that may break flows. Those that do are listed by themselves. */
const softChanges = ({ changes }: ValidatedConnector): readonly Finding[] =>
  (changes?.findings ?? []).filter(({ severity }) => severity !== 'error');

const levels: Record<Severity, Annotation['level']> = {
  error: 'failure',
  warning: 'warning',
  note: 'notice',
};

/** New findings at their lines, errors first. Existing findings are not this pull request's. */
function annotationsFor({ connectors }: Facts): Annotation[] {
  const all = connectors.flatMap(({ folder, validation }) => {
    if (!validation.ok || validation.value.kind === 'deletion') return [];
    const fresh = [
      ...(validation.value.changes?.findings ?? []),
      ...validation.value.findings,
    ].filter(({ existing }) => !existing);
    return groupFindings(fresh).flatMap(({ findings }) =>
      findings.map((finding) => ({ path: folder.path, finding })),
    );
  });
  const order = { error: 0, warning: 1, note: 2 };
  all.sort((a, b) => order[a.finding.severity] - order[b.finding.severity]);
  if (all.length <= maxAnnotationsPerRequest)
    return all.map(({ path, finding }) => annotation(path, finding, []));
  const groups = [
    ...Map.groupBy(
      all,
      ({ path, finding }) => `${finding.severity} ${finding.rule} ${path}/${finding.location.file}`,
    ).values(),
  ];
  return groups.slice(0, maxAnnotations).flatMap(([first, ...rest]) =>
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

function annotation(folder: string, finding: Finding, others: readonly Finding[]): Annotation {
  const { location, severity, rule } = finding;
  return {
    // GitHub needs a file, also for a finding about the folder as a whole.
    path: location.file === '' ? `${folder}/${definitionName}` : `${folder}/${location.file}`,
    startLine: location.line,
    endLine: location.endLine,
    ...(location.line === location.endLine && {
      columns: { start: location.column, end: location.endColumn },
    }),
    level: levels[severity],
    title: rule,
    message: truncate(messageWithPlace(finding), maxMessageLength) + othersOf(finding, others),
  };
}

/** How many more findings an annotation stands for, and where they are. */
function othersOf({ rule, location, severity }: Finding, others: readonly Finding[]): string {
  if (others.length === 0) return '';
  const more = `\n\n${countOf(others.length, `more ${severity}`)} of ${rule} in this file`;
  // The lines of an archive say nothing.
  if (location.entry) return `${more}.`;
  const lines = [...new Set(others.map((other) => other.location.line))];
  const named = lines.slice(0, maxLines).join(', ');
  return `${more}: ${lines.length === 1 ? 'line' : 'lines'} ${named}${lines.length > maxLines ? ', …' : '.'}`;
}
