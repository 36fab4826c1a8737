import type { Connector } from '../../connector/connector.ts';
import { say } from '../../connector/finding.ts';
import { asText, isObject, type JsonObject } from '../../connector/values.ts';
import { certification, type Found, type Rule } from '../rule.ts';
import { withoutEnd } from '../wording.ts';

interface Text {
  at: JsonObject;
  key: 'summary' | 'description' | 'x-ms-summary' | 'title';
  value: string;
}

type Owner = 'operation' | 'parameter' | 'response';

/** The texts of operations, parameters and responses, and those of every schema, as users see them. */
function* owners({ definition }: Connector): Iterable<{ at: JsonObject; owner: Owner | 'schema' }> {
  if (!definition) return;
  for (const { raw } of definition.operations) yield { at: raw, owner: 'operation' };
  for (const { raw } of definition.parameters) yield { at: raw, owner: 'parameter' };
  for (const { raw } of definition.responses) yield { at: raw, owner: 'response' };
  for (const { raw, role } of definition.schemas) if (role !== 'parameter') yield { at: raw, owner: 'schema' };
}

function* textsOf(at: JsonObject, keys: readonly Text['key'][]): Iterable<Text> {
  for (const key of keys) {
    const value = asText(at[key]);
    if (value !== undefined) yield { at, key, value };
  }
}

const endsSentence = /[.!?。！？…)\]"'”’]$/u;
const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export const texts: Rule[] = [
  {
    id: 'RequiredValueEmpty',
    severity: certification,
    says: 'A title, summary or description that is there is not empty.',
    because: 'The designer shows an empty label instead of the name it would have used.',
    *check(connector) {
      for (const { at } of owners(connector)) {
        for (const { key, value } of textsOf(at, ['summary', 'description', 'x-ms-summary'])) {
          if (value.trim() === '') yield { at, key, message: say`The ${key} is empty. Write what users should read here, or remove it where nothing needs to be said.` };
        }
      }
      const info = connector.definition?.raw.info;
      if (!isObject(info)) return;
      for (const { at, key, value } of textsOf(info, ['title', 'description'])) {
        if (value.trim() === '') yield { at, key, message: say`The ${key} of the connector is empty. Write it.` };
      }
    },
  },
  {
    id: 'DescriptionMustEndWithPunctuation',
    severity: 'note',
    says: 'The description of an operation, a parameter or a response is a full sentence and ends in punctuation.',
    because: 'Descriptions stand one below the other in the documentation; the requirements for certification ask for sentences.',
    fixable: true,
    *check(connector): Iterable<Found> {
      for (const { at, owner } of owners(connector)) {
        if (owner === 'schema') continue;
        const value = asText(at.description)?.trimEnd();
        if (value === undefined || value === '' || endsSentence.test(value)) continue;
        const found = { at, key: 'description', message: say`The description ${value} has no punctuation at its end. Add a full stop.` };
        yield /[\p{L}\p{N}]$/u.test(value) ? { ...found, fix: [{ at, key: 'description', to: `${value}.` }] } : found;
      }
    },
  },
  {
    id: 'SummaryMustNotEndWithPunctuation',
    severity: 'warning',
    says: 'A summary does not end in punctuation.',
    because: 'It is a label, not a sentence; the designer puts it into headings and lists.',
    fixable: true,
    *check({ definition }): Iterable<Found> {
      const labels = [
        ...(definition?.operations ?? []).map(({ raw }) => ({ at: raw, key: 'summary' as const })),
        ...(definition?.parameters ?? []).map(({ raw }) => ({ at: raw, key: 'x-ms-summary' as const })),
      ];
      for (const { at, key } of labels) {
        const value = asText(at[key]);
        if (value === undefined || !/[.,;:!]\s*$/u.test(value.slice(-5)) || /(etc|e\.g|i\.e|\.\.)\.\s*$/i.test(value.slice(-8))) continue;
        const found = { at, key, message: say`The summary ${value} ends in punctuation. Leave it out.` };
        const to = withoutEnd(value, /[\s.,;:!]/u);
        yield to === '' ? found : { ...found, fix: [{ at, key, to }] };
      }
    },
  },
  {
    id: 'DescriptionEqualsSummary',
    severity: 'warning',
    says: 'A description says more than the summary.',
    because: 'Users who open the description of an action did not understand its name; repeating it does not help them.',
    *check({ definition }): Iterable<Found> {
      const pairs = [
        ...(definition?.operations ?? []).map(({ raw }) => ({ at: raw, summary: asText(raw.summary) })),
        ...(definition?.parameters ?? []).map(({ raw }) => ({ at: raw, summary: asText(raw['x-ms-summary']) })),
      ];
      for (const { at, summary } of pairs) {
        const description = asText(at.description);
        if (summary === undefined || description === undefined || summary.trim() === '') continue;
        if (letters(description) === letters(summary)) yield { at, key: 'description', message: say`The description ${description} only repeats the summary. Say what happens, what comes back, or what to enter.` };
      }
    },
  },
];
