import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command that the runner takes from the log of a step. */
export interface Command {
  name: string;
  properties: Record<string, string>;
  message: string;
}

/** What came of a step. */
export interface Step {
  status: number | null;
  /** Everything that it printed. */
  log: string;
  commands: Command[];
  outputs: Record<string, string>;
  summary: string;
}

export interface Running {
  /** The folder of the checkout. */
  workspace: string;
  event?: string;
  payload?: unknown;
  inputs?: Record<string, string>;
  environment?: Record<string, string>;
}

const built = join(import.meta.dirname, '../../action');

/**
 * GitHub's runner, as far as an Action sees it: the built Action in a folder where nothing is
 * installed, environment, event, and the files that it reads afterwards.
 */
export class Runner {
  readonly folder: string;
  readonly #action: string;
  #steps = 0;

  constructor() {
    if (!existsSync(join(built, 'dist/action.js')))
      throw new Error('action/ is not built. Run: npm run build:action');
    this.folder = mkdtempSync(join(tmpdir(), 'gatehouse-action-'));
    this.#action = join(this.folder, '_actions/contoso/gatehouse/v1/action');
    cpSync(built, this.#action, { recursive: true });
  }

  remove = (): void => rmSync(this.folder, { recursive: true, force: true });

  /** Runs the Action as one step of a job. */
  async run({
    workspace,
    event = 'workflow_dispatch',
    payload = {},
    inputs = {},
    environment = {},
  }: Running): Promise<Step> {
    const temporary = join(this.folder, `_temp-${++this.#steps}`);
    mkdirSync(temporary);
    const file = (name: string, text = ''): string => {
      const path = join(temporary, name);
      writeFileSync(path, text);
      return path;
    };
    const [outputs, summary] = [file('set_output'), file('step_summary')];
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [join(this.#action, 'dist/action.js')], {
      cwd: workspace,
      env: {
        PATH,
        HOME,
        NO_COLOR: '1',
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: event,
        GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payload)),
        GITHUB_WORKSPACE: workspace,
        GITHUB_OUTPUT: outputs,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_REPOSITORY: 'contoso/connectors',
        GITHUB_SERVER_URL: 'https://github.example',
        GITHUB_RUN_ID: '17',
        RUNNER_TEMP: temporary,
        ...Object.fromEntries(
          Object.entries(inputs).map(([name, value]) => [
            `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
            value,
          ]),
        ),
        ...environment,
      },
    });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    const status = await new Promise<number | null>((done, fail) =>
      child.on('error', fail).on('close', done),
    );
    const log = Buffer.concat(parts).toString();
    return {
      status,
      log,
      commands: commandsIn(log),
      outputs: outputsIn(readFileSync(outputs, 'utf8')),
      summary: readFileSync(summary, 'utf8'),
    };
  }
}

const known = new Set([
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'add-matcher',
  'echo',
  'set-output',
  'save-state',
  'set-env',
  'add-path',
  'stop-commands',
]);
const unescape = (text: string): string =>
  text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%25', '%');

/**
 * The commands in a log: what the runner's own ActionCommand takes for one, in both of its
 * notations.
 */
function commandsIn(log: string): Command[] {
  const found: Command[] = [];
  let stopped: string | undefined;
  for (const line of log.split(/\r\n|\n|\r/)) {
    const match =
      /^::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line.trimStart()) ??
      /##\[([^\s\]]+)(?:\s+([^\]]*))?\](.*)$/s.exec(line);
    if (!match) continue;
    const [, name = '', properties = '', message = ''] = match;
    if (stopped !== undefined) {
      if (name === stopped) stopped = undefined;
      continue;
    }
    if (!known.has(name)) continue;
    if (name === 'stop-commands') stopped = message;
    else
      found.push({
        name,
        properties: Object.fromEntries(
          properties
            .split(',')
            .filter((pair) => pair.includes('='))
            .map((pair) => [
              pair.slice(0, pair.indexOf('=')),
              unescape(pair.slice(pair.indexOf('=') + 1)),
            ]),
        ),
        message: unescape(message),
      });
  }
  return found;
}

/** The outputs, as the runner reads its file of them. Throws where that would. */
function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line);
    if (!heredoc) throw new Error(`The runner cannot read the output ${line}`);
    const end = lines.indexOf(heredoc[2] ?? '', at + 1);
    if (end < 0) throw new Error(`The output ${line} has no end`);
    outputs[heredoc[1] ?? ''] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}
