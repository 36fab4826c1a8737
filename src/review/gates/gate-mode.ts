import type { ConfigurableGate, GateMode } from '../../settings/defaults.ts';
import type { Facts, ValidatedConnector } from '../model/facts.ts';
import { passed, unjudged, type GateStatus } from '../model/gate.ts';

/** Judges a connector for a gate; undefined if the gate has nothing to ask of it. */
type Judge = (connector: ValidatedConnector, facts: Facts) => GateStatus | undefined;

/**
 * A gate about the changed connector that the settings can turn off or make advisory by class. It
 * does not apply to a proposal or a deletion.
 * @param nothing why it passes if it has nothing to ask
 */
export const configurable =
  (gate: ConfigurableGate, nothing: string, judge: Judge) =>
  (facts: Facts): GateStatus => {
    const { connectors, scope, settings, snapshot } = facts;
    if (!settings.ok)
      return unjudged('The settings say whether this applies, and they could not be used.');
    if (!snapshot.files.ok) return unjudged(snapshot.files.reason);
    const [folder] = scope.folders;
    if (!folder) return passed('No connector changed.');
    const mode = settings.value.gates[gate][folder.class];
    if (mode === 'off') return passed('Does not apply to connectors of this class.');
    if (scope.proposal) return passed('A proposal has only a readme.');
    const [connector] = connectors;
    if (!connector) return inMode(mode, unjudged('The files of the connector were not read.'));
    if (!connector.validation.ok) return inMode(mode, unjudged(connector.validation.reason));
    const { value } = connector.validation;
    if (value.kind === 'deletion') return passed('A deletion needs nothing here.');
    return inMode(mode, judge(value, facts) ?? passed(nothing));
  };

/** The status of a gate that only advises never blocks. */
function inMode(mode: GateMode, gate: GateStatus): GateStatus {
  if (mode === 'required' || gate.status === 'passed') return gate;
  const reason = `${gate.reason} This does not block the merge.`;
  return passed(reason, gate.status === 'unjudged' ? [] : gate.actions);
}
