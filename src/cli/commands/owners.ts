import { resolve } from 'node:path';
import { colorizer, type Color, type Colorize } from '../../report/colors.ts';
import { workflowCommand } from '../../report/github.ts';
import { count, toPlainText, visible, withoutCommand } from '../../report/text.ts';
import type { OwnershipFinding, OwnershipReport } from '../../ownership/lint-codeowners.ts';
import type { Severity } from '../../shared/finding.ts';
import { lintOwners } from '../../workspace/lint-owners.ts';
import { loadSettings, version } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { write } from '../output.ts';
import { sharedOptions } from '../shared-options.ts';
import { hasColors } from '../terminal.ts';

type LintedFile = OwnershipReport & { path: string };

export const owners = defineCommand({
  name: 'owners',
  summary: 'Check CODEOWNERS: lines without effect, connectors without owners',
  usage: 'gatehouse owners <checkout>',
  example: 'gatehouse owners .',
  details: [
    'It reads the checkout only: lines that GitHub skips, lines that match no file, lines whose ' +
      'files later lines take over, and connectors that nobody owns. Which owners have an account ' +
      'and access to the repository, gatehouse doctor says.',
    'The exit status is 1 if GitHub skips a line.',
  ],
  options: {
    config: sharedOptions.config,
    format: {
      type: 'string',
      value: 'format',
      description: 'Format of the report',
      choices: ['pretty', 'json', 'github', 'compact'],
      default: 'pretty',
    },
    output: sharedOptions.output,
  },

  async run([checkout = ''], { config, format, output }) {
    const directory = resolve(checkout);
    const settings = await loadSettings(config, undefined, directory);
    const report = lintOwners(directory, settings.folders);
    const lines = {
      pretty: () => pretty(report, colorizer(hasColors(output))),
      json: () => [JSON.stringify(toJson(report), null, 2)],
      github: () => [...report.findings.map(annotation(report)), summaryOf(report)],
      compact: () => [...report.findings.map(compactLine(report)), summaryOf(report)],
    }[format]();
    await write(
      lines.map((line) => `${line}\n`),
      output,
    );
    return report.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
});

const toJson = ({ path, findings, connectors }: LintedFile): object => ({
  tool: { name: 'gatehouse', version: version() },
  file: path,
  findings,
  connectors,
});

const colors: Record<Severity, Color> = { error: 'red', warning: 'yellow', note: 'gray' };

/** A terminal shows this many findings of a kind. */
const maxShown = 20;

function pretty(report: LintedFile, colorize: Colorize): string[] {
  const { path, findings } = report;
  const width = String(findings.at(-1)?.line ?? '').length;
  const shown = new Map<OwnershipFinding['kind'], number>();
  const lines: string[] = [];
  for (const { kind, line, severity, message } of findings) {
    const before = shown.get(kind) ?? 0;
    shown.set(kind, before + 1);
    if (before >= maxShown) continue;
    lines.push(
      `${colorize('gray', `${visible(path)}:${String(line).padEnd(width)}`)}  ` +
        `${colorize(colors[severity], severity)}  ${toPlainText(message)}`,
    );
  }
  for (const [kind, total] of shown)
    if (total > maxShown)
      lines.push(
        colorize('gray', `… and ${total - maxShown} more of ${kind} (--format json has all)`),
      );
  return [...lines, ...(lines.length === 0 ? [] : ['']), summaryOf(report)];
}

const commandOf = { error: 'error', warning: 'warning', note: 'notice' } as const;

const annotation =
  ({ path }: LintedFile) =>
  ({ kind, severity, line, message }: OwnershipFinding): string =>
    workflowCommand(
      commandOf[severity],
      { file: visible(path), line, title: kind },
      toPlainText(message),
    );

const compactLine =
  ({ path }: LintedFile) =>
  ({ kind, severity, line, message }: OwnershipFinding): string =>
    withoutCommand(`${visible(path)}:${line}:1: ${severity}: ${toPlainText(message)} [${kind}]`);

/** The last line: how many findings, and who owns the connectors. */
function summaryOf({ findings, connectors }: LintedFile): string {
  const { total, withOwnLine, withoutOwner } = connectors;
  const shared = total - withOwnLine - withoutOwner;
  const parts = [
    ...(withOwnLine > 0 ? [`${withOwnLine} by a line of their own`] : []),
    ...(shared > 0 ? [`${shared} only by a line for several`] : []),
    ...(withoutOwner > 0 ? [`${withoutOwner} by nobody`] : []),
  ];
  const found = findings.length === 0 ? 'No findings' : count(findings.length, 'finding');
  return `${found}. ${count(total, 'connector')}, owned: ${parts.join(', ')}.`;
}
