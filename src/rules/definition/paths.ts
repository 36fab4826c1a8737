import { safe } from '../../shared/finding.ts';
import { nameOf, type Operation } from '../../connector/definition.ts';
import type { Connector } from '../../connector/connector.ts';
import { asObject, type JsonObject } from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';

/** The names in curly brackets of a path, in order. */
const templateNames = (path: string): string[] =>
  Array.from(path.matchAll(/\{([^{}]*)\}/g), (match) => match[1] ?? '');

function* declared({ definition }: Connector): Iterable<{ at: JsonObject; path: string }> {
  const at = asObject(definition?.raw.paths);
  if (!at) return;
  for (const path of Object.keys(at)) if (!path.startsWith('x-')) yield { at, path };
}

/** A rule that each path's text alone keeps or breaks. */
const pathRule = (
  rule: Omit<Rule, 'check'>,
  wrong: (path: string) => string | undefined,
): Rule => ({
  ...rule,
  *check(connector): Iterable<RuleViolation> {
    for (const { at, path } of declared(connector)) {
      const message = wrong(path);
      if (message !== undefined) yield { at, key: path, part: 'key', message };
    }
  },
});

/** A path with its variables alike: what the platform has to tell operations apart by. */
const routing = (path: string): string => path.replace(/\{[^{}]*\}/g, '{}').toLowerCase();

/** Where paths have come to after some segments. Variables all go one way, which is called `{}`. */
interface Route {
  next: Map<string, Route> | undefined;
  operation: Operation | undefined;
}

function addRoute(start: Route, segments: readonly string[], operation: Operation): void {
  let route = start;
  for (const segment of segments) {
    route.next ??= new Map();
    const next = route.next.get(segment) ?? { next: undefined, operation: undefined };
    route.next.set(segment, next);
    route = next;
  }
  route.operation ??= operation;
}

/**
 * The operations that have a fixed segment where this path has a variable, and else can be the
 * same: some of them, for there may be many.
 */
function similarTo(start: Route, segments: readonly string[]): Operation[] {
  let reached = [{ route: start, differs: false }];
  for (const segment of segments) {
    const further: typeof reached = [];
    for (const { route, differs } of reached) {
      const same = route.next?.get(segment);
      if (same) further.push({ route: same, differs });
      if (segment !== '{}') {
        const variable = route.next?.get('{}');
        if (variable) further.push({ route: variable, differs });
        continue;
      }
      for (const [other, next] of route.next ?? []) {
        if (further.length >= 20) break;
        if (other !== '{}' && other !== '') further.push({ route: next, differs: true });
      }
    }
    reached = further.slice(0, 20);
  }
  return reached
    .flatMap(({ route, differs }) => (differs && route.operation ? [route.operation] : []))
    .slice(0, 3);
}

export const paths: Rule[] = [
  pathRule(
    {
      id: 'OperationPathMustStartWithSlash',
      severity: 'error',
      description: 'A path begins with a slash.',
      rationale: 'It is put behind the host and the base path.',
    },
    (path) =>
      path.startsWith('/')
        ? undefined
        : safe`The path ${path} does not begin with a slash. Write ${`/${path}`}.`,
  ),
  pathRule(
    {
      id: 'OperationPathMayNotContainQueryOrFragment',
      severity: 'error',
      description: 'A path has no query and no fragment.',
      rationale:
        'What stands behind a question mark belongs into parameters; ' +
        'otherwise the platform sends it as part of a name.',
    },
    (path) => {
      const mark = /[?#]/.exec(path)?.[0];
      if (mark === undefined) return undefined;
      return mark === '?'
        ? safe`The path ${path} has a query. ` +
            safe`Remove what begins with ${'?'} and declare each of its names as a parameter in ` +
            safe`${'query'}.`
        : safe`The path ${path} has a fragment. Remove what begins with ${'#'}: ` +
            safe`it never reaches a server.`;
    },
  ),
  pathRule(
    {
      id: 'OperationPathContainsUnsupportedCharacters',
      severity: 'error',
      description: 'A path has no wildcard.',
      rationale: 'The platform matches paths segment by segment and does not know the asterisk.',
    },
    (path) =>
      path.includes('*')
        ? safe`The path ${path} contains ${'*'}. ` +
          safe`Write each path that is meant, or use a path parameter.`
        : undefined,
  ),
  pathRule(
    {
      id: 'OperationPathTemplateNotValid',
      severity: 'error',
      description: 'Each variable of a path stands between { and } within one segment.',
      rationale:
        'The platform fills in what stands between the brackets; ' +
        'brackets that do not match leave a path that cannot be called.',
    },
    (path) => {
      const bare = path.replace(/\{[^{}/]+\}/g, '');
      return /[{}]/.test(bare)
        ? safe`The curly brackets of the path ${path} do not match, or have no name between ` +
            safe`them. Write each variable as ${'{name}'} within one segment.`
        : undefined;
    },
  ),
  pathRule(
    {
      id: 'OperationPathVariablesContainDefaults',
      severity: 'error',
      description: 'A variable in a path has no default.',
      rationale: 'The platform would take the default for a part of the name.',
    },
    (path) => {
      const variable = templateNames(path).find((one) => one.includes('='));
      return variable === undefined
        ? undefined
        : safe`The path variable ${variable} has a default. ` +
            safe`Write the name alone and put the default into the parameter.`;
    },
  ),
  {
    id: 'PathRedefined',
    severity: 'error',
    description: 'No two paths differ in capitals only.',
    rationale:
      'The platform compares paths without regard to capitals: one of the two is never called.',
    *check(connector) {
      const first = new Map<string, string>();
      for (const { at, path } of declared(connector)) {
        const earlier = first.get(path.toLowerCase());
        if (earlier === undefined) first.set(path.toLowerCase(), path);
        else
          yield {
            at,
            key: path,
            part: 'key',
            message:
              safe`The path ${path} is already there as ${earlier}. ` +
              safe`Put the operations of both under one spelling.`,
          };
      }
    },
  },
  {
    id: 'DuplicateOperationPath',
    severity: 'error',
    description: 'Operations with one method differ in a fixed part of their paths.',
    rationale:
      'Names of variables do not count: ' +
      'for two such operations nobody can say which of them is called.',
    *check({ definition }) {
      const first = new Map<string, Operation>();
      for (const operation of definition?.operations ?? []) {
        const { method, path, raw } = operation;
        const key = `${method} ${routing(path)}`;
        const earlier = first.get(key);
        if (earlier === undefined) first.set(key, operation);
        else if (earlier.path.toLowerCase() !== path.toLowerCase()) {
          yield {
            at: raw,
            detail: earlier.path,
            message:
              safe`The paths of ${nameOf(operation)} and ${nameOf(earlier)}, ${path} and ` +
              safe`${earlier.path}, cannot be told apart. ` +
              safe`Give one of them another fixed segment, or make them one operation.`,
          };
        }
      }
    },
  },
  {
    // 11% of the accepted connectors have such paths, and few can choose the paths of a service:
    // the published text is advice, too
    id: 'PartialDuplicateOperationPath',
    severity: 'note',
    description: 'A path with a variable does not also match the fixed path of another operation.',
    rationale:
      'Where a user enters just that word for the variable, the other operation is called.',
    *check({ definition }) {
      const routes: Route = { next: undefined, operation: undefined };
      const variable: [Operation, string[]][] = [];
      for (const operation of definition?.operations ?? []) {
        const segments = [operation.method, ...routing(operation.path).split('/')];
        addRoute(routes, segments, operation);
        if (segments.includes('{}')) variable.push([operation, segments]);
      }
      for (const [operation, segments] of variable) {
        const others = similarTo(routes, segments);
        if (others.length === 0) continue;
        yield {
          at: operation.raw,
          message:
            safe`The path ${operation.path} of ${nameOf(operation)} also matches ` +
            safe`${others.map(({ path }) => path)}. ` +
            safe`Where you can choose, give it a fixed segment of its own.`,
        };
      }
    },
  },
  {
    id: 'OperationMissingPathParameter',
    severity: 'error',
    description: 'Every variable of a path is declared as a path parameter.',
    rationale:
      'Users cannot fill in what is not declared, and the call goes to a path with brackets in it.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const declaredNames = new Set(
          operation.parameters.filter((one) => one.in === 'path').map((one) => one.name),
        );
        for (const variable of new Set(templateNames(operation.path))) {
          if (variable !== '' && !declaredNames.has(variable)) {
            yield {
              at: operation.raw,
              detail: variable,
              message:
                safe`The path of ${nameOf(operation)} has the variable ${variable}, but no ` +
                safe`parameter declares it. Add a required parameter ${variable} in ${'path'}.`,
            };
          }
        }
      }
    },
  },
  {
    id: 'PathParameterNotDefinedInTemplate',
    severity: 'error',
    description: 'Every path parameter stands in the path.',
    rationale: 'Users must fill in a required field whose value is sent nowhere.',
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const variables = new Set(templateNames(operation.path));
        for (const { raw, name: parameter, in: location } of operation.parameters) {
          if (location === 'path' && parameter !== undefined && !variables.has(parameter)) {
            yield {
              at: raw,
              key: 'name',
              detail: operation.path,
              message:
                safe`The path ${operation.path} has no variable ${parameter}. ` +
                safe`Add ${`{${parameter}}`} to the path, or remove the parameter.`,
            };
          }
        }
      }
    },
  },
];
