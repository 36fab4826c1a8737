import { description, isJson, type Json } from '../schema-check.ts';
import type { Account, Protection, Repository } from '../repository.ts';
import {
  created,
  notFound,
  ok,
  page,
  Refused,
  repositoryOf,
  type Call,
  type Handlers,
} from './call.ts';

const byLogin = ({ world }: Call, login: string): Account => {
  const account = world.accounts.find((one) => one.login.toLowerCase() === login.toLowerCase());
  if (!account) throw notFound();
  return account;
};

/** What anyone may read of a branch's protection with the permission to read its contents. */
function protectionShape(url: string, { requiredChecks = [], ruleset = false }: Protection): Json {
  const checked = !ruleset && requiredChecks.length > 0;
  const named = {
    contexts: checked ? requiredChecks : [],
    checks: (checked ? requiredChecks : []).map((context) => ({ context, app_id: null })),
  };
  return {
    enabled: checked,
    required_status_checks: {
      enforcement_level: checked ? 'non_admins' : 'off',
      ...named,
      url: `${url}/required_status_checks`,
    },
  };
}

/** The rules that rulesets put on a branch. */
function rules(
  repository: Repository,
  { requiredChecks = [], approvals = 0, mergeQueue = false, ruleset = false }: Protection,
): Json[] {
  if (!ruleset) return [];
  const source = {
    ruleset_source_type: 'Repository',
    ruleset_source: repository.fullName,
    ruleset_id: repository.id,
  };
  const checks = requiredChecks.map((context) => ({ context }));
  const review = {
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: approvals,
    required_review_thread_resolution: false,
  };
  const queue = {
    check_response_timeout_minutes: 60,
    grouping_strategy: 'ALLGREEN',
    max_entries_to_build: 5,
    max_entries_to_merge: 5,
    merge_method: 'SQUASH',
    min_entries_to_merge: 1,
    min_entries_to_merge_wait_minutes: 5,
  };
  return [
    ...(checks.length > 0
      ? [
          {
            type: 'required_status_checks',
            parameters: {
              required_status_checks: checks,
              strict_required_status_checks_policy: false,
            },
            ...source,
          },
        ]
      : []),
    ...(approvals > 0 ? [{ type: 'pull_request', parameters: review, ...source }] : []),
    ...(mergeQueue ? [{ type: 'merge_queue', parameters: queue, ...source }] : []),
  ];
}

export const people: Handlers = {
  'users/get-by-username': {
    answer: (call) => ok(call.bodies.publicUser(byLogin(call, call.parameters.username ?? ''))),
  },
  'users/get-by-id': {
    answer(call) {
      const account = call.world.accounts.find(
        ({ id }) => id === Number(call.parameters.account_id),
      );
      if (!account) throw notFound();
      return ok(call.bodies.publicUser(account));
    },
  },
  'users/get-authenticated': {
    answer(call) {
      if (call.viewer.kind !== 'person')
        throw new Refused(403, 'Resource not accessible by integration');
      return ok(call.bodies.publicUser(call.viewer.account));
    },
  },
  'repos/get-collaborator-permission-level': {
    needs: ['metadata:read'],
    answer(call) {
      const account = byLogin(call, call.parameters.username ?? '');
      const role = repositoryOf(call).roleOf(account) ?? 'none';
      const legacy = {
        admin: 'admin',
        maintain: 'write',
        write: 'write',
        triage: 'read',
        read: 'read',
        none: 'none',
      }[role];
      const permissions = {
        pull: role !== 'none',
        triage: ['triage', 'write', 'maintain', 'admin'].includes(role),
        push: legacy === 'write' || legacy === 'admin',
        maintain: role === 'maintain' || role === 'admin',
        admin: role === 'admin',
      };
      return ok({
        permission: legacy,
        role_name: role,
        user: { ...call.bodies.user(account), permissions, role_name: role },
      });
    },
  },
  'orgs/check-membership-for-user': {
    needs: ['members:read'],
    answer(call) {
      const { viewer, parameters, world } = call;
      // Who is no member itself is sent to the list of those who show that they are.
      const seen =
        viewer.kind === 'person' ||
        [...world.installations.values()].some(
          ({ account }) => account === byLogin(call, parameters.org ?? ''),
        );
      if (!seen)
        return {
          status: 302,
          headers: {
            location: `${call.bodies.api}/orgs/${parameters.org ?? ''}/public_members/${parameters.username ?? ''}`,
          },
        };
      if (
        byLogin(call, call.parameters.org ?? '').members.has(
          byLogin(call, call.parameters.username ?? ''),
        )
      )
        return { status: 204 };
      throw notFound();
    },
  },
  'orgs/list-members': {
    needs: ['members:read'],
    answer: (call) =>
      page(call, [...byLogin(call, call.parameters.org ?? '').members], (one) =>
        call.bodies.user(one),
      ),
  },
  'teams/list-members-in-org': {
    needs: ['members:read'],
    answer(call) {
      const team = byLogin(call, call.parameters.org ?? '').teams.get(
        call.parameters.team_slug ?? '',
      );
      if (!team) throw notFound();
      return page(call, [...team], (one) => call.bodies.user(one));
    },
  },
  'repos/get': {
    answer: (call) => ok(call.bodies.repository(repositoryOf(call), 'full-repository')),
  },
  'repos/get-branch': {
    needs: ['contents:read'],
    answer(call) {
      const repository = repositoryOf(call);
      const name = call.parameters.branch ?? '';
      const commit = repository.resolve(`refs/heads/${name}`);
      if (!commit) throw new Refused(404, 'Branch not found');
      const protection = repository.protections.get(name);
      const url = `${call.bodies.api}/repos/${repository.fullName}/branches/${encodeURIComponent(name)}`;
      return ok({
        name,
        commit: call.bodies.commit(repository, commit),
        _links: { self: url, html: `${call.bodies.html}/${repository.fullName}/tree/${name}` },
        protected: protection !== undefined,
        protection: protectionShape(`${url}/protection`, protection ?? {}),
        protection_url: `${url}/protection`,
      });
    },
  },
  'repos/get-branch-rules': {
    needs: ['metadata:read'],
    answer(call) {
      const repository = repositoryOf(call);
      return page(
        call,
        rules(repository, repository.protections.get(call.parameters.branch ?? '') ?? {}),
        (one) => one,
      );
    },
  },
  'apps/get-authenticated': {
    answer(call) {
      if (call.viewer.kind !== 'app')
        throw new Refused(401, 'A JSON web token could not be decoded');
      return ok(call.bodies.app(call.viewer.app));
    },
  },
  'repos/codeowners-errors': {
    needs: ['contents:read'],
    answer(call) {
      const repository = repositoryOf(call);
      const ref = call.query.get('ref') ?? repository.defaultBranch;
      const commit = repository.resolve(ref);
      const entry = commit && repository.store.entryAt(commit.tree, 'CODEOWNERS');
      const text = (entry && repository.store.blobs.get(entry.sha)?.toString()) ?? '';
      const errorAt = (line: string, index: number, column: number, kind: string) => ({
        line: index + 1,
        column: column + 1,
        source: line,
        kind,
        suggestion: null,
        message: `${kind} on line ${index + 1}`,
        path: 'CODEOWNERS',
      });
      const mayWrite = (login: string): boolean =>
        call.world.accounts.some(
          (account) =>
            account.login.toLowerCase() === login.toLowerCase() && repository.may(account, 'write'),
        );
      return ok({
        errors: text.split('\n').flatMap((line, index) => [
          ...(/\s@\s*$/.test(line)
            ? [errorAt(line, index, line.indexOf('@'), 'Invalid owner')]
            : []),
          ...Array.from(line.replace(/\s#.*/, '').matchAll(/(?<=\s)@([\w-]+)(?=\s|$)/g))
            .filter(([, login = '']) => !mayWrite(login))
            .map((match) => errorAt(line, index, match.index, 'Unknown owner')),
        ]),
      });
    },
  },
  'apps/list-installations': {
    answer(call) {
      const { viewer, world } = call;
      if (viewer.kind !== 'app') throw new Refused(401, 'A JSON web token could not be decoded');
      return page(
        call,
        [...world.installations.values()].filter(({ app }) => app === viewer.app),
        call.bodies.installation.bind(call.bodies),
      );
    },
  },
  'apps/get-webhook-config-for-app': {
    answer({ viewer, webhooks: { url } }) {
      if (viewer.kind !== 'app' || url === undefined) throw notFound();
      return ok({ url, content_type: 'json', insecure_ssl: '0', secret: '********' });
    },
  },
  'apps/list-webhook-deliveries': {
    answer(call) {
      if (call.viewer.kind !== 'app') throw notFound();
      const sent = call.webhooks.deliveries.filter(({ at }) => at !== undefined).toReversed();
      return page(call, sent, ({ id, event, action, at, outcomes }) => {
        const outcome = outcomes.at(-1);
        return description().fill('hook-delivery-item', {
          guid: id,
          event,
          action: action === '' ? null : action,
          delivered_at: at,
          status: outcome === 200 ? 'OK' : 'Invalid HTTP Response',
          status_code: typeof outcome === 'number' ? outcome : 0,
        });
      });
    },
  },
  'apps/get-installation': {
    answer(call) {
      const installation = call.world.installations.get(Number(call.parameters.installation_id));
      if (call.viewer.kind !== 'app' || installation?.app !== call.viewer.app) throw notFound();
      return ok(call.bodies.installation(installation));
    },
  },
  'apps/get-repo-installation': {
    answer(call) {
      const repository = repositoryOf(call);
      const { viewer } = call;
      const found = [...call.world.installations.values()].find(
        ({ app, repositories }) =>
          viewer.kind === 'app' && app === viewer.app && repositories.has(repository),
      );
      if (!found) throw notFound();
      return ok(call.bodies.installation(found));
    },
  },
  'apps/create-installation-access-token': {
    answer(call) {
      const { viewer, world } = call;
      const installation = world.installations.get(Number(call.parameters.installation_id));
      if (viewer.kind !== 'app' || installation?.app !== viewer.app) throw notFound();
      return created(
        call.grant(
          installation.id,
          isJson(call.body.permissions) ? call.body.permissions : undefined,
        ),
      );
    },
  },
  'apps/list-repos-accessible-to-installation': {
    answer(call) {
      if (call.viewer.kind !== 'installation')
        throw new Refused(
          403,
          'You must authenticate with an installation access token in order to list repositories for an installation.',
        );
      const all = [...call.viewer.repositories];
      return page(
        call,
        all,
        (one) => call.bodies.repository(one),
        (repositories) => ({ total_count: all.length, repositories }),
      );
    },
  },
  'apps/create-from-manifest': {
    answer(call) {
      const app = call.world.apps[0];
      if (!app) throw notFound();
      const secrets = {
        client_id: 'Iv1.fake',
        client_secret: 'secret of a fake',
        webhook_secret: app.secret,
        pem: app.privateKey,
      };
      return created(description().fill('integration', { ...call.bodies.app(app), ...secrets }));
    },
  },
  'meta/get-zen': { answer: () => ({ status: 200, body: 'Keep it logically awesome.' }) },
};
