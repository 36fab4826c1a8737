import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderOf, type Case } from '../../fixtures/cases.ts';
import { context } from '../../fixtures/context.ts';
import { readConnector } from '../../src/connector/connector.ts';
import { spelling } from '../../src/rules/wording/spelling.ts';
import { runRules } from '../../src/validation/run-rules.ts';

/**
 * Words of real connectors that the dictionary does not know, labeled by hand: where each stands, how
 * the connector uses it in names, and whether it is a mistake. Each is checked here in a sentence or
 * label of the same kind, because the texts themselves belong to others. How they were drawn:
 * docs/decisions/0011-spelling.md.
 */
interface Labeled {
  set: string;
  place: string;
  position: string;
  named: string;
  label: string;
  word: string;
}
const [, ...lines] = readFileSync(join(import.meta.dirname, 'spelling-labels.tsv'), 'utf8')
  .trimEnd()
  .split('\n');
const labeled = lines.map((line): Labeled => {
  const [set = '', place = '', position = '', named = '', label = '', word = ''] = line.split('\t');
  return { set, place, position, named, label, word };
});

const sentences: Record<string, (word: string) => string> = {
  alone: (word) => word,
  first: (word) => `${word} is what each invoice of the company shows.`,
  listed: (word) => `Shows one of date, ${word}, customer, amount for each invoice.`,
  within: (word) => `Shows what ${word} means for each invoice of the company.`,
};
const labels: Record<string, (word: string) => string> = {
  alone: (word) => word,
  first: (word) => `${word} of invoice`,
  listed: (word) => `Date, ${word}, amount`,
  within: (word) => `Invoice ${word} shown`,
};

/** A connector that has the word where the labeled one has it. */
function caseOf({ place, position, named, word }: Labeled): Case {
  const isLabel = place === 'label' || place === 'title';
  const text = (isLabel ? labels : sentences)[position]?.(word) ?? word;
  const fieldNames: Record<string, string> = { name: word, 'part of a name': `new_${word}` };
  const field = {
    type: 'string',
    ...(place === 'label' && { 'x-ms-summary': text }),
    ...(place === 'title' && { title: text }),
    ...(place === 'description' && { description: text }),
  };
  return {
    definition: {
      ...(place === 'prominent sentence' && { info: { description: text } }),
      ...(named === 'proper name' && { basePath: `/${word}` }),
      definitions: {
        NewInvoice: {
          properties: { [fieldNames[named] ?? 'text']: field },
        },
      },
    },
    ...(place === 'readme' && { files: { 'readme.md': `# Contoso Invoices\n\n${text}\n` } }),
  };
}

const mistakes = new Set(['misspelled', 'joined', 'apostrophe', 'camel case']);

/** How many words are found, by whether they are mistakes. Words that can be argued about are left out. */
function found(set: string): { right: number; wrong: number; mistakes: number } {
  const counts = { right: 0, wrong: 0, mistakes: 0 };
  for (const one of labeled) {
    if (one.set !== set || one.label === 'arguable' || one.label === 'cut') continue;
    if (one.place === 'connector title') continue;
    const isMistake = mistakes.has(one.label);
    if (isMistake) counts.mistakes += 1;
    const isFound = runRules(readConnector(folderOf(caseOf(one))), spelling, {
      context,
      fixes: false,
    }).some(({ severity, message }) => severity !== 'note' && message.includes(one.word));
    if (isFound) counts[isMistake ? 'right' : 'wrong'] += 1;
  }
  return counts;
}

describe('of the labeled words', () => {
  test.each([
    ['development', 0.97, 0.84],
    ['second development', 0.97, 0.79],
    ['third development', 0.94, 0.7],
    ['held out', 0.96, 0.81],
  ])(
    'in the set %s, errors and warnings are right and complete enough',
    (set, precision, recall) => {
      const { right, wrong, mistakes: all } = found(set);
      expect(all).toBeGreaterThan(100);
      expect(right / (right + wrong)).toBeGreaterThanOrEqual(precision);
      expect(right / all).toBeGreaterThanOrEqual(recall);
    },
  );
});
