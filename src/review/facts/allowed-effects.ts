import type { Mode, Settings } from '../../settings/defaults.ts';
import type { AllowedEffects } from '../model/facts.ts';
import type { Result, Snapshot } from '../model/snapshot.ts';

const byMode: Readonly<Record<Mode, AllowedEffects>> = {
  observe: { check: 'neutral', comments: false, changes: false },
  comment: { check: 'conclusive', comments: true, changes: false },
  full: { check: 'conclusive', comments: true, changes: true },
};

/** What the mode `full` allows. */
export const allEffects = byMode.full;

/** What the CLA check without a server does: a comment, and a commit status instead of a check run. */
export const claEffects = byMode.comment;

/** No check run: a required check then still waits for one, so that nothing merges unseen. */
const noEffects: AllowedEffects = { check: 'none', comments: false, changes: false };

/**
 * What Gatehouse may do on a pull request.
 * @param mode undefined if the settings could not be used and do not plainly set one. Then the check
 *   run says so, and an earlier comment is kept up to date.
 * @param lastCommandAt returns when the newest command was written; undefined if there is none
 */
export function allowedEffects(
  snapshot: Pick<Snapshot, 'pull' | 'pushes' | 'commits' | 'comments' | 'bot'>,
  settings: Result<Pick<Settings, 'since'>>,
  mode: Mode | undefined,
  lastCommandAt: () => string | undefined,
): AllowedEffects {
  if (settings.ok && !isSince(snapshot, settings.value.since, lastCommandAt)) return noEffects;
  if (mode !== undefined) return byMode[mode];
  const { comments, bot } = snapshot;
  const hasSpoken = comments.ok && comments.value.some(({ author }) => author.id === bot.id);
  return { check: 'conclusive', comments: hasSpoken, changes: false };
}

/**
 * Whether a pull request was opened or pushed on a day or later, or has a command from then. The
 * author of a commit chooses its date, but gains nothing by an old one: without a check run, a
 * required check waits.
 */
function isSince(
  { pull, pushes, commits }: Pick<Snapshot, 'pull' | 'pushes' | 'commits'>,
  day: string,
  lastCommandAt: () => string | undefined,
): boolean {
  if (pull.createdAt >= day) return true;
  const { sha } = pull.head;
  // A push that no delivery announced has the time at which a review first saw it.
  const isPushed =
    pushes.ok &&
    pushes.value.some((push) => push.sha === sha && push.by !== undefined && push.at >= day);
  const isCommitted =
    commits.ok &&
    commits.value.some((commit) => commit.sha === sha && (commit.committedAt ?? '') >= day);
  return isPushed || isCommitted || (lastCommandAt() ?? '') >= day;
}
