import type { ChangeKind } from '../../changes/change-kinds.ts';
import type { BreakingChange } from '../../changes/classify.ts';
import { verdicts, type Phrase, type PhraseSubject } from '../../changes/verdicts.ts';
import { listed, sentences } from '../model/markdown.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';

/** More names than these make a clause too long to read. */
const maxNames = 4;
/** More operations than these are counted instead of named. */
const maxOperations = 3;

/** Changes of one kind that happened to the same names in some operations. */
interface PhraseGroup {
  kind: ChangeKind;
  phrase: Phrase;
  names: readonly string[];
  operations: string[];
}

/**
 * Describes breaking changes in Markdown clauses without a period. Changes of one kind in one
 * operation share a clause, as do operations to which the same happened.
 */
export function describeBreakingChanges(breaking: readonly BreakingChange[]): string[] {
  const groups: PhraseGroup[] = [];
  const withoutPhrase: string[] = [];
  for (const changes of Map.groupBy(
    breaking,
    ({ kind, operation }) => `${kind}\n${operation ?? ''}`,
  ).values()) {
    const [first] = changes;
    if (!first) continue;
    const { kind, operation } = first;
    const { phrase } = verdicts[kind];
    if (!phrase || operation === undefined) {
      withoutPhrase.push(...changes.map(({ message }) => messageToMarkdown(sentences(message)[0])));
      continue;
    }
    const names = [...new Set(changes.map(({ label }) => label))];
    const same = groups.find(
      (group) => group.kind === kind && group.names.join('\n') === names.join('\n'),
    );
    if (same) same.operations.push(operation);
    else groups.push({ kind, phrase, names, operations: [operation] });
  }
  return [...groups.map((group) => group.phrase(subjectOf(group))), ...withoutPhrase];
}

function subjectOf({ names, operations }: PhraseGroup): PhraseSubject {
  const listedNames = listed(names.slice(0, maxNames).map(messageToMarkdown));
  return {
    operation:
      operations.length > maxOperations
        ? `${operations.length} operations`
        : listed(operations.map(codeSpan)),
    count: names.length,
    counted: (noun) => countOf(names.length, noun),
    names: listedNames,
    inParentheses: names.length > maxNames ? '' : ` (${listedNames})`,
  };
}
