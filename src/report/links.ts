import { pageOf } from '../shared/project.ts';

/** Which links a terminal can show (OSC 8), as text that leads somewhere. */
export interface TerminalLinks {
  /** Whether rules link to their pages. */
  pages: boolean;
  /** The absolute path of the working directory if places link to files, else undefined. */
  filesFrom: string | undefined;
}

export const noLinks: TerminalLinks = { pages: false, filesFrom: undefined };

/** A text that links to an address. Both must be free of control characters. */
const link = (text: string, address: string): string =>
  `\u001b]8;;${address}\u001b\\${text}\u001b]8;;\u001b\\`;

/** The name of a rule, with a link to its page. */
export const ruleLink = (rule: string, text: string, { pages }: TerminalLinks): string =>
  pages ? link(text, pageOf(rule)) : text;

/**
 * The place of a finding, with a link to the file.
 * @param path from the working directory, or absolute
 */
export function fileLink(path: string, text: string, { filesFrom }: TerminalLinks): string {
  if (filesFrom === undefined) return text;
  const isAbsolute = /^(?:\/|[A-Za-z]:)/.test(path);
  const full = `${isAbsolute ? '' : `${filesFrom}/`}${path}`.replaceAll('\\', '/');
  const steps = full.split('/').map((step, index) =>
    // The letter of a drive keeps its colon.
    index === 0 && /^[A-Za-z]:$/.test(step) ? `/${step}` : encodeURIComponent(step.toWellFormed()),
  );
  return link(text, `file://${steps.join('/')}`);
}

/**
 * The label of a link. Where the terminal has no links, an address on the web follows it; a path
 * leads nowhere from a terminal.
 */
export function webLink(label: string, address: string, { pages }: TerminalLinks): string {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(address)) return label;
  if (pages) return link(label, address);
  return label === address ? label : `${label} (${address})`;
}
