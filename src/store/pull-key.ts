/**
 * Identifies a pull request. `repository` is `owner/name`; GitHub ignores the case of it, so the
 * tables have it in lower case.
 */
export interface PullKey {
  repository: string;
  number: number;
}

export const pullKeyOf = ({ repository, number }: PullKey): PullKey => ({
  repository: repository.toLowerCase(),
  number,
});
