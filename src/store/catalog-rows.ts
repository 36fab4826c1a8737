import type {
  ConnectorFacts,
  ConnectorRecord,
  ConnectorSummary,
  OperationRecord,
} from '../catalog/connector-record.ts';
import type { FolderCommit } from '../catalog/catalog-update.ts';
import { searchText, searchWords } from '../catalog/search-words.ts';

/** Characters of a connector's operations, and of any other text, that searches look at. */
const maxSearched = { operations: 100_000, text: 4000 };
/** Characters that a title is ordered by. */
const maxTitleKey = 200;

/** What lists show of a connector and no column has. */
export type StoredSummary = Omit<
  ConnectorSummary,
  'type' | 'visibility' | 'rings' | 'commit' | 'createdAt' | 'modifiedAt'
>;

/** What lists do not show. The operations have a table. */
export type StoredDetails = Omit<ConnectorFacts, keyof StoredSummary | 'operations'>;

/** The words that a search finds a connector by; see `searchText`. */
export interface ConnectorSearch {
  title: string;
  /** The publisher and the categories. */
  labels: string;
  description: string;
  operations: string;
}

/** The words that a search finds an operation by. */
export type OperationSearch = Pick<ConnectorSearch, 'title' | 'labels' | 'description'>;

/** The columns that follow from the files of a connector. */
export function columnsOf(facts: ConnectorFacts) {
  const { operations, definitions, host, basePath, contact, files, bytes, iconHash, ...summary } =
    facts;
  const details: StoredDetails = {
    ...(host !== undefined && { host }),
    ...(basePath !== undefined && { basePath }),
    ...(contact && { contact }),
    files,
    bytes,
    ...(iconHash !== undefined && { iconHash }),
    definitions,
  };
  const shown = operations.filter(isShown);
  const triggers = new Set(shown.map(({ kind }) => kind).filter((kind) => kind !== 'action'));
  const stored: StoredSummary = summary;
  return {
    folder: facts.folder,
    class: facts.class,
    publisher_key: facts.publisherKey ?? null,
    publisher: facts.publisher ?? null,
    title_key: titleKeyOf(facts.title),
    title_words: searchWords(facts.title).join(' '),
    categories: [...facts.categories],
    authentication: [...facts.authentication],
    triggers: triggers.size === 0 ? ['none'] : [...triggers].map(withoutPrefix),
    states: statesOf(facts),
    operations: facts.counts.actions + facts.counts.triggers,
    digest: facts.digest,
    summary: stored,
    details,
    search: searchOf(facts, shown),
  };
}

const isShown = ({ visibility }: OperationRecord): boolean => visibility !== 'internal';

const withoutPrefix = (kind: OperationRecord['kind']): string => kind.replace(/^trigger-/, '');

/** Orders titles from A to Z, whatever their case. */
const titleKeyOf = (title: string): string =>
  title.normalize('NFKC').toLowerCase().slice(0, maxTitleKey).toWellFormed();

function statesOf({ problem, isDeprecated, isPreview }: ConnectorFacts): string[] {
  const states = [
    ...(isPreview ? ['preview'] : []),
    ...(isDeprecated ? ['deprecated'] : []),
    ...(problem === undefined ? [] : ['problem']),
  ];
  return states.length === 0 ? ['current'] : states;
}

function searchOf(facts: ConnectorFacts, shown: readonly OperationRecord[]): ConnectorSearch {
  const labels = [facts.publisher ?? '', facts.stackOwner ?? '', ...facts.categories].join(' ');
  const texts = shown.map(({ id, summary, description = '' }) => `${summary} ${id} ${description}`);
  return {
    title: searchWords(facts.title).join(' '),
    // The name of the folder often has another spelling of the title.
    labels: searchText(`${labels} ${facts.title} ${facts.folder}`, maxSearched.text),
    description: searchText(facts.description ?? '', maxSearched.text),
    operations: searchText(texts.join(' '), maxSearched.operations),
  };
}

/** The columns of an operation. */
export const operationColumns = (operation: OperationRecord, ordinal: number) => ({
  ordinal,
  kind: operation.kind,
  is_shown: isShown(operation),
  operation,
  search: {
    title: searchWords(operation.summary).join(' '),
    labels: searchText(`${operation.id} ${operation.summary}`, maxSearched.text),
    description: searchText(operation.description ?? '', maxSearched.text),
  } satisfies OperationSearch,
});

/** The columns that say which commit changed a folder last, as far as that is known. */
export const commitColumns = ({ commit, createdAt, modifiedAt }: FolderCommit) => ({
  ...(commit !== undefined && { sha: commit }),
  ...(createdAt !== undefined && { created_at: new Date(createdAt) }),
  ...(modifiedAt !== undefined && { modified_at: new Date(modifiedAt) }),
});

/** A row of `connectors`, as far as lists show it. */
interface SummaryRow {
  summary: StoredSummary;
  type: ConnectorSummary['type'];
  rings: string[];
  sha: string | null;
  created_at: Date | null;
  modified_at: Date | null;
}

export const summaryColumns = [
  'summary',
  'type',
  'rings',
  'sha',
  'created_at',
  'modified_at',
] as const;

export const toSummary = (
  { summary, type, rings, sha, created_at, modified_at }: SummaryRow,
  visibility: ConnectorSummary['visibility'],
): ConnectorSummary => ({
  ...summary,
  type,
  visibility,
  rings,
  ...(sha !== null && { commit: sha }),
  ...(created_at && { createdAt: created_at.toISOString() }),
  ...(modified_at && { modifiedAt: modified_at.toISOString() }),
});

export const toRecord = (
  row: SummaryRow & { details: StoredDetails },
  visibility: ConnectorSummary['visibility'],
  operations: readonly OperationRecord[],
): ConnectorRecord => ({ ...toSummary(row, visibility), ...row.details, operations });
