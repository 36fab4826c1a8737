import { definitionName } from '../connector/connector.ts';
import { codeownersOf } from '../ownership/codeowners.ts';
import { loginsIn } from '../review/commands/share.ts';
import { ownersBranchPrefix } from '../review/facts/owners-branch.ts';
import { ok } from '../review/model/result.ts';
import type {
  Account,
  Comment,
  OwnersProposal,
  RepositoryName,
  Result,
  Sharing,
} from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { findAccount } from './read-accounts.ts';
import { integerAt, isObject, orUnreadable, stringAt, toList, toObject } from './parse-response.ts';

/** Each account and each proposal costs a request. */
const maxLookups = { accounts: 20, proposals: 5 };

interface SharingQuery {
  repository: RepositoryName;
  /** The account that Gatehouse writes as. */
  bot: Account;
  /** The path of the connector's folder. */
  folder: string;
  /** Comments that may have `/share`. */
  comments: readonly Comment[];
  /** The path of `CODEOWNERS`, if there is one. */
  codeowners: string | undefined;
  /** The last commit of the base branch. */
  tip: string;
  isPublished: boolean;
}

/** Reads the accounts that comments name, and the pull requests that add owners already. */
export async function readSharing(client: Client, query: SharingQuery): Promise<Sharing> {
  const { comments, tip, isPublished } = query;
  const logins = [...new Set(comments.flatMap(({ body }) => loginsIn(body)))];
  const [accounts, proposals] = await Promise.all([
    Promise.all(
      logins
        .slice(0, maxLookups.accounts)
        .map(async (login) => [login, await findAccount(client, login)] as const),
    ),
    readProposals(client, query),
  ]);
  return { tip, isPublished, accounts: Object.fromEntries(accounts), proposals };
}

/** Our pull requests from branches that are named for the connector, the newest. */
const readProposals = (
  client: Client,
  { repository, bot, folder, codeowners }: SharingQuery,
): Promise<Result<readonly OwnersProposal[]>> =>
  orUnreadable(async () => {
    const prefix = ownersBranchPrefix(folder);
    const refs = await client.get('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
      ...repository,
      ref: `heads/${prefix}`,
    });
    if (!refs.ok) return refs;
    const branches = toList(refs.value, 'refs')
      .map((item) => stringAt(toObject(item, 'a ref'), 'ref').replace(/^refs\/heads\//, ''))
      .flatMap((branch) => {
        const comment = branch.startsWith(prefix) ? branch.slice(prefix.length) : '';
        return /^\d{1,15}$/.test(comment) ? [{ branch, comment: Number(comment) }] : [];
      })
      .sort((a, b) => b.comment - a.comment)
      .slice(0, maxLookups.proposals);
    const proposals: OwnersProposal[] = [];
    for (const { branch, comment } of branches) {
      const pulls = await client.get('GET /repos/{owner}/{repo}/pulls', {
        ...repository,
        state: 'all',
        head: `${repository.owner}:${branch}`,
        per_page: 10,
      });
      if (!pulls.ok) return pulls;
      const ours = toList(pulls.value, 'pull requests')
        .map((item) => toObject(item, 'a pull request'))
        .find(({ user }) => isObject(user) && user.id === bot.id);
      if (!ours) continue;
      const isOpen = ours.state === 'open';
      const owners =
        isOpen && codeowners !== undefined
          ? await readOwnersAt(client, repository, codeowners, branch, folder)
          : ok([]);
      if (!owners.ok) return owners;
      proposals.push({ number: integerAt(ours, 'number'), comment, isOpen, owners: owners.value });
    }
    return ok(proposals);
  });

/** The owners of a connector by `CODEOWNERS` of a branch. */
const readOwnersAt = (
  client: Client,
  repository: RepositoryName,
  path: string,
  branch: string,
  folder: string,
): Promise<Result<readonly string[]>> =>
  orUnreadable(async () => {
    const response = await client.get('GET /repos/{owner}/{repo}/contents/{path}', {
      ...repository,
      path,
      ref: `refs/heads/${branch}`,
    });
    if (!response.ok) return response;
    const text = Buffer.from(stringAt(toObject(response.value, path), 'content'), 'base64');
    return ok(codeownersOf(text.toString(), `${folder}/${definitionName}`));
  });
