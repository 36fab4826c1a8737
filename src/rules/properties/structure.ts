import type { Properties } from '../../connector/properties.ts';
import { remember } from '../../connector/remember.ts';
import { validate } from '../../generated/properties.ts';
import {
  structureOf,
  textsOf,
  type Departure,
  type Refine,
  type Structure,
} from '../structure-errors.ts';

/** Where the properties depart from their schema. */
export const propertiesStructure = remember((properties: Properties): Structure =>
  structureOf(properties.file, properties.raw, validate, refine),
);

const refine: Refine = (departure) =>
  saidElsewhere(departure) || isOnlyRespelled(departure) ? 'elsewhere' : undefined;

/**
 * IconBrandColorMissing and IconBrandColorNotValid, PolicyTemplateIncomplete, OAuthSettingMissing.
 */
const saidElsewhere = ({ keyword, key }: Departure): boolean =>
  (keyword === 'required' &&
    ['iconBrandColor', 'templateId', 'parameters', 'identityProvider'].includes(String(key))) ||
  (keyword === 'type' && key === 'iconBrandColor');

/**
 * The platform reads these values without regard to capitals: `direct` and `oAuthSetting` stand in
 * connectors that work.
 */
const isOnlyRespelled = ({ keyword, value, schema }: Departure): boolean =>
  keyword === 'enum' &&
  typeof value === 'string' &&
  textsOf(schema.enum).some((one) => one.toLowerCase() === value.toLowerCase());
