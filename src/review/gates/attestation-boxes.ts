import { ruleById } from '../../rules/registry.ts';
import type { Attestation } from '../../rules/rule.ts';
import type { AttestationSettings } from '../../settings/defaults.ts';
import { isNewError } from '../../shared/finding.ts';
import { boxesIn, plainWords } from '../facts/description-boxes.ts';
import type { ValidatedConnector, Facts } from '../model/facts.ts';
import { scope } from './scope.ts';
import { uniqueness } from './uniqueness.ts';

/** A box of the template, as the description of the pull request has it. */
export interface AttestationBox {
  attestation: AttestationSettings;
  /** Undefined if the description does not have it. */
  line: { index: number; ticked: boolean; text: string } | undefined;
  /** Whether Gatehouse has verified it; undefined if it cannot know. */
  verified: boolean | undefined;
}

/** The boxes of the settings that this pull request needs. */
export function attestationBoxes(facts: Facts): AttestationBox[] {
  const [first] = facts.connectors;
  const connector = first?.validation.ok ? first.validation.value : undefined;
  if (!connector || !facts.settings.ok) return [];
  const boxes = boxesIn(facts.snapshot.pull.body);
  return facts.displaySettings.attestations
    .filter(
      ({ of }) =>
        of === undefined ||
        (of === 'new' ? connector.kind === 'new' : connector.class === 'independent-publisher'),
    )
    .map((attestation) => {
      const box = boxes.find(({ words }) => words.includes(plainWords(attestation.box)));
      return {
        attestation,
        line: box && { index: box.index, ticked: box.ticked, text: box.text.trim() },
        verified: verify(attestation, connector, facts),
      };
    });
}

/** Whether an attestation holds; undefined if Gatehouse cannot know. */
function verify(
  { verify: claim }: AttestationSettings,
  connector: ValidatedConnector,
  facts: Facts,
): boolean | undefined {
  const isAttested = (attestation: Attestation): boolean =>
    !connector.findings.some(
      ({ rule, existing }) => !existing && ruleById(rule)?.attests === attestation,
    );
  switch (claim) {
    case 'unique': {
      const { status } = uniqueness(facts);
      return status === 'unjudged' ? undefined : status === 'passed';
    }
    case 'definition':
      return connector.unread.length > 0 ? undefined : !connector.findings.some(isNewError);
    case 'descriptions':
    case 'responses':
    case 'brand':
      return isAttested(claim);
    case 'credentials':
      return !connector.oauth || isAttested(claim);
    case 'title':
      return scope(facts).status === 'passed';
    case 'screenshots':
    case undefined:
    default: // screenshots can be counted, but what they show cannot be judged
      return undefined;
  }
}

/** How many different pictures a description shows. */
export function screenshotsIn(body: string): number {
  const text = body.replace(/<!--[^]*?(?:-->|$)/g, '');
  const pictures = new Set<string>();
  for (const [, address] of text.matchAll(/!\[[^\]]{0,500}\]\(\s{0,9}<?(https:\/\/[^\s)>]+)/g))
    pictures.add(address ?? '');
  for (const [, address] of text.matchAll(
    /<img\s[^>]{0,500}?src\s{0,9}=\s{0,9}["'](https:\/\/[^"']+)["']/gi,
  ))
    pictures.add(address ?? '');
  for (const [address] of text.matchAll(
    /^https:\/\/github\.com\/user-attachments\/assets\/[\w-]+\s*$/gm,
  ))
    pictures.add(address.trim());
  return pictures.size;
}

/** The description with every verified box ticked; ticked boxes stay as they are. */
export function tickedDescription(body: string, boxes: readonly AttestationBox[]): string {
  const lines = body.split('\n');
  for (const { line, verified } of boxes) {
    if (verified && line && !line.ticked)
      lines[line.index] = (lines[line.index] ?? '').replace('[ ]', '[x]');
  }
  return lines.join('\n');
}
