import { isNewError, shownPlace } from '../shared/finding.ts';
import { groupMessages, itemsOf, type MessageGroup } from '../shared/group-messages.ts';
import { messageParts } from '../shared/message-parts.ts';
import { runsAs } from '../shared/project.ts';
import { groupFindings, positionsOf } from './group-findings.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import {
  blockingOf,
  blocksCertification,
  codeOf,
  count,
  formatTally,
  formatNumber,
  tally,
  total,
  visible,
  type Tally,
} from './text.ts';

/**
 * In UTF-16 units. GitHub's limit for a comment and for the summary of a check run is 65,536; the
 * rest is reserved for a marker.
 */
export const maxCommentLength = 65_000;
/** For one rule in one connector, this many messages are written in full. */
const maxMessages = 10;
/** Of the remaining findings, and of a list after "Likewise", this many are named. */
const maxNamed = 20;

/**
 * Renders a report for a comment on a pull request or for the summary of a job. The first line says
 * how many errors there are, then come the errors with their locations; warnings, notes and existing
 * findings are folded. The result has at most `limit` characters, and its last line says how many
 * findings did not fit. Text of a connector cannot mention anyone, link, close an issue or leave its
 * code span.
 */
export function toMarkdown(
  { connectors }: Report,
  { limit = maxCommentLength }: { limit?: number } = {},
): string {
  const all = connectors.flatMap(({ findings }) => findings);
  const counts = tally(all.filter(({ existing }) => !existing));
  const existingCounts = tally(all.filter(({ existing }) => existing));
  const fixable = all.filter((finding) => finding.fixable).length;

  const page = new Page(limit - 200);
  page.put(`${headline(counts.error, total(existingCounts) > 0, connectors)}\n`);
  if (fixable > 0)
    page.put(`\n${count(fixable, 'finding')} can be fixed with \`${runsAs} check --fix\`.\n`);
  list(page, connectors, isNewError);
  fold(
    page,
    { ...counts, error: 0 },
    '',
    connectors,
    ({ existing, severity }) => !existing && severity !== 'error',
  );
  fold(page, existingCounts, 'Existing: ', connectors, ({ existing }) => existing);
  return page.end();
}

/** @param errors the number of new errors */
function headline(
  errors: number,
  hasExisting: boolean,
  connectors: readonly ConnectorReport[],
): string {
  const [first, ...others] = connectors;
  if (!first) return '**No connectors to check.**';
  const isSingle = others.length === 0;
  if (isSingle && first.verdict === 'none' && first.findings.length === 0)
    return '**No changes that have an effect.**';
  const noun = hasExisting ? 'new error' : 'error';
  const errorCount = errors === 0 ? `No ${noun}s` : count(errors, noun);
  const connectorCount = count(connectors.length, 'connector');
  if (isSingle) {
    const isUpdate = first.verdict !== undefined && first.verdict !== 'none';
    return `**${errorCount}${isUpdate ? ` in this ${first.verdict} update` : ''}.**`;
  }
  if (errors === 0) return `**${errorCount} in ${connectorCount}.**`;
  const failing = connectors.filter(({ findings }) => findings.some(isNewError));
  return `**${errorCount} in ${formatNumber(failing.length)} of ${connectorCount}.**`;
}

type Filter = (finding: ReportedFinding) => boolean;

function fold(
  page: Page,
  counts: Tally,
  label: string,
  connectors: readonly ConnectorReport[],
  filter: Filter,
): void {
  if (total(counts) === 0) return;
  const blocking = blockingOf(connectors.flatMap(({ findings }) => findings.filter(filter)));
  page.open(
    `\n<details><summary>${label}${formatTally(counts)}, ${blocking}</summary>\n`,
    '\n</details>\n',
  );
  list(page, connectors, filter);
  page.close();
}

function list(page: Page, connectors: readonly ConnectorReport[], filter: Filter): void {
  for (const connector of connectors) {
    let heading = `\n### ${codeSpan(connector.path)}\n\n`;
    for (const { rule, findings } of groupFindings(connector.findings.filter(filter))) {
      const groups = groupMessages(findings, ({ message }) => message);
      const shown = groups.slice(0, maxMessages);
      for (const group of shown) {
        const { first } = group;
        const location = `<br><sub>${[whereOf(first), ...ruleOf(first)].join(' · ')}</sub>`;
        const fits = page.put(
          `${heading}- ${messageToMarkdown(first.message)}${likewise(group)}${location}\n`,
          itemsOf(group),
        );
        if (fits) heading = '';
      }
      const rest = groups.slice(maxMessages).flatMap(itemsOf);
      if (rest.length === 0) continue;
      const positions = positionsOf(rest, shown.at(-1)?.first.location.file);
      const listed = positions.slice(0, maxNamed);
      const unlisted = positions
        .slice(maxNamed)
        .reduce((sum, position) => sum + position.findings, 0);
      const tail =
        unlisted > 0
          ? ` … and ${formatNumber(unlisted)} that only \`${runsAs} check --format json\` lists`
          : '';
      page.put(
        `- ${formatNumber(rest.length)} more ${escapeMarkdown(rule)}: ` +
          `${listed.map(({ text }) => codeSpan(text)).join(', ')}${tail}\n`,
        rest,
      );
    }
  }
}

/** Names the values for which the same message applies, and their lines if those differ. */
function likewise({ first, also }: MessageGroup<ReportedFinding>): string {
  if (also.length === 0) return '';
  const lineOf = ({ location }: ReportedFinding): string => {
    const { file, line } = shownPlace(location);
    return `${file}:${line}`;
  };
  let at = lineOf(first);
  const values = also.slice(0, maxNamed).map(({ item, value }) => {
    const previous = at;
    at = lineOf(item);
    const { line } = shownPlace(item.location);
    return `${messageToMarkdown(value)}${at === previous ? '' : ` (line ${line})`}`;
  });
  return (
    ' Likewise ' +
    `${values.join(', ')}${also.length > maxNamed ? ` and ${formatNumber(also.length - maxNamed)} more` : ''}.`
  );
}

const whereOf = (finding: ReportedFinding): string => {
  const { location, severity } = finding;
  const { file, line, column } = shownPlace(location);
  const where = file === '' ? 'the folder' : `${codeSpan(file)} line ${line}, column ${column}`;
  return isNewError(finding) ? where : `${where} · ${severity}`;
};

/** The rule and the policy code of a finding, and whether it blocks the certification. */
const ruleOf = (finding: ReportedFinding): string[] => {
  const code = codeOf(finding);
  return [
    escapeMarkdown(finding.rule),
    ...(code === undefined ? [] : [code]),
    ...(blocksCertification(finding) ? ['blocks the certification'] : []),
  ];
};

/**
 * A message (see `safe`) as Markdown: values become code spans, everything else is escaped. Drops
 * the sentence that a note needs no action, which would repeat in every line.
 */
export const messageToMarkdown = (message: string): string =>
  messageParts(visible(message.replace(/ No action needed\.$/, '')))
    .map((part) => (part.quoted ? codeSpan(part.text) : escapeMarkdown(part.text)))
    .join('');

/** Escapes text so that it cannot make emphasis, a link, a mention or a reference to an issue. */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>&~|]/g, '\\$&')
    .replace(/(?<=[@#])(?=\w)|(?<=:)(?=\/\/)|(?<=www)(?=\.)/gi, '\u200b');

/**
 * Untrusted text as a code span that it cannot leave: one line, enclosed in more backticks than it
 * contains. GitHub neither mentions nor links what is in a code span.
 */
export function codeSpan(text: string): string {
  const line = visible(text);
  const longest = (line.match(/`+/g) ?? []).reduce((max, { length }) => Math.max(max, length), 0);
  const fence = '`'.repeat(longest + 1);
  const space = line === '' || /^`|`$|^ .*[^ ].* $/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/**
 * Cuts Markdown to `maxLength` characters and ends it with `notice`. Cuts at the end of a line,
 * because a cut inside a line could leave a code span open.
 */
export function truncateMarkdown(text: string, maxLength: number, notice: string): string {
  if (text.length <= maxLength) return text;
  const end = text.lastIndexOf('\n', maxLength - notice.length - 2);
  return end <= 0 ? notice : `${text.slice(0, end)}\n\n${notice}`;
}

/**
 * Writes a table. Head and cells are Markdown; a line break or `|` in a cell cannot end it.
 * @param numbersFrom columns from this index on are aligned right
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom = head.length,
): string {
  const rule = head.map((_, column) => (column < numbersFrom ? '---' : '---:'));
  return [head.map(tableCell), rule, ...rows.map((row) => row.map(tableCell))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Puts Markdown on one line and escapes each `|` that is not escaped yet. */
export const tableCell = (markdown: string): string =>
  markdown
    .replace(/\r\n|\r|\n/g, ' ')
    .replace(/\\[^]|\|/g, (match) => (match === '|' ? '\\|' : match));

/** A section that is folded until the reader opens it. Both arguments are Markdown. */
export const details = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>\n\n${content.trim()}\n\n</details>`;

/** An unordered list; each item is Markdown. */
export const bulletList = (items: readonly string[]): string =>
  items.map((item) => `- ${item}`).join('\n');

/** An ordered list; each item is Markdown. */
export const numberedList = (items: readonly string[]): string =>
  items.map((item, index) => `${index + 1}. ${item}`).join('\n');

/** A text with a maximum length that counts the findings that did not fit. */
class Page {
  readonly #limit: number;
  #text = '';
  #closing = '';
  #full = false;
  readonly #omitted = tally([]);

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Appends text if it fits, and returns whether it did. After the first text that does not fit
   * nothing fits any more, so that only the end is missing.
   */
  put(text: string, findings: readonly ReportedFinding[] = []): boolean {
    this.#full ||= this.#text.length + text.length + this.#closing.length > this.#limit;
    if (!this.#full) this.#text += text;
    else for (const { severity } of findings) this.#omitted[severity] += 1;
    return !this.#full;
  }

  /** Begins a section that always ends with `closing`, however much of its content fits. */
  open(text: string, closing: string): void {
    if (this.put(text + closing)) {
      this.#text = this.#text.slice(0, -closing.length);
      this.#closing = closing;
    }
  }

  close(): void {
    this.#text += this.#closing;
    this.#closing = '';
  }

  end(): string {
    const omitted = total(this.#omitted);
    if (omitted === 0) return this.#text;
    return (
      `${this.#text}\n**${formatNumber(omitted)} more did not fit here**: ${formatTally(this.#omitted)}. ` +
      `\`${runsAs} check\` lists them all.\n`
    );
  }
}
