import type { TerminalLinks } from '../report/links.ts';
import { noLinks } from '../report/links.ts';

/** Whether a variable asks for something: it is there, and neither empty nor "0" or "false". */
const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false';

/**
 * Whether a text that goes to the file `output`, or else to stdout, has colors. `FORCE_COLOR` turns
 * them on, for `less -R` and logs of continuous integration, and `NO_COLOR` off.
 */
export function hasColors(output: string | undefined, env = process.env): boolean {
  if (output !== undefined || isSet(env.NO_COLOR)) return false;
  if (env.FORCE_COLOR !== undefined) return isSet(env.FORCE_COLOR) || env.FORCE_COLOR === '';
  return process.stdout.isTTY && process.stdout.hasColors();
}

/** Columns for a report: those of the terminal, within limits that stay readable. */
export const reportWidth = (): number =>
  Math.min(120, Math.max(60, process.stdout.isTTY ? process.stdout.columns : 80));

/**
 * The links that the terminal of stdout shows. Terminals do not answer that question, so those that
 * are known to show them are recognized by their environment. `FORCE_HYPERLINK` decides otherwise.
 */
export function linksOf(output: string | undefined, env = process.env): TerminalLinks {
  const isTerminal = output === undefined && process.stdout.isTTY;
  const pages =
    env.FORCE_HYPERLINK === undefined
      ? isTerminal && hasColors(output, env) && showsLinks(env)
      : output === undefined && isSet(env.FORCE_HYPERLINK);
  if (!pages) return noLinks;
  // VS Code opens `path:line:column` at the line; a link to a file has no line.
  return { pages, filesFrom: env.TERM_PROGRAM === 'vscode' ? undefined : process.cwd() };
}

const showsLinks = ({
  CI,
  TERM = '',
  TERM_PROGRAM = '',
  VTE_VERSION,
  WT_SESSION,
  KONSOLE_VERSION,
}: NodeJS.ProcessEnv): boolean =>
  CI === undefined &&
  (['iTerm.app', 'WezTerm', 'vscode', 'ghostty', 'Hyper', 'Tabby', 'rio'].includes(TERM_PROGRAM) ||
    /^(?:xterm-kitty|xterm-ghostty|alacritty|foot)/.test(TERM) ||
    WT_SESSION !== undefined ||
    KONSOLE_VERSION !== undefined ||
    Number(VTE_VERSION) >= 5000);
