import type { Comment, Pull, Reaction } from '../repository.ts';
import {
  created,
  invalid,
  notFound,
  ok,
  page,
  pullOf,
  Refused,
  repositoryOf,
  text,
  type Asked,
  type Handlers,
} from './asked.ts';

const read = ['issues:read', 'pull_requests:read'];
const write = ['issues:write', 'pull_requests:write'];

function commentOf(asked: Asked): { pull: Pull; comment: Comment } {
  const id = Number(asked.parameters.comment_id);
  for (const pull of repositoryOf(asked).pulls) {
    const comment = pull.comments.find((one) => one.id === id);
    if (comment) return { pull, comment };
  }
  throw notFound();
}

const bodyOf = ({ body, limits }: Asked): string => {
  const said = text(body, 'body') ?? '';
  if (said.trim() === '')
    throw invalid('Validation Failed', [
      { resource: 'IssueComment', code: 'missing_field', field: 'body' },
    ]);
  if (said.length > limits.bodyLength)
    throw invalid('Validation Failed', [
      {
        resource: 'IssueComment',
        code: 'custom',
        field: 'body',
        message: 'body is too long (maximum is 65536 characters)',
      },
    ]);
  return said;
};

/** Only who wrote a comment, or who may write to the repository, may change it. */
const mayChange = ({ viewer }: Asked, comment: Comment, pull: Pull): void => {
  if (
    comment.user !== viewer.account &&
    !(viewer.kind === 'installation' || pull.repository.may(viewer.account, 'write'))
  )
    throw new Refused(403, 'Must have admin rights to Repository.');
};

function react(asked: Asked, reactions: Reaction[]): { status: 200 | 201; body: unknown } {
  const content = text(asked.body, 'content') ?? '';
  const known = reactions.find(
    (one) => one.user === asked.viewer.account && one.content === content,
  );
  if (known) return { status: 200, body: asked.shapes.reaction(known) };
  const reaction: Reaction = {
    id: asked.world.next(),
    user: asked.viewer.account,
    content,
    createdAt: asked.world.now(),
  };
  reactions.push(reaction);
  return { status: 201, body: asked.shapes.reaction(reaction) };
}

/** The names of labels in a body: strings, or objects with a name. */
function labelNames({ body }: Asked): string[] {
  const given: unknown[] = Array.isArray(body.labels) ? body.labels : [];
  const names = given
    .map((one) => (typeof one === 'object' && one !== null && 'name' in one ? one.name : one))
    .filter((name) => typeof name === 'string');
  if (names.some((name) => name === '' || name.length > 50))
    throw invalid('Validation Failed', [{ resource: 'Label', code: 'invalid', field: 'name' }]);
  return names;
}
const labelsOf = (asked: Asked, pull: Pull): unknown[] =>
  [...pull.labels]
    .flatMap((name) => pull.repository.labels.get(name) ?? [])
    .map(asked.shapes.label);

export const talk: Handlers = {
  'issues/get': { needs: read, answer: (asked) => ok(asked.shapes.issue(pullOf(asked))) },
  'issues/list-events': {
    needs: read,
    answer(asked) {
      return page(asked, pullOf(asked).baseChanges, asked.shapes.baseChange);
    },
  },
  'issues/list-comments': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      const since = asked.query.get('since');
      return page(
        asked,
        pull.comments.filter(({ updatedAt }) => since === null || updatedAt >= since),
        (comment) => asked.shapes.comment(pull, comment),
      );
    },
  },
  'issues/get-comment': {
    needs: read,
    answer(asked) {
      const { pull, comment } = commentOf(asked);
      return ok(asked.shapes.comment(pull, comment));
    },
  },
  'issues/create-comment': {
    needs: write,
    answer(asked) {
      const pull = pullOf(asked);
      return created(asked.shapes.comment(pull, pull.comment(asked.viewer.account, bodyOf(asked))));
    },
  },
  'issues/update-comment': {
    needs: write,
    answer(asked) {
      const { pull, comment } = commentOf(asked);
      mayChange(asked, comment, pull);
      pull.editComment(asked.viewer.account, comment, bodyOf(asked));
      return ok(asked.shapes.comment(pull, comment));
    },
  },
  'issues/delete-comment': {
    needs: write,
    answer(asked) {
      const { pull, comment } = commentOf(asked);
      mayChange(asked, comment, pull);
      pull.deleteComment(asked.viewer.account, comment);
      return { status: 204 };
    },
  },
  'issues/list-labels-on-issue': {
    needs: read,
    answer(asked) {
      const pull = pullOf(asked);
      return page(asked, labelsOf(asked, pull), (one) => one);
    },
  },
  'issues/add-labels': {
    needs: write,
    role: 'triage',
    answer(asked) {
      const pull = pullOf(asked);
      pull.label(asked.viewer.account, ...labelNames(asked));
      return ok(labelsOf(asked, pull));
    },
  },
  'issues/set-labels': {
    needs: write,
    role: 'triage',
    answer(asked) {
      const pull = pullOf(asked);
      const names = labelNames(asked);
      for (const name of pull.labels)
        if (!names.includes(name)) pull.unlabel(asked.viewer.account, name);
      pull.label(asked.viewer.account, ...names);
      return ok(labelsOf(asked, pull));
    },
  },
  'issues/remove-label': {
    needs: write,
    role: 'triage',
    answer(asked) {
      const pull = pullOf(asked);
      if (!pull.unlabel(asked.viewer.account, asked.parameters.name ?? ''))
        throw new Refused(404, 'Label does not exist');
      return ok(labelsOf(asked, pull));
    },
  },
  'issues/list-labels-for-repo': {
    needs: read,
    answer: (asked) => page(asked, [...repositoryOf(asked).labels.values()], asked.shapes.label),
  },
  'issues/create-label': {
    needs: write,
    role: 'write',
    answer(asked) {
      const { labels } = repositoryOf(asked);
      const name = text(asked.body, 'name') ?? '';
      if ([...labels.keys()].some((one) => one.toLowerCase() === name.toLowerCase()))
        throw invalid('Validation Failed', [
          { resource: 'Label', code: 'already_exists', field: 'name' },
        ]);
      const label = {
        id: asked.world.next(),
        name,
        color: text(asked.body, 'color') ?? 'ededed',
        description: text(asked.body, 'description') ?? null,
      };
      labels.set(name, label);
      return created(asked.shapes.label(label));
    },
  },
  'reactions/create-for-issue-comment': {
    needs: write,
    answer: (asked) => react(asked, commentOf(asked).comment.reactions),
  },
  'reactions/list-for-issue-comment': {
    needs: read,
    answer: (asked) => page(asked, commentOf(asked).comment.reactions, asked.shapes.reaction),
  },
  'reactions/create-for-issue': {
    needs: write,
    answer: (asked) => react(asked, pullOf(asked).reactions),
  },
  'reactions/list-for-issue': {
    needs: read,
    answer: (asked) => page(asked, pullOf(asked).reactions, asked.shapes.reaction),
  },
};
