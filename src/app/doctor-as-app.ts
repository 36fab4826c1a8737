import { Probot } from 'probot';
import { translateErrors } from '../github/import-signatures.ts';
import { readInstallation } from '../github/read-app.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import { UserError } from '../shared/user-error.ts';
import { Clients } from './clients.ts';
import { credentialsOf } from './credentials.ts';
import { diagnose, type Diagnosis } from './doctor.ts';
import { readEnvironment } from './env.ts';
import { createLog } from './log.ts';
import { readManifest } from './manifest.ts';

/**
 * Looks at what Gatehouse depends on in a repository, as the App: also at its installation and its
 * webhook. Does not open the database, which a running App may hold.
 * @param name `owner/name`
 * @param packageRoot the folder of `app.yml`
 * @throws UserError if GitHub does not accept the credentials of the App
 */
export function diagnoseAsApp(
  name: string,
  env: NodeJS.ProcessEnv,
  packageRoot: string,
): Promise<Diagnosis> {
  const repository = parseRepositoryName(name);
  const environment = readEnvironment(env);
  const credentials = credentialsOf(environment, env);
  if (!repository) throw new UserError(`${name} is not the name of a repository.`);
  if (!credentials) throw new UserError('PRIVATE_KEY is missing. It belongs to APP_ID.');
  return translateErrors(async () => {
    const log = createLog({ ...environment, logLevel: environment.logLevel ?? 'fatal' });
    const clients = new Clients(await new Probot({ ...credentials, log }).ready());
    const client = await clients.forApp();
    const installation = await readInstallation(client, repository);
    const app = { client, installation, manifest: readManifest(packageRoot) };
    const installed = installation.ok
      ? { repository: await clients.forInstallation(installation.value.id) }
      : {};
    return diagnose(repository, { as: 'the App', app, ...installed }, new Date());
  }, 'APP_ID and PRIVATE_KEY must belong to the same App.');
}
