import {
  nameOf,
  type Definition,
  type Operation,
  type Schema,
} from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { isObject, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';

/**
 * What the platform accepts. A schema counts as often as it is referred to, a loop once round. 512
 * is named in microsoft/PowerPlatformConnectors#1088 and magento/magento2#31119. The others are the
 * next powers of two above what 720 accepted connectors have at most: 219 operations (188 of an
 * independent publisher), 625 schemas in one operation (459), 7,407 in all operations together
 * (6,925), a depth of 15 (14); and 479 (451) of the 512.
 */
const most = {
  operations: 256,
  schemasOfOne: 512,
  schemasOfOperation: 1024,
  schemas: 8192,
  depth: 16,
};

interface Measure {
  /** The schema itself, and all that it is made of. */
  count: number;
  /** 1 for a schema with nothing in it. */
  depth: number;
}

/** Whether a schema is made of no others, as nearly all are. */
const isSimple = ({ properties, items, additionalProperties, allOf }: JsonObject): boolean =>
  properties === undefined &&
  items === undefined &&
  additionalProperties === undefined &&
  allOf === undefined;
const simple: Measure = { count: 1, depth: 1 };

function partsOf({ properties, items, additionalProperties, allOf }: JsonObject): JsonObject[] {
  const parts = isObject(properties) ? Object.values(properties).filter(isObject) : [];
  if (isObject(items)) parts.push(items);
  if (isObject(additionalProperties)) parts.push(additionalProperties);
  return Array.isArray(allOf) ? parts.concat(allOf.filter(isObject)) : parts;
}

const nothing: Measure = { count: 0, depth: 0 };

/**
 * Measures schemas, each once: linear in the definition however its references are woven, and
 * without recursion.
 */
class Measures {
  readonly outermost: readonly Schema[];
  readonly #definition: Definition;
  readonly #known = new Map<JsonObject, Measure>();

  constructor(definition: Definition) {
    this.outermost = definition.schemas.filter(isOutermost);
    this.#definition = definition;
  }

  of(raw: JsonObject): Measure {
    const root = this.#definition.follow(raw);
    if (!root) return nothing;
    const open = new Set<JsonObject>();
    const stack: { schema: JsonObject; parts: JsonObject[]; count: number; below: number }[] = [];
    /**
     * The measure where there is one already or it is plain; else the schema is put on the stack.
     */
    const enter = (schema: JsonObject): Measure | undefined => {
      if (isSimple(schema)) return simple;
      const known = this.#known.get(schema);
      if (known) return known;
      const parts = partsOf(schema);
      open.add(schema);
      stack.push({ schema, parts, count: 1, below: 0 });
      return undefined;
    };
    let last = enter(root);
    for (let here = stack.at(-1); here; here = stack.at(-1)) {
      if (last) {
        here.count += last.count;
        here.below = Math.max(here.below, last.depth);
      }
      const part = here.parts.pop();
      if (part) {
        const schema = this.#definition.follow(part);
        last = schema && !open.has(schema) ? enter(schema) : undefined;
        continue;
      }
      stack.pop();
      open.delete(here.schema);
      last = { count: here.count, depth: here.below + 1 };
      this.#known.set(here.schema, last);
    }
    return last ?? nothing;
  }

  /** The schemas of an operation's parameters and responses. */
  readonly ofOperation = memoize(({ parameters, responses }: Operation): number => {
    let count = 0;
    for (const { schema } of [...parameters, ...responses])
      if (schema) count += this.of(schema.raw).count;
    return count;
  });
}

/** The outermost schemas that are written out, not referred to. */
const isOutermost = (schema: Schema): boolean =>
  schema.root === schema &&
  schema.role !== 'parameter' &&
  schema.role !== 'header' &&
  schema.raw.$ref === undefined;

/** The measures of a definition, which several rules look at. */
const measuresOf = memoize((definition: Definition) => new Measures(definition));

function whatIs({ role, name, root }: Schema): string {
  if (role === 'definition') return safe`The definition ${name ?? ''}`;
  if (root.operation) return safe`The ${role} of ${nameOf(root.operation)}`;
  return safe`The ${role}`;
}

const shown = (count: number): string => (count > 1e6 ? 'more than a million' : String(count));

export const counts: Rule[] = [
  {
    id: 'TotalOperationsCountExceedsMaxAllowed',
    severity: certificationSeverity,
    description: `A connector has at most ${most.operations} operations.`,
    rationale:
      'The platform does not save a connector with more; and users find nothing in so long a list.',
    *check({ definition }): Iterable<RuleViolation> {
      const count = definition?.operations.length ?? 0;
      if (definition && count > most.operations) {
        yield {
          at: definition.raw,
          key: 'paths',
          part: 'key',
          message:
            `The connector has ${count} operations; ${most.operations} are allowed. ` +
            'Keep those that users need, or make two connectors.',
        };
      }
    },
  },
  {
    id: 'TotalSchemaCountExceedsMaxAllowed',
    severity: certificationSeverity,
    description:
      `The operations of a connector have at most ${most.schemas} schemas together; ` +
      'one that is referred to counts each time.',
    rationale: 'The platform does not save a connector with more.',
    *check({ definition }): Iterable<RuleViolation> {
      if (!definition) return;
      const measures = measuresOf(definition);
      let count = 0;
      for (const operation of definition.operations) count += measures.ofOperation(operation);
      if (count > most.schemas) {
        yield {
          at: definition.raw,
          key: 'paths',
          part: 'key',
          message:
            `The operations have ${shown(count)} schemas; ${most.schemas} are allowed. ` +
            'Leave out properties that nobody uses.',
        };
      }
    },
  },
  {
    id: 'OperationSchemaCountExceedsMaxAllowed',
    severity: certificationSeverity,
    description:
      'The parameters and responses of an operation have at most ' +
      `${most.schemasOfOperation} schemas; one that is referred to counts each time.`,
    rationale:
      'The platform does not save an operation with more; ' +
      'and users find nothing among so many fields.',
    *check({ definition }): Iterable<RuleViolation> {
      if (!definition) return;
      const measures = measuresOf(definition);
      for (const operation of definition.operations) {
        const count = measures.ofOperation(operation);
        if (count > most.schemasOfOperation) {
          yield {
            at: operation.raw,
            message:
              `${safe`The operation ${nameOf(operation)} has`} ${shown(count)} schemas; ` +
              `${most.schemasOfOperation} are allowed. Leave out properties that nobody uses.`,
          };
        }
      }
    },
  },
  {
    id: 'BodySchemaCountExceedsMaxAllowed',
    severity: certificationSeverity,
    description:
      `A body, a response or a definition is made of at most ${most.schemasOfOne} schemas; ` +
      'one that is referred to counts each time.',
    rationale:
      'The platform does not save a connector with a larger one; ' +
      'and users find nothing among so many fields.',
    *check({ definition }): Iterable<RuleViolation> {
      const measures = definition && measuresOf(definition);
      for (const schema of measures?.outermost ?? []) {
        const count = measures?.of(schema.raw).count ?? 0;
        if (count > most.schemasOfOne) {
          yield {
            at: schema.raw,
            message:
              `${whatIs(schema)} is made of ${shown(count)} schemas; ` +
              `${most.schemasOfOne} are allowed. Leave out properties that nobody uses.`,
          };
        }
      }
    },
  },
  {
    id: 'SchemaTooDeep',
    severity: certificationSeverity,
    description: `Schemas are nested at most ${most.depth} deep, those that are referred to included.`,
    rationale:
      'The platform does not save a connector with deeper ones; ' +
      'and the designer shows each level as one more list to open.',
    *check({ definition }): Iterable<RuleViolation> {
      const measures = definition && measuresOf(definition);
      for (const schema of measures?.outermost ?? []) {
        const depth = measures?.of(schema.raw).depth ?? 0;
        if (depth > most.depth) {
          yield {
            at: schema.raw,
            message:
              `${whatIs(schema)} is ${depth} schemas deep; ${most.depth} are allowed. ` +
              'Leave out the innermost, or describe them as an object without properties.',
          };
        }
      }
    },
  },
];
