import { parsePointer, valueAt } from './pointer.ts';
import { asObject, isObject, type Json, type JsonObject } from './values.ts';

/** What this module reads of an error of Ajv, compiled with `verbose`. */
export interface SchemaError {
  keyword: string;
  /** JSON pointer into the value. */
  instancePath: string;
  /** JSON pointer into the schema, behind a `#`. */
  schemaPath: string;
  params: Readonly<Record<string, unknown>>;
  /** The schema that has the keyword. */
  parentSchema?: unknown;
  /** Set if the error is about a property name of the object at `instancePath`. */
  propertyName?: string;
  message?: string;
}

/** An error of Ajv, resolved against the value that it is about. */
export interface SchemaViolation {
  keyword: string;
  /** The keys and indices that lead to the value; with `property`, to the object. */
  path: readonly string[];
  /** The name that is unknown, missing or not allowed, if the error is about a name. */
  property: string | undefined;
  /** The wrong value; undefined for a missing property. */
  value: Json | undefined;
  /** The schema that has the keyword. */
  schema: JsonObject;
  /** Ajv's parameters of the keyword. */
  params: SchemaError['params'];
  /** Ajv's own words, such as "must be integer". */
  message: string | undefined;
}

/** How to explain a violation, by keyword. */
export type Phrases<Violation, Explanation, Keyword extends string = string> = Readonly<
  Record<Keyword, (violation: Violation) => Explanation>
>;

/** Resolves an error of Ajv against the value that was validated. */
export function violationOf(error: SchemaError, root: Json): SchemaViolation {
  const { keyword, instancePath, params, parentSchema, message } = error;
  const path = parsePointer(instancePath);
  const name = params.additionalProperty ?? params.missingProperty ?? params.propertyName;
  const property = typeof name === 'string' ? name : undefined;
  return {
    keyword,
    path,
    property,
    value: valueAt(root, property === undefined ? path : [...path, property]),
    schema: isObject(parentSchema) ? parentSchema : {},
    params,
    message,
  };
}

/** The names under `properties` of a schema. */
export const propertyNamesOf = (schema: JsonObject): string[] =>
  Object.keys(asObject(schema.properties) ?? {});
