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

/**
 * Words that messages about connectors do not use, in addition to `words`: they are translated, vague
 * or riddles. The terms are those of Microsoft's documentation and of OpenAPI.
 */
const messageWords: typeof words = [
  [/\bLikewise\b/, 'Also'],
  [/\bstands?\b/i, 'is'],
  [/\banswers?(?:ed)?\b/i, 'response, returns'],
  [/\bbesides?\b/i, 'next to, in addition to'],
  [/\btruth value\b/i, 'boolean'],
  [/\b(?:texts|a text)\b/i, 'string, label, description'],
  [/\b(?:tak(?:es?|ing) out|leav(?:es?|ing) (?:it |them )?out)\b/i, 'remove'],
  [/\bat (?:its|their) end\b/i, 'at the end, does not end with'],
  [/\btakes? part in\b/i, 'is in'],
  [/\b(?:is none of|none of which)\b/i, 'is not one of'],
  [/\b(?:is|are) meant\b/i, 'Did you mean …?'],
  [/\bwhichever\b/i, 'Did you mean …?'],
  [/(?:;|,) else\b/i, 'Otherwise, …'],
  [/\bany more\b/i, 'no longer'],
  [/\bnot possible\b/i, 'is not an allowed value, is not valid'],
  [/\bdeparts? from\b/i, 'violates'],
  [/\bone too many\b/i, 'extra'],
  [/\brefus(?:es?|ed)\b/i, 'reject'],
  [/\bbegins? with\b/i, 'start with'],
  [/\bother ones\b/i, 'the noun'],
  [/\bwhich no \w+ has\b/i, 'which is not allowed in'],
  [/\bof (?:another|other) (?:type|format|kind)s?\b/i, 'a different type'],
  [/\bthe certification (?!pack|serv|req|pol)/i, 'certification'],
  [/\bbyte-order mark\b/i, 'byte order mark'],
  [/\bkeeps? (?:nothing|it|them|\w+ connectors?) out\b/i, 'block'],
  [/\bhow bad\b/i, 'severity'],
];

/** The layers whose strings are messages about connectors and settings, or explain them. */
const isAboutConnectors = (file: string): boolean =>
  /^(?:rules|changes|json|connector|secrets|settings|validation)\//.test(file);

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

function placesIn(file: string): { comments: Place[]; strings: Place[]; identifiers: Place[] } {
  const text = readFileSync(join(src, file), 'utf8');
  const { program, comments: parsed } = parseSync(file, text);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const comments = parsed.map(({ value, start }) => ({
    line: lineAt(start),
    // A phrase may be broken at the end of a line.
    text: value.replaceAll(/\s*\n\s*\*?\s*/g, ' '),
  }));
  const strings: Place[] = [];
  const identifiers: Place[] = [];
  new Visitor({
    Identifier: ({ name, start }) => void identifiers.push({ line: lineAt(start), text: name }),
    Literal: ({ value, start }) =>
      void (typeof value === 'string' && strings.push({ line: lineAt(start), text: value })),
    TemplateElement: ({ value, start }) =>
      void strings.push({ line: lineAt(start), text: value.cooked ?? value.raw }),
  }).visit(program);
  return { comments, strings, identifiers };
}

function complaints(places: readonly Place[], banned: typeof words): string[] {
  return places.flatMap(({ line, text }) =>
    banned.flatMap(([pattern, instead]) => {
      const match = pattern.exec(text);
      return match ? [`line ${line}: "${match[0]}"; write ${instead}`] : [];
    }),
  );
}

/** Whether a string is more than a name or a path. */
const isProse = ({ text }: Place): boolean => text.trim().includes(' ');

/** The descriptions of a JSON Schema, which editors show and some messages quote. */
const descriptionsIn = (file: string): Place[] =>
  readFileSync(join(src, file), 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const text = /"description": *("(?:\\.|[^"\\])*")/.exec(line)?.[1];
      return text === undefined ? [] : [{ line: index + 1, text }];
    });

const schemas = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.schema.json'),
);

describe('plain American English', () => {
  test.each(files)('in %s', (file) => {
    const { comments, strings, identifiers } = placesIn(file);
    expect([
      ...complaints(comments, words),
      ...complaints(strings, words),
      ...(isAboutConnectors(file) ? complaints(strings.filter(isProse), messageWords) : []),
      ...complaints(identifiers, names),
    ]).toEqual([]);
  });

  test.each(schemas)('in the descriptions of %s', (file) => {
    const descriptions = descriptionsIn(file);
    expect(descriptions.length).toBeGreaterThan(0);
    expect(complaints(descriptions, [...words, ...messageWords])).toEqual([]);
  });
});
