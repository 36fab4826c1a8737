import { fingerprintOf } from '../shared/finding.ts';
import { jsonEqual } from '../json/equal.ts';
import { maskFormattedSecrets } from '../secrets/mask.ts';
import { maxAnnotationsPerRequest, type CheckReport } from './render/check-run.ts';
import { lastSeqOf, type NewRide, type PendingEvents } from '../release/ride.ts';
import type { Decision } from './decide.ts';
import type { Annotation, Effect, RecordEntry } from './model/effects.ts';
import type {
  Account,
  Answer,
  CheckRun,
  Comment,
  MergeRequest,
  Records,
  Snapshot,
} from './model/snapshot.ts';
import { mention } from './model/markdown.ts';
import { suggestionText } from './render/suggestion-texts.ts';
import type { WaitingOn } from './facts/waiting-on.ts';
import { truncateMarkdown, maxCommentLength } from '../report/markdown.ts';

/**
 * The present state of a pull request, from which `plan` finds what differs from the decision. It
 * may be read again just before the effects are applied.
 */
export type CurrentState = Pick<
  Snapshot,
  'comments' | 'checks' | 'suggestions' | 'deployments' | 'records' | 'train' | 'bot'
> & { pull: Pick<Snapshot['pull'], 'head' | 'state' | 'labels' | 'body'> };

/**
 * Plans the fewest effects that turn the current state into the decided one.
 *
 * - If the head has moved on there are none: the review of the newer head plans its own.
 * - A part of the state that could not be read stays as it is.
 * - Planning again after the effects were applied yields none.
 */
export function plan(decided: Decision, current: CurrentState): Effect[] {
  const decision = withoutSecrets(decided);
  if (current.pull.head.sha !== decision.head) return [];
  const { comments, changes } = decision.allowed;
  // The push of the fixes starts another review, which answers the comment that asked for them.
  if (decision.fix && changes) {
    const { repository, branch, message, files } = decision.fix;
    return [{ kind: 'commit-files', repository, branch, head: decision.head, message, files }];
  }
  // Likewise, the next review answers the comment, with the number of the pull request.
  if (decision.share && changes) return [{ kind: 'open-pull-request', ...decision.share }];
  return [
    ...(changes ? planDraft(decision, current) : []),
    ...planRecords(decision, current),
    ...planCheck(decision, current),
    ...(changes ? planLabels(decision, current) : []),
    ...(changes ? planDescription(decision, current) : []),
    ...(comments ? planStatusComment(decision, current) : []),
    ...(comments ? planAnswers(decision, current) : []),
    ...(changes ? planMerge(decision, current) : []),
    ...(changes ? planDeployment(decision, current) : []),
    // Last, so that nothing else is lost if GitHub rejects a suggestion.
    ...(changes && !decision.merge ? planSuggestions(decision, current) : []),
  ];
}

/**
 * Masks secrets in everything that others can read. Findings mask what they quote; but names of
 * files outside of connectors, of branches and of pull requests are quoted too.
 */
export function withoutSecrets(decision: Decision): Decision {
  const { check, records, merge, share } = decision;
  return {
    ...decision,
    check: check && {
      ...check,
      title: maskFormattedSecrets(check.title),
      summary: maskFormattedSecrets(check.summary),
      annotations: check.annotations.map((annotation) => ({
        ...annotation,
        path: maskFormattedSecrets(annotation.path),
        message: maskFormattedSecrets(annotation.message),
      })),
    },
    comment: decision.comment === null ? null : maskFormattedSecrets(decision.comment),
    settledComment: maskFormattedSecrets(decision.settledComment),
    suggestionsBody: maskFormattedSecrets(decision.suggestionsBody),
    suggestions: decision.suggestions.filter(
      ({ path, body }) =>
        maskFormattedSecrets(path) === path && maskFormattedSecrets(body) === body,
    ),
    records: records && { ...records, answers: records.answers.map(withMaskedReply) },
    share: share && {
      ...share,
      title: maskFormattedSecrets(share.title),
      body: maskFormattedSecrets(share.body),
      message: maskFormattedSecrets(share.message),
    },
    merge:
      merge?.by === 'squash'
        ? {
            ...merge,
            title: maskFormattedSecrets(merge.title),
            message: maskFormattedSecrets(merge.message),
          }
        : merge,
  };
}

const withMaskedReply = (answer: Answer): Answer =>
  answer.reply === undefined ? answer : { ...answer, reply: maskFormattedSecrets(answer.reply) };

const planDraft = ({ draft }: Decision, { pull }: CurrentState): Effect[] =>
  draft && pull.state.kind === 'open' && !pull.state.draft
    ? [{ kind: 'convert-to-draft', nodeId: draft.nodeId }]
    : [];

function planRecords(decision: Decision, current: CurrentState): Effect[] {
  if (!decision.records || !current.records.ok) return [];
  const stored = current.records.value;
  const entries: RecordEntry[] = [];
  const newAnswers = decision.records.answers.filter(
    ({ comment }) => !stored.answers.some((answer) => answer.comment === comment),
  );
  // These come from commands that have no answer yet.
  if (newAnswers.length > 0) {
    for (const signature of decision.signatures) entries.push({ kind: 'signature', signature });
    for (const verification of decision.verifications)
      entries.push({ kind: 'verification', verification });
  }
  for (const acknowledgement of decision.records.acknowledgements)
    if (!stored.acknowledgements.some((entry) => jsonEqual(entry, acknowledgement)))
      entries.push({ kind: 'acknowledgement', acknowledgement });
  const { hold, merge } = decision.records;
  if (!jsonEqual(stored.hold, hold)) entries.push({ kind: 'hold', hold });
  if (!isSameRequest(stored.merge, merge)) entries.push({ kind: 'merge', merge });
  const { publication } = decision.records;
  if (publication && !jsonEqual(stored.publication ?? null, publication))
    entries.push({ kind: 'publication', publication });
  for (const pending of decision.rideEvents)
    if (!isAppended(pending, current)) entries.push({ kind: 'ride-events', ...pending });
  // A ride goes on from what was merged, whatever becomes of the settings. Another head that is
  // deployed before the merge has rides of its own.
  const { rides } = decision.records;
  const isStored = ({ folder, sha }: NewRide): boolean =>
    stored.rides?.some((other) => other.folder === folder && other.sha === sha) ?? false;
  if (rides && !rides.every(isStored)) entries.push({ kind: 'rides', rides });
  const { transfer = null, certification = null, identities = [] } = decision.records;
  const { secondVersion = null } = decision.records;
  if (!jsonEqual(stored.transfer ?? null, transfer)) entries.push({ kind: 'transfer', transfer });
  if (!jsonEqual(stored.certification ?? null, certification))
    entries.push({ kind: 'certification', certification });
  if (!jsonEqual(stored.secondVersion ?? null, secondVersion))
    entries.push({ kind: 'second-version', request: secondVersion });
  if (!jsonEqual(stored.identities ?? [], identities))
    entries.push({ kind: 'identities', identities });
  for (const answer of newAnswers) entries.push({ kind: 'answer', answer });
  return entries.map((entry) => ({ kind: 'record', entry }));
}

/** Whether a ride has events that a decision did not know of, which may be those that it appends. */
const isAppended = ({ ride, lastSeq }: PendingEvents, { train }: CurrentState): boolean =>
  train?.rides.some((each) => each.ride.id === ride && lastSeqOf(each) > lastSeq) ?? false;

/** Whether two requests are the same, whatever has been put into the merge queue for them. */
const isSameRequest = (a: Records['merge'], b: Records['merge']): boolean =>
  jsonEqual(a && withoutQueue(a), b && withoutQueue(b));
function withoutQueue(request: MergeRequest): Omit<MergeRequest, 'queued'> {
  const { queued: _, ...rest } = request;
  return rest;
}

function planCheck({ check }: Decision, { checks }: CurrentState): Effect[] {
  if (!check || !checks.ok) return [];
  const latest = checks.value
    .filter((run) => run.name === check.name && run.sha === check.sha)
    .toSorted((a, b) => a.id - b.id)
    .at(-1);
  if (latest && isUpToDate(latest, check)) return [];
  const canEdit = latest !== undefined && !latest.rerequested && hasSameAnnotations(latest, check);
  const { name, sha, externalId, outcome, title, summary, annotations } = check;
  return [
    {
      kind: 'write-check',
      run: canEdit ? latest.id : null,
      sha,
      name,
      externalId,
      outcome,
      title,
      summary,
      batches: canEdit ? [] : inBatches(annotations),
    },
  ];
}

function isUpToDate(run: CheckRun, { outcome, externalId }: CheckReport): boolean {
  const expected = outcome === 'pending' ? 'in_progress' : 'completed';
  return run.status === expected && run.externalId === externalId && !run.rerequested;
}

/**
 * Whether a run already has the annotations of a report. GitHub only adds annotations to a run and
 * never removes them, so other annotations need a new run. So does a run that was begun and never
 * finished: it has no external id.
 */
const hasSameAnnotations = (run: CheckRun, { externalId }: CheckReport): boolean =>
  run.externalId.split('-')[0] === externalId.split('-')[0];

function inBatches(annotations: readonly Annotation[]): Annotation[][] {
  const batches: Annotation[][] = [];
  for (let from = 0; from < annotations.length; from += maxAnnotationsPerRequest)
    batches.push(annotations.slice(from, from + maxAnnotationsPerRequest));
  return batches;
}

function planLabels({ labels }: Decision, { pull }: CurrentState): Effect[] {
  if (!labels) return [];
  // GitHub ignores the case of labels.
  const includes = (list: readonly string[], name: string): boolean =>
    list.some((label) => label.toLowerCase() === name.toLowerCase());
  const missing = labels.desired.filter((name) => !includes(pull.labels, name));
  const outdated = pull.labels.filter(
    (name) => includes(labels.managed, name) && !includes(labels.desired, name),
  );
  return [
    ...(missing.length > 0 ? [{ kind: 'add-labels', labels: missing } as const] : []),
    ...outdated.map((label) => ({ kind: 'remove-label', label }) as const),
  ];
}

const planDescription = ({ description }: Decision, { pull }: CurrentState): Effect[] =>
  description && pull.body === description.was
    ? [{ kind: 'edit-description', ...description }]
    : [];

function planSuggestions(decision: Decision, current: CurrentState): Effect[] {
  if (!current.suggestions.ok) return [];
  const posted = current.suggestions.value;
  const suggestions = decision.suggestions
    .filter(({ fingerprint }) => !posted.some(({ body }) => body.includes(fixMarker(fingerprint))))
    .map(({ path, startLine, endLine, fingerprint, ...text }) => ({
      path,
      startLine,
      endLine,
      body: `${suggestionText(text)}\n${fixMarker(fingerprint)}`,
    }));
  const { head: sha, suggestionsBody: body } = decision;
  return suggestions.length > 0 ? [{ kind: 'suggest', sha, body, suggestions }] : [];
}

/**
 * A comment that GitHub does not show, by which we recognize our own comments. It counts only in
 * comments by the bot, and only at their end.
 */
const marker = (...words: readonly string[]): string => `<!-- gatehouse:${words.join(':')} -->`;
const fixMarker = (fingerprint: string): string => marker('fix', fingerprint);
const markerIn = ({ body }: Comment): string[] =>
  /<!-- gatehouse:([\w:-]+) -->\s*$/.exec(body)?.[1]?.split(':') ?? [];

const commentsByBot = ({ comments, bot }: Pick<CurrentState, 'comments' | 'bot'>): Comment[] =>
  comments.ok ? comments.value.filter(({ author }) => author.id === bot.id) : [];

/** A status comment of ours, with what its marker says. */
interface StatusComment {
  id: number;
  nodeId: string | undefined;
  /** Whose turn it was, or `over` if a newer comment has replaced this one. */
  turn: string | undefined;
  /** Of the text, as `fingerprintOf` makes it. */
  digest: string | undefined;
}

const statusCommentsIn = (current: CurrentState): StatusComment[] =>
  commentsByBot(current)
    .flatMap((comment): StatusComment[] => {
      const [kind, turn, digest] = markerIn(comment);
      return kind === 'status' ? [{ id: comment.id, nodeId: comment.nodeId, turn, digest }] : [];
    })
    .toSorted((a, b) => a.id - b.id);

/**
 * There is one status comment, and it is edited in place. If the turn passes to someone else we
 * write a new one, because an edit notifies nobody, and mark the old one as outdated. A turn of
 * Gatehouse's own or of nobody's passes nothing.
 */
function planStatusComment(
  { comment, settledComment, waitingOn }: Decision,
  current: CurrentState,
): Effect[] {
  if (!current.comments.ok) return [];
  const all = statusCommentsIn(current);
  const latest = all.at(-1);
  const markOthers = all
    .slice(0, -1)
    .filter(({ turn }) => turn !== 'over')
    .flatMap(markAsOutdated);
  const text = comment ?? (latest ? settledComment : undefined);
  if (text === undefined || (!latest && current.pull.state.kind !== 'open')) return markOthers;

  const turn = isPersonsTurn(waitingOn) ? waitingOn : (latest?.turn ?? 'nobody');
  const digest = fingerprintOf(text);
  const visible = truncateMarkdown(text, maxCommentLength, '… and more.');
  const body = `${visible}\n\n${marker('status', turn, digest)}`;
  if (!latest) return [{ kind: 'create-comment', body }, ...markOthers];
  if (turn !== latest.turn && isPersonsTurn(waitingOn))
    return [{ kind: 'create-comment', body }, ...markOthers, ...markAsOutdated(latest)];
  const isCurrent = latest.turn === turn && latest.digest === digest;
  return isCurrent
    ? markOthers
    : [{ kind: 'edit-comment', comment: latest.id, body }, ...markOthers];
}

/** Says that a comment of ours is outdated, and folds it. */
const markAsOutdated = ({ id, nodeId, turn }: StatusComment): Effect[] => [
  ...(nodeId === undefined ? [] : [{ kind: 'minimize-comment', nodeId } as const]),
  {
    kind: 'edit-comment',
    comment: id,
    body:
      `<sub>This status is outdated: it was for ${describeTurn(turn)}. ` +
      `See the newer comment below.</sub>\n${marker('status', 'over')}`,
  },
];

const isPersonsTurn = (turn: WaitingOn): boolean =>
  turn === 'author' || turn === 'owner' || turn === 'reviewer';

function describeTurn(turn: string | undefined): string {
  if (turn === 'author') return 'the author';
  if (turn === 'owner') return 'an owner';
  return turn === 'reviewer' ? 'a reviewer' : 'nobody';
}

/** The ids of the comments that have a reply of ours. */
export const isAnswered = (current: Pick<CurrentState, 'comments' | 'bot'>): ReadonlySet<number> =>
  new Set(
    commentsByBot(current).flatMap((comment) => {
      const [kind, ...ids] = markerIn(comment);
      return kind === 'answer' ? ids.map(Number) : [];
    }),
  );

/** A reply to one or more comments by one person. */
interface Reply {
  to: Account;
  text: string;
  comments: number[];
}

const reactionTo = { done: '+1', refused: '-1', unknown: 'confused' } as const;

/** A reaction to each command; all replies of a review share as few comments as possible. */
function planAnswers({ records }: Decision, current: CurrentState): Effect[] {
  if (!records || !current.comments.ok) return [];
  const reactions: Effect[] = [];
  const answered = isAnswered(current);
  const replies: Reply[] = [];
  for (const { comment: id, outcome, reply, silent } of records.answers) {
    const comment = current.comments.value.find((candidate) => candidate.id === id);
    // Its author deleted it, or has had too many answers (see `limitReplies`).
    if (!comment || silent) continue;
    const reaction = reactionTo[outcome];
    if (!comment.reactions.includes(reaction))
      reactions.push({ kind: 'react', comment: id, reaction });
    if (reply === undefined || answered.has(id)) continue;
    const same = replies.find(({ to, text }) => to.id === comment.author.id && text === reply);
    if (same) same.comments.push(id);
    else replies.push({ to: comment.author, text: reply, comments: [id] });
  }
  return [
    ...reactions,
    ...commentsFor(replies).map((body): Effect => ({ kind: 'create-comment', body })),
  ];
}

/** The marker of a comment holds the ids of all comments that it answers. */
const maxAnswersPerComment = 30;

/** The bodies of as few comments as hold all replies. */
function commentsFor(replies: readonly Reply[]): string[] {
  const maxLength = maxCommentLength - 1_000;
  const bodies: { text: string; comments: number[] }[] = [];
  for (const reply of replies) {
    const text = `${mention(reply.to)} ${truncateMarkdown(reply.text, maxLength, '… and more.')}`;
    const last = bodies.at(-1);
    if (
      last &&
      last.text.length + text.length <= maxLength &&
      last.comments.length + reply.comments.length <= maxAnswersPerComment
    ) {
      last.text += `\n\n---\n\n${text}`;
      last.comments.push(...reply.comments);
    } else bodies.push({ text, comments: [...reply.comments] });
  }
  return bodies.map(
    ({ text, comments }) => `${text}\n\n${marker('answer', ...comments.map(String))}`,
  );
}

function planMerge({ merge, head }: Decision, { pull, records }: CurrentState): Effect[] {
  if (!merge || pull.state.kind !== 'open') return [];
  const isQueued = records.ok && records.value.merge?.queued === head;
  switch (merge.by) {
    case 'squash': {
      const { title, message, requestComment } = merge;
      return [{ kind: 'merge', head, title, message, requestComment }];
    }
    case 'leaving-the-queue':
      return isQueued
        ? [
            { kind: 'dequeue', nodeId: merge.nodeId },
            { kind: 'record', entry: { kind: 'merge', merge: merge.mergeRequest } },
          ]
        : [];
    case 'queue':
      // The record comes second. If it gets lost, GitHub rejects the second attempt to enqueue. The
      // other way round, a pull request could be recorded as queued and never enter the queue.
      return isQueued
        ? []
        : [
            {
              kind: 'enqueue',
              nodeId: merge.nodeId,
              head,
              requestComment: merge.mergeRequest.comment,
            },
            { kind: 'record', entry: { kind: 'merge', merge: merge.mergeRequest } },
          ];
  }
}

function planDeployment({ deployment }: Decision, { deployments }: CurrentState): Effect[] {
  if (!deployment || !deployments.ok) return [];
  const exists = deployments.value.some(
    ({ sha, environment }) => sha === deployment.sha && environment === deployment.environment,
  );
  return exists ? [] : [{ kind: 'create-deployment', ...deployment }];
}
