import { isHttpError, rejectionText, retryAfterSeconds, type Client } from './client.ts';
import { resolveAccounts } from './permissions.ts';
import { createTokenClient } from './token-client.ts';
import { PullRequestNotFound } from './read-pull-request.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { isSameName, recipientOf } from '../cla/recipient.ts';
import {
  toCsv,
  parseSignatures,
  keepsVersions,
  missingFrom,
  type ParsedSignatures,
  type ImportedSignature,
} from '../cla/signature-csv.ts';
import type { ClaVersion, Recipient, Signature } from '../review/model/snapshot.ts';

/** What somebody says of signatures that a file or the database does not say. */
export interface ImportOptions {
  /** Whom they were given to. */
  recipient?: Recipient;
  version?: string;
  name?: string;
  url?: string;
  digest?: string;
}

/**
 * Signatures from a file: one of Gatehouse's own, contributor-assistant's or cla-assistant's.
 * @param given what the file does not say; an owner who is named is the only one whose signatures
 * are taken
 * @param client asked for the numbers of accounts that the file has by login alone
 * @param alone whether to refuse a file if nobody says whom a signature in it was given to
 * @returns also what was refused, each with its reason
 * @throws Problem where the version or the owner is missing, or the file is none of these
 *
 */
export async function resolveImport(
  text: string,
  given: ImportOptions,
  client: Client,
  alone: boolean,
): Promise<{ found: Signature[]; refused: string[] }> {
  const { recipient, version } = given;
  if (version === undefined && !keepsVersions(text))
    throw new UserError(
      '--agreement is missing: the version of the agreement that these people signed, as ' +
        'the settings call it.',
    );
  const { signatures, rejected } = parseImport(text);
  const nobodys = recipient ? undefined : signatures.find((one) => !recipientOf(one));
  if (alone && nobodys)
    throw new UserError(
      `The file does not say whom ${nobodys.login} gave the signature to ` +
        `(${nobodys.place}). Say it with --owner <owner>, or --repository <owner/name> for ` +
        'one repository alone.',
    );
  const taken: ImportedSignature[] = [];
  for (const one of signatures) {
    const to = recipientOf(one);
    if (recipient && to && !isSameName(to.owner, recipient.owner))
      rejected.push(
        `${one.place} (${one.login}) was given to ${to.owner}, and you take over those of ` +
          `${recipient.owner}. If that is a former name of theirs, change it in the file.`,
      );
    else
      taken.push({
        ...one,
        ...(!to && recipient && { recipient }),
        ...(one.cla && { cla: ofText(one.cla, given) }),
      });
  }
  const { found, unknown: open } = await resolveAccounts(
    client,
    taken,
    ofText({ version: version ?? '', digest: '' }, given),
  );
  return { found, refused: [...rejected, ...open] };
}

/** Adds what was not recorded of a text. One whose name was recorded is known as a whole. */
export const ofText = (
  recorded: ClaVersion,
  { name, url, digest = '' }: ImportOptions,
): ClaVersion =>
  recorded.name === undefined
    ? {
        ...recorded,
        ...(name !== undefined && { name }),
        ...(url !== undefined && { url }),
        digest: recorded.digest || digest,
      }
    : recorded;

function parseImport(text: string): ParsedSignatures {
  try {
    return parseSignatures(text);
  } catch (error) {
    throw new UserError(`The file is not understood. ${errorMessage(error)}`);
  }
}

/**
 * Another tool's signatures as the file that a branch keeps them in. Takes `GITHUB_TOKEN` for the
 * numbers of accounts; without it GitHub answers sixty times an hour.
 */
export const convertSignatures = (
  text: string,
  given: ImportOptions,
  { GITHUB_TOKEN: token = '', GITHUB_API_URL: api = 'https://api.github.com' }: NodeJS.ProcessEnv,
): Promise<{ csv: string; many: number; refused: string[] }> =>
  translateErrors(async () => {
    const { found, refused } = await resolveImport(
      text,
      given,
      createTokenClient(token, api),
      false,
    );
    const once = missingFrom([], found);
    return { csv: toCsv(once), many: once.length, refused };
  }, 'It was asked with GITHUB_TOKEN.');

/** What GitHub says no to is told in its words; what is wrong with Gatehouse is not caught. */
export async function translateErrors<T>(work: () => Promise<T>, hint: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PullRequestNotFound) throw new UserError(error.message);
    const seconds = retryAfterSeconds(error);
    if (seconds !== undefined)
      throw new UserError(
        `GitHub takes no more requests with this token for ${seconds} seconds. ` +
          'Run it again then: what is done is done.',
      );
    if (isHttpError(error) && error.status >= 500)
      throw new UserError(
        `GitHub did not answer: ${error.message}. Run it again: what is done is done.`,
      );
    if (isHttpError(error)) throw new UserError(`GitHub refused: ${rejectionText(error)}. ${hint}`);
    throw error;
  }
}
