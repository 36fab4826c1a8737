import type { PreviewSettings } from '../settings/train-settings.ts';
import { finalStates, type RideView } from './fold-ride.ts';

/** What shows that the preview was tested. */
export interface Evidence {
  /** What the publisher says was tested; '' if nothing. */
  note: string;
}

/** Whether a version may be called ready, or why not, as a message (see `safe`). */
export type Readiness = { mayBeReady: true } | { mayBeReady: false; reason: string };

/**
 * Whether a version may be called ready: its preview is deployed, and there is the evidence that the
 * setting `preview` requires.
 */
export function readinessOf(
  { ride: { version }, state }: Pick<RideView, 'ride' | 'state'>,
  { note }: Evidence,
  { evidence }: PreviewSettings,
): Readiness {
  if (state === 'preview')
    return notReady(
      `The preview of version ${version} is not deployed yet, so nobody can test it.`,
    );
  if (finalStates.has(state) && state !== 'everywhere')
    return notReady(`Version ${version} goes nowhere any more, so it cannot become ready.`);
  if (state !== 'testing') return notReady(`Version ${version} is ready already.`);
  if (evidence === 'required' && !/\p{L}{2}/u.test(note))
    return notReady('Say what you tested, in a few words after the command.');
  return { mayBeReady: true };
}

const notReady = (reason: string): Readiness => ({ mayBeReady: false, reason });
