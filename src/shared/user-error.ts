/**
 * A command cannot run because of its arguments, its input or the machine. The message is one line
 * that says what to do; entry points print it and exit 2.
 */
export class UserError extends Error {}

/** The message of anything that was thrown. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
