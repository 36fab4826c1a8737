import {
  nameOf,
  type Definition,
  type Reference,
  type ReferenceKind,
} from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { writtenValue } from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';
import { openApiStandard } from '../policy-codes.ts';

const sections = { schema: 'definitions', parameter: 'parameters', response: 'responses' } as const;
type Section = keyof typeof sections;

const forms = new Map(
  Object.entries(sections).map(([kind, section]) => [
    kind,
    new RegExp(`^#/${section}/(?:[^~/]|~[01])+(?:/(?:[^~/]|~[01])+)*$`),
  ]),
);

/** Whether a reference has the form required for its kind, such as `#/definitions/<name>`. */
const isWellFormed = ({ ref, kind }: Reference): boolean =>
  typeof ref === 'string' && forms.get(kind)?.test(ref) === true;

const normalized = (name: string): string => name.trim().toLowerCase();

/** The names in each section by their spelling in lower case, without spaces around them. */
const namesIn = memoize((definition: Definition): Record<Section, Map<string, string>> => {
  const names = (kind: Section): Map<string, string> =>
    new Map(
      Object.keys(definition.section(sections[kind]) ?? {}).map((name) => [normalized(name), name]),
    );
  return { schema: names('schema'), parameter: names('parameter'), response: names('response') };
});

const referenceRule = (
  kind: ReferenceKind,
  rule: Omit<Rule, 'check'>,
  messageFor: (reference: Reference, definition: Definition) => string | undefined,
): Rule => ({
  ...rule,
  *check({ definition }): Iterable<RuleViolation> {
    for (const reference of definition?.references ?? []) {
      const message =
        definition && reference.kind === kind ? messageFor(reference, definition) : undefined;
      if (message !== undefined) yield { at: reference.at, key: '$ref', message };
    }
  },
});

const notFound = (kind: Section, id: string): Rule =>
  referenceRule(
    kind,
    {
      id,
      source: 'swagger-validator',
      severity: 'error',
      description: `A reference to a ${kind} has a target.`,
      rationale: 'The definition cannot be imported, or the missing part is silently dropped.',
      policies: openApiStandard,
    },
    (reference, definition) => {
      if (reference.target !== undefined || reference.chained || !isWellFormed(reference))
        return undefined;
      const name = writtenValue(reference.ref).slice(`#/${sections[kind]}/`.length);
      const match = namesIn(definition)[kind].get(normalized(name));
      return (
        safe`The target of the reference ${writtenValue(reference.ref)} does not exist. ` +
        (match === undefined
          ? brokenOperations(reference, definition) +
            safe`Add it under ${sections[kind]}, or correct the name (it is case-sensitive).`
          : safe`Write ${`#/${sections[kind]}/${match}`}: names must match exactly.`)
      );
    },
  );

/** Operations that a message names. */
const maxNamed = 5;

/** A sentence with the operations that cannot work without the target of a reference. */
function brokenOperations({ root }: Reference, definition: Definition): string {
  if (!root) return '';
  const users = new Set(
    (['input', 'output'] as const).flatMap((direction) =>
      definition.operationsUsing(root, direction),
    ),
  );
  const names = [...users].slice(0, maxNamed).map(nameOf);
  if (names.length === 0) return '';
  const others = users.size > names.length ? ' and others' : '';
  const verb = users.size === 1 ? 'needs' : 'need';
  return safe`${names}` + `${others} ${verb} it. `;
}

const notValid = (kind: Section, id: string): Rule =>
  referenceRule(
    kind,
    {
      id,
      source: 'swagger-validator',
      severity: 'error',
      description: `A reference to a ${kind} has the form \`#/${sections[kind]}/<name>\`.`,
      rationale: 'The platform follows only references within the file, to this section.',
      policies: openApiStandard,
    },
    (reference) =>
      isWellFormed(reference)
        ? undefined
        : safe`The reference ${writtenValue(reference.ref)} does not have the form ` +
          safe`${`#/${sections[kind]}/name`}. Move its target to ${sections[kind]} and ` +
          'refer to that.',
  );

const loop = (kind: Section, id: string): Rule =>
  referenceRule(
    kind,
    {
      id,
      source: 'swagger-validator',
      severity: kind === 'schema' ? 'warning' : 'error',
      description: `An entry of \`${sections[kind]}\` is not itself a reference.`,
      rationale: 'A chain of references is hard to read, and a circular one never ends.',
      policies: openApiStandard,
    },
    (reference) =>
      reference.chained && isWellFormed(reference)
        ? safe`The reference ${writtenValue(reference.ref)} leads to another reference. Refer to ` +
          'the final target directly.'
        : undefined,
  );

export const references: Rule[] = [
  notFound('schema', 'SchemaReferenceNotFound'),
  notFound('parameter', 'ParameterReferenceNotFound'),
  notFound('response', 'ResponseReferenceNotFound'),
  notValid('schema', 'SchemaReferenceNotValid'),
  notValid('parameter', 'ParameterReferenceNotValid'),
  notValid('response', 'ResponseReferenceNotValid'),
  loop('schema', 'SchemaRefLoopNotAllowed'),
  loop('parameter', 'ParameterRefLoopNotAllowed'),
  loop('response', 'ResponseRefLoopNotAllowed'),
  referenceRule(
    'path',
    {
      id: 'PathItemRefNotSuppored',
      source: 'swagger-validator',
      severity: 'error',
      description: 'A path is not a reference.',
      rationale:
        'The platform does not follow such a reference, so the operations do not exist. ' +
        '(The misspelled ID is the published one.)',
      policies: openApiStandard,
    },
    () => safe`The path is a ${'$ref'}. Replace it with its operations.`,
  ),
  {
    id: 'AdditionalPropertyNotAllowedAdjacentToRef',
    source: 'swagger-validator',
    severity: 'warning',
    description: 'A `$ref` has no sibling properties.',
    rationale: 'The platform ignores siblings of a `$ref`: users do not see a description there.',
    policies: openApiStandard,
    *check({ definition }) {
      for (const { at } of definition?.references ?? []) {
        for (const key of Object.keys(at)) {
          if (key !== '$ref')
            yield {
              at,
              key,
              part: 'key',
              message:
                safe`${key} is next to a ${'$ref'} and is ignored. Move it to the target ` +
                'of the reference, or remove it.',
            };
        }
      }
    },
  },
];
