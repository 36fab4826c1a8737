import { connectorStates, triggerFilters } from '../../catalog/catalog-source.ts';
import {
  authenticationKinds,
  connectorTypes,
  operationKinds,
} from '../../catalog/connector-record.ts';
import { connectorClasses } from '../../connector/connector.ts';
import { releaseKinds } from '../../settings/train-settings.ts';
import {
  address,
  count,
  flag,
  instant,
  list,
  object,
  oneOf,
  ref,
  text,
  type Schema,
} from './schema.ts';

const ringTime = object({ ring: text('The name of the ring.'), since: instant() });
const operationKind = oneOf(
  operationKinds,
  '`action`: a step of a flow. A flow starts with one of the others: the platform polls for one ' +
    'item at a time or for a list, or the service calls back a webhook.',
);

const connectorFields = {
  uri: text('Identifies the connector everywhere: `connector://owner/name/folder`.'),
  folder: text("The path of its folder from the repository's root."),
  class: oneOf(connectorClasses),
  type: oneOf(
    connectorTypes,
    '`official`: by a publisher that is the platform itself. `self_built`: a custom connector. ' +
      '`third_party`: all others.',
  ),
  title: text(),
  categories: list(text()),
  authentication: list(oneOf(authenticationKinds)),
  configuration: oneOf(['none', 'required'], 'Whether a connection asks for something.'),
  deprecated: flag('Whether all of it is deprecated.'),
  preview: flag('Whether it says that it is a preview.'),
  visibility: oneOf(['public', 'private'], 'Of the repository.'),
  script: flag('Whether it has code that changes requests or responses.'),
  counts: object({
    actions: count('Actions that users see.'),
    triggers: count('Triggers that users see.'),
    definitions: count("Entries of the definition's `definitions`."),
  }),
  rings: list(text(), 'The rings in which a version is live.'),
  digest: text('SHA-256 of the paths and blobs of the folder: changes with every file.'),
};

const optionalConnectorFields = {
  description: text(),
  publisher: text(),
  publisherKey: text('Equal for names that people take for the same.'),
  stackOwner: text(),
  website: address(),
  privacyPolicy: address(),
  brandColor: text(),
  problem: text('Why the connector could not be read completely.'),
  commit: text('The last commit that changed the folder, if it is known.'),
  createdAt: instant(),
  modifiedAt: instant(),
};

const file = object({ path: text('Within the folder.'), blob: text('The SHA of its git blob.') });

const facet = list(
  object(
    { value: text(), count: count('Connectors that would be left.') },
    { label: text('What people read in place of the value.') },
  ),
);

/** The schemas of what `catalog.ts` sends. */
export const catalogSchemas: Readonly<Record<string, Schema>> = {
  Connector: object(connectorFields, optionalConnectorFields),
  ConnectorDetails: object(
    {
      ...connectorFields,
      files: object(
        {},
        { definition: file, properties: file, readme: file, icon: file, script: file },
      ),
      bytes: count('Of all files.'),
      operations: list(ref('Operation'), 'Also those that users do not see.'),
      definitions: list(ref('Definition')),
    },
    {
      ...optionalConnectorFields,
      host: text(),
      basePath: text(),
      contact: object({}, { name: text(), url: text(), email: text() }),
    },
  ),
  Operation: object(
    {
      uri: text('`connector://owner/name/folder/actions/id`.'),
      id: text('The `operationId`; without one the method and the path.'),
      kind: operationKind,
      summary: text('The name that users see.'),
      method: text(),
      path: text(),
      deprecated: flag('Whether it should no longer be used.'),
      anchor: text("The fragment of the operation on the connector's reference page."),
    },
    {
      description: text(),
      visibility: text('`x-ms-visibility`. Users do not see `internal` operations.'),
      status: text('Such as `Preview`.'),
      family: text('Operations of a family replace each other.'),
      revision: { type: 'number' },
    },
  ),
  Definition: object({
    name: text(),
    usedBy: list(text(), 'The ids of operations that use it; the first 100.'),
  }),
  FoundAction: object({
    connectAssetUri: text('Identifies the action.'),
    connector: object(
      {
        uri: text(),
        folder: text(),
        class: oneOf(connectorClasses),
        type: oneOf(connectorTypes),
        title: text(),
      },
      { publisher: text() },
    ),
    operation: ref('Operation'),
  }),
  Facets: object({
    type: facet,
    class: facet,
    category: facet,
    authentication: facet,
    publisher: facet,
    trigger: facet,
    state: facet,
    ring: facet,
  }),
  Publisher: object({
    key: text('The value of the filter `publisher`.'),
    name: text('The most frequent spelling.'),
    connectors: count('How many connectors it has.'),
  }),
  LiveVersion: object(
    { ring: text(), version: text(), since: instant() },
    { pull: count('The number of the pull request.'), pullUrl: address(), commit: text() },
  ),
  Version: object({
    version: text(),
    kind: oneOf(releaseKinds),
    pull: count('The number of the pull request.'),
    pullUrl: address(),
    commit: text(),
    createdAt: instant('When it was merged.'),
    reached: list(ringTime, 'The rings that have or had it, in the order of time.'),
  }),
  CatalogIndex: object(
    {
      schemaVersion: { const: 1 },
      repository: text('`owner/name`.'),
      connectors: list(ref('Connector'), 'All connectors, by folder.'),
    },
    { commit: text('The commit of all of it, if it is known.') },
  ),
  JsonFeed: object({
    version: { const: 'https://jsonfeed.org/version/1.1' },
    title: text(),
    home_page_url: address(),
    description: text(),
    items: list(
      object(
        {
          id: text(),
          url: address(),
          title: text(),
          content_text: text(),
          date_modified: instant(),
          tags: list(text()),
        },
        { authors: list(object({ name: text() })) },
      ),
    ),
  }),
};

export const filterChoices = {
  type: connectorTypes,
  class: connectorClasses,
  authentication: authenticationKinds,
  trigger: triggerFilters,
  state: connectorStates,
} as const;
