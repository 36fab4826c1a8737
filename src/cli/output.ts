import { format, type FormatName } from '../report/format.ts';
import type { View } from '../report/pretty.ts';
import type { Report } from '../report/report.ts';
import { errorMessage, UserError } from '../shared/user-error.ts';
import { explainableRules, pageText } from '../workspace/validate-checkout.ts';
import { writeOutput } from '../workspace/write-output.ts';
import { hasColors, linksOf, reportWidth } from './terminal.ts';

/**
 * Parts of a text. A string is an `Iterable<string>` too, of its characters, and passing one would
 * write it character by character: `object` rules that out.
 */
type Parts = Iterable<string> & object;

/** Each write takes a turn of the event loop, so small parts are joined up to this many characters. */
const minPartLength = 1 << 18;

function* joinParts(parts: Parts): Iterable<string> {
  let joined = '';
  for (const part of parts) {
    joined += part;
    if (joined.length < minPartLength) continue;
    yield joined;
    joined = '';
  }
  yield joined;
}

/**
 * Writes to the file `output`, or to stdout if it is undefined.
 * @throws UserError if the file cannot be written
 */
export async function write(parts: Parts, output: string | undefined): Promise<void> {
  if (output === undefined) return print(joinParts(parts));
  try {
    await writeOutput(output, joinParts(parts));
  } catch (error) {
    throw new UserError(`${output} could not be written: ${errorMessage(error)}`);
  }
}

/**
 * Writes a report in a format to the file `output`, or to stdout if it is undefined.
 * @throws UserError if the file cannot be written
 */
export async function writeReport(
  report: Report,
  { format: name, output }: { format: FormatName; output: string | undefined },
  view?: View,
): Promise<void> {
  const parts = await format(report, name, {
    color: hasColors(output),
    width: reportWidth(),
    rules: explainableRules,
    pageText,
    links: linksOf(output),
    ...(view && { view }),
  });
  await write(parts, output);
}

/**
 * Says how many entries of a file were imported, and which were refused and why.
 * @returns the exit status
 */
export async function printImport({
  added,
  existing,
  refused,
}: {
  added: number;
  existing: number;
  refused: readonly string[];
}): Promise<number> {
  for (const line of refused) console.error(line);
  await print([`${added} imported, ${existing} known before, ${refused.length} refused\n`]);
  return refused.length > 0 ? 1 : 0;
}

/**
 * Writes to stdout and waits until all is written: a pipe accepts only so much at a time, and the
 * process must not end before the rest.
 */
export async function print(parts: Parts): Promise<void> {
  for (const part of parts)
    await new Promise<void>((resolve, reject) =>
      process.stdout.write(part, (error) => (error ? reject(error) : resolve())),
    );
}
