import type { JsonFile } from '../json/document.ts';
import {
  asObject,
  asText,
  isObject,
  objectEntries,
  objectsIn,
  own,
  type JsonArray,
  type JsonObject,
} from '../json/values.ts';

export interface ConnectionParameter {
  name: string;
  raw: JsonObject;
  type: string | undefined;
  /** The name of its set, if the connector offers several ways to sign in. */
  set: string | undefined;
}

export interface Policy {
  raw: JsonObject;
  templateId: string | undefined;
  title: string | undefined;
  parameters: JsonObject | undefined;
}

/**
 * How apiProperties.json is written: with the object `properties` around everything, as it must be;
 * without it (`unwrapped`); as the connection parameters alone, or their sets, or a single connection
 * parameter; or as anything else.
 */
export type PropertiesLayout =
  | 'wrapped'
  | 'unwrapped'
  | 'connectionParameters'
  | 'connectionParameterSets'
  | 'connectionParameter'
  | 'other';

/** Properties of a connector that say which object is the one under `properties`. */
const propertyNames = [
  'connectionParameters',
  'connectionParameterSets',
  'iconBrandColor',
  'capabilities',
  'publisher',
  'stackOwner',
  'policyTemplateInstances',
  'scriptOperations',
];

/** The key by which an editor finds the schema. The platform does not read it. */
export const schemaKey = '$schema';

function layoutOf(raw: JsonObject): PropertiesLayout {
  if (raw.properties !== undefined) return isObject(raw.properties) ? 'wrapped' : 'other';
  if (propertyNames.some((name) => Object.hasOwn(raw, name))) return 'unwrapped';
  if (Array.isArray(raw.values)) return 'connectionParameterSets';
  if (typeof raw.type === 'string') return 'connectionParameter';
  const values = Object.keys(raw).flatMap((key) => (key === schemaKey ? [] : [own(raw, key)]));
  const areParameters = values.every((value) => typeof asObject(value)?.type === 'string');
  return values.length > 0 && areParameters ? 'connectionParameters' : 'other';
}

/** The same value with what is missing around it. */
function wrap(raw: JsonObject, layout: PropertiesLayout): JsonObject {
  if (layout === 'wrapped' || layout === 'other') return raw;
  if (layout === 'unwrapped') return { properties: raw };
  const key = layout === 'connectionParameterSets' ? layout : 'connectionParameters';
  const value = layout === 'connectionParameter' ? { '': raw } : raw;
  return { properties: { [key]: value } };
}

/**
 * The key of an object that is a name in any case: the platform ignores the case of names, and
 * accepted connectors have `displayname` and `stackowner`. The name itself if there is none.
 */
export function keyIgnoringCase(object: JsonObject, name: string): string {
  if (Object.hasOwn(object, name)) return name;
  return Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
}

/** The value of a name in any case; see `keyIgnoringCase`. */
export const ownIgnoringCase = (
  object: JsonObject | undefined,
  name: string,
): JsonObject[string] | undefined => object && own(object, keyIgnoringCase(object, name));

/** apiProperties.json. Parts of a wrong type are left out; a rule reports them. */
export class Properties {
  readonly file: JsonFile;
  readonly raw: JsonObject;
  readonly layout: PropertiesLayout;
  /** `raw` with what is missing around it; `raw` itself if nothing is. */
  readonly wrapped: JsonObject;
  /**
   * The object under `properties`, or what should be there. An empty object if the file has none of
   * it.
   */
  readonly inner: JsonObject;
  /** Whether the file has that object. Otherwise its absence is the only finding about it. */
  readonly hasInner: boolean;
  /** What a finding about something missing in `inner` points at: `inner`, else the whole file. */
  readonly at: JsonObject;
  /** From `connectionParameters` and from every set of `connectionParameterSets`. */
  readonly connectionParameters: ConnectionParameter[] = [];
  readonly policies: Policy[] = [];
  /** `scriptOperations`, or `operationIds` of the older `script`. */
  readonly scriptOperations: JsonArray | undefined;

  constructor(file: JsonFile, raw: JsonObject) {
    this.file = file;
    this.raw = raw;
    this.layout = layoutOf(raw);
    this.wrapped = wrap(raw, this.layout);
    this.inner = asObject(this.wrapped.properties) ?? {};
    this.hasInner = this.layout === 'wrapped' || this.layout === 'unwrapped';
    this.at = this.hasInner ? this.inner : raw;
    this.#addConnectionParameters(this.inner.connectionParameters, undefined);
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
    this.scriptOperations = [
      this.inner.scriptOperations,
      asObject(this.inner.script)?.operationIds,
    ].find((list) => Array.isArray(list));
  }

  #addConnectionParameters(
    parameters: JsonObject[string] | undefined,
    set: string | undefined,
  ): void {
    for (const [name, raw] of objectEntries(parameters))
      this.connectionParameters.push({ name, raw, type: asText(raw.type), set });
  }
}
