import type { Facts } from '../model/facts.ts';
import { valueOr } from '../model/result.ts';
import type { Deployment } from '../model/snapshot.ts';

/**
 * The environment that a merged pull request is deployed to, or '' for none. Only merges into the
 * base branch of the settings are deployed.
 */
export const environmentOf = ({
  settings,
  snapshot: { pull },
}: Pick<Facts, 'settings' | 'snapshot'>): string =>
  settings.ok && pull.base.ref === settings.value.base ? settings.value.ring : '';

/**
 * The environment of a merged connector and the newest deployment to it. `newest` is undefined if
 * there is none yet or GitHub did not say; the result is undefined if nothing is deployed.
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
