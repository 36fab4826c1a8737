import { availableParallelism } from 'node:os';
import {
  baselineFile,
  validateCheckout,
  tuneForShortRun,
  loadBaseline,
  loadSettings,
  usualFolders,
  version,
} from '../workspace/validate-checkout.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { atLeast } from '../report/at-least.ts';
import { showsSource } from '../report/format.ts';
import { workflowCommand } from '../report/github.ts';
import { codeSpan } from '../report/markdown.ts';
import { withPath, type ConnectorReport, type Report } from '../report/report.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { findCheckout } from '../workspace/find-checkout.ts';
import { cloneOf, findBase, fromRoot } from '../workspace/git.ts';
import { postComment, postFromArtifact } from './comment.ts';
import { comparisonBaseOf, settingsAtBase } from './comparison-base.ts';
import { filesPageOf, type Environment } from './environment.ts';
import { readInputs, type Threshold } from './inputs.ts';
import { pageChangesSince } from './page-changes-since.ts';
import { addSummary, log, withoutCommands, writeResults } from './outputs.ts';
import { commitOf, parseClaTrigger, parseTrigger, readEvent } from './trigger.ts';
import { enterWorkingDirectory, trustFolder, workspaceOf } from './working-directory.ts';

/** Runs the step. Returns its exit status. */
async function main(environment: Environment): Promise<number> {
  const inputs = readInputs(environment);
  const eventName = environment.GITHUB_EVENT_NAME ?? '';
  const event = readEvent(environment);
  if (inputs.claBranch !== undefined) {
    const { reviewAllClas } = await import('./cla.ts');
    const trigger = parseClaTrigger(eventName, event);
    return reviewAllClas(environment, inputs, inputs.claBranch, trigger, version());
  }
  const trigger = parseTrigger(eventName, event);
  if (trigger.kind === 'run') return postFromArtifact(environment, inputs, trigger.run);
  if (inputs.handover !== undefined)
    throw new UserError('The input handover is only for workflows that run on workflow_run.');

  const workspace = workspaceOf(environment);
  const directory = enterWorkingDirectory(workspace, inputs.workingDirectory);
  trustFolder(findCheckout(directory, workspace));
  const gitOptions = { classFolders: usualFolders, top: workspace };
  const clone = inputs.base === undefined ? await cloneOf(directory, gitOptions) : undefined;
  const comparisonBase =
    inputs.base === undefined
      ? await comparisonBaseOf(trigger, clone)
      : { ref: inputs.base, reason: 'the commit of the input base' };
  const base = comparisonBase && (await findBase(directory, comparisonBase.ref, gitOptions));
  log(
    base
      ? `Checking what changed since ${base.commit.slice(0, 10)}, ${comparisonBase.reason}.`
      : 'Checking every connector: ' +
          `${trigger.kind === 'whole' ? trigger.reason : 'there is no base'}.`,
  );

  const settings =
    inputs.config !== undefined && base
      ? await settingsAtBase(base, inputs.config)
      : await loadSettings(inputs.config, base, process.cwd());
  const { report: complete, candidates } = await validateCheckout({
    paths: inputs.paths,
    base,
    settings,
    baseline: await loadBaseline(await baselineFile(undefined, settings, base, process.cwd())),
    jobs: availableParallelism(),
    assumed: inputs.class ?? 'certified',
    outputOptions: (connectors) => ({
      fixes: inputs.sarifFile !== undefined || inputs.format === 'sarif',
      snippets: showsSource('pretty', connectors),
      changelogs: base !== undefined,
    }),
  });

  const report = atLeast(complete, inputs.level);
  const directories = new Map(candidates.map(({ path, directory: at }) => [path, at]));
  const located = fromRepositoryRoot(report, directories, base?.root ?? clone?.root);
  const texts = {
    changelog: changelogOf(report),
    pageChanges: base === undefined ? '' : await pageChangesSince(base, candidates, settings),
  };
  const files = filesPageOf(environment, commitOf(trigger) ?? environment.GITHUB_SHA);
  await writeResults(environment, inputs, { complete, report, located, texts, files });
  if (inputs.comment) await postComment(environment, inputs, trigger, located, texts);
  return exitStatusOf(complete, inputs.failOn);
}

/**
 * Names connectors from the root of the repository, as GitHub does in annotations. The report may
 * name them from the folder that the step runs in.
 */
function fromRepositoryRoot(
  report: Report,
  directories: ReadonlyMap<string, string>,
  root: string | undefined,
): Report {
  const pathOf = ({ path }: ConnectorReport): string => {
    const directory = directories.get(path);
    return directory === undefined || root === undefined ? path : fromRoot({ root }, directory);
  };
  return {
    ...report,
    connectors: report.connectors.map((connector) => withPath(connector, pathOf(connector))),
  };
}

/** The changelogs of all connectors that an update changes. */
const changelogOf = ({ connectors }: Report): string =>
  connectors
    .flatMap(({ verdict, changelog = '' }) =>
      verdict === undefined || verdict === 'none' || changelog === '' ? [] : [changelog.trimEnd()],
    )
    .join('\n\n');

const failingSeverities: Record<Threshold, readonly string[]> = {
  error: ['error'],
  warning: ['error', 'warning'],
  note: ['error', 'warning', 'note'],
  never: [],
};

/** 1 if a finding that is new is at least as severe as the threshold; otherwise 0. */
function exitStatusOf({ connectors }: Report, failOn: Threshold): number {
  const isFailing = connectors.some(({ findings }) =>
    findings.some(
      ({ severity, existing }) => !existing && failingSeverities[failOn].includes(severity),
    ),
  );
  return isFailing ? 1 : 0;
}

tuneForShortRun();
try {
  process.exitCode = await main(process.env);
} catch (error) {
  // The step must not pass if it checked nothing.
  const isUserError = error instanceof UserError;
  const message = maskFormattedSecrets(
    isUserError ? error.message : `Gatehouse has a bug: ${errorMessage(error)}`,
  );
  log(workflowCommand('error', { title: 'Gatehouse could not check' }, message));
  if (!isUserError && error instanceof Error) log(withoutCommands(error.stack ?? '').trimEnd());
  addSummary(process.env, () => `**Gatehouse could not check.** ${codeSpan(message)}\n`);
  process.exitCode = 2;
}
