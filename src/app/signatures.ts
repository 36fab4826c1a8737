import { isSameName, recipientOf } from '../cla/recipient.ts';
import { toCsv } from '../cla/signature-csv.ts';
import { completeVersion, resolveImport, type ImportOptions } from '../github/import-signatures.ts';
import { installationsOf } from '../github/list-pull-requests.ts';
import type { Recipient } from '../review/model/snapshot.ts';
import { UserError } from '../shared/user-error.ts';
import { Clients } from './clients.ts';
import { readEnvironment } from './env.ts';
import { withStore } from './open-store.ts';
import { withApp } from './with-app.ts';

/**
 * Exports the CLA signatures as CSV.
 * @param owner limits them to those given to this owner
 */
export const exportFromStore = (
  owner: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<string> =>
  withStore(readEnvironment(env), async (store) => {
    const signatures = await store.signatures();
    return toCsv(
      owner === undefined
        ? signatures
        : signatures.filter((signature) => isSameName(recipientOf(signature)?.owner ?? '', owner)),
    );
  });

/**
 * Sets the recipient of signatures.
 * @param from the login of their recipient so far; '' for signatures without one
 * @param options fields of the CLA that were not recorded; a version limits the change to it
 * @returns how many signatures it changed
 */
export const assignSignatures = (
  from: string,
  recipient: Recipient,
  options: ImportOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> =>
  withStore(readEnvironment(env), (store) =>
    store.assignSignatures(from, (signature) => {
      if (options.version !== undefined && options.version !== signature.cla.version)
        return signature;
      // An owner that was renamed still has the same repositories.
      const { repository } = recipientOf(signature) ?? {};
      return {
        ...signature,
        recipient: { ...(repository !== undefined && { repository }), ...recipient },
        cla: completeVersion(signature.cla, options),
      };
    }),
  );

/**
 * Imports signatures from the file of another tool, or of a branch (docs/action.md).
 * @param text the content of the file
 * @param options what the file does not contain
 * @returns how many were new, how many were stored already, and the reasons for which others were
 * refused
 */
export const importIntoStore = (
  text: string,
  options: ImportOptions,
  env: NodeJS.ProcessEnv,
): Promise<{ added: number; existing: number; refused: string[] }> =>
  withApp(env, async ({ app, store }) => {
    const clients = new Clients(app);
    // An App may read accounts only as one of its installations.
    let installation: number | undefined;
    for await (const page of installationsOf(await clients.forApp()))
      if (page.ok) installation ??= page.value[0];
    if (installation === undefined)
      throw new UserError(
        'The App is not installed anywhere yet, so it cannot look up the ids of accounts. ' +
          'Install it first.',
      );
    const client = await clients.forInstallation(installation);
    const { signatures, rejected } = await resolveImport(text, options, client, true);
    const added = await store.addSignatures(signatures);
    return { added, existing: signatures.length - added, refused: rejected };
  });
