/**
 * The role of a person on a pull request. An owner owns the connector; a maintainer has write
 * access to the repository.
 */
export type Role = 'author' | 'maintainer' | 'owner';
