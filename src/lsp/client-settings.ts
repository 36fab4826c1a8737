import type { ConnectorClass } from '../connector/connector.ts';
import { connectorClasses } from '../connector/connector.ts';
import { isObject } from '../json/values.ts';

/** What a user sets in the editor. */
export interface ClientSettings {
  /** The git ref to compare with; `''` for the default branch of `origin`. */
  base: string;
  /** The class of connectors that are in no class folder. */
  class: ConnectorClass;
  /** Whether to complete and describe names by the JSON Schemas. */
  schemas: boolean;
}

/** What the client says when it starts the server. */
export interface InitializationOptions extends ClientSettings {
  /** Whether git may run in the workspace. */
  trusted: boolean;
}

/** Reads settings of any shape; the default replaces what is missing or wrong. */
export function parseClientSettings(value: unknown): ClientSettings {
  const { base, class: connectorClass, schemas } = isObject(value) ? value : {};
  return {
    base: typeof base === 'string' ? base : '',
    class: connectorClasses.find((each) => each === connectorClass) ?? 'certified',
    schemas: schemas !== false,
  };
}

export const parseInitializationOptions = (value: unknown): InitializationOptions => ({
  ...parseClientSettings(value),
  trusted: !isObject(value) || value.trusted !== false,
});
