import type { ConnectorFolder } from '../connector/connector.ts';
import type { Properties } from '../connector/properties.ts';
import { asList, type Json, type JsonObject } from '../json/values.ts';
import type { JsonDraft } from './json-draft.ts';

const operationNames = 'x-ms-apimTemplate-operationName';
const policyList = 'policyTemplateInstances';
const routePolicy = 'routerequesttoendpoint';

interface OperationList {
  at: JsonObject;
  key: string;
  ids: Json[];
  names: Set<string>;
  isRoute: boolean;
  /** By which the list is found in the other version of the properties, best first. */
  identities: readonly string[];
}

/** The lists of operations in the properties: those of the policies and that of the script. */
function* listsIn(properties: Properties): Iterable<OperationList> {
  for (const { templateId, title, parameters } of properties.policies) {
    const rest = Object.entries(parameters ?? {}).filter(([key]) => key !== operationNames);
    const identities = [
      JSON.stringify([templateId, title, rest]),
      JSON.stringify([templateId, rest]),
      JSON.stringify([templateId, title]),
    ];
    const isRoute = templateId?.toLowerCase() === routePolicy;
    const list = listAt(parameters, operationNames, { isRoute, identities });
    if (list) yield list;
  }
  const script = listAt(properties.inner, 'scriptOperations', {
    isRoute: false,
    identities: ['script'],
  });
  if (script) yield script;
}

function listAt(
  at: JsonObject | undefined,
  key: string,
  common: Pick<OperationList, 'isRoute' | 'identities'>,
): OperationList | undefined {
  const ids = at?.[key];
  if (!at || !Array.isArray(ids)) return undefined;
  const names = new Set(ids.map((id) => (typeof id === 'string' ? id : '')));
  return { at, key, ids, names, ...common };
}

/**
 * Puts the versions of operations on the lists of operations in the properties of an update, and
 * adds policies that route their paths to the paths of the service.
 */
export class OperationLists {
  readonly #properties: Properties;
  readonly #draft: JsonDraft;
  /** By operation, the lists that contain it. */
  readonly #byOperation = new Map<string, OperationList[]>();
  /** By operation, those lists of the update that contained it before the update. */
  readonly #former = new Map<string, OperationList[]>();
  readonly #hasFormer: boolean;

  constructor(before: Properties | undefined, after: Properties, draft: JsonDraft) {
    this.#properties = after;
    this.#draft = draft;
    this.#hasFormer = before !== undefined;
    const byIdentity = new Map<string, OperationList>();
    for (const list of listsIn(after)) {
      for (const name of list.names) push(this.#byOperation, name, list);
      for (const identity of list.identities)
        if (!byIdentity.has(identity)) byIdentity.set(identity, list);
    }
    for (const list of before ? listsIn(before) : []) {
      const identity = list.identities.find((candidate) => byIdentity.has(candidate));
      const counterpart = identity === undefined ? undefined : byIdentity.get(identity);
      if (counterpart) for (const name of list.names) push(this.#former, name, counterpart);
    }
  }

  /** Puts the new version on the lists of its operation, and the old version on its former lists. */
  split(id: string, newId: string): void {
    const lists = [...(this.#byOperation.get(id) ?? [])];
    for (const list of lists) this.#add(newId, list);
    const former = this.#former.get(id) ?? [];
    if (this.#hasFormer)
      for (const list of lists) if (!former.includes(list)) this.#remove(id, list);
    this.restore(id);
  }

  /** Puts an operation back on the lists that contained it before the update. */
  restore(id: string): void {
    for (const list of this.#former.get(id) ?? []) this.#add(id, list);
  }

  /**
   * Routes an operation to a path of the service, unless a policy of the update already routes it.
   *
   * @returns whether a policy routes it now
   */
  route(id: string, servicePath: string): boolean {
    if (this.#byOperation.get(id)?.some(({ isRoute }) => isRoute) === true) return true;
    const { inner, at } = this.#properties;
    if (at !== inner) return false;
    const parameters: JsonObject = {
      [operationNames]: [id],
      'x-ms-apimTemplateParameter.newPath': servicePath,
      'x-ms-apimTemplateParameter.httpMethod': '@Request.OriginalHTTPMethod',
    };
    const policy: JsonObject = { templateId: routePolicy, title: `Route ${id}`, parameters };
    const policies = asList(inner[policyList]);
    policies.push(policy);
    this.#draft.set(inner, policyList, policies);
    return true;
  }

  applyTo(folder: ConnectorFolder): ConnectorFolder {
    return this.#draft.applyTo(folder);
  }

  #add(id: string, list: OperationList): void {
    if (list.names.has(id)) return;
    list.names.add(id);
    list.ids.push(id);
    push(this.#byOperation, id, list);
    this.#draft.set(list.at, list.key, list.ids);
  }

  #remove(id: string, list: OperationList): void {
    list.names.delete(id);
    list.ids.splice(0, list.ids.length, ...list.ids.filter((name) => name !== id));
    this.#draft.set(list.at, list.key, list.ids);
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
