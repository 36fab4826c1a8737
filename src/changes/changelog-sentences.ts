import type { Connector } from '../connector/connector.ts';
import { nameOf, type Operation } from '../connector/definition.ts';
import { asText, isObject, stringsIn } from '../json/values.ts';
import { safe } from '../shared/finding.ts';
import { messageParts, splitMessage, writePart } from '../shared/message-parts.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';
import { messageOf } from './classify.ts';
import type { BeforeAfter } from './json-differences.ts';

/** Returns the name of an operation in the designer, which is its summary. */
type Label = (id: string) => string;

/** Sentences about kinds of changes whose messages use the terms of definitions. */
const sentences: {
  [Kind in ChangeKind]?: (change: ChangeOf<Kind>, label: Label) => string | undefined;
} = {
  OperationDeleted: ({ name, renamedTo }, label) => {
    if (renamedTo === undefined) return safe`The operation ${label(name)} was removed.`;
    return label(name) === label(renamedTo)
      ? safe`The operation ${label(name)} was replaced by another with the same name.`
      : safe`The operation ${label(name)} was replaced by ${label(renamedTo)}.`;
  },
  OperationDeprecated: ({ name, after }, label) =>
    after === true
      ? safe`The operation ${label(name)} is deprecated.`
      : safe`The operation ${label(name)} is no longer deprecated.`,
  OperationHidden: ({ name }, label) =>
    safe`The operation ${label(name)} can no longer be added to flows.`,
  OperationPaginationChanged: ({ name, after }, label) =>
    after === undefined
      ? safe`${label(name)} no longer has pagination.`
      : safe`${label(name)} gets the link to the next page from a different property.`,
  NotificationUrlChanged: ({ name, after }, label) =>
    after.length === 0
      ? safe`${label(name)} no longer sends the callback URL of flows.`
      : safe`${label(name)} sends the callback URL of flows in a different input.`,
  OperationAttributeChanged: ({ name, subject }, label) =>
    safe`${lastOf(subject)} of ${label(name)} changes.`,
  FieldAttributeChanged: ({ name, subject, operation }) =>
    safe`${lastOf(subject)} of ` +
    (isOutputs(name) ? 'the outputs' : safe`${name}`) +
    (operation === undefined ? ' changes.' : safe` of ${operation} changes.`),
  DynamicSourceChanged: ({ name, subject, operation }) => {
    const isSchema = /schema|properties/.test(lastOf(subject));
    const isOutput = isSchema && isOutputs(name);
    const thing =
      (isOutput ? 'the outputs' : safe`${name}`) +
      (operation === undefined ? '' : safe` of ${operation}`);
    if (isOutput) return `The list of ${thing} comes from a different source.`;
    return isSchema
      ? `The fields of ${thing} come from a different source.`
      : `The values offered for ${thing} come from a different source.`;
  },
  ConnectorAttributeChanged: ({ name, ...values }) => withoutDetails(safe`${name}`, values),
  PropertyChanged: ({ name, ...values }) => withoutDetails(safe`${name}`, values),
  SecurityDefinitionChanged: ({ name, before, after }) =>
    isObject(before) && isObject(after)
      ? safe`The settings of the security definition ${name} change.`
      : undefined,
  ConnectionParameterChanged: ({ name }) =>
    safe`The settings of the connection parameter ${name} change.`,
  PolicyChanged: ({ name }) => safe`The settings of the policy ${name} change.`,
  PolicyOperationsChanged: (change, label) =>
    operationsSentence(safe`The policy ${change.name}`, change, label),
  ScriptOperationsChanged: (change, label) => operationsSentence('The script', change, label),
};

/** What happens to an object; undefined for simple values, which the general message shows. */
function withoutDetails(name: string, { before, after }: BeforeAfter): string | undefined {
  if (!isObject(before) && !isObject(after)) return undefined;
  if (before === undefined) return `${name} was added.`;
  return after === undefined ? `${name} was removed.` : `${name} changes.`;
}

/** Whether a name is that of a response or notification, which its whole schema has too. */
const isOutputs = (name: string): boolean =>
  /^(?:\d{3}|default|x-ms-notification-content)$/.test(name);

/** Which operations something applies to now, and to which it does not apply any more. */
function operationsSentence(start: string, { before, after }: BeforeAfter, label: Label): string {
  const [from, to] = [stringsIn(before), stringsIn(after)];
  const added = to.filter((id) => !from.includes(id)).map(label);
  const removed = from.filter((id) => !to.includes(id)).map(label);
  const clauses = [
    ...(added.length > 0 ? [safe`now also applies to ${added}`] : []),
    ...(removed.length > 0 ? [safe`no longer applies to ${removed}`] : []),
  ];
  return clauses.length > 0
    ? `${start} ${clauses.join(', and ')}.`
    : `${start} applies to different operations.`;
}

/** The last segment of a subject: the keyword that changed. */
const lastOf = (subject: string): string => subject.split('/').at(-1) ?? '';

/** Sentences about changes for people who build flows. */
export class ChangelogSentences {
  /** By ID. */
  readonly #labels: ReadonlyMap<string, string>;

  constructor(before: Connector, after: Connector) {
    const summaryOf = (operation: Operation): string =>
      asText(operation.raw.summary) ?? nameOf(operation);
    const labels = new Map<string, string>();
    for (const { definition } of [before, after]) {
      const operations = definition?.operations ?? [];
      const bySummary = Map.groupBy(operations, summaryOf);
      for (const operation of operations) {
        const [id, summary] = [nameOf(operation), summaryOf(operation)];
        const isUnique = bySummary.get(summary)?.length === 1;
        labels.set(id, isUnique ? summary : `${summary} (${id})`);
      }
    }
    this.#labels = labels;
  }

  /** The sentences about changes of one kind, each once. */
  of(changes: readonly Change[]): string[] {
    const written = changes.map((change) => ({ change, sentence: this.#sentence(change) }));
    const bySentence = Map.groupBy(written, ({ sentence }) => sentence);
    return [
      ...new Set(
        written.map(({ change, sentence }) => {
          const places = new Set(bySentence.get(sentence)?.map((same) => placeOf(same.change)));
          const place = placeOf(change);
          // Fields of one name in several places are told apart by their paths.
          return places.size > 1 && place !== ''
            ? this.#sentence({ ...change, name: place })
            : sentence;
        }),
      ),
    ];
  }

  #sentence(change: Change): string {
    const label: Label = (id) => this.#labels.get(id) ?? id;
    const id = /^operation\/([^/]+)/.exec(change.subject)?.[1];
    const operation = id === undefined ? undefined : this.#labels.get(id);
    const view = operation === undefined ? change : { ...change, operation };
    return sentenceFor(view, label) ?? withoutValues(headline(messageOf(renamed(view, label))));
  }
}

function sentenceFor<Kind extends ChangeKind>(
  change: ChangeOf<Kind> & { kind: Kind },
  label: Label,
): string | undefined {
  return sentences[change.kind]?.(change, label);
}

/** A change of an operation, with the name of the operation in the designer. */
const renamed = (change: Change, label: Label): Change =>
  change.kind.startsWith('Operation') ? { ...change, name: label(change.name) } : change;

/** The path of a field in its request or response; empty for anything else. */
function placeOf({ subject, name }: Change): string {
  const path = /^operation\/[^/]+\/(?:parameter\/[^/]+|responses\/[^/]+)\/schema\/(.+)$/.exec(
    subject,
  )?.[1];
  const segments = path?.split('/') ?? [];
  return segments.slice(0, segments.lastIndexOf(name) + 1).join('/');
}

/**
 * The first clause of a message, which says what changed, without what to do. Ignores colons and
 * periods in code spans.
 */
function headline(message: string): string {
  const [clause, rest] = splitMessage(message, /[.:]\s/);
  return rest === '' ? clause : `${clause}.`;
}

const looksLikeJson = (text: string): boolean =>
  /^(?:\{\s*["}]|\[\s*(?:["{[\]\d-]|true|false|null))/.test(text);
const describesJson = (text: string): boolean =>
  /\b(?:an object with|a list with|an empty (?:object|list))\b/.test(text);

/** A sentence without objects and lists: only what changes, comes or goes is left. */
function withoutValues(sentence: string): string {
  const parts = messageParts(sentence);
  const isJson = ({ quoted, text }: (typeof parts)[number]): boolean =>
    quoted ? looksLikeJson(text) : describesJson(text);
  if (!parts.some(isJson)) return sentence;
  const from = parts.findIndex(({ quoted, text }) => !quoted && / changes? from /.test(text));
  if (from < 0)
    return parts
      .map((part) => (part.quoted && isJson(part) ? 'a value' : writePart(part)))
      .join('');
  const [, start = '', verb = '', rest = ''] =
    /^(.*?) (changes?) from (.*)$/s.exec(parts[from]?.text ?? '') ?? [];
  const unquoted = [rest, ...parts.slice(from + 1).map(({ quoted, text }) => (quoted ? '' : text))];
  let predicate = verb;
  if (rest.startsWith('nothing')) predicate = 'was added';
  else if (unquoted.some((text) => / to nothing\b/.test(text))) predicate = 'was removed';
  return `${parts.slice(0, from).map(writePart).join('')}${start} ${predicate}.`;
}
