import type { ReviewHistory } from './review-pull-request.ts';

/** The history of a repository that Gatehouse has never reviewed anything in. */
export const emptyHistory: ReviewHistory = {
  answersElsewhere: () => Promise.resolve([]),
  fileFacts: () => Promise.resolve(new Map()),
  freezes: () => Promise.resolve([]),
  history: () => Promise.resolve(undefined),
  identities: () => Promise.resolve(new Map()),
  publications: () => Promise.resolve([]),
  pushes: (_pull, sha, seenAt) => Promise.resolve([{ sha, at: seenAt.toISOString() }]),
  records: () =>
    Promise.resolve({
      records: { answers: [], acknowledgements: [], hold: null, merge: null, rejection: null },
      reactions: new Map(),
    }),
  rides: () => Promise.resolve([]),
  signatures: () => Promise.resolve([]),
  verifications: () => Promise.resolve([]),
};
