/**
 * The role of a person on a pull request. An owner owns the connector; a maintainer has write
 * access to the repository. A publisher is an owner, or the author if the connector has no owners.
 */
export type Role = 'author' | 'maintainer' | 'owner' | 'publisher';
