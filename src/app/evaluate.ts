import { analyzedFilesOf } from '../connector/connector.ts';
import { loadSpeller, analyze } from '../analyzers/analyze.ts';
import { decide, type Decision } from '../review/decide.ts';
import type { Effect } from '../review/model/effects.ts';
import { allEffects } from '../review/facts/allowed-effects.ts';
import { connectorFolderAt } from '../review/facts/validate-connectors.ts';
import type { AllowedEffects, Facts } from '../review/model/facts.ts';
import { ok } from '../review/model/result.ts';
import { deriveFacts } from '../review/derive-facts.ts';
import { plan, withoutSecrets } from '../review/plan.ts';
import type { ConnectorAt, FolderAt, Result, Snapshot } from '../review/model/snapshot.ts';
import type { EvaluationInput } from './evaluation-input.ts';

/** What follows from a snapshot. */
export interface Evaluation {
  /** With the analysis of scripts, icons and packages. */
  snapshot: Snapshot;
  facts: Facts;
  decision: Decision;
  effects: readonly Effect[];
}

/**
 * Evaluates a snapshot: everything that a review does with the files of connectors and the text of
 * comments. Both may be crafted to be expensive, so the App does it in separate processes.
 */
export async function evaluate({
  snapshot: read,
  fixesUnavailable,
  purpose,
}: EvaluationInput): Promise<Evaluation> {
  const snapshot = await withAnalysis(read);
  const isPreview = purpose === 'preview';
  const facts = deriveFacts(
    snapshot,
    {
      speller: await loadSpeller(),
      ...(fixesUnavailable !== undefined && { fixesUnavailable }),
    },
    isPreview ? { allow: allowComments } : {},
  );
  const decision = withoutSecrets(decide(facts));
  return { snapshot, facts, decision, effects: isPreview ? [] : plan(decision, snapshot) };
}

/** What the settings allow if that includes the comment, otherwise everything. */
const allowComments = (bySettings: AllowedEffects): AllowedEffects =>
  bySettings.comments ? bySettings : allEffects;

/** Adds the analysis of scripts, icons and packages to the folders of a snapshot. */
async function withAnalysis(snapshot: Snapshot): Promise<Snapshot> {
  const analyzed = async (
    folder: Result<FolderAt | null>,
    at: ConnectorAt,
  ): Promise<Result<FolderAt | null>> => {
    if (!folder.ok || !folder.value) return folder;
    const files = analyzedFilesOf(connectorFolderAt(folder.value, at, snapshot));
    return ok({ ...folder.value, analysis: await analyze(files) });
  };
  const connectors: ConnectorAt[] = [];
  for (const at of snapshot.connectors)
    connectors.push({
      ...at,
      before: await analyzed(at.before, at),
      after: await analyzed(at.after, at),
    });
  return { ...snapshot, connectors };
}
