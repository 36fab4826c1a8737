import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../docs/decisions');
const files = readdirSync(folder).filter((name) => /^\d{4}-.*\.md$/.test(name));
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** The records that a sentence beginning with a phrase links to. */
function linksAfter(phrase: RegExp, text: string): string[] {
  const sentences = text.split('\n').filter((line) => phrase.test(line));
  return sentences.flatMap((line) =>
    Array.from(line.matchAll(/\]\((\d{4}-[\w-]+\.md)\)/g), (match) => match[1] ?? ''),
  );
}

describe('decision records', () => {
  test.each(files)('%s has a number, a status and a date', (file) => {
    const number = Number(file.slice(0, 4));
    expect(textOf(file)).toMatch(
      new RegExp(
        `^# ${number}\\. .+\\n\\n- Status: (?:accepted|superseded)\\n- Date: 20\\d\\d-\\d\\d-\\d\\d\\n`,
      ),
    );
  });

  test('what supersedes and what is superseded say so both', () => {
    const pairs = (phrase: RegExp, forwards: boolean): string[] =>
      files.flatMap((file) =>
        linksAfter(phrase, textOf(file)).map((other) =>
          forwards ? `${file} by ${other}` : `${other} by ${file}`,
        ),
      );
    const superseded = pairs(/^\*\*Superseded/, true).toSorted();
    expect(superseded.length).toBeGreaterThan(0);
    expect(pairs(/^Supersedes/, false).toSorted()).toEqual(superseded);
  });

  test('the index lists them all, with their titles', () => {
    const index = textOf('README.md');
    for (const file of files) {
      const [, title = ''] = /^# (.+)$/m.exec(textOf(file)) ?? [];
      expect(index).toContain(`[${title}](${file})`);
    }
  });
});
