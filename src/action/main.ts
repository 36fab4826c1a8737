import { realpathSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  baselineFile,
  validateCheckout,
  explainableRules,
  tuneForShortRun,
  loadBaseline,
  loadSettings,
  maxSettingsBytes,
  settingsOf,
  usualFolders,
  version,
} from '../workspace/validate-checkout.ts';
import type { Client } from '../github/client.ts';
import { UserError, errorMessage } from '../shared/user-error.ts';
import { commentMarker, reportComment, folded } from '../report/report-comment.ts';
import { format, showsSource, type FormatName } from '../report/format.ts';
import { workflowAnnotations, workflowCommand } from '../report/github.ts';
import { codeSpan, truncateMarkdown, toMarkdown } from '../report/markdown.ts';
import { parseLimits, parseReport } from '../report/parse-report.ts';
import { withPath, updateSizes, type ConnectorReport, type Report } from '../report/report.ts';
import {
  parseTrigger,
  parseClaTrigger,
  type Trigger,
  type PullEvent,
  type RunEvent,
  type ClaTrigger,
} from './trigger.ts';
import { addSummary, inert, maxOutput, setOutputs, type Environment } from './outputs.ts';
import { readInputs, type Inputs, type Threshold } from './inputs.ts';
import { findCheckout, isWithin, linkOnTheWay } from '../workspace/find-checkout.ts';
import { readRegularFile, statsOf } from '../workspace/files.ts';
import {
  cloneOf,
  findBase,
  fromRoot,
  readBaseFile,
  type Base,
  type Clone,
} from '../workspace/git.ts';
import { writeOutput } from '../workspace/write-output.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';

const extensions: Record<FormatName, string> = {
  pretty: 'txt',
  json: 'json',
  markdown: 'md',
  sarif: 'sarif',
  github: 'txt',
  junit: 'xml',
};
/** What the log of a run is read at. */
const logWidth = 120;

const say = (text: string): void => console.log(text);

/** What the connectors are held against, and why, for readers of the log. */
interface ComparisonBase {
  ref: string;
  reason: string;
}

async function main(environment: Environment): Promise<number> {
  const inputs = readInputs(environment);
  const [name, event] = [environment.GITHUB_EVENT_NAME ?? '', readEvent(environment)];
  if (inputs.claBranch !== undefined)
    return agreements(environment, inputs, inputs.claBranch, parseClaTrigger(name, event));
  const occasion = parseTrigger(name, event);
  if (occasion.kind === 'run') return postFromArtifact(environment, inputs, occasion.run);
  if (inputs.handover !== undefined)
    throw new UserError('The input handover is for workflows that run on workflow_run.');
  const top = workspaceOf(environment);
  const directory = enter(top, inputs.workingDirectory);
  trustFolder(findCheckout(directory, top));
  const where = { classFolders: usualFolders, top };

  const clone = inputs.base === undefined ? await cloneOf(directory, where) : undefined;
  const against =
    inputs.base === undefined
      ? await againstOf(occasion, clone)
      : { ref: inputs.base, reason: 'as the input base says' };
  const base = against && (await findBase(directory, against.ref, where));
  say(
    base
      ? `Checking what changed since ${base.commit.slice(0, 10)}, ${against.reason}.`
      : 'Checking every connector: ' +
          `${occasion.kind === 'whole' ? occasion.reason : 'there is no base'}.`,
  );
  const settings =
    inputs.config !== undefined && base
      ? await configAt(base, inputs.config)
      : await loadSettings(inputs.config, base, process.cwd());
  const { report, candidates } = await validateCheckout({
    paths: inputs.paths,
    base,
    settings,
    baseline: await loadBaseline(await baselineFile(undefined, settings, base, process.cwd())),
    jobs: availableParallelism(),
    assumed: inputs.class ?? 'certified',
    outputOptions: (connectors) => ({
      fix: false,
      fixes: inputs.sarifFile !== undefined || inputs.format === 'sarif',
      snippets: showsSource('pretty', connectors),
      changelogs: base !== undefined,
    }),
  });

  const root = base?.root ?? clone?.root;
  const directories = new Map(candidates.map((one) => [one.path, one.directory]));
  // What GitHub shows at a line is named from the root of the repository, wherever the connectors
  // are in it.
  const located: Report = {
    ...report,
    connectors: report.connectors.map((one) =>
      withPath(one, locate(one, directories.get(one.path), root)),
    ),
  };
  const changes = changelogOf(report);
  await write(environment, inputs, report, located, changes);
  if (inputs.comment) await comment(environment, inputs, occasion, report, changes);
  return verdictOf(report, inputs.failOn);
}

/** What the runner left in the event's file; undefined where there is none. */
function readEvent({ GITHUB_EVENT_PATH: file }: Environment): unknown {
  if (file === undefined || file === '') return undefined;
  const read = readRegularFile(file, { most: mostEvent, follow: true });
  if (!('bytes' in read))
    throw new UserError(`The event could not be read from ${file}: it ${read.says}.`);
  try {
    return JSON.parse(read.bytes.toString());
  } catch (error) {
    throw new UserError(`The event could not be read from ${file}: ${errorMessage(error)}`);
  }
}
/** GitHub sends no events of more than 25 MB. */
const mostEvent = 32 * 1024 * 1024;

/** The folder that the job's checkouts are in: nothing above it is looked at. */
function workspaceOf({ GITHUB_WORKSPACE: workspace }: Environment): string {
  try {
    return realpathSync(workspace || '.');
  } catch {
    throw new UserError(
      `GITHUB_WORKSPACE is ${JSON.stringify(workspace)}, and there is no such folder.`,
    );
  }
}

/** Goes to the folder to work in. A pull request may have put something else in its place. */
function enter(workspace: string, name: string): string {
  const directory = resolve(workspace, name);
  const wrong = (what: string): UserError =>
    new UserError(
      `The input working-directory is ${JSON.stringify(name)}, ${what}. ` +
        'Name a folder of the checkout, from the root of the workspace.',
    );
  if (!isWithin(workspace, directory)) throw wrong(`which is not in the workspace ${workspace}`);
  const link = linkOnTheWay(directory, workspace);
  if (link !== undefined) throw wrong(`and ${link} is a symbolic link, which is not followed`);
  if (statsOf(directory)?.isDirectory() !== true) throw wrong('and there is no such folder');
  process.chdir(directory);
  return directory;
}

/**
 * In a container the checkout belongs to somebody else, and git does not touch it unless it is told
 * to.
 */
function trustFolder(folder: string | undefined): void {
  if (folder === undefined) return;
  const known = Number(process.env.GIT_CONFIG_COUNT ?? 0);
  process.env[`GIT_CONFIG_KEY_${known}`] = 'safe.directory';
  process.env[`GIT_CONFIG_VALUE_${known}`] = folder;
  process.env.GIT_CONFIG_COUNT = String(known + 1);
}

/**
 * What an event asks to be held against. Throws a Problem that says what to fetch where this clone
 * lacks it.
 */
async function againstOf(
  occasion: Exclude<Trigger, { kind: 'run' }>,
  clone: Clone | undefined,
): Promise<ComparisonBase | undefined> {
  if (occasion.kind === 'unclear')
    throw new UserError(
      `${occasion.reason} Say what to hold the connectors against: ` +
        'with the input base, or run on an event that has it.',
    );
  if (occasion.kind === 'whole') return undefined;
  if (!clone)
    throw new UserError(
      `${process.cwd()} is no git checkout. Put actions/checkout with \`fetch-depth: ` +
        `${occasion.kind === 'pull-request' ? 2 : 0}\` before this step.`,
    );
  return occasion.kind === 'pull-request'
    ? againstPull(occasion.pull, occasion.trusted, clone)
    : againstCommit(occasion, clone);
}

/**
 * The merge commit that GitHub makes of a pull request has the base branch of that moment as its
 * first parent: two commits are all it takes. Where the branch itself is checked out it takes its
 * history.
 */
async function againstPull(
  pull: PullEvent,
  trusted: boolean,
  clone: Clone,
): Promise<ComparisonBase> {
  const [into, merged] = clone.parents;
  if (into !== undefined && merged === pull.head) {
    if (!(await clone.has(into)))
      throw lacks(
        `The clone ends at the merge commit, without ${into.slice(0, 10)} that it merges into.`,
        'fetch-depth: 2',
        `git fetch --no-tags --depth=2 origin ${clone.head}`,
      );
    return {
      ref: into,
      reason: `the base branch ${pull.baseRef} that the pull request is merged into`,
    };
  }
  if (trusted && clone.head !== pull.head) {
    throw new UserError(
      `What is checked out is ${clone.head.slice(0, 10)}, not the pull request's ` +
        `${pull.head.slice(0, 10)}: on pull_request_target actions/checkout takes the base ` +
        'branch. Use the two workflows of docs/action.md instead.',
    );
  }
  await need(clone, pull.base, `where ${pull.baseRef} stood`);
  return { ref: pull.base, reason: `where the branch left ${pull.baseRef}` };
}

async function againstCommit(
  { base, of }: Extract<Trigger, { kind: 'commits' }>,
  clone: Clone,
): Promise<ComparisonBase> {
  await need(
    clone,
    base,
    of === 'push' ? 'the commit before the push' : 'what the merge queue puts it on',
  );
  return {
    ref: base,
    reason: of === 'push' ? 'the commit before the push' : 'what the merge queue puts it on top of',
  };
}

async function need(clone: Clone, commit: string, what: string): Promise<void> {
  if (await clone.has(commit)) {
    // Without the history between them git does not find where they parted, or takes all of it for
    // new.
    if (!clone.shallow || (await clone.joins(commit))) return;
    throw lacks(
      'The clone is shallow: it does not reach from what is checked out to ' +
        `${commit.slice(0, 10)}, ${what}.`,
      'fetch-depth: 0',
      'git fetch --no-tags --unshallow origin',
    );
  }
  throw lacks(
    `The clone lacks ${commit.slice(0, 10)}, ${what}.`,
    'fetch-depth: 0',
    `git fetch --no-tags ${clone.shallow ? '--unshallow ' : ''}origin ${commit}`,
  );
}

const lacks = (what: string, depth: string, fetch: string): UserError =>
  new UserError(`${what} Give actions/checkout \`${depth}\`, or run before this step: ${fetch}`);

/** Settings in another file than the usual; of a change they are those of the base. */
async function configAt(
  { root, tip }: Base,
  file: string,
): Promise<Awaited<ReturnType<typeof settingsOf>>> {
  const path = fromRoot({ root }, resolve(file));
  const bytes =
    path === '' || !isWithin(root, resolve(file))
      ? undefined
      : await readBaseFile(root, tip, path, maxSettingsBytes);
  if (!bytes)
    throw new UserError(
      `${path}, which the input config names, is not in the base ${tip.slice(0, 10)}. ` +
        'Settings are read from there, never from the change.',
    );
  return settingsOf(path, path, bytes);
}

const locate = (
  { path }: ConnectorReport,
  directory: string | undefined,
  root: string | undefined,
): string => (directory === undefined || root === undefined ? path : fromRoot({ root }, directory));

/** The changelogs of all connectors that an update changes, one below the other. */
const changelogOf = ({ connectors }: Report): string =>
  connectors
    .flatMap(({ verdict, changelog = '' }) =>
      verdict === undefined || verdict === 'none' || changelog === '' ? [] : [changelog.trimEnd()],
    )
    .join('\n\n');

/** The largest of the changes; '' where nothing was compared. */
const largest = ({ connectors }: Report): string =>
  updateSizes.findLast((verdict) => connectors.some((one) => one.verdict === verdict)) ?? '';

/** Log, annotations, summary, outputs and files. */
async function write(
  environment: Environment,
  inputs: Inputs,
  report: Report,
  located: Report,
  changes: string,
): Promise<void> {
  const setting = {
    color: environment.NO_COLOR === undefined,
    width: logWidth,
    rules: explainableRules,
  };
  const text = async (name: FormatName, about = report): Promise<string> =>
    Array.from(
      await format(about, name, name === 'pretty' ? setting : { ...setting, color: false }),
    ).join('');
  say(
    inert(
      report.connectors.length === 0
        ? 'No connector has changed: there was nothing to check.'
        : await text('pretty'),
    ).trimEnd(),
  );
  if (inputs.annotations)
    for (const line of workflowAnnotations(withoutExisting(located))) say(line);

  const file = join(
    await mkdtemp(join(environment.RUNNER_TEMP || tmpdir(), 'gatehouse-')),
    `report.${extensions[inputs.format]}`,
  );
  await writeFile(file, await text(inputs.format, inputs.format === 'sarif' ? located : report));
  if (inputs.sarifFile !== undefined) {
    await writeOutput(inputs.sarifFile, await text('sarif', located)).catch((error: unknown) =>
      Promise.reject(
        new UserError(
          `The input sarif-file: ${inputs.sarifFile} could not be written: ${errorMessage(error)}`,
        ),
      ),
    );
  }
  const fresh = report.connectors.flatMap(({ findings }) =>
    findings.filter(({ existing }) => !existing),
  );
  setOutputs(environment, {
    errors: String(fresh.filter(({ severity }) => severity === 'error').length),
    warnings: String(fresh.filter(({ severity }) => severity === 'warning').length),
    verdict: largest(report),
    report: file,
    sarif: inputs.sarifFile === undefined ? '' : resolve(inputs.sarifFile),
    changelog: truncateMarkdown(changes, maxOutput, '… and more.'),
  });
  addSummary(environment, (characters) => {
    const found = headed(report, characters - 100);
    return `${found}${folded(changes, characters - 100 - found.length)}`;
  });
}

/** What a change did not bring is no news at its lines. */
const withoutExisting = (report: Report): Report => ({
  ...report,
  connectors: report.connectors.map((one) => ({
    ...one,
    findings: one.findings.filter(({ existing }) => !existing),
  })),
});

const headed = (report: Report, limit: number): string =>
  report.connectors.length === 0
    ? '**No connector has changed: there was nothing to check.**\n'
    : toMarkdown(report, { limit });

const breaches: Record<Threshold, readonly string[]> = {
  error: ['error'],
  warning: ['error', 'warning'],
  note: ['error', 'warning', 'note'],
  never: [],
};

/** 1 where something new is as severe as the step is to fail on. */
function verdictOf({ connectors }: Report, failOn: Threshold): number {
  return connectors.some(({ findings }) =>
    findings.some(({ severity, existing }) => !existing && breaches[failOn].includes(severity)),
  )
    ? 1
    : 0;
}

/**
 * Comments on the pull request that the event is about. Whether it can does not change what was
 * found.
 */
async function comment(
  environment: Environment,
  inputs: Inputs,
  occasion: Exclude<Trigger, { kind: 'run' }>,
  report: Report,
  changes: string,
): Promise<void> {
  if (occasion.kind !== 'pull-request') {
    say('No comment: there is no pull request.');
    return;
  }
  const { pull } = occasion;
  const body = reportComment(report, {
    head: pull.head,
    run: runPage(environment),
    changelog: changes,
    handedOver: false,
  });
  try {
    const { upsertComment } = await import('../github/upsert-comment.ts');
    const done = await upsertComment(
      await clientOf(environment, inputs),
      repositoryOf(environment),
      {
        pull: pull.number,
        head: pull.head,
        marker: commentMarker,
        body,
        create: report.connectors.length > 0,
      },
    );
    if ('done' in done) say(`The comment on #${pull.number} was ${done.done}.`);
    else say(`No comment on #${pull.number}: ${done.not}.${whyNot(pull, environment)}`);
  } catch (error) {
    say(workflowCommand('warning', { title: 'Gatehouse could not comment' }, errorMessage(error)));
  }
}

/** Why a token is refused, as far as the event tells. */
function whyNot({ fork }: PullEvent, { GITHUB_ACTOR: actor }: Environment): string {
  if (fork)
    return (
      ' The pull request comes from a fork, and GitHub gives runs for those a token that ' +
      'may only read. docs/action.md has two workflows that comment all the same.'
    );
  if (actor === 'dependabot[bot]')
    return ' GitHub gives runs that Dependabot starts a token that may only read.';
  return ' A comment takes `permissions: pull-requests: write` in the workflow.';
}

/**
 * The trusted half: comments with a report that a run for a pull request has handed over. All of it
 * may be the pull request's own making, so it is read as such, and the pull request is the one that
 * GitHub says the run was for.
 */
async function postFromArtifact(
  environment: Environment,
  inputs: Inputs,
  run: RunEvent,
): Promise<number> {
  if (inputs.handover === undefined)
    throw new UserError(
      'On workflow_run the input handover must name the report that the run has handed ' +
        'over. docs/action.md shows both workflows.',
    );
  if (run.event !== 'pull_request')
    throw new UserError(
      `The run was for ${run.event}, and only those for pull_request are commented on.`,
    );
  const workspace = workspaceOf(environment);
  const file = resolve(workspace, inputs.handover);
  const link = linkOnTheWay(file, workspace);
  const found = link === undefined ? readRegularFile(file, { most: parseLimits.bytes }) : undefined;
  if (found === undefined)
    throw new UserError(
      `${file}, which the input handover names, cannot be read: ` +
        `${link} is a symbolic link, and links are not followed.`,
    );
  if (!('bytes' in found) && found.not === 'missing')
    throw new UserError(
      `${file}, which the input handover names, does not exist. ` +
        'Download it with actions/download-artifact before this step.',
    );
  const read =
    'bytes' in found
      ? parseReport(found.bytes, new Set(explainableRules.map(({ id }) => id)))
      : { wrong: `It ${found.says}.` };
  if ('wrong' in read)
    throw new UserError(`What was handed over is no report of Gatehouse in JSON. ${read.wrong}`);
  const [client, repository] = [await clientOf(environment, inputs), repositoryOf(environment)];
  const { findPullRequest, upsertComment } = await import('../github/upsert-comment.ts');
  const pull = await findPullRequest(client, repository, { ...run, sha: run.head });
  if (!pull.ok) {
    say(workflowCommand('notice', { title: 'No comment' }, `${pull.reason}.`));
    return 0;
  }
  const body = reportComment(read.report, {
    head: run.head,
    run: run.url,
    changelog: '',
    handedOver: true,
  });
  const done = await upsertComment(client, repository, {
    pull: pull.value,
    head: run.head,
    marker: commentMarker,
    body,
    create: read.report.connectors.length > 0,
  });
  say(
    'done' in done
      ? `The comment on #${pull.value} was ${done.done}.`
      : workflowCommand('notice', { title: 'No comment' }, `#${pull.value}: ${done.not}.`),
  );
  return 0;
}

/**
 * The agreement alone, with signatures in a branch: for the pull request that the event is about,
 * or for all that are open.
 */
async function agreements(
  environment: Environment,
  inputs: Inputs,
  branch: string,
  subject: ClaTrigger,
): Promise<number> {
  if (inputs.handover !== undefined)
    throw new UserError('The inputs cla-branch and handover are for two steps.');
  if (subject.kind === 'unclear')
    throw new UserError(
      `${subject.reason} docs/workflows/cla.yml has the events that the agreement takes.`,
    );
  if (subject.kind === 'nothing') {
    say(`There was nothing to do: ${subject.reason}.`);
    return 0;
  }
  const { reviewCla, claContext } = await import('./cla.ts');
  const outside = await claContext(
    await clientOf(environment, inputs),
    { repository: repositoryOf(environment), branch },
    version(),
  );
  const pulls = subject.kind === 'pull-request' ? [subject] : await outside.open();
  if (subject.kind === 'every-open-one')
    say(`Looking at every open pull request, ${pulls.length} of them: ${subject.reason}.`);
  const [told, wrong]: [string[], string[]] = [[], []];
  for (const pull of pulls) {
    const { says, reason, done, wrong: why } = await reviewCla(pull, outside, new Date());
    const name = `#${pull.number}`;
    say(`${name}: ${[says, ...done].join('; ')}.`);
    told.push(`- ${name}: ${reason}`);
    if (why !== undefined) wrong.push(`${name}: ${why}`);
  }
  addSummary(environment, (characters) =>
    truncateMarkdown(
      `**Agreement**\n\n${told.length === 0 ? 'No pull request is open.' : told.join('\n')}\n`,
      characters,
      '… and more.\n',
    ),
  );
  if (wrong.length > 0) throw new UserError(wrong.join('\n'));
  return 0;
}

/** Loaded where somebody comments: most runs do not. */
async function clientOf(
  { GITHUB_API_URL: api = 'https://api.github.com' }: Environment,
  { token }: Inputs,
): Promise<Client> {
  if (token === '')
    throw new UserError('A comment takes a token: leave the input token out, or give one.');
  const { createTokenClient } = await import('../github/token-client.ts');
  return createTokenClient(token, api);
}

function repositoryOf({ GITHUB_REPOSITORY: repository = '' }: Environment): {
  owner: string;
  repo: string;
} {
  const [owner = '', repo = ''] = repository.split('/');
  if (owner === '' || repo === '')
    throw new UserError(`GITHUB_REPOSITORY is "${repository}" and not owner/name.`);
  return { owner, repo };
}

const runPage = ({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: repository,
  GITHUB_RUN_ID: run,
}: Environment): string | undefined =>
  server !== undefined && repository !== undefined && run !== undefined
    ? `${server}/${repository}/actions/runs/${run}`
    : undefined;

tuneForShortRun();
try {
  process.exitCode = await main(process.env);
} catch (error) {
  // What was not checked is never green.
  const known = error instanceof UserError;
  const message = maskFormattedSecrets(
    known ? error.message : `Gatehouse made a mistake of its own: ${errorMessage(error)}`,
  );
  say(workflowCommand('error', { title: 'Gatehouse could not check' }, message));
  if (!known && error instanceof Error) say(inert(error.stack ?? '').trimEnd());
  addSummary(process.env, () => `**Gatehouse could not check.** ${codeSpan(message)}\n`);
  process.exitCode = 2;
}
