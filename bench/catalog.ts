import type { CatalogUpdate, ChangedConnector } from '../src/catalog/catalog-update.ts';
import type { ConnectorFilters } from '../src/catalog/catalog-source.ts';
import { readFacts } from '../src/catalog/read-facts.ts';
import { categories } from '../src/connector/categories.ts';
import { readConnector } from '../src/connector/connector.ts';
import { Store } from '../src/store/store.ts';
import { contoso } from './contoso.ts';

const repository = 'contoso/connectors';
const words =
  'invoice customer parcel payment report ticket message calendar contract shipment project user ' +
  'account document signature translation weather survey campaign inventory';
const nouns = words.split(' ');
const noun = (number: number): string => nouns[number % nouns.length] ?? '';
const names = ['Alpha', 'Fabrikam', 'Northwind', 'Litware', 'Adatum', 'Proseware', 'Tailspin'];

/** A connector with 16 operations, and a name, texts, a publisher and categories of its own. */
function connector(number: number): ChangedConnector {
  const facts = readFacts(readConnector(contoso(16, false)), new Map(), String(number));
  const name = `${names[number % names.length]} ${noun(number)} ${noun(number * 7 + 3)} ${number}`;
  return {
    facts: {
      ...facts,
      folder: `certified-connectors/${name}`,
      title: name,
      description: `Every ${noun(number * 3)} and ${noun(number * 5)} of ${name}.`,
      publisher: `Publisher ${number % 300}`,
      publisherKey: `publisher${number % 300}`,
      categories: [categories[number % categories.length] ?? ''],
      operations: facts.operations.map((operation, index) => ({
        ...operation,
        summary: `${index % 2 === 0 ? 'Get' : 'Update'} ${noun(number + index)} ${index}`,
      })),
    },
    type: 'third_party',
    commit: 'c',
    modifiedAt: new Date(Date.UTC(2026, 0, 1 + (number % 300))).toISOString(),
  };
}

/** Milliseconds. */
interface Times {
  what: string;
  p95: number;
}

/** Fills a catalog in an embedded database, and measures what readers ask and what a push takes. */
export async function measureCatalog(
  count: number,
  folder: string,
): Promise<{ push: number; times: Times[] }> {
  const store = await Store.open({
    url: undefined,
    folder,
    lease: 600,
    onQueueError: (error) => {
      throw error;
    },
  });
  let updates = 0;
  const update = async (changed: ChangedConnector[]): Promise<void> => {
    const change: CatalogUpdate = {
      repository,
      visibility: 'public',
      updates,
      commit: String(updates),
      changed,
      amended: [],
      removed: [],
    };
    await store.updateCatalog(change, new Date());
    updates += 1;
  };
  try {
    for (let at = 0; at < count; at += 100)
      await update(
        Array.from({ length: Math.min(100, count - at) }, (_, index) => connector(at + index)),
      );
    await store.maintain();
    const pushes = await durations(20, (turn) => update([connector(turn)]));
    const filters: ConnectorFilters = { category: ['AI', 'Data'], trigger: ['none'] };
    const { catalog } = store;
    const queries: Record<string, (turn: number) => Promise<unknown>> = {
      'list by title': () => catalog.list(repository, { filters: {}, sort: 'title', limit: 50 }),
      'list by time': () => catalog.list(repository, { filters, sort: 'modified', limit: 50 }),
      search: (turn) =>
        catalog.list(repository, { filters: {}, q: noun(turn), sort: 'relevance', limit: 50 }),
      'search for two words': (turn) =>
        catalog.list(repository, {
          filters,
          q: `${noun(turn)} ${noun(turn + 1).slice(0, 4)}`,
          sort: 'relevance',
          limit: 50,
        }),
      'search for actions': (turn) =>
        catalog.searchActions(repository, { q: `get ${noun(turn)}`, limit: 50 }),
      facets: (turn) => catalog.facets(repository, { filters, q: noun(turn) }),
    };
    const times: Times[] = [];
    for (const [what, query] of Object.entries(queries)) {
      const sorted = (await durations(60, query)).toSorted((a, b) => a - b);
      times.push({ what, p95: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN });
    }
    return { push: Math.max(...pushes), times };
  } finally {
    await store.close(1);
  }
}

async function durations(
  turns: number,
  run: (turn: number) => Promise<unknown>,
): Promise<number[]> {
  const found: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const started = performance.now();
    await run(turn);
    found.push(performance.now() - started);
  }
  return found;
}
