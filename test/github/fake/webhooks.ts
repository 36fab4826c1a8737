import { createHmac, randomUUID } from 'node:crypto';
import { description, type Json } from './schema-check.ts';
import type { ResponseBodies } from './response-bodies.ts';
import type { About, CheckRun, Happening, Repository, World } from './repository.ts';

/** Something that an App is told. */
export interface Delivery {
  /** The same however often it is sent. */
  id: string;
  event: string;
  /** Empty where the event has none. */
  action: string;
  payload: Json;
  /** What each attempt was answered with: a status, or that nobody answered. */
  outcomes: (number | 'no answer')[];
  /** When it was sent last. */
  at?: string;
}

const zero = '0'.repeat(40);

/**
 * Tells an App what happens, as GitHub does: signed, each delivery once, and never again by itself.
 * Held, they wait for the test, which sends them in any order, more than once, or not at all.
 */
export class Webhooks {
  /** Everything there was to tell, in the order in which it happened. */
  readonly deliveries: Delivery[] = [];
  /** Those that wait to be sent. */
  readonly held: Delivery[] = [];
  /** What was wrong with payloads, by GitHub's description. */
  readonly violations: string[] = [];
  #target: { url: string; secret: string } | undefined;
  #holding = false;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #bodies: ResponseBodies;

  constructor(bodies: ResponseBodies) {
    this.#bodies = bodies;
  }

  /** Where to send them from now on. */
  to(url: string, secret: string): void {
    this.#target = { url, secret };
  }
  /** The address, as the settings of the App show it. */
  get url(): string | undefined {
    return this.#target?.url;
  }
  /** Lets deliveries wait from now on. */
  hold = (): void => void (this.#holding = true);
  /**
   * Sends what waits, in the order given, which may leave some out or have some twice; from now on
   * nothing waits.
   */
  async release(deliveries: readonly Delivery[] = [...this.held]): Promise<void> {
    this.#holding = false;
    this.held.length = 0;
    for (const delivery of deliveries) await this.send(delivery);
  }
  /** Waits until what is being sent has been answered. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Sends a delivery once, now. Returns the status it was answered with. */
  async send(
    delivery: Delivery,
    { signature }: { signature?: string | null } = {},
  ): Promise<number | 'no answer'> {
    if (!this.#target) throw new Error('nobody said where webhooks go: call `to` first');
    const body = JSON.stringify(delivery.payload);
    const signed =
      signature === undefined
        ? `sha256=${createHmac('sha256', this.#target.secret).update(body).digest('hex')}`
        : signature;
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/fake',
      'x-github-delivery': delivery.id,
      'x-github-event': delivery.event,
      'x-github-hook-id': '1',
    };
    let outcome: number | 'no answer';
    try {
      const answer = await fetch(this.#target.url, {
        method: 'POST',
        body,
        headers: { ...headers, ...(signed !== null && { 'x-hub-signature-256': signed }) },
      });
      await answer.arrayBuffer();
      outcome = answer.status;
    } catch {
      outcome = 'no answer'; // it is not running: GitHub does not try again either
    }
    delivery.outcomes.push(outcome);
    delivery.at = new Date().toISOString();
    return outcome;
  }

  /** A delivery of one's own making, for example one of GitHub's examples. */
  make(event: string, payload: Json, id: string = randomUUID()): Delivery {
    const delivery: Delivery = {
      id,
      event,
      action: typeof payload.action === 'string' ? payload.action : '',
      payload,
      outcomes: [],
    };
    this.deliveries.push(delivery);
    return delivery;
  }

  /** Tells every App that is installed where it happened and has asked to be told. */
  tell(world: World, happening: Happening): void {
    for (const { id, app, repositories } of world.installations.values()) {
      const { event, action, repository, sender, about } = happening;
      const own = event === 'installation' && about.installation === id;
      if (!own && !(repository && repositories.has(repository) && app.events.includes(event)))
        continue;
      // Of check runs GitHub tells an App that made them.
      if (event === 'check_run' && about.run?.app !== app) continue;
      const installation = world.installations.get(id);
      const payload = {
        ...(action !== undefined && { action }),
        ...this.#about(event, about, repository),
        ...(repository && { repository: this.#bodies.repository(repository) }),
        sender: this.#bodies.user(sender),
        installation:
          own && installation
            ? this.#bodies.installation(installation)
            : { id, node_id: String(id) },
        ...(own && { repositories: [...repositories].map((one) => this.#bodies.repository(one)) }),
        ...(repository?.owner.type === 'Organization' && {
          organization: organization(this.#bodies.user(repository.owner)),
        }),
      };
      const name = `${event}${action === undefined ? '' : `-${action}`}`.replaceAll('_', '-');
      const shaped = description().fillWebhook(name, payload);
      this.violations.push(...description().checkWebhook(event, shaped));
      this.#deliver(this.make(event, shaped));
    }
  }

  #deliver(delivery: Delivery): void {
    if (this.#holding) this.held.push(delivery);
    if (this.#holding || !this.#target) return;
    const sending = this.send(delivery).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  #about(
    event: string,
    {
      pull,
      comment,
      review,
      run,
      group,
      deployment,
      status,
      label,
      before,
      after,
      changes,
      reason,
      branch,
    }: About,
    repository: Repository | undefined,
  ): Json {
    const bodies = this.#bodies;
    switch (event) {
      case 'pull_request':
        return {
          number: pull?.number,
          pull_request: pull && bodies.pull(pull),
          ...(changes && { changes }),
          ...(before !== undefined && { before, after }),
          ...(label && { label: bodies.label(label) }),
        };
      case 'issue_comment':
        return {
          issue: pull && bodies.issue(pull),
          comment: pull && comment && bodies.comment(pull, comment),
          ...(changes && { changes }),
        };
      case 'pull_request_review':
        return {
          pull_request: pull && bodies.pullSimple(pull),
          review: pull &&
            review && {
              ...bodies.review(pull, review),
              state: review.state.toLowerCase(),
              body: review.body === '' ? null : review.body,
            },
        };
      case 'check_run':
        return { check_run: repository && run && this.#checkRun(repository, run) };
      case 'merge_group':
        return {
          merge_group: repository && group && bodies.mergeGroup(repository, group),
          ...(reason !== undefined && { reason }),
        };
      case 'push':
        return repository ? this.#push(repository, branch ?? '', before, after ?? zero) : {};
      case 'repository':
        return { ...(changes && { changes }) };
      case 'deployment':
      case 'deployment_status':
        return {
          deployment: repository && deployment && bodies.deployment(repository, deployment),
          ...(repository &&
            deployment &&
            status && {
              deployment_status: bodies.deploymentStatus(repository, deployment, status),
            }),
        };
      default:
        return {};
    }
  }

  #checkRun(repository: Repository, run: CheckRun): Json {
    const shape = this.#bodies.checkRun(repository, run);
    const suite = {
      id: run.suite,
      node_id: String(run.suite),
      head_sha: run.head,
      head_branch: null,
      status: repository.statusOf(run.suite),
      conclusion: repository.requeued.has(run.suite) ? null : run.conclusion,
      app: shape.app,
      repository: this.#bodies.repository(repository, 'minimal-repository'),
    };
    return { ...shape, check_suite: suite };
  }

  #push(repository: Repository, branch: string, before: string | undefined, after: string): Json {
    const commit = repository.store.commits.get(after);
    const { name, email } = commit?.author ?? { name: '', email: '' };
    const person = { name, email };
    const told = commit && {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.author.date,
      url: `${this.#bodies.html}/${repository.fullName}/commit/${commit.sha}`,
      author: person,
      committer: person,
      added: [],
      modified: [],
      removed: [],
      distinct: true,
    };
    return {
      ref: `refs/heads/${branch}`,
      before: before ?? zero,
      after,
      base_ref: null,
      created: before === undefined,
      deleted: false,
      forced: false,
      compare: `${this.#bodies.html}/${repository.fullName}/compare/${before ?? zero}...${after}`,
      commits: told ? [told] : [],
      head_commit: told ?? null,
      pusher: { name, email },
    };
  }
}

/** An organization as webhooks tell of it. */
const organization = ({ login, id, node_id, url, avatar_url }: Json): Json => ({
  login,
  id,
  node_id,
  url,
  avatar_url,
  description: null,
  ...Object.fromEntries(
    ['repos', 'events', 'hooks', 'issues', 'members', 'public_members'].map((name) => [
      `${name}_url`,
      `${String(url)}/${name}`,
    ]),
  ),
});
