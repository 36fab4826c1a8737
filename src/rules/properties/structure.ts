import { schemaKey, type Properties } from '../../connector/properties.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { validate } from '../../generated/properties.ts';
import { propertyNamesOf } from '../../json/schema-errors.ts';
import { stringsIn } from '../../json/values.ts';
import {
  structureViolations,
  type Refine,
  type Structure,
  type StructureError,
  type StructureMessage,
} from '../structure-errors.ts';
import type { RuleViolation } from '../rule.ts';

/** Violations of the schema of apiProperties.json. */
export const propertiesStructure = memoize((properties: Properties): Structure => {
  const { file, raw, wrapped } = properties;
  const structure = structureViolations(file, raw, validate, refine, wrapped);
  if (raw === wrapped) return structure;
  const required = structure.get('RequiredPropertyMissing') ?? [];
  return new Map([
    ...structure,
    ['RequiredPropertyMissing', [wrapperMissing(properties), ...required]],
  ]);
});

/** One finding for a file that lacks its outer objects: everything else follows from that. */
function wrapperMissing({ raw, layout }: Properties): RuleViolation {
  const keys = Object.keys(raw).filter((key) => key !== schemaKey);
  const names = safe`${keys.slice(0, 3)}` + (keys.length > 3 ? ', …' : '');
  const problem: Record<typeof layout, string> = {
    wrapped: '',
    other: '',
    unwrapped: `${names} are at the top of the file, where the platform does not look for them`,
    connectionParameters: `the file consists of the connection parameters ${names} alone`,
    connectionParameter: 'the file consists of a connection parameter without a name',
    connectionParameterSets: 'the file consists of sets of connection parameters alone',
  };
  const missing = ['iconBrandColor', 'publisher', 'stackOwner'].filter(
    (key) => layout !== 'unwrapped' || !Object.hasOwn(raw, key),
  );
  return {
    at: raw,
    detail: 'properties',
    message:
      `${safe`The file has no ${'properties'}:`} ${problem[layout]}. ` +
      safe`Put the contents into ${wrappers[layout] ?? wrappers.unwrapped}` +
      (missing.length === 0 ? '.' : safe`, and add ${missing}.`),
  };
}

const wrappers: Partial<Record<Properties['layout'], string>> & { unwrapped: string } = {
  unwrapped: '{"properties": {"connectionParameters": {…}, …}}',
  connectionParameters: '{"properties": {"connectionParameters": {…}}}',
  connectionParameter: '{"properties": {"connectionParameters": {"api_key": {…}}}}',
  connectionParameterSets: '{"properties": {"connectionParameterSets": {…}}}',
};

const refine: Refine = (error) => {
  if (hasRuleOfItsOwn(error) || differsInCaseOnly(error)) return 'elsewhere';
  if (error.keyword === 'additionalProperties') return unknownProperty(error);
  return textWithoutQuotes(error);
};

/**
 * IconBrandColorMissing, IconBrandColorNotValid, PolicyTemplateIncomplete and OAuthSettingMissing
 * report these.
 */
const hasRuleOfItsOwn = ({ keyword, key }: StructureError): boolean =>
  key === schemaKey ||
  (keyword === 'required' &&
    ['iconBrandColor', 'templateId', 'parameters', 'identityProvider'].includes(String(key))) ||
  (keyword === 'type' && key === 'iconBrandColor');

/** The platform ignores the case of these values: working connectors have `direct`, `oAuthSetting`. */
const differsInCaseOnly = ({ keyword, value, schema }: StructureError): boolean =>
  keyword === 'enum' &&
  typeof value === 'string' &&
  stringsIn(schema.enum).some((allowed) => allowed.toLowerCase() === value.toLowerCase());

/**
 * A boolean in the place of `"true"` or `"false"`: 24 of 1,150 accepted connectors have one, and the
 * platform refused one in August 2026.
 */
function textWithoutQuotes({
  keyword,
  key,
  value,
  schema,
}: StructureError): Partial<StructureMessage> | undefined {
  if (keyword !== 'type' || typeof value !== 'boolean') return undefined;
  const text = stringsIn(schema.enum).find((allowed) => allowed.toLowerCase() === String(value));
  if (text === undefined) return undefined;
  return {
    severity: 'warning',
    message:
      safe`${String(key)} is the boolean ${value}. Write the text ${JSON.stringify(text)}, with ` +
      'quotation marks: programs that list connectors, and some checks of the platform, fail on ' +
      'a boolean.',
  };
}

/**
 * A name that nothing reads has no effect, and the platform ignores the case of names; 4 of 62
 * independent publishers' connectors that were accepted since November 2024 have one. A misspelled
 * name means that something else is missing.
 */
function unknownProperty({ key, schema }: StructureError): Partial<StructureMessage> {
  const name = String(key);
  const match = closestMatch(name, propertyNamesOf(schema));
  return match === undefined || match.toLowerCase() === name.toLowerCase()
    ? { severity: 'warning' }
    : {};
}
