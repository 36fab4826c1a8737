import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

const src = join(import.meta.dirname, '../../src');

/** Words that comments and messages do not use, each with what to write in its place. */
const words: readonly [pattern: RegExp, instead: string][] = [
  [/\banew\b/i, 'again'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\bin small letters\b/i, 'in lower case'],
  [/\bso (?:many|often)\b/i, 'at most N, this many times, …'],
  [/\b(?:somebody|whoever)\b/i, 'someone, the person who …, or the role'],
  [/(?<!\bthere )\bis no (?!longer|more than|less than)/i, 'is not a ("there is no" is fine)'],
  [/\blapses?\b/i, 'syntax issue'],
  [/\b(?:hallway|rooms?|doors?) (?:of|that|above|below)\b/i, 'layer, entry point'],
  [/\bshall\b/i, 'must, or the plain verb'],
  [
    /\b(?:behaviour|capitalis|colour|grey|judgement|labelled|licence|misspelt|neighbour|optimis|organis|recognis)/i,
    'the American spelling',
  ],
];

/** Names that say nothing of what they hold, each with what to write in its place. */
const names: readonly [pattern: RegExp, instead: string][] = [
  [/^one$/, 'what the element is: finding, comment, connector'],
  [/^(?:asked|given|kept|said|taken|told|wanted)$/, 'a noun'],
  [/^because$/, 'reason, or rationale'],
  [/^most(?:[A-Z]|$)/, 'maxX'],
];

/** Files that quote other people's words: mail programs, `/agree` comments, misspellings. */
const quoting = new Set([
  'review/commands/mail-quotes.ts',
  'review/commands/parse-commands.ts',
  'analyzers/spell-checker.ts',
]);

interface Place {
  line: number;
  text: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('generated/') && !quoting.has(name),
);

function placesIn(file: string): { prose: Place[]; identifiers: Place[] } {
  const text = readFileSync(join(src, file), 'utf8');
  const { program, comments } = parseSync(file, text);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const prose = comments.map(({ value, start }) => ({
    line: lineAt(start),
    // A phrase may be broken at the end of a line.
    text: value.replaceAll(/\s*\n\s*\*?\s*/g, ' '),
  }));
  const identifiers: Place[] = [];
  new Visitor({
    Identifier: ({ name, start }) => void identifiers.push({ line: lineAt(start), text: name }),
    Literal: ({ value, start }) =>
      void (typeof value === 'string' && prose.push({ line: lineAt(start), text: value })),
    TemplateElement: ({ value, start }) =>
      void prose.push({ line: lineAt(start), text: value.cooked ?? value.raw }),
  }).visit(program);
  return { prose, identifiers };
}

function complaints(places: readonly Place[], banned: typeof words): string[] {
  return places.flatMap(({ line, text }) =>
    banned.flatMap(([pattern, instead]) => {
      const match = pattern.exec(text);
      return match ? [`line ${line}: "${match[0]}"; write ${instead}`] : [];
    }),
  );
}

describe('plain American English', () => {
  test.each(files)('in %s', (file) => {
    const { prose, identifiers } = placesIn(file);
    expect([...complaints(prose, words), ...complaints(identifiers, names)]).toEqual([]);
  });
});
