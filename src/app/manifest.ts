import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Permissions } from '../github/read-app.ts';

/** `app.yml`: how the App is registered on GitHub. */
export interface Manifest {
  default_permissions: Permissions;
  default_events: readonly string[];
}

/** @param packageRoot the folder of `app.yml` */
export const readManifest = (packageRoot: string): Manifest =>
  parse(readFileSync(join(packageRoot, 'app.yml'), 'utf8'));

/** What a permission is for, for the setup page and docs/operate.md. In the order of importance. */
export const permissionPurposes: Readonly<Record<string, string>> = {
  metadata: 'required by GitHub for every App',
  checks: 'create the check with its annotations, and re-run it',
  contents: 'read connectors, settings and `CODEOWNERS`; commit for `/fix`; merge for `/merge`',
  pull_requests: 'read pull requests; write suggestions; convert to draft',
  issues: 'write the comment, labels and reactions: GitHub treats them as those of an issue',
  members: 'read the members of the teams in `CODEOWNERS`',
  deployments: 'create a deployment to the first ring after a merge',
  merge_queues: 'receive events of merge groups',
};

/** The permissions without which no pull request can be reviewed. */
const essentialPermissions: Permissions = {
  checks: 'write',
  contents: 'read',
  issues: 'write',
  pull_requests: 'write',
};

const ranks = ['read', 'write', 'admin'];

/** Whether a granted level includes the needed one. */
const includes = (granted: string | undefined, needed: string): boolean =>
  granted !== undefined && ranks.indexOf(granted) >= ranks.indexOf(needed);

/** The needed permissions that were not granted, as `checks: write`. */
export const missingPermissions = (needed: Permissions, granted: Permissions): string[] =>
  Object.entries(needed)
    .filter(([name, level]) => !includes(granted[name], level))
    .map(([name, level]) => `${name}: ${level}`);

/** The missing permissions without which no pull request can be reviewed, as `checks: write`. */
export const missingEssentials = (granted: Permissions): string[] =>
  missingPermissions(essentialPermissions, granted);
