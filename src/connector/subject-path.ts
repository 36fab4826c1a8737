import { childOf } from '../json/pointer.ts';
import { asText, isObject, type Json, type JsonObject } from '../json/values.ts';

/**
 * The name of a thing in the change validator's notation: `operation/<id>`, then
 * `/parameter/<name>/…` or `/responses/<code>/schema/…`, without `properties`; or
 * `definition/<name>/…`, `parameter/<name>/…`, `response/<name>/…`.
 *
 * @param path The keys and indices that lead to the thing.
 * @returns Undefined for other sections of the document.
 */
export function subjectOf(
  definition: JsonObject,
  path: readonly (string | number)[],
): string | undefined {
  const [section, name, ...rest] = path.map(String);
  if (name === undefined) return undefined;
  if (section === 'paths') {
    const item = childOf(definition.paths, name);
    const [first, ...below] = rest;
    if (first === undefined) return `path/${name}`;
    if (first === 'parameters') return `path/${name}${parameters(childOf(item, first), below)}`;
    const operation = childOf(item, first);
    const id = isObject(operation) ? asText(operation.operationId) : undefined;
    return `operation/${id ?? `${first.toUpperCase()} ${name}`}${inOperation(operation, below)}`;
  }
  if (section === 'definitions') return `definition/${name}${fields(rest)}`;
  if (section === 'parameters') {
    const parameter = childOf(definition.parameters, name);
    return `parameter/${(isObject(parameter) ? asText(parameter.name) : undefined) ?? name}${fields(rest)}`;
  }
  if (section === 'responses') return `response/${name}${fields(rest)}`;
  return undefined;
}

const inOperation = (operation: Json | undefined, path: string[]): string =>
  path[0] === 'parameters'
    ? parameters(childOf(operation, 'parameters'), path.slice(1))
    : fields(path);

function parameters(list: Json | undefined, path: string[]): string {
  const [index, ...rest] = path;
  if (index === undefined) return '/parameters';
  const parameter = childOf(list, index);
  const name = isObject(parameter) ? asText(parameter.name) : undefined;
  return `/parameter/${name ?? index}${fields(rest)}`;
}

/** The path through a schema, without the key `properties` between a schema and a property. */
function fields(path: string[]): string {
  let subject = '';
  let inProperties = false;
  for (const part of path) {
    if (part === 'properties' && !inProperties) {
      inProperties = true;
      continue;
    }
    inProperties = false;
    subject += `/${part}`;
  }
  return subject;
}
