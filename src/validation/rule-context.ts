import type { CatalogEntry } from '../catalog/entry.ts';
import { ConnectorIndex } from '../catalog/connector-index.ts';
import type { Connector } from '../connector/connector.ts';
import type { RuleContext } from '../rules/rule.ts';
import type { Speller } from '../rules/speller.ts';
import { memoize } from '../shared/memoize.ts';

export interface RuleContextInput {
  speller?: Speller | undefined;
  /** Words that the guarded repository uses besides those of the dictionary, in any case. */
  words: readonly string[];
  /** All connectors of the repository, this one included; undefined if they could not be listed. */
  catalog: readonly CatalogEntry[] | undefined;
}

/** Creates what the rules may use for a connector besides the connector itself. */
export function createRuleContext(
  { path, class: connectorClass }: Pick<Connector, 'path' | 'class'>,
  { speller, words, catalog }: RuleContextInput,
): RuleContext {
  return {
    ...(speller && { speller }),
    words: lowerCased(words),
    ...(catalog && { others: indexOf(catalog).exclude(path, connectorClass) }),
  };
}

// Both lists are the same for all connectors of a run.
const lowerCased = memoize(
  (words: readonly string[]) => new Set(words.map((word) => word.toLowerCase())),
);
const indexOf = memoize((catalog: readonly CatalogEntry[]) => new ConnectorIndex(catalog));
