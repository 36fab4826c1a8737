import { safe } from '../../shared/finding.ts';
import { trimInvisible } from '../../shared/text.ts';
import {
  nameOf,
  routing,
  topLevelKeys,
  variablesIn,
  type Operation,
} from '../../connector/definition.ts';
import type { Connector } from '../../connector/connector.ts';
import type { Json, JsonObject } from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';
import { whereItBelongs } from './misplaced.ts';

function* declared({ definition }: Connector): Iterable<{ at: JsonObject; path: string }> {
  const at = definition?.section('paths');
  if (!at) return;
  for (const path of Object.keys(at))
    if (!path.startsWith('x-') && !topLevelKeys.has(path)) yield { at, path };
}

/** RFC 3986, section 3.3: what a path may consist of. Other rules check `*`, `?`, `#` and brackets. */
const notInPath = /[^\w.~!$&'()*+,;=:@/%?#{}-]|%(?![0-9A-Fa-f]{2})/u;

/**
 * What is wrong with the characters or segments of a path, after its fixed part, and what to do.
 * Undefined if a URL can have it. Variables do not count.
 */
export function pathProblem(path: string): string | undefined {
  const fixed = path.replace(/\{[^{}]*\}/g, 'x');
  const character = notInPath.exec(fixed)?.[0];
  if (character !== undefined) {
    const bare = trimInvisible(fixed);
    if (!notInPath.test(bare))
      return fixed.trimEnd() === bare && character === ' '
        ? 'ends with a space. Remove it.'
        : safe`ends with the invisible character ${character}. Remove it.`;
    if (character !== ' ' && trimInvisible(character) === '')
      return safe`contains the invisible character ${character}. Remove it.`;
    return (
      safe`contains ${character}, which is not allowed in a URL path. Write the path as the ` +
      safe`service documents it, special characters encoded, such as ${'%20'} for a space.`
    );
  }
  const dots = fixed.split('/').find((segment) => segment === '.' || segment === '..');
  if (dots !== undefined)
    return (
      safe`contains the segment ${dots}, which clients resolve before they send the request. ` +
      'Write the path without it.'
    );
  return fixed.includes('//')
    ? safe`contains ${'//'}, an empty segment. Write a single slash.`
    : undefined;
}

/** A rule that checks the text of each path on its own. */
const pathRule = (
  rule: Omit<Rule, 'check'>,
  messageFor: (path: string, value: Json | undefined) => string | undefined,
): Rule => ({
  ...rule,
  *check(connector): Iterable<RuleViolation> {
    for (const { at, path } of declared(connector)) {
      const message = messageFor(path, at[path]);
      if (message !== undefined) yield { at, key: path, part: 'key', message };
    }
  },
});

/** A node in the tree of path segments. All variables share the child `{}`. */
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
 * Some of the operations whose path has a fixed segment where this path has a variable, and
 * otherwise matches it. Their number is limited.
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
      source: 'swagger-validator',
      severity: 'error',
      description: 'A path starts with a slash.',
      rationale: 'It is appended to the host and the base path.',
      policies: openApiStandard,
    },
    (path, value) =>
      path.startsWith('/')
        ? undefined
        : (whereItBelongs(path, value, true) ??
          safe`The path ${path} does not start with a slash. Write ` +
            safe`${`/${trimInvisible(path).replace(/^\/+/, '')}`}.`),
  ),
  pathRule(
    {
      id: 'OperationPathMayNotContainQueryOrFragment',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A path has no query and no fragment.',
      rationale:
        'Query values must be parameters; the platform sends a question mark in a path as ' +
        'part of the name.',
      policies: openApiStandard,
    },
    (path) => {
      const mark = /[?#]/.exec(path)?.[0];
      if (mark === undefined) return undefined;
      return mark === '?'
        ? safe`The path ${path} has a query. Remove everything from ${'?'} on, and declare ` +
            safe`each of its names as a parameter in ${'query'}.`
        : safe`The path ${path} has a fragment, which is never sent to a server. Remove ` +
            safe`everything from ${'#'} on.`;
    },
  ),
  {
    id: 'OperationPathContainsUnsupportedCharacters',
    source: 'swagger-validator',
    severity: 'error',
    policies: openApiStandard,
    description:
      'A path has no wildcard, no empty segment, and only characters that a URL can have there.',
    rationale:
      'The platform matches paths segment by segment and does not support the asterisk; ' +
      'spaces and other characters arrive at the service encoded, if at all.',
    *check(connector) {
      for (const { at, path } of declared(connector)) {
        const found = { at, key: path, part: 'key' as const };
        // What stands before the slash, OperationPathMustStartWithSlash reports.
        const problem = pathProblem(path.startsWith('/') ? path : trimInvisible(path));
        if (path.includes('*'))
          yield {
            ...found,
            message:
              safe`The path ${path} contains ${'*'}. Write each path explicitly, or use a path ` +
              'parameter.',
          };
        else if (problem !== undefined)
          yield { ...found, severity: 'warning', message: `${safe`The path ${path}`} ${problem}` };
      }
    },
  },
  pathRule(
    {
      id: 'OperationPathTemplateNotValid',
      source: 'swagger-validator',
      severity: 'error',
      description: 'Each variable of a path is enclosed in { and } within one segment.',
      rationale:
        'The platform replaces the variables with values; with unbalanced brackets, the ' +
        'path cannot be called.',
      policies: openApiStandard,
    },
    (path) => {
      const bare = path.replace(/\{[^{}/]+\}/g, '');
      return /[{}]/.test(bare)
        ? safe`The path ${path} has curly brackets that are unbalanced or empty. Write each ` +
            safe`variable as ${'{name}'} within one segment.`
        : undefined;
    },
  ),
  pathRule(
    {
      id: 'OperationPathVariablesContainDefaults',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A path variable contains no default.',
      rationale: 'The platform treats the default as a part of the variable name.',
      policies: openApiStandard,
    },
    (path) => {
      const variable = variablesIn(path).find((name) => name.includes('='));
      return variable === undefined
        ? undefined
        : safe`The path variable ${variable} contains a default. Keep only the name, and ` +
            'move the default to the parameter.';
    },
  ),
  {
    id: 'PathRedefined',
    source: 'swagger-validator',
    severity: 'error',
    description: 'No two paths differ only in capitalization.',
    rationale:
      'The platform compares paths without regard to case, so one of the two is never called.',
    policies: openApiStandard,
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
              safe`The path ${path} is already defined as ${earlier}. Move the operations ` +
              'of both to one spelling.',
          };
      }
    },
  },
  {
    id: 'DuplicateOperationPath',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Operations with the same method differ in a fixed part of their paths.',
    rationale:
      'The names of variables do not count, so it is undefined which of the two ' +
      'operations is called.',
    policies: openApiStandard,
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
              safe`${earlier.path}, are indistinguishable. Give one of them a different ` +
              'fixed segment, or combine the operations.',
          };
        }
      }
    },
  },
  {
    // 11% of the accepted connectors have such paths, and few authors can change the paths of a
    // service. The published rule is advice, too.
    id: 'PartialDuplicateOperationPath',
    source: 'swagger-validator',
    severity: 'note',
    description: 'A path with a variable does not match the fixed path of another operation.',
    rationale: 'If a user enters exactly that segment as the value, the wrong operation is called.',
    policies: openApiStandard,
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
            safe`${others.map(({ path }) => path)}. If you control the service, give it a ` +
            'different fixed segment.',
        };
      }
    },
  },
  {
    id: 'OperationMissingPathParameter',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Every variable in a path is declared as a path parameter.',
    rationale: 'Users cannot fill in an undeclared variable, and the URL contains the brackets.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const declaredNames = new Set(
          operation.parameters
            .filter((parameter) => parameter.in === 'path')
            .map((parameter) => parameter.name),
        );
        for (const variable of new Set(variablesIn(operation.path))) {
          if (variable !== '' && !declaredNames.has(variable)) {
            yield {
              at: operation.raw,
              detail: variable,
              message:
                safe`The path of ${nameOf(operation)} has the variable ${variable}, but ` +
                safe`no parameter declares it. Add a required parameter ${variable} in ` +
                safe`${'path'}.`,
            };
          }
        }
      }
    },
  },
  {
    id: 'PathParameterNotDefinedInTemplate',
    source: 'swagger-validator',
    severity: 'error',
    description: 'Every path parameter occurs in the path.',
    rationale: 'Users have to fill in a required field whose value is never sent.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const operation of definition?.operations ?? []) {
        const variables = new Set(variablesIn(operation.path));
        for (const { raw, name: parameter, in: location } of operation.parameters) {
          if (location === 'path' && parameter !== undefined && !variables.has(parameter)) {
            yield {
              at: raw,
              key: 'name',
              detail: operation.path,
              message:
                safe`The path ${operation.path} has no variable ${parameter}. Add ` +
                safe`${`{${parameter}}`} to the path, or remove the parameter.`,
            };
          }
        }
      }
    },
  },
];
