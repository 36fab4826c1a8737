import type { JsonFile } from '../json/document.ts';
import { closestMatch } from '../shared/did-you-mean.ts';
import {
  asObject,
  asText,
  objectEntries,
  objectsIn,
  own,
  type Json,
  type JsonArray,
  type JsonObject,
} from '../json/values.ts';

export interface ConnectionParameter {
  name: string;
  raw: JsonObject;
  type: string | undefined;
  /** The name of its set, if the connector offers several ways to sign in. */
  set: string | undefined;
  oAuthSettings: JsonObject | undefined;
  /** Whether users sign in with OAuth, by its type or by its settings. */
  usesOAuth: boolean;
}

export interface Policy {
  raw: JsonObject;
  templateId: string | undefined;
  title: string | undefined;
  parameters: JsonObject | undefined;
}

/**
 * How apiProperties.json is written: with the object `properties` around everything, as it must be;
 * with a further object, or one of another name, around it (`misnamed`); without one (`unwrapped`);
 * as the connection parameters alone, or their sets, or a single connection parameter; or as
 * anything else.
 */
export type PropertiesLayout =
  | 'wrapped'
  | 'misnamed'
  | 'unwrapped'
  | 'connectionParameters'
  | 'connectionParameterSets'
  | 'connectionParameter'
  | 'other';

/** Properties of a connector that say which object is the one under `properties`. */
export const propertyNames: readonly string[] = [
  'connectionParameters',
  'connectionParameterSets',
  'iconBrandColor',
  'capabilities',
  'publisher',
  'stackOwner',
  'policyTemplateInstances',
  'scriptOperations',
];

/** Names in a connection parameter, and in its `uiDefinition`. */
export const parameterNames = [
  'type',
  'uiDefinition',
  'oAuthSettings',
  'gatewaySettings',
  'allowedValues',
  'default',
] as const;
export const labelNames = [
  'displayName',
  'description',
  'tooltip',
  'tabIndex',
  'schema',
  'constraints',
] as const;

/** The key by which an editor finds the schema. The platform does not read it. */
export const schemaKey = '$schema';

const hasPropertyNames = (value: JsonObject): boolean =>
  propertyNames.some((name) => Object.hasOwn(value, name));

/** The key of an object in another that has the names of properties. */
const keyOfProperties = (container: JsonObject): string | undefined =>
  objectEntries(container).find(([, value]) => hasPropertyNames(value))?.[0];

/** Whether a value is a connection parameter: an object whose `type` is a text. */
const isConnectionParameter = (value: Json | undefined): boolean =>
  typeof asObject(value)?.type === 'string';

function layoutOf(raw: JsonObject): Pick<Properties, 'layout' | 'container' | 'misnamed'> {
  const container = asObject(raw.properties) ?? raw;
  const found = (layout: PropertiesLayout) => ({ layout, container, misnamed: undefined });
  const isWrapped = container !== raw;
  if (raw.properties !== undefined && !isWrapped) return found('other');
  if (hasPropertyNames(container)) return found(isWrapped ? 'wrapped' : 'unwrapped');
  const misnamed = keyOfProperties(container);
  if (misnamed !== undefined) return { layout: 'misnamed', container, misnamed };
  if (Array.isArray(container.values)) return found('connectionParameterSets');
  if (typeof container.type === 'string') return found('connectionParameter');
  const keys = Object.keys(container).filter((key) => key !== schemaKey);
  if (keys.length > 0 && keys.every((key) => isConnectionParameter(own(container, key))))
    return found('connectionParameters');
  return found(isWrapped ? 'wrapped' : 'other');
}

/** The same value with what is missing around it. */
function wrap(
  raw: JsonObject,
  { layout, container, misnamed }: ReturnType<typeof layoutOf>,
): JsonObject {
  switch (layout) {
    case 'wrapped':
    case 'other':
      return raw;
    case 'unwrapped':
      return { properties: container };
    case 'misnamed':
      return { properties: own(container, misnamed ?? '') ?? {} };
    case 'connectionParameterSets':
      return { properties: { connectionParameterSets: container } };
    case 'connectionParameter':
      return { properties: { connectionParameters: { '': container } } };
    case 'connectionParameters':
      return { properties: { connectionParameters: container } };
  }
}

/** The connection parameters that are written beside `connectionParameters` instead of in it. */
export const misplacedParameters = (inner: JsonObject): JsonObject =>
  Object.fromEntries(
    objectEntries(inner).filter(
      ([key, value]) => !propertyNames.includes(key) && isConnectionParameter(value),
    ),
  );

/**
 * The key of an object that is a name in any case: the platform ignores the case of names, and
 * accepted connectors have `displayname` and `stackowner`. The name itself if there is none.
 */
export function keyIgnoringCase(object: JsonObject, name: string): string {
  if (Object.hasOwn(object, name)) return name;
  return Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

/** The value of a name in any case; see `keyIgnoringCase`. */
const ownIgnoringCase = (
  object: JsonObject | undefined,
  name: string,
): JsonObject[string] | undefined => object && own(object, keyIgnoringCase(object, name));

/** The name that a key which is none of the names is a misspelling of, if any. */
export const misspelledName = (key: string, names: readonly string[]): string | undefined =>
  names.includes(key) ? undefined : closestMatch(key, names);

/**
 * The value of a name in any case, else that of a misspelled name. A rule reports the misspelled
 * name, so the value is not missing besides. Changes are compared by the names that the platform
 * reads.
 *
 * @param names the names that are known in the object
 */
export function ownAsMeant(
  object: JsonObject | undefined,
  name: string,
  names: readonly string[],
): JsonObject[string] | undefined {
  const value = ownIgnoringCase(object, name);
  if (value !== undefined || !object) return value;
  const meant = Object.keys(object).find((key) => misspelledName(key, names) === name);
  return meant === undefined ? undefined : own(object, meant);
}

/** apiProperties.json. Parts of a wrong type are left out; a rule reports them. */
export class Properties {
  readonly file: JsonFile;
  readonly raw: JsonObject;
  readonly layout: PropertiesLayout;
  /** The object under `properties`, or the whole file if it has none. */
  readonly container: JsonObject;
  /** The key of the properties in `container`, if the layout is `misnamed`. */
  readonly misnamed: string | undefined;
  /** `raw` with what is missing around it; `raw` itself if nothing is. */
  readonly wrapped: JsonObject;
  /**
   * The object under `properties`, or what should be there. An empty object if the file has none of
   * it.
   */
  readonly inner: JsonObject;
  /**
   * Whether the file has that object, apart from its name. Otherwise its absence is the only finding
   * about what it lacks.
   */
  readonly hasInner: boolean;
  /** What a finding about something missing in `inner` points at: `inner`, else the whole file. */
  readonly at: JsonObject;
  /** From `connectionParameters` and from every set of `connectionParameterSets`. */
  readonly connectionParameters: ConnectionParameter[] = [];
  readonly policies: Policy[] = [];
  /** `publisher`, else `stackOwner`. */
  readonly publisher: string | undefined;
  /** `scriptOperations`, or `operationIds` of the older `script`. */
  readonly scriptOperations: JsonArray | undefined;

  constructor(file: JsonFile, raw: JsonObject) {
    this.file = file;
    this.raw = raw;
    const layout = layoutOf(raw);
    this.layout = layout.layout;
    this.container = layout.container;
    this.misnamed = layout.misnamed;
    this.wrapped = wrap(raw, layout);
    this.inner = asObject(this.wrapped.properties) ?? {};
    this.hasInner = ['wrapped', 'misnamed'].includes(this.layout);
    this.at = this.hasInner ? this.inner : this.container;
    this.#addConnectionParameters(this.inner.connectionParameters, undefined);
    this.#addConnectionParameters(misplacedParameters(this.inner), undefined);
    for (const set of objectsIn(asObject(this.inner.connectionParameterSets)?.values))
      this.#addConnectionParameters(set.parameters, asText(set.name) ?? '');
    for (const policy of objectsIn(this.inner.policyTemplateInstances)) {
      this.policies.push({
        raw: policy,
        templateId: asText(policy.templateId),
        title: asText(policy.title),
        parameters: asObject(policy.parameters),
      });
    }
    this.publisher = [
      ownIgnoringCase(this.inner, 'publisher'),
      ownIgnoringCase(this.inner, 'stackOwner'),
    ]
      .map(asText)
      .find((name) => name !== undefined && name.trim() !== '');
    this.scriptOperations = [
      this.inner.scriptOperations,
      asObject(this.inner.script)?.operationIds,
    ].find((list) => Array.isArray(list));
  }

  #addConnectionParameters(
    parameters: JsonObject[string] | undefined,
    set: string | undefined,
  ): void {
    for (const [name, raw] of objectEntries(parameters)) {
      const type = asText(raw.type);
      const oAuthSettings = asObject(ownIgnoringCase(raw, 'oAuthSettings'));
      const usesOAuth =
        oAuthSettings !== undefined || type?.toLowerCase().startsWith('oauth') === true;
      this.connectionParameters.push({ name, raw, type, set, oAuthSettings, usesOAuth });
    }
  }
}
