import { translateErrors } from '../github/import-signatures.ts';
import { createReadOnlyClient } from '../github/token-client.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import { UserError } from '../shared/user-error.ts';
import { diagnose, type Diagnosis } from './doctor.ts';

/**
 * Looks at what Gatehouse depends on in a repository, as far as a token shows it. Only reads.
 * @param name `owner/name`
 * @param apiUrl of the REST API
 * @throws UserError if GitHub does not accept the token
 */
export function diagnoseWithToken(
  name: string,
  { token, apiUrl }: { token: string; apiUrl: string },
): Promise<Diagnosis> {
  const repository = parseRepositoryName(name);
  if (!repository) throw new UserError(`${name} is not the name of a repository.`);
  const client = createReadOnlyClient(token, apiUrl);
  return translateErrors(
    () => diagnose(repository, { as: 'the token', repository: client }, new Date()),
    'Check GITHUB_TOKEN.',
  );
}
