import type { Properties } from '../../connector/properties.ts';
import { memoize } from '../../shared/memoize.ts';
import { validate } from '../../generated/properties.ts';
import {
  structureViolations,
  textsOf,
  type StructureError,
  type Refine,
  type Structure,
} from '../structure-errors.ts';

/** Where the properties depart from their schema. */
export const propertiesStructure = memoize((properties: Properties): Structure =>
  structureViolations(properties.file, properties.raw, validate, refine),
);

const refine: Refine = (departure) =>
  saidElsewhere(departure) || isOnlyRespelled(departure) ? 'elsewhere' : undefined;

/**
 * IconBrandColorMissing and IconBrandColorNotValid, PolicyTemplateIncomplete, OAuthSettingMissing.
 */
const saidElsewhere = ({ keyword, key }: StructureError): boolean =>
  (keyword === 'required' &&
    ['iconBrandColor', 'templateId', 'parameters', 'identityProvider'].includes(String(key))) ||
  (keyword === 'type' && key === 'iconBrandColor');

/**
 * The platform reads these values without regard to capitals: `direct` and `oAuthSetting` stand in
 * connectors that work.
 */
const isOnlyRespelled = ({ keyword, value, schema }: StructureError): boolean =>
  keyword === 'enum' &&
  typeof value === 'string' &&
  textsOf(schema.enum).some((one) => one.toLowerCase() === value.toLowerCase());
