import type {
  ArtifactLocation,
  Fix,
  Invocation,
  Log,
  MultiformatMessageString,
  ReportingDescriptor,
  Result,
  Tool,
} from 'sarif';
import { blocks, type Severity } from '../shared/finding.ts';
import { addressOf, docsSite } from '../shared/project.ts';
import { escapeForWorkflow } from './json.ts';
import type { ConnectorReport, Report, ReportedFinding, RuleInfo } from './report.ts';
import {
  formatNumber,
  formatTally,
  messageWithPlace,
  pathOf,
  severities,
  tally,
  toPlainText,
} from './text.ts';

/** GitHub rejects a run with more results, and shows the first 5,000. */
const maxResults = 25_000;
/** GitHub rejects a rule with more tags. */
const maxTags = 20;
/** What GitHub calls the severities of a rule. */
const problemSeverities = { error: 'error', warning: 'warning', note: 'recommendation' } as const;

/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for GitHub's code scanning and
 * other viewers. Describes only the rules that are broken. Results say whether they are new if the
 * report has existing findings. The most severe findings come first, up to what GitHub takes; a
 * notification says how many are left out.
 * @param pageText returns the Markdown of a rule's page in `docs/`, which viewers show beside a
 * result
 */
export function toSarif(
  report: Report,
  rules: readonly RuleInfo[],
  pageText: (id: string) => string | undefined = () => undefined,
): string {
  const pairs = report.connectors.flatMap((connector) =>
    connector.findings.map((finding) => ({ connector, finding })),
  );
  const inOrder = pairs.sort(
    (a, b) => severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity),
  );
  const written = inOrder.slice(0, maxResults);
  const leftOut = formatTally(tally(inOrder.slice(maxResults).map(({ finding }) => finding)));
  // The first finding of a rule is its most severe one.
  const worst = new Map<string, Severity>();
  for (const { finding } of written)
    if (!worst.has(finding.rule)) worst.set(finding.rule, finding.severity);
  const broken = [...worst].sort(([a], [b]) => (a < b ? -1 : 1));
  const indices = new Map(broken.map(([id], index) => [id, index]));
  const hasExisting = inOrder.some(({ finding }) => finding.existing);

  const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
  const tool: Tool = {
    driver: {
      ...report.tool,
      semanticVersion: report.tool.version,
      informationUri: docsSite,
      rules: broken.map(([id, severity]) =>
        descriptorOf(id, severity, ruleById.get(id), pageText(id)),
      ),
    },
  };
  const invocation: Invocation = {
    executionSuccessful: true,
    toolExecutionNotifications: [
      {
        level: 'note',
        message: {
          text:
            `${leftOut} left out: GitHub takes ${formatNumber(maxResults)} results. ` +
            'To make room, show only more severe findings, or turn rules off in the settings.',
        },
      },
    ],
  };
  const log: Omit<Log, 'runs'> = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
  };
  const results = written.map(({ connector, finding }) => {
    const result = resultOf(connector, finding, indices.get(finding.rule) ?? -1);
    return escapeForWorkflow(
      JSON.stringify(
        hasExisting ? { ...result, baselineState: finding.existing ? 'unchanged' : 'new' } : result,
      ),
    );
  });
  return [
    `${JSON.stringify(log).slice(0, -1)},"runs":[{`,
    `"tool":${JSON.stringify(tool, null, 2)},`,
    ...(leftOut === '' ? [] : [`"invocations":[${JSON.stringify(invocation)}],`]),
    '"columnKind":"utf16CodeUnits",',
    `"results":[${results.length > 0 ? `\n${results.join(',\n')}\n` : ''}]`,
    '}]}',
    '',
  ].join('\n');
}

function descriptorOf(
  id: string,
  severity: Severity,
  rule: RuleInfo | undefined,
  page: string | undefined,
): ReportingDescriptor {
  const categories = rule?.category === undefined ? [] : [rule.category];
  const tags = ['power-platform', ...categories, ...(rule?.policies ?? [])].slice(0, maxTags);
  return {
    id,
    name: id,
    ...(rule && {
      shortDescription: { text: toPlainText(rule.description) },
      fullDescription: { text: toPlainText(rule.rationale) },
      help: helpOf(rule, page),
      ...(rule.page !== undefined && { helpUri: rule.page }),
    }),
    defaultConfiguration: { level: severity },
    properties: { tags, 'problem.severity': problemSeverities[severity] },
  };
}

/** What a viewer shows beside a result: its page without the title, with links that lead to the web. */
function helpOf(
  { description, rationale, page: address }: RuleInfo,
  page: string | undefined,
): MultiformatMessageString {
  const text = `${toPlainText(description)} ${toPlainText(rationale)}`;
  if (page === undefined) return { text };
  const body = page
    .replace(/^# .*\n+/, '')
    .replaceAll(/\]\(((?:\.\.\/)?)([\w/-]+\.md)/g, (_, up: string, path: string) => {
      const fromDocs = up === '' ? `rules/${path}` : path;
      return `](${addressOf(fromDocs)}`;
    });
  const more = address === undefined ? '' : `\n[The page of this rule](${address})\n`;
  return { text, markdown: `${body}${more}` };
}

function resultOf(connector: ConnectorReport, finding: ReportedFinding, ruleIndex: number): Result {
  const { rule, severity, location, fingerprint } = finding;
  const artifactLocation = locationOf(pathOf(connector, finding));
  const fixes = fixesOf(finding, artifactLocation);
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: unlinked(messageWithPlace(finding)) },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          region: {
            startLine: location.line,
            startColumn: location.column,
            endLine: location.endLine,
            endColumn: location.endColumn,
          },
        },
      },
    ],
    partialFingerprints: { 'gatehouse/v1': fingerprint },
    properties: { policies: [...(finding.policies ?? [])], blocks: blocks(finding) },
    ...(fixes && { fixes }),
  };
}

/** In a SARIF message `[text](target)` is a link; with its bracket escaped it is not. */
const unlinked = (text: string): string => text.replaceAll('](', '\\](');

function locationOf(path: string): ArtifactLocation {
  const uri = path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/');
  if (path.startsWith('/')) return { uri: `file://${uri}` };
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${uri.replace('%3A', ':')}` };
  return { uri, uriBaseId: '%SRCROOT%' };
}

function fixesOf({ fix }: ReportedFinding, artifactLocation: ArtifactLocation): Fix[] | undefined {
  if (!fix || fix.edits.length === 0) return undefined;
  const replacements = fix.edits.map(({ start, end, text }) => ({
    deletedRegion: { charOffset: start, charLength: end - start },
    ...(text !== '' && { insertedContent: { text } }),
  }));
  return [{ artifactChanges: [{ artifactLocation, replacements }] }];
}
