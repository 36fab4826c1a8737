import { carryOut } from './github/carry-out.ts';
import { isNo, reasonIn, waitFor, type Client } from './github/client.ts';
import { openOf } from './github/open.ts';
import { withNumbers } from './github/people.ts';
import { clientWith } from './github/plain.ts';
import { keepSignatures, keptSignatures, type Keeper } from './github/signatures.ts';
import { NoSuchPull, readForAgreement, whoWrites } from './github/snapshot.ts';
import { putStatus } from './github/status.ts';
import { Problem, said } from './problem.ts';
import { agreementCommands, answersIn, decideAgreement } from './review/agreement-only.ts';
import type { Effect } from './review/effects.ts';
import { known, unknown } from './review/known.ts';
import { learn } from './review/learn.ts';
import { plan } from './review/plan.ts';
import { isSameName, recipientOf } from './review/recipient.ts';
import {
  exportSignatures,
  importSignatures,
  keepsVersions,
  notYetIn,
  type Imported,
  type ImportedSignature,
} from './review/signatures.ts';
import type {
  Account,
  AgreementId,
  Known,
  Recipient,
  Signature,
  Snapshot,
} from './review/snapshot.ts';

/** What the agreement is looked after with, where there is no server: GitHub alone. */
interface Outside {
  client: Client;
  /** The account that the client writes as. */
  bot: Account;
  keeper: Keeper;
  version: string;
  /**
   * The pull requests that are open, those first that nothing has happened to for longest: where
   * the requests of an hour do not last for all, the next run begins with the rest.
   */
  open(): Promise<{ number: number }[]>;
}

/** A pull request, and what a merge queue made of it. */
interface Subject {
  number: number;
  group?: { sha: string; baseSha: string };
}

interface Attended {
  /** How it stands, in plain words, and in Markdown. */
  says: string;
  because: string;
  /** What was done, in plain words. */
  done: string[];
  /** Why it could not be judged, or not be said. */
  wrong?: string;
}

/** So often a pull request may change while it is looked at. */
const attempts = 3;
const permissions =
  'The workflow must give `contents: write`, `pull-requests: write` and `statuses: ' +
  'write`; docs/workflows/agreement.yml does. ' +
  'A run for `pull_request` from a fork has none of them.';

/** @throws Problem where GitHub does not say who the client writes as */
export const outsideOf = (client: Client, keeper: Keeper, version: string): Promise<Outside> =>
  told(async () => ({
    client,
    bot: orProblem('GitHub refused', await whoWrites(client)),
    keeper,
    version,
    open: () =>
      told(async () => {
        const open: { number: number }[] = [];
        for await (const page of openOf(
          client,
          `${keeper.repository.owner}/${keeper.repository.name}`,
          'oldest',
        ))
          open.push(...orProblem('The open pull requests could not be listed', page));
        return [...new Map(open.map((one) => [one.number, one])).values()];
      }),
  }));

/**
 * Looks after the agreement of one pull request: hears who agrees, keeps the signatures, answers,
 * and says how it stands in a comment and a status of the commit. Reads everything anew each time,
 * so that a run which was lost is made up for by the next.
 * @throws Problem where GitHub does not let it
 *
 */
export const attendAgreement = (subject: Subject, outside: Outside, now: Date): Promise<Attended> =>
  told(async () => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const attended = await attempted(subject, outside, now);
      if (attended) return attended;
    }
    const says =
      `it changed each of ${attempts} times that it was looked at; ` +
      'its next change, or a comment, has it looked at again';
    return { says, because: says, done: [], wrong: says };
  });

/** Undefined where it changed meanwhile. */
async function attempted(
  { number, group }: Subject,
  { client, bot, keeper, version }: Outside,
  now: Date,
): Promise<Attended | undefined> {
  const { repository } = keeper;
  const reading = await readForAgreement(client, {
    repository,
    number,
    ...(group && { group }),
    bot,
    now: now.toISOString(),
    version,
  });
  const signatures = await keptSignatures(client, keeper);
  const snapshot: Snapshot = {
    ...reading,
    signatures,
    records: recordsIn(reading, signatures),
    pushes: unknown('nobody keeps it'),
  };
  const { gate, decision, status } = decideAgreement(learn(snapshot, {}, agreementCommands));
  const [kept, taken]: [string[], string[]] = [[], []];
  const outcome = await carryOut(client, snapshot, group ? [] : plan(decision, snapshot), {
    record: async (entries) => {
      const given = entries.flatMap((entry) => (entry.is === 'signature' ? [entry.signature] : []));
      if (given.length === 0) return; // that a command was answered its reaction tells
      const fresh = orProblem(
        'The signature could not be kept',
        await keepSignatures(client, keeper, given),
      );
      kept.push(...fresh.map(({ account }) => `the signature of ${account.login} is kept`));
    },
    before: (effect) => {
      taken.push(words[effect.do] ?? effect.do);
      return Promise.resolve();
    },
  });
  if (outcome.is === 'moved') return undefined;
  const isNew = snapshot.pull.state.is === 'open' && (await putStatus(client, repository, status));
  const refused =
    outcome.is === 'refused'
      ? `GitHub refused to ${outcome.effect.do.replace('-', ' ')}: ${outcome.because}. ` +
        permissions
      : undefined;
  const wrong = refused ?? (gate.state === 'unjudged' ? gate.because : undefined);
  const done = [
    ...kept,
    ...(refused === undefined ? taken : []),
    ...(isNew ? [`the status is ${status.state} now`] : []),
  ];
  return {
    because: gate.because,
    says: status.description,
    done,
    ...(wrong !== undefined && { wrong }),
  };
}

/** What the log says of effects. */
const words: Readonly<Partial<Record<Effect['do'], string>>> = {
  'create-comment': 'a comment is made',
  'edit-comment': 'the comment is edited',
  react: 'a command is answered',
};

/**
 * What has been answered. While it is not known who has signed nothing is: nobody shall have to say
 * it twice.
 */
const recordsIn = (
  reading: Omit<Snapshot, 'signatures' | 'records' | 'pushes'>,
  signatures: Known<readonly Signature[]>,
): Snapshot['records'] =>
  signatures.known
    ? known({
        answers: answersIn(reading, signatures.value),
        acknowledgements: [],
        hold: null,
        merge: null,
        refusal: null,
      })
    : signatures;

function orProblem<T>(what: string, one: Known<T>): T {
  if (!one.known) throw new Problem(`${what}: ${one.because}`);
  return one.value;
}

/** What somebody says of signatures that a file or the database does not say. */
export interface Told {
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
export async function takenOver(
  text: string,
  given: Told,
  client: Client,
  alone: boolean,
): Promise<{ found: Signature[]; refused: string[] }> {
  const { recipient, version } = given;
  if (version === undefined && !keepsVersions(text))
    throw new Problem(
      '--agreement is missing: the version of the agreement that these people signed, as ' +
        'the settings call it.',
    );
  const { signatures, refused } = understood(text);
  const nobodys = recipient ? undefined : signatures.find((one) => !recipientOf(one));
  if (alone && nobodys)
    throw new Problem(
      `The file does not say whom ${nobodys.login} gave the signature to ` +
        `(${nobodys.place}). Say it with --owner <owner>, or --repository <owner/name> for ` +
        'one repository alone.',
    );
  const taken: ImportedSignature[] = [];
  for (const one of signatures) {
    const to = recipientOf(one);
    if (recipient && to && !isSameName(to.owner, recipient.owner))
      refused.push(
        `${one.place} (${one.login}) was given to ${to.owner}, and you take over those of ` +
          `${recipient.owner}. If that is a former name of theirs, change it in the file.`,
      );
    else
      taken.push({
        ...one,
        ...(!to && recipient && { recipient }),
        ...(one.agreement && { agreement: ofText(one.agreement, given) }),
      });
  }
  const { found, unknown: open } = await withNumbers(
    client,
    taken,
    ofText({ version: version ?? '', digest: '' }, given),
  );
  return { found, refused: [...refused, ...open] };
}

/** Adds what was not recorded of a text. One whose name was recorded is known as a whole. */
export const ofText = (recorded: AgreementId, { name, url, digest = '' }: Told): AgreementId =>
  recorded.name === undefined
    ? {
        ...recorded,
        ...(name !== undefined && { name }),
        ...(url !== undefined && { url }),
        digest: recorded.digest || digest,
      }
    : recorded;

function understood(text: string): Imported {
  try {
    return importSignatures(text);
  } catch (error) {
    throw new Problem(`The file is not understood. ${said(error)}`);
  }
}

/**
 * Another tool's signatures as the file that a branch keeps them in. Takes `GITHUB_TOKEN` for the
 * numbers of accounts; without it GitHub answers sixty times an hour.
 */
export const convertSignatures = (
  text: string,
  given: Told,
  { GITHUB_TOKEN: token = '', GITHUB_API_URL: api = 'https://api.github.com' }: NodeJS.ProcessEnv,
): Promise<{ csv: string; many: number; refused: string[] }> =>
  told(async () => {
    const { found, refused } = await takenOver(text, given, clientWith(token, api), false);
    const once = notYetIn([], found);
    return { csv: exportSignatures(once), many: once.length, refused };
  }, 'It was asked with GITHUB_TOKEN.');

/** What GitHub says no to is told in its words; what is wrong with Gatehouse is not caught. */
async function told<T>(work: () => Promise<T>, hint = permissions): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NoSuchPull) throw new Problem(error.message);
    const seconds = waitFor(error);
    if (seconds !== undefined)
      throw new Problem(
        `GitHub takes no more requests with this token for ${seconds} seconds. ` +
          'Run it again then: what is done is done.',
      );
    if (isNo(error) && error.status >= 500)
      throw new Problem(
        `GitHub did not answer: ${error.message}. Run it again: what is done is done.`,
      );
    if (isNo(error)) throw new Problem(`GitHub refused: ${reasonIn(error)}. ${hint}`);
    throw error;
  }
}
