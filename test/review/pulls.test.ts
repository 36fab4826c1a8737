import { describe, expect, test } from 'vitest';
import { patched, pullFile, pulls, snapshotOf, type PullCase } from '../../fixtures/pulls.ts';
import { decide, type Decision } from '../../src/review/decide.ts';
import type { Effect } from '../../src/review/model/effects.ts';
import { plan } from '../../src/review/plan.ts';
import type { Snapshot } from '../../src/review/model/snapshot.ts';
import { carryOut, factsOf, inBrief } from './simulated-github.ts';

const reviewed = (snapshot: Snapshot): Decision => decide(factsOf(snapshot));

/**
 * What a golden file keeps: how each gate stands that does not pass, no sentence that may be put
 * better.
 */
function outcome(one: PullCase) {
  const snapshot = snapshotOf(one);
  const decision = reviewed(snapshot);
  const effects = plan(decision, patched(snapshot, one.standing));
  const open = decision.gates.filter(({ status }) => status !== 'passed');
  const before = snapshot.records.ok ? snapshot.records.value.answers.length : 0;
  return {
    shows: one.shows,
    gates: Object.fromEntries(
      open.map((gate) => [
        gate.name,
        'actor' in gate
          ? `${gate.status} on ${gate.actor}, ${gate.actions.length + (gate.more ?? 0)} to do`
          : gate.status,
      ]),
    ),
    turn: decision.waitingOn,
    check: decision.check?.outcome ?? null,
    labels: decision.labels?.desired ?? null,
    answers: (decision.records?.answers ?? [])
      .slice(before)
      .map(
        ({ comment, outcome: came, reply }) =>
          `${comment} ${came}${reply === undefined ? '' : ' with words'}`,
      ),
    effects: effects.map(inBrief),
  };
}

test.each(pulls().filter(([, one]) => one.texts))(
  '%s says what its golden file says',
  async (name, one) => {
    const { comment, records } = reviewed(snapshotOf(one));
    const said = [
      comment ?? '',
      ...(records?.answers ?? []).flatMap(({ comment: to, reply }) =>
        reply === undefined ? [] : [`---\nTo comment ${to}:\n\n${reply}`],
      ),
    ];
    await expect(`${said.join('\n\n')}\n`).toMatchFileSnapshot(pullFile(name, 'comment.md'));
  },
);

const effectsOf = (pull: PullCase): Effect[] => {
  const snapshot = snapshotOf(pull);
  return plan(reviewed(snapshot), patched(snapshot, pull.standing));
};
/** After the others a push follows, and with it another review. */
const withoutPush = pulls().filter(([, pull]) =>
  effectsOf(pull).every((effect) => effect.kind !== 'commit-files'),
);

test.each(withoutPush)(
  '%s, planned again after its effects were carried out, leaves nothing to do',
  (_, pull) => {
    const snapshot = snapshotOf(pull);
    const after = carryOut(effectsOf(pull), snapshot);
    expect(plan(reviewed(snapshot), patched(after, pull.standing))).toEqual([]);
  },
);

test.each(withoutPush.filter(([, pull]) => pull.standing === undefined))(
  '%s, reviewed again after its effects were carried out, leaves nothing to do',
  (_, pull) => {
    const snapshot = snapshotOf(pull);
    let after = carryOut(effectsOf(pull), snapshot);
    // What ends a pull request is followed by a review of one that has ended.
    if (after.pull.state.kind !== snapshot.pull.state.kind)
      after = carryOut(plan(reviewed(after), after), after);
    expect(plan(reviewed(after), after)).toEqual([]);
  },
);

describe.each(pulls())('%s', (name, one) => {
  test('is reviewed as its golden file says', async () => {
    await expect(`${JSON.stringify(outcome(one), null, 2)}\n`).toMatchFileSnapshot(
      pullFile(name, 'decision.json'),
    );
  });

  test('is the same after it was written down and read again', () => {
    const snapshot = snapshotOf(one);
    expect(JSON.stringify(reviewed(JSON.parse(JSON.stringify(snapshot))))).toBe(
      JSON.stringify(reviewed(snapshot)),
    );
  });

  test("keeps within GitHub's limits", () => {
    const { comment, check, labels } = reviewed(snapshotOf(one));
    expect((comment ?? '').length).toBeLessThan(65_000);
    expect((check?.summary ?? '').length).toBeLessThanOrEqual(65_535);
    for (const label of labels?.desired ?? []) expect(label.length).toBeLessThanOrEqual(50);
  });
});
