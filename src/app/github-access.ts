import {
  readInstallations,
  type AppRegistration,
  type CredentialCheck,
  type Installation,
} from '../github/read-app.ts';
import { errorMessage } from '../shared/user-error.ts';
import type { Clients } from './clients.ts';
import { describeClock, describeRefusal } from './credential-errors.ts';
import type { Log } from './log.ts';
import { missingEssentials, missingPermissions, type Manifest } from './manifest.ts';
import type { Metrics } from './metrics.ts';

/** How often GitHub is asked again if all is well, in milliseconds. */
const interval = 15 * 60_000;
/** How often it is asked if the App cannot work: at first, doubled up to a minute. */
const [firstRetry, maxRetry] = [1000, 60_000];
/** How many responses that say "no" may cause an extra check between two regular ones. */
const maxExtraChecks = 5;

interface GitHubAccessOptions {
  clients: Clients;
  metrics: Metrics;
  log: Log;
  manifest: Manifest;
  /** For messages: the credentials, and the host of GitHub. */
  credentials: { appId: string; privateKey: string; host: string };
}

/**
 * Whether GitHub accepts the credentials of the App, and what the App was not granted. It asks
 * GitHub at the start, regularly, and whenever a response says that something was not allowed. Logs
 * each problem once.
 */
export class GitHubAccess {
  readonly #options: GitHubAccessOptions;
  /** Why the App cannot work; undefined if it can. */
  #obstacle: string | undefined;
  #app: AppRegistration | undefined;
  #installations: readonly Installation[] = [];
  #reported = new Set<string>();
  #checking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retry = firstRetry;
  #extraChecks = 0;
  #isStopped = false;

  constructor(options: GitHubAccessOptions) {
    this.#options = options;
  }

  /** Why the App cannot work; undefined if it can. */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** Undefined until GitHub accepted the credentials. */
  get app(): AppRegistration | undefined {
    return this.#app;
  }

  /** Those that are not suspended. */
  get installations(): readonly Installation[] {
    return this.#installations;
  }

  /** @param first what GitHub answered when the process started */
  async start(first: CredentialCheck): Promise<void> {
    await this.#check(() => Promise.resolve(first));
  }

  /** Takes note of a response, with the status that the client got in the end. */
  noteResponse(status: number): void {
    const isRefusal = status === 401 || status === 403;
    const isRecovery = status < 300 && this.#obstacle !== undefined;
    if ((!isRefusal && !isRecovery) || this.#extraChecks >= maxExtraChecks) return;
    if (this.#checking) return;
    this.#extraChecks += 1;
    void this.#check(() => this.#options.clients.checkCredentials());
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #check(ask: () => Promise<CredentialCheck>): Promise<void> {
    this.#checking ??= this.#update(ask)
      // A failure of this check must not end the process: the next check may succeed.
      .catch((error: unknown) => {
        this.#obstacle = `GitHub cannot be asked about the App: ${errorMessage(error)}`;
        this.#report([this.#obstacle]);
      })
      .finally(() => {
        this.#checking = undefined;
        this.#schedule();
      });
    return this.#checking;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    if (this.#obstacle === undefined) this.#retry = firstRetry;
    const delay = this.#obstacle === undefined ? interval : this.#retry;
    this.#timer = setTimeout(() => {
      this.#extraChecks = 0;
      this.#retry = Math.min(maxRetry, this.#retry * 2);
      void this.#check(() => this.#options.clients.checkCredentials());
    }, delay).unref();
  }

  async #update(ask: () => Promise<CredentialCheck>): Promise<void> {
    const { credentials, metrics } = this.#options;
    const check = await ask();
    metrics.credentialsAccepted.set(check.kind === 'accepted' ? 1 : 0);
    if (check.kind !== 'accepted') {
      this.#obstacle =
        check.kind === 'refused'
          ? describeRefusal(check, credentials)
          : `GitHub (${credentials.host}) does not answer: ${check.reason}`;
      return this.#report([this.#obstacle]);
    }
    this.#app = check.app;
    const installations = await readInstallations(await this.#options.clients.forApp());
    this.#installations = installations.ok
      ? installations.value.filter(({ isSuspended }) => !isSuspended)
      : [];
    this.#obstacle = this.#obstacleInPermissions(check.app);
    const clock = describeClock(check.clockDifference);
    this.#report([
      ...(clock === undefined ? [] : [`The clock of this machine is ${clock}: set it.`]),
      ...(installations.ok ? [] : [`The installations cannot be listed: ${installations.reason}`]),
      ...this.#problemsOf(check.app),
    ]);
  }

  /** Not ready if pull requests cannot be reviewed anywhere. */
  #obstacleInPermissions(app: AppRegistration): string | undefined {
    const ofApp = missingEssentials(app.permissions);
    if (ofApp.length > 0) return `The App lacks permissions: ${ofApp.join(', ')}.`;
    const lacking = this.#installations.map(({ permissions }) => missingEssentials(permissions));
    return lacking.length > 0 && lacking.every((missing) => missing.length > 0)
      ? `No installation has granted these permissions: ${lacking[0]?.join(', ')}.`
      : undefined;
  }

  /** What the App or an installation lacks, compared with `app.yml`. */
  #problemsOf(app: AppRegistration): string[] {
    const { manifest, metrics } = this.#options;
    const { default_permissions: needed, default_events: events } = manifest;
    const ofApp = missingPermissions(needed, app.permissions);
    const missingEvents = events.filter((event) => !app.events.includes(event));
    const ofInstallations = this.#installations.map((installation) => ({
      ...installation,
      missing: missingPermissions(needed, installation.permissions),
    }));
    metrics.missingPermissions.reset();
    for (const { missing } of ofInstallations)
      for (const permission of missing) metrics.missingPermissions.inc({ permission });
    const settings = `Add it on the App's settings page, under "Permissions & events".`;
    return [
      ...(ofApp.length > 0
        ? [`The App does not request every permission: ${ofApp.join(', ')} is missing. ${settings}`]
        : []),
      ...(missingEvents.length > 0
        ? [
            `The App does not subscribe to every event: ${missingEvents.join(', ')} is missing. ${settings}`,
          ]
        : []),
      ...ofInstallations
        .map(({ missing, ...installation }) => ({
          ...installation,
          // The owner can grant only what the App requests.
          missing: missing.filter((permission) => !ofApp.includes(permission)),
        }))
        .filter(({ missing }) => missing.length > 0)
        .map(
          ({ account, url, missing }) =>
            `${account} has not granted ${missing.join(', ')}. Its owner can accept it: ${url}`,
        ),
    ];
  }

  /** Logs the problems that are new, and how many of the earlier ones are gone. */
  #report(problems: readonly string[]): void {
    const { log } = this.#options;
    const isObstacle = (problem: string): boolean => problem === this.#obstacle;
    const all = new Set([...problems, ...(this.#obstacle === undefined ? [] : [this.#obstacle])]);
    for (const problem of all)
      if (!this.#reported.has(problem)) log[isObstacle(problem) ? 'error' : 'warn'](problem);
    if (this.#reported.size > 0 && all.size === 0)
      log.info('GitHub accepts the App again, and grants everything that it needs.');
    this.#reported = all;
  }
}
