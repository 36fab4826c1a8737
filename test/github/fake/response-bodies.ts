import { description, type Json } from './schema-check.ts';
import type { Commit, Difference, Signature } from './git-objects.ts';
import type {
  Account,
  App,
  CheckRun,
  Comment,
  Deployment,
  Installation,
  Label,
  MergeGroup,
  Pull,
  Reaction,
  Repository,
  Review,
  ReviewComment,
  Status,
  World,
} from './repository.ts';

const fill = (schema: string, known: Json): Json => description().fill(schema, known);
/** GraphQL's name of a thing. */
export const nodeId = (kind: string, id: number): string =>
  Buffer.from(`${kind}:${id}`).toString('base64url');
export const pathIn = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** How the fake's things look in the answers of the REST API and in webhooks. */
export class ResponseBodies {
  /** Where the API answers, without a slash at the end. */
  api = '';
  /** Where pages are. */
  html = '';
  readonly #world: World;
  readonly #users = new Map<string, Json>();

  constructor(world: World) {
    this.#world = world;
  }

  user(account: Account, schema = 'simple-user'): Json {
    const key = `${schema} ${account.id} ${this.api}`;
    let shape = this.#users.get(key);
    if (!shape) {
      const page =
        account.type === 'Bot'
          ? `${this.html}/apps/${account.login.replace('[bot]', '')}`
          : `${this.html}/${account.login}`;
      const named = {
        login: account.login,
        id: account.id,
        node_id: nodeId('User', account.id),
        type: account.type,
        site_admin: false,
        gravatar_id: '',
      };
      shape = fill(schema, {
        ...named,
        url: `${this.api}/users/${encodeURIComponent(account.login)}`,
        html_url: page,
        avatar_url: `${this.html}/avatars/${account.id}`,
      });
      this.#users.set(key, shape);
    }
    return shape;
  }

  publicUser = (account: Account): Json => ({
    ...this.user(account, 'public-user'),
    name: account.name,
    email: null,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
  });

  #repositoryUrl = ({ fullName }: Repository): string => `${this.api}/repos/${fullName}`;

  repository(repository: Repository, schema = 'repository'): Json {
    const { id, name, fullName, owner, isPrivate, parent, defaultBranch, createdAt } = repository;
    const named = {
      id,
      node_id: nodeId('Repository', id),
      name,
      full_name: fullName,
      owner: this.user(owner),
      private: isPrivate,
      fork: parent !== undefined,
    };
    const placed = {
      url: this.#repositoryUrl(repository),
      html_url: `${this.html}/${fullName}`,
      contents_url: `${this.#repositoryUrl(repository)}/contents/{+path}`,
    };
    const more =
      schema === 'minimal-repository' || schema === 'simple-repository'
        ? {}
        : {
            default_branch: defaultBranch,
            created_at: createdAt,
            updated_at: createdAt,
            pushed_at: createdAt,
            visibility: isPrivate ? 'private' : 'public',
            has_discussions: false,
          };
    // Only of one repository GitHub says what it is a fork of.
    const origin =
      schema === 'full-repository' && parent
        ? { parent: this.repository(parent), source: this.repository(rootOf(parent)) }
        : {};
    return fill(schema, { ...named, ...placed, ...more, ...origin });
  }

  label = ({ id, name, color, description: about }: Label): Json => ({
    id,
    node_id: nodeId('Label', id),
    url: `${this.api}/labels/${encodeURIComponent(name)}`,
    name,
    color,
    description: about,
    default: false,
  });

  #side(repository: Repository | undefined, ref: string, sha: string, user: Account): Json {
    const owner = repository?.owner ?? user;
    return {
      label: `${owner.login}:${ref}`,
      ref,
      sha,
      user: this.user(owner),
      repo: repository ? this.repository(repository) : null,
    };
  }

  #pullBasics(pull: Pull): Json {
    const { repository } = pull;
    const url = `${this.#repositoryUrl(repository)}/pulls/${pull.number}`;
    const issue = `${this.#repositoryUrl(repository)}/issues/${pull.number}`;
    const html = `${this.html}/${repository.fullName}/pull/${pull.number}`;
    const said = {
      title: pull.title,
      body: pull.body,
      draft: pull.draft,
      state: pull.state,
      user: this.user(pull.user),
      author_association: repository.associationOf(pull.user),
    };
    const when = {
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt ?? null,
      merged_at: pull.mergedAt ?? null,
      merge_commit_sha: pull.mergeCommit ?? null,
    };
    const known = {
      id: pull.id,
      node_id: nodeId('PullRequest', pull.id),
      number: pull.number,
      url,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      issue_url: issue,
      commits_url: `${url}/commits`,
      comments_url: `${issue}/comments`,
      review_comments_url: `${url}/comments`,
      statuses_url: `${this.#repositoryUrl(repository)}/statuses/${pull.head}`,
      ...said,
      ...when,
      head: this.#side(pull.headRepository, pull.headRef, pull.head, pull.user),
      base: this.#side(repository, pull.baseRef, pull.baseSha, repository.owner),
      assignee: null,
      assignees: [],
      requested_reviewers: [],
      requested_teams: [],
      milestone: null,
      auto_merge: null,
      locked: false,
      active_lock_reason: null,
    };
    return known;
  }

  #labels = ({ labels, repository }: Pull): Json[] =>
    [...labels]
      .flatMap((name) => repository.labels.get(name) ?? [])
      .map((one) => ({ ...this.label(one), description: one.description ?? '' }));

  pull(pull: Pull): Json {
    const changes = pull.files.map((file) => pull.repository.store.patch(file));
    const sum = (of: 'additions' | 'deletions'): number =>
      changes.reduce((total, change) => total + change[of], 0);
    const counted = {
      comments: pull.comments.length,
      review_comments: pull.reviews.flatMap(({ comments }) => comments).length,
      commits: pull.commits.length,
    };
    const state = {
      merged: pull.mergedAt !== undefined,
      mergeable: pull.mergeable,
      mergeable_state: pull.mergeableState,
      merged_by: pull.mergedBy ? this.user(pull.mergedBy) : null,
    };
    const size = {
      changed_files: changes.length,
      additions: sum('additions'),
      deletions: sum('deletions'),
    };
    return fill('pull-request', {
      ...this.#pullBasics(pull),
      labels: this.#labels(pull),
      ...counted,
      ...state,
      ...size,
      maintainer_can_modify: pull.maintainersMayPush && pull.headRepository !== pull.repository,
    });
  }
  /** The event of an issue that tells of another base branch. */
  baseChange = ({ id, actor, createdAt }: Pull['baseChanges'][number]): Json => ({
    id,
    node_id: nodeId('BaseRefChangedEvent', id),
    url: `${this.api}/events/${id}`,
    actor: this.user(actor),
    event: 'base_ref_changed',
    commit_id: null,
    commit_url: null,
    created_at: createdAt,
    performed_via_github_app: null,
  });
  pullSimple = (pull: Pull): Json =>
    fill('pull-request-simple', { ...this.#pullBasics(pull), labels: this.#labels(pull) });

  /** A pull request as the issue that it also is. */
  issue(pull: Pull): Json {
    const {
      url: _url,
      diff_url,
      patch_url,
      html_url,
      issue_url,
      ...basics
    } = this.#pullBasics(pull);
    const {
      id,
      node_id,
      number,
      comments_url,
      title,
      body,
      draft,
      state,
      user,
      author_association,
      created_at,
      updated_at,
      closed_at,
    } = basics;
    const repositoryUrl = this.#repositoryUrl(pull.repository);
    return fill('issue', {
      id,
      node_id,
      number,
      comments_url,
      title,
      body,
      draft,
      state,
      user,
      author_association,
      created_at,
      updated_at,
      closed_at,
      html_url,
      url: issue_url,
      repository_url: repositoryUrl,
      labels: this.#labels(pull),
      assignees: [],
      assignee: null,
      milestone: null,
      locked: false,
      comments: pull.comments.length,
      reactions: this.#reactions(pull.reactions, String(issue_url)),
      pull_request: {
        url: `${repositoryUrl}/pulls/${pull.number}`,
        diff_url,
        patch_url,
        html_url,
        merged_at: pull.mergedAt ?? null,
      },
    });
  }

  file(repository: Repository, difference: Difference, ref: string): Json {
    const { path, status, previous, after, before } = difference;
    const { patch, additions, deletions } = repository.store.patch(difference);
    const blob = (after ?? before)?.sha ?? null;
    return {
      sha: blob,
      filename: path,
      status,
      additions,
      deletions,
      changes: additions + deletions,
      blob_url: `${this.html}/${repository.fullName}/blob/${ref}/${pathIn(path)}`,
      raw_url: `${this.html}/${repository.fullName}/raw/${ref}/${pathIn(path)}`,
      contents_url: `${this.#repositoryUrl(repository)}/contents/${pathIn(path)}?ref=${ref}`,
      ...(patch !== undefined && patch !== '' && { patch }),
      ...(previous !== undefined && { previous_filename: previous }),
    };
  }

  commit(repository: Repository, commit: Commit, files?: readonly Difference[]): Json {
    const url = `${this.#repositoryUrl(repository)}/commits/${commit.sha}`;
    const account = (email: string): Json | null => {
      const known = this.#world.byEmail(email);
      return known ? this.user(known) : null;
    };
    const verification = {
      verified: commit.verified === true,
      reason: commit.verified === true ? 'valid' : 'unsigned',
      signature: null,
      payload: null,
      verified_at: null,
    };
    return fill('commit', {
      sha: commit.sha,
      node_id: nodeId('Commit', commit.order),
      url,
      html_url: `${this.html}/${repository.fullName}/commit/${commit.sha}`,
      comments_url: `${url}/comments`,
      commit: {
        url: `${this.#repositoryUrl(repository)}/git/commits/${commit.sha}`,
        author: commit.author,
        committer: commit.committer,
        message: commit.message,
        comment_count: 0,
        tree: {
          sha: commit.tree,
          url: `${this.#repositoryUrl(repository)}/git/trees/${commit.tree}`,
        },
        verification,
      },
      author: account(commit.author.email),
      committer: account(commit.committer.email),
      parents: commit.parents.map((sha) => ({
        sha,
        url: `${this.#repositoryUrl(repository)}/commits/${sha}`,
        html_url: `${this.html}/${repository.fullName}/commit/${sha}`,
      })),
      ...(files && { files: files.map((one) => this.file(repository, one, commit.sha)) }),
    });
  }

  gitCommit(
    repository: Repository,
    { sha, tree, parents, author, committer, message, order }: Commit,
  ): Json {
    const url = `${this.#repositoryUrl(repository)}/git`;
    return {
      sha,
      node_id: nodeId('Commit', order),
      url: `${url}/commits/${sha}`,
      html_url: `${this.html}/${repository.fullName}/commit/${sha}`,
      author,
      committer,
      message,
      tree: { sha: tree, url: `${url}/trees/${tree}` },
      parents: parents.map((parent) => ({
        sha: parent,
        url: `${url}/commits/${parent}`,
        html_url: `${this.html}/${repository.fullName}/commit/${parent}`,
      })),
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    };
  }

  #reactions(reactions: readonly Reaction[], url: string): Json {
    const count = (content: string): number =>
      reactions.filter((one) => one.content === content).length;
    const each = Object.fromEntries(
      ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'].map((content) => [
        content,
        count(content),
      ]),
    );
    return { url: `${url}/reactions`, total_count: reactions.length, ...each };
  }

  comment({ repository, number }: Pull, comment: Comment): Json {
    const url = `${this.#repositoryUrl(repository)}/issues/comments/${comment.id}`;
    const app = this.#world.apps.find(({ account }) => account === comment.user);
    return fill('issue-comment', {
      id: comment.id,
      node_id: nodeId('IssueComment', comment.id),
      url,
      html_url: `${this.html}/${repository.fullName}/pull/${number}#issuecomment-${comment.id}`,
      issue_url: `${this.#repositoryUrl(repository)}/issues/${number}`,
      body: comment.body,
      user: this.user(comment.user),
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
      author_association: repository.associationOf(comment.user),
      performed_via_github_app: app ? this.app(app) : null,
      reactions: this.#reactions(comment.reactions, url),
    });
  }

  reaction = ({ id, user, content, createdAt }: Reaction): Json => ({
    id,
    node_id: nodeId('Reaction', id),
    user: this.user(user),
    content,
    created_at: createdAt,
  });

  review(pull: Pull, { id, user, body, state, commit, submittedAt }: Review): Json {
    const url = `${this.#repositoryUrl(pull.repository)}/pulls/${pull.number}`;
    const html = `${this.html}/${pull.repository.fullName}/pull/${pull.number}#pullrequestreview-${id}`;
    return fill('pull-request-review', {
      id,
      node_id: nodeId('PullRequestReview', id),
      user: this.user(user),
      body,
      state,
      html_url: html,
      pull_request_url: url,
      submitted_at: submittedAt,
      commit_id: commit,
      author_association: pull.repository.associationOf(user),
      _links: { html: { href: html }, pull_request: { href: url } },
    });
  }

  reviewComment(pull: Pull, review: Review, comment: ReviewComment): Json {
    const pullUrl = `${this.#repositoryUrl(pull.repository)}/pulls/${pull.number}`;
    const url = `${this.#repositoryUrl(pull.repository)}/pulls/comments/${comment.id}`;
    const html = `${this.html}/${pull.repository.fullName}/pull/${pull.number}#discussion_r${comment.id}`;
    const stands = comment.commit === pull.head;
    return fill('pull-request-review-comment', {
      id: comment.id,
      node_id: nodeId('PullRequestReviewComment', comment.id),
      pull_request_review_id: review.id,
      url,
      html_url: html,
      pull_request_url: pullUrl,
      diff_hunk: comment.hunk,
      path: comment.path,
      commit_id: pull.head,
      original_commit_id: comment.commit,
      user: this.user(comment.user),
      body: comment.body,
      created_at: comment.createdAt,
      updated_at: comment.createdAt,
      author_association: pull.repository.associationOf(comment.user),
      side: comment.side,
      subject_type: 'line',
      original_line: comment.line,
      start_line: stands ? (comment.startLine ?? null) : null,
      original_start_line: comment.startLine ?? null,
      start_side: comment.startLine === undefined ? null : comment.side,
      ...(stands && { line: comment.line }),
      _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullUrl } },
    });
  }

  app(app: App): Json {
    const { id, slug, name, owner, permissions, events } = app;
    return fill('integration', {
      id,
      slug,
      node_id: nodeId('App', id),
      name,
      owner: this.user(owner),
      permissions,
      events,
      description: null,
      html_url: `${this.html}/apps/${slug}`,
      external_url: `${this.html}/apps/${slug}`,
    });
  }

  checkRun(repository: Repository, run: CheckRun): Json {
    const url = `${this.#repositoryUrl(repository)}/check-runs/${run.id}`;
    const output = {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    };
    return fill('check-run', {
      id: run.id,
      node_id: nodeId('CheckRun', run.id),
      name: run.name,
      head_sha: run.head,
      external_id: run.externalId,
      url,
      html_url: `${this.html}/${repository.fullName}/runs/${run.id}`,
      details_url: run.detailsUrl,
      status: run.status,
      conclusion: run.conclusion,
      started_at: run.startedAt,
      completed_at: run.completedAt,
      output,
      // A pull request of a fork is not told of here: GitHub knows only those of the repository's
      // own branches.
      check_suite: { id: run.suite },
      app: run.app ? this.app(run.app) : null,
      pull_requests: repository.pulls
        .filter(
          (pull) =>
            pull.head === run.head && pull.state === 'open' && pull.headRepository === repository,
        )
        .map((pull) => this.#minimalPull(pull)),
    });
  }
  checkSuite(repository: Repository, run: CheckRun): Json {
    const url = `${this.#repositoryUrl(repository)}/check-suites/${run.suite}`;
    const runs = repository.checkRuns.filter(({ suite }) => suite === run.suite);
    const status = repository.statusOf(run.suite);
    const commit = repository.store.commits.get(run.head);
    const named = (one: Signature | undefined): Json | null =>
      one ? { name: one.name, email: one.email } : null;
    return fill('check-suite', {
      id: run.suite,
      node_id: nodeId('CheckSuite', run.suite),
      head_branch: null,
      head_sha: run.head,
      status,
      conclusion: status === 'completed' ? (runs.at(-1)?.conclusion ?? null) : null,
      url,
      before: null,
      after: null,
      check_runs_url: `${url}/check-runs`,
      latest_check_runs_count: runs.length,
      pull_requests: [],
      app: run.app ? this.app(run.app) : null,
      repository: this.repository(repository, 'minimal-repository'),
      created_at: runs[0]?.startedAt ?? null,
      updated_at: runs.at(-1)?.startedAt ?? null,
      head_commit: {
        id: run.head,
        tree_id: commit?.tree ?? '',
        message: commit?.message ?? '',
        timestamp: commit?.author.date,
        author: named(commit?.author),
        committer: named(commit?.committer),
      },
    });
  }
  #minimalPull(pull: Pull): Json {
    const side = (repository: Repository, ref: string, sha: string): Json => ({
      ref,
      sha,
      repo: { id: repository.id, url: this.#repositoryUrl(repository), name: repository.name },
    });
    const { id, number, headRef, head, baseRef, baseSha, repository } = pull;
    return {
      id,
      number,
      url: `${this.#repositoryUrl(repository)}/pulls/${number}`,
      head: side(pull.headRepository ?? repository, headRef, head),
      base: side(repository, baseRef, baseSha),
    };
  }

  status = (repository: Repository, one: Status): Json => ({
    id: one.id,
    node_id: nodeId('Status', one.id),
    url: `${this.#repositoryUrl(repository)}/statuses/${one.sha}`,
    avatar_url: null,
    state: one.state,
    description: one.description,
    target_url: one.targetUrl,
    context: one.context,
    created_at: one.createdAt,
    updated_at: one.createdAt,
    creator: this.user(one.creator),
  });

  deployment(repository: Repository, one: Deployment): Json {
    const url = `${this.#repositoryUrl(repository)}/deployments/${one.id}`;
    const app = this.#world.apps.find(({ account }) => account === one.creator);
    return fill('deployment', {
      id: one.id,
      node_id: nodeId('Deployment', one.id),
      url,
      sha: one.sha,
      ref: one.ref,
      task: one.task,
      payload: one.payload,
      environment: one.environment,
      original_environment: one.environment,
      description: one.description,
      creator: this.user(one.creator),
      created_at: one.createdAt,
      updated_at: one.createdAt,
      statuses_url: `${url}/statuses`,
      repository_url: this.#repositoryUrl(repository),
      transient_environment: one.transient,
      production_environment: one.production,
      performed_via_github_app: app ? this.app(app) : null,
    });
  }
  deploymentStatus(
    repository: Repository,
    deployment: Deployment,
    { id, state, description: about, logUrl, creator, createdAt }: Deployment['statuses'][number],
  ): Json {
    const url = `${this.#repositoryUrl(repository)}/deployments/${deployment.id}`;
    return fill('deployment-status', {
      id,
      node_id: nodeId('DeploymentStatus', id),
      url: `${url}/statuses/${id}`,
      state,
      description: about,
      creator: this.user(creator),
      created_at: createdAt,
      updated_at: createdAt,
      environment: deployment.environment,
      deployment_url: url,
      repository_url: this.#repositoryUrl(repository),
      target_url: url,
      environment_url: url,
      // GitHub's is empty where nobody gave one, which its description does not allow.
      log_url: logUrl === '' ? url : logUrl,
    });
  }

  installation({ id, app, account, permissions = app.permissions }: Installation): Json {
    return fill('installation', {
      id,
      app_id: app.id,
      app_slug: app.slug,
      account: this.user(account),
      target_id: account.id,
      target_type: account.type,
      permissions,
      events: app.events,
      repository_selection: 'selected',
      access_tokens_url: `${this.api}/app/installations/${id}/access_tokens`,
      repositories_url: `${this.api}/installation/repositories`,
      html_url: `${this.html}/settings/installations/${id}`,
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      suspended_at: null,
      suspended_by: null,
    });
  }

  mergeGroup(repository: Repository, { ref, head, base, branch, pull }: MergeGroup): Json {
    const commit = repository.store.commits.get(head);
    const named = (one: Signature | undefined): Json | null =>
      one ? { name: one.name, email: one.email } : null;
    const { author, committer, tree, message } = commit ?? {
      author: undefined,
      committer: undefined,
      tree: '',
      message: pull.title,
    };
    return {
      head_sha: head,
      head_ref: ref,
      base_sha: base,
      base_ref: `refs/heads/${branch}`,
      head_commit: {
        id: head,
        tree_id: tree,
        message,
        timestamp: author?.date,
        author: named(author),
        committer: named(committer),
      },
    };
  }
}

const rootOf = (repository: Repository): Repository =>
  repository.parent ? rootOf(repository.parent) : repository;
