import { attestationBoxes, screenshotsIn } from './attestation-boxes.ts';
import type { Facts } from '../model/facts.ts';

import { failed, passed, unjudged, waiting, type GateStatus } from '../model/gate.ts';
import { count as countOf } from '../../report/text.ts';
import { codeSpan, messageToMarkdown } from '../../report/markdown.ts';
import { truncate } from '../../shared/text.ts';

/**
 * Gatehouse verifies what it can. The author must check the boxes about what only they know, and an
 * independent publisher must add screenshots.
 */
export function attestations(facts: Facts): GateStatus {
  const { connectors, displaySettings, snapshot, scope } = facts;
  if (!facts.settings.ok)
    return unjudged('The settings define the boxes to check, and they could not be used.');
  if (scope.proposal) return passed('A proposal has nothing to attest.');
  if (scope.folders.length === 0) return passed('No connector changed.');
  const [connector] = connectors;
  if (!connector) return unjudged('The files of the connector were not read.');
  if (!connector.validation.ok) return unjudged(connector.validation.reason);
  const { class: connectorClass, kind } = connector.validation.value;
  if (kind === 'deletion') return passed('A deletion has nothing to attest.');
  const actions: string[] = [];
  const boxes = attestationBoxes(facts);
  // A box that Gatehouse can verify and that is wrong fails another gate: no need to repeat it.
  const unchecked = boxes.filter(
    ({ attestation, line, verified }) =>
      verified === undefined &&
      (attestation.verify === undefined || attestation.verify === 'screenshots') &&
      !line?.ticked,
  );
  const present = unchecked.filter(({ line }) => line);
  const absent = unchecked.filter(({ line }) => !line);
  const boxCount = countOf(unchecked.length, 'checkbox', 'checkboxes');
  if (present.length > 0) {
    const quoted = present.map(({ line }) => `   > “${quote(line?.text ?? '')}”`);
    actions.push(
      `**Check ${present.length === 1 ? 'this box' : 'these boxes'} in the description,** if ` +
        `${present.length === 1 ? 'it is' : 'they are'} true:\n${quoted.join('\n   >\n')}`,
    );
  }
  if (absent.length > 0) {
    const lines = absent.map(({ attestation }) => `   - ${codeSpan(`- [ ] ${attestation.box}`)}`);
    actions.push(
      '**Add these boxes of the template to the description,** and check those that are ' +
        `true:\n${lines.join('\n')}`,
    );
  }
  const required = displaySettings.screenshots;
  const found = screenshotsIn(snapshot.pull.body);
  if (connectorClass === 'independent-publisher' && kind === 'new' && found < required) {
    const screenshots =
      `**Add ${countOf(required - found, 'screenshot')} to the description** ` +
      `(it has ${found} of ${required}): operations that work in a flow, and the test tab.`;
    const missing = countOf(required - found, 'screenshot');
    const failure = failed('author', 'Screenshots are missing.', [...actions, screenshots], {
      task: unchecked.length > 0 ? `${boxCount}, ${missing}` : missing,
    });
    if (failure) return failure;
  }
  const verified = boxes.filter((box) => box.verified).length;
  return (
    waiting('author', `${boxCount} left.`, actions, { task: boxCount }) ??
    passed(
      boxes.length === 0
        ? 'There are no checkboxes.'
        : `${countOf(verified, 'checkbox', 'checkboxes')} verified by Gatehouse, ` +
            `${boxes.length - verified} left to the author.`,
    )
  );
}

/** Characters of a line that are quoted. */
const maxQuoted = 400;

/** A line of the description, which its author may have changed, as text without effects. */
const quote = (text: string): string =>
  messageToMarkdown(truncate(text.replaceAll('`', ''), maxQuoted));
