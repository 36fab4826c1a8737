import type { Connector } from '../../connector/connector.ts';
import {
  entryAt,
  lowerCasedPaths,
  type ConnectorPackage,
  type Flow,
  type Solution,
} from '../../connector/package.ts';
import { packagedConnectorOf } from '../../connector/packaged-connector.ts';
import { safe } from '../../shared/finding.ts';
import type { Rule, RuleViolation } from '../rule.ts';
import { placeIn } from './archive.ts';
import { completePackage, exportAgain } from './layout.ts';

/** The package with its flow solution, if it is complete and has exactly one. */
function flowPackageOf(
  connector: Connector,
): { found: ConnectorPackage; solution: Solution } | undefined {
  const found = completePackage(connector);
  const solution = found?.solution('flow');
  return found && solution && { found, solution };
}

/** What a flow calls by connections to the packaged connector. */
function packagedCallsOf({ calls, connections }: Flow): Flow['calls'] {
  const keys = new Set(connections.filter(({ isPackaged }) => isPackaged).map(({ key }) => key));
  return calls.filter(({ connectionName }) => keys.has(connectionName));
}

export const flows: Rule[] = [
  {
    id: 'PackageFlowsDiffer',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.14', '5000.1.1.15'],
    description:
      'The flows that customizations.xml of the flow solution lists are the files in Workflows.',
    rationale: 'The platform imports a flow only if it is listed and its file is there.',
    *check(connector): Iterable<RuleViolation> {
      const flowPackage = flowPackageOf(connector);
      if (!flowPackage) return;
      const { found, solution } = flowPackage;
      const customizations = entryAt(solution.entries, 'customizations.xml');
      if (!customizations?.xml || !('root' in customizations.xml)) return;
      const location = placeIn(found, customizations.place);
      const listed = new Set(solution.listedFlows.map((path) => path.toLowerCase()));
      const files = lowerCasedPaths(solution.flowFiles);
      for (const path of solution.listedFlows)
        if (!files.has(path.toLowerCase()))
          yield {
            location,
            detail: path,
            message:
              safe`${'customizations.xml'} lists the flow ${path}, but ${solution.path} has no ` +
              `such file. ${exportAgain}`,
          };
      for (const { path } of solution.flowFiles)
        if (!listed.has(path.toLowerCase()))
          yield {
            location,
            detail: path,
            message:
              safe`${solution.path} contains ${path}, but ${'customizations.xml'} does not list ` +
              `it. ${exportAgain}`,
          };
    },
  },
  {
    id: 'PackageFlowConnectorMissing',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.7', '5000.1.1.9'],
    description: 'A flow of the flow solution has actions of the connector in the package.',
    rationale:
      'The reviewers run the flow to see that the connector works. A flow with a copy of the ' +
      'connector, or with another connector, shows nothing.',
    *check(connector) {
      const flowPackage = flowPackageOf(connector);
      if (!flowPackage) return;
      const { found, solution } = flowPackage;
      const [packaged] = found.solution('connector')?.connectors ?? [];
      if (!packaged || found.flows.length === 0) return;
      if (found.flows.some((flow) => packagedCallsOf(flow).length > 0)) return;
      const others = new Set(
        found.flows.flatMap(({ connections }) => connections.map((used) => used.connector)),
      );
      yield {
        location: placeIn(found, solution.place),
        message:
          safe`No flow of ${solution.path} has an action of the connector ` +
          safe`${packaged.name ?? 'in the package'}` +
          `${others.size > 0 ? safe`; the flows use ${[...others].slice(0, 5)}` : ''}. ` +
          'Build the flow with the connector of this solution, and export it again.',
      };
    },
  },
  {
    id: 'PackageFlowOperationUnknown',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.9'],
    description:
      'The operations of the connector that a flow in the package calls are in the packaged ' +
      'definition.',
    rationale: 'A flow that calls another operation fails when the reviewers run it.',
    *check(connector) {
      const found = completePackage(connector);
      const definition = packagedConnectorOf(connector)?.connector.definition;
      if (!found || !definition) return;
      const known = new Set(definition.operations.map(({ id }) => id));
      for (const flow of found.flows) {
        for (const { host, operationId } of packagedCallsOf(flow)) {
          if (known.has(operationId)) continue;
          const at = flow.file.locationOf(host, 'operationId');
          yield {
            location: placeIn(found, flow.entry.place, at),
            detail: operationId,
            message:
              safe`The flow ${flow.entry.path} calls the operation ${operationId}, which the ` +
              'definition in the package does not have. Build the flow with the connector as it ' +
              'is packaged, and export it again.',
          };
        }
      }
    },
  },
];
