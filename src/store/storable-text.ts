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
 * The same value as PostgreSQL can keep it. Its `text` and `jsonb` refuse two things that a
 * JavaScript string may have, and with them the whole transaction: NUL, and half of a surrogate
 * pair. Each becomes U+FFFD.
 */
export function toStorable<T>(value: T): T;
export function toStorable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map((one: unknown) => toStorable(one));
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  )
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [toStorable(name), toStorable(one)]),
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
 * Makes every parameter of every query storable, so that no caller has to think of it. JSON is
 * passed as objects, not as their text.
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
