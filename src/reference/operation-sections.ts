import type { Block, Inline } from './block.ts';
import { inputRows, maxRows, outputRows, type Row } from './field-rows.ts';
import {
  definitionNameOf,
  hasProperties,
  isArray,
  isDynamic,
  isInternal,
  itemsOf,
  returnSchemaOf,
} from './schema-shape.ts';
import { contentOf } from './text-content.ts';
import type { UsedTypes } from './used-types.ts';
import { nameOf, type Definition, type Operation } from '../connector/definition.ts';
import { operationAnchors } from '../connector/operation-anchors.ts';
import { asObject, asText, type JsonObject } from '../json/values.ts';

/** An operation as the page names it. */
export interface ShownOperation {
  operation: Operation;
  /** The summary, without what is added for a preview or a deprecated operation. */
  summary: string;
  /** The summary with what is added. */
  name: string;
  /** The key of its heading. */
  key: string;
  /** The anchor of its heading: the one by which the catalog links to it. */
  anchor: string;
  isDeprecated: boolean;
  /** The operation to use instead of a deprecated one. */
  replacement: ShownOperation | undefined;
}

/** Compares names as people sort them: without case, punctuation before digits before letters. */
const collator = new Intl.Collator('en', { sensitivity: 'accent' });

/**
 * The operations that people see, in the order of their names; equal names in the order of the file.
 * @param deprecatedLast whether deprecated operations are below all others
 */
export function shownOperations(definition: Definition, deprecatedLast: boolean): ShownOperation[] {
  const keys = new Set<string>();
  const keyOf = (operation: Operation): string => {
    const base = `operation/${nameOf(operation)}`;
    let key = base;
    for (let count = 2; keys.has(key); count += 1) key = `${base}#${count}`;
    keys.add(key);
    return key;
  };
  const anchors = operationAnchors(definition.operations);
  const shown = definition.operations.flatMap((operation, index): ShownOperation[] => {
    if (isInternal(operation.raw)) return [];
    const summary = asText(operation.raw.summary)?.trim() || nameOf(operation);
    const isDeprecated = operation.raw.deprecated === true;
    const isPreview = asText(annotationOf(operation)?.status)?.toLowerCase() === 'preview';
    const name = `${summary}${isPreview ? ' (Preview)' : ''}${isDeprecated ? ' [DEPRECATED]' : ''}`;
    return [
      {
        operation,
        summary,
        name,
        key: keyOf(operation),
        anchor: anchors[index] ?? '',
        isDeprecated,
        replacement: undefined,
      },
    ];
  });
  addReplacements(definition, shown);
  return shown.toSorted(
    (a, b) =>
      (deprecatedLast ? Number(a.isDeprecated) - Number(b.isDeprecated) : 0) ||
      collator.compare(a.name, b.name),
  );
}

const annotationOf = ({ raw }: Operation): JsonObject | undefined =>
  asObject(raw['x-ms-api-annotation']);

const revisionOf = (operation: Operation): number => {
  const revision = Number(annotationOf(operation)?.revision ?? Number.NaN);
  return Number.isFinite(revision) ? revision : 0;
};

/**
 * Finds what to use instead of deprecated operations: what they name themselves, else the newest
 * revision of their family.
 */
function addReplacements(definition: Definition, shown: readonly ShownOperation[]): void {
  const byOperation = new Map(shown.map((entry) => [entry.operation, entry]));
  const newest = new Map<string, ShownOperation>();
  for (const entry of shown) {
    const family = asText(annotationOf(entry.operation)?.family);
    if (family === undefined || entry.isDeprecated) continue;
    const other = newest.get(family);
    if (!other || revisionOf(entry.operation) > revisionOf(other.operation))
      newest.set(family, entry);
  }
  for (const entry of shown) {
    if (!entry.isDeprecated) continue;
    const annotation = annotationOf(entry.operation);
    const id = asText(asObject(annotation?.replacement)?.operationId);
    const named = id === undefined ? undefined : definition.referencedOperation(id);
    const successor = newest.get(asText(annotation?.family) ?? '');
    const isNewer =
      successor !== undefined && revisionOf(successor.operation) > revisionOf(entry.operation);
    entry.replacement = (named && byOperation.get(named)) ?? (isNewer ? successor : undefined);
  }
}

/** Whether an operation starts a flow. */
export const isTrigger = ({ operation }: ShownOperation): boolean =>
  operation.trigger !== undefined;

/** Whether the platform asks for the events of a trigger, because the service does not send them. */
export const isPolling = (shown: ShownOperation): boolean =>
  isTrigger(shown) && shown.operation.notification === undefined;

/** What a deprecated operation says instead of its description, else the description. */
function descriptionOf({ operation, isDeprecated, replacement }: ShownOperation): Inline[][] {
  const description = contentOf(asText(operation.raw.description) ?? '');
  if (!isDeprecated || !replacement) return description.length === 0 ? [] : [description];
  const instead: Inline[] = [
    'This action has been deprecated. Please use ',
    { kind: 'reference', text: replacement.summary, to: replacement.key },
    ' instead.',
  ];
  return description.length === 0
    ? [instead]
    : [instead, [{ kind: 'deleted', content: description }]];
}

/** The table of operations, each a link to its section. */
export const operationsTable = (operations: readonly ShownOperation[]): Block => ({
  kind: 'table',
  head: ['Name', 'Description'],
  rows: operations.map((shown) => [
    [{ kind: 'reference', text: shown.name, to: shown.key }],
    descriptionOf(shown).flatMap((paragraph, index): Inline[] =>
      index === 0 ? paragraph : [{ kind: 'break' }, { kind: 'break' }, ...paragraph],
    ),
  ]),
});

/**
 * The section of an operation.
 * @param lineLink a link to where the operation is written, if there is an address of the files
 */
export function operationSection(
  definition: Definition,
  types: UsedTypes,
  shown: ShownOperation,
  lineLink: Inline | undefined,
): Block[] {
  const { operation, name, key } = shown;
  const inputs = inputRows(definition, operation);
  return [
    { kind: 'heading', level: 3, text: name, key, anchor: '' },
    { kind: 'list', ordered: false, items: factsOf(shown, lineLink) },
    ...descriptionOf(shown).map((content): Block => ({ kind: 'paragraph', content })),
    ...(inputs.length === 0
      ? []
      : [
          subheading(`${key}/parameters`, 'Parameters'),
          ...fieldsTable(['Name', 'Key', 'Required', 'Type', 'Description'], inputs),
        ]),
    ...returnBlocks(definition, types, shown),
  ];
}

const subheading = (key: string, text: string): Block => ({
  kind: 'heading',
  level: 4,
  text,
  key,
  anchor: '',
});

/** A table of fields, and a note if it does not have all of them. */
export const fieldsTable = (head: readonly string[], rows: readonly Row[]): Block[] => [
  { kind: 'table', head, rows },
  ...(rows.length < maxRows
    ? []
    : [
        {
          kind: 'paragraph' as const,
          content: [`Only the first ${maxRows} fields are listed.`],
        },
      ]),
];

/** The id of an operation, how a trigger works, and where the operation is written. */
function factsOf(shown: ShownOperation, lineLink: Inline | undefined): Block[][] {
  const { operation } = shown;
  const items: Inline[][] = [
    operation.id === undefined
      ? ['Operation ID: none']
      : ['Operation ID: ', { kind: 'code', text: operation.id }],
    ...(isTrigger(shown) ? [[`Trigger: ${triggerText(shown)}`]] : []),
    ...(lineLink ? [['Definition: ', lineLink]] : []),
  ];
  return items.map((content) => [{ kind: 'paragraph', content }]);
}

function triggerText(shown: ShownOperation): string {
  if (!isPolling(shown)) return 'webhook, starts a flow when the service reports an event';
  return shown.operation.trigger === 'batch'
    ? 'polling, starts a flow with a list of new items'
    : 'polling, starts a flow with one event';
}

const list = (label: string, type: readonly Inline[]): Block => ({
  kind: 'list',
  ordered: false,
  items: [
    [
      { kind: 'paragraph', content: [label] },
      ...(type.length === 0
        ? []
        : [
            {
              kind: 'list' as const,
              ordered: false,
              items: [[{ kind: 'paragraph' as const, content: type }]],
            },
          ]),
    ],
  ],
});

/** What an operation returns; nothing if its responses have no schema. */
function returnBlocks(
  definition: Definition,
  types: UsedTypes,
  { operation, key }: ShownOperation,
): Block[] {
  const schema = returnSchemaOf(operation);
  if (!schema) return [];
  const content = returnContent(definition, types, schema);
  return content.length === 0 ? [] : [subheading(`${key}/returns`, 'Returns'), ...content];
}

function returnContent(definition: Definition, types: UsedTypes, schema: JsonObject): Block[] {
  const target = definition.follow(schema) ?? {};
  if (isDynamic(target))
    return [{ kind: 'paragraph', content: ['The outputs of this operation are dynamic.'] }];
  const label = asText(target.title) ?? asText(target['x-ms-summary']) ?? 'response';
  const items = isArray(target) ? itemsOf(target) : undefined;
  if (items && items.$ref === undefined && !isDynamic(items) && hasProperties(definition, items)) {
    const whole: Row = [[], [], types.typeOf(target), contentOf(asText(target.description) ?? '')];
    return fieldsTable(outputHead, [whole, ...outputRows(definition, types, items)]);
  }
  if (isArray(target)) return [list(label, types.returnTypeOf(target))];
  const hasFields = hasProperties(definition, target);
  const isNamed = definitionNameOf(definition, schema) !== undefined;
  if (hasFields && !isNamed) return fieldsTable(outputHead, outputRows(definition, types, target));
  if (hasFields || target.type === 'object') {
    const description = contentOf(asText(target.description) ?? '');
    return [
      ...(description.length === 0 ? [] : [{ kind: 'paragraph' as const, content: description }]),
      list('Body', types.returnTypeOf(isNamed ? schema : target)),
    ];
  }
  const type = types.returnTypeOf(target);
  return [list(label, type.length === 0 ? ['any value'] : type)];
}

export const outputHead = ['Name', 'Path', 'Type', 'Description'] as const;
