import type { Facts } from './facts.ts';
import { knownOr } from './known.ts';
import type { Deployment } from './snapshot.ts';

/**
 * The environment that a merged pull request is handed over to; '' for none. Only what goes to the
 * branch that connectors go to is handed over: what another branch gets is nobody's to deploy.
 */
export const ringOf = ({
  settings,
  snapshot: { pull },
}: Pick<Facts, 'settings' | 'snapshot'>): string =>
  settings.known && pull.base.ref === settings.value.base ? settings.value.ring : '';

/**
 * Where connectors that were merged are handed over to, and the newest deployment there: undefined
 * where there is none yet, or GitHub did not tell. Undefined altogether where nothing is handed
 * over.
 */
export function handoverOf(
  facts: Pick<Facts, 'settings' | 'snapshot' | 'brings'>,
): { ring: string; newest: Deployment | undefined } | undefined {
  const {
    snapshot: { deployments, pull },
    brings,
  } = facts;
  const ring = ringOf(facts);
  if (pull.state.is !== 'merged' || ring === '' || brings.folders.length === 0) return undefined;
  return {
    ring,
    newest: knownOr(deployments, []).findLast(({ environment }) => environment === ring),
  };
}
