import { fileOf, type Connector } from '../connector/connector.ts';
import { uniqueFingerprints, type Finding } from '../shared/finding.ts';
import { maskFinding, maskFor } from '../secrets/mask.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';
import { verdicts, type Verdict } from './verdicts.ts';

/**
 * How much an update changes: `minor` only texts, color, publisher and documentation; `none`
 * nothing that has an effect.
 */
export type UpdateSize = 'none' | 'minor' | 'major';

export function sizeOf(changes: readonly Change[]): UpdateSize {
  if (changes.some(({ kind }) => verdicts[kind].size === 'major')) return 'major';
  return changes.length > 0 ? 'minor' : 'none';
}

/**
 * Changes as findings in the connector after them, in their order; each has a subject. What they
 * quote of either connector shows no secret.
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
      'was' in change ? JSON.stringify([change.was, change.now]) : '',
    ].join('\n');
    const finding: Finding = {
      rule: change.kind,
      severity: verdicts[change.kind].severity,
      message: says(change),
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

/** The message of a change. */
function says<Kind extends ChangeKind>(change: ChangeOf<Kind> & { kind: Kind }): string {
  const verdict: Verdict<Kind> = verdicts[change.kind];
  return verdict.message(change);
}
