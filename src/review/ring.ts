import type { Facts } from './facts.ts';

/**
 * The environment that a merged pull request is handed over to; '' for none. Only what goes to the branch that connectors go
 * to is handed over: what another branch gets is nobody's to deploy.
 */
export const ringOf = ({ settings, snapshot: { pull } }: Pick<Facts, 'settings' | 'snapshot'>): string =>
  settings.known && pull.base.ref === settings.value.base ? settings.value.ring : '';
