import { description, isJson, type Json } from '../schema-check.ts';
import type { Account, Protection, Repository } from '../repository.ts';
import {
  created,
  notFound,
  ok,
  page,
  Refused,
  repositoryOf,
  type Asked,
  type Handlers,
} from './asked.ts';

const byLogin = ({ world }: Asked, login: string): Account => {
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
    answer: (asked) => ok(asked.shapes.publicUser(byLogin(asked, asked.parameters.username ?? ''))),
  },
  'users/get-by-id': {
    answer(asked) {
      const account = asked.world.accounts.find(
        ({ id }) => id === Number(asked.parameters.account_id),
      );
      if (!account) throw notFound();
      return ok(asked.shapes.publicUser(account));
    },
  },
  'users/get-authenticated': {
    answer(asked) {
      if (asked.viewer.kind !== 'person')
        throw new Refused(403, 'Resource not accessible by integration');
      return ok(asked.shapes.publicUser(asked.viewer.account));
    },
  },
  'repos/get-collaborator-permission-level': {
    needs: ['metadata:read'],
    answer(asked) {
      const account = byLogin(asked, asked.parameters.username ?? '');
      const role = repositoryOf(asked).roleOf(account) ?? 'none';
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
        user: { ...asked.shapes.user(account), permissions, role_name: role },
      });
    },
  },
  'orgs/check-membership-for-user': {
    needs: ['members:read'],
    answer(asked) {
      const { viewer, parameters, world } = asked;
      // Who is no member itself is sent to the list of those who show that they are.
      const seen =
        viewer.kind === 'person' ||
        [...world.installations.values()].some(
          ({ account }) => account === byLogin(asked, parameters.org ?? ''),
        );
      if (!seen)
        return {
          status: 302,
          headers: {
            location: `${asked.shapes.api}/orgs/${parameters.org ?? ''}/public_members/${parameters.username ?? ''}`,
          },
        };
      if (
        byLogin(asked, asked.parameters.org ?? '').members.has(
          byLogin(asked, asked.parameters.username ?? ''),
        )
      )
        return { status: 204 };
      throw notFound();
    },
  },
  'orgs/list-members': {
    needs: ['members:read'],
    answer: (asked) =>
      page(asked, [...byLogin(asked, asked.parameters.org ?? '').members], (one) =>
        asked.shapes.user(one),
      ),
  },
  'teams/list-members-in-org': {
    needs: ['members:read'],
    answer(asked) {
      const team = byLogin(asked, asked.parameters.org ?? '').teams.get(
        asked.parameters.team_slug ?? '',
      );
      if (!team) throw notFound();
      return page(asked, [...team], (one) => asked.shapes.user(one));
    },
  },
  'repos/get': {
    answer: (asked) => ok(asked.shapes.repository(repositoryOf(asked), 'full-repository')),
  },
  'repos/get-branch': {
    needs: ['contents:read'],
    answer(asked) {
      const repository = repositoryOf(asked);
      const name = asked.parameters.branch ?? '';
      const commit = repository.resolve(`refs/heads/${name}`);
      if (!commit) throw new Refused(404, 'Branch not found');
      const protection = repository.protections.get(name);
      const url = `${asked.shapes.api}/repos/${repository.fullName}/branches/${encodeURIComponent(name)}`;
      return ok({
        name,
        commit: asked.shapes.commit(repository, commit),
        _links: { self: url, html: `${asked.shapes.html}/${repository.fullName}/tree/${name}` },
        protected: protection !== undefined,
        protection: protectionShape(`${url}/protection`, protection ?? {}),
        protection_url: `${url}/protection`,
      });
    },
  },
  'repos/get-branch-rules': {
    needs: ['metadata:read'],
    answer(asked) {
      const repository = repositoryOf(asked);
      return page(
        asked,
        rules(repository, repository.protections.get(asked.parameters.branch ?? '') ?? {}),
        (one) => one,
      );
    },
  },
  'apps/get-authenticated': {
    answer(asked) {
      if (asked.viewer.kind !== 'app')
        throw new Refused(401, 'A JSON web token could not be decoded');
      return ok(asked.shapes.app(asked.viewer.app));
    },
  },
  'apps/list-installations': {
    answer(asked) {
      const { viewer, world } = asked;
      if (viewer.kind !== 'app') throw new Refused(401, 'A JSON web token could not be decoded');
      return page(
        asked,
        [...world.installations.values()].filter(({ app }) => app === viewer.app),
        asked.shapes.installation.bind(asked.shapes),
      );
    },
  },
  'apps/get-installation': {
    answer(asked) {
      const installation = asked.world.installations.get(Number(asked.parameters.installation_id));
      if (asked.viewer.kind !== 'app' || installation?.app !== asked.viewer.app) throw notFound();
      return ok(asked.shapes.installation(installation));
    },
  },
  'apps/get-repo-installation': {
    answer(asked) {
      const repository = repositoryOf(asked);
      const { viewer } = asked;
      const found = [...asked.world.installations.values()].find(
        ({ app, repositories }) =>
          viewer.kind === 'app' && app === viewer.app && repositories.has(repository),
      );
      if (!found) throw notFound();
      return ok(asked.shapes.installation(found));
    },
  },
  'apps/create-installation-access-token': {
    answer(asked) {
      const { viewer, world } = asked;
      const installation = world.installations.get(Number(asked.parameters.installation_id));
      if (viewer.kind !== 'app' || installation?.app !== viewer.app) throw notFound();
      return created(
        asked.grant(
          installation.id,
          isJson(asked.body.permissions) ? asked.body.permissions : undefined,
        ),
      );
    },
  },
  'apps/list-repos-accessible-to-installation': {
    answer(asked) {
      if (asked.viewer.kind !== 'installation')
        throw new Refused(
          403,
          'You must authenticate with an installation access token in order to list repositories for an installation.',
        );
      const all = [...asked.viewer.repositories];
      return page(
        asked,
        all,
        (one) => asked.shapes.repository(one),
        (repositories) => ({ total_count: all.length, repositories }),
      );
    },
  },
  'apps/create-from-manifest': {
    answer(asked) {
      const app = asked.world.apps[0];
      if (!app) throw notFound();
      const secrets = {
        client_id: 'Iv1.fake',
        client_secret: 'secret of a fake',
        webhook_secret: app.secret,
        pem: app.privateKey,
      };
      return created(description().fill('integration', { ...asked.shapes.app(app), ...secrets }));
    },
  },
  'meta/get-zen': { answer: () => ({ status: 200, body: 'Keep it logically awesome.' }) },
};
