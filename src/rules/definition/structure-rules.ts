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

const notRead = 'Nothing reads the property, and its author believes that something does.';

/**
 * The rules of the JSON Schemas of both files. RequiredPropertyMissing, which checks more than the
 * schemas, is in definition/required.ts.
 */
export const structure: Rule[] = [
  fromSchemas({
    id: 'JsonTypeIncorrect',
    severity: 'error',
    description:
      'Every value is of the JSON type that belongs there: ' +
      'a text, a number, a boolean, a list or an object.',
    rationale:
      'A boolean between quotation marks is a text, and a text is always true: ' +
      'the platform refuses the file, or reads something else than what was meant.',
    policies: [...openApiStandard, 'connector-validate-connectionparameters'],
    fixable: true,
  }),
  fromSchemas({
    id: 'JsonValueNotInEnum',
    severity: 'error',
    description: 'If only certain values are possible, the value is one of them, in the same case.',
    rationale:
      'The platform does not guess. A field that is `Internal` instead of `internal` is ' +
      'shown to every user.',
    policies: [...openApiStandard, 'connector-validate-connectionparameters'],
    fixable: true,
  }),
  fromSchemas({
    id: 'AdditionalPropertyNotAllowed',
    severity: 'error',
    description: 'An object has only properties that its schema knows.',
    rationale: notRead,
    policies: openApiStandard,
    fixable: true,
  }),
  fromSchemas({
    id: 'ExtensionNameNotValid',
    severity: 'error',
    description:
      'A property of the definition is one that Swagger 2.0 knows in its place, or an ' +
      'extension, whose name begins with `x-`.',
    rationale:
      'It is a misspelled name, or something in the wrong place, such as a section of the ' +
      'document inside a path. The platform does not import the definition.',
    policies: openApiStandard,
    fixable: true,
  }),
  fromSchemas({
    id: 'ExtensionNameMisspelled',
    severity: 'warning',
    description: 'The name of an extension of the platform is spelled as the platform spells it.',
    rationale: `Any name may begin with x-ms-, so no importer refuses it. ${notRead}`,
    policies: connectorStandard,
  }),
  fromSchemas({
    id: 'SwaggerKeywordNotSupported',
    severity: 'error',
    description:
      'The definition uses the keywords of Swagger 2.0 that the platform knows, none of ' +
      'OpenAPI 3 or of other versions of JSON Schema.',
    rationale:
      'Tools that convert or generate definitions leave them behind. ' +
      'The designer cannot build a form from them.',
    policies: ['5000.2.6.3', ...openApiStandard],
    fixable: true,
  }),
  fromSchemas({
    id: 'BodyParameterPropertyNotValid',
    severity: 'error',
    description:
      'A body parameter has its type, format and default in its `schema`, not beside it.',
    rationale:
      'Nothing reads a type, a format or a default beside the schema: ' +
      'the designer asks users for something other than what is meant.',
    policies: openApiStandard,
  }),
  fromSchemas({
    id: 'SchemeNotValid',
    severity: 'error',
    description: 'The list `schemes` has no other entries than `https` and `http`.',
    rationale: 'The platform cannot call a service by another protocol.',
    policies: openApiStandard,
  }),
  fromSchemas({
    id: 'SchemeNotSupported',
    severity: 'error',
    description: 'The list `schemes` has no `ws` and no `wss`.',
    rationale:
      'The platform sends a request and waits for the response; it keeps no WebSocket open.',
    policies: connectorStandard,
  }),
  fromSchemas({
    id: 'CollectionFormatValueNotSupported',
    severity: 'error',
    description: 'No parameter has the `collectionFormat` `multi`.',
    rationale:
      'The platform sends each name once. A service that expects it several times gets one value.',
    policies: connectorStandard,
  }),
  fromSchemas({
    id: 'OneOfPropertiesRequired',
    severity: 'error',
    description: 'If an object needs one of several properties, it has one of them.',
    rationale:
      'A list of values that names neither an operation nor a capability has no values; ' +
      'a connector without connection parameters cannot be connected to.',
    policies: [...openApiStandard, 'connector-validate-connectionparameters'],
  }),
];
