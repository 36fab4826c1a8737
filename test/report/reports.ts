import { readConnector, type ConnectorClass } from '../../src/connector/connector.ts';
import type { JsonFile, JsonEdit, KeyOrValue } from '../../src/json/document.ts';
import type { Location, Severity } from '../../src/shared/finding.ts';
import { isContainer, type JsonContainer } from '../../src/json/values.ts';
import { snippetOf } from '../../src/report/snippet.ts';
import {
  reportOf as report,
  type ConnectorReport,
  type Report,
  type ReportedFinding,
  type RuleInfo,
} from '../../src/report/report.ts';

/** Says what is wrong with a connector, the way a rule does: by the keys that lead to it. */
export interface Wrong {
  at?: readonly (string | number)[];
  part?: KeyOrValue;
  /** For a finding in a file that is no JSON. */
  location?: Location;
  rule?: string;
  severity?: Severity;
  message?: string;
  existing?: boolean;
  subject?: string;
  policies?: readonly string[];
  failsCertification?: true;
  mend?: (at: JsonContainer, key: string | number) => JsonEdit;
}

interface Folder {
  path?: string;
  class?: ConnectorClass;
  /** The text of apiDefinition.swagger.json. */
  definition?: string;
}

/** A connector that was read from bytes, with findings at places of the real file. */
export function connectorWith(
  wrongs: readonly Wrong[],
  {
    path = 'certified-connectors/Contoso',
    class: ofClass = 'certified',
    definition = invoices,
  }: Folder = {},
): ConnectorReport {
  const bytes = new TextEncoder().encode(definition);
  const files = [
    { path: 'apiDefinition.swagger.json', kind: 'file', bytes, size: bytes.length },
  ] as const;
  const connector = readConnector({ path, class: ofClass, files });
  const file = connector.definitionFile;
  if (!file) throw new Error('no definition was read');
  return {
    path: connector.path,
    class: connector.class,
    findings: wrongs.map((wrong, index) => findingOf(file, wrong, index)),
  };
}

function findingOf(file: JsonFile, wrong: Wrong, index: number): ReportedFinding {
  const {
    at = ['swagger'],
    part,
    rule = 'SwaggerWrong',
    severity = 'error',
    message = 'This is wrong. Mend it.',
    existing = false,
    subject,
    mend,
  } = wrong;
  const key = at.at(-1) ?? '';
  const parent = at
    .slice(0, -1)
    .reduce<unknown>(
      (value, step) => (isContainer(value) ? Reflect.get(value, step) : undefined),
      file.value,
    );
  const container = isContainer(parent) ? parent : undefined;
  const location =
    wrong.location ?? (container ? file.locationOf(container, key, part) : file.span(0, 0));
  return {
    rule,
    severity,
    message,
    location,
    existing,
    fingerprint: `fingerprint-${index}`,
    ...(subject !== undefined && { subject }),
    ...(wrong.policies && { policies: wrong.policies }),
    ...(wrong.failsCertification && { failsCertification: true }),
    fixable: mend !== undefined,
    ...(mend && container && { fix: { edits: file.edits(mend(container, key)) } }),
    ...(location.file === file.file && { snippet: snippetOf(file, location) }),
  };
}

export const reportOf = (...connectors: ConnectorReport[]): Report => report(connectors, '0.1.0');

export const rules: RuleInfo[] = [
  {
    id: 'OperationIdNotUnique',
    description: 'Every `operationId` is used once.',
    rationale: 'Flows find an operation by its id alone.',
    category: 'definition',
    page: 'https://example.org/rules/OperationIdNotUnique',
  },
  {
    id: 'NeverBroken',
    description: 'Nothing breaks this.',
    rationale: 'It is here to be left out.',
  },
];

/** Two operations with one id, at lines 5 and 9. */
export const invoices = `{
  "swagger": "2.0",
  "paths": {
    "/v1/invoices": {
      "get": { "operationId": "GetInvoice", "summary": "Get invoice" }
    },
    "/v2/invoices/{id}": {
      "get": {
        "operationId": "GetInvoice",
        "summary": "Get an invoice"
      }
    }
  }
}
`;

/** A definition with as many descriptions as asked for, one a line from line 3 on. */
export const descriptions = (many: number): string =>
  `{\n  "definitions": ` +
  `[\n${Array.from({ length: many }, (_, index) => `    { "description": "Field ${index}" }`).join(',\n')}\n ` +
  ` ]\n}\n`;
