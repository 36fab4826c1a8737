import { readConnector, type Connector } from '../../src/connector/connector.ts';
import type { Json } from '../../src/json/values.ts';

/** A connector that consists of these files; JSON may be an object. */
export function connectorOf(
  files: Readonly<Record<string, Json>>,
  { path, class: connectorClass }: Pick<Connector, 'path' | 'class'> = {
    path: 'certified-connectors/Fabrikam Tickets',
    class: 'certified',
  },
): Connector {
  return readConnector({
    path,
    class: connectorClass,
    files: Object.entries(files).map(([name, content]) => {
      const bytes = new TextEncoder().encode(
        typeof content === 'string' ? content : JSON.stringify(content, null, 2),
      );
      return { path: name, kind: 'file', size: bytes.length, bytes };
    }),
  });
}

/** A connector with a definition that has these parts. */
export const withDefinition = (parts: { [key: string]: Json }, properties?: Json): Connector =>
  connectorOf({
    'apiDefinition.swagger.json': {
      swagger: '2.0',
      info: { title: 'Fabrikam Tickets', description: 'Tickets of Fabrikam.', version: '1.0' },
      paths: {},
      ...parts,
    },
    ...(properties !== undefined && { 'apiProperties.json': { properties } }),
  });
