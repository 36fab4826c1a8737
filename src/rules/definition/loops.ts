import type { Definition } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, isObject, own, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';

/** Whether a schema requires other schemas. Most do not and so cannot be part of a cycle. */
const needs = ({ required, allOf }: JsonObject): boolean =>
  required !== undefined || allOf !== undefined;

/**
 * A schema that every value must contain: a required property, or a part of `allOf` (without a
 * name).
 */
interface Need {
  at: JsonObject;
  name: string | undefined;
  schema: JsonObject;
}

function* needsOf(definition: Definition, schema: JsonObject): Iterable<Need> {
  const properties = asObject(schema.properties);
  const required = Array.isArray(schema.required) ? new Set(schema.required) : new Set();
  for (const name of required) {
    const at = properties && typeof name === 'string' ? asObject(own(properties, name)) : undefined;
    const target = at && definition.follow(at);
    const isNullable = at?.['x-nullable'] === true || target?.['x-nullable'] === true;
    if (at && target && needs(target) && typeof name === 'string' && !isNullable)
      yield { at, name, schema: target };
  }
  if (!Array.isArray(schema.allOf)) return;
  for (const at of schema.allOf) {
    const target = isObject(at) ? definition.follow(at) : undefined;
    if (isObject(at) && target) yield { at, name: undefined, schema: target };
  }
}

/** The needs that close a cycle. Visits each schema once, without recursion. */
function* closing(definition: Definition): Iterable<Need> {
  const done = new Set<JsonObject>();
  for (const { raw } of definition.having('required')) {
    if (!Array.isArray(raw.required) || raw.$ref !== undefined || done.has(raw)) continue;
    const open = new Map<JsonObject, Iterator<Need>>();
    const stack: JsonObject[] = [];
    const enter = (schema: JsonObject): void => {
      open.set(schema, needsOf(definition, schema)[Symbol.iterator]());
      stack.push(schema);
    };
    enter(raw);
    for (let schema = stack.at(-1); schema; schema = stack.at(-1)) {
      const next = open.get(schema)?.next();
      if (!next || next.done) {
        stack.pop();
        open.delete(schema);
        done.add(schema);
      } else if (open.has(next.value.schema)) yield next.value;
      else if (!done.has(next.value.schema)) enter(next.value.schema);
    }
  }
}

export const loops: Rule[] = [
  {
    id: 'RequiredLoopInSchemaNotAllowed',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description: 'No schema contains itself through required properties only.',
    rationale:
      'Such a value would have to contain another one of its kind, without end, so no ' +
      'request can ever be valid.',
    policies: openApiStandard,
    *check({ definition }): Iterable<RuleViolation> {
      for (const { at, name } of definition ? closing(definition) : []) {
        const what =
          name === undefined ? safe`This part of ${'allOf'}` : safe`The required property ${name}`;
        yield {
          at,
          message:
            `${what} leads back to its own schema through required properties only. ` +
            safe`Remove one of the names in this cycle from ${'required'}.`,
        };
      }
    },
  },
];
