/** Longer names are not compared: the time grows with the square of the length. */
const maxLength = 80;

/**
 * Given a name and the valid names, returns the valid name with the smallest edit distance, ignoring
 * case. Undefined if the distance is more than `maxDistance` or a third of the longer name, or if a
 * name is longer than 80 UTF-16 units. Of equally close candidates the first is returned.
 */
export function closestMatch(
  name: string,
  candidates: readonly string[],
  maxDistance = Infinity,
): string | undefined {
  if (name.length > maxLength) return undefined;
  const lowerCased = name.toLowerCase();
  let best: string | undefined;
  let smallest = Infinity;
  for (const candidate of candidates) {
    const allowed = Math.min(maxDistance, Math.max(name.length, candidate.length) / 3);
    if (candidate.length > maxLength || Math.abs(name.length - candidate.length) > allowed)
      continue;
    const distance = editDistance(lowerCased, candidate.toLowerCase());
    if (distance < smallest && distance <= allowed) {
      best = candidate;
      smallest = distance;
    }
  }
  return best;
}

/**
 * The edit distance: how many characters to add, remove or replace, or neighbors to exchange (the
 * restricted Damerau-Levenshtein distance).
 */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const exchanged =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? (beforePrevious[column - 2] ?? Infinity) + 1
          : Infinity;
      current.push(
        Math.min(replaced, exchanged, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1),
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
