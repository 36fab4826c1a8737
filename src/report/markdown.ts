import { groupMessages, type MessageGroup } from '../shared/group-messages.ts';
import { groupFindings, positionsOf } from './group-findings.ts';
import type { ConnectorReport, Report, ReportedFinding } from './report.ts';
import {
  count,
  formatTally,
  formatNumber,
  messageParts,
  tally,
  total,
  visible,
  type Tally,
} from './text.ts';

/**
 * GitHub's limit for a comment and for the summary of a check run, in UTF-16 units: 65,536, with
 * room for a marker.
 */
export const maxCommentLength = 65_000;
/**
 * Of one rule in one connector, so many findings are spelled out; of the others so many positions
 * are named.
 */
const spelledOut = 10;
const named = 20;

/**
 * For a comment on a pull request or the summary of a job: the first line says how much stands in
 * the way, then come the errors with their places; warnings, notes and what was there before are
 * folded. No longer than `limit` characters, and a last line says how many findings had no room.
 * Nothing of a connector can mention, link, close an issue or get out of its code span.
 */
export function toMarkdown(
  { connectors }: Report,
  { limit = maxCommentLength }: { limit?: number } = {},
): string {
  const all = connectors.flatMap(({ findings }) => findings);
  const fresh = all.filter(({ existing }) => !existing);
  const counts = tally(fresh);
  const before = tally(all.filter(({ existing }) => existing));
  const fixable = all.filter((finding) => finding.fixable).length;

  const page = new Page(limit - 200);
  page.put(`${headline(counts.error, connectors)}\n`);
  if (fixable > 0)
    page.put(`\n${count(fixable, 'finding')} can be fixed with \`gatehouse check --fix\`.\n`);
  list(page, connectors, ({ existing, severity }) => !existing && severity === 'error');
  fold(
    page,
    { ...counts, error: 0 },
    '',
    connectors,
    ({ existing, severity }) => !existing && severity !== 'error',
  );
  fold(page, before, 'There before: ', connectors, ({ existing }) => existing);
  return page.end();
}

function headline(errors: number, connectors: readonly ConnectorReport[]): string {
  const broken = connectors.filter(({ findings }) =>
    findings.some(({ existing, severity }) => !existing && severity === 'error'),
  ).length;
  const where =
    connectors.length > 1
      ? `, in ${formatNumber(broken)} of ${count(connectors.length, 'connector')}`
      : '';
  const [only] = connectors;
  if (!only) return '**There was no connector to check.**';
  const verdict = connectors.length === 1 ? only.verdict : undefined;
  if (verdict === 'none' && only.findings.length === 0)
    return '**Nothing changes that has an effect.**';
  const update = verdict === undefined || verdict === 'none' ? '' : ` of this ${verdict} update`;
  if (errors === 0)
    return (
      '**Nothing stands in the ' +
      `way${connectors.length > 1 ? ` of ${count(connectors.length, 'connector')}` : update}.**`
    );
  return (
    `**${count(errors, 'error')} ${errors === 1 ? 'stands' : 'stand'} in the ` +
    `way${update}${where}.**`
  );
}

type Filter = (finding: ReportedFinding) => boolean;

function fold(
  page: Page,
  counts: Tally,
  says: string,
  connectors: readonly ConnectorReport[],
  filter: Filter,
): void {
  if (total(counts) === 0) return;
  page.open(`\n<details><summary>${says}${formatTally(counts)}</summary>\n`, '\n</details>\n');
  list(page, connectors, filter);
  page.close();
}

function list(page: Page, connectors: readonly ConnectorReport[], filter: Filter): void {
  for (const connector of connectors) {
    let heading = `\n### ${codeSpan(connector.path)}\n\n`;
    for (const { rule, findings } of groupFindings(connector.findings.filter(filter))) {
      const groups = groupMessages(findings.map(({ message }) => message));
      const said = groups.slice(0, spelledOut).map((group) => ({
        ...group,
        findings: [group.first, ...group.also.map(({ index }) => index)].flatMap(
          (index) => findings[index] ?? [],
        ),
      }));
      for (const {
        also,
        findings: [finding, ...others],
      } of said) {
        if (!finding) continue;
        const place = `<br><sub>${whereOf(finding)} · ${escapeMarkdown(rule)}</sub>`;
        const fits = page.put(
          `${heading}- ${messageToMarkdown(finding.message)}${likewise(finding, others, also)}${place}\n`,
          [finding, ...others],
        );
        if (fits) heading = '';
      }
      const rest = groups
        .slice(spelledOut)
        .flatMap(({ first, also }) =>
          [first, ...also.map(({ index }) => index)].flatMap((index) => findings[index] ?? []),
        );
      if (rest.length === 0) continue;
      const positions = positionsOf(rest, said.at(-1)?.findings[0]?.location.file);
      const listed = positions.slice(0, named);
      const unlisted = positions.slice(named).reduce((sum, { findings: many }) => sum + many, 0);
      const tail =
        unlisted > 0
          ? ` … and ${formatNumber(unlisted)} that only \`gatehouse check --format json\` lists`
          : '';
      page.put(
        `- ${formatNumber(rest.length)} more ${escapeMarkdown(rule)}: ` +
          `${listed.map(({ text }) => codeSpan(text)).join(', ')}${tail}\n`,
        rest,
      );
    }
  }
}

/**
 * The things of which the same is true as of a finding, and their lines where they stand on others.
 */
function likewise(
  { location }: ReportedFinding,
  others: readonly ReportedFinding[],
  also: MessageGroup['also'],
): string {
  if (also.length === 0) return '';
  let at = `${location.file}:${location.line}`;
  const things = also.slice(0, named).map(({ value }, index) => {
    const other = others[index]?.location ?? location;
    const before = at;
    at = `${other.file}:${other.line}`;
    return `${messageToMarkdown(value)}${at === before ? '' : ` (line ${other.line})`}`;
  });
  return (
    ' Likewise ' +
    `${things.join(', ')}${also.length > named ? ` and ${formatNumber(also.length - named)} more` : ''}.`
  );
}

const whereOf = ({ location, severity, existing }: ReportedFinding): string => {
  const where =
    location.file === ''
      ? 'the folder'
      : `${codeSpan(location.file)} line ${location.line}, column ${location.column}`;
  return severity === 'error' && !existing ? where : `${where} · ${severity}`;
};

/**
 * A message with its values as code spans and its own words as nothing but words. That a note asks
 * for nothing need not be said again and again.
 */
export const messageToMarkdown = (message: string): string =>
  messageParts(message.replace(/ Nothing is to be done\.$/, ''))
    .map((part) => (part.quoted ? codeSpan(part.text) : escapeMarkdown(part.text)))
    .join('');

/**
 * Our own words, as they are: no emphasis, link, mention or reference to an issue comes of them,
 * nor of an address that somebody puts among them.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\`*_[\]<>&~|]/g, '\\$&')
    .replace(/(?<=[@#])(?=\w)|(?<=:)(?=\/\/)|(?<=www)(?=\.)/gi, '\u200b');

/**
 * A hostile text as a code span that nothing gets out of: one line, between more backticks than
 * stand in it. GitHub neither mentions nor links what is in a code span.
 */
export function codeSpan(text: string): string {
  const line = visible(text);
  const longest = (line.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  const fence = '`'.repeat(longest + 1);
  const space = line === '' || /^`|`$|^ .*[^ ].* $/.test(line) ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/**
 * Markdown that was cut at the end of a line to a length, and says so: within a line, a code span
 * might lose its end.
 */
export function truncateMarkdown(text: string, most: number, says: string): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf('\n', most - says.length - 2);
  return end <= 0 ? says : `${text.slice(0, end)}\n\n${says}`;
}

/** A text that is no longer than a limit, and knows what had no room in it. */
class Page {
  readonly #limit: number;
  #text = '';
  #closing = '';
  #full = false;
  readonly #left = tally([]);

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Whether it had room. After the first that had none, nothing has: what is left out is the end,
   * not a choice.
   */
  put(text: string, findings: readonly ReportedFinding[] = []): boolean {
    this.#full ||= this.#text.length + text.length + this.#closing.length > this.#limit;
    if (!this.#full) this.#text += text;
    else for (const { severity } of findings) this.#left[severity] += 1;
    return !this.#full;
  }

  /** Begins a part that ends with `closing`, whatever has room in it. */
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
    const left = total(this.#left);
    if (left === 0) return this.#text;
    return (
      `${this.#text}\n**${formatNumber(left)} more had no room here**: ${formatTally(this.#left)}. ` +
      `\`gatehouse check\` lists them all.\n`
    );
  }
}
