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
  type Call,
  type Handlers,
} from './call.ts';

const read = ['issues:read', 'pull_requests:read'];
const write = ['issues:write', 'pull_requests:write'];

function commentOf(call: Call): { pull: Pull; comment: Comment } {
  const id = Number(call.parameters.comment_id);
  for (const pull of repositoryOf(call).pulls) {
    const comment = pull.comments.find((one) => one.id === id);
    if (comment) return { pull, comment };
  }
  throw notFound();
}

const bodyOf = ({ body, limits }: Call): string => {
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
const mayChange = ({ viewer }: Call, comment: Comment, pull: Pull): void => {
  if (
    comment.user !== viewer.account &&
    !(viewer.kind === 'installation' || pull.repository.may(viewer.account, 'write'))
  )
    throw new Refused(403, 'Must have admin rights to Repository.');
};

function react(call: Call, reactions: Reaction[]): { status: 200 | 201; body: unknown } {
  const content = text(call.body, 'content') ?? '';
  const known = reactions.find(
    (one) => one.user === call.viewer.account && one.content === content,
  );
  if (known) return { status: 200, body: call.bodies.reaction(known) };
  const reaction: Reaction = {
    id: call.world.next(),
    user: call.viewer.account,
    content,
    createdAt: call.world.now(),
  };
  reactions.push(reaction);
  return { status: 201, body: call.bodies.reaction(reaction) };
}

/** The names of labels in a body: strings, or objects with a name. */
function labelNames({ body }: Call): string[] {
  const given: unknown[] = Array.isArray(body.labels) ? body.labels : [];
  const names = given
    .map((one) => (typeof one === 'object' && one !== null && 'name' in one ? one.name : one))
    .filter((name) => typeof name === 'string');
  if (names.some((name) => name === '' || name.length > 50))
    throw invalid('Validation Failed', [{ resource: 'Label', code: 'invalid', field: 'name' }]);
  return names;
}
const labelsOf = (call: Call, pull: Pull): unknown[] =>
  [...pull.labels].flatMap((name) => pull.repository.labels.get(name) ?? []).map(call.bodies.label);

export const conversation: Handlers = {
  'issues/get': { needs: read, answer: (call) => ok(call.bodies.issue(pullOf(call))) },
  'issues/list-events': {
    needs: read,
    answer(call) {
      return page(call, pullOf(call).baseChanges, call.bodies.baseChange);
    },
  },
  'issues/list-comments': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      const since = call.query.get('since');
      return page(
        call,
        pull.comments.filter(({ updatedAt }) => since === null || updatedAt >= since),
        (comment) => call.bodies.comment(pull, comment),
      );
    },
  },
  'issues/get-comment': {
    needs: read,
    answer(call) {
      const { pull, comment } = commentOf(call);
      return ok(call.bodies.comment(pull, comment));
    },
  },
  'issues/create-comment': {
    needs: write,
    answer(call) {
      const pull = pullOf(call);
      return created(call.bodies.comment(pull, pull.comment(call.viewer.account, bodyOf(call))));
    },
  },
  'issues/update-comment': {
    needs: write,
    answer(call) {
      const { pull, comment } = commentOf(call);
      mayChange(call, comment, pull);
      pull.editComment(call.viewer.account, comment, bodyOf(call));
      return ok(call.bodies.comment(pull, comment));
    },
  },
  'issues/delete-comment': {
    needs: write,
    answer(call) {
      const { pull, comment } = commentOf(call);
      mayChange(call, comment, pull);
      pull.deleteComment(call.viewer.account, comment);
      return { status: 204 };
    },
  },
  'issues/list-labels-on-issue': {
    needs: read,
    answer(call) {
      const pull = pullOf(call);
      return page(call, labelsOf(call, pull), (one) => one);
    },
  },
  'issues/add-labels': {
    needs: write,
    role: 'triage',
    answer(call) {
      const pull = pullOf(call);
      pull.label(call.viewer.account, ...labelNames(call));
      return ok(labelsOf(call, pull));
    },
  },
  'issues/set-labels': {
    needs: write,
    role: 'triage',
    answer(call) {
      const pull = pullOf(call);
      const names = labelNames(call);
      for (const name of pull.labels)
        if (!names.includes(name)) pull.unlabel(call.viewer.account, name);
      pull.label(call.viewer.account, ...names);
      return ok(labelsOf(call, pull));
    },
  },
  'issues/remove-label': {
    needs: write,
    role: 'triage',
    answer(call) {
      const pull = pullOf(call);
      if (!pull.unlabel(call.viewer.account, call.parameters.name ?? ''))
        throw new Refused(404, 'Label does not exist');
      return ok(labelsOf(call, pull));
    },
  },
  'issues/list-labels-for-repo': {
    needs: read,
    answer: (call) => page(call, [...repositoryOf(call).labels.values()], call.bodies.label),
  },
  'issues/create-label': {
    needs: write,
    role: 'write',
    answer(call) {
      const { labels } = repositoryOf(call);
      const name = text(call.body, 'name') ?? '';
      if ([...labels.keys()].some((one) => one.toLowerCase() === name.toLowerCase()))
        throw invalid('Validation Failed', [
          { resource: 'Label', code: 'already_exists', field: 'name' },
        ]);
      const label = {
        id: call.world.next(),
        name,
        color: text(call.body, 'color') ?? 'ededed',
        description: text(call.body, 'description') ?? null,
      };
      labels.set(name, label);
      return created(call.bodies.label(label));
    },
  },
  'reactions/create-for-issue-comment': {
    needs: write,
    answer: (call) => react(call, commentOf(call).comment.reactions),
  },
  'reactions/list-for-issue-comment': {
    needs: read,
    answer: (call) => page(call, commentOf(call).comment.reactions, call.bodies.reaction),
  },
  'reactions/create-for-issue': {
    needs: write,
    answer: (call) => react(call, pullOf(call).reactions),
  },
  'reactions/list-for-issue': {
    needs: read,
    answer: (call) => page(call, pullOf(call).reactions, call.bodies.reaction),
  },
};
