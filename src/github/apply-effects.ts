import { maskFormattedSecrets } from '../secrets/mask.ts';
import type { Annotation, CheckOutcome, Effect, RecordEntry } from '../review/model/effects.ts';
import { mayHaveCommand } from '../review/commands/parse-commands.ts';
import type { Pull, Snapshot, RepositoryName } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { commitFiles } from './commits.ts';
import { createDeployment } from './create-deployment.ts';
import { isHttpError } from './http-error.ts';
import {
  integerAt,
  isObject,
  objectAt,
  stringAt,
  stringAtOr,
  timeAt,
  toObject,
} from './parse-response.ts';
import { readReviews } from './read-reviews.ts';
import { getPull, headShaOf } from './request-pull.ts';

/**
 * The result of `applyEffects`: all effects were applied; the head has moved, so that the rest was
 * not applied; or GitHub rejected some, of which this is the first. The effects after a rejected
 * one are applied unless they depend on it (see `prerequisites`).
 */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'moved' }
  | { kind: 'rejected'; effect: Exclude<Effect, { kind: 'record' }>; reason: string };

/** The effects after one of these depend on it. */
const prerequisites: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>([
  'convert-to-draft',
  'commit-files',
  'open-pull-request',
  'enqueue',
  'dequeue',
  'merge',
]);

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;
/** Why an effect was not applied. Undefined if it was. */
type Failure = Exclude<Outcome, { kind: 'done' }> | undefined;

/** What was read before the effects were planned. */
export type TargetPullRequest = Pick<
  Snapshot,
  'repository' | 'pull' | 'comments' | 'reviews' | 'bot'
>;

export interface ApplyOptions {
  /** Stores entries. Consecutive entries come in one call, for one transaction. */
  record: (entries: readonly RecordEntry[]) => Promise<void>;
  /** Called before each effect that changes something at GitHub. If it throws, the rest stops. */
  before?: (effect: Effect) => Promise<void>;
}

/**
 * Applies effects in their order.
 *
 * It reads the head again before the first change: a review of an older head changes nothing.
 * Directly before a merge, it also reads again everything that may speak against the merge.
 * @throws What Octokit throws if GitHub fails. The next review then sees what was done. Effects
 * that GitHub would do twice are not retried.
 */
export async function applyEffects(
  client: Client,
  target: TargetPullRequest,
  effects: readonly Effect[],
  { record, before }: ApplyOptions,
): Promise<Outcome> {
  const { repository, pull } = target;
  const current = effects.some((effect) => effect.kind !== 'record')
    ? await readCurrent(client, repository, target)
    : undefined;
  if (current === 'moved') return { kind: 'moved' };
  let firstFailure: Failure;
  let entries: RecordEntry[] = [];
  const flushEntries = async (): Promise<void> => {
    if (entries.length > 0) await record(entries);
    entries = [];
  };
  for (const effect of effects) {
    if (effect.kind === 'record') {
      entries.push(effect.entry);
      continue;
    }
    await flushEntries();
    await before?.(effect);
    // The author has edited the description since. The next review uses the new text.
    if (effect.kind === 'edit-description' && current?.body !== effect.was) continue;
    if (
      (effect.kind === 'merge' || effect.kind === 'enqueue') &&
      (await hasObjections(client, repository, target, effect.requestComment))
    )
      return { kind: 'moved' };
    const failure = await applyEffect(client, repository, pull, effect);
    if (failure?.kind === 'moved' || (failure && prerequisites.has(effect.kind))) return failure;
    if (!failure && effect.kind === 'react')
      entries.push({ kind: 'reaction', comment: effect.comment, reaction: effect.reaction });
    firstFailure ??= failure;
  }
  await flushEntries();
  return firstFailure ?? { kind: 'done' };
}

/**
 * The current description. `moved` if the head has changed, or if the first comment has appeared:
 * it may be ours, from a concurrent review.
 */
async function readCurrent(
  client: Client,
  repository: RepositoryName,
  { pull, comments }: TargetPullRequest,
): Promise<{ body: string } | 'moved'> {
  const response = await getPull(client, repository, pull.number);
  if (!response.ok) return 'moved';
  const from = response.value;
  const hasFirstComment =
    comments.ok && comments.value.length === 0 && integerAt(from, 'comments') > 0;
  return hasFirstComment || headShaOf(from) !== pull.head.sha
    ? 'moved'
    : { body: stringAtOr(from, 'body', '') };
}

/**
 * Whether anything since the read may speak against the merge: another head, base or state, a
 * request for changes, a dismissed approval, an edited comment, or a possible command of anyone but
 * Gatehouse. The next review judges it; the webhook of the change has already scheduled one.
 * @param commandComment The id of the comment that requested the merge.
 */
async function hasObjections(
  client: Client,
  repository: RepositoryName,
  { pull, comments, reviews, bot }: TargetPullRequest,
  commandComment: number,
): Promise<boolean> {
  if (!comments.ok || !reviews.ok) return true;
  const lastUpdate = comments.value
    .map(({ updatedAt }) => updatedAt)
    .sort()
    .at(-1);
  const [response, newComments, newReviews, command] = await Promise.all([
    getPull(client, repository, pull.number),
    client.listAll('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...repository,
      issue_number: pull.number,
      ...(lastUpdate !== undefined && { since: lastUpdate }),
    }),
    readReviews(client, repository, pull.number),
    // The list of new comments does not show that this one was deleted.
    client.get('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...repository,
      comment_id: commandComment,
    }),
  ]);
  if (!response.ok || !newComments.ok || !newReviews.ok || !command.ok) return true;
  const from = response.value;
  if (
    headShaOf(from) !== pull.head.sha ||
    stringAt(objectAt(from, 'base'), 'ref') !== pull.base.ref ||
    from.state !== 'open' ||
    from.draft === true
  )
    return true;
  const updateTimes = new Map(comments.value.map(({ id, updatedAt }) => [id, updatedAt]));
  const hasNewCommand = newComments.value.some((item) => {
    const comment = toObject(item, 'a comment');
    const updatedAt = updateTimes.get(integerAt(comment, 'id'));
    if (isObject(comment.user) && comment.user.id === bot.id) return false;
    return updatedAt === undefined
      ? mayHaveCommand(stringAtOr(comment, 'body', ''))
      : updatedAt !== timeAt(comment, 'updated_at');
  });
  const seenReviews = new Set(reviews.value.map(({ id, state }) => `${id} ${state}`));
  return (
    hasNewCommand ||
    newReviews.value.reviews.some(
      ({ id, state }) =>
        (state === 'changes-requested' || state === 'dismissed') &&
        !seenReviews.has(`${id} ${state}`),
    )
  );
}

async function applyEffect(
  client: Client,
  repository: RepositoryName,
  pull: Pull,
  effect: Exclude<Effect, EffectOf<'record'>>,
): Promise<Failure> {
  try {
    return await sendEffect(client, repository, pull, effect);
  } catch (error) {
    // 401: the token has expired, which says nothing about the effect.
    if (!isHttpError(error) || error.status < 400 || error.status >= 500 || error.status === 401)
      throw error;
    // GitHub quotes what it rejects.
    return { kind: 'rejected', effect, reason: maskFormattedSecrets(error.message) };
  }
}

async function sendEffect(
  client: Client,
  repository: RepositoryName,
  pull: Pull,
  effect: Exclude<Effect, EffectOf<'record'>>,
): Promise<Failure> {
  const issue = { ...repository, issue_number: pull.number };
  switch (effect.kind) {
    case 'write-check':
      await writeCheck(client, repository, effect);
      return undefined;
    case 'create-comment':
      await client.write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...issue,
        body: effect.body,
      });
      return undefined;
    case 'edit-comment':
      await ignoreIfGone(
        client.write(
          'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
          { ...repository, comment_id: effect.comment, body: effect.body },
          { repeatable: true },
        ),
      );
      return undefined;
    case 'minimize-comment':
      await minimize(client, effect.nodeId);
      return undefined;
    case 'add-labels':
      await client.write(
        'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
        { ...issue, labels: effect.labels },
        { repeatable: true },
      );
      return undefined;
    case 'remove-label':
      await ignoreIfGone(
        client.write(
          'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}',
          { ...issue, name: effect.label },
          { repeatable: true },
        ),
      );
      return undefined;
    case 'react':
      await ignoreIfGone(
        client.write(
          'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
          { ...repository, comment_id: effect.comment, content: effect.reaction },
          { repeatable: true },
        ),
      );
      return undefined;
    case 'suggest':
      await suggest(client, { ...repository, pull_number: pull.number }, effect);
      return undefined;
    case 'commit-files':
      return commitFixes(client, effect);
    case 'convert-to-draft':
      await client.mutate(
        'mutation($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: ' +
          '$id }) { pullRequest { isDraft } } }',
        { id: effect.nodeId },
        { repeatable: true },
      );
      return undefined;
    case 'edit-description':
      await client.write(
        'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
        { ...repository, pull_number: pull.number, body: effect.body },
        { repeatable: true },
      );
      return undefined;
    case 'merge':
      return merge(client, { ...repository, pull_number: pull.number }, effect);
    case 'enqueue':
      return enqueue(client, effect);
    case 'dequeue':
      await client.mutate(
        'mutation($id: ID!) { dequeuePullRequest(input: { id: $id }) { clientMutationId } }',
        { id: effect.nodeId },
        { repeatable: true },
      );
      return undefined;
    case 'create-deployment':
      await createDeployment(client, repository, effect);
      return undefined;
    case 'open-pull-request':
      return openPullRequest(client, repository, effect);
  }
}

/** Folds a comment as outdated, if GitHub allows that and the comment is still there. */
async function minimize(client: Client, nodeId: string): Promise<void> {
  try {
    await client.mutate(
      'mutation($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) ' +
        '{ minimizedComment { isMinimized } } }',
      { id: nodeId },
      { repeatable: true },
    );
  } catch (error) {
    if (!isHttpError(error) || error.status === 401 || error.status >= 500) throw error;
  }
}

/** Ignores that the comment or label was deleted: then there is nothing to do. */
async function ignoreIfGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isHttpError(error) || (error.status !== 404 && error.status !== 410)) throw error;
  }
}

const checkStatusOf = (outcome: CheckOutcome): object =>
  outcome === 'pending' ? { status: 'in_progress' } : { status: 'completed', conclusion: outcome };

const toAnnotation = ({
  path,
  startLine,
  endLine,
  columns,
  level,
  title,
  message,
}: Annotation): object => ({
  path,
  start_line: startLine,
  end_line: endLine,
  ...(columns && { start_column: columns.start, end_column: columns.end }),
  annotation_level: level,
  title,
  message,
});

/**
 * Writes a check run. GitHub takes 50 annotations in one request. Until the last request, the run
 * has neither an outcome nor the external id, which has the digest of what it shows.
 */
async function writeCheck(
  client: Client,
  repository: RepositoryName,
  { run, sha, name, externalId, outcome, title, summary, batches }: EffectOf<'write-check'>,
): Promise<void> {
  let id = run;
  const lastBatch = batches.at(-1) ?? [];
  for (const [index, batch] of [...batches.slice(0, -1), lastBatch].entries()) {
    const isLast = index >= batches.length - 1;
    const output = {
      title,
      summary,
      ...(batch.length > 0 && { annotations: batch.map(toAnnotation) }),
    };
    const fields = isLast
      ? { name, external_id: externalId, ...checkStatusOf(outcome), output }
      : { name, external_id: '', status: 'in_progress', output };
    if (id === null) {
      const created = await client.write('POST /repos/{owner}/{repo}/check-runs', {
        ...repository,
        head_sha: sha,
        ...fields,
      });
      if (!isObject(created) || typeof created.id !== 'number')
        throw new Error('GitHub did not return the id of the check run that it created');
      id = created.id;
    } else {
      await client.write(
        'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
        { ...repository, check_run_id: id, ...fields },
        // GitHub adds the annotations of each request to the earlier ones.
        { repeatable: batch.length === 0 },
      );
    }
  }
}

/**
 * Posts all suggestions in one review. GitHub rejects the whole review for one invalid suggestion;
 * then each suggestion is posted in its own review, and the invalid ones are dropped.
 */
async function suggest(
  client: Client,
  pull: RepositoryName & { pull_number: number },
  { sha, body: reviewBody, suggestions }: EffectOf<'suggest'>,
): Promise<void> {
  const comments = suggestions.map(({ path, startLine, endLine, body }) => ({
    path,
    body,
    side: 'RIGHT',
    line: endLine,
    ...(startLine < endLine && { start_line: startLine, start_side: 'RIGHT' }),
  }));
  /** Returns whether GitHub accepted the review. */
  const post = async (reviewComments: typeof comments, about?: string): Promise<boolean> => {
    try {
      await client.write('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
        ...pull,
        commit_id: sha,
        event: 'COMMENT',
        ...(about !== undefined && { body: about }),
        comments: reviewComments,
      });
      return true;
    } catch (error) {
      if (isHttpError(error) && error.status === 422) return false;
      throw error;
    }
  };
  if ((await post(comments, reviewBody)) || comments.length === 1) return;
  let isIntroduced = false;
  for (const comment of comments)
    isIntroduced = (await post([comment], isIntroduced ? undefined : reviewBody)) || isIntroduced;
}

async function commitFixes(client: Client, effect: EffectOf<'commit-files'>): Promise<Failure> {
  const commit = await commitFiles(client, effect);
  if ('done' in commit) return undefined;
  return commit.moved ? { kind: 'moved' } : { kind: 'rejected', effect, reason: commit.reason };
}

/**
 * Opens a pull request of a branch of our own. If the branch is there already, an earlier attempt
 * ended before it opened the pull request.
 */
async function openPullRequest(
  client: Client,
  repository: RepositoryName,
  effect: EffectOf<'open-pull-request'>,
): Promise<Failure> {
  const { base, tip, branch, title, body, message, files } = effect;
  const commit = await commitFiles(client, {
    repository,
    branch,
    head: null,
    from: tip,
    message,
    files,
  });
  if (!('done' in commit) && !commit.moved)
    return { kind: 'rejected', effect, reason: commit.reason };
  await client.write('POST /repos/{owner}/{repo}/pulls', {
    ...repository,
    base,
    head: branch,
    title,
    body,
  });
  return undefined;
}

async function merge(
  client: Client,
  pull: RepositoryName & { pull_number: number },
  effect: EffectOf<'merge'>,
): Promise<Failure> {
  try {
    await client.write('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...pull,
      merge_method: 'squash',
      sha: effect.head,
      commit_title: effect.title,
      commit_message: effect.message,
    });
  } catch (error) {
    if (isHttpError(error) && error.status === 409) return { kind: 'moved' };
    throw error;
  }
  return undefined;
}

async function enqueue(client: Client, effect: EffectOf<'enqueue'>): Promise<Failure> {
  try {
    await client.mutate(
      'mutation($id: ID!, $head: GitObjectID!) { enqueuePullRequest(input: ' +
        '{ pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { position } } }',
      { id: effect.nodeId, head: effect.head },
    );
  } catch (error) {
    if (isHttpError(error) && /already/i.test(error.message)) return undefined;
    if (isHttpError(error) && /head/i.test(error.message)) return { kind: 'moved' };
    throw error;
  }
  return undefined;
}
