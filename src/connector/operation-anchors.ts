import type { Operation } from './definition.ts';
import { nameOf } from './definition.ts';
import { asText } from '../json/values.ts';

/** Longer anchors are cut, so that links stay readable. */
const maxLength = 80;

/** Lower case, with hyphens between words: `get-an-invoice`. */
const slugOf = (text: string): string =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
    .join('-')
    .slice(0, maxLength)
    .toWellFormed();

/**
 * The fragment of each operation on the reference page of its connector, in the order of the
 * operations. From the name that users see, so that it is the fragment that they know; of several
 * with one name the later ones have their id in it, and no two are the same.
 */
export function operationAnchors(operations: readonly Operation[]): string[] {
  const used = new Set<string>();
  return operations.map((operation, index) => {
    const name = slugOf(asText(operation.raw.summary) ?? nameOf(operation));
    const withId = [name, slugOf(nameOf(operation))].filter((part) => part !== '').join('-');
    let anchor = [name, withId].find((candidate) => candidate !== '' && !used.has(candidate));
    // Steps of the length of the list: each taken name costs one step of one operation.
    for (let number = index + 1; anchor === undefined; number += operations.length)
      if (!used.has(`${withId}-${number}`)) anchor = `${withId}-${number}`;
    used.add(anchor);
    return anchor;
  });
}
