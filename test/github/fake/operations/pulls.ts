import { isJson, type Json } from '../schema-check.ts';
import { linesOf } from '../git-objects.ts';
import type { Pull, ReviewComment } from '../repository.ts';
import {
  created,
  invalid,
  notFound,
  number,
  ok,
  page,
  pullOf,
  Refused,
  repositoryOf,
  text,
  type Call,
  type Handlers,
} from './call.ts';

const read = ['pull_requests:read'];
const write = ['pull_requests:write'];

/**
 * The comments of a review: each must stand in the diff, or GitHub refuses the review as a whole.
 */
function commentsOf(call: Call, pull: Pull, commit: string): ReviewComment[] {
  const given = Array.isArray(call.body.comments) ? call.body.comments.filter(isJson) : [];
  const wrong: string[] = [];
  const { repository } = pull;
  const [base, head] = [
    repository.store.commits.get(pull.mergeBase),
    repository.store.commits.get(commit),
  ];
  if (!base || !head)
    throw invalid('Unprocessable Entity', ['commit_id is not part of the pull request']);
  const differences = repository.store.differences(base.tree, head.tree);
  const comments = given.map((one: Json): ReviewComment => {
    const path = text(one, 'path') ?? '';
    const side = text(one, 'side') === 'LEFT' ? 'LEFT' : 'RIGHT';
    const line = number(one, 'line') ?? 0;
    const startLine = number(one, 'start_line');
    const difference = differences.find((file) => file.path === path);
    const patch = difference && repository.store.patch(difference).patch;
    const hunk = linesOf(patch ?? '').find((lines) => lines[side].has(line));
    if (!difference) wrong.push('Path could not be resolved');
    else if (!hunk) wrong.push('Line could not be resolved');
    else if (startLine !== undefined && (startLine >= line || !hunk[side].has(startLine)))
      wrong.push('Start line must precede the end line, in the same hunk.');
    return {
      id: repository.world.next(),
      path,
      side,
      line,
      body: text(one, 'body') ?? '',
      commit,
      hunk: (patch ?? '').split('\n')[0] ?? '',
      user: call.viewer.account,
      createdAt: repository.world.now(),
      ...(startLine !== undefined && { startLine }),
    };
  });
  if (wrong.length > 0) throw invalid('Unprocessable Entity', wrong);
  return comments;
}

export const pulls: Handlers = {
  'pulls/list': {
    needs: read,
    answer(call) {
      const { query } = call;
      const state = query.get('state') ?? 'open';
      const [head, base] = [query.get('head'), query.get('base')];
      const found = repositoryOf(call).pulls.filter(
        (pull) =>
          (state === 'all' || pull.state === state) &&
          (base === null || pull.baseRef === base) &&
          (head === null || head === `${pull.headRepository?.owner.login ?? ''}:${pull.headRef}`),
      );
      const by = (pull: Pull): string =>
        query.get('sort') === 'updated' ? pull.updatedAt : pull.createdAt;
      const sign =
        (query.get('direction') ?? (query.get('sort') ? 'asc' : 'desc')) === 'asc' ? 1 : -1;
      return page(
        call,
        found.sort(
          (a, b) => sign * (Number(by(a) > by(b)) - Number(by(a) < by(b)) || a.number - b.number),
        ),
        call.bodies.pullSimple,
      );
    },
  },
  'pulls/create': {
    needs: write,
    role: 'read',
    answer(call) {
      const repository = repositoryOf(call);
      const { body, viewer } = call;
      const [base, head] = [text(body, 'base') ?? '', text(body, 'head') ?? ''];
      if (head.includes(':'))
        throw invalid('The fake opens pull requests of its own branches only');
      for (const [field, branch] of Object.entries({ base, head }))
        if (repository.tip(branch) === undefined)
          throw invalid('Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }]);
      const isOpen = repository.pulls.some(
        (pull) => pull.state === 'open' && pull.headRef === head && pull.baseRef === base,
      );
      if (isOpen)
        throw invalid('Validation Failed', [
          {
            resource: 'PullRequest',
            code: 'custom',
            message: `A pull request already exists for ${repository.owner.login}:${head}.`,
          },
        ]);
      if (repository.tip(base) === repository.tip(head))
        throw invalid('Validation Failed', [
          {
            resource: 'PullRequest',
            code: 'custom',
            message: `No commits between ${base} and ${head}`,
          },
        ]);
      const pull = repository.open({
        by: viewer.account,
        branch: head,
        into: base,
        title: text(body, 'title') ?? '',
        body: text(body, 'body') ?? null,
        draft: body.draft === true,
      });
      return created(call.bodies.pull(pull));
    },
  },
  'pulls/get': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      const answer = ok(call.bodies.pull(pull));
      pull.looksUntilMergeable = Math.max(0, pull.looksUntilMergeable - 1);
      return answer;
    },
  },
  'pulls/list-files': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      return page(call, pull.files.slice(0, call.limits.pullFiles), (file) =>
        call.bodies.file(pull.repository, file, pull.head),
      );
    },
  },
  'pulls/list-commits': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      return page(call, pull.commits.slice(0, call.limits.pullCommits), (commit) =>
        call.bodies.commit(pull.repository, commit),
      );
    },
  },
  'pulls/update': {
    needs: write,
    role: 'write',
    answer(call) {
      const { body, viewer } = call;
      const pull = pullOf(call);
      const [title, about, base] = [text(body, 'title'), text(body, 'body'), text(body, 'base')];
      if (title !== undefined || about !== undefined || base !== undefined) {
        pull.edit(viewer.account, {
          ...(title !== undefined && { title }),
          ...(about !== undefined && { body: about }),
          ...(base !== undefined && { base }),
        });
      }
      if (body.state === 'closed' && pull.state === 'open') pull.close(viewer.account);
      if (body.state === 'open' && pull.state === 'closed') pull.reopen(viewer.account);
      return ok(call.bodies.pull(pull));
    },
  },
  'pulls/merge': {
    needs: ['contents:write'],
    role: 'write',
    answer(call) {
      const { body, viewer } = call;
      const pull = pullOf(call);
      if (pull.mergedAt) throw new Refused(405, 'Pull Request is not mergeable');
      const expected = text(body, 'sha');
      if (expected !== undefined && expected !== pull.head)
        throw new Refused(409, 'Head branch was modified. Review and try the merge again.');
      if (pull.draft) throw new Refused(405, 'Pull Request is still a draft');
      if (pull.mergeable !== true) throw new Refused(405, 'Pull Request is not mergeable');
      const blocked = pull.blockedBy();
      if (blocked !== undefined) throw new Refused(405, blocked);
      if (body.merge_method !== 'squash')
        throw new Refused(405, 'Merge commits are not allowed on this repository.');
      const message = [
        text(body, 'commit_title') ?? `${pull.title} (#${pull.number})`,
        text(body, 'commit_message') ?? '',
      ]
        .filter((part) => part !== '')
        .join('\n\n');
      return ok({
        sha: pull.squash(viewer.account, message),
        merged: true,
        message: 'Pull Request successfully merged',
      });
    },
  },
  'pulls/list-reviews': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      return page(call, pull.reviews, (review) => call.bodies.review(pull, review));
    },
  },
  'pulls/create-review': {
    needs: write,
    answer(call) {
      const { body, viewer } = call;
      const pull = pullOf(call);
      const event = text(body, 'event');
      if (event !== 'APPROVE' && event !== 'REQUEST_CHANGES' && event !== 'COMMENT')
        throw invalid('The fake knows no pending reviews: say an event');
      if (event !== 'COMMENT' && viewer.account === pull.user)
        throw invalid('Unprocessable Entity', [
          `Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
        ]);
      const commit = text(body, 'commit_id') ?? pull.head;
      const comments = commentsOf(call, pull, commit);
      const said = text(body, 'body') ?? '';
      if (event !== 'APPROVE' && said === '' && comments.length === 0)
        throw invalid('Unprocessable Entity', ["Body can't be blank"]);
      if (said.length > call.limits.bodyLength)
        throw invalid('Unprocessable Entity', ['Body is too long (maximum is 65536 characters)']);
      return ok(
        call.bodies.review(
          pull,
          pull.review(viewer.account, event, { body: said, commit, comments }),
        ),
      );
    },
  },
  'pulls/dismiss-review': {
    needs: write,
    role: 'write',
    answer(call) {
      const pull = pullOf(call);
      const review = pull.reviews.find(({ id }) => id === Number(call.parameters.review_id));
      if (!review) throw notFound();
      if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
        throw invalid('Can not dismiss a commented pull request review');
      pull.dismiss(call.viewer.account, review);
      return ok(call.bodies.review(pull, review));
    },
  },
  'pulls/list-review-comments': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      return page(
        call,
        pull.reviews.flatMap((review) => review.comments.map((comment) => ({ review, comment }))),
        ({ review, comment }) => call.bodies.reviewComment(pull, review, comment),
      );
    },
  },
  'pulls/list-comments-for-review': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      const review = pull.reviews.find(({ id }) => id === Number(call.parameters.review_id));
      if (!review) throw notFound();
      return page(call, review.comments, (comment) => {
        const { line: _line, ...shape } = call.bodies.reviewComment(pull, review, comment);
        return {
          ...shape,
          position: comment.commit === pull.head ? 1 : null,
          original_position: 1,
        };
      });
    },
  },
  'pulls/delete-review-comment': {
    needs: write,
    answer(call) {
      for (const { reviews } of repositoryOf(call).pulls) {
        for (const { comments } of reviews) {
          const index = comments.findIndex(({ id }) => id === Number(call.parameters.comment_id));
          if (index === -1) continue;
          comments.splice(index, 1);
          return { status: 204 };
        }
      }
      throw notFound();
    },
  },
  'repos/list-pull-requests-associated-with-commit': {
    needs: read,
    answer(call) {
      const sha = call.parameters.commit_sha ?? '';
      return page(
        call,
        repositoryOf(call).pulls.filter(
          (pull) =>
            pull.head === sha ||
            pull.mergeCommit === sha ||
            pull.commits.some((commit) => commit.sha === sha),
        ),
        call.bodies.pullSimple,
      );
    },
  },
};
