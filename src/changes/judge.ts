import { fileOf, type Connector } from '../connector/connector.ts';
import { fingerprintOf, type Finding } from '../connector/finding.ts';
import { maskFinding, maskOf } from '../connector/mask.ts';
import type { Change, ChangeKind, ChangeOf } from './facts.ts';
import { verdicts, type Verdict } from './verdicts.ts';

/**
 * How much an update changes: `minor` only texts, colour, publisher and documentation; `none`
 * nothing that has an effect.
 */
export type Size = 'none' | 'minor' | 'major';

export function sizeOf(changes: readonly Change[]): Size {
  if (changes.some(({ kind }) => verdicts[kind].size === 'major')) return 'major';
  return changes.length > 0 ? 'minor' : 'none';
}

/**
 * Changes as findings in the connector after them, in their order; each has a subject. What they
 * quote of either connector shows no secret.
 */
export function judge(changes: readonly Change[], after: Connector, before: Connector): Finding[] {
  const seen = new Map<string, number>();
  const mask = maskOf(...(changes.length > 0 ? [before, after] : []));
  return changes.map((change) => {
    const identity = [
      change.kind,
      change.subject,
      'was' in change ? JSON.stringify([change.was, change.now]) : '',
    ].join('\n');
    const count = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, count);
    const finding: Finding = {
      rule: change.kind,
      severity: verdicts[change.kind].severity,
      message: says(change),
      place: fileOf(after, change.at).place(change.at, change.key, change.part),
      subject: change.subject,
      existing: false,
      fixable: false,
      fingerprint: fingerprintOf(count === 1 ? identity : `${identity}\n#${count}`),
    };
    maskFinding(finding, mask);
    return finding;
  });
}

/** The message of a change. */
function says<Kind extends ChangeKind>(change: ChangeOf<Kind> & { kind: Kind }): string {
  const verdict: Verdict<Kind> = verdicts[change.kind];
  return verdict.says(change);
}
