import {
  asList,
  asObject,
  asText,
  isObject,
  own,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { codeownersPaths } from '../ownership/codeowners.ts';
import { pullRequestOfMergeQueue } from '../review/facts/merge-queue.ts';
import { settingsPath } from '../settings/defaults.ts';
import type { ReviewRequest, SweepJob } from '../store/store.ts';

/**
 * What may have changed according to a delivery. Nothing else of the delivery is used: a review
 * reads everything from GitHub.
 */
export interface WebhookImpact {
  reviewRequests: ReviewRequest[];
  /** Heads of pull requests that GitHub did not name, because they come from a fork. */
  heads: { repository: string; installation: number; sha: string }[];
  sweeps: SweepJob[];
  /** The repositories, as `owner/name`, whose catalogs may be behind. */
  indexes?: readonly string[];
  /** Whether a deployment may have a result that rides wait for. */
  trains?: true;
  /** Repositories, as `owner/name`, that not everyone may read, or of which nobody knows. */
  hidden: string[];
}

/** Files of the base branch that apply to every open pull request. */
const policyPaths: ReadonlySet<string> = new Set([settingsPath, ...codeownersPaths]);

/**
 * Derives from a webhook delivery which pull requests to review.
 * @param appId the id of the App
 * @param event the name in the header `X-GitHub-Event`
 * @param payload any JSON: a payload with an unexpected shape affects nothing
 */
export function affectedPullRequests(appId: number, event: string, payload: Json): WebhookImpact {
  if (!isObject(payload)) return { reviewRequests: [], heads: [], sweeps: [], hidden: [] };
  const nothing: WebhookImpact = {
    reviewRequests: [],
    heads: [],
    sweeps: [],
    hidden: hiddenRepositories(event, payload),
  };
  const action = asText(own(payload, 'action')) ?? '';
  const installation = asNumber(own(at(payload, 'installation'), 'id'));
  if (installation === undefined) return nothing;
  if (event === 'installation' || event === 'installation_repositories') {
    if (['created', 'added', 'unsuspend', 'new_permissions_accepted'].includes(action))
      return { ...nothing, sweeps: [{ installation, all: false }] };
    // The catalog of a repository that the App may no longer read is deleted.
    const lists = action === 'removed' ? ['repositories_removed'] : ['repositories'];
    const indexes = lists
      .flatMap((list) => asList(own(payload, list)))
      .flatMap((repository) => asName(own(asObject(repository) ?? {}, 'full_name')) ?? []);
    return ['deleted', 'removed'].includes(action) && indexes.length > 0
      ? { ...nothing, indexes }
      : nothing;
  }
  const repository = asName(own(at(payload, 'repository'), 'full_name'));
  if (repository === undefined) return nothing;
  const from = { repository, installation };
  const pull = (value: Json | undefined, more: Partial<ReviewRequest> = {}): WebhookImpact => {
    const number = asPull(value);
    return number === undefined
      ? nothing
      : { ...nothing, reviewRequests: [{ ...from, number, ...more }] };
  };
  const isByPerson = asText(own(at(payload, 'sender'), 'type')) !== 'Bot';

  switch (event) {
    case 'pull_request': {
      if ((action === 'labeled' || action === 'unlabeled') && !isByPerson) return nothing;
      const pullRequest = at(payload, 'pull_request');
      const sha = asSha(own(at(pullRequest, 'head'), 'sha'));
      const updatedAt = asDate(own(pullRequest, 'updated_at'));
      const isPush =
        ['opened', 'reopened', 'synchronize'].includes(action) &&
        sha !== undefined &&
        updatedAt !== undefined;
      // The person who opens a pull request may not be the one who pushed its head.
      const by = action === 'synchronize' ? asNumber(own(at(payload, 'sender'), 'id')) : undefined;
      return pull(
        own(pullRequest, 'number'),
        isPush ? { push: { sha, at: updatedAt, ...(by !== undefined && { by }) } } : {},
      );
    }
    case 'pull_request_review':
      return isByPerson ? pull(own(at(payload, 'pull_request'), 'number')) : nothing;
    case 'issue_comment': {
      const issue = at(payload, 'issue');
      if (!isByPerson || !isObject(own(issue, 'pull_request'))) return nothing;
      const comment = asNumber(own(at(payload, 'comment'), 'id'));
      return pull(
        own(issue, 'number'),
        action === 'created' && comment !== undefined ? { comment } : {},
      );
    }
    case 'check_run':
      return action === 'rerequested' || action === 'requested_action'
        ? { ...nothing, ...impactOfCheck(at(payload, 'check_run'), from) }
        : nothing;
    case 'check_suite':
      // A merge may wait for the checks of other Apps. Our own check was written by a review, which
      // needs no other review.
      return action === 'rerequested' ||
        (action === 'completed' && own(at(at(payload, 'check_suite'), 'app'), 'id') !== appId)
        ? { ...nothing, ...impactOfCheck(at(payload, 'check_suite'), from) }
        : nothing;
    case 'merge_group': {
      const group = at(payload, 'merge_group');
      const sha = asSha(own(group, 'head_sha'));
      const baseSha = asSha(own(group, 'base_sha'));
      const number = pullRequestOfMergeQueue(asText(own(group, 'head_ref')) ?? '');
      return action === 'checks_requested' && sha !== undefined && baseSha !== undefined
        ? pull(number, { group: { sha, baseSha } })
        : nothing;
    }
    case 'deployment_status': {
      // Gatehouse writes the number of the pull request into the payload of a deployment.
      const deploymentPayload = own(at(payload, 'deployment'), 'payload');
      const impact = pull(own(asObject(deploymentPayload) ?? {}, 'pull'));
      return impact.reviewRequests.length === 0 ? impact : { ...impact, trains: true };
    }
    case 'push': {
      const paths = asList(own(payload, 'commits')).flatMap((commit) =>
        ['added', 'modified', 'removed'].flatMap((list) =>
          asList(own(asObject(commit) ?? {}, list)),
        ),
      );
      // Only the settings say which branch connectors go to, and the job compares its last commit.
      const isBranch = asText(own(payload, 'ref'))?.startsWith('refs/heads/') === true;
      return {
        ...nothing,
        ...(isBranch && { indexes: [repository] }),
        ...(paths.some((path) => typeof path === 'string' && policyPaths.has(path)) && {
          sweeps: [{ ...from, all: true }],
        }),
      };
    }
    case 'repository': {
      // Another name or visibility; or the repository is gone.
      const renamed = asText(own(at(at(at(payload, 'changes'), 'repository'), 'name'), 'from'));
      const owner = repository.slice(0, repository.indexOf('/'));
      const former = asName(`${owner}/${renamed ?? ''}`);
      // GitHub is asked whether it is public: a delivery may be an old one.
      return {
        ...nothing,
        ...(['publicized', 'renamed', 'transferred'].includes(action) && {
          sweeps: [{ ...from, all: false }],
        }),
        indexes: [repository, ...(former === undefined ? [] : [former])],
      };
    }
    default:
      return nothing;
  }
}

/**
 * Repositories that a delivery says are private, are deleted, have another name, or that the App
 * can no longer read. That it says the opposite does not count: it may be an old delivery.
 */
function hiddenRepositories(event: string, payload: JsonObject): string[] {
  const action = asText(own(payload, 'action')) ?? '';
  const namesIn = (key: string): string[] =>
    asList(own(payload, key)).flatMap(
      (item) => asName(own(asObject(item) ?? {}, 'full_name')) ?? [],
    );
  if (event === 'installation')
    return action === 'deleted' || action === 'suspend' ? namesIn('repositories') : [];
  if (event === 'installation_repositories') return namesIn('repositories_removed');
  const repository = at(payload, 'repository');
  const name = asName(own(repository, 'full_name'));
  if (name === undefined) return [];
  const oldName = asText(own(at(at(at(payload, 'changes'), 'repository'), 'name'), 'from'));
  if (event === 'repository' && action === 'renamed' && oldName !== undefined)
    return asName(`${name.split('/', 1)[0]}/${oldName}`)
      ? [`${name.split('/', 1)[0]}/${oldName}`]
      : [];
  const isGone = event === 'repository' && action === 'deleted';
  return isGone || own(repository, 'private') !== false ? [name] : [];
}

function impactOfCheck(
  check: JsonObject,
  from: { repository: string; installation: number },
): Pick<WebhookImpact, 'reviewRequests' | 'heads'> {
  const numbers = asList(own(check, 'pull_requests')).flatMap(
    (pull) => asPull(own(asObject(pull) ?? {}, 'number')) ?? [],
  );
  const sha = asSha(own(check, 'head_sha'));
  return {
    reviewRequests: numbers.map((number) => ({ ...from, number })),
    heads: sha === undefined ? [] : [{ ...from, sha }],
  };
}

const at = (object: JsonObject, key: string): JsonObject => asObject(own(object, key)) ?? {};

// Values that GitHub never sends count as missing. The store could not hold them, and no request
// with them would succeed.
const asNumber = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
/** The number of a pull request, which fits into the store's 32-bit column. */
const asPull = (value: Json | undefined): number | undefined => {
  const number = asNumber(value);
  return number === undefined || number > 2 ** 31 - 1 ? undefined : number;
};
/** `owner/name`. */
const asName = (value: Json | undefined): string | undefined =>
  /^[\w.-]{1,100}\/[\w.-]{1,100}$/.exec(asText(value) ?? '')?.[0];
const asSha = (value: Json | undefined): string | undefined =>
  /^[0-9a-f]{1,64}$/.exec(asText(value) ?? '')?.[0];
/** A date since GitHub's first year, with a year of four digits. */
const asDate = (value: Json | undefined): Date | undefined => {
  const date = new Date(asText(value) ?? '');
  return date.getTime() >= Date.UTC(2008) && date.getTime() < Date.UTC(10_000) ? date : undefined;
};
