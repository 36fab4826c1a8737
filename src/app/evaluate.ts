import { readConnector } from '../connector/connector.ts';
import { loadSpeller, analyze } from '../analyzers/analyze.ts';
import { decide, type Decision } from '../review/decide.ts';
import type { Effect } from '../review/model/effects.ts';
import { connectorFolderAt } from '../review/facts/validate-connectors.ts';
import type { Facts } from '../review/model/facts.ts';
import { ok } from '../review/model/result.ts';
import { deriveFacts } from '../review/derive-facts.ts';
import { plan } from '../review/plan.ts';
import type { ConnectorAt, FolderAt, Result, Snapshot } from '../review/model/snapshot.ts';
import type { EvaluationInput } from './evaluation-input.ts';

/** What follows from a snapshot. */
export interface Evaluation {
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
export async function evaluate({
  snapshot: unmeasured,
  fixesUnavailable,
}: EvaluationInput): Promise<Evaluation> {
  const snapshot = await withMeasures(unmeasured);
  const facts = deriveFacts(snapshot, {
    speller: await loadSpeller(),
    ...(fixesUnavailable !== undefined && { fixesUnavailable }),
  });
  const decision = decide(facts);
  return { snapshot, facts, decision, effects: plan(decision, snapshot) };
}

/** Adds what the instruments measure of the connectors' files. */
async function withMeasures(seen: Snapshot): Promise<Snapshot> {
  const measured = async (
    folder: Result<FolderAt | null>,
    at: ConnectorAt,
  ): Promise<Result<FolderAt | null>> => {
    if (!folder.ok || !folder.value) return folder;
    return ok({
      ...folder.value,
      analysis: await analyze(readConnector(connectorFolderAt(folder.value, at, seen))),
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
