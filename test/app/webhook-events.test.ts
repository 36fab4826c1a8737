import { readFileSync } from 'node:fs';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { affectedPullRequests } from '../../src/app/webhook-events.ts';
import type { Json, JsonObject } from '../../src/json/values.ts';

const nothing = { reviewRequests: [], heads: [], sweeps: [], hidden: [] };
const from = { repository: 'contoso/connectors', installation: 7 };
const delivery = (more: JsonObject): JsonObject => ({
  installation: { id: 7 },
  repository: { full_name: 'contoso/connectors', private: false },
  sender: { type: 'User' },
  ...more,
});
const pull = { number: 3, updated_at: '2026-01-05T09:00:00Z', head: { sha: 'abc' } };

/** Of the manifest; what an installation comes to is always told. */
const { default_events: subscribed }: { default_events: string[] } = parse(
  readFileSync(new URL('../../app.yml', import.meta.url), 'utf8'),
);

describe('a delivery hints at', () => {
  const cases: [
    what: string,
    event: string,
    payload: JsonObject,
    heard: Partial<ReturnType<typeof affectedPullRequests>>,
  ][] = [
    [
      'a push to a pull request',
      'pull_request',
      { action: 'synchronize', pull_request: pull },
      {
        reviewRequests: [
          { ...from, number: 3, push: { sha: 'abc', at: new Date('2026-01-05T09:00:00Z') } },
        ],
      },
    ],
    [
      'a new name of the repository',
      'repository',
      { action: 'renamed' },
      { sweeps: [{ ...from, all: false }], indexes: [from.repository] },
    ],
    [
      'a new owner of the repository',
      'repository',
      { action: 'transferred' },
      { sweeps: [{ ...from, all: false }], indexes: [from.repository] },
    ],
    [
      'another default branch of the repository',
      'repository',
      { action: 'edited' },
      { indexes: [from.repository] },
    ],
    [
      'a changed title',
      'pull_request',
      { action: 'edited', pull_request: pull },
      { reviewRequests: [{ ...from, number: 3 }] },
    ],
    [
      'a label that somebody took off',
      'pull_request',
      { action: 'unlabeled', pull_request: pull },
      { reviewRequests: [{ ...from, number: 3 }] },
    ],
    [
      'nothing where a label is set by an App',
      'pull_request',
      { action: 'labeled', pull_request: pull, sender: { type: 'Bot' } },
      {},
    ],
    [
      'a merge, even by an App',
      'pull_request',
      { action: 'closed', pull_request: pull, sender: { type: 'Bot' } },
      { reviewRequests: [{ ...from, number: 3 }] },
    ],
    [
      'a comment',
      'issue_comment',
      { action: 'created', issue: { number: 3, pull_request: {} }, comment: { id: 99 } },
      { reviewRequests: [{ ...from, number: 3, comment: 99 }] },
    ],
    [
      'nothing where an App comments',
      'issue_comment',
      {
        action: 'created',
        issue: { number: 3, pull_request: {} },
        comment: { id: 99 },
        sender: { type: 'Bot' },
      },
      {},
    ],
    [
      'nothing where the comment is on an issue',
      'issue_comment',
      { action: 'created', issue: { number: 3 }, comment: { id: 99 } },
      {},
    ],
    [
      'a review',
      'pull_request_review',
      { action: 'submitted', pull_request: pull },
      { reviewRequests: [{ ...from, number: 3 }] },
    ],
    [
      "GitHub's button to run the check again",
      'check_run',
      { action: 'rerequested', check_run: { head_sha: 'abc', pull_requests: [] } },
      { heads: [{ ...from, sha: 'abc' }] },
    ],
    [
      'the end of other checks',
      'check_suite',
      { action: 'completed', check_suite: { head_sha: 'abc', pull_requests: [{ number: 3 }] } },
      { reviewRequests: [{ ...from, number: 3 }], heads: [{ ...from, sha: 'abc' }] },
    ],
    [
      'nothing where our own check ends',
      'check_suite',
      {
        action: 'completed',
        check_suite: { head_sha: 'abc', pull_requests: [{ number: 3 }], app: { id: 1 } },
      },
      {},
    ],
    [
      'a merge group',
      'merge_group',
      {
        action: 'checks_requested',
        merge_group: {
          head_sha: 'def',
          base_sha: '123',
          head_ref: 'refs/heads/gh-readonly-queue/dev/pr-3-0123456789abcdef',
        },
      },
      { reviewRequests: [{ ...from, number: 3, group: { sha: 'def', baseSha: '123' } }] },
    ],
    [
      'what became of a deployment',
      'deployment_status',
      { action: 'created', deployment: { payload: { pull: 3 } } },
      { reviewRequests: [{ ...from, number: 3 }], trains: true },
    ],
    [
      'a push and who pushed',
      'pull_request',
      { action: 'synchronize', sender: { id: 8, type: 'User' }, pull_request: pull },
      {
        reviewRequests: [
          { ...from, number: 3, push: { sha: 'abc', at: new Date('2026-01-05T09:00:00Z'), by: 8 } },
        ],
      },
    ],
    [
      'everything where the policy changes',
      'push',
      { ref: 'refs/heads/dev', commits: [{ modified: ['.github/gatehouse.yml'] }] },
      { sweeps: [{ ...from, all: true }], indexes: [from.repository] },
    ],
    [
      'a catalog that is behind where connectors are pushed',
      'push',
      { ref: 'refs/heads/dev', commits: [{ added: ['certified-connectors/A/readme.md'] }] },
      { indexes: [from.repository] },
    ],
    ['nothing where a tag is pushed', 'push', { ref: 'refs/tags/v1', commits: [] }, {}],
    [
      'what there may be where it is installed',
      'installation',
      { action: 'created' },
      { sweeps: [{ installation: 7, all: false }] },
    ],
    [
      'nothing that can be read where it is taken away',
      'installation',
      { action: 'deleted', repositories: [{ full_name: 'contoso/a' }, { full_name: 'contoso/b' }] },
      { hidden: ['contoso/a', 'contoso/b'], indexes: ['contoso/a', 'contoso/b'] },
    ],
    [
      'nothing that can be read where it is suspended',
      'installation',
      { action: 'suspend', repositories: [{ full_name: 'contoso/a' }] },
      { hidden: ['contoso/a'] },
    ],
    [
      'what there may be where a repository is added',
      'installation_repositories',
      { action: 'added', repositories_added: [{ full_name: 'contoso/a' }] },
      { sweeps: [{ installation: 7, all: false }] },
    ],
    [
      'nothing that can be read where a repository is taken away',
      'installation_repositories',
      { action: 'removed', repositories_removed: [{ full_name: 'contoso/a' }] },
      { hidden: ['contoso/a'], indexes: ['contoso/a'] },
    ],
    [
      'a repository that becomes private',
      'repository',
      { action: 'privatized', repository: { full_name: 'contoso/connectors', private: true } },
      { hidden: ['contoso/connectors'], indexes: [from.repository] },
    ],
    [
      'a repository that may have become public, of which GitHub is asked',
      'repository',
      { action: 'publicized' },
      { sweeps: [{ ...from, all: false }], indexes: [from.repository] },
    ],
    [
      'a repository with a new name, so that another one may get the old name',
      'repository',
      { action: 'renamed', changes: { repository: { name: { from: 'old' } } } },
      {
        sweeps: [{ ...from, all: false }],
        hidden: ['contoso/old'],
        indexes: [from.repository, 'contoso/old'],
      },
    ],
    [
      'a deleted repository',
      'repository',
      { action: 'deleted' },
      { hidden: ['contoso/connectors'], indexes: [from.repository] },
    ],
    [
      'a repository of which the delivery does not say whether it is private',
      'push',
      { repository: { full_name: 'contoso/connectors' } },
      { hidden: ['contoso/connectors'] },
    ],
  ];
  test.each(cases)('%s', (_, event, payload, heard) => {
    expect(affectedPullRequests(1, event, delivery(payload))).toEqual({ ...nothing, ...heard });
  });

  test('those events that `app.yml` subscribes to, and no other', () => {
    expect(
      [...new Set(cases.map(([, event]) => event))]
        // GitHub sends these to every App.
        .filter((event) => !event.startsWith('installation'))
        .sort(),
    ).toEqual(subscribed);
  });
});

describe('what the store could not keep hints at nothing, or at no more than the rest says', () => {
  test.each<[string, Json]>([
    ['beyond 32 bits', 2 ** 31],
    ['beyond what is exact', 2 ** 53],
    ['negative', -3],
    ['zero', 0],
    ['a fraction', 3.5],
    ['a text', '3'],
    ['an exponent', 1e300],
    ['nothing', null],
  ])('the number of a pull request that is %s', (_, number) => {
    expect(
      affectedPullRequests(
        1,
        'pull_request',
        delivery({ action: 'edited', pull_request: { ...pull, number } }),
      ),
    ).toEqual(nothing);
    expect(
      affectedPullRequests(
        1,
        'issue_comment',
        delivery({ action: 'created', issue: { number, pull_request: {} }, comment: { id: 99 } }),
      ),
    ).toEqual(nothing);
    expect(
      affectedPullRequests(
        1,
        'deployment_status',
        delivery({ action: 'created', deployment: { payload: { pull: number } } }),
      ),
    ).toEqual(nothing);
    expect(
      affectedPullRequests(
        1,
        'check_run',
        delivery({ action: 'rerequested', check_run: { pull_requests: [{ number }] } }),
      ),
    ).toEqual(nothing);
  });

  test.each<[string, Json]>([
    ['with NUL', 'contoso/conn\0ectors'],
    ['with half of a character', 'contoso/\ud83d'],
    ['without an owner', 'connectors'],
    ['with three parts', 'a/b/c'],
    ['without end', `contoso/${'x'.repeat(5000)}`],
    ['a number', 7],
    ['nothing', null],
  ])('a repository whose name is %s', (_, name) => {
    expect(
      affectedPullRequests(
        1,
        'pull_request',
        delivery({ action: 'edited', pull_request: pull, repository: { full_name: name } }),
      ),
    ).toEqual(nothing);
  });

  test.each<[string, Json]>([
    ['before GitHub', '1970-01-01T00:00:00Z'],
    ['before Christ', '-004000-01-01T00:00:00Z'],
    ['of five digits', '+010000-01-01T00:00:00Z'],
    ['no date', 'soon'],
    ['a number', 1e15],
    ['nothing', null],
  ])('a date that is %s', (_, at) => {
    expect(
      affectedPullRequests(
        1,
        'pull_request',
        delivery({ action: 'synchronize', pull_request: { ...pull, updated_at: at } }),
      ),
    ).toEqual({ ...nothing, reviewRequests: [{ ...from, number: 3 }] });
  });

  test.each<[string, Json]>([
    ['with NUL', 'abc\0'],
    ['with other letters', '../../x'],
    ['too long', 'a'.repeat(65)],
    ['a number', 7],
  ])('a commit that is %s', (_, sha) => {
    expect(
      affectedPullRequests(
        1,
        'pull_request',
        delivery({ action: 'synchronize', pull_request: { ...pull, head: { sha } } }),
      ),
    ).toEqual({ ...nothing, reviewRequests: [{ ...from, number: 3 }] });
    expect(
      affectedPullRequests(
        1,
        'check_suite',
        delivery({ action: 'completed', check_suite: { head_sha: sha, pull_requests: [] } }),
      ),
    ).toEqual(nothing);
    expect(
      affectedPullRequests(
        1,
        'merge_group',
        delivery({
          action: 'checks_requested',
          merge_group: {
            head_sha: sha,
            base_sha: 'abc',
            head_ref: 'refs/heads/gh-readonly-queue/dev/pr-3-0123456789abcdef',
          },
        }),
      ),
    ).toEqual(nothing);
  });

  test.each<[string, Json]>([
    ['beyond what is exact', 2 ** 60],
    ['negative', -1],
    ['a fraction', 1.5],
    ['a text', '7'],
  ])('an installation whose number is %s', (_, id) => {
    expect(
      affectedPullRequests(1, 'installation', { action: 'created', installation: { id } }),
    ).toEqual(nothing);
    expect(
      affectedPullRequests(
        1,
        'pull_request',
        delivery({ action: 'edited', pull_request: pull, installation: { id } }),
      ),
    ).toEqual(nothing);
  });
});

test('whatever comes in place of what was expected hints at nothing', () => {
  const strange: Json[] = [
    null,
    1,
    'text',
    [],
    {},
    { installation: 7 },
    delivery({ pull_request: { number: -1 } }),
    delivery({ pull_request: { number: '1' } }),
    delivery({ pull_request: null }),
  ];
  for (const payload of strange)
    expect(affectedPullRequests(1, 'pull_request', payload)).toEqual(nothing);
});

test("GitHub's own examples hint at pull requests by their numbers", () => {
  const payloads: { name: string; examples: JsonObject[] }[] = JSON.parse(JSON.stringify(examples));
  const heard = payloads.flatMap(({ name, examples: some }) =>
    some.map((payload) => ({
      name,
      ...affectedPullRequests(1, name, { installation: { id: 1 }, ...payload }),
    })),
  );
  expect(
    heard.filter(({ reviewRequests }) => reviewRequests.length > 0).map(({ name }) => name),
  ).toEqual(
    expect.arrayContaining(['pull_request', 'pull_request_review', 'check_run', 'check_suite']),
  );
  expect(
    heard
      .flatMap(({ reviewRequests }) => reviewRequests)
      .every(({ number, repository }) => Number.isInteger(number) && repository.includes('/')),
  ).toBe(true);
});
