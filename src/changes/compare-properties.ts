import {
  keyIgnoringCase,
  misplacedParameters,
  type ConnectionParameter,
  type Policy,
  type Properties,
} from '../connector/properties.ts';
import {
  asList,
  asObject,
  asText,
  isObject,
  stringsIn,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import type { InJson } from './change-kinds.ts';
import { canonical, differences, effective, entryDifferences } from './json-differences.ts';
import type { ReportChange } from './operation-context.ts';

const brand = new Set(['iconBrandColor', 'publisher', 'stackOwner']);
const comparedElsewhere = new Set([
  'connectionParameters',
  'connectionParameterSets',
  'policyTemplateInstances',
  'scriptOperations',
  'script',
]);

/**
 * Reports every difference between two apiProperties.json files: sign-in, connection parameters,
 * policies, script, everything else. Of a file that lost `properties` it reports only that.
 */
export function compareProperties(
  before: Properties,
  after: Properties,
  report: ReportChange,
): void {
  if (before.layout === 'wrapped' && after.layout !== 'wrapped') {
    const isInside = after.container !== after.raw && after.layout === 'connectionParameters';
    const name = isInside ? 'connectionParameters' : 'properties';
    report({
      kind: 'PropertiesWrapperDeleted',
      subject: isInside ? 'properties/connectionParameters' : 'properties',
      name,
      at: after.container,
      ...(after.misnamed !== undefined && { misnamed: after.misnamed }),
    });
    return;
  }
  if (!hasMisplacedParameters(before) && hasMisplacedParameters(after))
    report({
      kind: 'PropertiesWrapperDeleted',
      subject: 'properties/connectionParameters',
      name: 'connectionParameters',
      at: after.at,
    });
  const { at } = after;
  const locationOf = (name: string): InJson => {
    const key = keyIgnoringCase(at, name);
    return { at, ...(at[key] !== undefined && { key }) };
  };
  const signIn = locationOf(
    after.inner.connectionParameterSets === undefined
      ? 'connectionParameters'
      : 'connectionParameterSets',
  );
  const authentication = {
    before: authenticationTypesOf(before),
    after: authenticationTypesOf(after),
  };
  const lostTypes = authentication.before.filter((type) => !authentication.after.includes(type));
  if (lostTypes.length > 0)
    report({
      kind: 'AuthenticationTypeChanged',
      subject: 'properties/connectionParameters',
      ...signIn,
      name: 'authentication',
      ...authentication,
    });

  compareConnectionParameters(before, after, lostTypes, signIn, report);
  comparePolicies(before, after, locationOf('policyTemplateInstances'), report);
  const others = { before: otherProperties(before), after: otherProperties(after) };
  for (const { key, values } of differences(others.before, others.after)) {
    const change = { subject: `properties/${key}`, ...locationOf(key), name: key, ...values };
    if (key === 'scriptOperations') report({ kind: 'ScriptOperationsChanged', ...change });
    else report({ kind: brand.has(key) ? 'BrandChanged' : 'PropertyChanged', ...change });
  }
}

/** Whether connection parameters stand beside `connectionParameters`, which has none. */
const hasMisplacedParameters = ({ inner }: Properties): boolean =>
  Object.keys(misplacedParameters(inner)).length > 0 &&
  Object.keys(asObject(inner.connectionParameters) ?? {}).length === 0;

/** What is not compared elsewhere, under the documented names: the platform ignores their case. */
function otherProperties({ inner, scriptOperations }: Properties): JsonObject {
  const misplaced = misplacedParameters(inner);
  const entries = Object.entries(inner)
    .filter(([key]) => !Object.hasOwn(misplaced, key))
    .map(
      ([key, value]) =>
        [
          [...brand].find((name) => keyIgnoringCase({ [key]: null }, name) === key) ?? key,
          value,
        ] as const,
    );
  const others = Object.fromEntries(entries.filter(([key]) => !comparedElsewhere.has(key)));
  return scriptOperations ? { ...others, scriptOperations } : others;
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

const constraintsOf = ({ raw }: ConnectionParameter): JsonObject =>
  asObject(asObject(raw.uiDefinition)?.constraints) ?? {};

/** `"true"` and `true` mean the same. */
const flag = (value: Json | undefined): Json | undefined => {
  if (value === 'true') return true;
  return value === 'false' ? undefined : value;
};

const isRequired = (parameter: ConnectionParameter): boolean =>
  flag(constraintsOf(parameter).required) === true;

/**
 * @param lostTypes The ways to sign in that the connector no longer offers. What became of their
 *   parameters follows from that, and is not reported.
 */
function compareConnectionParameters(
  before: Properties,
  after: Properties,
  lostTypes: readonly string[],
  location: InJson,
  report: ReportChange,
): void {
  const byKey = ({ connectionParameters }: Properties): Map<string, ConnectionParameter> =>
    new Map(connectionParameters.map((parameter) => [keyOf(parameter), parameter]));
  const [oldParameters, newParameters] = [byKey(before), byKey(after)];
  const oldSets = Map.groupBy(before.connectionParameters, ({ set }) => set);
  const lostSets = new Set(
    [...oldSets]
      .filter(([, set]) => lostTypes.includes(authenticationTypeOf(set)))
      .map(([set]) => set),
  );
  const isAuthenticationNew = lostTypes.length > 0;
  const newNames = renamedParameters(oldParameters, newParameters);
  const base = (key: string) => ({ subject: `properties/connectionParameters/${key}`, name: key });
  for (const [key, parameter] of oldParameters) {
    const counterpart = newParameters.get(key);
    const follows = lostSets.has(parameter.set);
    if (counterpart) compareConnectionParameter(parameter, counterpart, base(key), follows, report);
    else if (!follows) {
      const renamedTo = newNames.get(key);
      report({
        kind: 'ConnectionParameterDeleted',
        ...base(key),
        ...(renamedTo ? { at: renamedTo.raw, renamedTo: renamedTo.name } : location),
      });
    }
  }
  const renamed = new Set(newNames.values());
  for (const [key, parameter] of newParameters) {
    if (oldParameters.has(key) || renamed.has(parameter)) continue;
    const isInNewSet = !oldSets.has(parameter.set) && oldSets.size > 0;
    const isNeeded = isRequired(parameter) && !isInNewSet;
    if (isNeeded && isAuthenticationNew) continue;
    report({
      kind: isNeeded ? 'RequiredConnectionParameterAdded' : 'OptionalConnectionParameterAdded',
      ...base(key),
      at: parameter.raw,
    });
  }
}

const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** By their old names, the parameters that came in place of the only one of their set that is gone. */
function renamedParameters(
  before: ReadonlyMap<string, ConnectionParameter>,
  after: ReadonlyMap<string, ConnectionParameter>,
): Map<string, ConnectionParameter> {
  const come = Map.groupBy(
    [...after].filter(([key]) => !before.has(key)).map(([, parameter]) => parameter),
    ({ set }) => set,
  );
  const gone = Map.groupBy(
    [...before].filter(([key]) => !after.has(key)),
    ([, { set }]) => set,
  );
  const newNames = new Map<string, ConnectionParameter>();
  for (const [set, [first, ...others]] of gone) {
    const [candidate, ...moreCandidates] = come.get(set) ?? [];
    if (!first || !candidate || others.length + moreCandidates.length > 0) continue;
    const isSameName = letters(first[0]) === letters(keyOf(candidate));
    const isSecret = candidate.type !== undefined && !/^(?:string|int|bool)$/i.test(candidate.type);
    if (first[1].type === candidate.type && (isSameName || isSecret))
      newNames.set(first[0], candidate);
  }
  return newNames;
}

function compareConnectionParameter(
  before: ConnectionParameter,
  after: ConnectionParameter,
  base: { subject: string; name: string },
  isSignInLost: boolean,
  report: ReportChange,
): void {
  if (isSignInLost && before.type !== after.type) return;
  for (const { key, values } of differences(before.raw, after.raw)) {
    const change = {
      name: base.name,
      subject: `${base.subject}/${key}`,
      at: after.raw,
      ...(after.raw[key] !== undefined && { key }),
    };
    if (key === 'type') {
      if (before.type?.toLowerCase() !== after.type?.toLowerCase())
        report({ kind: 'ConnectionParameterTypeChanged', ...change, ...values });
    } else if (key === 'uiDefinition') {
      const limits = { before: limitsOf(before), after: limitsOf(after) };
      report(
        areLimitsKept(limits.before, limits.after)
          ? { kind: 'ConnectionParameterTextChanged', ...change, ...values }
          : { kind: 'ConnectionParameterChanged', ...change, ...limits },
      );
    } else if (key === 'oAuthSettings') {
      const settings = {
        before: settingsInEffect(before, isSignInLost),
        after: settingsInEffect(after, isSignInLost),
      };
      if (canonical(settings.before) !== canonical(settings.after))
        report({ kind: 'ConnectionParameterChanged', ...change, ...settings });
    } else report({ kind: 'ConnectionParameterChanged', ...change, ...values });
  }
}

/** What restricts the values of a connection parameter, apart from the layout of its form. */
function limitsOf(parameter: ConnectionParameter): JsonObject {
  const { tabIndex: _, clearText: __, ...constraints } = constraintsOf(parameter);
  return Object.fromEntries(
    Object.keys(constraints).flatMap((key) => {
      const value = flag(effective(constraints, key));
      // Users see the text of an allowed value; connections store the value.
      if (key === 'allowedValues' && Array.isArray(value))
        return [[key, value.map((entry) => asObject(entry)?.value ?? entry)] as const];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** Whether the limits are the same, or only allow further values. */
function areLimitsKept(before: JsonObject, after: JsonObject): boolean {
  const { allowedValues: oldValues, ...oldRest } = before;
  const { allowedValues: newValues, ...newRest } = after;
  if (canonical(oldRest) !== canonical(newRest)) return false;
  if (oldValues === undefined || newValues === undefined) return newValues === undefined;
  return entryDifferences(asList(oldValues), asList(newValues)).removed.length === 0;
}

/**
 * The OAuth settings that reach users. The platform has the client ID of each version from its
 * publisher, and the order of scopes means nothing.
 */
function settingsInEffect({ raw }: ConnectionParameter, isSignInLost: boolean): JsonObject {
  const { clientId: _, ...settings } = asObject(raw.oAuthSettings) ?? {};
  if (isSignInLost) delete settings.identityProvider;
  const options = { ...asObject(settings.properties) };
  for (const [key, value] of Object.entries(options))
    if (value === false || asText(value)?.toLowerCase() === 'false') delete options[key];
  if (isObject(settings.properties)) settings.properties = options;
  for (const key of Object.keys(settings))
    if (effective(settings, key) === undefined) Reflect.deleteProperty(settings, key);
  // Several scopes may be one text, with spaces or commas between them.
  const list = typeof settings.scopes === 'string' ? [settings.scopes] : settings.scopes;
  const scopes = stringsIn(list).flatMap((scope) => scope.split(/[\s,]+/));
  const sorted = [...new Set(scopes)].filter((scope) => scope !== '').sort();
  return sorted.length > 0 ? { ...settings, scopes: sorted } : settings;
}

const operationNames = 'x-ms-apimTemplate-operationName';

/** The policies by template and title. A repeated name gets a number: `setheader #2`. */
function policiesByName(policies: readonly Policy[]): Map<string, Policy> {
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

/** The policies that are not the same in both versions, wherever they stand. */
function differingPolicies(
  before: Properties,
  after: Properties,
): { before: Policy[]; after: Policy[] } {
  const textOf = ({ templateId, title, parameters }: Policy): string =>
    canonical([templateId ?? null, title ?? null, parameters ?? null]);
  const unmatched = Map.groupBy(after.policies, textOf);
  const oldRest = before.policies.filter((policy) => !unmatched.get(textOf(policy))?.shift());
  const newRest = new Set(Array.from(unmatched.values()).flat());
  return { before: oldRest, after: after.policies.filter((policy) => newRest.has(policy)) };
}

function comparePolicies(
  before: Properties,
  after: Properties,
  location: InJson,
  report: ReportChange,
): void {
  const { before: oldRest, after: newRest } = differingPolicies(before, after);
  const [oldPolicies, newPolicies] = [policiesByName(oldRest), policiesByName(newRest)];
  const newTitles = retitledPolicies(oldPolicies, newPolicies);
  const base = (name: string) => ({ subject: `properties/policyTemplateInstances/${name}`, name });
  for (const [name, policy] of oldPolicies) {
    if (newTitles.has(name)) continue;
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
        ...(counterpart.parameters?.[key] !== undefined && { key }),
        ...values,
      });
    }
  }
  const retitled = new Set(newTitles.values());
  for (const [name, policy] of newPolicies)
    if (!oldPolicies.has(name) && !retitled.has(name))
      report({ kind: 'PolicyAdded', ...base(name), at: policy.raw });
}

/** The new names of policies that have another title and do the same. */
function retitledPolicies(
  before: ReadonlyMap<string, Policy>,
  after: ReadonlyMap<string, Policy>,
): Map<string, string> {
  const contentOf = ({ templateId, parameters }: Policy): string =>
    canonical([templateId ?? null, parameters ?? null]);
  const free = Map.groupBy(
    [...after].filter(([name]) => !before.has(name)),
    ([, policy]) => contentOf(policy),
  );
  const newNames = new Map<string, string>();
  for (const [name, policy] of before) {
    const same = after.has(name) ? undefined : free.get(contentOf(policy))?.shift();
    if (same) newNames.set(name, same[0]);
  }
  return newNames;
}
