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

describe.each(pulls())('%s, for the agreement alone', (_name, one) => {
  test('is judged as the App judges it', () => {
    const snapshot = snapshotOf(one);
    const { gates, signatures } = decide(factsOf(snapshot));
    const { gate, decision } = decided(snapshot);
    expect(gate).toEqual(gates.find(({ name }) => name === 'agreement'));
    if (snapshot.at.is === 'head') expect(decision.signatures).toEqual(signatures);
  });

  test('has nothing of any other gate, and nothing left to do after all was done', () => {
    const snapshot = alone(snapshotOf(one));
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
    const { decision, status } = decided(snapshotOf(one));
    expect((decision.comment ?? '').length).toBeLessThan(65_000);
    expect(status.description.length).toBeLessThanOrEqual(140);
  });
});
