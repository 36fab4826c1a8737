import type { ArtifactLocation, Fix, Log, ReportingDescriptor, Result, Tool } from 'sarif';
import { blocks } from '../shared/finding.ts';
import { escapeForWorkflow } from './json.ts';
import type { ConnectorReport, Report, ReportedFinding, RuleInfo } from './report.ts';
import { messageWithPlace, pathOf, toPlainText, severities } from './text.ts';

/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for GitHub's code scanning and
 * other viewers. Describes only the rules that are broken. Results say whether they are new if the
 * report has existing findings. Errors come first, because GitHub keeps the first 5,000 results and
 * rejects more than 25,000.
 */
export function toSarif(report: Report, rules: readonly RuleInfo[]): string {
  const pairs = report.connectors.flatMap((connector) =>
    connector.findings.map((finding) => ({ connector, finding })),
  );
  const inOrder = pairs.sort(
    (a, b) => severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity),
  );
  const broken = [...new Set(inOrder.map(({ finding }) => finding.rule))].sort();
  const indices = new Map(broken.map((id, index) => [id, index]));
  const hasExisting = inOrder.some(({ finding }) => finding.existing);

  const ruleById = new Map(rules.map((rule) => [rule.id, rule]));
  const tool: Tool = {
    driver: {
      ...report.tool,
      semanticVersion: report.tool.version,
      rules: broken.map((id) => descriptorOf(id, ruleById.get(id))),
    },
  };
  const log: Omit<Log, 'runs'> = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
  };
  const results = inOrder.map(({ connector, finding }) => {
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
    '"columnKind":"utf16CodeUnits",',
    `"results":[${results.length > 0 ? `\n${results.join(',\n')}\n` : ''}]`,
    '}]}',
    '',
  ].join('\n');
}

const descriptorOf = (id: string, rule: RuleInfo | undefined): ReportingDescriptor => ({
  id,
  ...(rule && {
    shortDescription: { text: toPlainText(rule.description) },
    fullDescription: { text: toPlainText(rule.rationale) },
    help: { text: `${toPlainText(rule.description)} ${toPlainText(rule.rationale)}` },
    ...(rule.page !== undefined && { helpUri: rule.page }),
    ...(rule.policies && { properties: { tags: [...rule.policies] } }),
  }),
});

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
