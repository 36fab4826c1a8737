import {
  OperationNodeTransformer,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type PrimitiveValueListNode,
  type RootOperationNode,
  type ValueNode,
} from 'kysely';

/**
 * Replaces what PostgreSQL cannot store. Its `text` and `jsonb` reject two things that a JavaScript
 * string may have, and with them the whole transaction: NUL, and half of a surrogate pair. Each
 * becomes U+FFFD. Strings in objects and arrays are replaced, too.
 */
export function toStorable<T>(value: T): T;
export function toStorable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map((item: unknown) => toStorable(item));
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, property]) => [toStorable(name), toStorable(property)]),
  );
}

class Parameters extends OperationNodeTransformer {
  protected override transformValue(node: ValueNode): ValueNode {
    return { ...super.transformValue(node), value: toStorable(node.value) };
  }
  protected override transformPrimitiveValueList(
    node: PrimitiveValueListNode,
  ): PrimitiveValueListNode {
    return { ...super.transformPrimitiveValueList(node), values: toStorable(node.values) };
  }
}

/**
 * Makes every parameter of every query storable, so that no caller can forget it. JSON parameters
 * must be objects, not strings.
 */
export class StorableParameters implements KyselyPlugin {
  readonly #parameters = new Parameters();

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.#parameters.transformNode(node, queryId);
  }

  transformResult({
    result,
  }: PluginTransformResultArgs): Promise<PluginTransformResultArgs['result']> {
    return Promise.resolve(result);
  }
}
