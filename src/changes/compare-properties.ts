import type { ConnectionParameter, Properties } from '../connector/properties.ts';
import { asObject, asText, keysOf, own, type Json, type JsonObject } from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { jsonEqual } from '../json/equal.ts';

type ReportChange = (change: Change) => void;

const brand = new Set(['iconBrandColor', 'publisher', 'stackOwner']);
const compared = new Set([
  'connectionParameters',
  'connectionParameterSets',
  'policyTemplateInstances',
  'scriptOperations',
]);
const parameterTexts = new Set(['uiDefinition']);

/**
 * Reports every difference between two apiProperties.json files: sign-in, connection parameters,
 * policies, script, everything else.
 */
export function compareProperties(
  before: Properties,
  after: Properties,
  report: ReportChange,
): void {
  const { inner } = after;
  const at = (key: string) => ({ at: after.at, ...(after.at[key] !== undefined && { key }) });

  const ways = [waysOf(before), waysOf(after)] as const;
  const lost = ways[0].filter((way) => !ways[1].includes(way));
  const signIn =
    inner.connectionParameterSets === undefined
      ? 'connectionParameters'
      : 'connectionParameterSets';
  if (lost.length > 0)
    report({
      kind: 'AuthenticationTypeChanged',
      subject: 'properties/connectionParameters',
      ...at(signIn),
      name: 'authentication',
      was: ways[0],
      now: ways[1],
    });

  compareConnectionParameters(before, after, at(signIn), report);
  comparePolicies(before, after, at('policyTemplateInstances'), report);
  for (const key of keysOf(before.inner, inner)) {
    const [was, now] = [own(before.inner, key), own(inner, key)];
    if (key === 'scriptOperations' && !jsonEqual(was, now))
      report({
        kind: 'ScriptOperationsChanged',
        subject: 'properties/scriptOperations',
        ...at(key),
        name: key,
        was,
        now,
      });
    if (compared.has(key) || jsonEqual(was, now)) continue;
    report({
      kind: brand.has(key) ? 'BrandChanged' : 'PropertyChanged',
      subject: `properties/${key}`,
      ...at(key),
      name: key,
      was,
      now,
    });
  }
}

/**
 * The ways to sign in that a connector offers, sorted: `none`, `key`, `basic`, `oauth <provider>`,
 * `gateway`, … A connector with several parameter sets offers each of them.
 */
function waysOf({ connectionParameters }: Properties): string[] {
  const sets = new Map<string | undefined, ConnectionParameter[]>();
  for (const parameter of connectionParameters)
    sets.set(parameter.set, [...(sets.get(parameter.set) ?? []), parameter]);
  if (sets.size === 0) return ['none'];
  return Array.from(new Set(Array.from(sets.values(), wayOf))).sort();
}

function wayOf(parameters: readonly ConnectionParameter[]): string {
  const oauth = parameters.find(({ type }) => type?.toLowerCase().startsWith('oauth'));
  if (oauth)
    return `oauth ${asText(asObject(oauth.raw.oAuthSettings)?.identityProvider) ?? ''}`.trim();
  const other = parameters.find(
    ({ type }) =>
      type !== undefined && !['string', 'securestring', 'bool', 'int'].includes(type.toLowerCase()),
  );
  if (other) return other.type ?? '';
  const secrets = parameters.filter(({ type }) => type?.toLowerCase() === 'securestring');
  if (secrets.length === 0) return 'none';
  const named = (word: RegExp): boolean => parameters.some(({ name }) => word.test(name));
  return named(/user/i) && named(/pass/i) ? 'basic' : 'key';
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
  at: { at: JsonObject; key?: string },
  report: ReportChange,
): void {
  const former = new Map(
    before.connectionParameters.map((parameter) => [keyOf(parameter), parameter]),
  );
  const current = new Map(
    after.connectionParameters.map((parameter) => [keyOf(parameter), parameter]),
  );
  const formerSets = new Set(before.connectionParameters.map(({ set }) => set));
  const base = (key: string) => ({ subject: `properties/connectionParameters/${key}`, name: key });
  for (const [key, was] of former) {
    const now = current.get(key);
    if (!now) {
      report({ kind: 'ConnectionParameterDeleted', ...base(key), ...at });
      continue;
    }
    for (const property of keysOf(was.raw, now.raw)) {
      const [from, to] = [own(was.raw, property), own(now.raw, property)];
      if (jsonEqual(from, to)) continue;
      const change = {
        ...base(key),
        subject: `${base(key).subject}/${property}`,
        at: now.raw,
        ...(to !== undefined && { key: property }),
        was: from,
        now: to,
      };
      if (property === 'type') report({ kind: 'ConnectionParameterTypeChanged', ...change });
      else if (parameterTexts.has(property) && isRequired(was) === isRequired(now))
        report({ kind: 'ConnectionParameterTextChanged', ...change });
      else report({ kind: 'ConnectionParameterChanged', ...change });
    }
  }
  for (const [key, now] of current) {
    if (former.has(key)) continue;
    const newSet = !formerSets.has(now.set) && formerSets.size > 0;
    report({
      kind:
        isRequired(now) && !newSet
          ? 'RequiredConnectionParameterAdded'
          : 'OptionalConnectionParameterAdded',
      ...base(key),
      at: now.raw,
    });
  }
}

const operationNames = 'x-ms-apimTemplate-operationName';

function comparePolicies(
  before: Properties,
  after: Properties,
  at: { at: JsonObject; key?: string },
  report: ReportChange,
): void {
  const keyed = ({ policies }: Properties): Map<string, Properties['policies'][number]> => {
    const counts = new Map<string, number>();
    return new Map(
      policies.map((policy) => {
        const name = `${policy.templateId ?? ''} ${policy.title ?? ''}`.trim();
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        return [count === 1 ? name : `${name} #${count}`, policy];
      }),
    );
  };
  const former = keyed(before);
  const current = keyed(after);
  const base = (name: string) => ({ subject: `properties/policyTemplateInstances/${name}`, name });
  for (const [name, was] of former) {
    const now = current.get(name);
    if (!now) {
      report({ kind: 'PolicyDeleted', ...base(name), ...at });
      continue;
    }
    const parameters = [was.parameters ?? {}, now.parameters ?? {}] as const;
    for (const key of keysOf(...parameters)) {
      const [from, to]: (Json | undefined)[] = parameters.map((object) => own(object, key));
      if (jsonEqual(from, to)) continue;
      const change = {
        ...base(name),
        subject: `${base(name).subject}/${key}`,
        at: now.parameters ?? now.raw,
        ...(to !== undefined && { key }),
        was: from,
        now: to,
      };
      report({
        kind: key === operationNames ? 'PolicyOperationsChanged' : 'PolicyChanged',
        ...change,
      });
    }
  }
  for (const [name, now] of current)
    if (!former.has(name)) report({ kind: 'PolicyAdded', ...base(name), at: now.raw });
}
