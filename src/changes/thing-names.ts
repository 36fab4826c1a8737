import { safe } from '../shared/finding.ts';
import type { Change, Nameless } from './change-kinds.ts';

/** The text with a capital at its start, unless that is a quoted value. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The operation of a change, behind a name: " of `Get item`"; empty without one. */
export const of = ({ operation }: Change): string =>
  operation === undefined ? '' : safe` of ${operation}`;
/** Nesting of arrays that a message spells out. */
const maxNesting = 3;
const within = ({ within: steps }: Pick<Nameless, 'within'>, name: string): string =>
  steps
    .slice(0, maxNesting)
    .map((step) => `each ${step} of `)
    .join('') + name;

/** What messages call an input, with its operation: "`id` of `Get item`", "the body of `Get item`". */
export function input(change: Change): string {
  const { nameless = named, name } = change;
  return within(nameless, (nameless.of === 'body' ? 'the body' : safe`${name}`) + of(change));
}

/** What messages call an output: "the output `id` of `Get item`", "what `Get item` returns". */
export function output(change: Change): string {
  const { nameless = named, name, operation = '' } = change;
  if (nameless.of !== 'response') return within(nameless, safe`the output ${name}` + of(change));
  const status = change.isNotOffered ? ` with ${responseCalled(name)}` : '';
  return within(nameless, safe`what ${operation} returns` + status);
}

/** An input or an output, where both have the same message. */
export const either = (change: Change): string =>
  change.nameless?.of === 'response' ? output(change) : input(change);

const named: Nameless = { of: 'field', within: [] };

/** A field that came or went. What has no name has a schema that came or went. */
export const fieldOf = (change: Change, words: string): string =>
  change.nameless ? `the schema of ${words}` : words;

/** How messages call a response by its code: "status 202", "the default response". */
export function responseCalled(code: string): string {
  if (code === 'default') return 'the default response';
  return /^\d{3}$/.test(code) ? `status ${code}` : safe`the code ${code}`;
}

/** "the response with status 202 of `Get item`" */
export const response = (change: Change): string =>
  (change.name === 'default' ? '' : 'the response with ') +
  responseCalled(change.name) +
  of(change);

/** What phrases call a thing: its name, or its place if it has no name. */
export function labelOf({ nameless, name }: Change): string {
  if (!nameless) return safe`${name}`;
  const around = { field: safe`${name}`, body: 'the body', response: 'the response' };
  return within(nameless, around[nameless.of]);
}
