import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** The environment of a step, as GitHub's runner sets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** GitHub drops a summary of more bytes as a whole. */
const mostSummary = 1024 * 1024;
/**
 * GitHub refuses outputs of a job that have more bytes all together; a value of an output that is a
 * text stays far below.
 */
export const maxOutput = 100_000;

/** Sets outputs of the step. What ends a value is random, so that no value can end itself. */
export function setOutputs(
  { GITHUB_OUTPUT: file }: Environment,
  outputs: Readonly<Record<string, string>>,
): void {
  if (file === undefined || file === '') return;
  for (const [name, value] of Object.entries(outputs)) {
    const end = `gatehouse-${randomUUID()}`;
    appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
  }
}

/**
 * Adds to the summary of the job: the longest of the texts that `write` gives for a number of
 * characters, so that GitHub takes it.
 */
export function addSummary(
  { GITHUB_STEP_SUMMARY: file }: Environment,
  write: (characters: number) => string,
): void {
  if (file === undefined || file === '') return;
  const whole = write(mostSummary);
  // A UTF-16 unit takes three bytes at most.
  appendFileSync(
    file,
    Buffer.byteLength(whole) < mostSummary ? whole : write(Math.floor(mostSummary / 3)),
  );
}

/** A text of others' making for the log: the runner takes nothing in it for a command. */
export function inert(text: string): string {
  const token = randomUUID();
  return `::stop-commands::${token}\n${text.endsWith('\n') || text === '' ? text : `${text}\n`}::${token}::\n`;
}
