import type { Properties } from '../../connector/properties.ts';
import { memoize } from '../../shared/memoize.ts';
import { validate } from '../../generated/properties.ts';
import { stringsIn } from '../../json/values.ts';
import {
  structureViolations,
  type StructureError,
  type Refine,
  type Structure,
} from '../structure-errors.ts';

/** Violations of the schema of apiProperties.json. */
export const propertiesStructure = memoize((properties: Properties): Structure =>
  structureViolations(properties.file, properties.raw, validate, refine),
);

const refine: Refine = (error) =>
  hasRuleOfItsOwn(error) || differsInCaseOnly(error) ? 'elsewhere' : undefined;

/**
 * IconBrandColorMissing, IconBrandColorNotValid, PolicyTemplateIncomplete and OAuthSettingMissing
 * report these.
 */
const hasRuleOfItsOwn = ({ keyword, key }: StructureError): boolean =>
  (keyword === 'required' &&
    ['iconBrandColor', 'templateId', 'parameters', 'identityProvider'].includes(String(key))) ||
  (keyword === 'type' && key === 'iconBrandColor');

/** The platform ignores the case of these values: working connectors have `direct`, `oAuthSetting`. */
const differsInCaseOnly = ({ keyword, value, schema }: StructureError): boolean =>
  keyword === 'enum' &&
  typeof value === 'string' &&
  stringsIn(schema.enum).some((allowed) => allowed.toLowerCase() === value.toLowerCase());
