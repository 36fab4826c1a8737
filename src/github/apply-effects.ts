import { maskFormattedSecrets } from '../secrets/mask.ts';
import type { Annotation, CheckOutcome, Effect, RecordEntry } from '../review/model/effects.ts';
import { mayHaveCommand } from '../review/commands/parse-commands.ts';
import type { Pull, Snapshot } from '../review/model/snapshot.ts';
import { isHttpError, type Client } from './client.ts';
import { commitFiles, type RepositoryParameters } from './commits.ts';
import { reviewsOf } from './read-pull-request.ts';
import {
  data,
  inner,
  isData,
  number,
  sha,
  text,
  textOr,
  time,
  type ResponseObject,
} from './parse-response.ts';

/**
 * What came of effects: all are done; the head has moved on, so that none or only the first are; or
 * GitHub said no to one (the first is told of). Those behind it are done all the same, but for what
 * would follow from it: see `decisive`.
 */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'moved' }
  | { kind: 'refused'; effect: Exclude<Effect, { kind: 'record' }>; reason: string };

/** What comes behind one of these holds only where it was done. */
const decisive: ReadonlySet<Effect['kind']> = new Set<Effect['kind']>([
  'convert-to-draft',
  'commit-files',
  'enqueue',
  'dequeue',
  'merge',
]);

type Step<Do extends Effect['kind']> = Extract<Effect, { kind: Do }>;
/** Undefined where it is done. */
type Failing = Exclude<Outcome, { kind: 'done' }> | undefined;

/** What was read before the effects were planned. */
export type TargetPullRequest = Pick<
  Snapshot,
  'repository' | 'pull' | 'comments' | 'reviews' | 'bot'
>;

/** What happens beside GitHub. */
export interface ApplyOptions {
  /** Keeps entries in the store: those that follow one another in one transaction. */
  record: (entries: readonly RecordEntry[]) => Promise<void>;
  /** Called before each effect that GitHub sees; by throwing it stops what is left. */
  before?: (effect: Effect) => Promise<void>;
}

/**
 * Carries out effects in their order. Before the first that GitHub sees, the head is read again: a
 * review of an older one writes nothing. Directly before a merge, so is everything that could have
 * been said or changed against it since. Nothing is asked for twice that would be there twice:
 * where GitHub fails in the middle, this throws, and the next review sees what was done.
 */
export async function applyEffects(
  client: Client,
  read: TargetPullRequest,
  effects: readonly Effect[],
  { record, before }: ApplyOptions,
): Promise<Outcome> {
  const { repository, pull } = read;
  const where = { owner: repository.owner, repo: repository.repo };
  const now = effects.some((effect) => effect.kind !== 'record')
    ? await standing(client, where, read)
    : undefined;
  if (now === 'moved') return { kind: 'moved' };
  let refused: Failing;
  let entries: RecordEntry[] = [];
  const keep = async (): Promise<void> => {
    if (entries.length > 0) await record(entries);
    entries = [];
  };
  for (const effect of effects) {
    if (effect.kind === 'record') {
      entries.push(effect.entry);
      continue;
    }
    await keep();
    await before?.(effect);
    // Its author has been writing in it: the next review sees what.
    if (effect.kind === 'edit-description' && now?.body !== effect.was) continue;
    if (
      (effect.kind === 'merge' || effect.kind === 'enqueue') &&
      (await changedMeanwhile(client, where, read, effect.asked))
    )
      return { kind: 'moved' };
    const failing = await carryOutOne(client, where, pull, effect);
    if (failing?.kind === 'moved' || (failing && decisive.has(effect.kind))) return failing;
    if (!failing && effect.kind === 'react')
      entries.push({ kind: 'reaction', comment: effect.comment, reaction: effect.reaction });
    refused ??= failing;
  }
  await keep();
  return refused ?? { kind: 'done' };
}

/**
 * The description as it stands, where the head is the one that was reviewed, and nobody was the
 * first to comment meanwhile: that might have been us.
 */
async function standing(
  client: Client,
  where: RepositoryParameters,
  { pull, comments }: TargetPullRequest,
): Promise<{ body: string } | 'moved'> {
  const now = await client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...where,
    pull_number: pull.number,
  });
  if (!now.ok) return 'moved';
  const from = data(now.value, 'a pull request');
  const spoken = comments.ok && comments.value.length === 0 && number(from, 'comments') > 0;
  return spoken || sha(inner(from, 'head'), 'sha') !== pull.head.sha
    ? 'moved'
    : { body: textOr(from, 'body', '') };
}

/**
 * Whether anything has happened since it was read that might speak against the merge: another head,
 * base or state, a request for changes, an approval that was dismissed, an edit, or what may be a
 * command of anybody but Gatehouse. Which of these matters is for the next review to judge; the
 * delivery that told of it has asked for one.
 */
async function changedMeanwhile(
  client: Client,
  where: RepositoryParameters,
  { pull, comments, reviews, bot }: TargetPullRequest,
  asked: number,
): Promise<boolean> {
  if (!comments.ok || !reviews.ok) return true;
  const newest = comments.value
    .map(({ updatedAt }) => updatedAt)
    .sort()
    .at(-1);
  const [now, said, opinions, wish] = await Promise.all([
    client.get('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...where,
      pull_number: pull.number,
    }),
    client.pages('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...where,
      issue_number: pull.number,
      ...(newest !== undefined && { since: newest }),
    }),
    reviewsOf(client, where, pull.number),
    // A list of what is new does not tell of a comment that was deleted.
    client.get('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...where,
      comment_id: asked,
    }),
  ]);
  if (!now.ok || !said.ok || !opinions.ok || !wish.ok) return true;
  const from = data(now.value, 'a pull request');
  if (
    sha(inner(from, 'head'), 'sha') !== pull.head.sha ||
    text(inner(from, 'base'), 'ref') !== pull.base.ref ||
    from.state !== 'open' ||
    from.draft === true
  )
    return true;
  const before = new Map(comments.value.map(({ id, updatedAt }) => [id, updatedAt]));
  const speaks = said.value.some((one) => {
    const comment = data(one, 'a comment');
    const known = before.get(number(comment, 'id'));
    if (isData(comment.user) && comment.user.id === bot.id) return false;
    return known === undefined
      ? mayHaveCommand(textOr(comment, 'body', ''))
      : known !== time(comment, 'updated_at');
  });
  const verdicts = new Set(reviews.value.map(({ id, state }) => `${id} ${state}`));
  return (
    speaks ||
    opinions.value.reviews.some(
      ({ id, state }) =>
        (state === 'changes-requested' || state === 'dismissed') && !verdicts.has(`${id} ${state}`),
    )
  );
}

async function carryOutOne(
  client: Client,
  where: RepositoryParameters,
  pull: Pull,
  effect: Exclude<Effect, Step<'record'>>,
): Promise<Failing> {
  try {
    return await perform(client, where, pull, effect);
  } catch (error) {
    // With a token that is no longer good nothing can be said of anything.
    if (!isHttpError(error) || error.status < 400 || error.status >= 500 || error.status === 401)
      throw error;
    // GitHub quotes what it refuses
    return { kind: 'refused', effect, reason: maskFormattedSecrets(error.message) };
  }
}

async function perform(
  client: Client,
  where: RepositoryParameters,
  pull: Pull,
  effect: Exclude<Effect, Step<'record'>>,
): Promise<Failing> {
  const issue = { ...where, issue_number: pull.number };
  switch (effect.kind) {
    case 'write-check':
      await writeCheck(client, where, effect);
      return undefined;
    case 'create-comment':
      await client.write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...issue,
        body: effect.body,
      });
      return undefined;
    case 'edit-comment':
      await unlessGone(
        client.write(
          'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
          { ...where, comment_id: effect.comment, body: effect.body },
          { repeatable: true },
        ),
      );
      return undefined;
    case 'add-labels':
      await client.write(
        'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
        { ...issue, labels: effect.labels },
        { repeatable: true },
      );
      return undefined;
    case 'remove-label':
      await unlessGone(
        client.write(
          'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}',
          { ...issue, name: effect.label },
          { repeatable: true },
        ),
      );
      return undefined;
    case 'react':
      await unlessGone(
        client.write(
          'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
          { ...where, comment_id: effect.comment, content: effect.reaction },
          { repeatable: true },
        ),
      );
      return undefined;
    case 'suggest':
      await suggest(client, { ...where, pull_number: pull.number }, effect);
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
        { ...where, pull_number: pull.number, body: effect.body },
        { repeatable: true },
      );
      return undefined;
    case 'merge':
      return merge(client, { ...where, pull_number: pull.number }, effect);
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
      await client.write('POST /repos/{owner}/{repo}/deployments', {
        ...where,
        ref: effect.sha,
        environment: effect.environment,
        description: effect.description,
        payload: effect.payload,
        auto_merge: false,
        // the gates have passed; GitHub would ask for every other check of the commit too
        required_contexts: [],
        // GitHub makes the earlier deployments of any other environment inactive: those of other
        // connectors
        production_environment: true,
        transient_environment: false,
      });
      return undefined;
  }
}

/** Somebody deleted what it is about: then there is nothing to do. */
async function unlessGone(doing: Promise<unknown>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (!isHttpError(error) || (error.status !== 404 && error.status !== 410)) throw error;
  }
}

const outcomeOf = (outcome: CheckOutcome): ResponseObject =>
  outcome === 'pending' ? { status: 'in_progress' } : { status: 'completed', conclusion: outcome };

const annotationOf = ({
  path,
  startLine,
  endLine,
  columns,
  level,
  title,
  message,
}: Annotation): ResponseObject => ({
  path,
  start_line: startLine,
  end_line: endLine,
  ...(columns && { start_column: columns.start, end_column: columns.end }),
  annotation_level: level,
  title,
  message,
});

/**
 * All annotations but the last fifty first: until it has all of them the run has neither an outcome
 * nor the digest of what it shows.
 */
async function writeCheck(
  client: Client,
  where: RepositoryParameters,
  { run, sha: head, name, externalId, outcome, title, summary, batches }: Step<'write-check'>,
): Promise<void> {
  let id = run;
  const last = batches.at(-1) ?? [];
  for (const [index, batch] of [...batches.slice(0, -1), last].entries()) {
    const whole = index >= batches.length - 1;
    const output = {
      title,
      summary,
      ...(batch.length > 0 && { annotations: batch.map(annotationOf) }),
    };
    const said = whole
      ? { name, external_id: externalId, ...outcomeOf(outcome), output }
      : { name, external_id: '', status: 'in_progress', output };
    if (id === null) {
      const made = await client.write('POST /repos/{owner}/{repo}/check-runs', {
        ...where,
        head_sha: head,
        ...said,
      });
      id = typeof made.id === 'number' ? made.id : null;
      if (id === null) throw new Error('GitHub did not say which check run it made');
    } else {
      // Annotations are added each time it is said.
      await client.write(
        'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
        { ...where, check_run_id: id, ...said },
        { repeatable: batch.length === 0 },
      );
    }
  }
}

/**
 * One review with all of them; where GitHub refuses one of several, and with it the whole review,
 * each that it takes on its own.
 */
async function suggest(
  client: Client,
  at: RepositoryParameters & { pull_number: number },
  { sha: head, suggestions }: Step<'suggest'>,
): Promise<void> {
  const comments = suggestions.map(({ path, startLine, endLine, body }) => ({
    path,
    body,
    side: 'RIGHT',
    line: endLine,
    ...(startLine < endLine && { start_line: startLine, start_side: 'RIGHT' }),
  }));
  const post = (some: typeof comments): Promise<ResponseObject> =>
    client.write('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...at,
      commit_id: head,
      event: 'COMMENT',
      comments: some,
    });
  try {
    await post(comments);
  } catch (error) {
    if (!isHttpError(error) || error.status !== 422) throw error;
    for (const comment of comments.length > 1 ? comments : []) {
      try {
        await post([comment]);
      } catch (refusal) {
        if (!isHttpError(refusal) || refusal.status !== 422) throw refusal;
      }
    }
  }
}

/** A branch that has moved on from the head that was reviewed is left alone. */
async function commitFixes(client: Client, effect: Step<'commit-files'>): Promise<Failing> {
  const committed = await commitFiles(client, effect);
  if ('done' in committed) return undefined;
  return committed.moved
    ? { kind: 'moved' }
    : { kind: 'refused', effect, reason: committed.reason };
}

async function merge(
  client: Client,
  at: RepositoryParameters & { pull_number: number },
  effect: Step<'merge'>,
): Promise<Failing> {
  try {
    await client.write('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...at,
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

async function enqueue(client: Client, effect: Step<'enqueue'>): Promise<Failing> {
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
