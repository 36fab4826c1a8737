import { recipientOf } from '../cla/recipient.ts';
import { appendToCsv, fromCsv, missingFrom } from '../cla/signature-csv.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type { RepositoryName, Result, Signature } from '../review/model/snapshot.ts';
import { inertLine } from '../review/render/squash-message.ts';
import type { Client } from './client.ts';
import { commitFiles } from './commits.ts';
import { readBlob } from './git-trees.ts';
import { notShown } from './http-error.ts';
import { objectAt, orUnreadable, shaAt, stringAt, toObject } from './parse-response.ts';

/** A branch that stores CLA signatures. */
export interface SignatureBranch {
  repository: RepositoryName;
  branch: string;
}

/**
 * The file in the branch, in the format of `gatehouse signatures export`. A row without an owner
 * belongs to the repository of the branch.
 */
const path = 'signatures.csv';
/** About 100,000 signatures. */
const maxBytes = 10 * 1024 * 1024;
/** How often to try again if other writers were faster. */
const maxAttempts = 10;

interface BranchContent {
  signatures: readonly Signature[];
  /** The text of the file; empty if there is no file. */
  csv: string;
  /** The last commit of the branch; null if there is no branch. */
  tip: string | null;
}

/** The stored signatures: none if there is no branch. Unavailable if the file is damaged. */
export async function readSignatureBranch(
  client: Client,
  branch: SignatureBranch,
): Promise<Result<readonly Signature[]>> {
  const content = await readContent(client, branch);
  return content.ok ? ok(content.value.signatures) : content;
}

/**
 * Adds the signatures that are not stored yet, in one commit. If someone else writes at the same
 * time, it reads the branch again: no signature is lost or added twice.
 * @returns The signatures that were added. Unavailable if they could not be stored.
 */
export async function appendSignatures(
  client: Client,
  target: SignatureBranch,
  signatures: readonly Signature[],
): Promise<Result<readonly Signature[]>> {
  let rejection: { tip: string | null; reason: string } | undefined;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const content = await readContent(client, target);
    if (!content.ok) return content;
    const { csv, tip } = content.value;
    const added = missingFrom(content.value.signatures, signatures);
    if (added.length === 0) return ok([]);
    // GitHub uses the same status for a concurrent commit and for a violated branch rule. If the
    // branch has not changed since the last attempt, it is a rule.
    if (rejection?.tip === tip && !/fast forward|already exists/i.test(rejection.reason))
      return unavailable(`the branch ${target.branch} takes no commit: ${rejection.reason}`);
    const message = added
      .map(({ account, cla }) => `${account.login} agrees to version ${inertLine(cla.version)}`)
      .join('\n');
    const commit = await commitFiles(client, {
      ...target,
      head: tip,
      message,
      files: [{ path, text: appendToCsv(csv, added) }],
    });
    if ('done' in commit) return ok(added);
    if (!commit.moved) return unavailable(commit.reason);
    rejection = { tip, reason: commit.reason };
  }
  return unavailable(
    `others wrote to the branch ${target.branch} during each of ${maxAttempts} attempts`,
  );
}

const readContent = (
  client: Client,
  { repository, branch }: SignatureBranch,
): Promise<Result<BranchContent>> =>
  orUnreadable(async (): Promise<Result<BranchContent>> => {
    const ref = await client.get('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...repository,
      ref: `heads/${branch}`,
    });
    if (!ref.ok) return ref.reason === notShown ? ok({ signatures: [], csv: '', tip: null }) : ref;
    const tip = shaAt(objectAt(toObject(ref.value, 'a branch'), 'object'), 'sha');
    const file = await client.get(
      'GET /repos/{owner}/{repo}/contents/{path}',
      { ...repository, path, ref: tip },
      { media: 'object', immutable: true },
    );
    if (!file.ok) return file.reason === notShown ? ok({ signatures: [], csv: '', tip }) : file;
    const from = toObject(file.value, path);
    const place = `${path} in the branch ${branch}`;
    if (from.type !== 'file') return unavailable(`${place} is not a file.`);
    if (typeof from.size !== 'number' || from.size > maxBytes)
      return unavailable(`${place} has more than ${maxBytes} bytes, and Gatehouse reads no more.`);
    // The response has the bytes of files up to 1 MB.
    const bytes =
      from.encoding === 'base64'
        ? ok(stringAt(from, 'content'))
        : await readBlob(client, repository, shaAt(from, 'sha'));
    if (!bytes.ok) return bytes;
    const csv = decodeUtf8(Buffer.from(bytes.value, 'base64'));
    const parsed = csv === undefined ? { mistake: 'It is not UTF-8.' } : fromCsv(csv);
    if ('mistake' in parsed)
      return unavailable(
        `${place} is damaged. ${parsed.mistake} Fix it there; ` +
          'Gatehouse does not write to it until then.',
      );
    const recipient = { owner: repository.owner, repository: repository.repo };
    return ok({
      signatures: parsed.signatures.map((signature) =>
        recipientOf(signature) ? signature : { ...signature, recipient },
      ),
      csv: csv ?? '',
      tip,
    });
  });

/** Undefined if the bytes are not UTF-8. */
function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
