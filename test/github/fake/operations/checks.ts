import { isJson, type Json } from '../schema-check.ts';
import type { App, CheckRun, Deployment } from '../repository.ts';
import {
  created,
  invalid,
  notFound,
  number,
  ok,
  page,
  Refused,
  repositoryOf,
  text,
  type Call,
  type Handlers,
} from './call.ts';

/** Only an App may write checks. */
function appOf({ viewer }: Call): App {
  if (viewer.kind !== 'installation')
    throw new Refused(403, 'You must authenticate via a GitHub App.');
  return viewer.app;
}

function runOf(call: Call): CheckRun {
  const run = repositoryOf(call).checkRuns.find(
    ({ id }) => id === Number(call.parameters.check_run_id),
  );
  if (!run) throw notFound();
  return run;
}

/** What the statuses of a commit come to. */
function combined(states: readonly string[]): string {
  if (states.some((state) => state === 'failure' || state === 'error')) return 'failure';
  return states.length > 0 && states.every((state) => state === 'success') ? 'success' : 'pending';
}

/** Puts what a request says onto a run. Annotations are added to those that are there. */
function update(call: Call, run: CheckRun): void {
  const { body, world } = call;
  const { output } = body;
  run.name = text(body, 'name') ?? run.name;
  run.externalId = text(body, 'external_id') ?? run.externalId;
  run.detailsUrl = text(body, 'details_url') ?? run.detailsUrl;
  run.startedAt = text(body, 'started_at') ?? run.startedAt;
  if (isJson(output)) {
    run.title = text(output, 'title') ?? run.title;
    run.summary = text(output, 'summary') ?? run.summary;
    run.text = text(output, 'text') ?? run.text;
    for (const one of Array.isArray(output.annotations) ? output.annotations.filter(isJson) : [])
      run.annotations.push(annotation(one));
  }
  const conclusion = text(body, 'conclusion');
  const status = conclusion === undefined ? text(body, 'status') : 'completed';
  if (status === 'completed' && conclusion === undefined)
    throw invalid('Invalid request.\n\nMissing required parameter: conclusion');
  if (status === undefined) return;
  repositoryOf(call).requeued.delete(run.suite);
  run.status = status;
  run.conclusion = conclusion ?? null;
  run.completedAt = status === 'completed' ? (text(body, 'completed_at') ?? world.now()) : null;
}

function annotation(one: Json) {
  const [start, end] = [number(one, 'start_line') ?? 0, number(one, 'end_line') ?? 0];
  const [first, last] = [number(one, 'start_column'), number(one, 'end_column')];
  if (start < 1 || end < start)
    throw invalid('Invalid request.\n\nstart_line and end_line must be positive, and in order');
  if (start !== end && (first !== undefined || last !== undefined))
    throw invalid(
      'Invalid request.\n\nAnnotations only support start_column and end_column on the same line.',
    );
  const message = text(one, 'message') ?? '';
  if (message === '' || Buffer.byteLength(message) > 65_536)
    throw invalid('Invalid request.\n\nmessage is empty or too long');
  const told = {
    path: text(one, 'path') ?? '',
    start_line: start,
    end_line: end,
    start_column: first ?? null,
    end_column: last ?? null,
  };
  return {
    ...told,
    annotation_level: text(one, 'annotation_level') ?? 'warning',
    message,
    title: text(one, 'title') ?? null,
    raw_details: text(one, 'raw_details') ?? null,
  };
}

function tell(call: Call, action: string, run: CheckRun): void {
  call.world.tell({
    event: 'check_run',
    action,
    repository: repositoryOf(call),
    sender: call.viewer.account,
    about: { run },
  });
}

function deploymentOf(call: Call): Deployment {
  const deployment = repositoryOf(call).deployments.find(
    ({ id }) => id === Number(call.parameters.deployment_id),
  );
  if (!deployment) throw notFound();
  return deployment;
}

export const checks: Handlers = {
  'checks/create': {
    needs: ['checks:write'],
    answer(call) {
      const app = appOf(call);
      const repository = repositoryOf(call);
      const head = text(call.body, 'head_sha') ?? '';
      if (!repository.store.commits.has(head)) throw invalid(`No commit found for SHA: ${head}`);
      const suite =
        repository.checkRuns.find((run) => run.head === head && run.app === app)?.suite ??
        call.world.next();
      const run: CheckRun = {
        id: call.world.next(),
        suite,
        name: '',
        head,
        externalId: '',
        detailsUrl: `${call.bodies.html}/apps/${app.slug}`,
        status: 'queued',
        conclusion: null,
        startedAt: call.world.now(),
        completedAt: null,
        title: null,
        summary: null,
        text: null,
        annotations: [],
        app,
      };
      update(call, run);
      repository.checkRuns.push(run);
      tell(call, 'created', run);
      if (run.status === 'completed') tell(call, 'completed', run);
      return created(call.bodies.checkRun(repository, run));
    },
  },
  'checks/update': {
    needs: ['checks:write'],
    answer(call) {
      const app = appOf(call);
      const run = runOf(call);
      if (run.app !== app)
        throw new Refused(
          403,
          `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
        );
      const before = run.status;
      update(call, run);
      if (run.status === 'completed' && before !== 'completed') tell(call, 'completed', run);
      return ok(call.bodies.checkRun(repositoryOf(call), run));
    },
  },
  'checks/get': {
    needs: ['checks:read'],
    answer: (call) => ok(call.bodies.checkRun(repositoryOf(call), runOf(call))),
  },
  'checks/get-suite': {
    needs: ['checks:read'],
    answer(call) {
      const repository = repositoryOf(call);
      const run = repository.checkRuns.find(
        ({ suite }) => suite === Number(call.parameters.check_suite_id),
      );
      if (!run) throw notFound();
      return ok(call.bodies.checkSuite(repository, run));
    },
  },
  'checks/list-annotations': {
    needs: ['checks:read'],
    answer: (call) =>
      page(call, runOf(call).annotations, (one) => ({
        ...one,
        blob_href: `${call.bodies.html}/${repositoryOf(call).fullName}/blob/${runOf(call).head}/${one.path}`,
      })),
  },
  'checks/list-for-ref': {
    needs: ['checks:read'],
    answer(call) {
      const repository = repositoryOf(call);
      const { query } = call;
      const commit = repository.resolve(call.parameters.ref ?? '');
      if (!commit) throw invalid(`No commit found for SHA: ${call.parameters.ref ?? ''}`);
      const every =
        query.get('filter') === 'all'
          ? repository.checkRuns.filter(({ head }) => head === commit.sha)
          : repository.latestRuns(commit.sha);
      const [name, status, app] = [
        query.get('check_name'),
        query.get('status'),
        query.get('app_id'),
      ];
      const found = every.filter(
        (run) =>
          (name === null || run.name === name) &&
          (status === null || run.status === status) &&
          (app === null || run.app?.id === Number(app)),
      );
      return page(
        call,
        found.sort((a, b) => b.id - a.id),
        (run) => call.bodies.checkRun(repository, run),
        (shown) => ({ total_count: found.length, check_runs: shown }),
      );
    },
  },
  'repos/create-commit-status': {
    needs: ['statuses:write'],
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const { body, viewer, world } = call;
      const sha = call.parameters.sha ?? '';
      if (!repository.store.commits.has(sha)) throw invalid(`No commit found for SHA: ${sha}`);
      const about = text(body, 'description') ?? null;
      if (about !== null && about.length > 140)
        throw invalid('Validation Failed', [
          {
            resource: 'Status',
            code: 'custom',
            field: 'description',
            message: 'description is too long (maximum is 140 characters)',
          },
        ]);
      const status = {
        id: world.next(),
        sha,
        context: text(body, 'context') ?? 'default',
        state: text(body, 'state') ?? '',
        description: about,
        targetUrl: text(body, 'target_url') ?? null,
        creator: viewer.account,
        createdAt: world.now(),
      };
      repository.statuses.push(status);
      return created(call.bodies.status(repository, status));
    },
  },
  'repos/get-combined-status-for-ref': {
    needs: ['statuses:read'],
    answer(call) {
      const repository = repositoryOf(call);
      const commit = repository.resolve(call.parameters.ref ?? '');
      if (!commit) throw notFound();
      const latest = new Map(
        repository.statuses
          .filter(({ sha }) => sha === commit.sha)
          .map((one) => [one.context, one]),
      );
      const states = [...latest.values()].map(({ state }) => state);
      const url = `${call.bodies.api}/repos/${repository.fullName}/commits/${commit.sha}`;
      const named = {
        sha: commit.sha,
        url: `${url}/status`,
        commit_url: url,
        state: combined(states),
        total_count: latest.size,
        repository: call.bodies.repository(repository, 'minimal-repository'),
      };
      return page(
        call,
        [...latest.values()],
        ({ ...one }) => simpleStatus(call.bodies.status(repository, one)),
        (statuses) => ({ ...named, statuses }),
      );
    },
  },
  'repos/create-deployment': {
    needs: ['deployments:write'],
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const { body, viewer, world } = call;
      const ref = text(body, 'ref') ?? '';
      const commit = repository.resolve(ref);
      if (!commit) throw invalid(`No ref found for: ${ref}`);
      const required = Array.isArray(body.required_contexts)
        ? body.required_contexts
        : repository.latestRuns(commit.sha).map(({ name }) => name);
      const bad = repository
        .latestRuns(commit.sha)
        .filter(({ name, conclusion }) => required.includes(name) && conclusion !== 'success');
      if (bad.length > 0)
        throw new Refused(409, `Conflict: Commit status checks failed for ${ref}.`);
      const about = {
        task: text(body, 'task') ?? 'deploy',
        environment: text(body, 'environment') ?? 'production',
        description: text(body, 'description') ?? null,
        payload: body.payload ?? {},
      };
      const deployment: Deployment = {
        id: world.next(),
        sha: commit.sha,
        ref,
        ...about,
        creator: viewer.account,
        createdAt: world.now(),
        statuses: [],
        production:
          body.production_environment === true ||
          (body.production_environment === undefined && about.environment === 'production'),
        transient: body.transient_environment === true,
      };
      repository.deployments.push(deployment);
      world.tell({
        event: 'deployment',
        action: 'created',
        repository,
        sender: viewer.account,
        about: { deployment },
      });
      return created(call.bodies.deployment(repository, deployment));
    },
  },
  'repos/list-deployments': {
    needs: ['deployments:read'],
    answer(call) {
      const repository = repositoryOf(call);
      const wanted = (['sha', 'ref', 'task', 'environment'] as const).map((name) => ({
        name,
        value: call.query.get(name),
      }));
      const found = repository.deployments.filter((one) =>
        wanted.every(({ name, value }) => value === null || one[name] === value),
      );
      return page(call, found.toReversed(), (one) => call.bodies.deployment(repository, one));
    },
  },
  'repos/create-deployment-status': {
    needs: ['deployments:write'],
    role: 'write',
    answer(call) {
      const repository = repositoryOf(call);
      const deployment = deploymentOf(call);
      const about = text(call.body, 'description') ?? '';
      if (about.length > 140) throw invalid('description is too long (maximum is 140 characters)');
      const status = {
        id: call.world.next(),
        state: text(call.body, 'state') ?? '',
        description: about,
        logUrl: text(call.body, 'log_url') ?? '',
        creator: call.viewer.account,
        createdAt: call.world.now(),
      };
      deployment.statuses.push(status);
      // GitHub makes the deployments before it inactive that had succeeded, but for those of an
      // environment for production or for a while.
      const before =
        call.body.auto_inactive === false || status.state !== 'success'
          ? []
          : repository.deployments.slice(0, repository.deployments.indexOf(deployment));
      for (const one of before) {
        if (
          one.environment !== deployment.environment ||
          one.production ||
          one.transient ||
          one.statuses.at(-1)?.state !== 'success'
        )
          continue;
        one.statuses.push({ ...status, id: call.world.next(), state: 'inactive' });
      }
      call.world.tell({
        event: 'deployment_status',
        action: 'created',
        repository,
        sender: call.viewer.account,
        about: { deployment, status },
      });
      return created(call.bodies.deploymentStatus(repository, deployment, status));
    },
  },
  'repos/list-deployment-statuses': {
    needs: ['deployments:read'],
    answer: (call) =>
      page(call, deploymentOf(call).statuses.toReversed(), (one) =>
        call.bodies.deploymentStatus(repositoryOf(call), deploymentOf(call), one),
      ),
  },
};

const simpleStatus = ({ creator: _creator, ...rest }: Json): Json => rest;
