import type { ImportedSignature } from '../cla/signature-csv.ts';
import { isPerson } from '../review/model/account.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type { Account, ClaVersion, Result, Signature } from '../review/model/snapshot.ts';
import type { Client } from './client.ts';
import { notShown } from './http-error.ts';
import { orUnreadable, stringAt, stringAtOr, toAccount, toObject } from './parse-response.ts';

/** The account that has a login now. */
async function readAccount(client: Client, login: string): Promise<Result<Account>> {
  const response = await client.get('GET /users/{username}', { username: login });
  return response.ok ? orUnreadable(async () => ok(toAccount(response.value, login))) : response;
}

/** The account that has a login now; null if there is none. */
export async function findAccount(client: Client, login: string): Promise<Result<Account | null>> {
  const response = await client.get('GET /users/{username}', { username: login });
  if (!response.ok) return response.reason === notShown ? ok(null) : response;
  return orUnreadable(async () => ok(toAccount(response.value, login)));
}

/** The account that a token writes as. A workflow's token may ask GraphQL only, not the REST API. */
export const accountOfToken = (client: Client): Promise<Result<Account>> =>
  orUnreadable(async () => {
    const response = await client.query('query { viewer { login } }', {});
    return response.ok
      ? readAccount(client, stringAt(toObject(response.value.viewer, 'viewer'), 'login'))
      : response;
  });

/** The account that the App writes as. `slug` is the App's name in URLs. */
export async function botAccountOf(client: Client, slug: string): Promise<Account> {
  const account = await readAccount(client, `${slug}[bot]`);
  if (!account.ok)
    throw new Error(`GitHub does not return the App's own account: ${account.reason}`);
  return account.value;
}

/**
 * The account that had a login at the time of the signature. Unavailable if the account is newer:
 * GitHub gives abandoned logins to other people.
 */
async function readSigner(
  client: Client,
  { login, signedAt }: ImportedSignature,
): Promise<Result<Pick<Account, 'id' | 'login'>>> {
  const response = await client.get('GET /users/{username}', { username: login });
  if (!response.ok) return response;
  const account = toAccount(response.value, login);
  const createdAt = stringAtOr(toObject(response.value, login), 'created_at', undefined);
  if (!isPerson(account)) return unavailable('the account is not a person');
  return createdAt !== undefined && Date.parse(createdAt) > Date.parse(signedAt)
    ? unavailable(
        `the account with that name was created on ${createdAt.slice(0, 10)}, after the ` +
          'signature: it belongs to someone else',
      )
    : ok(account);
}

/**
 * Adds the account ids to imported signatures. Asks GitHub for those that the file has only the
 * login of.
 * @param defaultVersion The version of the CLA for signatures whose file does not name one.
 * @returns The signatures, and a line with the reason for each one whose account is unavailable.
 */
export async function resolveAccounts(
  client: Client,
  imported: readonly ImportedSignature[],
  defaultVersion: ClaVersion,
): Promise<{ signatures: Signature[]; rejected: string[] }> {
  const signatures: Signature[] = [];
  const rejected: string[] = [];
  for (const row of imported) {
    const { login, id, cla = defaultVersion, place: _place, ...signature } = row;
    const account = id === undefined ? await readSigner(client, row) : ok({ id, login });
    if (account.ok)
      signatures.push({
        ...signature,
        account: { id: account.value.id, login: account.value.login },
        cla,
      });
    else {
      const { source, signedAt } = signature;
      rejected.push(`${login} (${'where' in source ? source.where : signedAt}): ${account.reason}`);
    }
  }
  return { signatures, rejected };
}
