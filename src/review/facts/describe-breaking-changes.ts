import type { BreakingChange } from '../model/facts.ts';
import { listed, sentences } from '../model/markdown.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';

/** So many names are given of those that one sentence is about. */
const mostNamed = 4;

type Phrase = (operation: string, names: readonly string[]) => string;

const named = (names: readonly string[]): string =>
  names.length > mostNamed ? '' : ` (${listed(names.map(codeSpan))})`;
const outputs = (names: readonly string[], one: string, many: string): string =>
  `${countOf(names.length, 'output')} ${names.length === 1 ? one : many}`;

/**
 * What breaks, in the words of somebody who builds flows: by kind, for one operation and everything
 * of it that the kind happened to.
 */
const phrases: Readonly<Record<string, Phrase>> = {
  OutputFieldDeleted: (operation, names) =>
    `${outputs(names, 'disappears', 'disappear')} from ${operation}${named(names)}`,
  OutputFieldTypeChanged: (operation, names) =>
    `${outputs(names, 'is', 'are')} of another type in ${operation}${named(names)}`,
  OutputFieldTypeFormatChanged: (operation, names) =>
    `${outputs(names, 'has', 'have')} another format in ${operation}${named(names)}`,
  RequiredParameterAdded: (operation, names) => `${operation} asks for ${needed(names)}`,
  RequiredInputFieldAdded: (operation, names) => `${operation} asks for ${needed(names)}`,
  InputFieldOptionalToRequired: (operation, names) =>
    `${operation} cannot do without ${listed(names.slice(0, mostNamed).map(codeSpan))} any more`,
  InputFieldTypeChanged: (operation, names) =>
    `${operation} takes ${countOf(names.length, 'input')} of another type${named(names)}`,
  InputFieldTypeFormatChanged: (operation, names) =>
    `${operation} takes ${countOf(names.length, 'input')} in another format${named(names)}`,
};

const needed = (names: readonly string[]): string =>
  names.length === 1
    ? `a new required ${codeSpan(names[0] ?? '')}`
    : `${names.length} new required inputs${named(names)}`;

/** So many operations are named to which the same happened. */
const mostOperations = 3;

/**
 * Breaking changes as sentences without a stop: those of one kind in one operation together, and
 * operations to which the same happened.
 */
export function describeBreakingChanges(breaking: readonly BreakingChange[]): string[] {
  const told: { kind: string; names: string[]; operations: string[] }[] = [];
  const sentencesAlone: string[] = [];
  for (const group of Map.groupBy(
    breaking,
    ({ kind, operation }) => `${kind}\n${operation ?? ''}`,
  ).values()) {
    const [first] = group;
    if (!first) continue;
    if (!Object.hasOwn(phrases, first.kind) || first.operation === undefined) {
      sentencesAlone.push(...group.map(({ message }) => messageToMarkdown(sentences(message)[0])));
      continue;
    }
    const names = [...new Set(group.map(({ name }) => name))];
    const alike = told.find(
      ({ kind, names: others }) => kind === first.kind && others.join('\n') === names.join('\n'),
    );
    if (alike) alike.operations.push(first.operation);
    else told.push({ kind: first.kind, names, operations: [first.operation] });
  }
  const together = told.map(({ kind, names, operations }) =>
    (phrases[kind] ?? String)(
      operations.length > mostOperations
        ? `${operations.length} operations`
        : listed(operations.map(codeSpan)),
      names,
    ),
  );
  return [...together, ...sentencesAlone];
}
