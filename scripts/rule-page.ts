import { structuredPatch } from 'diff';
import { casesOf, contextOf, folderOf } from '../fixtures/cases.ts';
import { readFrequency } from '../fixtures/frequency.ts';
import { connectorClasses, readConnector, type Connector } from '../src/connector/connector.ts';
import { applyFixes } from '../src/json/document.ts';
import { formatNumber } from '../src/report/text.ts';
import { rules } from '../src/rules/registry.ts';
import type { Rule, RuleCategory } from '../src/rules/rule.ts';
import { severityOf } from '../src/rules/severity.ts';
import { sources } from '../src/rules/sources.ts';
import type { Finding } from '../src/shared/finding.ts';
import { repository, runsAs } from '../src/shared/project.ts';
import { runRules } from '../src/validation/run-rules.ts';
import { adviceOf, shownFindings, wrapped } from './shown-findings.ts';

const classNames = {
  certified: 'certified',
  'independent-publisher': 'independent publisher',
  custom: 'custom',
};

/** Findings that the bad example of a page shows. */
const maxFindings = 3;
/** Lines of an example or of a patch. */
const maxLines = 14;

const frequency = readFrequency();

/** The severities of a rule, by class if they differ. */
export function severities(rule: Rule): string {
  const each = connectorClasses.map(
    (connectorClass) => [classNames[connectorClass], severityOf(rule, connectorClass)] as const,
  );
  const [first] = each;
  if (first && each.every(([, severity]) => severity === first[1])) return first[1];
  return each.map(([name, severity]) => `${name}: ${severity}`).join(', ');
}

/** The page of a rule, as Markdown. */
export function rulePage(rule: Rule & { category: RuleCategory }): string {
  const [bad] = casesOf(rule.id, 'bad');
  const connector = bad && readConnector(folderOf(bad[1]));
  const findings =
    connector && bad
      ? runRules(connector, rules, { context: contextOf(bad[1]) }).filter(
          (finding) => finding.rule === rule.id,
        )
      : [];
  const shown = differing(findings).slice(0, maxFindings);
  const sections = [
    `# ${rule.id}`,
    rule.description,
    `**Why.** ${rule.rationale}`,
    `**Severity.** ${severities(rule)}.`,
    rule.policies && `**Policy codes.** ${rule.policies.join(', ')} ([all codes](../policies.md)).`,
    connector && shown.length > 0 && `## Bad\n\n${fenced('text', shownFindings(connector, shown))}`,
    connector && goodSection(rule, connector, shown),
    connector && fixSection(rule, connector, shown),
    sourceSection(rule),
    settingsSection(rule),
    frequencySection(rule),
    `Is this rule wrong? [Open an issue](https://github.com/${repository}/issues/new?title=${rule.id}).`,
  ];
  return wrapped(`${sections.filter((part) => part !== undefined).join('\n\n')}\n`);
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** The findings, but only the first of those with the same message. */
const differing = (findings: readonly Finding[]): Finding[] =>
  findings.filter(
    ({ message }, index) => findings.findIndex((other) => other.message === message) === index,
  );

const textOf = (connector: Connector, file: string): string | undefined =>
  connector.texts.find((text) => text.file === file)?.text;

/** What the good example has where the bad one is wrong. */
function goodSection(rule: Rule, bad: Connector, findings: readonly Finding[]): string | undefined {
  const [finding] = findings;
  const [good] = casesOf(rule.id, 'good');
  if (!good || !finding) return undefined;
  const { file } = finding.location;
  const before = textOf(bad, file);
  const after = textOf(readConnector(folderOf(good[1])), file);
  if (before === undefined || after === undefined) return undefined;
  const hunks = hunksOf(before, after, 2);
  const near = hunks.filter(({ oldStart, oldLines }) =>
    findings.some(
      ({ location }) => location.line >= oldStart - 1 && location.line <= oldStart + oldLines,
    ),
  );
  const excerpts = (near.length > 0 ? near : hunks.slice(0, 1)).map(({ lines }) =>
    dedented(lines.filter((each) => !each.startsWith('-')).map((each) => each.slice(1))),
  );
  if (excerpts.length === 0) return undefined;
  const text = excerpts.flatMap((lines, index) => (index === 0 ? lines : ['…', ...lines]));
  return `## Good\n\n${fenced(file.endsWith('.json') ? 'json' : 'text', limited(text))}`;
}

const hunksOf = (before: string, after: string, context: number) =>
  structuredPatch('', '', before, after, '', '', { context }).hunks.map((hunk) => ({
    ...hunk,
    lines: hunk.lines.filter((each) => !each.startsWith('\\')),
  }));

/** Lines without their common indentation, and without closing brackets of what is not shown. */
function dedented(lines: readonly string[]): string[] {
  const indentOf = (line: string): number => Math.max(0, line.search(/\S/));
  const first = indentOf(lines[0] ?? '');
  const end = lines.findLastIndex((line) => !/^\s*[}\]],?$/.test(line) || indentOf(line) >= first);
  const kept = lines.slice(0, end + 1);
  const indent = Math.min(...kept.filter((line) => line.trim() !== '').map(indentOf));
  return kept.map((line) => line.slice(indent));
}

const limited = (lines: readonly string[]): string =>
  (lines.length <= maxLines ? lines : [...lines.slice(0, maxLines - 1), '…']).join('\n');

/** What to do, and what `--fix` writes. */
function fixSection(rule: Rule, connector: Connector, findings: readonly Finding[]): string {
  const advice = [...new Set(findings.map(adviceOf))];
  const steps =
    advice.length === 1
      ? (advice[0] ?? '')
      : findings.map(({ message }) => `- ${message}`).join('\n');
  const fixed = findings.find(({ fix }) => fix && fix.edits.length > 0);
  const command =
    `\`${runsAs} check <folder> --fix\` does it where the result is certain; on a pull request, ` +
    'reply `/fix`.';
  return [
    '## How to fix',
    ...(steps === '' ? [] : [steps]),
    ...(rule.fixable
      ? [command + (fixed ? ` It writes:\n\n${patchOf(connector, fixed)}` : '')]
      : []),
  ].join('\n\n');
}

/** What a fix changes, as a patch. */
function patchOf(connector: Connector, { fix, location }: Finding): string {
  const before = textOf(connector, location.file) ?? '';
  const { text: after } = applyFixes(before, fix ? [fix] : []);
  const lines = hunksOf(before, after, 1).flatMap((hunk) => hunk.lines);
  const marks = lines.map((line) => line.charAt(0));
  const texts = dedented(lines.map((line) => line.slice(1)));
  return fenced(
    'diff',
    limited(texts.map((text, index) => `${marks[index] ?? ' '} ${text}`.trimEnd())),
  );
}

/** The page of Microsoft's documentation; the validator's page lists rules by their ids. */
function sourceSection({ id, source }: Rule): string | undefined {
  if (source === undefined) return undefined;
  const { title, url } = sources[source];
  const rule = source === 'swagger-validator' ? `\`${id}\` in ` : '';
  return `## Microsoft's words\n\n${rule}[${title}](${url}).`;
}

/** The lines of the settings that change the severity. */
function settingsSection(rule: Rule): string {
  const isError = connectorClasses.some((each) => severityOf(rule, each) === 'error');
  const lines = [
    '# .github/gatehouse.yml',
    'rules:',
    isError
      ? `  ${rule.id}: warning # or note, or off`
      : `  ${rule.id}: off # or error, to require it`,
  ];
  return (
    `## Settings\n\n${fenced('yaml', lines.join('\n'))}\n\n` +
    'A map such as `{ custom: off }` does it for one class: ' +
    '[`rules` in the settings](../settings.md#rules).'
  );
}

/** What can be measured in the accepted connectors: they are without their packages and icons. */
const isMeasured = ({ id, category }: Rule & { category: RuleCategory }): boolean =>
  category !== 'icon' && !id.startsWith('Package');

/** How many accepted connectors have a finding. */
function frequencySection(rule: Rule & { category: RuleCategory }): string | undefined {
  if (!isMeasured(rule)) return undefined;
  const counts = frequency.rules[rule.id] ?? {};
  const total = connectorClasses.reduce((sum, each) => sum + (frequency.connectors[each] ?? 0), 0);
  const found = connectorClasses.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  const parts = connectorClasses.flatMap((each) => {
    const all = frequency.connectors[each];
    return all === undefined
      ? []
      : [`${classNames[each]} ${formatNumber(counts[each] ?? 0)} of ${formatNumber(all)}`];
  });
  const share = ((found / total) * 100).toFixed(1);
  const measured = `Measured on ${frequency.measured} in the model repository.`;
  return found === 0
    ? `## How often\n\nNone of ${formatNumber(total)} accepted connectors. ${measured}`
    : `## How often\n\n${share}% of ${formatNumber(total)} accepted connectors: ` +
        `${parts.join(', ')}. ${measured}`;
}
