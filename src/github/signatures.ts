import { known, unknown } from '../review/known.ts';
import { recipientOf } from '../review/recipient.ts';
import { notYetIn, readSignatures, withSignatures } from '../review/signatures.ts';
import type { Known, RepositoryName, Signature } from '../review/snapshot.ts';
import { inertLine } from '../review/squash-message.ts';
import { notShown, type Client } from './client.ts';
import { commitFiles } from './commits.ts';
import { data, inner, sha, text, unlessUnexpected } from './data.ts';
import { blobOf } from './folders.ts';

/** A branch of a repository that signatures are kept in. */
export interface Keeper {
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

interface Kept {
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
export async function keptSignatures(
  client: Client,
  keeper: Keeper,
): Promise<Known<readonly Signature[]>> {
  const kept = await read(client, keeper);
  return kept.known ? known(kept.value.signatures) : kept;
}

/**
 * Keeps signatures that are not kept yet, in one commit. Where others write at the same time it
 * looks again at what they wrote: nothing of theirs is lost, and nobody is there twice. Unknown
 * where they could not be kept.
 * @returns those that are new
 *
 */
export async function keepSignatures(
  client: Client,
  keeper: Keeper,
  given: readonly Signature[],
): Promise<Known<readonly Signature[]>> {
  let before: { tip: string | null; because: string } | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const kept = await read(client, keeper);
    if (!kept.known) return kept;
    const { signatures, written, tip } = kept.value;
    const fresh = notYetIn(signatures, given);
    if (fresh.length === 0) return known([]);
    // GitHub says no with the same number to what comes too late and to what a rule of the branch
    // forbids.
    if (before?.tip === tip && !/fast forward|already exists/i.test(before.because))
      return unknown(`the branch ${keeper.branch} takes no commit: ${before.because}`);
    const message = fresh
      .map(
        ({ account, agreement }) =>
          `${account.login} agrees to version ${inertLine(agreement.version)}`,
      )
      .join('\n');
    const committed = await commitFiles(client, {
      ...keeper,
      head: tip,
      message,
      files: [{ path, text: withSignatures(written, fresh) }],
    });
    if ('done' in committed) return known(fresh);
    if (!committed.moved) return unknown(committed.because);
    before = { tip, because: committed.because };
  }
  return unknown(`others wrote to the branch ${keeper.branch} each of ${attempts} times`);
}

const read = (client: Client, keeper: Keeper): Promise<Known<Kept>> =>
  unlessUnexpected(() => keptIn(client, keeper));

async function keptIn(client: Client, { repository, branch }: Keeper): Promise<Known<Kept>> {
  const where = { owner: repository.owner, repo: repository.name };
  const ref = await client.get('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...where,
    ref: `heads/${branch}`,
  });
  if (!ref.known)
    return ref.because === notShown ? known({ signatures: [], written: '', tip: null }) : ref;
  const tip = sha(inner(data(ref.value, 'a branch'), 'object'), 'sha');
  const file = await client.get(
    'GET /repos/{owner}/{repo}/contents/{path}',
    { ...where, path, ref: tip },
    { media: 'object', immutable: true },
  );
  if (!file.known)
    return file.because === notShown ? known({ signatures: [], written: '', tip }) : file;
  const from = data(file.value, path);
  const named = `${path} in the branch ${branch}`;
  if (from.type !== 'file') return unknown(`${named} is no file.`);
  if (typeof from.size !== 'number' || from.size > mostBytes)
    return unknown(`${named} has more than ${mostBytes} bytes, and no more are read.`);
  // Up to 1 MB the bytes are there too.
  const bytes =
    from.encoding === 'base64'
      ? known(text(from, 'content'))
      : await blobOf(client, repository, sha(from, 'sha'));
  if (!bytes.known) return bytes;
  const written = decode(Buffer.from(bytes.value, 'base64'));
  const signed = written === undefined ? { mistake: 'It is no UTF-8.' } : readSignatures(written);
  const here = { owner: repository.owner, repository: repository.name };
  return 'mistake' in signed
    ? unknown(
        `${named} is damaged. ${signed.mistake} Mend it there; ` +
          'nothing is written to it until then.',
      )
    : known({
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
