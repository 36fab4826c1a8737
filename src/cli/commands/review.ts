import { loadApp } from '../load-app.ts';
import { reviewSteps } from '../../app/review-steps.ts';
import { UserError } from '../../shared/user-error.ts';
import { loadEnvFile } from '../../workspace/env-file.ts';
import { version } from '../../workspace/validate-checkout.ts';
import { defineCommand } from '../command.ts';
import { hasAppCredentials, isRepositoryName, needsToken, tokenAccess } from '../github-access.ts';
import { write } from '../output.ts';
import { pullTable } from '../pull-table.ts';

const defaultLimit = '100';

export const review = defineCommand({
  name: 'review',
  summary: 'Review pull requests as the App does, or preview its reviews',
  usage: 'gatehouse review <owner/repo#number>',
  example: 'gatehouse review contoso/connectors#12 --show comment',
  details: [
    'With a token in GITHUB_TOKEN or GH_TOKEN, it only reads, and prints the comment that the App ' +
      'would write if it saw the pull request for the first time with `mode: full`. `review ' +
      'owner/repo --all` prints a table of all open pull requests: whose turn it is, and what is to ' +
      'do.',
    'With the credentials of the App (APP_ID and PRIVATE_KEY) and without --show, it reviews the ' +
      'pull request and writes to GitHub. docs/operate.md describes the environment.',
    'The exit status of --all is 1 if some pull requests could not be reviewed.',
  ],
  options: {
    show: {
      type: 'string',
      value: 'step',
      description:
        'Print this step of the review, and change nothing on GitHub: the comment and the check ' +
        'in Markdown, the others as JSON',
      choices: reviewSteps,
    },
    all: { type: 'boolean', description: 'Show all open pull requests of a repository' },
    format: {
      type: 'string',
      value: 'format',
      description: 'Format of the list of --all',
      choices: ['table', 'json'],
      default: 'table',
    },
    limit: {
      type: 'string',
      value: 'n',
      description: 'Pull requests that --all reviews at most, the most recently updated first',
      default: defaultLimit,
    },
    output: { type: 'string', value: 'file', description: 'Write the result to this file' },
  },

  async run([name = ''], { show, all, format, limit, output }) {
    loadEnvFile('.env', process.env);
    if (all) {
      if (show !== undefined) throw new UserError('--all and --show cannot be used together.');
      return showAll(name, { format, limit, output });
    }
    const match = /^([\w.-]+\/[\w.-]+)#([1-9]\d{0,8})$/.exec(name);
    if (!match)
      throw new UserError(
        `review needs a pull request such as contoso/connectors#12, not ${name}. ` +
          'For all open pull requests of a repository: gatehouse review contoso/connectors --all',
      );
    const pull = { repository: match[1] ?? '', number: Number(match[2]) };
    const access = tokenAccess(process.env);
    if (hasAppCredentials(process.env) || !access) {
      if (!hasAppCredentials(process.env) && show !== undefined) needsToken('review --show');
      const app = await loadApp();
      await write([`${await app.reviewOnce(pull, show, process.env, version())}\n`], output);
      return 0;
    }
    const { previewPullRequest } = await import('../../app/preview.ts');
    const more = { ...access, version: version(), env: process.env };
    await write([`${await previewPullRequest(pull, show ?? 'comment', more)}\n`], output);
    return 0;
  },
});

async function showAll(
  name: string,
  {
    format,
    limit,
    output,
  }: { format: 'table' | 'json'; limit: string; output: string | undefined },
): Promise<number> {
  if (!isRepositoryName(name))
    throw new UserError(`review --all needs a repository such as contoso/connectors, not ${name}.`);
  if (!/^[1-9]\d{0,3}$/.test(limit))
    throw new UserError(`--limit needs a number from 1 to 9999, not ${limit}.`);
  const access = tokenAccess(process.env) ?? needsToken('review --all');
  const { previewOpenPullRequests } = await import('../../app/preview.ts');
  const list = await previewOpenPullRequests(
    name,
    Number(limit),
    { ...access, version: version(), env: process.env },
    showProgress,
  );
  const text = format === 'json' ? JSON.stringify(list, null, 2) : pullTable(list);
  await write([`${text}\n`], output);
  return list.unread.length > 0 ? 1 : 0;
}

/** Shows on stderr how many pull requests are reviewed, if stderr is a terminal. */
function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(
    done === total ? '\r\u001b[K' : `\rReviewed ${done} of ${total} pull requests`,
  );
}
