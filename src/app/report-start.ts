import { openPullRequestsOf, repositoriesOf } from '../github/list-pull-requests.ts';
import { isDelivered, readWebhook } from '../github/read-app.ts';
import { parseRepositoryName } from '../review/model/repository-name.ts';
import { valueOr } from '../review/model/result.ts';
import type { Clients } from './clients.ts';
import type { Clock } from './clock.ts';
import { duration } from './credential-errors.ts';
import type { GitHubAccess } from './github-access.ts';
import type { Log } from './log.ts';

/** Of how many installations, and of how many of their repositories, details are logged. */
const [maxInstallations, maxRepositories] = [10, 10];
/** The length of the first page of a list. */
const pageLength = 100;

interface StartReportOptions {
  access: GitHubAccess;
  clients: Clients;
  log: Log;
  clock: Clock;
}

/**
 * Logs what the App guards, and whether webhooks arrive. With a few requests, also if it guards
 * many repositories. Logs why if GitHub does not answer.
 */
export async function reportStart(options: StartReportOptions): Promise<void> {
  const { access, log } = options;
  if (!access.app) return; // logged by `GitHubAccess`
  try {
    await reportRepositories(options);
    await reportWebhook(options);
  } catch (error) {
    log.warn({ err: error }, 'GitHub could not be asked what the App guards');
  }
}

async function reportRepositories({ access, clients, log }: StartReportOptions): Promise<void> {
  const { installations, app } = access;
  if (installations.length === 0) {
    log.warn(`The App is not installed anywhere. Install it: ${app?.url}/installations/new`);
    return;
  }
  for (const { id, account } of installations.slice(0, maxInstallations)) {
    const client = await clients.forInstallation(id);
    const { value: page } = await repositoriesOf(client).next();
    if (!page?.ok) {
      log.warn({ account, reason: page?.reason }, 'the repositories cannot be listed');
      continue;
    }
    const names: string[] = [];
    for (const { name: repository } of page.value.slice(0, maxRepositories)) {
      const name = parseRepositoryName(repository);
      if (!name) continue;
      const { value: pulls } = await openPullRequestsOf(client, name, 'newest').next();
      names.push(`${repository} (${pulls?.ok ? countOf(pulls.value.length) : pulls?.reason})`);
    }
    const more = page.value.length - names.length;
    log.info(
      { account, repositories: page.value.length },
      `Guards ${repositoryCount(page.value.length)} of ${account}: ${names.join(', ')}` +
        (more > 0 ? ` and ${more} more` : ''),
    );
  }
  if (installations.length > maxInstallations)
    log.info(`Guards repositories of ${installations.length - maxInstallations} more accounts`);
}

const repositoryCount = (count: number): string => {
  if (count === 1) return '1 repository';
  return count < pageLength ? `${count} repositories` : `${count} or more repositories`;
};

const countOf = (pulls: number): string => {
  if (pulls === 1) return '1 open pull request';
  return pulls < pageLength ? `${pulls} open pull requests` : `${pulls} or more open pull requests`;
};

async function reportWebhook({ clients, log, clock }: StartReportOptions): Promise<void> {
  const webhook = await readWebhook(await clients.forApp(), 1);
  if (!webhook.ok) {
    log.info({ reason: webhook.reason }, 'GitHub does not say where it delivers webhooks');
    return;
  }
  const { url, deliveries } = webhook.value;
  if (url === undefined) {
    log.warn(
      'The App has no webhook, so changes are found only by a sweep every 15 minutes. ' +
        "Set its address on the App's settings page.",
    );
    return;
  }
  const [last] = valueOr(deliveries, []);
  if (!last) {
    log.info(`Webhooks go to ${url}; GitHub has delivered none within its last days`);
    return;
  }
  const ago = duration(Math.max(0, (clock().getTime() - last.at.getTime()) / 1000));
  const text = `Webhooks go to ${url}; the last delivery (${last.event}) was ${ago} ago`;
  if (isDelivered(last)) log.info(text);
  else
    log.warn(
      `${text} and failed: ` +
        (last.status === 0
          ? 'GitHub got no answer. Can it reach this address?'
          : `the answer had the status ${last.status}.`),
    );
}
