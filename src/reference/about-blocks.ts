import type { Block, Inline } from './block.ts';
import { contentOf } from './text-content.ts';
import { mailAddress, webAddress } from './web-address.ts';
import type { Connector } from '../connector/connector.ts';
import { asObject, asText, objectsIn, type JsonObject } from '../json/values.ts';
import type { AvailabilitySettings, LimitSettings } from '../settings/reference-settings.ts';

/** A version that people have in some regions. */
export interface LiveVersion {
  /** What people read: `Europe except UK`. */
  regions: readonly string[];
  version: string;
  /** An instant as `Date.toISOString` writes it, or a day. */
  since: string;
}

const paragraph = (...content: Inline[]): Block => ({ kind: 'paragraph', content });

/** A text that is an address, as a link to it. */
const linked = (text: string): Inline[] => {
  const shown = text.trim();
  const target = webAddress(shown) ?? mailAddress(shown);
  return target === undefined ? contentOf(shown) : [{ kind: 'link', text: shown, target }];
};

/** Where the connector can be used. */
export function availabilityBlocks(products: readonly AvailabilitySettings[]): Block[] {
  if (products.length === 0) return [];
  return [
    paragraph('This connector is available in the following products and regions:'),
    {
      kind: 'table',
      head: ['Service', 'Class', 'Regions'],
      rows: products.map(({ service, class: license, regions, except = [] }) => [
        [{ kind: 'strong', content: [service] }],
        [license],
        except.length === 0
          ? [regions]
          : [
              `${regions} except the following:`,
              ...except.flatMap((region): Inline[] => [{ kind: 'break' }, `- ${region}`]),
            ],
      ]),
    },
  ];
}

/** Which version is live where, and since when. */
export function liveBlocks(live: readonly LiveVersion[]): Block[] {
  if (live.length === 0) return [];
  return [
    paragraph('These versions are live:'),
    {
      kind: 'table',
      head: ['Regions', 'Version', 'Since'],
      rows: live.map(({ regions, version, since }) => [
        [regions.join(', ')],
        [version],
        [since.slice(0, 10)],
      ]),
    },
  ];
}

/** Whom to ask, and who publishes the connector. */
export function contactBlocks({ definition, properties }: Connector): Block[] {
  const contact = asObject(asObject(definition?.raw.info)?.contact) ?? {};
  const metadata = metadataOf(definition?.raw['x-ms-connector-metadata']);
  return [
    ...factsTable('Contact', [
      ['Name', asText(contact.name)],
      ['URL', asText(contact.url)],
      ['Email', asText(contact.email)],
    ]),
    ...factsTable('Connector Metadata', [
      ['Publisher', properties?.publisher],
      ['Website', metadata.get('website')],
      ['Privacy policy', metadata.get('privacy policy')],
      ['Categories', metadata.get('categories')],
    ]),
  ];
}

/** The texts of the metadata by their names in lower case. */
const metadataOf = (list: JsonObject[string] | undefined): ReadonlyMap<string, string> =>
  new Map(
    objectsIn(list).map((entry) => [
      (asText(entry.propertyName) ?? '').toLowerCase(),
      asText(entry.propertyValue) ?? '',
    ]),
  );

function factsTable(
  title: string,
  facts: readonly (readonly [name: string, value: string | undefined])[],
): Block[] {
  const rows = facts.flatMap(([name, value]) =>
    value === undefined || value.trim() === '' ? [] : [[[name], linked(value)]],
  );
  return rows.length === 0 ? [] : [{ kind: 'table', head: [title, ''], rows }];
}

/** Limits that are no throttling, such as the size of files. */
export const generalLimits = (limits: readonly { name: string; value: string }[]): Block[] =>
  limits.length === 0
    ? []
    : [
        {
          kind: 'heading',
          level: 3,
          text: 'General Limits',
          key: 'section/general-limits',
          anchor: '',
        },
        {
          kind: 'table',
          head: ['Name', 'Value'],
          rows: limits.map(({ name, value }) => [[name], [value]]),
        },
      ];

/** How often a connection may call, and a trigger may poll. */
export function throttlingLimits(
  limits: readonly LimitSettings[],
  hasPollingTrigger: boolean,
): Block[] {
  const shown = limits.filter(({ polling = false }) => !polling || hasPollingTrigger);
  if (shown.length === 0) return [];
  return [
    {
      kind: 'heading',
      level: 2,
      text: 'Throttling Limits',
      key: 'section/throttling',
      anchor: '',
    },
    {
      kind: 'table',
      head: ['Name', 'Calls', 'Renewal Period'],
      rows: shown.map(({ name, calls, period }) => [[name], [String(calls)], [period]]),
    },
  ];
}
