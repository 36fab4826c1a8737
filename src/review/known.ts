import type { Known } from './snapshot.ts';

export const known = <T>(value: T): Known<T> => ({ known: true, value });
export const unknown = (because: string): { known: false; because: string } => ({
  known: false,
  because,
});

/** What is known, or something else where it is not. Only for what nothing is decided by. */
export const knownOr = <T, Other>(one: Known<T>, other: Other): T | Other =>
  one.known ? one.value : other;
