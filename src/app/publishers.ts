import { parseVerifications, verificationsToCsv } from '../cla/verification-csv.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { readEnvironment } from './env.ts';
import { withStore } from './open-store.ts';

/**
 * Exports the confirmed identities of publishers as CSV.
 * @param owner limits them to those for this owner of repositories
 */
export const exportPublishers = (
  owner: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> =>
  withStore(readEnvironment(env), async (store) => {
    const filter = owner === undefined ? undefined : { owner };
    return verificationsToCsv(await store.verifications(filter));
  });

/**
 * Imports confirmed identities from CSV.
 * @returns how many were new, how many were known, and the reasons for which others were refused
 * @throws UserError if the file has another format
 */
export function importPublishers(
  text: string,
  env: NodeJS.ProcessEnv,
): Promise<{ added: number; existing: number; refused: string[] }> {
  const { verifications, rejected } = parseFile(text);
  return withStore(readEnvironment(env), async (store) => {
    const added = await store.addVerifications(verifications);
    return { added, existing: verifications.length - added, refused: rejected };
  });
}

function parseFile(text: string): ReturnType<typeof parseVerifications> {
  try {
    return parseVerifications(text);
  } catch (error) {
    throw new UserError(`The file is not understood. ${errorMessage(error)}`);
  }
}
