import { iconFile } from './icon/file.ts';
import { iconPicture } from './icon/picture.ts';
import { files } from './package/files.ts';
import { reading } from './package/json-syntax.ts';
import { readme } from './package/readme.ts';
import { script } from './package/script.ts';
import { secrets } from './package/secrets.ts';
import { unique } from './uniqueness/unique.ts';
import { brand } from './properties/brand.ts';
import { connections } from './properties/connections.ts';
import { policies } from './properties/policies.ts';
import { counts } from './definition/limits.ts';
import { enums } from './definition/enums.ts';
import { filters } from './definition/filters.ts';
import { formats } from './definition/formats.ts';
import { language } from './definition/language.ts';
import { lists } from './definition/lists.ts';
import { loops } from './definition/loops.ts';
import { mediaTypes } from './definition/media-types.ts';
import { dynamic } from './definition/dynamic-values.ts';
import { apiFamilies } from './definition/families.ts';
import { metadata } from './definition/metadata.ts';
import { notifications } from './definition/notifications.ts';
import { operations } from './definition/operations.ts';
import { paging } from './definition/paging.ts';
import { parameters } from './definition/parameters.ts';
import { paths } from './definition/paths.ts';
import { references } from './definition/references.ts';
import { required } from './definition/required.ts';
import { responses } from './definition/responses.ts';
import { schemas } from './definition/schemas.ts';
import { security } from './definition/security.ts';
import { texts } from './definition/texts.ts';
import { triggers } from './definition/triggers.ts';
import { spelling } from './wording/spelling.ts';
import { style } from './wording/style.ts';
import type { Rule } from './rule.ts';
import { structure } from './definition/structure-rules.ts';

/**
 * Every rule, in the order of the pages: what can be read, the definition from the outside in, the
 * properties, the package.
 */
export const rules: readonly Rule[] = [
  ...reading,
  ...files,
  ...unique,
  ...structure,
  ...required,
  ...metadata,
  ...language,
  ...counts,
  ...lists,
  ...paths,
  ...operations,
  ...parameters,
  ...mediaTypes,
  ...responses,
  ...schemas,
  ...formats,
  ...enums,
  ...filters,
  ...loops,
  ...references,
  ...security,
  ...triggers,
  ...notifications,
  ...dynamic,
  ...paging,
  ...apiFamilies,
  ...texts,
  ...spelling,
  ...style,
  ...brand,
  ...connections,
  ...policies,
  ...secrets,
  ...iconFile,
  ...iconPicture,
  ...script,
  ...readme,
];
