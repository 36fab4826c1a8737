/**
 * What somebody is to a pull request. An owner is one of the connector's; a maintainer may write to
 * the repository.
 */
export type Role = 'author' | 'maintainer' | 'owner';
