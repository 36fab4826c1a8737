import { shapeOf, variablesIn, type Definition, type Operation } from '../connector/definition.ts';
import { asText } from '../json/values.ts';

/** Where the operations of two versions are called: the base path and the path together. */
export interface Addresses {
  /** Without a slash at the end. */
  basePath: { before: string; after: string };
  /** Whether the new base path calls some operation at another address. */
  moveWithBasePath: boolean;
  /**
   * How the path of an operation changes; undefined if the address is the same or only the base path
   * changes it.
   */
  changeOf: (before: Operation, after: Operation) => PathChange | undefined;
}

/** A text before and after the update. */
export interface Renaming {
  before: string;
  after: string;
}

export interface PathChange extends Renaming {
  /** Set if only path parameters are renamed: their names before and after. */
  renamed?: Renaming[];
}

const basePathOf = ({ raw }: Definition): string =>
  `/${asText(raw.basePath) ?? ''}`.replace(/^\/+/, '/').replace(/\/$/, '');

export function addressesOf(
  before: Definition,
  after: Definition,
  pairs: readonly { before: Operation; after: Operation }[],
): Addresses {
  const basePath = { before: basePathOf(before), after: basePathOf(after) };
  const isBaseSame = basePath.before === basePath.after;
  const isAddressSame = (from: Operation, to: Operation): boolean =>
    basePath.before + from.path === basePath.after + to.path;
  return {
    basePath,
    moveWithBasePath:
      !isBaseSame &&
      (pairs.length === 0 || pairs.some((pair) => pair.before.path === pair.after.path)),
    changeOf: (from, to) => {
      if (from.path === to.path || isAddressSame(from, to)) return undefined;
      const renamed =
        renamedIn(from.path, to.path) ??
        renamedIn(basePath.before + from.path, basePath.after + to.path);
      return isBaseSame || renamed
        ? { before: from.path, after: to.path, ...(renamed && { renamed }) }
        : { before: basePath.before + from.path, after: basePath.after + to.path };
    },
  };
}

/** The path parameters that two paths call differently; undefined if the paths differ otherwise. */
function renamedIn(before: string, after: string): Renaming[] | undefined {
  if (shapeOf(before) !== shapeOf(after)) return undefined;
  const newNames = variablesIn(after);
  return variablesIn(before)
    .map((name, index) => ({ before: name, after: newNames[index] ?? '' }))
    .filter((pair) => pair.before !== pair.after);
}
