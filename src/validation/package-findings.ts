import type { Connector } from '../connector/connector.ts';
import { packagedConnectorOf } from '../connector/packaged-connector.ts';
import { connections } from '../rules/properties/connections.ts';
import { policies } from '../rules/properties/policies.ts';
import { reading } from '../rules/package/json-syntax.ts';
import { secrets } from '../rules/package/secrets.ts';
import { rules as allRules } from '../rules/registry.ts';
import type { Rule } from '../rules/rule.ts';
import { fingerprintOf, type Finding } from '../shared/finding.ts';
import { runRules, type RunOptions } from './run-rules.ts';

/** The rules about what a package contains a copy of: not about the brand or the readme. */
const packagedIds: ReadonlySet<string> = new Set([
  ...[...reading, ...secrets, ...connections, ...policies].map(({ id }) => id),
  ...allRules
    .filter(({ category }) => ['definition', 'wording', 'uniqueness'].includes(category))
    .map(({ id }) => id),
]);

/**
 * What the rules find in the connector in a package and do not find in its folder. The findings are
 * located in the package and have no fixes: nothing writes an archive.
 *
 * @param inFolder what the rules found in the folder
 */
export function packageFindings(
  connector: Connector,
  inFolder: readonly Finding[],
  rules: readonly Rule[],
  options: RunOptions,
): Finding[] {
  const packaged = packagedConnectorOf(connector);
  if (!packaged) return [];
  const known = new Set(inFolder.map(({ fingerprint }) => fingerprint));
  return runRules(
    packaged.connector,
    rules.filter(({ id }) => packagedIds.has(id)),
    { ...options, fixes: false },
  ).flatMap((finding) => {
    const location = packaged.locate(finding.location);
    if (!location || known.has(finding.fingerprint)) return [];
    const fingerprint = fingerprintOf(`package\n${finding.fingerprint}`);
    return [{ ...finding, location, fingerprint, fixable: false }];
  });
}
