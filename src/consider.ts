import { readConnector } from './connector/connector.ts';
import { loadSpeller, measure } from './measure.ts';
import { decide, type Decision } from './review/decide.ts';
import type { Effect } from './review/effects.ts';
import { folderAt } from './review/examine.ts';
import type { Facts } from './review/facts.ts';
import { known } from './review/known.ts';
import { learn } from './review/learn.ts';
import { plan } from './review/plan.ts';
import type { ConnectorAt, FolderAt, Known, Snapshot } from './review/snapshot.ts';
import type { Considerable } from './review/withheld.ts';

/** What follows from a snapshot. */
export interface Considered {
  /** With what the instruments measured. */
  snapshot: Snapshot;
  facts: Facts;
  decision: Decision;
  effects: readonly Effect[];
}

/**
 * Everything that a review does with the files of connectors and the words of comments. What is in
 * them may be made to cost much: the App does it in processes of their own.
 */
export async function consider({
  snapshot: unmeasured,
  unfixed,
}: Considerable): Promise<Considered> {
  const snapshot = await withMeasures(unmeasured);
  const facts = learn(snapshot, {
    speller: await loadSpeller(),
    ...(unfixed !== undefined && { unfixed }),
  });
  const decision = decide(facts);
  return { snapshot, facts, decision, effects: plan(decision, snapshot) };
}

/** Adds what the instruments measure of the connectors' files. */
async function withMeasures(seen: Snapshot): Promise<Snapshot> {
  const measured = async (
    folder: Known<FolderAt | null>,
    at: ConnectorAt,
  ): Promise<Known<FolderAt | null>> => {
    if (!folder.known || !folder.value) return folder;
    return known({
      ...folder.value,
      measured: await measure(readConnector(folderAt(folder.value, at, seen))),
    });
  };
  const connectors: ConnectorAt[] = [];
  for (const at of seen.connectors)
    connectors.push({
      ...at,
      before: await measured(at.before, at),
      after: await measured(at.after, at),
    });
  return { ...seen, connectors };
}
