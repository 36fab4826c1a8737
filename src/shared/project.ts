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

/** The page that explains a rule, a kind of change or a policy code, as `gatehouse explain` does. */
export const pageOf = (id: string): string => `${docsSite}explain/${encodeURIComponent(id)}`;
