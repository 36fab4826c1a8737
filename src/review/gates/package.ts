import type { Finding } from '../../shared/finding.ts';
import type { Facts, ValidatedConnector } from '../model/facts.ts';
import { failed, gateTasks, passed, type GateStatus } from '../model/gate.ts';
import { validationGate } from './validation.ts';

const validate = validationGate('package');

/**
 * The gate of the rules about a folder's files, and of its certification package. The settings can
 * turn off the part about the package, or make it advisory.
 */
export function packageGate(facts: Facts): GateStatus {
  const { settings, scope, connectors } = facts;
  const [folder] = scope.folders;
  if (!settings.ok || !folder || scope.proposal) return validate(facts);
  const mode = settings.value.gates.package[folder.class];
  if (mode === 'required') return withMissing(validate(facts), missingPackage(connectors));
  const others = validate(withFindings(facts, (finding) => !isAboutPackage(finding)));
  if (mode === 'off' || others.status !== 'passed') return others;
  const own = withMissing(
    validate(withFindings(facts, isAboutPackage)),
    missingPackage(connectors),
  );
  return own.status === 'failed' ? passed(others.reason, own.actions) : others;
}

/** Whether a finding is about the content of the package, not about a zip where none belongs. */
const isAboutPackage = ({ rule, location }: Finding): boolean =>
  /^[^/]+\.zip$/i.test(location.file) && rule !== 'FileNotAllowed';

const withFindings = (facts: Facts, filter: (finding: Finding) => boolean): Facts => ({
  ...facts,
  connectors: facts.connectors.map((connector) => ({
    ...connector,
    validation: connector.validation.ok
      ? {
          ok: true,
          value: {
            ...connector.validation.value,
            findings: connector.validation.value.findings.filter(filter),
          },
        }
      : connector.validation,
  })),
});

/**
 * What to do if a new connector has no package, or an update removes the package. Updates of
 * connectors from before the certification asked for packages need none.
 */
function missingPackage(connectors: Facts['connectors']): string[] {
  return connectors.flatMap(({ validation }) =>
    validation.ok && lacksPackage(validation.value)
      ? [
          '**Add the certification package to the folder,** as one zip file such as ' +
            '`ConnectorPackage.zip` with the exported solutions of the connector and of a flow. The ' +
            'certification tests the definition in the package, not the one in the folder.',
        ]
      : [],
  );
}

const lacksPackage = ({ kind, archives, hadArchive }: ValidatedConnector): boolean =>
  archives.length === 0 && (kind === 'new' || (kind === 'update' && hadArchive));

function withMissing(status: GateStatus, actions: readonly string[]): GateStatus {
  if (status.status === 'unjudged' || actions.length === 0) return status;
  const [more, errors] = status.status === 'passed' ? [[]] : [status.actions, status.errors];
  return (
    failed('author', 'The certification package is missing.', [...actions, ...more], {
      ...(errors && { errors }),
      task: gateTasks.package,
    }) ?? status
  );
}
