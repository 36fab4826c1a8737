import type { RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { integerAt, toObject } from './parse-response.ts';

/** What is deployed where. */
export interface NewDeployment {
  sha: string;
  environment: string;
  description: string;
  /** For the system that deploys the connector. */
  payload: object;
}

/**
 * Creates a deployment. The system that deploys reacts to it, and writes its statuses.
 * @returns its id
 */
export async function createDeployment(
  client: Client,
  repository: RepositoryName,
  { sha, environment, description, payload }: NewDeployment,
): Promise<number> {
  const response = await client.write('POST /repos/{owner}/{repo}/deployments', {
    ...repository,
    ref: sha,
    environment,
    description,
    payload,
    auto_merge: false,
    // The gates have passed. Without this, GitHub requires all other checks of the commit.
    required_contexts: [],
    // In a non-production environment, GitHub makes earlier deployments inactive: those of other
    // connectors.
    production_environment: true,
    transient_environment: false,
  });
  return integerAt(toObject(response, 'a deployment'), 'id');
}
