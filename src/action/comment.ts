import { resolve } from 'node:path';
import { commentMarker, reportComment, type UpdateTexts } from '../report/report-comment.ts';
import { workflowCommand } from '../report/github.ts';
import { parseLimits, parseReport } from '../report/parse-report.ts';
import type { Report } from '../report/report.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { linkOnTheWay } from '../workspace/find-checkout.ts';
import { readRegularFile } from '../workspace/files.ts';
import { explainableRules } from '../workspace/validate-checkout.ts';
import {
  createClient,
  filesPageOf,
  repositoryOf,
  runPageOf,
  type Environment,
} from './environment.ts';
import type { Inputs } from './inputs.ts';
import { log } from './outputs.ts';
import type { PullEvent, RunEvent, Trigger } from './trigger.ts';
import { workspaceOf } from './working-directory.ts';

/**
 * Comments on the pull request that the event is about. If that fails, it logs a warning: the
 * findings, and with them the result of the step, stay the same.
 * @param located the report with paths from the root of the repository
 */
export async function postComment(
  environment: Environment,
  inputs: Inputs,
  trigger: Exclude<Trigger, { kind: 'run' }>,
  located: Report,
  texts: UpdateTexts,
): Promise<void> {
  if (trigger.kind !== 'pull-request') {
    log('No comment: this run is not for a pull request.');
    return;
  }
  const { pull } = trigger;
  const body = reportComment(located, {
    head: pull.head,
    run: runPageOf(environment),
    files: filesPageOf(environment, pull.head),
    ...texts,
    handedOver: false,
  });
  try {
    const { upsertComment } = await import('../github/upsert-comment.ts');
    const outcome = await upsertComment(
      await createClient(environment, inputs.token),
      repositoryOf(environment),
      {
        pull: pull.number,
        head: pull.head,
        marker: commentMarker,
        body,
        create: located.connectors.length > 0,
      },
    );
    if ('done' in outcome) log(`The comment on #${pull.number} was ${outcome.done}.`);
    else log(`No comment on #${pull.number}: ${outcome.not}.${rejectionHint(pull, environment)}`);
  } catch (error) {
    log(workflowCommand('warning', { title: 'Gatehouse could not comment' }, errorMessage(error)));
  }
}

/** The likely reason for which GitHub rejects the token. */
function rejectionHint({ fork }: PullEvent, { GITHUB_ACTOR: actor }: Environment): string {
  if (fork)
    return (
      ' The pull request comes from a fork, and GitHub gives a run for a fork a read-only ' +
      'token. docs/action.md has two workflows that can comment on it.'
    );
  if (actor === 'dependabot[bot]')
    return ' GitHub gives a run that Dependabot starts a read-only token.';
  return ' To comment, the workflow needs `permissions: pull-requests: write`.';
}

/**
 * Posts a report that a run for a pull request uploaded. This run has a token that may write, and
 * the pull request may have made up everything in the report. So the report is parsed as untrusted
 * input, and the pull request is the one that GitHub says the run was for.
 * @returns the exit status
 * @throws UserError if there is no valid report, or the run was not for a pull request
 */
export async function postFromArtifact(
  environment: Environment,
  inputs: Inputs,
  run: RunEvent,
): Promise<number> {
  if (inputs.handover === undefined)
    throw new UserError(
      'On workflow_run the input handover must name the report of the other run. ' +
        'docs/action.md shows both workflows.',
    );
  if (run.event !== 'pull_request')
    throw new UserError(
      `The other run was for ${run.event}. Only a report of a run for pull_request is posted.`,
    );
  const report = readHandedOver(inputs.handover, workspaceOf(environment));
  const client = await createClient(environment, inputs.token);
  const repository = repositoryOf(environment);
  const { findPullRequest, upsertComment } = await import('../github/upsert-comment.ts');
  const pull = await findPullRequest(client, repository, { ...run, sha: run.head });
  if (!pull.ok) {
    log(workflowCommand('notice', { title: 'No comment' }, `${pull.reason}.`));
    return 0;
  }
  const body = reportComment(report, {
    head: run.head,
    run: run.url,
    files: filesPageOf(environment, run.head),
    changelog: '',
    pageChanges: '',
    handedOver: true,
  });
  const outcome = await upsertComment(client, repository, {
    pull: pull.value,
    head: run.head,
    marker: commentMarker,
    body,
    create: report.connectors.length > 0,
  });
  log(
    'done' in outcome
      ? `The comment on #${pull.value} was ${outcome.done}.`
      : workflowCommand('notice', { title: 'No comment' }, `#${pull.value}: ${outcome.not}.`),
  );
  return 0;
}

/** @throws UserError if the file cannot be read, or is not a report */
function readHandedOver(name: string, workspace: string): Report {
  const file = resolve(workspace, name);
  const link = linkOnTheWay(file, workspace);
  if (link !== undefined)
    throw new UserError(
      `${file}, which the input handover names, cannot be read: ` +
        `${link} is a symbolic link, and links are not followed.`,
    );
  const content = readRegularFile(file, { maxBytes: parseLimits.bytes });
  if (!('bytes' in content) && content.obstacle === 'missing')
    throw new UserError(
      `${file}, which the input handover names, does not exist. ` +
        'Download it with actions/download-artifact before this step.',
    );
  const parsed =
    'bytes' in content
      ? parseReport(content.bytes, new Set(explainableRules.map(({ id }) => id)))
      : { wrong: `It ${content.description}.` };
  if ('wrong' in parsed)
    throw new UserError(
      `The file of the input handover is not a JSON report of Gatehouse. ${parsed.wrong}`,
    );
  return parsed.report;
}
