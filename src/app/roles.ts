/**
 * What a process of the App does. The command line needs the names without loading the App, so they
 * have a file of their own.
 */
export const roles = ['all', 'web', 'worker'] as const;
export type Role = (typeof roles)[number];
