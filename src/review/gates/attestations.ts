import { attestationBoxes, screenshotsIn } from './attestation-boxes.ts';
import type { Facts } from '../model/facts.ts';

import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan } from '../../report/markdown.ts';

/**
 * What Gatehouse can verify is verified; what only the author knows must be ticked, and an
 * independent publisher shows screenshots.
 */
export function attestations(facts: Facts): GateStatus {
  const { connectors, displaySettings, snapshot, scope } = facts;
  if (!facts.settings.ok)
    return unjudged('Which boxes there are stands in the settings, which could not be used.');
  if (scope.proposal) return passed('A proposal has nothing to attest.');
  if (scope.folders.length === 0) return passed('No connector is touched.');
  const [one] = connectors;
  if (!one) return unjudged('The files of the connector were not read.');
  if (!one.examined.ok) return unjudged(one.examined.reason);
  const { class: connectorClass, kind } = one.examined.value;
  if (kind === 'deletion') return passed('Nothing is left to attest.');
  const todo: string[] = [];
  const boxes = attestationBoxes(facts);
  // What can be verified and is wrong fails a gate of its own: it is not said twice.
  const open = boxes.filter(
    ({ attestation, line, verified }) =>
      verified === undefined &&
      (attestation.verify === undefined || attestation.verify === 'screenshots') &&
      !line?.ticked,
  );
  const there = open.filter(({ line }) => line);
  const lost = open.filter(({ line }) => !line);
  if (there.length > 0)
    todo.push(
      '**Tick what only you know,** in the description: ' +
        `${there.map(({ attestation }) => `“… ${codeSpan(attestation.box)} …”`).join(', ')}.`,
    );
  if (lost.length > 0) {
    todo.push(
      '**Put the boxes of the template into the description,** and tick what is ' +
        `so:\n${lost.map(({ attestation }) => `   - ${codeSpan(`- [ ] ${attestation.box}`)}`).join('\n')}`,
    );
  }
  const wait = waiting('author', `${countOf(open.length, 'box', 'boxes')} to tick.`, todo);
  const shown = screenshotsIn(snapshot.pull.body);
  if (
    connectorClass === 'independent-publisher' &&
    kind === 'new' &&
    shown < displaySettings.screenshots
  ) {
    const ask =
      `**Add ${countOf(displaySettings.screenshots - shown, 'screenshot')} to the description** ` +
      `(there ${shown === 1 ? 'is' : 'are'} ${shown} of ${displaySettings.screenshots}): ` +
      'operations that work in a flow, and the test tab.';
    return failed('author', 'Screenshots are missing.', [...todo, ask]) ?? passed('');
  }
  if (wait) return wait;
  const verified = boxes.filter((box) => box.verified).length;
  return passed(
    `${countOf(verified, 'box', 'boxes')} verified by Gatehouse, ` +
      `${boxes.length - verified} left to the author.`,
  );
}
