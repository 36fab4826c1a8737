import type { Reference, ReferenceKind } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import type { Json } from '../../json/values.ts';
import type { RuleViolation, Rule } from '../rule.ts';

const sections = { schema: 'definitions', parameter: 'parameters', response: 'responses' } as const;
type Section = keyof typeof sections;

const forms = new Map(
  Object.entries(sections).map(([kind, section]) => [
    kind,
    new RegExp(`^#/${section}/(?:[^~/]|~[01])+(?:/(?:[^~/]|~[01])+)*$`),
  ]),
);

/**
 * Whether a reference has the form that is allowed for its kind: `#/definitions/<name>` and so on.
 */
const isWellFormed = ({ ref, kind }: Reference): boolean =>
  typeof ref === 'string' && forms.get(kind)?.test(ref) === true;

const named = (ref: Json): string => (typeof ref === 'string' ? ref : JSON.stringify(ref));

const referenceRule = (
  kind: ReferenceKind,
  rule: Omit<Rule, 'check'>,
  wrong: (reference: Reference) => string | undefined,
): Rule => ({
  ...rule,
  *check({ definition }): Iterable<RuleViolation> {
    for (const reference of definition?.references ?? []) {
      const message = reference.kind === kind ? wrong(reference) : undefined;
      if (message !== undefined) yield { at: reference.at, key: '$ref', message };
    }
  },
});

const notFound = (kind: Section, id: string): Rule =>
  referenceRule(
    kind,
    {
      id,
      severity: 'error',
      description: `A reference to a ${kind} leads to one.`,
      rationale:
        'The definition cannot be imported, or the part that is missing is silently left out.',
    },
    (reference) => {
      if (reference.target !== undefined || reference.chained || !isWellFormed(reference))
        return undefined;
      return (
        safe`The reference ${named(reference.ref)} leads nowhere. ` +
        safe`Add the entry under ${sections[kind]}, or correct the name (capitals count).`
      );
    },
  );

const notValid = (kind: Section, id: string): Rule =>
  referenceRule(
    kind,
    {
      id,
      severity: 'error',
      description: `A reference to a ${kind} has the form \`#/${sections[kind]}/<name>\`.`,
      rationale: 'The platform follows references within the file, to that section, and no others.',
    },
    (reference) =>
      isWellFormed(reference)
        ? undefined
        : safe`The reference ${named(reference.ref)} is not of the form ` +
          safe`${`#/${sections[kind]}/name`}. ` +
          safe`Put what it means into ${sections[kind]} and refer to that.`,
  );

const loop = (kind: Section, id: string): Rule =>
  referenceRule(
    kind,
    {
      id,
      severity: kind === 'schema' ? 'warning' : 'error',
      description: `An entry of \`${sections[kind]}\` is no reference to another one.`,
      rationale: 'A chain of references hides what is meant, and one that closes never ends.',
    },
    (reference) =>
      reference.chained && isWellFormed(reference)
        ? safe`The reference ${named(reference.ref)} leads to an entry that is a reference ` +
          safe`itself. Refer to the last one directly.`
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
      severity: 'error',
      description: 'A path is not a reference.',
      rationale:
        'The platform does not follow it: the operations do not exist. ' +
        '(The id is spelled as it was published.)',
    },
    () => safe`The path is a ${'$ref'}. Write its operations here.`,
  ),
  {
    id: 'AdditionalPropertyNotAllowedAdjacentToRef',
    severity: 'warning',
    description: 'Beside a `$ref` stands nothing else.',
    rationale: 'Whatever stands beside it is not read: a description there is seen by nobody.',
    *check({ definition }) {
      for (const { at } of definition?.references ?? []) {
        for (const key of Object.keys(at)) {
          if (key !== '$ref')
            yield {
              at,
              key,
              part: 'key',
              message:
                safe`${key} stands beside a ${'$ref'} and is not read. ` +
                safe`Move it to what is referred to, or remove it.`,
            };
        }
      }
    },
  },
];
