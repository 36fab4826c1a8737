import type { Account, RepositoryName } from '../review/model/snapshot.ts';
import { commentLimit, type Client } from './client.ts';
import { isHttpError, rejectionText } from './http-error.ts';
import { isObject } from './parse-response.ts';

/** A comment that is written once. */
export interface NoticeComment {
  pull: number;
  /** Identifies it among our comments: letters, digits and hyphens. */
  id: string;
  body: string;
}

/** No right to comment, no pull request, or one that is locked. */
const finalStatuses: ReadonlySet<number> = new Set([403, 404, 410, 422]);

/**
 * Writes a comment, unless it is there already: who was stopped after writing it comes back. People
 * can write its marker, too, so that only our own comments count.
 * @param mayWrite is asked just before it writes
 * @returns why there is no comment, if GitHub rejects it for good; undefined if there is one
 * @throws what Octokit throws if GitHub fails or limits the rate
 */
export async function createNoticeComment(
  client: Client,
  repository: RepositoryName,
  { pull, id, body }: NoticeComment,
  bot: Account,
  mayWrite: () => Promise<void>,
): Promise<string | undefined> {
  const marker = `<!-- gatehouse:notice:${id} -->`;
  const comments = await client.listNewest(
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    { ...repository, issue_number: pull },
    commentLimit,
  );
  if (!comments.ok) return comments.reason;
  const isThere = comments.value.items.some(
    (comment) =>
      isObject(comment) &&
      isObject(comment.user) &&
      comment.user.id === bot.id &&
      typeof comment.body === 'string' &&
      comment.body.trimEnd().endsWith(marker),
  );
  if (isThere) return undefined;
  await mayWrite();
  try {
    await client.write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...repository,
      issue_number: pull,
      body: `${body}\n\n${marker}`,
    });
    return undefined;
  } catch (error) {
    if (isHttpError(error) && finalStatuses.has(error.status)) return rejectionText(error);
    throw error;
  }
}
