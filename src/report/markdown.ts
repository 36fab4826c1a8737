import { maskFormattedSecrets } from '../secrets/mask.ts';
import { isNewError, shownPlace } from '../shared/finding.ts';
import { groupMessages, itemsOf, type MessageGroup } from '../shared/group-messages.ts';
import { messageParts } from '../shared/message-parts.ts';
import { pageOf, runsAs } from '../shared/project.ts';
import { groupFindings, positionsOf, type FindingGroup } from './group-findings.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import {
  blockingOf,
  blocksCertification,
  codeOf,
  count,
  formatTally,
  formatNumber,
  severities,
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
/** Of the remaining findings, and of a list after "Also", this many are named. */
const maxNamed = 20;
/** More findings have a table of their rules, and the findings of each rule are folded. */
const maxUnfolded = 5;
/** Rows of a table of rules. */
const maxRows = 50;

interface Presentation {
  /** The most characters of the result. */
  limit?: number;
  /**
   * The address of the files that were checked, at their commit, such as
   * `https://github.com/contoso/connectors/blob/c0ffee5`. Without it nothing links to lines.
   */
  files?: string | undefined;
  /** Whether `/fix` in a comment applies the fixes. */
  canReplyFix?: boolean;
}

/**
 * Renders a report for a comment on a pull request or for the summary of a job. The first line says
 * how many errors there are. A table lists the rules with errors, and a section for each of them has
 * the places; warnings, notes and existing findings are folded. The result has at most `limit`
 * characters, and its last line says how many findings did not fit. Text of a connector cannot
 * mention anyone, link, close an issue or leave its code span.
 */
export function toMarkdown(
  { connectors }: Report,
  { limit = maxCommentLength, files, canReplyFix = false }: Presentation = {},
): string {
  const all = connectors.flatMap(({ findings }) => findings);
  const counts = tally(all.filter(({ existing }) => !existing));
  const existingCounts = tally(all.filter(({ existing }) => existing));

  const page = new Page(limit - 200);
  page.put(`${headline(counts.error, total(existingCounts) > 0, connectors)}\n`);
  page.put(fixSentence(connectors, canReplyFix));
  const sections = new Sections(page, connectors, files);
  sections.write(isNewError, counts.error);
  sections.fold(
    { ...counts, error: 0 },
    '',
    ({ existing, severity }) => !existing && severity !== 'error',
  );
  sections.fold(existingCounts, 'Existing: ', ({ existing }) => existing);
  return page.end();
}

/** How to apply the fixes, or '' if there are none. */
function fixSentence(connectors: readonly ConnectorReport[], canReplyFix: boolean): string {
  const fixable = connectors.flatMap(({ findings }) => findings.filter(isFixable)).length;
  if (fixable === 0) return '';
  const [first, ...others] = connectors;
  // People paste the command into a shell, so a path with other characters is left out.
  const path =
    first && others.length === 0 && /^[\w.][\w./ -]*$/.test(first.path) ? ` "${first.path}"` : '';
  const command = `\`${runsAs} check${path} --fix\``;
  return canReplyFix
    ? `\n${count(fixable, 'finding')} can be fixed for you: reply \`/fix\`. On your machine: ` +
        `${command}\n`
    : `\n${count(fixable, 'finding')} can be fixed automatically: ${command}\n`;
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
  const rules = new Set(
    connectors.flatMap(({ findings }) => findings.filter(isNewError).map(({ rule }) => rule)),
  ).size;
  const errorCount = errors === 0 ? `No ${noun}s` : countErrors(errors, rules, noun);
  const connectorCount = count(connectors.length, 'connector');
  if (isSingle) {
    const isUpdate = first.verdict !== undefined && first.verdict !== 'none';
    return `**${errorCount}${isUpdate ? ` in this ${first.verdict} update` : ''}.**`;
  }
  if (errors === 0) return `**${errorCount} in ${connectorCount}.**`;
  const failing = connectors.filter(({ findings }) => findings.some(isNewError));
  return `**${errorCount} in ${formatNumber(failing.length)} of ${connectorCount}.**`;
}

/** "1 error", "2 errors", "46 errors of 6 kinds": a kind is what one rule finds. */
export const countErrors = (errors: number, rules: number, noun = 'error'): string =>
  `${count(errors, noun)}${rules > 1 ? ` of ${formatNumber(rules)} kinds` : ''}`;

type Filter = (finding: ReportedFinding) => boolean;

/** Writes the findings of connectors to a page. */
class Sections {
  readonly #page: Page;
  readonly #connectors: readonly ConnectorReport[];
  readonly #files: string | undefined;

  constructor(page: Page, connectors: readonly ConnectorReport[], files: string | undefined) {
    this.#page = page;
    this.#connectors = connectors;
    this.#files = files;
  }

  /** A folded section with all findings that pass a filter. */
  fold(counts: Tally, label: string, filter: Filter): void {
    if (total(counts) === 0) return;
    const found = this.#connectors.flatMap(({ findings }) => findings.filter(filter));
    this.#page.open(
      `\n<details><summary>${label}${formatTally(counts)}, ${blockingOf(found)}</summary>\n`,
      '\n</details>\n',
    );
    this.write(filter, total(counts));
    this.#page.close();
  }

  /**
   * The findings that pass a filter. If they are many, first a table of their rules.
   * @param number how many they are
   */
  write(filter: Filter, number: number): void {
    const folded = number > maxUnfolded;
    const isSingle = this.#connectors.length === 1;
    if (folded) this.#table(filter);
    for (const connector of this.#connectors) {
      const groups = groupFindings(connector.findings.filter(filter));
      if (groups.length === 0) continue;
      // The table or the headline names the only connector.
      if (!isSingle || !folded) this.#page.put(`\n### ${codeSpan(connector.path)}\n`);
      if (!folded) this.#page.put('\n');
      for (const group of groups) {
        if (folded)
          this.#page.open(
            `\n<details><summary>${escapeMarkdown(group.rule)}: ` +
              `${formatTally(tally(group.findings))}</summary>\n\n`,
            '\n</details>\n',
          );
        this.#list(connector, group, !folded);
        if (folded) this.#page.close();
      }
    }
  }

  /** The rules: errors first, then those with most findings. Fixes are for new findings only. */
  #table(filter: Filter): void {
    const found = this.#connectors.flatMap((connector) =>
      groupFindings(connector.findings.filter(filter)).map((group) => ({ connector, ...group })),
    );
    const rules = [
      ...Map.groupBy(found, ({ rule, severity }) => `${severity} ${rule}`).values(),
    ].map((groups) => ({
      groups,
      severity: groups[0]?.severity ?? 'note',
      findings: groups.flatMap(({ findings }) => findings),
    }));
    const isMixed = found.some(({ severity }) => severity !== 'error');
    const hasFixes = found.some(({ findings }) => findings.some(isFixable));
    const rows = rules
      .toSorted(
        (a, b) =>
          severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
          b.findings.length - a.findings.length,
      )
      .flatMap(({ groups: [first], findings }) => {
        const place = first?.findings[0];
        if (!first || !place) return [];
        const fixable = findings.filter(isFixable).length;
        return [
          [
            ruleLink(first.rule),
            ...(isMixed ? [first.severity] : []),
            formatNumber(findings.length),
            this.#placeOf(first.connector, place),
            ...(hasFixes ? [fixableCell(fixable, findings.length)] : []),
          ],
        ];
      });
    const counted = isMixed ? ['Severity', 'Findings'] : ['Errors'];
    const head = ['Rule', ...counted, 'First place', ...(hasFixes ? ['Fixable'] : [])];
    const more =
      rows.length > maxRows ? `\nand ${count(rows.length - maxRows, 'other rule')}\n` : '';
    this.#page.put(`\n${markdownTable(head, rows.slice(0, maxRows))}\n${more}`);
  }

  /** @param namesRule whether each finding names its rule */
  #list(connector: ConnectorReport, { rule, findings }: FindingGroup, namesRule: boolean): void {
    const groups = groupMessages(findings, ({ message }) => message);
    const shown = groups.slice(0, maxMessages);
    for (const group of shown) {
      const { first } = group;
      const about = [this.#placeOf(connector, first), ...aboutRule(first, namesRule)].join(' · ');
      this.#page.put(
        `- ${messageToMarkdown(first.message)}${also(group)}<br><sub>${about}</sub>\n`,
        itemsOf(group),
      );
    }
    const rest = groups.slice(maxMessages).flatMap(itemsOf);
    if (rest.length === 0) return;
    const positions = positionsOf(rest, shown.at(-1)?.first.location.file);
    const listed = positions.slice(0, maxNamed);
    const unlisted = positions
      .slice(maxNamed)
      .reduce((sum, position) => sum + position.findings, 0);
    const tail =
      unlisted > 0
        ? ` … and ${formatNumber(unlisted)} that only \`${runsAs} check --format json\` lists`
        : '';
    this.#page.put(
      `- ${formatNumber(rest.length)} more${namesRule ? ` ${escapeMarkdown(rule)}` : ''}: ` +
        `${listed.map(({ text }) => codeSpan(text)).join(', ')}${tail}\n`,
      rest,
    );
  }

  /** The file and the line of a finding, as a link if the address of the files is known. */
  #placeOf({ path }: ConnectorReport, { location }: ReportedFinding): string {
    if (location.file === '') return 'the folder';
    const { file, line } = shownPlace(location);
    const text = `${codeSpan(file)} line ${line}`;
    return this.#files === undefined
      ? text
      : `[${text}](${linePage(this.#files, `${path}/${location.file}`, location.line)})`;
  }
}

/** The rule and the policy code of a finding, its severity and what it blocks. */
function aboutRule(finding: ReportedFinding, namesRule: boolean): string[] {
  const code = codeOf(finding);
  return [
    ...(namesRule && !isNewError(finding) ? [finding.severity] : []),
    ...(namesRule ? [ruleLink(finding.rule)] : []),
    ...(code === undefined ? [] : [code]),
    ...(blocksCertification(finding) ? ['blocks the certification'] : []),
  ];
}

const isFixable = ({ fixable, existing }: ReportedFinding): boolean => fixable && !existing;

function fixableCell(fixable: number, findings: number): string {
  if (fixable === 0) return '';
  return fixable === findings ? 'yes' : `${formatNumber(fixable)} of them`;
}

/** The id of a rule or a kind of change, as a link to the page that explains it. */
export const ruleLink = (id: string): string => `[${escapeMarkdown(id)}](${pageOf(id)})`;

/**
 * The address of a line of a file on GitHub.
 * @param files the address of the files at a commit, as `Presentation.files`
 * @param path from the root of the repository
 */
export const linePage = (files: string, path: string, line: number): string =>
  `${files}/${maskFormattedSecrets(path)
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment.toWellFormed()).replace(
        /[()']/g,
        (character) => `%${character.charCodeAt(0).toString(16)}`,
      ),
    )
    .join('/')}#L${line}`;

/** Names the values for which the same message applies, and their lines if those differ. */
function also({ first, also: others }: MessageGroup<ReportedFinding>): string {
  if (others.length === 0) return '';
  const lineOf = ({ location }: ReportedFinding): string => {
    const { file, line } = shownPlace(location);
    return `${file}:${line}`;
  };
  const more =
    others.length > maxNamed ? ` and ${formatNumber(others.length - maxNamed)} more` : '';
  const named = others.slice(0, maxNamed);
  const [value] = others.map((other) => other.value);
  // The same is true of one name in several places.
  if (others.length > 1 && others.every((other) => other.value === value)) {
    const lines = new Set(named.map(({ item }) => shownPlace(item.location).line));
    return ` Also in ${lines.size === 1 ? 'line' : 'lines'} ${[...lines].join(', ')}${more}.`;
  }
  let at = lineOf(first);
  const values = named.map(({ item, value: name }) => {
    const previous = at;
    at = lineOf(item);
    const { line } = shownPlace(item.location);
    return `${messageToMarkdown(name)}${at === previous ? '' : ` (line ${line})`}`;
  });
  return ` Also ${values.join(', ')}${more}.`;
}

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

/** Lines as a code block that they cannot leave. */
export function fencedCode(lines: readonly string[], language = ''): string {
  const shown = lines.map(visible).join('\n');
  const longest = (shown.match(/`+/g) ?? []).reduce((max, { length }) => Math.max(max, length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
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
  /** How the open sections end, the outermost first. */
  readonly #sections: string[] = [];
  #closingLength = 0;
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
    this.#full ||= this.#text.length + text.length + this.#closingLength > this.#limit;
    if (!this.#full) this.#text += text;
    else for (const { severity } of findings) this.#omitted[severity] += 1;
    return !this.#full;
  }

  /** Begins a section that always ends with `closing`, however much of its content fits. */
  open(text: string, closing: string): void {
    const fits = this.put(text + closing);
    if (fits) this.#text = this.#text.slice(0, -closing.length);
    this.#sections.push(fits ? closing : '');
    this.#closingLength += fits ? closing.length : 0;
  }

  /** Ends the section that was begun last. */
  close(): void {
    const closing = this.#sections.pop() ?? '';
    this.#text += closing;
    this.#closingLength -= closing.length;
  }

  end(): string {
    const omitted = total(this.#omitted);
    if (omitted === 0) return this.#text;
    return (
      `${this.#text}\n**${formatNumber(omitted)} more did not fit here**: ${formatTally(this.#omitted)}. ` +
      `\`${runsAs} check --format json\` lists them all.\n`
    );
  }
}
