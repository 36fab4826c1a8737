import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cli } from '../support/cli.ts';
import { address, type Scene } from './harness.ts';

/** `gatehouse serve` in a process of its own, as an operator runs it. */
export interface Served {
  child: ChildProcess;
  /** As the system would: no goodbye. */
  kill(): Promise<void>;
  /** As a container platform does. @returns the exit status */
  end(): Promise<number | null>;
}

/** Starts it, and waits until it says that it is well. */
export async function serveApart(
  at: Scene,
  args: string[] = [],
  more: Record<string, string> = {},
): Promise<Served> {
  const port = more.PORT ?? at.env.PORT ?? '';
  const child = spawn(process.execPath, [cli, 'serve', ...args], {
    env: { PATH: process.env.PATH ?? '', ...at.env, ...more },
    stdio: ['ignore', process.env.SHOW_LOG ? 'inherit' : 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  for (;;) {
    const well = await fetch(address({ ...at, env: { ...at.env, PORT: port } }, '/healthz')).then(
      ({ ok }) => ok,
      () => false,
    );
    if (well) break;
    if (gone()) break; // killed by the test, or it could not start: what follows tells
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!gone()) child.kill(signal);
    if (!gone()) await exited;
    return child.exitCode;
  };
  return { child, kill: async () => void (await stop('SIGKILL')), end: () => stop('SIGTERM') };
}
