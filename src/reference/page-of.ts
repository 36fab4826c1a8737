import {
  availabilityBlocks,
  contactBlocks,
  generalLimits,
  liveBlocks,
  throttlingLimits,
  type LiveVersion,
} from './about-blocks.ts';
import type { Block, Inline } from './block.ts';
import { connectionSection } from './connection-section.ts';
import { definitionSections } from './definition-sections.ts';
import { masked } from './masked.ts';
import {
  isPolling,
  isTrigger,
  operationSection,
  operationsTable,
  shownOperations,
  type ShownOperation,
} from './operation-sections.ts';
import { contentOf } from './text-content.ts';
import { UsedTypes } from './used-types.ts';
import { userGuide } from './user-guide.ts';
import { withAnchors } from './with-anchors.ts';
import type { Connector } from '../connector/connector.ts';
import type { Operation } from '../connector/definition.ts';
import { asObject, asText } from '../json/values.ts';
import { linePage } from '../report/markdown.ts';
import { maskFor } from '../secrets/mask.ts';
import { defaultSettings } from '../settings/defaults.ts';
import type { ReferenceSettings } from '../settings/reference-settings.ts';

/** What a page says besides what the files of the connector say. */
export interface PageOptions {
  settings?: ReferenceSettings | undefined;
  /** The version of each ring, in the order of the rings. */
  live?: readonly LiveVersion[];
  /**
   * The address of the repository's files at a commit, such as
   * `https://github.com/contoso/connectors/blob/c0ffee5`. Without it nothing links to lines.
   */
  files?: string | undefined;
  /** The address of the icon: a path from the page, or a `data:` address. */
  icon?: string | undefined;
  /** Whether the page has the user guide; it has, if nothing is said. */
  guide?: boolean;
}

/**
 * The reference page of a connector, in the order of the pages that the platform publishes: what the
 * connector is, where it is available, its user guide, connections, limits, actions, triggers and the
 * definitions of what they return. Internal operations, parameters and fields are left out.
 *
 * All text of the connector is text (see `Inline`), and its secrets are masked. A connector without a
 * readable definition has a page that says so. Takes bounded time for any connector.
 */
export function pageOf(connector: Connector, options: PageOptions = {}): Block[] {
  const { settings = defaultSettings.reference, live = [], files, icon, guide = true } = options;
  const own = settings.connectors[connector.path] ?? {};
  const { definition } = connector;
  const operations = definition ? shownOperations(definition, settings.order === 'reader') : [];
  const types = definition && new UsedTypes(definition);
  const lineLink = (operation: Operation): Inline | undefined =>
    files === undefined ? undefined : lineLinkOf(connector, operation, files);
  const group = (title: string, shown: readonly ShownOperation[]): Block[] =>
    shown.length === 0 || !definition || !types
      ? []
      : [
          {
            kind: 'heading',
            level: 2,
            text: title,
            key: `section/${title.toLowerCase()}`,
            anchor: '',
          },
          operationsTable(shown),
          ...shown.flatMap((each) =>
            operationSection(definition, types, each, lineLink(each.operation)),
          ),
        ];

  const blocks: Block[] = [
    {
      kind: 'heading',
      level: 1,
      text: titleOf(connector, own.preview === true),
      key: 'connector',
      anchor: '',
    },
    ...(icon === undefined ? [] : [{ kind: 'icon' as const, address: icon }]),
    ...introduction(connector),
    ...availabilityBlocks(own.availability ?? settings.availability[connector.class] ?? []),
    ...liveBlocks(live),
    ...contactBlocks(connector),
    ...(guide ? userGuide(connector) : []),
    ...generalLimits(own.general ?? []),
    ...connectionSection(connector.properties),
    ...throttlingLimits(
      own.limits ?? settings.limits[connector.class] ?? [],
      operations.some(isPolling),
    ),
    ...group(
      'Actions',
      operations.filter((each) => !isTrigger(each)),
    ),
    ...group('Triggers', operations.filter(isTrigger)),
    ...(definition && types ? definitionSections(definition, types) : []),
  ];
  const anchors = new Map(operations.map(({ key, anchor }) => [key, anchor]));
  return masked(withAnchors(blocks, anchors), maskFor(connector));
}

/** The title as it is released, with what the platform adds. */
function titleOf(
  { definition, path, class: connectorClass }: Connector,
  isPreview: boolean,
): string {
  const title = asText(asObject(definition?.raw.info)?.title)?.trim();
  const name = title === undefined || title === '' ? (path.split('/').at(-1) ?? path) : title;
  const independent = ' (Independent Publisher)';
  return [
    name,
    connectorClass === 'independent-publisher' && !name.endsWith(independent) ? independent : '',
    isPreview ? ' (Preview)' : '',
  ].join('');
}

function introduction({ definition }: Connector): Block[] {
  if (!definition)
    return [
      {
        kind: 'paragraph',
        content: ['The definition of this connector cannot be read, so the page ends here.'],
      },
    ];
  const content = contentOf(asText(asObject(definition.raw.info)?.description) ?? '');
  return content.length === 0 ? [] : [{ kind: 'paragraph', content }];
}

/** A link to the line on which an operation begins. */
function lineLinkOf(
  { path, definitionFile }: Connector,
  operation: Operation,
  files: string,
): Inline | undefined {
  if (!definitionFile) return undefined;
  const { file, line } = definitionFile.locationOf(operation.raw);
  return { kind: 'link', text: `line ${line}`, target: linePage(files, `${path}/${file}`, line) };
}
