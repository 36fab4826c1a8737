import type { Result } from './snapshot.ts';

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const unavailable = (reason: string): { ok: false; reason: string } => ({
  ok: false,
  reason,
});

/** The value, or a fallback if it is unavailable. Not for anything that a decision depends on. */
export const valueOr = <T, Fallback>(result: Result<T>, fallback: Fallback): T | Fallback =>
  result.ok ? result.value : fallback;
