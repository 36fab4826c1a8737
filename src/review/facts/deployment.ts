import type { Facts } from '../model/facts.ts';
import { valueOr } from '../model/result.ts';
import type { Deployment } from '../model/snapshot.ts';

/**
 * The environment that a merged pull request is handed over to; '' for none. Only what goes to the
 * branch that connectors go to is handed over: what another branch gets is nobody's to deploy.
 */
export const environmentOf = ({
  settings,
  snapshot: { pull },
}: Pick<Facts, 'settings' | 'snapshot'>): string =>
  settings.ok && pull.base.ref === settings.value.base ? settings.value.ring : '';

/**
 * Where connectors that were merged are handed over to, and the newest deployment there: undefined
 * where there is none yet, or GitHub did not tell. Undefined altogether where nothing is handed
 * over.
 */
export function newestDeployment(
  facts: Pick<Facts, 'settings' | 'snapshot' | 'scope'>,
): { ring: string; newest: Deployment | undefined } | undefined {
  const {
    snapshot: { deployments, pull },
    scope,
  } = facts;
  const ring = environmentOf(facts);
  if (pull.state.kind !== 'merged' || ring === '' || scope.folders.length === 0) return undefined;
  return {
    ring,
    newest: valueOr(deployments, []).findLast(({ environment }) => environment === ring),
  };
}
