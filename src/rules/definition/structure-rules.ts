import type { Connector } from '../../connector/connector.ts';
import { definitionStructure } from './structure.ts';
import { propertiesStructure } from '../properties/structure.ts';
import type { RuleViolation, Rule } from '../rule.ts';
import type { StructureRule } from '../structure-errors.ts';
import { connectorStandard, openApiStandard } from '../policy-codes.ts';

/** The violations of the schemas of both files that a rule reports. */
export function* structureErrorsOf(
  { definition, properties }: Connector,
  rule: StructureRule,
): Iterable<RuleViolation> {
  if (definition) yield* definitionStructure(definition).get(rule) ?? [];
  if (properties) yield* propertiesStructure(properties).get(rule) ?? [];
}

/** A rule that only reports violations of the schemas. */
const fromSchemas = (rule: Omit<Rule, 'check' | 'id'> & { id: StructureRule }): Rule => ({
  ...rule,
  check: (connector) => structureErrorsOf(connector, rule.id),
});

const notRead = 'The platform ignores the property, so it does not do what its author expects.';

/**
 * The rules of the JSON Schemas of both files. RequiredPropertyMissing, which checks more than the
 * schemas, is in definition/required.ts.
 */
export const structure: Rule[] = [
  fromSchemas({
    id: 'JsonTypeIncorrect',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'Every value has the JSON type that its property requires: ' +
      'a string, a number, a boolean, an array or an object.',
    rationale:
      '`"false"` in quotation marks is a string, and a nonempty string counts as true. ' +
      'The platform rejects the file or reads a value that its author did not mean.',
    policies: [...openApiStandard, 'connector-validate-connectionparameters'],
    fixable: true,
  }),
  fromSchemas({
    id: 'JsonValueNotInEnum',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'If a property allows only certain values, the value is one of them, in the same case.',
    rationale:
      'The platform compares the values exactly: a field with the visibility `Internal` ' +
      'instead of `internal` is shown to every user.',
    policies: [...openApiStandard, 'connector-validate-connectionparameters'],
    fixable: true,
  }),
  fromSchemas({
    id: 'AdditionalPropertyNotAllowed',
    source: 'swagger-validator',
    severity: 'error',
    description: 'An object has only properties that its schema defines.',
    rationale: notRead,
    policies: openApiStandard,
    fixable: true,
  }),
  fromSchemas({
    id: 'ExtensionNameNotValid',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'A property of the definition is one that Swagger 2.0 defines at that place, or an ' +
      'extension, whose name starts with `x-`.',
    rationale:
      'Any other property is misspelled or in the wrong place, such as a section of the ' +
      'document inside a path. The platform does not import the definition.',
    policies: openApiStandard,
    fixable: true,
  }),
  fromSchemas({
    id: 'ExtensionNameMisspelled',
    source: 'openapi-extensions',
    severity: 'warning',
    description: 'The names of `x-ms-` extensions are spelled correctly.',
    rationale: `Any name may start with x-ms-, so no importer rejects a misspelled one. ${notRead}`,
    policies: connectorStandard,
  }),
  fromSchemas({
    id: 'SwaggerKeywordNotSupported',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'The definition uses only keywords of Swagger 2.0 that the platform supports, not ' +
      'those of OpenAPI 3 or of other versions of JSON Schema.',
    rationale:
      'Tools that convert or generate definitions leave such keywords behind. ' +
      'The designer cannot build a form from them.',
    policies: ['5000.2.6.3', ...openApiStandard],
    fixable: true,
  }),
  fromSchemas({
    id: 'BodyParameterPropertyNotValid',
    source: 'swagger-validator',
    severity: 'error',
    description:
      'The type, format and default of a body parameter are in its `schema`, not next to it.',
    rationale:
      'The platform ignores a type, a format or a default next to the schema, so the ' +
      'designer shows the wrong input field.',
    policies: openApiStandard,
  }),
  fromSchemas({
    id: 'SchemeNotValid',
    source: 'swagger-validator',
    severity: 'error',
    description: '`schemes` contains only `https` and `http`.',
    rationale: 'The platform cannot call a service with any other protocol.',
    policies: openApiStandard,
  }),
  fromSchemas({
    id: 'SchemeNotSupported',
    source: 'swagger-validator',
    severity: 'error',
    description: '`schemes` contains neither `ws` nor `wss`.',
    rationale:
      'The platform sends a request and waits for the response. It does not open WebSockets.',
    policies: connectorStandard,
  }),
  fromSchemas({
    id: 'CollectionFormatValueNotSupported',
    source: 'swagger-validator',
    severity: 'error',
    description: 'No parameter uses the `collectionFormat` `multi`.',
    rationale:
      'The platform sends each query parameter once. A service that expects it several times ' +
      'gets only one value.',
    policies: connectorStandard,
  }),
  fromSchemas({
    id: 'OneOfPropertiesRequired',
    source: 'swagger-validator',
    severity: 'error',
    description: 'An object that requires one of several properties has one of them.',
    rationale:
      'Dynamic values with neither an operation nor a capability stay empty, and users ' +
      'cannot connect to a connector without connection parameters.',
    policies: [...openApiStandard, 'connector-validate-connectionparameters'],
  }),
];
