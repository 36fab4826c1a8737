import { translateErrors } from '../github/import-signatures.ts';
import { applyEffects } from '../github/apply-effects.ts';
import type { Client } from '../github/client.ts';
import { openPullRequestsOf } from '../github/list-pull-requests.ts';

import {
  appendSignatures,
  readSignatureBranch,
  type SignatureBranch,
} from '../github/signature-branch.ts';
import { accountOfToken } from '../github/read-accounts.ts';
import { readForCla } from '../github/read-pull-request.ts';
import { setCommitStatus } from '../github/commit-status.ts';
import { UserError } from '../shared/user-error.ts';
import { claCommands, answeredComments, decideCla } from '../review/decide-cla.ts';
import type { Effect } from '../review/model/effects.ts';
import { ok, unavailable } from '../review/model/result.ts';
import { deriveFacts } from '../review/derive-facts.ts';
import { plan } from '../review/plan.ts';

import type { Account, Result, Signature, Snapshot } from '../review/model/snapshot.ts';

/** What the agreement is looked after with, where there is no server: GitHub alone. */
interface ClaContext {
  client: Client;
  /** The account that the client writes as. */
  bot: Account;
  keeper: SignatureBranch;
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

interface ClaReviewLog {
  /** How it stands, in plain words, and in Markdown. */
  says: string;
  reason: string;
  /** What was done, in plain words. */
  done: string[];
  /** Why it could not be judged, or not be said. */
  wrong?: string;
}

/** So often a pull request may change while it is looked at. */
const attempts = 3;
const permissions =
  'The workflow must give `contents: write`, `pull-requests: write` and `statuses: ' +
  'write`; docs/workflows/cla.yml does. ' +
  'A run for `pull_request` from a fork has none of them.';

/** @throws Problem where GitHub does not say who the client writes as */
export const claContext = (
  client: Client,
  keeper: SignatureBranch,
  version: string,
): Promise<ClaContext> =>
  translateErrors(
    async () => ({
      client,
      bot: orProblem('GitHub refused', await accountOfToken(client)),
      keeper,
      version,
      open: () =>
        translateErrors(async () => {
          const open: { number: number }[] = [];
          for await (const page of openPullRequestsOf(
            client,
            `${keeper.repository.owner}/${keeper.repository.repo}`,
            'oldest',
          ))
            open.push(...orProblem('The open pull requests could not be listed', page));
          return [...new Map(open.map((one) => [one.number, one])).values()];
        }, permissions),
    }),
    permissions,
  );

/**
 * Looks after the agreement of one pull request: hears who agrees, keeps the signatures, answers,
 * and says how it stands in a comment and a status of the commit. Reads everything anew each time,
 * so that a run which was lost is made up for by the next.
 * @throws Problem where GitHub does not let it
 *
 */
export const reviewCla = (
  subject: Subject,
  outside: ClaContext,
  now: Date,
): Promise<ClaReviewLog> =>
  translateErrors(async () => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const attended = await attemptClaReview(subject, outside, now);
      if (attended) return attended;
    }
    const says =
      `it changed each of ${attempts} times that it was looked at; ` +
      'its next change, or a comment, has it looked at again';
    return { says, reason: says, done: [], wrong: says };
  }, permissions);

/** Undefined where it changed meanwhile. */
async function attemptClaReview(
  { number, group }: Subject,
  { client, bot, keeper, version }: ClaContext,
  now: Date,
): Promise<ClaReviewLog | undefined> {
  const { repository } = keeper;
  const reading = await readForCla(client, {
    repository,
    number,
    ...(group && { group }),
    bot,
    now: now.toISOString(),
    version,
  });
  const signatures = await readSignatureBranch(client, keeper);
  const snapshot: Snapshot = {
    ...reading,
    signatures,
    records: recordsIn(reading, signatures),
    pushes: unavailable('nobody keeps it'),
  };
  const { gate, decision, status } = decideCla(deriveFacts(snapshot, {}, claCommands));
  const [kept, taken]: [string[], string[]] = [[], []];
  const outcome = await applyEffects(client, snapshot, group ? [] : plan(decision, snapshot), {
    record: async (entries) => {
      const given = entries.flatMap((entry) =>
        entry.kind === 'signature' ? [entry.signature] : [],
      );
      if (given.length === 0) return; // that a command was answered its reaction tells
      const fresh = orProblem(
        'The signature could not be kept',
        await appendSignatures(client, keeper, given),
      );
      kept.push(...fresh.map(({ account }) => `the signature of ${account.login} is kept`));
    },
    before: (effect) => {
      taken.push(words[effect.kind] ?? effect.kind);
      return Promise.resolve();
    },
  });
  if (outcome.kind === 'moved') return undefined;
  const isNew =
    snapshot.pull.state.kind === 'open' && (await setCommitStatus(client, repository, status));
  const refused =
    outcome.kind === 'refused'
      ? `GitHub refused to ${outcome.effect.kind.replace('-', ' ')}: ${outcome.reason}. ` +
        permissions
      : undefined;
  const wrong = refused ?? (gate.status === 'unjudged' ? gate.reason : undefined);
  const done = [
    ...kept,
    ...(refused === undefined ? taken : []),
    ...(isNew ? [`the status is ${status.state} now`] : []),
  ];
  return {
    reason: gate.reason,
    says: status.description,
    done,
    ...(wrong !== undefined && { wrong }),
  };
}

/** What the log says of effects. */
const words: Readonly<Partial<Record<Effect['kind'], string>>> = {
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
  signatures: Result<readonly Signature[]>,
): Snapshot['records'] =>
  signatures.ok
    ? ok({
        answers: answeredComments(reading, signatures.value),
        acknowledgements: [],
        hold: null,
        merge: null,
        rejection: null,
      })
    : signatures;

function orProblem<T>(what: string, one: Result<T>): T {
  if (!one.ok) throw new UserError(`${what}: ${one.reason}`);
  return one.value;
}
