import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format, type FormatName } from '../report/format.ts';
import { workflowAnnotations } from '../report/github.ts';
import { toMarkdown, truncateMarkdown } from '../report/markdown.ts';
import { foldedTexts, type UpdateTexts } from '../report/report-comment.ts';
import { updateSizes, type Report } from '../report/report.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { explainableRules, pageText } from '../workspace/validate-checkout.ts';
import { writeOutput } from '../workspace/write-output.ts';
import type { Environment } from './environment.ts';
import type { Inputs } from './inputs.ts';

/** GitHub drops a summary that is larger, as a whole. */
const maxSummaryBytes = 1024 * 1024;
/**
 * GitHub rejects the outputs of a job if they are larger than 1 MB together. The changelog is the
 * only long one, and this leaves room for those of other steps.
 */
const maxOutputLength = 100_000;
/** The log page of a run shows about this many columns. */
const logWidth = 120;

const extensions: Record<FormatName, string> = {
  pretty: 'txt',
  json: 'json',
  markdown: 'md',
  sarif: 'sarif',
  github: 'txt',
  junit: 'xml',
  compact: 'txt',
};

export const log = (text: string): void => console.log(text);

/** Sets outputs of the step. The delimiter of each value is random, so that no value can hold it. */
function setOutputs(
  { GITHUB_OUTPUT: file }: Environment,
  outputs: Readonly<Record<string, string>>,
): void {
  if (file === undefined || file === '') return;
  for (const [name, value] of Object.entries(outputs)) {
    const delimiter = `gatehouse-${randomUUID()}`;
    appendFileSync(file, `${name}<<${delimiter}\n${value}\n${delimiter}\n`);
  }
}

/**
 * Adds Markdown to the summary of the job.
 * @param write returns the text, shortened to a number of characters. If the longest text has too
 * many bytes for GitHub, it is called again with fewer characters.
 */
export function addSummary(
  { GITHUB_STEP_SUMMARY: file }: Environment,
  write: (maxCharacters: number) => string,
): void {
  if (file === undefined || file === '') return;
  const text = write(maxSummaryBytes);
  // A UTF-16 unit takes three bytes at most.
  appendFileSync(
    file,
    Buffer.byteLength(text) < maxSummaryBytes ? text : write(Math.floor(maxSummaryBytes / 3)),
  );
}

/** Untrusted text for the log: the runner executes no workflow commands in it. */
export function withoutCommands(text: string): string {
  const token = randomUUID();
  return `::stop-commands::${token}\n${text.endsWith('\n') || text === '' ? text : `${text}\n`}::${token}::\n`;
}

/**
 * Writes the results of a check to all places where a workflow can show or read them: the log,
 * annotations, files, outputs and the summary of the job.
 * @param complete the report with findings of every severity, for the numbers
 * @param report what the step shows
 * @param located the report with paths from the root of the repository, as GitHub and SARIF need
 * them
 * @param files the address of the files on GitHub, to which the summary links
 */
export async function writeResults(
  environment: Environment,
  inputs: Inputs,
  {
    complete,
    report,
    located,
    texts,
    files,
  }: {
    complete: Report;
    report: Report;
    located: Report;
    texts: UpdateTexts;
    files: string | undefined;
  },
): Promise<void> {
  const options = {
    color: environment.NO_COLOR === undefined,
    width: logWidth,
    rules: explainableRules,
    pageText,
  };
  const render = async (name: FormatName, rendered = report): Promise<string> =>
    Array.from(
      await format(rendered, name, name === 'pretty' ? options : { ...options, color: false }),
    ).join('');
  log(
    withoutCommands(
      report.connectors.length === 0
        ? 'No connector changed, so there was nothing to check.'
        : await render('pretty'),
    ).trimEnd(),
  );
  if (inputs.annotations)
    for (const line of workflowAnnotations(withoutExisting(located))) log(line);

  const file = join(
    await mkdtemp(join(environment.RUNNER_TEMP || tmpdir(), 'gatehouse-')),
    `report.${extensions[inputs.format]}`,
  );
  await writeFile(file, await render(inputs.format, inputs.format === 'sarif' ? located : report));
  if (inputs.sarifFile !== undefined) {
    await writeOutput(inputs.sarifFile, await render('sarif', located)).catch((error: unknown) =>
      Promise.reject(
        new UserError(
          `The input sarif-file: ${inputs.sarifFile} could not be written: ${errorMessage(error)}`,
        ),
      ),
    );
  }
  const newFindings = withoutExisting(complete).connectors.flatMap(({ findings }) => findings);
  setOutputs(environment, {
    errors: String(newFindings.filter(({ severity }) => severity === 'error').length),
    warnings: String(newFindings.filter(({ severity }) => severity === 'warning').length),
    verdict: largestVerdict(report),
    report: file,
    sarif: inputs.sarifFile === undefined ? '' : resolve(inputs.sarifFile),
    changelog: truncateMarkdown(texts.changelog, maxOutputLength, '… and more.'),
  });
  addSummary(environment, (maxCharacters) => {
    const findings = summaryOf(located, maxCharacters - 100, files);
    return `${findings}${foldedTexts(texts, maxCharacters - 100 - findings.length)}`;
  });
}

/** Without the findings that were there before the change. */
const withoutExisting = (report: Report): Report => ({
  ...report,
  connectors: report.connectors.map((connector) => ({
    ...connector,
    findings: connector.findings.filter(({ existing }) => !existing),
  })),
});

/** The largest of the changes; '' if nothing was compared. */
const largestVerdict = ({ connectors }: Report): string =>
  updateSizes.findLast((size) => connectors.some(({ verdict }) => verdict === size)) ?? '';

const summaryOf = (report: Report, limit: number, files: string | undefined): string =>
  report.connectors.length === 0
    ? '**No connector changed, so there was nothing to check.**\n'
    : toMarkdown(report, { limit, files });
