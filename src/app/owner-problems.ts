import type { Client } from '../github/client.ts';
import type { TreeEntry } from '../github/git-trees.ts';
import { findAccount } from '../github/read-accounts.ts';
import type { CodeownersError } from '../github/read-setup.ts';
import { definitionName } from '../connector/connector.ts';
import { lintCodeowners } from '../ownership/lint-codeowners.ts';
import { toPlainText } from '../report/text.ts';
import { safe } from '../shared/finding.ts';

/** Each account costs a request. */
const maxAccounts = 50;

/** What GitHub calls an owner that it asks for no review. */
export const unknownOwner = 'Unknown owner';

/**
 * What is wrong with the owners in a `CODEOWNERS` file, a sentence each with its line: lines without
 * effect, connectors without owners, accounts that are gone, and owners without access.
 * @param tree the files of the branch
 * @param classFolders the names of folders whose subfolders are connectors
 * @param errors what GitHub says about the file
 */
export async function ownerProblems(
  client: Client,
  text: string,
  tree: readonly TreeEntry[],
  classFolders: readonly string[],
  errors: readonly CodeownersError[],
): Promise<string[]> {
  const connectors = new Map(
    tree.flatMap(({ type, path }) => {
      const [folder = '', name, ...rest] = path.split('/');
      const isConnector =
        type === 'tree' && name !== undefined && rest.length === 0 && classFolders.includes(folder);
      return isConnector ? [[path, `${path}/${definitionName}`] as const] : [];
    }),
  );
  const files = tree.filter(({ type }) => type !== 'tree').map(({ path }) => path);
  const { findings } = lintCodeowners(text, files, connectors);
  return [
    ...(await unknownOwners(client, errors)),
    ...findings
      .filter(({ kind }) => kind !== 'skipped-line')
      .map(({ line, message }) => `Line ${line}: ${toPlainText(message)}`),
  ];
}

/** The owners whom GitHub asks for no review, and why not. */
async function unknownOwners(
  client: Client,
  errors: readonly CodeownersError[],
): Promise<string[]> {
  const lines = new Map<string, number>();
  for (const { kind, line, column, source } of errors) {
    const [owner] = /^[^\s#]+/.exec(source.slice(column - 1)) ?? [];
    if (kind === unknownOwner && owner !== undefined && !lines.has(owner)) lines.set(owner, line);
  }
  return Promise.all(
    Array.from([...lines].slice(0, maxAccounts), async ([owner, line]) => {
      const reason = await reasonOf(client, owner);
      return `Line ${line}: ${toPlainText(safe`${owner}`)} ${reason}`;
    }),
  );
}

async function reasonOf(client: Client, owner: string): Promise<string> {
  const [, login] = /^@([\w-]+)$/.exec(owner) ?? [];
  if (login === undefined)
    return owner.includes('/')
      ? 'is a team that does not exist, is secret, or has no write access.'
      : 'is an address that belongs to no account with write access.';
  const account = await findAccount(client, login);
  if (!account.ok) return 'has no write access, or no account.';
  return account.value
    ? 'has no write access, so GitHub does not request their review. Gatehouse counts it.'
    : 'is not an account any more. Someone else could register the name and would own it.';
}
