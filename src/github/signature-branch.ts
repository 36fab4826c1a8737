import { ok, unavailable } from '../review/model/result.ts';
import { recipientOf } from '../cla/recipient.ts';
import { missingFrom, fromCsv, appendToCsv } from '../cla/signature-csv.ts';
import type { Result, RepositoryName, Signature } from '../review/model/snapshot.ts';
import { inertLine } from '../review/render/squash-message.ts';
import { notShown, type Client } from './client.ts';
import { commitFiles } from './commits.ts';
import { data, inner, sha, text, orUnreadable } from './parse-response.ts';
import { blobOf } from './git-trees.ts';

/** A branch of a repository that signatures are kept in. */
export interface SignatureBranch {
  repository: RepositoryName;
  branch: string;
}

/**
 * The file in the branch: as `gatehouse signatures export` writes it. A row that names no owner
 * belongs to the repository that keeps it.
 */
const path = 'signatures.csv';
/** Bytes: of about 100,000 people. */
const mostBytes = 10 * 1024 * 1024;
/** So often others may be quicker. */
const attempts = 10;

interface BranchContent {
  signatures: readonly Signature[];
  /** The file; '' where there is none. */
  written: string;
  /** The branch's last commit; null where there is no branch. */
  tip: string | null;
}

/**
 * The signatures that are kept, none where there is no branch yet. Unknown where the file is
 * damaged: then it says what and where.
 */
export async function readSignatureBranch(
  client: Client,
  keeper: SignatureBranch,
): Promise<Result<readonly Signature[]>> {
  const kept = await read(client, keeper);
  return kept.ok ? ok(kept.value.signatures) : kept;
}

/**
 * Keeps signatures that are not kept yet, in one commit. Where others write at the same time it
 * looks again at what they wrote: nothing of theirs is lost, and nobody is there twice. Unknown
 * where they could not be kept.
 * @returns those that are new
 *
 */
export async function appendSignatures(
  client: Client,
  keeper: SignatureBranch,
  given: readonly Signature[],
): Promise<Result<readonly Signature[]>> {
  let before: { tip: string | null; reason: string } | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const kept = await read(client, keeper);
    if (!kept.ok) return kept;
    const { signatures, written, tip } = kept.value;
    const fresh = missingFrom(signatures, given);
    if (fresh.length === 0) return ok([]);
    // GitHub says no with the same number to what comes too late and to what a rule of the branch
    // forbids.
    if (before?.tip === tip && !/fast forward|already exists/i.test(before.reason))
      return unavailable(`the branch ${keeper.branch} takes no commit: ${before.reason}`);
    const message = fresh
      .map(({ account, cla }) => `${account.login} agrees to version ${inertLine(cla.version)}`)
      .join('\n');
    const committed = await commitFiles(client, {
      ...keeper,
      head: tip,
      message,
      files: [{ path, text: appendToCsv(written, fresh) }],
    });
    if ('done' in committed) return ok(fresh);
    if (!committed.moved) return unavailable(committed.reason);
    before = { tip, reason: committed.reason };
  }
  return unavailable(`others wrote to the branch ${keeper.branch} each of ${attempts} times`);
}

const read = (client: Client, keeper: SignatureBranch): Promise<Result<BranchContent>> =>
  orUnreadable(() => keptIn(client, keeper));

async function keptIn(
  client: Client,
  { repository, branch }: SignatureBranch,
): Promise<Result<BranchContent>> {
  const where = { owner: repository.owner, repo: repository.repo };
  const ref = await client.get('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...where,
    ref: `heads/${branch}`,
  });
  if (!ref.ok)
    return ref.reason === notShown ? ok({ signatures: [], written: '', tip: null }) : ref;
  const tip = sha(inner(data(ref.value, 'a branch'), 'object'), 'sha');
  const file = await client.get(
    'GET /repos/{owner}/{repo}/contents/{path}',
    { ...where, path, ref: tip },
    { media: 'object', immutable: true },
  );
  if (!file.ok) return file.reason === notShown ? ok({ signatures: [], written: '', tip }) : file;
  const from = data(file.value, path);
  const named = `${path} in the branch ${branch}`;
  if (from.type !== 'file') return unavailable(`${named} is no file.`);
  if (typeof from.size !== 'number' || from.size > mostBytes)
    return unavailable(`${named} has more than ${mostBytes} bytes, and no more are read.`);
  // Up to 1 MB the bytes are there too.
  const bytes =
    from.encoding === 'base64'
      ? ok(text(from, 'content'))
      : await blobOf(client, repository, sha(from, 'sha'));
  if (!bytes.ok) return bytes;
  const written = decode(Buffer.from(bytes.value, 'base64'));
  const signed = written === undefined ? { mistake: 'It is no UTF-8.' } : fromCsv(written);
  const here = { owner: repository.owner, repository: repository.repo };
  return 'mistake' in signed
    ? unavailable(
        `${named} is damaged. ${signed.mistake} Mend it there; ` +
          'nothing is written to it until then.',
      )
    : ok({
        signatures: signed.signatures.map((one) =>
          recipientOf(one) ? one : { ...one, recipient: here },
        ),
        written: written ?? '',
        tip,
      });
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
