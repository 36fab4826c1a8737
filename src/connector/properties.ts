import type { JsonFile } from '../json/document.ts';
import { asObject, asText, isObject, objectEntries, type JsonObject } from '../json/values.ts';

export interface ConnectionParameter {
  name: string;
  raw: JsonObject;
  type: string | undefined;
  /** The set it belongs to, where the connector offers several ways to sign in. */
  set: string | undefined;
}

export interface Policy {
  raw: JsonObject;
  templateId: string | undefined;
  title: string | undefined;
  parameters: JsonObject | undefined;
}

/** apiProperties.json. Wrongly typed parts are left out here; a rule reports them. */
export class Properties {
  readonly file: JsonFile;
  readonly raw: JsonObject;
  /** The object under `properties`; an empty one where there is none. */
  readonly inner: JsonObject;
  /**
   * Where to point at what is missing in `inner`: itself, or the whole file where there is none.
   */
  readonly at: JsonObject;
  /** Of `connectionParameters` and of every set of `connectionParameterSets`. */
  readonly connectionParameters: ConnectionParameter[] = [];
  readonly policies: Policy[] = [];

  constructor(file: JsonFile, raw: JsonObject) {
    this.file = file;
    this.raw = raw;
    const inner = asObject(raw.properties);
    this.inner = inner ?? {};
    this.at = inner ?? raw;
    this.#connect(this.inner.connectionParameters, undefined);
    const sets = asObject(this.inner.connectionParameterSets)?.values;
    for (const set of Array.isArray(sets) ? sets : []) {
      if (isObject(set)) this.#connect(set.parameters, asText(set.name) ?? '');
    }
    const policies = this.inner.policyTemplateInstances;
    for (const policy of Array.isArray(policies) ? policies : []) {
      if (!isObject(policy)) continue;
      this.policies.push({
        raw: policy,
        templateId: asText(policy.templateId),
        title: asText(policy.title),
        parameters: asObject(policy.parameters),
      });
    }
  }

  #connect(parameters: JsonObject[string] | undefined, set: string | undefined): void {
    for (const [name, raw] of objectEntries(parameters))
      this.connectionParameters.push({ name, raw, type: asText(raw.type), set });
  }
}
