import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cli } from '../support/cli.ts';
import { urlOf, type TestApp } from './test-app.ts';

/** `gatehouse serve` in a child process, as an operator runs it. */
export interface ServerProcess {
  child: ChildProcess;
  /** Ends the process with SIGKILL. */
  kill(): Promise<void>;
  /** Ends the process with SIGTERM, as container platforms do. @returns the exit status */
  end(): Promise<number | null>;
}

/** Starts the process, and waits until `/readyz` is 200 or the process has ended. */
export async function serveInProcess(
  at: TestApp,
  args: string[] = [],
  more: Record<string, string> = {},
): Promise<ServerProcess> {
  const port = more.PORT ?? at.env.PORT ?? '';
  const child = spawn(process.execPath, [cli, 'serve', ...args], {
    env: { PATH: process.env.PATH ?? '', ...at.env, ...more },
    stdio: ['ignore', process.env.SHOW_LOG ? 'inherit' : 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  for (;;) {
    const isReady = await fetch(urlOf({ ...at, env: { ...at.env, PORT: port } }, '/readyz')).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) break;
    if (hasExited()) break; // the test killed it, or fails because it did not start
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!hasExited()) child.kill(signal);
    if (!hasExited()) await exited;
    return child.exitCode;
  };
  return { child, kill: async () => void (await stop('SIGKILL')), end: () => stop('SIGTERM') };
}
