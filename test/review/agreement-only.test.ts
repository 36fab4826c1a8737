import { describe, expect, test } from 'vitest';
import { pulls, snapshotOf } from '../../fixtures/pulls.ts';
import { agreementCommands, answersIn, decideAgreement } from '../../src/review/agreement-only.ts';
import { decide } from '../../src/review/decide.ts';
import { known } from '../../src/review/known.ts';
import { learn } from '../../src/review/learn.ts';
import { plan } from '../../src/review/plan.ts';
import type { Snapshot } from '../../src/review/snapshot.ts';
import { carryOut, factsOf, inBrief } from './world.ts';

const decided = (snapshot: Snapshot) => decideAgreement(learn(snapshot, {}, agreementCommands));
/** As it is read where nobody keeps records. */
const alone = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  records: snapshot.signatures.known
    ? known({
        answers: answersIn(snapshot, snapshot.signatures.value),
        acknowledgements: [],
        hold: null,
        merge: null,
        refusal: null,
      })
    : snapshot.signatures,
});

/** In a merge group the App records nothing. */
const atHead = pulls().filter(([, pull]) => snapshotOf(pull).at.is === 'head');

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
    expect(decided(snapshot).gate).toEqual(gates.find(({ name }) => name === 'agreement'));
  });

  test('has nothing of any other gate, and nothing left to do after all was done', () => {
    const snapshot = alone(snapshotOf(pull));
    const { decision, status } = decided(snapshot);
    const effects = plan(decision, snapshot);
    expect(
      effects
        .map((effect) => effect.do)
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
