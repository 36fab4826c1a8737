/**
 * Makes the packages that the App needs dependencies, in the versions that package-lock.json has, and
 * drops all others, so that `npm ci` installs only what the App needs. For the build of the
 * image, because it changes package.json. They are no dependencies of the package itself, because
 * checking connectors does not need them: docs/decisions/0021-packages.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const read = (name) => JSON.parse(readFileSync(name, 'utf8'));
const write = (name, value) => writeFileSync(name, `${JSON.stringify(value, null, 2)}\n`);

const manifest = read('package.json');
const lock = read('package-lock.json');
const app = Object.keys(manifest.peerDependencies).map((name) => [
  name,
  lock.packages[`node_modules/${name}`].version,
]);

for (const each of [manifest, lock.packages['']]) {
  each.dependencies = { ...each.dependencies, ...Object.fromEntries(app) };
  delete each.devDependencies;
  delete each.peerDependencies;
  delete each.peerDependenciesMeta;
}
write('package.json', manifest);
write('package-lock.json', lock);
