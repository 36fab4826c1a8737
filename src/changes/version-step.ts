import { lazyRegExp } from '../shared/lazy-regexp.ts';

/** What an update changes for the people who use a connector, from least to most. */
export type UpdateEffect = 'none' | 'texts' | 'features' | 'breaks';

/** A version in one of the common schemes: `1.9`, `v1.6.1`, `2.0.0-beta`, `2026-05-01`. */
interface Version {
  /** `v`, or nothing. */
  prefix: string;
  numbers: number[];
  /** The part behind the numbers: `-beta`. */
  label: string;
  isDate: boolean;
}

const label =
  '(?:[-+. ]?\\(?(?:alpha|beta|preview|pre|rc|dev|snapshot|release|ga|[abr])[.-]?\\d{0,6}\\)?' +
  '|[-+][0-9a-z]{1,16}(?:[.-][0-9a-z]{1,16}){0,3}(?:\\+[0-9a-z]{1,40})?)';
const dotted = lazyRegExp(
  `^(v(?:\\. ?)?|version )?(\\d{1,8}(?:\\.\\d{1,8}){0,4})(${label})?$`,
  'i',
);
const date = lazyRegExp(`^(v)?((?:19|20)\\d\\d[-/]\\d{1,2}(?:[-/]\\d{1,2})?)(${label})?$`, 'i');

function parseVersion(text: string | undefined): Version | undefined {
  const trimmed = text?.trim() ?? '';
  const match = date().exec(trimmed) ?? dotted().exec(trimmed);
  if (!match) return undefined;
  const [, prefix = '', digits = '', suffix = ''] = match;
  const numbers = digits.split(/[./-]/).map(Number);
  const [first = 0] = numbers;
  const isDate = (first >= 1990 && first < 2200) || (first >= 19_900_101 && first < 22_000_101);
  return { prefix, numbers, label: suffix, isDate };
}

/** The index of the first number that differs; the number of numbers if none does. */
function firstDifference(a: Version, b: Version): number {
  const length = Math.max(a.numbers.length, b.numbers.length);
  for (let index = 0; index < length; index += 1)
    if ((a.numbers[index] ?? 0) !== (b.numbers[index] ?? 0)) return index;
  return length;
}

/** Whether a version can follow another. Versions of different schemes cannot be compared. */
function follows(next: Version, before: Version): boolean {
  if (next.isDate !== before.isDate) return true;
  const index = firstDifference(next, before);
  const [a, b] = [next.numbers[index], before.numbers[index]];
  if (a !== undefined || b !== undefined) return (a ?? 0) > (b ?? 0);
  // A label makes a version precede the same version without one.
  return next.label !== before.label && before.label !== '';
}

/** Whether the step between two versions is one that people expect of an update that does less. */
function isTooSmall(next: Version, before: Version, effect: UpdateEffect): boolean {
  if (next.isDate || before.isDate || before.label !== '') return false;
  const index = firstDifference(next, before);
  // Before version 1, the second number counts what breaks.
  const first = before.numbers[0] === 0 && next.numbers[0] === 0 ? 1 : 0;
  return (effect === 'breaks' && index > first) || (effect === 'features' && index > first + 1);
}

/**
 * The version that follows: a change that breaks flows increments the first number, another the
 * second, and a change of texts the third. Undefined if that is not known from the version alone.
 */
function nextVersion(before: string | undefined, effect: UpdateEffect): string | undefined {
  const version = parseVersion(before);
  if (!version || version.isDate) return undefined;
  if (effect === 'none') return before?.trim();
  const level = { texts: 2, features: 1, breaks: 0 }[effect];
  const length = Math.max(version.numbers.length, effect === 'texts' ? 3 : 2);
  const numbers = Array.from({ length }, (_, index) => {
    const number = version.numbers[index] ?? 0;
    return index < level ? number : Number(index === level) * (number + 1);
  });
  return version.prefix + numbers.join('.');
}

/**
 * The version of an update: its author's, if it can follow the one before; otherwise the version
 * that it should have.
 *
 * @returns `note`: a sentence, if the author's version suggests that the update does less
 */
export function versionOf(
  before: string | undefined,
  after: string | undefined,
  effect: UpdateEffect,
): { version: string | undefined; note?: string } {
  const expected = nextVersion(before, effect);
  const [was, now] = [parseVersion(before), parseVersion(after)];
  if (!now || after === undefined) return { version: expected };
  if (was && !follows(now, was)) return { version: expected ?? before?.trim() };
  const version = after.trim();
  if (!was || expected === undefined || !isTooSmall(now, was, effect)) return { version };
  const [suggested, actual] =
    effect === 'breaks'
      ? ['existing flows keep working', 'this update breaks some']
      : ['only labels and descriptions change', 'this update changes more'];
  return {
    version,
    note: `Version ${version} suggests that ${suggested}, but ${actual}. Consider ${expected}.`,
  };
}
