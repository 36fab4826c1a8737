import { iconFile } from './icon/file.ts';
import { iconPicture } from './icon/picture.ts';
import { archive } from './package/archive.ts';
import { files } from './package/files.ts';
import { flows } from './package/flows.ts';
import { reading } from './package/json-syntax.ts';
import { layout } from './package/layout.ts';
import { packaged } from './package/packaged.ts';
import { readme } from './package/readme.ts';
import { script } from './package/script.ts';
import { secrets } from './package/secrets.ts';
import { unique } from './uniqueness/unique.ts';
import { brand } from './properties/brand.ts';
import { connections } from './properties/connections.ts';
import { operationReferences } from './properties/operations.ts';
import { policies } from './properties/policies.ts';
import { counts } from './definition/limits.ts';
import { enums } from './definition/enums.ts';
import { filters } from './definition/filters.ts';
import { formats } from './definition/formats.ts';
import { headerRules } from './definition/headers.ts';
import { hiddenCharacters } from './definition/hidden-characters.ts';
import { language } from './wording/language.ts';
import { lists } from './definition/lists.ts';
import { loops } from './definition/loops.ts';
import { mcpServers } from './definition/mcp-servers.ts';
import { mediaTypes } from './definition/media-types.ts';
import { dynamicArgumentRules } from './definition/dynamic-arguments.ts';
import { dynamicExtensionRules } from './definition/dynamic-extensions.ts';
import { dynamicResponseRules } from './definition/dynamic-responses.ts';
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
import { descriptions } from './wording/descriptions.ts';
import { triggers } from './definition/triggers.ts';
import { spelling } from './wording/spelling.ts';
import { style } from './wording/style.ts';
import { roleOf } from '../connector/file-names.ts';
import { isPackageName } from '../connector/package.ts';
import type { Location } from '../shared/finding.ts';
import type { Rule, RuleCategory } from './rule.ts';
import { structure } from './definition/structure-rules.ts';

/** A rule as the registry has it. */
export interface RegisteredRule extends Rule {
  category: RuleCategory;
  /**
   * Whether the rule holds for several files. Its findings then count for the category of the file
   * that they are in: a comma that is missing in the definition is a problem of the definition,
   * although the rule is about the package.
   */
  spansFiles: boolean;
}

type RuleList = readonly Rule[];

const inCategory = (category: RuleCategory, ...ruleLists: RuleList[]): RegisteredRule[] =>
  ruleLists.flat().map((rule) => ({ ...rule, category, spansFiles: false }));

const acrossFiles = (category: RuleCategory, ...ruleLists: RuleList[]): RegisteredRule[] =>
  ruleLists.flat().map((rule) => ({ ...rule, category, spansFiles: true }));

/**
 * Every rule, in the order of the pages: whether the files can be read, the definition from the
 * outside in, the wording, the properties, the rest of the package.
 */
export const rules: readonly RegisteredRule[] = [
  ...acrossFiles('package', reading, files),
  ...inCategory('uniqueness', unique),
  ...acrossFiles('definition', structure, required),
  ...inCategory('definition', metadata),
  ...inCategory('wording', language),
  ...inCategory(
    'definition',
    counts,
    lists,
    paths,
    operations,
    mcpServers,
    parameters,
    headerRules,
    hiddenCharacters,
    mediaTypes,
    responses,
    schemas,
    formats,
    enums,
    filters,
    loops,
    references,
    security,
    triggers,
    notifications,
    dynamicExtensionRules,
    dynamicResponseRules,
    dynamicArgumentRules,
    paging,
    apiFamilies,
  ),
  ...inCategory('wording', descriptions, spelling, style),
  ...inCategory('properties', brand),
  ...acrossFiles('properties', connections),
  ...inCategory('properties', policies, operationReferences),
  ...acrossFiles('package', secrets),
  ...inCategory('icon', iconFile, iconPicture),
  ...acrossFiles('package', script, readme),
  ...inCategory('package', archive, layout, flows, packaged),
];

const rulesById: ReadonlyMap<string, RegisteredRule> = new Map(
  rules.map((rule) => [rule.id, rule]),
);

/** The rule with an id; undefined for the id of a change, or of a rule of another version. */
export const ruleById = (id: string): RegisteredRule | undefined => rulesById.get(id);

/** The category that a finding counts for: for everything in a package, `package`. */
export function categoryOf({
  rule: id,
  location,
}: {
  rule: string;
  location: Pick<Location, 'file'>;
}): RuleCategory {
  const rule = ruleById(id);
  return rule && !rule.spansFiles && !isPackageName(location.file)
    ? rule.category
    : categoryOfFile(location.file);
}

/** The category that a file of the connector's folder belongs to. */
export function categoryOfFile(file: string): RuleCategory {
  if (file.toLowerCase().startsWith('icon.')) return 'icon';
  const role = roleOf(file);
  return role === 'definition' || role === 'properties' ? role : 'package';
}
