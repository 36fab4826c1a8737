import { fileOf, type Connector } from '../connector/connector.ts';
import { uniqueFingerprints, type Finding } from '../shared/finding.ts';
import { maskFinding, maskFor } from '../secrets/mask.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';
import { verdicts, type Verdict } from './verdicts.ts';

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
      severity: verdicts[change.kind].severity,
      message: messageOf(change),
      location: fileOf(after, change.at).locationOf(change.at, change.key, change.part),
      subject: change.subject,
      existing: false,
      fixable: false,
      fingerprint: fingerprint(identity),
    };
    maskFinding(finding, mask);
    return finding;
  });
}

/** The changes that break flows. `findings` are those that `classify` returns for all changes. */
export function breakingChangesAmong(
  changes: readonly Change[],
  findings: readonly Finding[],
  before: Connector,
  after: Connector,
): BreakingChange[] {
  const mask = maskFor(before, after);
  return changes.flatMap(({ kind, subject, operation, name }, index) => {
    const finding = findings[index];
    const { severity, acknowledgeable = true } = verdicts[kind];
    if (!finding || severity !== 'error') return [];
    const { fingerprint, message } = finding;
    return [
      {
        fingerprint,
        kind,
        subject: mask(subject),
        ...(operation !== undefined && { operation: mask(operation) }),
        name: mask(name),
        message,
        acknowledgeable,
      },
    ];
  });
}

function messageOf<Kind extends ChangeKind>(change: ChangeOf<Kind> & { kind: Kind }): string {
  const verdict: Verdict<Kind> = verdicts[change.kind];
  return verdict.message(change);
}
