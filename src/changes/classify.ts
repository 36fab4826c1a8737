import { fileOf, type Connector } from '../connector/connector.ts';
import { uniqueFingerprints, type Finding } from '../shared/finding.ts';
import { maskFinding, maskFor } from '../secrets/mask.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';
import { labelOf } from './thing-names.ts';
import { severityOf, verdicts, type Verdict } from './verdicts.ts';

/**
 * The size of an update: `minor` for texts, color, publisher and documentation only; `none` if
 * nothing with an effect changed.
 */
export type UpdateSize = 'none' | 'minor' | 'major';

/** A change that breaks flows. What it quotes of the connector shows no secret. */
export interface BreakingChange {
  /** That of the finding. */
  fingerprint: string;
  kind: ChangeKind;
  subject: string;
  /** The name in the designer of the operation that changes. */
  operation?: string;
  /** The field, parameter or operation. */
  name: string;
  /** What messages call it (see `safe`): its name, or its place if it has no name. */
  label: string;
  /** That of the finding. */
  message: string;
  /** False for what no update may do, even if author and reviewer consent. */
  acknowledgeable: boolean;
}

export function sizeOf(changes: readonly Change[]): UpdateSize {
  if (changes.some(({ kind }) => verdicts[kind].size === 'major')) return 'major';
  return changes.length > 0 ? 'minor' : 'none';
}

/**
 * Turns changes into findings in the connector after them: one for each change, in the same order,
 * each with a subject. What they quote of either version shows no secret.
 */
export function classify(
  changes: readonly Change[],
  after: Connector,
  before: Connector,
): Finding[] {
  const fingerprint = uniqueFingerprints();
  const mask = maskFor(...(changes.length > 0 ? [before, after] : []));
  return changes.map((change) => {
    const identity = [
      change.kind,
      change.subject,
      'before' in change ? JSON.stringify([change.before, change.after]) : '',
    ].join('\n');
    const finding: Finding = {
      rule: change.kind,
      severity: severityOf(change),
      message: messageOf(change),
      location:
        'location' in change
          ? change.location
          : fileOf(after, change.at).locationOf(change.at, change.key, change.part),
      subject: change.subject,
      existing: isOldDebt(change),
      fixable: false,
      fingerprint: fingerprint(identity),
    };
    maskFinding(finding, mask);
    return finding;
  });
}

/** A file of the previous version that can still be read was not JSON before this update. */
const isOldDebt = (change: Change): boolean =>
  change.kind === 'PreviousVersionUnreadable' && change.isCertain;

/** The changes that break flows. `findings` are those that `classify` returns for all changes. */
export function breakingChangesAmong(
  changes: readonly Change[],
  findings: readonly Finding[],
  before: Connector,
  after: Connector,
): BreakingChange[] {
  const mask = maskFor(before, after);
  return changes.flatMap((change, index) => {
    const finding = findings[index];
    const { kind, subject, operation, name } = change;
    const { acknowledgeable = true } = verdicts[kind];
    if (!finding || finding.severity !== 'error' || finding.existing) return [];
    const { fingerprint, message } = finding;
    return [
      {
        fingerprint,
        kind,
        subject: mask(subject),
        ...(operation !== undefined && { operation: mask(operation) }),
        name: mask(name),
        label: mask(labelOf(change)),
        message,
        acknowledgeable,
      },
    ];
  });
}

/** The message of the verdict on a change. */
export function messageOf<Kind extends ChangeKind>(
  change: ChangeOf<Kind> & { kind: Kind },
): string {
  const verdict: Verdict<Kind> = verdicts[change.kind];
  const { kind, name, operation = name } = change;
  const isAboutOperation = kind.startsWith('Operation') || kind === 'NotificationUrlChanged';
  // Those who build flows know an operation by its summary. An ID that changes is named as an ID.
  const isNamedById = 'renamedTo' in change && change.renamedTo !== undefined;
  return verdict.message(
    isAboutOperation && !isNamedById ? { ...change, name: operation } : change,
  );
}
