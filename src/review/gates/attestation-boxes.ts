import type { AttestationSettings } from '../../settings/defaults.ts';
import type { ValidatedConnector, Facts } from '../model/facts.ts';
import { scope } from './scope.ts';
import { uniqueness } from './uniqueness.ts';

/** A box of the template, as it stands in the description. */
export interface AttestationBox {
  attestation: AttestationSettings;
  /** Undefined where the description does not have it. */
  line: { index: number; ticked: boolean } | undefined;
  /** Whether Gatehouse has verified it; undefined where it cannot know, or could not. */
  verified: boolean | undefined;
}

const descriptions = new Set([
  'RequiredPropertyMissing',
  'RecommendedPropertyMissing',
  'RequiredValueEmpty',
]);
const responses = new Set(['SchemaDefinitionSetIncorrectly', 'ResponseSchemaEmpty']);
const brand = /^Icon(?:BrandColor|NotNeeded)/;

/** The boxes that this pull request needs, of those the settings know. */
export function attestationBoxes(facts: Facts): AttestationBox[] {
  const [one] = facts.connectors;
  const examined = one?.examined.ok ? one.examined.value : undefined;
  if (!examined || !facts.settings.ok) return [];
  const lines = facts.snapshot.pull.body.split('\n');
  const boxes = lines.flatMap((line, index) => {
    const match = /^\s*[-*+] \[([ xX])\] (.*)/.exec(line);
    return match ? [{ index, ticked: match[1] !== ' ', words: plain(match[2] ?? '') }] : [];
  });
  return facts.displaySettings.attestations
    .filter(
      ({ of }) =>
        of === undefined ||
        (of === 'new' ? examined.kind === 'new' : examined.class === 'independent-publisher'),
    )
    .map((attestation) => {
      const found = boxes.find(({ words }) => words.includes(plain(attestation.box)));
      return {
        attestation,
        line: found && { index: found.index, ticked: found.ticked },
        verified: verify(attestation, examined, facts),
      };
    });
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[’`*_]/g, (mark) => (mark === '’' ? "'" : ''))
    .replace(/\s+/g, ' ')
    .trim();

function verify(
  { verify: what }: AttestationSettings,
  examined: ValidatedConnector,
  facts: Facts,
): boolean | undefined {
  const none = (rules: (rule: string) => boolean): boolean =>
    !examined.findings.some(({ rule, existing }) => !existing && rules(rule));
  switch (what) {
    case 'unique': {
      const { status } = uniqueness(facts);
      return status === 'unjudged' ? undefined : status === 'passed';
    }
    case 'definition':
      return examined.unread.length > 0
        ? undefined
        : !examined.findings.some(({ severity, existing }) => severity === 'error' && !existing);
    case 'descriptions':
      return none((rule) => descriptions.has(rule));
    case 'responses':
      return none((rule) => responses.has(rule));
    case 'brand':
      return none((rule) => brand.test(rule));
    case 'title':
      return scope(facts).status === 'passed';
    case 'credentials':
      return !examined.oauth || none((rule) => rule === 'ReadmeOAuthSetupMissing');
    case 'screenshots':
    case undefined:
    default: // that there are enough screenshots can be counted, what they show cannot be seen
      return undefined;
  }
}

/** How many pictures a description shows, the same one counted once. */
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

/** The description with a tick in every box that was verified; what is ticked stays so. */
export function tickedDescription(body: string, boxes: readonly AttestationBox[]): string {
  const lines = body.split('\n');
  for (const { line, verified } of boxes) {
    if (verified && line && !line.ticked)
      lines[line.index] = (lines[line.index] ?? '').replace('[ ]', '[x]');
  }
  return lines.join('\n');
}
