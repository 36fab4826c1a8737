import type { Result } from './snapshot.ts';

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const unavailable = (reason: string): { ok: false; reason: string } => ({
  ok: false,
  reason,
});

/** What is known, or something else where it is not. Only for what nothing is decided by. */
export const valueOr = <T, Other>(one: Result<T>, other: Other): T | Other =>
  one.ok ? one.value : other;
