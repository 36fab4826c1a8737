import { once } from 'node:events';
import type { Server } from 'node:http';
import { UserError, errorMessage } from '../shared/user-error.ts';

/** @throws UserError if the server cannot listen there */
export async function listen(server: Server, port: number, host = 'localhost'): Promise<void> {
  try {
    server.listen({ port, host });
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new UserError(
        `Port ${port} is in use by another process. End that process, or set PORT to another port.`,
      );
    if (code === 'EACCES')
      throw new UserError(`This user may not listen on port ${port}. Set PORT to 1024 or higher.`);
    throw new UserError(
      `Gatehouse cannot listen on ${host}:${port}: ${errorMessage(error)}. Check HOST and PORT.`,
    );
  }
}

/** The address of a server for a person on the same machine. */
export const localAddress = (port: number, host = 'localhost'): string => {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
};
