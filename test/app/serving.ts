import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../support/cli.ts';
import type { TestApp } from './test-app.ts';

/** `gatehouse serve` in a process of its own, with what it writes. It works in an empty folder. */
export class Serving {
  readonly #child;
  /** The folder, which is deleted when the process has ended. */
  readonly folder = mkdtempSync(join(tmpdir(), 'gatehouse-start-'));
  readonly exited: Promise<unknown[]>;
  out = '';
  err = '';

  /** @param program the command line as it is built, unless a test has another one */
  constructor(at: TestApp, more: Record<string, string | undefined> = {}, program = cli) {
    this.#child = spawn(process.execPath, [program, 'serve'], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, ...at.env, LOG_LEVEL: 'info', ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.#child, 'close').finally(() =>
      rmSync(this.folder, { recursive: true, force: true }),
    );
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text));
  }

  /** The status and stderr of a process that ends by itself. */
  async result(): Promise<{ status: unknown; err: string }> {
    const [status] = await this.exited;
    return { status, err: this.err };
  }

  /** Waits until a line of the log contains a text. */
  async logged(text: string): Promise<Record<string, unknown>> {
    const find = (): string | undefined => this.lines.find((line) => line.includes(text));
    while (find() === undefined) {
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.out} ${this.err}`);
      await once(this.#child.stdout, 'data');
    }
    return JSON.parse(find() ?? '');
  }

  get lines(): string[] {
    return this.out.split('\n').filter((line) => line !== '');
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.exited;
  }
}
