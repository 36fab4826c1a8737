import {
  misplacedParameters,
  misspelledName,
  propertyNames,
  schemaKey,
  type Properties,
} from '../../connector/properties.ts';
import { closestMatch } from '../../shared/did-you-mean.ts';
import { safe } from '../../shared/finding.ts';
import { memoize } from '../../shared/memoize.ts';
import { validate } from '../../generated/properties.ts';
import { propertyNamesOf } from '../../json/schema-errors.ts';
import { asObject, stringsIn, type JsonObject } from '../../json/values.ts';
import {
  choicesOf,
  quoted,
  structureViolations,
  type Refine,
  type Structure,
  type StructureError,
  type StructureMessage,
} from '../structure-errors.ts';
import type { RuleViolation } from '../rule.ts';

/** Violations of the schema of apiProperties.json. */
export const propertiesStructure = memoize((properties: Properties): Structure => {
  const { file, raw, wrapped, inner } = properties;
  if (properties.layout === 'other' && isDefinition(raw))
    return new Map([['RequiredPropertyMissing', [holdsDefinition(raw)]]]);
  const misplaced = misplacedParameters(inner);
  const structure = structureViolations(
    file,
    raw,
    validate,
    (error) =>
      error.at === inner ? (refineMisplaced(error, misplaced) ?? refine(error)) : refine(error),
    wrapped,
  );
  if (raw === wrapped) return structure;
  const required = structure.get('RequiredPropertyMissing') ?? [];
  return new Map([
    ...structure,
    ['RequiredPropertyMissing', [wrapperMissing(properties), ...required]],
  ]);
});

/** Whether a file has what a definition has at its top. */
const isDefinition = (raw: JsonObject): boolean =>
  asObject(raw.paths) !== undefined && (raw.swagger !== undefined || raw.openapi !== undefined);

const holdsDefinition = (at: JsonObject): RuleViolation => ({
  at,
  detail: 'properties',
  message:
    safe`The file has no ${'properties'}: it contains a definition. Replace its contents with ` +
    'the properties of the connector.',
});

/** One finding for a file that lacks its outer objects: everything else follows from that. */
function wrapperMissing(properties: Properties): RuleViolation {
  const { raw, container, inner, layout, misnamed } = properties;
  if (misnamed !== undefined)
    return {
      at: container,
      key: misnamed,
      part: 'key',
      detail: 'properties',
      message:
        container === raw
          ? safe`The platform reads ${'properties'}, but the properties are under ${misnamed}. ` +
            safe`Rename ${misnamed} to ${'properties'}.`
          : safe`The properties are in ${misnamed} inside ${'properties'}, where the platform ` +
            safe`does not find them. Move the contents of ${misnamed} one level up.`,
    };
  const keys = Object.keys(container).filter((key) => key !== schemaKey);
  const names = safe`${keys.slice(0, 3)}` + (keys.length > 3 ? ', …' : '');
  const missing = ['iconBrandColor', 'publisher', 'stackOwner'].filter(
    (key) => layout !== 'unwrapped' || !Object.hasOwn(inner, key),
  );
  return {
    at: container,
    detail: 'properties',
    message:
      (container === raw ? safe`The file has no ${'properties'}: it ` : safe`${'properties'} `) +
      `${contents[layout]} (${names}). Write ${safe`${wrappers[layout]}`}` +
      (missing.length === 0 ? '.' : safe`, and add ${missing}.`),
  };
}

const contents: Record<Properties['layout'], string> = {
  wrapped: '',
  other: '',
  misnamed: '',
  unwrapped: 'has its contents at the top level, where the platform does not find them',
  connectionParameters: 'contains only connection parameters',
  connectionParameter: 'contains only a connection parameter without a name',
  connectionParameterSets: 'contains only connection parameter sets',
};

const wrappers: Record<Properties['layout'], string> = {
  wrapped: '',
  other: '',
  misnamed: '',
  unwrapped: '{"properties": {"connectionParameters": {…}, …}}',
  connectionParameters: '{"properties": {"connectionParameters": {…}}}',
  connectionParameter: '{"properties": {"connectionParameters": {"api_key": {…}}}}',
  connectionParameterSets: '{"properties": {"connectionParameterSets": {…}}}',
};

/** Errors about connection parameters that are beside `connectionParameters`. */
function refineMisplaced(
  { keyword, key }: StructureError,
  misplaced: JsonObject,
): ReturnType<Refine> {
  if (keyword !== 'additionalProperties' || !Object.hasOwn(misplaced, key)) return undefined;
  return {
    severity: 'warning',
    message:
      safe`The connection parameter ${String(key)} is not in ${'connectionParameters'}, so the ` +
      'platform ignores it. Move it there.',
  };
}

const refine: Refine = (error) => {
  if (hasRuleOfItsOwn(error) || differsInCaseOnly(error)) return 'elsewhere';
  if (isMisspelled(error)) return 'elsewhere';
  if (error.keyword === 'additionalProperties')
    return belongsInProperties(error) ?? unknownProperty(error);
  return textWithoutQuotes(error);
};

/** Whether a property is missing only because its name is misspelled, which is reported there. */
function isMisspelled({ keyword, at, key, value, schema }: StructureError): boolean {
  const isRequired = keyword === 'required';
  if ((!isRequired && keyword !== 'anyOf') || schema.additionalProperties !== false) return false;
  const names = propertyNamesOf(schema);
  const choices = isRequired ? [key] : choicesOf(schema);
  return Object.keys(isRequired ? at : (asObject(value) ?? {})).some((name) =>
    choices.includes(misspelledName(name, names) ?? ''),
  );
}

/** A property of the connector that is beside `properties` instead of in it. */
function belongsInProperties({
  key,
  where,
  schema,
}: StructureError): Partial<StructureMessage> | undefined {
  const name = String(key);
  if (where !== '' || !propertyNames.includes(name)) return undefined;
  if (!propertyNamesOf(schema).includes('properties')) return undefined;
  return {
    severity: 'warning',
    message:
      safe`${name} is next to ${'properties'}, where the platform does not find it. Move it ` +
      safe`into ${'properties'}.`,
  };
}

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
  const text = keyword === 'type' ? quoted(value, schema) : undefined;
  if (text === undefined) return undefined;
  return {
    severity: 'warning',
    message:
      safe`${String(key)} must be a string, not a boolean. Write ${JSON.stringify(text)}, in ` +
      'quotation marks: some tools and some checks of the platform fail on a boolean.',
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
