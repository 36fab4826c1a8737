import { mayHaveCommand } from '../review/commands/parse-commands.ts';
import { isPerson } from '../review/model/account.ts';
import { ok } from '../review/model/result.ts';
import type {
  Account,
  Comment,
  Reaction,
  Result,
  RepositoryName,
} from '../review/model/snapshot.ts';
import { isAnswered } from '../review/plan.ts';
import { commentLimit, type Client } from './client.ts';
import {
  integerAt,
  isObject,
  stringAtOr,
  timeAt,
  toAuthor,
  toObject,
  type ResponseObject,
} from './parse-response.ts';
import { insidersAmong, limitAuthors } from './prioritize-authors.ts';
import type { PullResponse } from './request-pull.ts';

/** Each author's permission, and the reactions of each comment, cost a request. */
const maxLookups = { commenters: 30, reactions: 30 };

/** The reactions that Gatehouse uses. */
const ourReactions: readonly Reaction[] = ['+1', '-1', 'confused', 'eyes', 'rocket'];

/** The comments on a pull request. */
export interface Conversation {
  /**
   * Oldest first, without their reactions: the newest comments without a gap, and before them our
   * own comments from the first page.
   */
  comments: readonly Comment[];
  /** How many other comments were not read. */
  unread: number;
  /**
   * The ids of people's comments that may have a command. This is only a quick test; the review
   * parses the commands, with a time limit.
   */
  commands: ReadonlySet<number>;
  /** The ids of comments that have reactions of the kinds that we use, by anyone. */
  withReactions: ReadonlySet<number>;
  /** The ids of authors who belong to the repository. */
  insiders: ReadonlySet<number>;
}

export async function readComments(
  client: Client,
  repository: RepositoryName,
  pull: ResponseObject<PullResponse>,
  bot: Account,
): Promise<Result<Conversation>> {
  // No comments, no request. `applyEffects` reads the count again before it writes.
  if (pull.comments === 0)
    return ok({
      comments: [],
      unread: 0,
      commands: new Set(),
      withReactions: new Set(),
      insiders: new Set(),
    });
  const list = await client.listNewest(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...repository, issue_number: integerAt(pull, 'number') },
    commentLimit,
  );
  if (!list.ok) return list;
  const { items, oldest, isIncomplete } = list.value;
  // Whether the oldest comments were answered is unknown if the answers were not read. So only our
  // own are of use.
  const ourOldest = oldest.filter(
    (item) => isObject(item) && isObject(item.user) && item.user.id === bot.id,
  );
  const responses = [...ourOldest, ...items].map((item) => toObject(item, 'a comment'));
  const unique = [...new Map(responses.map((from) => [integerAt(from, 'id'), from])).values()];
  const comments = unique.map((from): Comment => ({
    id: integerAt(from, 'id'),
    ...(typeof from.node_id === 'string' && { nodeId: from.node_id }),
    author: toAuthor(from.user),
    createdAt: timeAt(from, 'created_at'),
    updatedAt: timeAt(from, 'updated_at'),
    body: stringAtOr(from, 'body', ''),
    reactions: [],
  }));
  const total = typeof pull.comments === 'number' ? pull.comments : 0;
  return ok({
    comments: comments.sort((a, b) => a.id - b.id),
    unread: isIncomplete ? Math.max(1, total - comments.length) : 0,
    commands: new Set(
      comments
        .filter(({ author, body }) => isPerson(author) && mayHaveCommand(body))
        .map(({ id }) => id),
    ),
    withReactions: new Set(
      unique
        .filter(({ reactions }) => {
          if (!isObject(reactions)) return false;
          return ourReactions.some(
            (name) => reactions[name] !== 0 && reactions[name] !== undefined,
          );
        })
        .map((from) => integerAt(from, 'id')),
    ),
    insiders: insidersAmong(unique),
  });
}

/**
 * Adds our reactions to comments, for entry points without a store: the reactions record which
 * commands were processed. A reply of ours means that a reaction came before it. Only the newest
 * commands are looked up. Older ones count as processed, so that an old comment cannot give consent
 * again.
 */
export async function addReactions(
  client: Client,
  repository: RepositoryName,
  { comments, commands, withReactions }: Conversation,
  bot: Account,
): Promise<Comment[]> {
  const replied = isAnswered({ comments: ok(comments), bot });
  const candidates = comments
    .filter(({ id }) => withReactions.has(id) && commands.has(id) && !replied.has(id))
    .map(({ id }) => id);
  const newest = await Promise.all(
    candidates
      .slice(-maxLookups.reactions)
      .map(async (id) => [id, await readOurReactions(client, repository, id, bot)] as const),
  );
  const reactions = new Map<number, readonly Reaction[]>([
    ...candidates
      .slice(0, -maxLookups.reactions)
      .map((id): [number, readonly Reaction[]] => [id, ['+1']]),
    ...newest,
  ]);
  return comments.map((comment) => ({
    ...comment,
    // A reaction comes before a reply.
    reactions: reactions.get(comment.id) ?? (replied.has(comment.id) ? ourReactions : []),
  }));
}

/**
 * Our reactions to a comment. We react soon after the comment; if we are not among the first 100
 * reactions, the comment counts as processed.
 */
async function readOurReactions(
  client: Client,
  repository: RepositoryName,
  comment: number,
  bot: Account,
): Promise<readonly Reaction[]> {
  const list = await client.listFirst(
    'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
    { ...repository, comment_id: comment },
    { pages: 1, bytes: commentLimit.bytes },
  );
  if (!list.ok) return [];
  const { items, exceeded } = list.value;
  const ours = new Set(
    items.flatMap((item) =>
      isObject(item) && isObject(item.user) && item.user.id === bot.id ? [item.content] : [],
    ),
  );
  return ours.size === 0 && exceeded !== undefined
    ? ['+1']
    : ourReactions.filter((reaction) => ours.has(reaction));
}

/**
 * The comments that may have an unanswered command, of at most 30 authors: insiders first, then by
 * the newest comment.
 * @param answered The ids of comments with answered commands.
 */
export function unansweredCommands(
  conversation: Result<Conversation>,
  answered: readonly number[],
): Result<readonly Comment[]> {
  if (!conversation.ok) return conversation;
  const { comments, commands, insiders } = conversation.value;
  const answeredIds = new Set(answered);
  const unanswered = comments.filter(({ id }) => commands.has(id) && !answeredIds.has(id));
  return ok(limitAuthors(unanswered.toReversed(), insiders, maxLookups.commenters));
}
