import type { Connector } from '../../connector/connector.ts';
import { asList, asObject, objectEntries, objectsIn, type Json } from '../../json/values.ts';
import { memoize } from '../../shared/memoize.ts';

/** The names in a connector. All words are in lower case. */
export interface ConnectorNames {
  /**
   * Words of names that nobody can respell: of the product and its publisher, and of the values that
   * the service accepts.
   */
  proper: ReadonlySet<string>;
  /** The words of the title that are long enough to be recognized when they are misspelled. */
  title: readonly string[];
  /** Words of operation ids, paths, parameters and fields: `get`, `order` from `getOrder`. */
  identifiers: ReadonlySet<string>;
  /** Two neighboring words of identifiers without a space: `getorder`. */
  pairs: ReadonlySet<string>;
  /** Complete names of operations, parameters, fields and values. */
  complete: ReadonlySet<string>;
}

/** The words of a name as they are written, split at capitals: `get`, `Order` from `getOrder`. */
export const partsOfName = (name: string): string[] =>
  name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];

/** The words of a name in lower case: `get`, `order` from `getOrder`. */
export const wordsOfName = (name: string): string[] =>
  partsOfName(name).map((word) => word.toLowerCase());

/** Shorter words of a title are similar to too many other words. */
const minTitleWordLength = 7;

/** Collects the names of a connector; see `ConnectorNames`. */
export const namesOf = memoize((connector: Connector): ConnectorNames => {
  const proper = new Set<string>();
  const identifiers = new Set<string>();
  const pairs = new Set<string>();
  const complete = new Set<string>();
  const brands = new Set<string>();
  const names = new Set<string>();
  const values = new Set<string>();
  const addTo = (set: Set<string>, text: Json | undefined): void => {
    if (typeof text === 'string') set.add(text);
  };
  const { path, definition, properties } = connector;
  const info = asObject(definition?.raw.info);
  const contact = asObject(info?.contact);
  for (const brand of [
    path,
    definition?.raw.host,
    definition?.raw.basePath,
    info?.title,
    contact?.name,
    contact?.url,
    contact?.email,
    properties?.inner.publisher,
    properties?.inner.stackOwner,
  ])
    addTo(brands, brand);
  if (definition) {
    for (const { propertyValue } of objectsIn(definition.raw['x-ms-connector-metadata']))
      addTo(values, propertyValue);
    for (const { id, path: route } of definition.operations) {
      addTo(names, id);
      addTo(names, route);
    }
    for (const { name } of definition.parameters) addTo(names, name);
    for (const { name, raw } of definition.schemas) {
      addTo(names, name);
      if (raw.enum !== undefined) for (const value of asList(raw.enum)) addTo(values, value);
      addTo(values, raw.default);
    }
    for (const [name] of objectEntries(definition.section('securityDefinitions'))) names.add(name);
  }
  for (const { name } of properties?.connectionParameters ?? []) addTo(names, name);
  // Most names occur many times. They are split once.
  for (const brand of brands) {
    for (const word of wordsOfName(brand)) proper.add(word);
    // A name such as `doXyz` is also known by the word that it is in lower case.
    for (const word of brand.toLowerCase().match(/[a-z]+/g) ?? []) proper.add(word);
  }
  for (const value of values) {
    complete.add(value.toLowerCase());
    for (const word of wordsOfName(value)) proper.add(word);
  }
  for (const name of names) {
    complete.add(name.toLowerCase());
    let before = '';
    for (const word of wordsOfName(name)) {
      identifiers.add(word);
      if (before !== '') pairs.add(before + word);
      before = word;
    }
  }
  return {
    proper,
    title: (typeof info?.title === 'string' ? info.title : '')
      .split(/[^A-Za-z]+/)
      .filter((word) => word.length >= minTitleWordLength),
    identifiers,
    pairs,
    complete,
  };
});
