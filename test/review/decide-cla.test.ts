import { describe, expect, test } from 'vitest';
import { pulls, snapshotOf } from '../../fixtures/pulls.ts';
import { claCommands, answeredComments, decideCla } from '../../src/review/decide-cla.ts';
import { decide } from '../../src/review/decide.ts';
import { claEffects } from '../../src/review/facts/allowed-effects.ts';
import { ok } from '../../src/review/model/result.ts';
import { deriveFacts } from '../../src/review/derive-facts.ts';
import { plan } from '../../src/review/plan.ts';
import type { Snapshot } from '../../src/review/model/snapshot.ts';
import { carryOut, factsOf, inBrief } from './simulated-github.ts';

const decided = (snapshot: Snapshot) =>
  decideCla(deriveFacts(snapshot, {}, { commands: claCommands, allow: () => claEffects }));
/** As it is read where nobody keeps records. */
const alone = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  records: snapshot.signatures.ok
    ? ok({
        answers: answeredComments(snapshot, snapshot.signatures.value),
        acknowledgements: [],
        hold: null,
        merge: null,
        rejection: null,
      })
    : snapshot.signatures,
});

/** In a merge group the App records nothing. */
const atHead = pulls().filter(([, pull]) => snapshotOf(pull).at.kind === 'head');

test.each(atHead)(
  '%s, for the agreement alone, has the signatures that the App finds',
  (_, pull) => {
    const snapshot = snapshotOf(pull);
    expect(decided(snapshot).decision.signatures).toEqual(decide(factsOf(snapshot)).signatures);
  },
);

describe.each(pulls())('%s, for the agreement alone', (_name, pull) => {
  test('is judged as the App judges it', () => {
    const snapshot = snapshotOf(pull);
    const { gates } = decide(factsOf(snapshot));
    expect(decided(snapshot).gate).toEqual(gates.find(({ name }) => name === 'cla'));
  });

  test('has nothing of any other gate, and nothing left to do after all was done', () => {
    const snapshot = alone(snapshotOf(pull));
    const { decision, status } = decided(snapshot);
    const effects = plan(decision, snapshot);
    expect(
      effects
        .map((effect) => effect.kind)
        .filter((what) => !['record', 'create-comment', 'edit-comment', 'react'].includes(what)),
    ).toEqual([]);
    const after = alone(carryOut(effects, snapshot));
    expect(plan(decided(after).decision, after).map(inBrief)).toEqual([]);
    expect(decided(after).status).toEqual(status);
  });

  test("keeps within GitHub's limits", () => {
    const { decision, status } = decided(snapshotOf(pull));
    expect((decision.comment ?? '').length).toBeLessThan(65_000);
    expect(status.description.length).toBeLessThanOrEqual(140);
  });
});
