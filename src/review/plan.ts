import { fingerprintOf } from '../shared/finding.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { annotationsARequest } from './render/check-run.ts';
import type { Decision } from './decide.ts';
import type { Effect, RecordEntry } from './model/effects.ts';
import type { Account, Comment, Snapshot } from './model/snapshot.ts';
import { mention } from './model/markdown.ts';
import type { WaitingOn } from './facts/waiting-on.ts';
import { truncateMarkdown, maxCommentLength } from '../report/markdown.ts';

/**
 * How a pull request stands: what `plan` subtracts. It may be read again just before the effects
 * are carried out.
 */
export type CurrentState = Pick<
  Snapshot,
  'comments' | 'checks' | 'suggestions' | 'deployments' | 'records' | 'bot'
> & { pull: Pick<Snapshot['pull'], 'head' | 'state' | 'labels' | 'body'> };

/**
 * The fewest steps from how it stands to how it should look. Nothing where the head has moved on: a
 * review of the newer head has all to say. What could not be read is left as it is. Planned again
 * after its effects were carried out, it is empty.
 */
export function plan(decided: Decision, standing: CurrentState): Effect[] {
  const decision = withoutSecrets(decided);
  if (standing.pull.head.sha !== decision.head) return [];
  // The push of the fixes starts another review, which answers the comment that asked for them.
  if (decision.fix) {
    const { repository, branch, message, files } = decision.fix;
    return [{ kind: 'commit-files', repository, branch, head: decision.head, message, files }];
  }
  return [
    ...draft(decision, standing),
    ...records(decision, standing),
    ...check(decision, standing),
    ...labels(decision, standing),
    ...description(decision, standing),
    ...statusComment(decision, standing),
    ...answers(decision, standing),
    ...merge(decision, standing),
    ...deployment(decision, standing),
    // Last: what GitHub refuses of them (a diff that it shows otherwise) keeps nothing else from
    // being said.
    ...(decision.merge ? [] : suggestions(decision, standing)),
  ];
}

/**
 * All that is written where others read it shows no secret, whoever wrote it: what findings quote
 * is masked already, but the names of files outside of connectors, of branches and of pull requests
 * are quoted too.
 */
function withoutSecrets(decision: Decision): Decision {
  const { check: wanted, records: remembered, merge: wish } = decision;
  return {
    ...decision,
    check: wanted && {
      ...wanted,
      title: maskFormattedSecrets(wanted.title),
      summary: maskFormattedSecrets(wanted.summary),
      annotations: wanted.annotations.map((one) => ({
        ...one,
        path: maskFormattedSecrets(one.path),
        message: maskFormattedSecrets(one.message),
      })),
    },
    comment: decision.comment === null ? null : maskFormattedSecrets(decision.comment),
    settledComment: maskFormattedSecrets(decision.settledComment),
    suggestions: decision.suggestions.filter(
      ({ path, body }) =>
        maskFormattedSecrets(path) === path && maskFormattedSecrets(body) === body,
    ),
    records: remembered && {
      ...remembered,
      answers: remembered.answers.map((answer) =>
        answer.reply === undefined
          ? answer
          : { ...answer, reply: maskFormattedSecrets(answer.reply) },
      ),
    },
    merge:
      wish?.by === 'squash'
        ? {
            ...wish,
            title: maskFormattedSecrets(wish.title),
            message: maskFormattedSecrets(wish.message),
          }
        : wish,
  };
}

const draft = ({ draft: wanted }: Decision, { pull }: CurrentState): Effect[] =>
  wanted && pull.state.kind === 'open' && !pull.state.draft
    ? [{ kind: 'convert-to-draft', nodeId: wanted.nodeId }]
    : [];

function records(decision: Decision, standing: CurrentState): Effect[] {
  if (!decision.records || !standing.records.ok) return [];
  const entries: RecordEntry[] = [];
  const { answers: answered, acknowledgements, hold, merge: wish } = standing.records.value;
  const news = decision.records.answers.filter(
    ({ comment }) => !answered.some((one) => one.comment === comment),
  );
  if (news.length > 0)
    entries.push(
      ...decision.signatures.map((signature): RecordEntry => ({ kind: 'signature', signature })),
    );
  entries.push(
    ...decision.records.acknowledgements
      .filter((one) => !acknowledgements.some((other) => same(one, other)))
      .map((acknowledgement): RecordEntry => ({ kind: 'acknowledgement', acknowledgement })),
  );
  if (!same(hold, decision.records.hold))
    entries.push({ kind: 'hold', hold: decision.records.hold });
  if (
    !same(
      wish && { ...wish, queued: undefined },
      decision.records.merge && { ...decision.records.merge, queued: undefined },
    )
  )
    entries.push({ kind: 'merge', merge: decision.records.merge });
  entries.push(...news.map((answer): RecordEntry => ({ kind: 'answer', answer })));
  return entries.map((entry) => ({ kind: 'record', entry }));
}

/** Of plain data; the order of names does not matter. */
const same = (a: unknown, b: unknown): boolean => inOrder(a) === inOrder(b);
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

function check({ check: wanted }: Decision, { checks }: CurrentState): Effect[] {
  if (!wanted || !checks.ok) return [];
  const { name, sha, outcome, title, summary, externalId, annotations } = wanted;
  const ours = checks.value
    .filter((run) => run.name === name && run.sha === sha)
    .toSorted((a, b) => a.id - b.id)
    .at(-1);
  const settled = ours?.status === (outcome === 'pending' ? 'in_progress' : 'completed');
  const again = ours?.rerequested === true;
  if (settled && ours?.externalId === externalId && !again) return [];
  // GitHub adds annotations to those a run has and takes none back: other ones, or a run begun and
  // not ended, need another run. So does one that somebody asked for again.
  const kept =
    !again && ours !== undefined && ours.externalId.split('-')[0] === externalId.split('-')[0];
  const batches: (typeof annotations)[number][][] = [];
  const fresh = kept ? [] : annotations;
  for (let from = 0; from < fresh.length; from += annotationsARequest)
    batches.push(fresh.slice(from, from + annotationsARequest));
  return [
    {
      kind: 'write-check',
      run: kept ? ours.id : null,
      sha,
      name,
      externalId,
      outcome,
      title,
      summary,
      batches,
    },
  ];
}

function labels({ labels: decided }: Decision, { pull }: CurrentState): Effect[] {
  if (!decided) return [];
  // GitHub takes labels for the same whatever their capitals.
  const has = (list: readonly string[], name: string): boolean =>
    list.some((one) => one.toLowerCase() === name.toLowerCase());
  const missing = decided.wanted.filter((name) => !has(pull.labels, name));
  const unwanted = pull.labels.filter(
    (name) => has(decided.ours, name) && !has(decided.wanted, name),
  );
  return [
    ...(missing.length > 0 ? [{ kind: 'add-labels', labels: missing } as const] : []),
    ...unwanted.map((label) => ({ kind: 'remove-label', label }) as const),
  ];
}

const description = ({ description: wanted }: Decision, { pull }: CurrentState): Effect[] =>
  wanted && pull.body === wanted.was ? [{ kind: 'edit-description', ...wanted }] : [];

function suggestions(
  { suggestions: wanted, head }: Decision,
  { suggestions: standing }: CurrentState,
): Effect[] {
  if (!standing.ok) return [];
  const fresh = wanted
    .filter(
      ({ fingerprint }) =>
        !standing.value.some(({ body }) => body.includes(marker('fix', fingerprint))),
    )
    .map(({ fingerprint, body, ...lines }) => ({
      ...lines,
      body: `\`\`\`suggestion\n${body}\n\`\`\`\n${marker('fix', fingerprint)}`,
    }));
  return fresh.length > 0 ? [{ kind: 'suggest', sha: head, suggestions: fresh }] : [];
}

/** What makes a comment of ours known again. Only in those that the bot wrote, and at their end. */
const marker = (...words: readonly string[]): string => `<!-- gatehouse:${words.join(':')} -->`;
const marked = ({ body }: Comment): string[] =>
  /<!-- gatehouse:([\w:-]+) -->\s*$/.exec(body)?.[1]?.split(':') ?? [];

const ours = ({ comments, bot }: Pick<CurrentState, 'comments' | 'bot'>): readonly Comment[] =>
  comments.ok ? comments.value.filter(({ author }) => author.id === bot.id) : [];

/**
 * The one comment is edited in place. Where the turn passes to somebody else there is a new one,
 * because edits notify nobody, and the old one says so. A turn of nobody's, or Gatehouse's own,
 * passes nothing.
 */
function statusComment(
  { comment, settledComment, waitingOn }: Decision,
  standing: CurrentState,
): Effect[] {
  if (!standing.comments.ok) return [];
  const all = ours(standing)
    .filter((one) => marked(one)[0] === 'status')
    .toSorted((a, b) => a.id - b.id);
  const current = all.at(-1);
  const outdated = all.slice(0, -1).filter((one) => marked(one)[1] !== 'over');
  const over = (one: Comment): Effect => ({
    kind: 'edit-comment',
    comment: one.id,
    body:
      `<sub>This was how it stood when it was the turn of ${wordsFor(marked(one)[1])}. ` +
      `How it stands now is in a newer comment below.</sub>\n${marker('status', 'over')}`,
  });
  const said = comment ?? (current ? settledComment : undefined);
  if (said === undefined || (!current && standing.pull.state.kind !== 'open'))
    return outdated.map(over);
  const before = current && marked(current)[1];
  const passes = isSomebody(waitingOn) && before !== waitingOn;
  const holder = isSomebody(waitingOn) ? waitingOn : (before ?? 'nobody');
  const digest = fingerprintOf(said);
  const body = `${truncateMarkdown(said, maxCommentLength, '… and more.')}\n\n${marker('status', holder, digest)}`;
  if (!current || passes)
    return [
      { kind: 'create-comment', body },
      ...outdated.map(over),
      ...(current ? [over(current)] : []),
    ];
  const stands = marked(current)[1] === holder && marked(current)[2] === digest;
  return [
    ...(stands ? [] : [{ kind: 'edit-comment', comment: current.id, body } as const]),
    ...outdated.map(over),
  ];
}

const isSomebody = (turn: WaitingOn): boolean =>
  turn === 'author' || turn === 'owner' || turn === 'reviewer';
function wordsFor(turn: string | undefined): string {
  if (turn === 'author') return 'the author';
  if (turn === 'owner') return 'an owner';
  return turn === 'reviewer' ? 'a reviewer' : 'nobody';
}

/** The comments that were answered in words. */
export const isAnswered = (standing: Pick<CurrentState, 'comments' | 'bot'>): ReadonlySet<number> =>
  new Set(
    ours(standing).flatMap((one) =>
      marked(one)[0] === 'answer' ? marked(one).slice(1).map(Number) : [],
    ),
  );

/** A reaction to each command; the words of all, where there are any, in one comment. */
function answers({ records: decided }: Decision, standing: CurrentState): Effect[] {
  if (!decided || !standing.comments.ok) return [];
  const effects: Effect[] = [];
  const replied = isAnswered(standing);
  const said: { to: Account; words: string; comments: number[] }[] = [];
  for (const { comment, outcome, reply, silent } of decided.answers) {
    const standingComment = standing.comments.value.find(({ id }) => id === comment);
    if (!standingComment || silent) continue; // it was deleted, or there were too many
    const reaction = outcome === 'done' ? '+1' : '-1';
    if (!standingComment.reactions.includes(reaction))
      effects.push({ kind: 'react', comment, reaction });
    if (reply === undefined || replied.has(comment)) continue;
    const alike = said.find(
      (one) => one.to.id === standingComment.author.id && one.words === reply,
    );
    if (alike) alike.comments.push(comment);
    else said.push({ to: standingComment.author, words: reply, comments: [comment] });
  }
  return [...effects, ...together(said).map((body): Effect => ({ kind: 'create-comment', body }))];
}

/** Answers in as few comments as they fit into. */
function together(
  said: readonly { to: Account; words: string; comments: readonly number[] }[],
): string[] {
  const bodies: { text: string; comments: number[] }[] = [];
  for (const { to, words, comments } of said) {
    const text = `${mention(to)} ${truncateMarkdown(words, maxCommentLength - 1_000, '… and more.')}`;
    const last = bodies.at(-1);
    if (
      !last ||
      last.text.length + text.length > maxCommentLength - 1_000 ||
      last.comments.length + comments.length > maxTogether
    )
      bodies.push({ text, comments: [...comments] });
    else {
      last.text += `\n\n---\n\n${text}`;
      last.comments.push(...comments);
    }
  }
  return bodies.map(
    ({ text, comments }) => `${text}\n\n${marker('answer', ...comments.map(String))}`,
  );
}

/** So many answers in one comment: their numbers are in its marker. */
const maxTogether = 30;

function merge(
  { merge: wanted, head }: Decision,
  { pull, records: standing }: CurrentState,
): Effect[] {
  if (!wanted || pull.state.kind !== 'open') return [];
  const isQueued = standing.ok && standing.value.merge?.queued === head;
  if (wanted.by === 'leaving-the-queue')
    return isQueued
      ? [
          { kind: 'dequeue', nodeId: wanted.nodeId },
          { kind: 'record', entry: { kind: 'merge', merge: wanted.wish } },
        ]
      : [];
  if (wanted.by === 'squash')
    return [
      { kind: 'merge', head, title: wanted.title, message: wanted.message, asked: wanted.asked },
    ];
  // That it is in the queue is recorded behind it: a second time in the queue is refused, a time
  // that did not happen would be lost.
  return isQueued
    ? []
    : [
        { kind: 'enqueue', nodeId: wanted.nodeId, head, asked: wanted.wish.comment },
        { kind: 'record', entry: { kind: 'merge', merge: wanted.wish } },
      ];
}

function deployment({ deployment: wanted }: Decision, { deployments }: CurrentState): Effect[] {
  if (!wanted || !deployments.ok) return [];
  const there = deployments.value.some(
    ({ sha, environment }) => sha === wanted.sha && environment === wanted.environment,
  );
  return there ? [] : [{ kind: 'create-deployment', ...wanted }];
}
