import type { ReleaseKind } from '../settings/train-settings.ts';

/**
 * The number of a version after another one: 1.0, then 1.1 for a minor change and 2.0 for a major
 * one. The number in the definition does not identify a version, because authors leave it as it is.
 * @param previous undefined if the connector has no version with a number yet
 */
export function nextVersion(previous: string | undefined, kind: ReleaseKind): string {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(previous ?? '') ?? [];
  if (major === undefined || minor === undefined) return '1.0';
  return kind === 'minor' ? `${major}.${Number(minor) + 1}` : `${Number(major) + 1}.0`;
}

/** Compares the numbers of versions; anything else is before all of them. */
export function compareVersions(a: string, b: string): number {
  const [[majorA, minorA], [majorB, minorB]] = [numbersOf(a), numbersOf(b)];
  return majorA - majorB || minorA - minorB;
}

function numbersOf(version: string): [major: number, minor: number] {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  return [Number(major ?? -1), Number(minor ?? -1)];
}
