import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  definitionName,
  iconName,
  propertiesName,
  type ConnectorClass,
} from '../connector/connector.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';

/** Converts an SVG to a PNG. */
type Draw = (svg: string) => Promise<Uint8Array>;

/**
 * Scaffolds a connector that passes all rules: two operations, one of which fills its dropdown from
 * the other. The folder must be missing or empty, and gives the connector its name.
 * @returns the names of the files
 * @throws UserError if the folder is not empty, or cannot be written to
 */
export async function scaffoldConnector(
  directory: string,
  connectorClass: ConnectorClass,
  draw: Draw,
): Promise<string[]> {
  const name = basename(directory);
  const files = new Map<string, string | Uint8Array>([
    [definitionName, json(definitionOf(name, connectorClass))],
    [propertiesName, json(propertiesOf(name, connectorClass))],
    ['readme.md', readmeOf(name)],
  ]);
  if (connectorClass === 'certified') files.set(iconName, await draw(pictureOf(name)));
  try {
    mkdirSync(directory, { recursive: true });
    const [existing] = readdirSync(directory);
    if (existing !== undefined)
      throw new UserError(
        `${directory} is not empty: it contains ${existing}. Give the name of a new folder.`,
      );
    for (const [path, content] of files)
      writeFileSync(join(directory, path), content, { flag: 'wx' });
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(`The connector could not be written: ${errorMessage(error)}`);
  }
  return [...files.keys()];
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const text = (title: string, description: string) => ({
  type: 'string',
  'x-ms-summary': title,
  description,
});

/** Microsoft's examples use contoso.com, too. No API answers there. */
const definitionOf = (name: string, connectorClass: ConnectorClass): object => ({
  swagger: '2.0',
  info: {
    title: connectorClass === 'independent-publisher' ? `${name} (Independent Publisher)` : name,
    description:
      `${name} keeps orders. List the orders of your company, and look at one of them, in ` +
      'your apps and flows.',
    version: '1.0',
    contact: {
      name: `${name} Support`,
      url: 'https://www.contoso.com/support',
      email: 'support@contoso.com',
    },
  },
  host: 'api.contoso.com',
  basePath: '/v1',
  schemes: ['https'],
  consumes: ['application/json'],
  produces: ['application/json'],
  paths: {
    '/orders': {
      get: {
        operationId: 'ListOrders',
        summary: 'List orders',
        description: 'Returns the orders of your company, the newest first.',
        parameters: [
          {
            name: 'customer',
            in: 'query',
            required: false,
            ...text('Customer', 'Only the orders of this customer.'),
          },
        ],
        responses: {
          200: {
            description: 'The orders.',
            schema: { type: 'array', items: { $ref: '#/definitions/Order' } },
          },
        },
      },
    },
    '/orders/{id}': {
      get: {
        operationId: 'GetOrder',
        summary: 'Get an order',
        description: 'Returns one order with its state.',
        parameters: [
          {
            name: 'id',
            in: 'path',
            required: true,
            ...text('Order', 'The order to look at; choose one from the list.'),
            'x-ms-url-encoding': 'single',
            'x-ms-dynamic-values': {
              operationId: 'ListOrders',
              'value-path': 'id',
              'value-title': 'title',
            },
          },
        ],
        responses: { 200: { description: 'The order.', schema: { $ref: '#/definitions/Order' } } },
      },
    },
  },
  definitions: {
    Order: {
      type: 'object',
      properties: {
        id: text('Order ID', 'What the order is found by.'),
        title: text('Title', 'What the order is about, in a few words.'),
        state: { ...text('State', 'How far the order is.'), enum: ['open', 'shipped', 'closed'] },
      },
    },
  },
  securityDefinitions: { api_key: { type: 'apiKey', in: 'header', name: 'Authorization' } },
  security: [{ api_key: [] }],
  'x-ms-connector-metadata': [
    { propertyName: 'Website', propertyValue: 'https://www.contoso.com' },
    { propertyName: 'Privacy policy', propertyValue: 'https://www.contoso.com/privacy' },
    { propertyName: 'Categories', propertyValue: 'Sales and CRM' },
  ],
});

const propertiesOf = (name: string, connectorClass: ConnectorClass): object => ({
  properties: {
    connectionParameters: {
      api_key: {
        type: 'securestring',
        uiDefinition: {
          displayName: 'API key',
          description: `The key of your company in ${name}.`,
          tooltip: `Find it in ${name} under Settings, Keys.`,
          constraints: { clearText: false, required: 'true', tabIndex: 2 },
        },
      },
    },
    iconBrandColor: connectorClass === 'certified' ? colorOf(name) : '#da3b01',
    capabilities: [],
    publisher: 'Contoso',
    stackOwner: 'Contoso',
  },
});

const readmeOf = (name: string): string => `# ${name}

${name} keeps orders. List the orders of your company, and look at one of them, in your apps and flows.

## Publisher: Contoso

## Prerequisites

A subscription of ${name}.

## Supported Operations

### List orders

Returns the orders of your company, the newest first.

### Get an order

Returns one order with its state.

## Obtaining Credentials

Sign in to ${name}, open Settings, Keys, and create a key.

## Known Issues and Limitations

None are known.
`;

/** Dark enough for a white mark. */
const colors = [
  '#1f5f8b',
  '#0f6b5c',
  '#6b2f7f',
  '#8b2f3f',
  '#4a5a1f',
  '#2f3f8b',
  '#7a4a1f',
  '#3f3f4f',
] as const;

/** A number derived from the name, so that icons of different connectors differ. */
const numberOf = (name: string): number => Number.parseInt(hash('sha256', name).slice(0, 8), 16);
const colorOf = (name: string): string => colors[numberOf(name) % colors.length] ?? colors[0];

/** An SVG: a white polygon with three to nine corners on the brand color. */
function pictureOf(name: string): string {
  const corners = 3 + ((numberOf(name) >>> 8) % 7);
  const points = Array.from({ length: corners }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / corners - Math.PI / 2;
    return `${(115 + 60 * Math.cos(angle)).toFixed(1)},${(115 + 60 * Math.sin(angle)).toFixed(1)}`;
  });
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="230" height="230"><rect width="230" ' +
    `height="230" fill="${colorOf(name)}"/><polygon points="${points.join(' ')}" ` +
    'fill="#ffffff"/></svg>'
  );
}
