import type { ConnectionParameter, Policy, Properties } from '../connector/properties.ts';
import { asObject, asText, type JsonObject } from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { differences } from './json-differences.ts';

type ReportChange = (change: Change) => void;

const brand = new Set(['iconBrandColor', 'publisher', 'stackOwner']);
const comparedElsewhere = new Set([
  'connectionParameters',
  'connectionParameterSets',
  'policyTemplateInstances',
]);

/**
 * Reports every difference between two apiProperties.json files: sign-in, connection parameters,
 * policies, script, everything else.
 */
export function compareProperties(
  before: Properties,
  after: Properties,
  report: ReportChange,
): void {
  const locationOf = (key: string) => ({
    at: after.at,
    ...(after.at[key] !== undefined && { key }),
  });
  const signIn = locationOf(
    after.inner.connectionParameterSets === undefined
      ? 'connectionParameters'
      : 'connectionParameterSets',
  );
  const authentication = {
    before: authenticationTypesOf(before),
    after: authenticationTypesOf(after),
  };
  if (authentication.before.some((type) => !authentication.after.includes(type)))
    report({
      kind: 'AuthenticationTypeChanged',
      subject: 'properties/connectionParameters',
      ...signIn,
      name: 'authentication',
      ...authentication,
    });

  compareConnectionParameters(before, after, signIn, report);
  comparePolicies(before, after, locationOf('policyTemplateInstances'), report);
  for (const { key, values } of differences(before.inner, after.inner, comparedElsewhere)) {
    const change = { subject: `properties/${key}`, ...locationOf(key), name: key, ...values };
    if (key === 'scriptOperations') report({ kind: 'ScriptOperationsChanged', ...change });
    else report({ kind: brand.has(key) ? 'BrandChanged' : 'PropertyChanged', ...change });
  }
}

/**
 * The ways to sign in that a connector offers, sorted: `none`, `key`, `basic`, `oauth <provider>`,
 * `gateway`, … A connector with several parameter sets offers each of them.
 */
function authenticationTypesOf({ connectionParameters }: Properties): string[] {
  const sets = Map.groupBy(connectionParameters, ({ set }) => set);
  if (sets.size === 0) return ['none'];
  return Array.from(new Set(Array.from(sets.values(), authenticationTypeOf))).sort();
}

const plainTypes = new Set(['string', 'securestring', 'bool', 'int']);

function authenticationTypeOf(parameters: readonly ConnectionParameter[]): string {
  const oauth = parameters.find(({ type }) => type?.toLowerCase().startsWith('oauth'));
  if (oauth)
    return `oauth ${asText(asObject(oauth.raw.oAuthSettings)?.identityProvider) ?? ''}`.trim();
  const special = parameters.find(
    ({ type }) => type !== undefined && !plainTypes.has(type.toLowerCase()),
  );
  if (special) return special.type ?? '';
  const secrets = parameters.filter(({ type }) => type?.toLowerCase() === 'securestring');
  if (secrets.length === 0) return 'none';
  const hasName = (pattern: RegExp): boolean => parameters.some(({ name }) => pattern.test(name));
  return hasName(/user/i) && hasName(/pass/i) ? 'basic' : 'key';
}

const keyOf = ({ set, name }: ConnectionParameter): string =>
  set === undefined ? name : `${set}/${name}`;

const isRequired = ({ raw }: ConnectionParameter): boolean => {
  const constraints = asObject(asObject(raw.uiDefinition)?.constraints);
  return constraints?.required === 'true' || constraints?.required === true;
};

function compareConnectionParameters(
  before: Properties,
  after: Properties,
  location: { at: JsonObject; key?: string },
  report: ReportChange,
): void {
  const byKey = ({ connectionParameters }: Properties): Map<string, ConnectionParameter> =>
    new Map(connectionParameters.map((parameter) => [keyOf(parameter), parameter]));
  const [oldParameters, newParameters] = [byKey(before), byKey(after)];
  const oldSets = new Set(before.connectionParameters.map(({ set }) => set));
  const base = (key: string) => ({ subject: `properties/connectionParameters/${key}`, name: key });
  for (const [key, parameter] of oldParameters) {
    const counterpart = newParameters.get(key);
    if (counterpart) compareConnectionParameter(parameter, counterpart, base(key), report);
    else report({ kind: 'ConnectionParameterDeleted', ...base(key), ...location });
  }
  for (const [key, parameter] of newParameters) {
    if (oldParameters.has(key)) continue;
    const isInNewSet = !oldSets.has(parameter.set) && oldSets.size > 0;
    report({
      kind:
        isRequired(parameter) && !isInNewSet
          ? 'RequiredConnectionParameterAdded'
          : 'OptionalConnectionParameterAdded',
      ...base(key),
      at: parameter.raw,
    });
  }
}

function compareConnectionParameter(
  before: ConnectionParameter,
  after: ConnectionParameter,
  base: { subject: string; name: string },
  report: ReportChange,
): void {
  for (const { key, values } of differences(before.raw, after.raw)) {
    const change = {
      name: base.name,
      subject: `${base.subject}/${key}`,
      at: after.raw,
      ...(values.after !== undefined && { key }),
      ...values,
    };
    if (key === 'type') report({ kind: 'ConnectionParameterTypeChanged', ...change });
    else if (key === 'uiDefinition' && isRequired(before) === isRequired(after))
      report({ kind: 'ConnectionParameterTextChanged', ...change });
    else report({ kind: 'ConnectionParameterChanged', ...change });
  }
}

const operationNames = 'x-ms-apimTemplate-operationName';

/** The policies by template and title. A repeated name gets a number: `setheader #2`. */
function policiesByName({ policies }: Properties): Map<string, Policy> {
  const counts = new Map<string, number>();
  return new Map(
    policies.map((policy) => {
      const name = `${policy.templateId ?? ''} ${policy.title ?? ''}`.trim();
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [count === 1 ? name : `${name} #${count}`, policy];
    }),
  );
}

function comparePolicies(
  before: Properties,
  after: Properties,
  location: { at: JsonObject; key?: string },
  report: ReportChange,
): void {
  const [oldPolicies, newPolicies] = [policiesByName(before), policiesByName(after)];
  const base = (name: string) => ({ subject: `properties/policyTemplateInstances/${name}`, name });
  for (const [name, policy] of oldPolicies) {
    const counterpart = newPolicies.get(name);
    if (!counterpart) {
      report({ kind: 'PolicyDeleted', ...base(name), ...location });
      continue;
    }
    for (const { key, values } of differences(
      policy.parameters ?? {},
      counterpart.parameters ?? {},
    )) {
      report({
        kind: key === operationNames ? 'PolicyOperationsChanged' : 'PolicyChanged',
        name,
        subject: `${base(name).subject}/${key}`,
        at: counterpart.parameters ?? counterpart.raw,
        ...(values.after !== undefined && { key }),
        ...values,
      });
    }
  }
  for (const [name, policy] of newPolicies)
    if (!oldPolicies.has(name)) report({ kind: 'PolicyAdded', ...base(name), at: policy.raw });
}
