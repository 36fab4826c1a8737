/**
 * The package in the npm registry, which installs the command `gatehouse`. The package `gatehouse`
 * in the registry is an unrelated program.
 */
export const packageName = 'connector-gatehouse';

/** Runs the command line, also where nothing is installed: `${runsAs} check`. */
export const runsAs = `npx ${packageName}`;

/** The repository of Gatehouse on GitHub, which is also the name of the Action. */
export const repository = 'connector-gatehouse/gatehouse';

/** The documentation on the web. */
export const docsSite = 'https://connector-gatehouse.github.io/gatehouse/';

/** The page about the settings of a repository. */
export const settingsPage = addressOf('settings.md');

/** The page that explains a rule, a kind of change or a policy code, as `gatehouse explain` does. */
export const pageOf = (id: string): string => `${docsSite}explain/${encodeURIComponent(id)}`;

/**
 * The address of a page of `docs/` on the web.
 * @param path from `docs/`: `settings.md`, `rules/README.md`, `rules/OperationIdRequired.md`
 */
export function addressOf(path: string): string {
  const [, id] = /^(?:rules|changes)\/([A-Z]\w+)\.md$/.exec(path) ?? [];
  if (id !== undefined && id !== 'README') return pageOf(id);
  return `${docsSite}${path.replace(/(?:\/README)?\.md$/, '/')}`;
}

/** The address of a schema on the web, for editors; `v1` is the major version of its contents. */
export const schemaAddress = (name: 'definition' | 'properties' | 'settings'): string =>
  `${docsSite}schemas/v1/${name}.schema.json`;
