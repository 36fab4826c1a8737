import type { FreezeScope } from '../settings/train-settings.ts';

/** What a freeze applies to, in words. Plain text: not safe to show as Markdown. */
export function describeFreezeScope(scope: FreezeScope = 'all'): string {
  if (scope === 'all') return 'everything';
  if ('class' in scope) return `the class ${scope.class}`;
  return 'ring' in scope ? `the ring ${scope.ring}` : `the connector ${scope.connector}`;
}
