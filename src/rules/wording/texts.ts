import type { Connector } from '../../connector/connector.ts';
import { asObject, objectsIn, type JsonObject } from '../../json/values.ts';

/** A text that users see. */
export interface UserText {
  at: JsonObject;
  key: string;
  /** Whether it is a label or is shown in the list of connectors, which users read first. */
  prominent: boolean;
}

/** Texts that may be identifiers, so that only their spelling counts, not their style. */
export const namingKeys: ReadonlySet<string> = new Set(['title', 'x-ms-name-for-model']);

/** Texts for language models, which choose operations and fill in parameters by them. */
const modelTexts = ['x-ms-name-for-model', 'x-ms-description-for-model'];

/**
 * Calls `visit` once for every text of the definition and the properties that users or agents see,
 * except the title of the connector, which is a name. Skips a file that did not parse exactly.
 */
export function visitTexts(
  { definition, properties }: Connector,
  visit: (at: JsonObject, key: string, value: string, prominent: boolean) => void,
): void {
  const see = (at: JsonObject | undefined, key: string, prominent: boolean): void => {
    const value = at?.[key];
    if (at && typeof value === 'string' && value !== '') visit(at, key, value, prominent);
  };
  if (definition?.file.isFixable) {
    see(asObject(definition.raw.info), 'description', true);
    const { operations, parameters } = definition;
    const bodies = parameters.filter(({ in: location }) => location === 'body'); // others are schemas
    for (const { raw } of operations) {
      see(raw, 'summary', true);
      see(raw, 'description', false);
    }
    for (const { raw } of bodies) {
      see(raw, 'x-ms-summary', true);
      see(raw, 'description', false);
    }
    for (const { raw } of definition.responses) see(raw, 'description', false);
    for (const { raw } of definition.having('x-ms-summary')) see(raw, 'x-ms-summary', true);
    for (const { raw } of definition.having('description')) see(raw, 'description', false);
    for (const key of modelTexts)
      for (const owners of [operations, bodies, definition.having(key)])
        for (const { raw } of owners) see(raw, key, false);
    for (const { raw } of definition.having('title')) see(raw, 'title', false);
    for (const { raw } of definition.having('x-ms-enum-values'))
      for (const entry of objectsIn(raw['x-ms-enum-values'])) see(entry, 'displayName', true);
  }
  if (properties?.file.isFixable) {
    const sets = asObject(properties.inner.connectionParameterSets);
    for (const { uiDefinition } of [
      ...properties.connectionParameters.map(({ raw }) => raw),
      ...(sets ? [sets] : []),
      ...objectsIn(sets?.values),
    ]) {
      const ui = asObject(uiDefinition);
      for (const key of ['displayName', 'description', 'tooltip']) see(ui, key, true);
    }
  }
}
