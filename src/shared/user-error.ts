/**
 * Something that keeps the command from running at all: bad arguments, unreadable input. Its
 * message is one line that says what to do.
 */
export class UserError extends Error {}

/** What was thrown, in its own words. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);
