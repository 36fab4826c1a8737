import { LRUCache } from 'lru-cache';
import { operationUri, parseConnectorUri } from '../../catalog/catalog-json.ts';
import type { ConnectorRecord } from '../../catalog/connector-record.ts';
import { readConnector, type Connector } from '../../connector/connector.ts';
import { operationSchemas } from '../../reference/operation-schemas.ts';
import { pageOf } from '../../reference/page-of.ts';
import { renderMarkdown } from '../../reference/render-markdown.ts';
import { Problem } from '../problem.ts';
import { connectorOf, connectorParameters } from './catalog.ts';
import { invalidParameters } from './parameters.ts';
import { route, type Route, type Source } from './route.ts';
import { object, text } from './schema.ts';

/** Parsed connectors that are kept, because most requests are about few: bytes of their files. */
const parsed = new LRUCache<string, Connector>({ maxSize: 8_000_000 });

/**
 * A connector from its stored files.
 * @throws Problem if they are not stored, or it has no readable definition
 */
async function readStored(
  { store, repository }: Source,
  record: ConnectorRecord,
): Promise<Connector> {
  const key = `${repository.name} ${record.folder} ${record.digest}`;
  const known = parsed.get(key);
  if (known) return known;
  const contents = await store.connectorFiles(repository.name, record);
  const files = Array.from(contents, ([path, bytes]) => ({
    path,
    kind: 'file' as const,
    size: bytes.length,
    bytes,
  }));
  const connector = readConnector({ path: record.folder, class: record.class, files });
  if (!connector.definition)
    throw new Problem(4004, 'The connector has no definition that can be read.');
  parsed.set(key, connector, { size: files.reduce((sum, { size }) => sum + size, 1) });
  return connector;
}

const getPage = route({
  path: '/api/v1/connectors/{parent}/{name}/page.md',
  operationId: 'getReferencePage',
  tag: 'Catalog',
  summary: 'The reference page of a connector, in Markdown',
  description: "In the structure of the platform's pages, with the version of each ring.",
  parameters: connectorParameters,
  content: { type: 'text/markdown; charset=utf-8', schema: text() },
  async respond(source, values) {
    const { store, github, repository } = source;
    const record = await connectorOf(source, values);
    const connector = await readStored(source, record);
    const live = await store.catalog.live(repository.name, record.folder);
    const calendar = await repository.calendar();
    const rings = calendar?.settings.rings ?? [];
    return renderMarkdown(
      pageOf(connector, {
        settings: repository.reference,
        // Beside the page.
        icon: connector.icon?.bytes && 'icon',
        live: rings.flatMap(({ name, regions }) =>
          live
            .filter(({ ring }) => ring === name)
            .map(({ version, since }) => ({ regions, version, since })),
        ),
        ...(record.commit !== undefined && {
          files: `${github}/${repository.name}/blob/${record.commit}`,
        }),
      }),
    );
  },
});

const getIcon = route({
  path: '/api/v1/connectors/{parent}/{name}/icon',
  operationId: 'getIcon',
  tag: 'Catalog',
  summary: 'The icon of a connector, a PNG',
  description:
    'The `files` of a connector say whether it has one. An icon that is not a PNG, or larger than ' +
    '512 KB, is not served.',
  parameters: connectorParameters,
  content: { type: 'image/png', schema: {} },
  async respond(source, values) {
    const { store, repository } = source;
    const record = await connectorOf(source, values);
    const { path = '' } = record.files.icon ?? {};
    const bytes = (await store.connectorFiles(repository.name, record, path)).get(path);
    if (!bytes) throw new Problem(4004, 'The connector has no icon that can be shown.');
    return new Uint8Array(bytes);
  },
});

const getActionDetails = route({
  path: '/api/v1/actions/details',
  operationId: 'getActionDetails',
  tag: 'Catalog',
  summary: 'What an action or a trigger takes and returns, as JSON Schemas',
  description:
    'The schemas (draft 2020-12) are texts of JSON, as other catalogs of connectors have them, or ' +
    'objects.',
  parameters: {
    connectAssetUri: {
      schema: { type: 'string', maxLength: 2_000 },
      description: 'Identifies the operation: the `uri` of an operation.',
      example:
        'connector://contoso/connectors/certified-connectors/Contoso%20Invoices/actions/ListInvoices',
      required: true,
    },
    schemas: {
      schema: { type: 'string', enum: ['text', 'objects'], default: 'text' },
      description: 'Whether the schemas are texts or objects.',
      example: 'objects',
    },
  },
  content: {
    type: 'application/json',
    schema: object({
      refId: text('The id of the operation.'),
      refType: { enum: ['action', 'trigger'] },
      refProviderCorpId: text('The key of the publisher; empty without one.'),
      connectAssetUri: text(),
      inputSchema: { type: ['string', 'object'] },
      outputSchema: { type: ['string', 'object'] },
    }),
  },
  async respond(source, { connectAssetUri, schemas }) {
    const { name } = source.repository;
    const uri = parseConnectorUri(connectAssetUri);
    if (uri?.operation === undefined || uri.repository.toLowerCase() !== name.toLowerCase())
      throw invalidParameters([
        {
          name: 'connectAssetUri',
          reason: `The value must be the uri of an operation of ${name}.`,
        },
      ]);
    const [parent = '', folder = ''] = uri.folder.split('/');
    const record = await connectorOf(source, { parent, name: folder });
    const index = record.operations.findIndex(({ id }) => id === uri.operation);
    const found = record.operations[index];
    const connector = await readStored(source, record);
    const operation = connector.definition?.operations[index];
    if (!found || !operation || found.visibility === 'internal')
      throw new Problem(4004, 'The connector has no operation with this id that users see.');
    const { inputSchema, outputSchema } = operationSchemas(connector, operation);
    const shown = (schema: object): object | string =>
      schemas === 'objects' ? schema : JSON.stringify(schema);
    return {
      refId: found.id,
      refType: found.kind === 'action' ? 'action' : 'trigger',
      refProviderCorpId: record.publisherKey ?? '',
      connectAssetUri: operationUri(name, record.folder, found.id),
      inputSchema: shown(inputSchema),
      outputSchema: shown(outputSchema),
    };
  },
});

export const referenceRoutes: readonly Route[] = [getPage, getIcon, getActionDetails];
