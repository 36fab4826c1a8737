import { applyEffects } from '../github/apply-effects.ts';
import type { Client } from '../github/client.ts';
import { translateErrors } from '../github/import-signatures.ts';
import { openPullRequestsOf } from '../github/list-pull-requests.ts';
import {
  appendSignatures,
  readSignatureBranch,
  type SignatureBranch,
} from '../github/signature-branch.ts';
import { accountOfToken } from '../github/read-accounts.ts';
import { readForCla } from '../github/read-pull-request.ts';
import { setCommitStatus } from '../github/commit-status.ts';
import { truncateMarkdown } from '../report/markdown.ts';
import {
  claCommands,
  answeredComments,
  decideCla,
  type CommitStatus,
} from '../review/decide-cla.ts';
import { deriveFacts } from '../review/derive-facts.ts';
import { claEffects } from '../review/facts/allowed-effects.ts';
import type { Effect } from '../review/model/effects.ts';
import type { Gate } from '../review/model/gate.ts';
import { ok, unavailable } from '../review/model/result.ts';
import type { Account, Result, Signature, Snapshot } from '../review/model/snapshot.ts';
import { plan } from '../review/plan.ts';
import { settingsPage } from '../shared/project.ts';
import { UserError } from '../shared/user-error.ts';
import { createClient, repositoryOf, type Environment } from './environment.ts';
import type { Inputs } from './inputs.ts';
import { addSummary, log } from './outputs.ts';
import type { ClaTrigger } from './trigger.ts';

interface ClaContext {
  client: Client;
  /** The account that the client writes as. */
  bot: Account;
  branch: SignatureBranch;
  version: string;
}

/** A pull request; `group` is the commit that a merge queue made of it, and that commit's base. */
interface PullRequest {
  number: number;
  group?: { sha: string; baseSha: string };
}

/** What a review decided and did. */
interface ClaReview {
  gate: Gate;
  status: CommitStatus;
  isStatusNew: boolean;
  /** The signatures that were not in the branch before. */
  added: readonly Signature[];
  effects: readonly Effect['kind'][];
}

type Outcome =
  /** The pull request changed between reading and writing. */
  | { kind: 'stale' }
  /** GitHub rejected an effect. */
  | { kind: 'rejected'; review: ClaReview; effect: Effect['kind']; reason: string }
  | { kind: 'done'; review: ClaReview };

/** How often a pull request is read again because it changed in the meantime. */
const maxAttempts = 3;
const permissionsHint =
  'The workflow needs `contents: write`, `pull-requests: write` and `statuses: write`, ' +
  'as docs/workflows/cla.yml has them. ' +
  'A run for `pull_request` from a fork gets none of them.';

/**
 * Reviews the contributor license agreement of the pull request that the event is about, or of all
 * open ones. This is all that the step does: signatures are stored in a branch, and there is no
 * server.
 * @returns the exit status
 * @throws UserError if a pull request could not be judged, or GitHub rejects a request
 */
export async function reviewAllClas(
  environment: Environment,
  inputs: Inputs,
  branch: string,
  trigger: ClaTrigger,
  version: string,
): Promise<number> {
  if (inputs.handover !== undefined)
    throw new UserError('The inputs cla-branch and handover are for two different steps.');
  if (trigger.kind === 'unclear')
    throw new UserError(
      `${trigger.reason} docs/workflows/cla.yml has the events that work with cla-branch.`,
    );
  if (trigger.kind === 'nothing') {
    log(`There was nothing to do: ${trigger.reason}.`);
    return 0;
  }
  const context = await createContext(
    await createClient(environment, inputs.token),
    { repository: repositoryOf(environment), branch },
    version,
  );
  const pulls = trigger.kind === 'pull-request' ? [trigger] : await openPullRequests(context);
  if (trigger.kind === 'all-open')
    log(`Reviewing all ${pulls.length} open pull requests: ${trigger.reason}.`);
  const summary: string[] = [];
  const problems: string[] = [];
  for (const pull of pulls) {
    const outcome = await reviewCla(pull, context, new Date());
    const name = `#${pull.number}`;
    log(`${name}: ${logLineOf(outcome)}.`);
    summary.push(`- ${name}: ${reasonOf(outcome)}`);
    const problem = problemOf(outcome);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
  }
  addSummary(environment, (maxCharacters) =>
    truncateMarkdown(
      '**Contributor license agreement**\n\n' +
        `${summary.length === 0 ? 'No pull request is open.' : summary.join('\n')}\n`,
      maxCharacters,
      '… and more.\n',
    ),
  );
  if (problems.length > 0) throw new UserError(problems.join('\n'));
  return 0;
}

const createContext = (
  client: Client,
  branch: SignatureBranch,
  version: string,
): Promise<ClaContext> =>
  translateErrors(
    async () => ({
      client,
      bot: valueOrThrow('GitHub refused', await accountOfToken(client)),
      branch,
      version,
    }),
    permissionsHint,
  );

/**
 * Least recently updated first: if the hourly rate limit runs out, the next run begins with the
 * rest.
 */
const openPullRequests = ({ client, branch }: ClaContext): Promise<PullRequest[]> =>
  translateErrors(async () => {
    const pulls = new Map<number, PullRequest>();
    for await (const page of openPullRequestsOf(client, branch.repository, 'oldest'))
      for (const pull of valueOrThrow('The open pull requests could not be listed', page))
        pulls.set(pull.number, pull);
    return [...pulls.values()];
  }, permissionsHint);

/**
 * Reviews one pull request: applies its commands, stores signatures, and writes the comment and the
 * commit status. Everything is read from GitHub each time, so the next run makes up for one that
 * was lost.
 */
const reviewCla = (pull: PullRequest, context: ClaContext, now: Date): Promise<Outcome> =>
  translateErrors(async () => {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const outcome = await attemptClaReview(pull, context, now);
      if (outcome.kind !== 'stale') return outcome;
    }
    return { kind: 'stale' };
  }, permissionsHint);

async function attemptClaReview(
  { number, group }: PullRequest,
  { client, bot, branch, version }: ClaContext,
  now: Date,
): Promise<Outcome> {
  const { repository } = branch;
  const pullRequest = await readForCla(client, {
    repository,
    number,
    ...(group && { group }),
    bot,
    now: now.toISOString(),
    version,
  });
  const signatures = await readSignatureBranch(client, branch);
  const snapshot: Snapshot = {
    ...pullRequest,
    signatures,
    records: recordsFrom(pullRequest, signatures),
    pushes: unavailable('Pushes are not recorded without a server.'),
  };
  const facts = deriveFacts(snapshot, {}, { commands: claCommands, allow: () => claEffects });
  if (facts.settings.ok && facts.settings.value.cla.required === undefined)
    throw new UserError(
      'Nothing says what people are to agree to. ' +
        `Put \`cla:\` into .github/gatehouse.yml: ${settingsPage}#cla`,
    );
  const { gate, decision, status } = decideCla(facts);
  const added: Signature[] = [];
  const effects: Effect['kind'][] = [];
  const result = await applyEffects(client, snapshot, group ? [] : plan(decision, snapshot), {
    record: async (entries) => {
      const signed = entries.flatMap((entry) =>
        entry.kind === 'signature' ? [entry.signature] : [],
      );
      // An answer needs no record: its reaction shows that the command was answered.
      if (signed.length === 0) return;
      added.push(
        ...valueOrThrow(
          'The signature could not be stored',
          await appendSignatures(client, branch, signed),
        ),
      );
    },
    before: (effect) => {
      effects.push(effect.kind);
      return Promise.resolve();
    },
  });
  if (result.kind === 'moved') return { kind: 'stale' };
  const isStatusNew =
    snapshot.pull.state.kind === 'open' && (await setCommitStatus(client, repository, status));
  const review: ClaReview = { gate, status, isStatusNew, added, effects };
  return result.kind === 'rejected'
    ? { kind: 'rejected', review, effect: result.effect.kind, reason: result.reason }
    : { kind: 'done', review };
}

/**
 * Answers to commands, derived from the comments. Without the signatures nothing is known to be
 * answered or not: nobody should have to agree twice.
 */
const recordsFrom = (
  pullRequest: Omit<Snapshot, 'signatures' | 'records' | 'pushes'>,
  signatures: Result<readonly Signature[]>,
): Snapshot['records'] =>
  signatures.ok
    ? ok({
        answers: answeredComments(pullRequest, signatures.value),
        acknowledgements: [],
        hold: null,
        merge: null,
        rejection: null,
      })
    : signatures;

const staleReason =
  `it changed during each of ${maxAttempts} attempts to review it; ` +
  'the next change or comment starts another review';

/** What effects did, for the log. */
const effectPhrases: Readonly<Partial<Record<Effect['kind'], string>>> = {
  'create-comment': 'wrote a comment',
  'edit-comment': 'edited the comment',
  react: 'reacted to a command',
};

/** The line of the log: plain text without a period at its end. */
function logLineOf(outcome: Outcome): string {
  if (outcome.kind === 'stale') return staleReason;
  const { status, isStatusNew, added, effects } = outcome.review;
  return [
    status.description,
    ...added.map(({ account }) => `stored the signature of ${account.login}`),
    ...(outcome.kind === 'done' ? effects.map((kind) => effectPhrases[kind] ?? kind) : []),
    ...(isStatusNew ? [`set the status to ${status.state}`] : []),
  ].join('; ');
}

/** The line of the summary, in Markdown. */
const reasonOf = (outcome: Outcome): string =>
  outcome.kind === 'stale' ? staleReason : outcome.review.gate.reason;

/** Why the run must fail; undefined if it need not. */
function problemOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'stale') return staleReason;
  if (outcome.kind === 'rejected')
    return (
      `GitHub refused to ${outcome.effect.replace('-', ' ')}: ${outcome.reason}. ` + permissionsHint
    );
  const { gate } = outcome.review;
  return gate.status === 'unjudged' ? gate.reason : undefined;
}

function valueOrThrow<T>(problem: string, result: Result<T>): T {
  if (!result.ok) throw new UserError(`${problem}: ${result.reason}`);
  return result.value;
}
