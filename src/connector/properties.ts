import type { JsonFile } from '../json/document.ts';
import { asObject, asText, objectEntries, objectsIn, type JsonObject } from '../json/values.ts';

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

/** apiProperties.json. Parts of a wrong type are left out; a rule reports them. */
export class Properties {
  readonly file: JsonFile;
  readonly raw: JsonObject;
  /** The object under `properties`; an empty object if there is none. */
  readonly inner: JsonObject;
  /** What a finding about something missing in `inner` points at: `inner`, else the whole file. */
  readonly at: JsonObject;
  /** From `connectionParameters` and from every set of `connectionParameterSets`. */
  readonly connectionParameters: ConnectionParameter[] = [];
  readonly policies: Policy[] = [];

  constructor(file: JsonFile, raw: JsonObject) {
    this.file = file;
    this.raw = raw;
    const inner = asObject(raw.properties);
    this.inner = inner ?? {};
    this.at = inner ?? raw;
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
  }

  #addConnectionParameters(
    parameters: JsonObject[string] | undefined,
    set: string | undefined,
  ): void {
    for (const [name, raw] of objectEntries(parameters))
      this.connectionParameters.push({ name, raw, type: asText(raw.type), set });
  }
}
