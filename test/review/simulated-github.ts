import { context } from '../../fixtures/context.ts';
import type { NewRideEvent, RideHistory } from '../../src/release/ride.ts';
import type { Effect } from '../../src/review/model/effects.ts';
import type { Facts } from '../../src/review/model/facts.ts';
import { deriveFacts } from '../../src/review/derive-facts.ts';
import type { Comment, Records, Snapshot } from '../../src/review/model/snapshot.ts';

/** With the dictionary, as the App brings it. */
export const factsOf = (snapshot: Snapshot): Facts => deriveFacts(snapshot, context);

/** A ride with more events. */
const withEvents = (
  { ride, events }: RideHistory,
  added: readonly NewRideEvent[],
): RideHistory => ({
  ride,
  events: [
    ...events,
    ...added.map(({ at, by, detail }, index) => ({
      seq: events.length + index + 1,
      at,
      by,
      ...detail,
    })),
  ],
});

/**
 * How a pull request is read again after effects were carried out; it knows nothing of how they
 * were decided.
 */
export function carryOut(effects: readonly Effect[], snapshot: Snapshot): Snapshot {
  const next = structuredClone(snapshot);
  let id = Math.max(
    10_000,
    ...(next.comments.ok ? next.comments.value.map((comment) => comment.id) : []),
  );
  const list = <T>(
    known: { ok: true; value: readonly T[] } | { ok: false; reason: string },
  ): T[] => {
    if (!known.ok) throw new Error('an effect on what is not known');
    const copy = [...known.value];
    known.value = copy;
    return copy;
  };
  const edit = (comment: number, change: (was: Comment) => Partial<Comment>): void => {
    const comments = list(next.comments);
    const at = comments.findIndex((one) => one.id === comment);
    const was = comments[at];
    if (!was) throw new Error('a change of a comment that is not there');
    comments[at] = { ...was, ...change(was) };
  };
  for (const effect of effects) {
    id += 1;
    switch (effect.kind) {
      case 'record': {
        if (!next.records.ok) throw new Error('a record where none is known');
        const records: Records = { ...next.records.value };
        const { entry } = effect;
        if (entry.kind === 'answer') records.answers = [...records.answers, entry.answer];
        else if (entry.kind === 'acknowledgement')
          records.acknowledgements = [...records.acknowledgements, entry.acknowledgement];
        else if (entry.kind === 'hold') records.hold = entry.hold;
        else if (entry.kind === 'merge') records.merge = entry.merge;
        else if (entry.kind === 'transfer') records.transfer = entry.transfer;
        else if (entry.kind === 'certification') records.certification = entry.certification;
        else if (entry.kind === 'verification' && next.verifications)
          list(next.verifications).push(entry.verification);
        else if (entry.kind === 'publication') records.publication = entry.publication;
        else if (entry.kind === 'rides') records.rides = entry.rides;
        else if (entry.kind === 'ride-events' && next.train)
          next.train = {
            ...next.train,
            rides: next.train.rides.map((stored) =>
              stored.ride.id === entry.ride ? withEvents(stored, entry.events) : stored,
            ),
          };
        else if (entry.kind === 'second-version') records.secondVersion = entry.request;
        else if (entry.kind === 'identities') records.identities = entry.identities;
        else if (entry.kind === 'rejection') records.rejection = entry.rejection;
        else if (entry.kind === 'signature') list(next.signatures).push(entry.signature);
        next.records.value = records;
        break;
      }
      case 'write-check': {
        const runs = list(next.checks);
        const run = {
          id: effect.run ?? id,
          name: effect.name,
          sha: effect.sha,
          status: effect.outcome === 'pending' ? ('in_progress' as const) : ('completed' as const),
          externalId: effect.externalId,
        };
        const at = runs.findIndex((one) => one.id === effect.run);
        if (at >= 0) runs[at] = run;
        else runs.push(run);
        break;
      }
      case 'create-comment':
        list(next.comments).push({
          id,
          nodeId: `IC_${id}`,
          author: next.bot,
          createdAt: next.now,
          updatedAt: next.now,
          body: effect.body.trim(),
          reactions: [],
        });
        break;
      case 'edit-comment':
        edit(effect.comment, () => ({
          body: effect.body.trim(),
          updatedAt: '2026-03-02T12:00:01Z',
        }));
        break;
      case 'minimize-comment':
        break;
      case 'react':
        edit(effect.comment, ({ reactions }) => ({ reactions: [...reactions, effect.reaction] }));
        break;
      case 'add-labels':
        next.pull.labels = [...next.pull.labels, ...effect.labels];
        break;
      case 'remove-label':
        next.pull.labels = next.pull.labels.filter((label) => label !== effect.label);
        break;
      case 'edit-description':
        next.pull.body = effect.body;
        break;
      case 'suggest':
        list(next.suggestions).push(
          ...effect.suggestions.map(({ path, body }, index) => ({
            id: id * 100 + index,
            path,
            body,
          })),
        );
        break;
      case 'convert-to-draft':
        next.pull.state = { kind: 'open', draft: true };
        break;
      case 'merge':
        next.pull.state = { kind: 'merged', at: next.now, sha: 'a'.repeat(40) };
        break;
      case 'create-deployment':
        list(next.deployments).push({
          id,
          environment: effect.environment,
          sha: effect.sha,
          state: 'pending',
        });
        break;
      case 'open-pull-request':
        if (next.sharing)
          list(next.sharing.proposals).push({
            number: id,
            comment: Number(effect.branch.split('-').at(-1)),
            isOpen: true,
            owners: [],
          });
        break;
      case 'commit-files':
      case 'enqueue':
      case 'dequeue':
        break;
    }
  }
  return next;
}

/** An effect in a few words, for golden files that stay the same when a sentence is put better. */
export function inBrief(effect: Effect): string {
  switch (effect.kind) {
    case 'record':
      return `record ${effect.entry.kind}`;
    case 'write-check':
      return (
        `${effect.run === null ? 'write' : 'edit'}-check ` +
        `${effect.outcome}${effect.batches.length > 0 ? ` with ${effect.batches.map((batch) => batch.length).join(' + ')} annotations` : ''}`
      );
    case 'create-comment':
      return `create-comment ${
        /<!-- gatehouse:(\w+)(?::(author|owner|reviewer|nobody))?/
          .exec(effect.body)
          ?.slice(1)
          .filter((part) => part !== undefined)
          .join(' for ') ?? ''
      }`;
    case 'edit-comment':
      return `edit-comment ${effect.comment}`;
    case 'add-labels':
      return `add-labels ${effect.labels.join(', ')}`;
    case 'remove-label':
      return `remove-label ${effect.label}`;
    case 'react':
      return `react ${effect.reaction} to ${effect.comment}`;
    case 'suggest':
      return (
        'suggest ' +
        effect.suggestions
          .map(
            ({ path, startLine, endLine }) =>
              `${path.split('/').at(-1) ?? ''}:${startLine}-${endLine}`,
          )
          .join(', ')
      );
    case 'commit-files':
      return `commit-files ${effect.files.map(({ path }) => path).join(', ')}`;
    case 'open-pull-request':
      return `open-pull-request ${effect.title}`;
    case 'merge':
      return `merge as ${effect.title}`;
    case 'create-deployment':
      return `create-deployment ${effect.environment} of ${effect.payload.size} ${effect.payload.connector}`;
    case 'minimize-comment':
    case 'edit-description':
    case 'convert-to-draft':
    case 'enqueue':
    case 'dequeue':
      return effect.kind;
  }
}
