import type { Connector } from '../../connector/connector.ts';
import { isShown, nameOf, type Definition } from '../../connector/definition.ts';
import { safe } from '../../shared/finding.ts';
import { asObject, objectEntries, type JsonContainer, type JsonObject } from '../../json/values.ts';
import { certificationSeverity, type RuleViolation, type Rule } from '../rule.ts';
import { structureErrorsOf } from './structure-rules.ts';
import { isProperties } from './structure.ts';

/**
 * A required property: the object, a function that describes the object (called only if the
 * property is missing), the property, and its purpose.
 */
type Need = [at: JsonObject, what: () => string, property: string, why: string];

const summaryWhy = 'the designer shows it as the label of the field';
const descriptionWhy = 'the designer shows it as the hint in the field';

function* needs(definition: Definition): Iterable<Need> {
  const { raw } = definition;
  yield [raw, () => 'The definition', 'swagger', 'it is the version of the specification'];
  yield [
    raw,
    () => 'The definition',
    'info',
    'it contains the title and the description of the connector',
  ];
  yield [raw, () => 'The definition', 'paths', 'it contains the operations'];
  yield [raw, () => 'The definition', 'host', 'it is the server that the connector calls'];
  yield [
    raw,
    () => 'The definition',
    'x-ms-connector-metadata',
    'it contains the website, the privacy policy and the categories of the connector',
  ];
  const info = asObject(raw.info);
  if (info) {
    yield [info, () => 'The info', 'title', 'it is the name of the connector'];
    yield [info, () => 'The info', 'version', 'tools require it'];
    yield [
      info,
      () => 'The info',
      'description',
      'users decide by it whether they want the connector',
    ];
    yield [info, () => 'The info', 'contact', 'users need to know where to get support'];
    const contact = asObject(info.contact);
    if (contact) {
      yield [contact, () => 'The contact', 'name', 'users see it when they need support'];
      yield [contact, () => 'The contact', 'email', 'users write to it when they need support'];
    }
  }
  // Of 650 certified connectors, 180 have internal operations without these texts, and 2 visible ones.
  for (const operation of definition.operations) {
    if (operation.visibility === 'internal') continue;
    const what = (): string => safe`The operation ${nameOf(operation)}`;
    yield [operation.raw, what, 'summary', 'it is the name of the operation in the designer'];
    yield [operation.raw, what, 'description', 'it tells users what the operation does'];
  }
  for (const declared of definition.parameters) {
    const { raw: parameter, name, in: location } = declared;
    const what = (): string => (name === undefined ? 'The parameter' : safe`The parameter ${name}`);
    yield [parameter, what, 'name', 'the service reads the value by this name'];
    yield [parameter, what, 'in', 'it defines where the value is sent'];
    if (location === 'body' || location === undefined) continue;
    if (parameter.schema === undefined)
      yield [parameter, what, 'type', 'the designer needs it to choose an input field'];
    if (!isShown(declared)) continue;
    yield [parameter, what, 'x-ms-summary', summaryWhy];
    yield [parameter, what, 'description', descriptionWhy];
  }
  for (const { raw: response, code } of definition.responses) {
    yield [
      response,
      () => safe`The response ${code}`,
      'description',
      'the specification requires it',
    ];
  }
  for (const [name, scheme] of objectEntries(definition.section('securityDefinitions'))) {
    if (definition.misplaced.get(name)?.at[name] === scheme) continue;
    yield [
      scheme,
      () => safe`The security definition ${name}`,
      'type',
      'it defines how users sign in',
    ];
  }
}

function* recommended(definition: Definition): Iterable<Need> {
  const contact = asObject(asObject(definition.raw.info)?.contact);
  if (contact) yield [contact, () => 'The contact', 'url', 'users look for support there'];
  for (const declared of definition.parameters) {
    const { raw: parameter, name, in: location } = declared;
    if (location !== 'body' || !isShown(declared)) continue;
    const what = (): string => safe`The body parameter ${name ?? 'body'}`;
    yield [parameter, what, 'x-ms-summary', summaryWhy];
    if (parameter['x-ms-summary'] !== undefined)
      yield [parameter, what, 'description', descriptionWhy];
  }
}

const missing = (all: (definition: Definition) => Iterable<Need>, verb: string) =>
  function* ({ definition }: Connector): Iterable<RuleViolation> {
    if (!definition) return;
    for (const [at, what, property, why] of all(definition)) {
      const isMisplaced = at === definition.raw && definition.misplaced.has(property);
      if (at[property] === undefined && !isMisplaced)
        yield {
          at,
          detail: property,
          message: `${what()} ${verb} ${safe`${property}`}. Add it: ${why}.`,
        };
    }
  };

/**
 * What the schemas of both files additionally require. The schemas do not know the purpose of a
 * property, so the table above takes precedence.
 */
function* requiredBySchema(
  connector: Connector,
  specific: readonly RuleViolation[],
): Iterable<RuleViolation> {
  const reported = new Map<JsonContainer, Set<string | undefined>>();
  for (const found of specific)
    if ('at' in found)
      reported.set(found.at, (reported.get(found.at) ?? new Set()).add(found.detail));
  for (const found of structureErrorsOf(connector, 'RequiredPropertyMissing')) {
    if ('at' in found && reported.get(found.at)?.has(found.detail)) continue;
    const { raw, misplaced } = connector.definition ?? {};
    if (!('at' in found && found.at === raw && misplaced?.has(found.detail ?? ''))) yield found;
  }
}

export const required: Rule[] = [
  {
    id: 'RequiredPropertyMissing',
    source: 'swagger-validator',
    severity: certificationSeverity,
    description:
      'All properties that users, the designer or the specification need are present: ' +
      'title, description and contact, summaries and descriptions of visible operations and ' +
      'parameters, descriptions of responses.',
    rationale:
      'The designer builds its forms from these labels and descriptions. Without them, users see ' +
      'a field without a label or an operation that they do not understand.',
    policies: [
      '5000.2.6.2',
      '5000.3.1.4',
      'connector-validate-swagger-extended',
      'connector-validate-connectionparameters',
    ],
    attests: 'descriptions',
    *check(connector) {
      const { definition } = connector;
      const specific =
        definition && isProperties(definition.raw)
          ? []
          : Array.from(missing(needs, 'has no')(connector));
      yield* specific;
      yield* requiredBySchema(connector, specific);
    },
  },
  {
    id: 'RecommendedPropertyMissing',
    severity: 'note',
    description: 'A body parameter has a summary and a description, and the contact has a URL.',
    rationale:
      'If the designer cannot split the body into fields, it shows the body as one field, ' +
      'which needs a label.',
    attests: 'descriptions',
    check: missing(recommended, 'has no'),
  },
];
