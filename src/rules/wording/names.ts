import type { Connector } from '../../connector/connector.ts';
import { asList, asObject, isObject, objectEntries, type Json } from '../../json/values.ts';
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

/** The words of a name in lower case, split at capitals: `get`, `order` from `getOrder`. */
export const wordsOfName = (name: string): string[] =>
  Array.from(name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [], (word) => word.toLowerCase());

/** Shorter words of a title are similar to too many other words. */
const minTitleWordLength = 7;

/** Collects the names of a connector; see `ConnectorNames`. */
export const namesOf = memoize((connector: Connector): ConnectorNames => {
  const proper = new Set<string>();
  const identifiers = new Set<string>();
  const pairs = new Set<string>();
  const complete = new Set<string>();
  const addTo = (words: Set<string>, name: Json | undefined): void => {
    if (typeof name !== 'string') return;
    for (const word of wordsOfName(name)) words.add(word);
  };
  const identify = (name: Json | undefined): void => {
    if (typeof name !== 'string' || complete.has(name.toLowerCase())) return;
    complete.add(name.toLowerCase());
    let before = '';
    for (const word of wordsOfName(name)) {
      identifiers.add(word);
      if (before !== '') pairs.add(before + word);
      before = word;
    }
  };
  const { path, definition, properties } = connector;
  const info = asObject(definition?.raw.info);
  const contact = asObject(info?.contact);
  const brands = [
    path,
    definition?.raw.host,
    definition?.raw.basePath,
    info?.title,
    contact?.name,
    contact?.url,
    contact?.email,
    properties?.inner.publisher,
    properties?.inner.stackOwner,
  ];
  for (const brand of brands) {
    addTo(proper, brand);
    // A name such as `doXyz` is also known by the word that it is in lower case.
    if (typeof brand === 'string')
      for (const word of brand.toLowerCase().match(/[a-z]+/g) ?? []) proper.add(word);
  }
  if (definition) {
    for (const entry of asList(definition.raw['x-ms-connector-metadata']))
      if (isObject(entry)) addTo(proper, entry.propertyValue);
    for (const { id, path: route } of definition.operations) {
      identify(id);
      identify(route);
    }
    for (const { name } of definition.parameters) identify(name);
    for (const { name, raw: schema } of definition.schemas) {
      identify(name);
      for (const value of [...asList(schema.enum), schema.default]) {
        addTo(proper, value);
        if (typeof value === 'string') complete.add(value.toLowerCase());
      }
    }
    for (const [name] of objectEntries(definition.section('securityDefinitions'))) identify(name);
  }
  for (const { name } of properties?.connectionParameters ?? []) identify(name);
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
