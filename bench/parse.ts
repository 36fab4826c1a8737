/**
 * Prints how many milliseconds it takes to get from the bytes to the values of the files whose
 * paths stand on standard input: decoding and `JSON.parse`, once, in a fresh process, as a program
 * that reads them has to. Reading from the disk is not counted.
 */
import { readFileSync } from 'node:fs';

const files = readFileSync(0, 'utf8')
  .split('\n')
  .map((path) => readFileSync(path));
const decoder = new TextDecoder();
const started = performance.now();
for (const bytes of files) {
  try {
    JSON.parse(decoder.decode(bytes));
  } catch {
    // Some accepted definitions are no strict JSON; it took its time up to there.
  }
}
console.log(performance.now() - started);
