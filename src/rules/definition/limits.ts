import {
  nameOf,
  type Definition,
  type Operation,
  type Schema,
} from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { isObject, objectsIn, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { connectorStandard } from '../policy-codes.ts';

/**
 * The limits of the platform. A schema counts each time it is referenced; a recursive schema
 * counts once per path.
 *
 * 512 comes from microsoft/PowerPlatformConnectors#1088 and magento/magento2#31119. The others are
 * the next powers of two above the maximum in 720 accepted connectors (in parentheses: independent
 * publishers): 219 operations (188), 625 schemas in one operation (459), 7,407 in all operations
 * (6,925), a depth of 15 (14), and 479 (451) of the 512. Accepted connectors since have more schemas
 * in all operations, so limits whose way of counting is a guess are warnings.
 */
const limits = {
  operations: 256,
  schemasOfOne: 512,
  schemasOfOperation: 1024,
  schemas: 8192,
  depth: 16,
};

interface Measure {
  /** The schema and all schemas inside it. */
  count: number;
  /** 1 for a schema without nested schemas. */
  depth: number;
}

/** Whether a schema has no nested schemas, as nearly all schemas do. */
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
  return parts.concat(objectsIn(allOf));
}

const nothing: Measure = { count: 0, depth: 0 };

/**
 * Measures each schema once, without recursion, so the time is linear in the definition no matter
 * how its references are connected.
 */
class Measures {
  readonly outermost: readonly Schema[];
  readonly #definition: Definition;
  readonly #measures = new Map<JsonObject, Measure>();

  constructor(definition: Definition) {
    this.outermost = definition.schemas.filter(isOutermost);
    this.#definition = definition;
  }

  of(raw: JsonObject): Measure {
    const root = this.#definition.follow(raw);
    if (!root) return nothing;
    if (isSimple(root)) return simple;
    return this.#measures.get(root) ?? this.#measure(root);
  }

  #measure(root: JsonObject): Measure {
    const open = new Set<JsonObject>();
    const stack: { schema: JsonObject; parts: JsonObject[]; count: number; below: number }[] = [];
    /** The measure if it is cached or trivial; otherwise pushes the schema on the stack. */
    const enter = (schema: JsonObject): Measure | undefined => {
      if (isSimple(schema)) return simple;
      const cached = this.#measures.get(schema);
      if (cached) return cached;
      const parts = partsOf(schema);
      open.add(schema);
      stack.push({ schema, parts, count: 1, below: 0 });
      return undefined;
    };
    let last = enter(root);
    for (let entry = stack.at(-1); entry; entry = stack.at(-1)) {
      if (last) {
        entry.count += last.count;
        entry.below = Math.max(entry.below, last.depth);
      }
      const part = entry.parts.pop();
      if (part) {
        const schema = this.#definition.follow(part);
        last = schema && !open.has(schema) ? enter(schema) : undefined;
        continue;
      }
      stack.pop();
      open.delete(entry.schema);
      last = { count: entry.count, depth: entry.below + 1 };
      this.#measures.set(entry.schema, last);
    }
    return last ?? nothing;
  }

  /** The number of schemas in the parameters and responses of an operation. */
  readonly ofOperation = memoize(({ parameters, responses }: Operation): number => {
    let count = 0;
    for (const { schema } of [...parameters, ...responses])
      if (schema) count += this.of(schema.raw).count;
    return count;
  });
}

/** Whether a schema is outermost and written in place, not a reference. */
const isOutermost = (schema: Schema): boolean =>
  schema.root === schema &&
  schema.role !== 'parameter' &&
  schema.role !== 'header' &&
  schema.raw.$ref === undefined;

/** The measures of a definition, which several rules share. */
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
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: `A connector has at most ${limits.operations} operations.`,
    rationale:
      'The platform does not save a connector with more operations, and users cannot find ' +
      'anything in such a long list.',
    policies: connectorStandard,
    *check({ definition }): Iterable<RuleViolation> {
      const count = definition?.operations.length ?? 0;
      if (definition && count > limits.operations) {
        yield {
          at: definition.raw,
          key: 'paths',
          part: 'key',
          message:
            `The connector has ${count} operations; the maximum is ${limits.operations}. ` +
            'Keep those that users need, or split the connector.',
        };
      }
    },
  },
  {
    // An independent publisher's connector with 30,053 schemas was accepted: 4,149, if each
    // definition counts once. How the platform counts is not known.
    id: 'TotalSchemaCountExceedsMaxAllowed',
    source: 'swagger-validator',
    severity: 'warning',
    description:
      `All operations of a connector together have at most ${limits.schemas} schemas; a ` +
      'schema counts each time it is referenced.',
    rationale: 'The platform may not save a connector with more schemas.',
    policies: connectorStandard,
    *check({ definition }): Iterable<RuleViolation> {
      if (!definition) return;
      const measures = measuresOf(definition);
      let count = 0;
      for (const operation of definition.operations) count += measures.ofOperation(operation);
      if (count > limits.schemas) {
        yield {
          at: definition.raw,
          key: 'paths',
          part: 'key',
          message:
            `The operations have ${shown(count)} schemas, counted at each reference; more than ` +
            `${limits.schemas} may be too many. Remove properties that users do not need.`,
        };
      }
    },
  },
  {
    id: 'OperationSchemaCountExceedsMaxAllowed',
    source: 'swagger-validator',
    severity: 'warning',
    description:
      'The parameters and responses of an operation have at most ' +
      `${limits.schemasOfOperation} schemas; a schema counts each time it is referenced.`,
    rationale:
      'The platform may not save an operation with more schemas, and users cannot find ' +
      'anything among hundreds of fields.',
    policies: connectorStandard,
    *check({ definition }): Iterable<RuleViolation> {
      if (!definition) return;
      const measures = measuresOf(definition);
      for (const operation of definition.operations) {
        const count = measures.ofOperation(operation);
        if (count > limits.schemasOfOperation) {
          yield {
            at: operation.raw,
            message:
              `${safe`The operation ${nameOf(operation)} has`} ${shown(count)} schemas, ` +
              `counted at each reference; more than ${limits.schemasOfOperation} may be too ` +
              'many. Remove properties that users do not need.',
          };
        }
      }
    },
  },
  {
    id: 'BodySchemaCountExceedsMaxAllowed',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      `A body, a response or a definition has at most ${limits.schemasOfOne} schemas; a ` +
      'schema counts each time it is referenced.',
    rationale:
      'The platform does not save a connector with a larger schema, and users cannot find ' +
      'anything among hundreds of fields.',
    policies: connectorStandard,
    *check({ definition }): Iterable<RuleViolation> {
      const measures = definition && measuresOf(definition);
      for (const schema of measures?.outermost ?? []) {
        const count = measures?.of(schema.raw).count ?? 0;
        if (count > limits.schemasOfOne) {
          yield {
            at: schema.raw,
            message:
              `${whatIs(schema)} has ${shown(count)} schemas; the maximum is ` +
              `${limits.schemasOfOne}. Remove properties that users do not need.`,
          };
        }
      }
    },
  },
  {
    id: 'SchemaTooDeep',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: `Schemas are nested at most ${limits.depth} levels deep, references included.`,
    rationale:
      'The platform does not save a connector with deeper schemas, and the designer shows ' +
      'each level as another group to expand.',
    policies: connectorStandard,
    *check({ definition }): Iterable<RuleViolation> {
      const measures = definition && measuresOf(definition);
      for (const schema of measures?.outermost ?? []) {
        const depth = measures?.of(schema.raw).depth ?? 0;
        if (depth > limits.depth) {
          yield {
            at: schema.raw,
            message:
              `${whatIs(schema)} is nested ${depth} levels deep; the maximum is ` +
              `${limits.depth}. Remove the innermost levels, or describe them as an object ` +
              'without properties.',
          };
        }
      }
    },
  },
];
