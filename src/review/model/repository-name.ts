import type { RepositoryName } from './snapshot.ts';

/** Parses `owner/repo`; undefined for any other text. */
export function parseRepositoryName(text: string): RepositoryName | undefined {
  const [owner = '', repo = '', ...rest] = text.split('/');
  return owner === '' || repo === '' || rest.length > 0 ? undefined : { owner, repo };
}

/** The inverse of `parseRepositoryName`. */
export const formatRepositoryName = ({ owner, repo }: RepositoryName): string => `${owner}/${repo}`;
