import { files } from './package/files.ts';
import { reading } from './package/reading.ts';
import { brand } from './properties/brand.ts';
import { connections } from './properties/connections.ts';
import { policies } from './properties/policies.ts';
import { metadata } from './definition/metadata.ts';
import { operations } from './definition/operations.ts';
import { parameters } from './definition/parameters.ts';
import { paths } from './definition/paths.ts';
import { references } from './definition/references.ts';
import { required } from './definition/required.ts';
import { responses } from './definition/responses.ts';
import { schemas } from './definition/schemas.ts';
import { security } from './definition/security.ts';
import { texts } from './definition/texts.ts';
import { triggers } from './definition/triggers.ts';
import type { Rule } from './rule.ts';

/** Every rule, in the order of the pages: what can be read, the definition from the outside in, the properties, the package. */
export const rules: readonly Rule[] = [
  ...reading,
  ...files,
  ...required,
  ...metadata,
  ...paths,
  ...operations,
  ...parameters,
  ...responses,
  ...schemas,
  ...references,
  ...security,
  ...triggers,
  ...texts,
  ...brand,
  ...connections,
  ...policies,
];
