/** Longer names are not compared: the time grows with the square of the length. */
const maxLength = 80;

/**
 * Given a name and the valid names, returns the valid name with the smallest edit distance, ignoring
 * case. Undefined if the distance is more than a third of the longer name, or if a name is longer
 * than 80 UTF-16 units. Of equally close candidates the first is returned.
 */
export function closestMatch(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > maxLength) return undefined;
  const lowerCased = name.toLowerCase();
  let best: string | undefined;
  let smallest = Infinity;
  for (const candidate of candidates) {
    const allowed = Math.max(name.length, candidate.length) / 3;
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

/** The Levenshtein distance: how many characters to add, remove or replace. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
