import type { Connector, ConnectorClass } from '../connector/connector.ts';
import type { Severity } from '../shared/finding.ts';
import { policyByCode, type Policy, type PolicyCode } from './policy-codes.ts';
import type { Rule } from './rule.ts';

/** The policy codes that a violation of a rule in a file stands for. */
export function policiesIn(
  { policies = [] }: Rule,
  connector: Pick<Connector, 'definitionFile' | 'propertiesFile'>,
  file: string,
): readonly PolicyCode[] {
  const part = partOf(connector, file);
  return policies.filter((code) => {
    const about = policyByCode.get(code)?.part;
    return about === undefined || about === part;
  });
}

/** The part of the connector that a file is; also a file in a package. */
function partOf(
  { definitionFile, propertiesFile }: Pick<Connector, 'definitionFile' | 'propertiesFile'>,
  file: string,
): Policy['part'] {
  if (file === definitionFile?.file || /openapidefinition\.json$/i.test(file)) return 'definition';
  if (file === propertiesFile?.file || /connectionparameters\.json$/i.test(file))
    return 'properties';
  return /^icon\.\w+$/i.test(file) ? 'icon' : undefined;
}

/**
 * Whether the certification refuses a connector for a finding with these codes. Of errors, this is
 * assumed for every code: hardly any accepted connector has them. Warnings are what accepted
 * connectors have, so only a code whose meaning is known counts. Custom connectors are not certified.
 */
export function failsCertification(
  severity: Severity,
  connectorClass: ConnectorClass,
  policies: readonly PolicyCode[],
): boolean {
  if (connectorClass === 'custom' || severity === 'note') return false;
  return severity === 'error' ? policies.length > 0 : policies.some(isDefinite);
}

/** Whether an answer with a code is known to be about what its rules are about, and nothing else. */
function isDefinite(code: PolicyCode): boolean {
  const policy = policyByCode.get(code);
  return policy?.wording === 'verbatim' && policy.general !== true;
}
