import { isSameName, recipientOf } from '../cla/recipient.ts';
import {
  keepsVersions,
  missingFrom,
  parseSignatures,
  toCsv,
  type ImportedSignature,
  type ParsedSignatures,
} from '../cla/signature-csv.ts';
import type { ClaVersion, Recipient, Signature } from '../review/model/snapshot.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import type { Client } from './client.ts';
import { isHttpError, rejectionText, retryAfterSeconds } from './http-error.ts';
import { resolveAccounts } from './read-accounts.ts';
import { PullRequestNotFound } from './request-pull.ts';
import { createTokenClient } from './token-client.ts';

/** What the user says about signatures, for what a file or the database does not say. */
export interface ImportOptions {
  /** The owner or repository that the signatures were given to. */
  recipient?: Recipient;
  version?: string;
  name?: string;
  url?: string;
  digest?: string;
}

/**
 * Parses a file of signatures, of Gatehouse, contributor-assistant or cla-assistant, and resolves
 * its logins to account ids.
 * @param options If it has a recipient, signatures that were given to another owner are rejected.
 * @param needsRecipient Whether a signature without a recipient is an error.
 * @returns The signatures, and a line with the reason for each rejected one.
 * @throws UserError if the version or a needed recipient is missing, or the format is unknown
 */
export async function resolveImport(
  text: string,
  options: ImportOptions,
  client: Client,
  needsRecipient: boolean,
): Promise<{ signatures: Signature[]; rejected: string[] }> {
  const { recipient, version } = options;
  if (version === undefined && !keepsVersions(text))
    throw new UserError(
      '--agreement is missing: the version of the agreement that these people signed, as ' +
        'the settings call it.',
    );
  const parsed = parseImport(text);
  const withoutRecipient = recipient
    ? undefined
    : parsed.signatures.find((signature) => !recipientOf(signature));
  if (needsRecipient && withoutRecipient)
    throw new UserError(
      `The file does not say whom ${withoutRecipient.login} gave the signature to ` +
        `(${withoutRecipient.place}). Say it with --owner <owner>, or --repository <owner/name> ` +
        'for one repository alone.',
    );
  const accepted: ImportedSignature[] = [];
  const rejected = [...parsed.rejected];
  for (const signature of parsed.signatures) {
    const ownRecipient = recipientOf(signature);
    if (recipient && ownRecipient && !isSameName(ownRecipient.owner, recipient.owner))
      rejected.push(
        `${signature.place} (${signature.login}) was given to ${ownRecipient.owner}, and you ` +
          `import those of ${recipient.owner}. If that is a former name of theirs, change it in ` +
          'the file.',
      );
    else
      accepted.push({
        ...signature,
        ...(!ownRecipient && recipient && { recipient }),
        ...(signature.cla && { cla: completeVersion(signature.cla, options) }),
      });
  }
  const resolved = await resolveAccounts(
    client,
    accepted,
    completeVersion({ version: version ?? '', digest: '' }, options),
  );
  return {
    signatures: resolved.signatures,
    rejected: [...rejected, ...resolved.rejected],
  };
}

/** Adds what was not recorded about a CLA. If its name was recorded, everything was. */
export const completeVersion = (
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
 * Converts another tool's signatures to the CSV file of a signature branch. Resolves logins to
 * account ids through the API; without `GITHUB_TOKEN`, GitHub allows 60 requests an hour.
 */
export const convertSignatures = (
  text: string,
  options: ImportOptions,
  { GITHUB_TOKEN: token = '', GITHUB_API_URL: api = 'https://api.github.com' }: NodeJS.ProcessEnv,
): Promise<{ csv: string; many: number; refused: string[] }> =>
  translateErrors(async () => {
    const client = createTokenClient(token, api);
    const { signatures, rejected } = await resolveImport(text, options, client, false);
    const unique = missingFrom([], signatures);
    return { csv: toCsv(unique), many: unique.length, refused: rejected };
  }, 'It was asked with GITHUB_TOKEN.');

/**
 * Turns GitHub's errors into user errors. Errors of Gatehouse itself pass through.
 * @param hint Added to the message if GitHub rejects a request.
 */
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
