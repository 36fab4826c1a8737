/**
 * Steps of a review that `gatehouse review --show` can print. The command line needs the names
 * without loading the App, so they have a file of their own.
 */
export const reviewSteps = [
  'comment',
  'check',
  'decision',
  'snapshot',
  'facts',
  'effects',
] as const;
export type ReviewStep = (typeof reviewSteps)[number];
