import {
  connectorDetailJson,
  connectorJson,
  connectorUri,
  indexJson,
  operationJson,
  operationUri,
  parseConnectorUri,
  type ConnectorJson,
} from '../../catalog/catalog-json.ts';
import {
  connectorSorts,
  type CatalogNews,
  type ConnectorFilters,
  type Cursor,
} from '../../catalog/catalog-source.ts';
import type { ConnectorRecord, OperationRecord } from '../../catalog/connector-record.ts';
import { searchTerms } from '../../catalog/search-words.ts';
import { Problem } from '../problem.ts';
import { filterChoices } from './catalog-schemas.ts';
import { invalidParameters, type Parameters, type ValuesOf } from './parameters.ts';
import {
  listRoute,
  listSchema,
  route,
  wholeList,
  type Route,
  type RouteInfo,
  type Source,
} from './route.ts';
import { ref, text, type Schema } from './schema.ts';

const results = { default: 50, maximum: 200 };
/** Connectors that the feed has. */
const feedItems = 50;

const words = {
  q: {
    schema: { type: 'string', maxLength: 200 },
    description: 'Words to search for. The last letters of each may be missing.',
    example: 'invoice',
  },
} as const satisfies Parameters;

const separated = 'Several are separated by commas: any of them.';
const filters = {
  type: {
    schema: { type: 'array', items: { type: 'string', enum: filterChoices.type } },
    description: `Who the connector is from. ${separated}`,
    example: 'official,third_party',
  },
  class: {
    schema: { type: 'array', items: { type: 'string', enum: filterChoices.class } },
    description: `The class. ${separated}`,
    example: 'certified',
  },
  category: {
    schema: { type: 'array', items: { type: 'string', maxLength: 100 } },
    description: `The category. ${separated}`,
    example: 'Finance',
  },
  authentication: {
    schema: { type: 'array', items: { type: 'string', enum: filterChoices.authentication } },
    description: `What users sign in with. ${separated}`,
    example: 'oauth,none',
  },
  publisher: {
    schema: { type: 'array', items: { type: 'string', maxLength: 300 } },
    description: `The key of the publisher, from \`/api/v1/publishers\`. ${separated}`,
    example: 'contoso',
  },
  trigger: {
    schema: { type: 'array', items: { type: 'string', enum: filterChoices.trigger } },
    description: `The kinds of triggers, or \`none\`. ${separated}`,
    example: 'subscription',
  },
  state: {
    schema: { type: 'array', items: { type: 'string', enum: filterChoices.state } },
    description: `\`problem\`: it could not be read completely. ${separated}`,
    example: 'current',
  },
  ring: {
    schema: { type: 'array', items: { type: 'string', maxLength: 100 } },
    description: `The name of a ring in which a version is live. ${separated}`,
    example: 'testing',
  },
} as const satisfies Parameters;

export const connectorParameters = {
  parent: {
    schema: { type: 'string', maxLength: 100 },
    description: 'The first part of the folder.',
    example: 'certified-connectors',
    required: true,
  },
  name: {
    schema: { type: 'string', maxLength: 200 },
    description: 'The second part of the folder.',
    example: 'Contoso Invoices',
    required: true,
  },
} as const satisfies Parameters;

/** The filters that have a value. */
function filtersOf(values: ValuesOf<typeof filters>): ConnectorFilters {
  const {
    type,
    class: classes,
    category,
    authentication,
    publisher,
    trigger,
    state,
    ring,
  } = values;
  return {
    ...(type && { type }),
    ...(classes && { class: classes }),
    ...(category && { category }),
    ...(authentication && { authentication }),
    ...(publisher && { publisher }),
    ...(trigger && { trigger }),
    ...(state && { state }),
    ...(ring && { ring }),
  };
}

const listConnectors = listRoute({
  path: '/api/v1/connectors',
  operationId: 'listConnectors',
  tag: 'Catalog',
  summary: 'Connectors that match words and filters',
  description:
    'All filters must match. A walk over the pages shows the catalog as it was at the first page, so ' +
    'that it has each connector once, whatever changes meanwhile.',
  parameters: {
    ...words,
    ...filters,
    sort: {
      schema: { type: 'string', enum: connectorSorts, default: 'relevance' },
      description:
        '`title`: A to Z. `modified`: newest first. `operations`: most first. `relevance`: how ' +
        'well the words fit; without words the same as `title`.',
      example: 'modified',
    },
  },
  item: ref('Connector'),
  more: { didYouMean: text('What the words were probably meant to be, if nothing matches.') },
  results,
  sort: ({ sort, q }) => ({
    name: sort,
    key: [
      sort === 'title' || (sort === 'relevance' && !hasWords(q)) ? 'text' : 'integer',
      'integer',
      'text',
    ],
  }),
  async list({ store: { catalog }, repository: { name } }, values, { after, maxResults }) {
    const { q, sort } = values;
    const page = await catalog.list(name, {
      filters: filtersOf(values),
      ...(q !== undefined && { q }),
      sort,
      ...(after && { after }),
      limit: maxResults,
    });
    if (page === 'expired') return undefined;
    const isEmpty = q !== undefined && page.items.length === 0;
    const didYouMean = isEmpty ? await catalog.didYouMean(name, q) : undefined;
    return {
      items: page.items.map((connector) => connectorJson(name, connector)),
      next: page.next,
      ...(didYouMean !== undefined && { more: { didYouMean } }),
    };
  },
});

const getFacets = route({
  path: '/api/v1/facets',
  operationId: 'getFacets',
  tag: 'Catalog',
  summary: 'How many connectors each value of each filter would leave',
  description:
    'Each filter counts the connectors that match the words and the other filters. The most ' +
    'frequent values come first, at most 50.',
  parameters: { ...words, ...filters },
  content: { type: 'application/json', schema: ref('Facets') },
  respond: ({ store, repository }, values) =>
    store.catalog.facets(repository.name, {
      filters: filtersOf(values),
      ...(values.q !== undefined && { q: values.q }),
    }),
});

const listPublishers = route({
  path: '/api/v1/publishers',
  operationId: 'listPublishers',
  tag: 'Catalog',
  summary: 'Publishers with the number of their connectors',
  description: 'By their keys.',
  parameters: {},
  content: { type: 'application/json', schema: listSchema(ref('Publisher')) },
  respond: async ({ store, repository }) =>
    wholeList(await store.catalog.publishers(repository.name)),
});

const hasWords = (q = ''): boolean => searchTerms(q).length > 0;

/** @throws Problem if there is no such connector */
export async function connectorOf(
  { store, repository }: Source,
  { parent, name }: { parent: string; name: string },
): Promise<ConnectorRecord> {
  const record = await store.catalog.connector(repository.name, `${parent}/${name}`);
  if (!record) throw new Problem(4004, 'There is no connector in this folder.');
  return record;
}

/** Defines a route about a connector. */
const connectorRoute = (
  definition: Omit<RouteInfo, 'tag'> & {
    schema: Schema;
    respond: (connector: ConnectorRecord, source: Source) => object | Promise<object>;
  },
): Route => {
  const { path, schema, respond, ...info } = definition;
  return route({
    ...info,
    path: `/api/v1/connectors/{parent}/{name}${path}`,
    tag: 'Catalog',
    parameters: connectorParameters,
    content: { type: 'application/json', schema },
    respond: async (source, values) => respond(await connectorOf(source, values), source),
  });
};

/** The operations of a connector that users see. */
const shownOperations = (
  { folder, operations }: ConnectorRecord,
  { repository }: Source,
  isWanted: (operation: OperationRecord) => boolean,
): object =>
  wholeList(
    operations
      .filter((each) => each.visibility !== 'internal' && isWanted(each))
      .map((each) => operationJson(repository.name, folder, each)),
  );

const connectorRoutes: readonly Route[] = [
  connectorRoute({
    path: '',
    operationId: 'getConnector',
    summary: 'Everything that the catalog says of a connector',
    description: 'With all its operations and definitions.',
    schema: ref('ConnectorDetails'),
    respond: (connector, { repository }) => connectorDetailJson(repository.name, connector),
  }),
  connectorRoute({
    path: '/actions',
    operationId: 'listActions',
    summary: 'The actions of a connector that users see',
    description: 'In the order of the definition.',
    schema: listSchema(ref('Operation')),
    respond: (connector, source) =>
      shownOperations(connector, source, ({ kind }) => kind === 'action'),
  }),
  connectorRoute({
    path: '/triggers',
    operationId: 'listTriggers',
    summary: 'The triggers of a connector that users see',
    description: 'In the order of the definition.',
    schema: listSchema(ref('Operation')),
    respond: (connector, source) =>
      shownOperations(connector, source, ({ kind }) => kind !== 'action'),
  }),
  connectorRoute({
    path: '/definitions',
    operationId: 'listDefinitions',
    summary: 'The definitions of a connector, and the operations that use them',
    description: 'In the order of the definition.',
    schema: listSchema(ref('Definition')),
    respond: ({ definitions }) => wholeList(definitions),
  }),
  connectorRoute({
    path: '/live',
    operationId: 'listLiveVersions',
    summary: 'The version that the people of each ring have',
    description: 'Empty without a train.',
    schema: listSchema(ref('LiveVersion')),
    async respond({ folder }, { store, github, repository: { name } }) {
      const live = await store.catalog.live(name, folder);
      return wholeList(
        live.map((each) => ({
          ...each,
          ...(each.pull !== undefined && { pullUrl: `${github}/${name}/pull/${each.pull}` }),
        })),
      );
    },
  }),
  connectorRoute({
    path: '/history',
    operationId: 'listVersions',
    summary: 'The versions of a connector, and the rings that they reached',
    description: 'The newest first. Empty without a train.',
    schema: listSchema(ref('Version')),
    async respond({ folder }, { store, github, repository: { name } }) {
      const versions = await store.catalog.versions(name, folder);
      return wholeList(
        versions.map((each) => ({ ...each, pullUrl: `${github}/${name}/pull/${each.pull}` })),
      );
    },
  }),
];

const searchActions = listRoute({
  path: '/api/v1/actions/search',
  operationId: 'searchActions',
  tag: 'Catalog',
  summary: 'Actions of all connectors that match words',
  description: 'Those that users see; the best match first.',
  parameters: {
    ...words,
    connectorId: {
      schema: { type: 'string', maxLength: 1_000 },
      description: 'Only of the connector with this `uri` or in this folder.',
      example: 'connector://contoso/connectors/certified-connectors/Contoso%20Invoices',
    },
    connectorProviderCorpId: {
      schema: { type: 'string', maxLength: 300 },
      description: 'Only of the publisher with this key, from `/api/v1/publishers`.',
      example: 'contoso',
    },
    integrationTypes: filters.type,
  },
  item: ref('FoundAction'),
  results,
  sort: () => ({ name: 'relevance', key: ['integer', 'text', 'integer'] }),
  async list({ store, repository: { name } }, values, { after, maxResults }) {
    const { q, connectorId, connectorProviderCorpId: publisher, integrationTypes } = values;
    const folder = connectorId === undefined ? undefined : folderOf(connectorId, name);
    const page = await store.catalog.searchActions(name, {
      ...(q !== undefined && { q }),
      ...(folder !== undefined && { folder }),
      ...(integrationTypes && { type: integrationTypes }),
      ...(publisher !== undefined && { publisher }),
      ...(after && { after }),
      limit: maxResults,
    });
    if (page === 'expired') return undefined;
    return {
      items: page.items.map(({ connector, operation }) => ({
        connectAssetUri: operationUri(name, connector.folder, operation.id),
        connector: { uri: connectorUri(name, connector.folder), ...connector },
        operation: operationJson(name, connector.folder, operation),
      })),
      next: page.next,
    };
  },
});

/**
 * The folder of a connector, by its address or by the folder itself.
 * @throws Problem if the address is of another repository
 */
function folderOf(connectorId: string, repository: string): string {
  if (!connectorId.startsWith('connector:')) return connectorId;
  const uri = parseConnectorUri(connectorId);
  if (uri?.repository.toLowerCase() === repository.toLowerCase()) return uri.folder;
  throw invalidParameters([
    { name: 'connectorId', reason: `The value must be the uri of a connector of ${repository}.` },
  ]);
}

const catalogIndex = route({
  path: '/catalog/index.json',
  operationId: 'getCatalogIndex',
  tag: 'Catalog',
  summary: 'All connectors in one file',
  description: 'The same as `gatehouse catalog` writes.',
  parameters: {},
  content: { type: 'application/json', schema: ref('CatalogIndex') },
  respond: (source) => source.repository.once('index', () => wholeCatalog(source)),
});

async function wholeCatalog({ store: { catalog }, repository: { name } }: Source): Promise<object> {
  const state = await catalog.state(name);
  const connectors: ConnectorJson[] = [];
  let after: Cursor | undefined;
  do {
    const page = await catalog.list(name, {
      filters: {},
      sort: 'title',
      ...(after && { after }),
      limit: results.maximum,
    });
    if (page === 'expired') throw new Error('a page of the catalog was removed while it was read');
    connectors.push(...page.items.map((connector) => connectorJson(name, connector)));
    after = page.next;
  } while (after);
  return indexJson(name, state?.commit, connectors);
}

const connectorsFeed = route({
  path: '/feeds/connectors.json',
  operationId: 'getConnectorsFeed',
  tag: 'Feeds',
  summary: 'New and updated connectors, as a JSON Feed 1.1',
  description: 'The newest 50 of those whose time is known.',
  parameters: {},
  content: { type: 'application/feed+json', schema: ref('JsonFeed') },
  async respond({ store, github, repository: { name } }) {
    const news = await store.catalog.news(name, feedItems);
    return {
      version: 'https://jsonfeed.org/version/1.1',
      title: `Connectors of ${name}`,
      home_page_url: `${github}/${name}`,
      description: `New and updated connectors of ${name}`,
      items: news.map((item) => feedItem(item, `${github}/${name}`, name)),
    };
  },
});

/** @param page of the repository on GitHub */
function feedItem({ kind, connector, at }: CatalogNews, page: string, name: string): object {
  const { folder, commit = 'HEAD', title, description, publisher, class: group } = connector;
  const path = folder.split('/').map(encodeURIComponent).join('/');
  return {
    id: `${connectorUri(name, folder)}#${at}`,
    url: `${page}/tree/${commit}/${path}`,
    title: kind === 'added' ? `New: ${title}` : `Updated: ${title}`,
    content_text: description ?? title,
    date_modified: at,
    tags: [kind, group],
    ...(publisher !== undefined && { authors: [{ name: publisher }] }),
  };
}

export const catalogRoutes: readonly Route[] = [
  listConnectors,
  getFacets,
  listPublishers,
  ...connectorRoutes,
  searchActions,
  catalogIndex,
  connectorsFeed,
];
