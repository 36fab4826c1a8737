import { isPerson } from '../review/model/account.ts';
import { ok } from '../review/model/result.ts';
import type { Account, RepositoryName, Result } from '../review/model/snapshot.ts';
import type { Client, ListLimit } from './client.ts';
import { orUnreadable, parseValid, toAccount, toObject } from './parse-response.ts';

/** Enough for nearly all folders. */
const historyLimit: ListLimit = { pages: 1, bytes: 8 * 1024 * 1024 };

/**
 * Who added a folder: the author of the oldest commit that changed it, as a squash of a pull request
 * has the pull request's author. Empty if that commit names no account, or if there are more commits
 * than Gatehouse reads.
 * @param commit whose history to read
 */
export const readPublishers = (
  client: Client,
  repository: RepositoryName,
  commit: string,
  folder: string,
): Promise<Result<readonly Account[]>> =>
  orUnreadable(async () => {
    const history = await client.listFirst(
      'GET /repos/{owner}/{repo}/commits',
      { ...repository, sha: commit, path: folder },
      historyLimit,
    );
    if (!history.ok) return history;
    const { items, exceeded } = history.value;
    if (exceeded !== undefined) return ok([]);
    const oldest = items.slice(-1).map((item) => toObject(item, 'a commit').author);
    return ok(parseValid(oldest, (author) => toAccount(author, 'an author')).filter(isPerson));
  });
