import {
  asList,
  asObject,
  asText,
  isObject,
  own,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import { codeownersPaths } from '../review/facts/codeowners.ts';
import { pullRequestOfMergeQueue } from '../review/facts/merge-queue.ts';
import { settingsPath } from '../settings/defaults.ts';
import type { ReviewRequest, SweepJob } from '../store/store.ts';

/** What a delivery says may have changed. Nothing else of it is used: everything is read afresh. */
export interface WebhookImpact {
  reviewRequests: ReviewRequest[];
  /** Pull requests that GitHub did not name (it does not for forks) but whose head this is. */
  heads: { repository: string; installation: number; sha: string }[];
  sweeps: SweepJob[];
}

/** Files of the base branch that every open pull request is judged by. */
const policy: ReadonlySet<string> = new Set([settingsPath, ...codeownersPaths]);

/**
 * @param app the App's number
 * @param event the name in `X-GitHub-Event`
 * @param payload anything: what is not as expected hints at nothing
 */
export function affectedPullRequests(app: number, event: string, payload: Json): WebhookImpact {
  const nothing: WebhookImpact = { reviewRequests: [], heads: [], sweeps: [] };
  if (!isObject(payload)) return nothing;
  const action = asText(own(payload, 'action')) ?? '';
  const installation = asNumber(own(at(payload, 'installation'), 'id'));
  if (installation === undefined) return nothing;
  if (event === 'installation' || event === 'installation_repositories') {
    return ['created', 'added', 'unsuspend', 'new_permissions_accepted'].includes(action)
      ? { ...nothing, sweeps: [{ installation, all: false }] }
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
  const bySomebody = asText(own(at(payload, 'sender'), 'type')) !== 'Bot';

  switch (event) {
    case 'pull_request': {
      if ((action === 'labeled' || action === 'unlabeled') && !bySomebody) return nothing;
      const subject = at(payload, 'pull_request');
      const [sha, changed] = [
        asSha(own(at(subject, 'head'), 'sha')),
        asDate(own(subject, 'updated_at')),
      ];
      const pushed =
        ['opened', 'reopened', 'synchronize'].includes(action) &&
        sha !== undefined &&
        changed !== undefined;
      // Whoever opens a pull request need not have pushed its head.
      const by = action === 'synchronize' ? asNumber(own(at(payload, 'sender'), 'id')) : undefined;
      return pull(
        own(subject, 'number'),
        pushed ? { push: { sha, at: changed, ...(by !== undefined && { by }) } } : {},
      );
    }
    case 'pull_request_review':
      return bySomebody ? pull(own(at(payload, 'pull_request'), 'number')) : nothing;
    case 'issue_comment': {
      const issue = at(payload, 'issue');
      if (!bySomebody || !isObject(own(issue, 'pull_request'))) return nothing;
      const comment = asNumber(own(at(payload, 'comment'), 'id'));
      return pull(
        own(issue, 'number'),
        action === 'created' && comment !== undefined ? { comment } : {},
      );
    }
    case 'check_run':
      return action === 'rerequested' || action === 'requested_action'
        ? ofCheck(at(payload, 'check_run'), from)
        : nothing;
    case 'check_suite':
      // Others' checks, which a merge may wait for; ours have just been reported by the review that
      // would begin.
      return action === 'rerequested' ||
        (action === 'completed' && own(at(at(payload, 'check_suite'), 'app'), 'id') !== app)
        ? ofCheck(at(payload, 'check_suite'), from)
        : nothing;
    case 'merge_group': {
      const group = at(payload, 'merge_group');
      const [sha, baseSha] = [asSha(own(group, 'head_sha')), asSha(own(group, 'base_sha'))];
      const number = pullRequestOfMergeQueue(asText(own(group, 'head_ref')) ?? '');
      return action === 'checks_requested' && sha !== undefined && baseSha !== undefined
        ? pull(number, { group: { sha, baseSha } })
        : nothing;
    }
    case 'deployment_status': {
      const given = own(at(payload, 'deployment'), 'payload');
      return pull(own(asObject(given) ?? {}, 'pull'));
    }
    case 'push': {
      const paths = asList(own(payload, 'commits')).flatMap((commit) =>
        ['added', 'modified', 'removed'].flatMap((list) =>
          asList(own(asObject(commit) ?? {}, list)),
        ),
      );
      return paths.some((path) => typeof path === 'string' && policy.has(path))
        ? { ...nothing, sweeps: [{ ...from, all: true }] }
        : nothing;
    }
    default:
      return nothing;
  }
}

function ofCheck(
  check: JsonObject,
  from: { repository: string; installation: number },
): WebhookImpact {
  const numbers = asList(own(check, 'pull_requests')).flatMap(
    (pull) => asPull(own(asObject(pull) ?? {}, 'number')) ?? [],
  );
  const sha = asSha(own(check, 'head_sha'));
  return {
    reviewRequests: numbers.map((number) => ({ ...from, number })),
    heads: sha === undefined ? [] : [{ ...from, sha }],
    sweeps: [],
  };
}

const at = (object: JsonObject, key: string): JsonObject => asObject(own(object, key)) ?? {};

// What is none of GitHub's is none at all: the store could not keep it, and nothing could be read
// by it.
const asNumber = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
/** The number of a pull request: GitHub counts them anew in each repository. */
const asPull = (value: Json | undefined): number | undefined => {
  const number = asNumber(value);
  return number === undefined || number > 2 ** 31 - 1 ? undefined : number;
};
/** `owner/name`. */
const asName = (value: Json | undefined): string | undefined =>
  /^[\w.-]{1,100}\/[\w.-]{1,100}$/.exec(asText(value) ?? '')?.[0];
const asSha = (value: Json | undefined): string | undefined =>
  /^[0-9a-f]{1,64}$/.exec(asText(value) ?? '')?.[0];
/** From GitHub's first year on, and with a year of four digits. */
const asDate = (value: Json | undefined): Date | undefined => {
  const date = new Date(asText(value) ?? '');
  return date.getTime() >= Date.UTC(2008) && date.getTime() < Date.UTC(10_000) ? date : undefined;
};
