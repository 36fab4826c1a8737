import { isJson, type Json } from '../schema-check.ts';
import { linesOf } from '../git-objects.ts';
import type { Pull, ReviewComment } from '../repository.ts';
import {
  invalid,
  notFound,
  number,
  ok,
  page,
  pullOf,
  Refused,
  repositoryOf,
  text,
  type Asked,
  type Handlers,
} from './asked.ts';

const read = ['pull_requests:read'];
const write = ['pull_requests:write'];

/**
 * The comments of a review: each must stand in the diff, or GitHub refuses the review as a whole.
 */
function commentsOf(asked: Asked, pull: Pull, commit: string): ReviewComment[] {
  const given = Array.isArray(asked.body.comments) ? asked.body.comments.filter(isJson) : [];
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
      user: asked.viewer.account,
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
    answer(asked) {
      const { query } = asked;
      const state = query.get('state') ?? 'open';
      const [head, base] = [query.get('head'), query.get('base')];
      const found = repositoryOf(asked).pulls.filter(
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
        asked,
        found.sort(
          (a, b) => sign * (Number(by(a) > by(b)) - Number(by(a) < by(b)) || a.number - b.number),
        ),
        asked.shapes.pullSimple,
      );
    },
  },
  'pulls/get': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      const answer = ok(asked.shapes.pull(pull));
      pull.looksUntilMergeable = Math.max(0, pull.looksUntilMergeable - 1);
      return answer;
    },
  },
  'pulls/list-files': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      return page(asked, pull.files.slice(0, asked.limits.pullFiles), (file) =>
        asked.shapes.file(pull.repository, file, pull.head),
      );
    },
  },
  'pulls/list-commits': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      return page(asked, pull.commits.slice(0, asked.limits.pullCommits), (commit) =>
        asked.shapes.commit(pull.repository, commit),
      );
    },
  },
  'pulls/update': {
    needs: write,
    role: 'write',
    answer(asked) {
      const { body, viewer } = asked;
      const pull = pullOf(asked);
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
      return ok(asked.shapes.pull(pull));
    },
  },
  'pulls/merge': {
    needs: ['contents:write'],
    role: 'write',
    answer(asked) {
      const { body, viewer } = asked;
      const pull = pullOf(asked);
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
    answer(asked) {
      const pull = pullOf(asked);
      return page(asked, pull.reviews, (review) => asked.shapes.review(pull, review));
    },
  },
  'pulls/create-review': {
    needs: write,
    answer(asked) {
      const { body, viewer } = asked;
      const pull = pullOf(asked);
      const event = text(body, 'event');
      if (event !== 'APPROVE' && event !== 'REQUEST_CHANGES' && event !== 'COMMENT')
        throw invalid('The fake knows no pending reviews: say an event');
      if (event !== 'COMMENT' && viewer.account === pull.user)
        throw invalid('Unprocessable Entity', [
          `Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
        ]);
      const commit = text(body, 'commit_id') ?? pull.head;
      const comments = commentsOf(asked, pull, commit);
      const said = text(body, 'body') ?? '';
      if (event !== 'APPROVE' && said === '' && comments.length === 0)
        throw invalid('Unprocessable Entity', ["Body can't be blank"]);
      if (said.length > asked.limits.bodyLength)
        throw invalid('Unprocessable Entity', ['Body is too long (maximum is 65536 characters)']);
      return ok(
        asked.shapes.review(
          pull,
          pull.review(viewer.account, event, { body: said, commit, comments }),
        ),
      );
    },
  },
  'pulls/dismiss-review': {
    needs: write,
    role: 'write',
    answer(asked) {
      const pull = pullOf(asked);
      const review = pull.reviews.find(({ id }) => id === Number(asked.parameters.review_id));
      if (!review) throw notFound();
      if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
        throw invalid('Can not dismiss a commented pull request review');
      pull.dismiss(asked.viewer.account, review);
      return ok(asked.shapes.review(pull, review));
    },
  },
  'pulls/list-review-comments': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      return page(
        asked,
        pull.reviews.flatMap((review) => review.comments.map((comment) => ({ review, comment }))),
        ({ review, comment }) => asked.shapes.reviewComment(pull, review, comment),
      );
    },
  },
  'pulls/list-comments-for-review': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      const review = pull.reviews.find(({ id }) => id === Number(asked.parameters.review_id));
      if (!review) throw notFound();
      return page(asked, review.comments, (comment) => {
        const { line: _line, ...shape } = asked.shapes.reviewComment(pull, review, comment);
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
    answer(asked) {
      for (const { reviews } of repositoryOf(asked).pulls) {
        for (const { comments } of reviews) {
          const index = comments.findIndex(({ id }) => id === Number(asked.parameters.comment_id));
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
    answer(asked) {
      const sha = asked.parameters.commit_sha ?? '';
      return page(
        asked,
        repositoryOf(asked).pulls.filter(
          (pull) =>
            pull.head === sha ||
            pull.mergeCommit === sha ||
            pull.commits.some((commit) => commit.sha === sha),
        ),
        asked.shapes.pullSimple,
      );
    },
  },
};
