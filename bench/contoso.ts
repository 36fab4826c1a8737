import type { ConnectorFolder } from '../src/connector/connector.ts';

const text = (description: string, summary: string) => ({
  type: 'string',
  description,
  'x-ms-summary': summary,
});

/**
 * A made-up connector with so many operations, each with a schema of its own; `faulty` gives every
 * operation some mistakes.
 */
export function contoso(operations: number, faulty: boolean): ConnectorFolder {
  const numbers = Array.from({ length: operations }, (_, index) => index + 1);
  const definition = {
    swagger: '2.0',
    info: {
      title: 'Contoso Orders',
      description:
        'Orders of the Contoso company, from the first call to the delivery at the door.',
      version: '1.0',
      contact: { name: 'Contoso', url: 'https://contoso.com', email: 'help@contoso.com' },
    },
    host: 'api.contoso.com',
    basePath: '/v1',
    schemes: ['https'],
    consumes: ['application/json'],
    produces: ['application/json'],
    paths: Object.fromEntries(
      numbers.map((number) => [
        `/orders${number}/{id}`,
        {
          get: {
            operationId: faulty ? `Get order ${number}` : `GetOrder${number}`,
            summary: faulty ? `Get order ${number}.` : `Get order ${number}`,
            description: faulty
              ? `Get order ${number}.`
              : `Gets one of the orders of kind ${number}.`,
            parameters: [
              {
                name: 'id',
                in: 'path',
                required: !faulty,
                ...text('The number of the order.', 'Order'),
                'x-ms-url-encoding': 'single',
              },
              {
                name: 'expand',
                in: 'query',
                required: false,
                ...text('What is to be told with it.', 'Expand'),
                enum: ['lines', 'customer'],
              },
            ],
            responses: {
              '200': {
                description: 'The order.',
                schema: { $ref: `#/definitions/Order${number}` },
              },
              '404': { description: 'There is no such order.' },
            },
          },
        },
      ]),
    ),
    'x-ms-connector-metadata': [
      { propertyName: 'Website', propertyValue: 'https://contoso.com' },
      { propertyName: 'Privacy policy', propertyValue: 'https://contoso.com/privacy' },
      { propertyName: 'Categories', propertyValue: 'Commerce' },
    ],
    definitions: Object.fromEntries(
      numbers.map((number) => [
        `Order${number}`,
        {
          type: 'object',
          properties: {
            id: text('The number of the order.', 'Order'),
            customer: text('Who ordered it.', 'Customer'),
            lines: {
              type: 'array',
              description: 'What was ordered.',
              'x-ms-summary': 'Lines',
              items: faulty
                ? {}
                : { type: 'object', properties: { product: text('What was bought.', 'Product') } },
            },
          },
        },
      ]),
    ),
  };
  const properties = {
    properties: {
      connectionParameters: {},
      iconBrandColor: '#0078d4',
      capabilities: [],
      policyTemplateInstances: [],
      publisher: 'Contoso',
      stackOwner: 'Contoso',
    },
  };
  const file = (path: string, content: string) => {
    const bytes = new TextEncoder().encode(content);
    return { path, kind: 'file', size: bytes.length, bytes } as const;
  };
  const files = [
    file('apiDefinition.swagger.json', JSON.stringify(definition, null, 2)),
    file('apiProperties.json', JSON.stringify(properties, null, 2)),
    file('readme.md', '# Contoso Orders\n\nOrders of the Contoso company.\n'),
  ];
  return { path: 'certified-connectors/Contoso', class: 'certified', files };
}
