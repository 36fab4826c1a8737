import { UserError } from '../shared/user-error.ts';

/**
 * The token and the API address of the environment, as GitHub's own command line and GitHub Actions
 * name them. Undefined if there is no token.
 */
export function tokenAccess(env: NodeJS.ProcessEnv): { token: string; apiUrl: string } | undefined {
  const token = env.GH_TOKEN || env.GITHUB_TOKEN;
  if (!token) return undefined;
  const { GITHUB_API_URL: apiUrl, GHE_HOST: host, GHE_PROTOCOL: protocol = 'https' } = env;
  if (apiUrl) return { token, apiUrl };
  return { token, apiUrl: host ? `${protocol}://${host}/api/v3` : 'https://api.github.com' };
}

/** Whether the environment has the credentials of an App. */
export const hasAppCredentials = ({ APP_ID: id }: NodeJS.ProcessEnv): boolean =>
  id !== undefined && id !== '';

/** @throws UserError that says how to get a token */
export const needsToken = (what: string): never => {
  throw new UserError(
    `${what} needs a token that may read the repository. Set GITHUB_TOKEN, for example: ` +
      'GITHUB_TOKEN=$(gh auth token)',
  );
};

/** Whether a text is `owner/name`. */
export const isRepositoryName = (text: string): boolean => /^[\w.-]+\/[\w.-]+$/.test(text);
