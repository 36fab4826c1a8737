import {
  isSuccess,
  nameOf,
  type Definition,
  type Operation,
  type Parameter,
} from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import {
  asList,
  asObject,
  asText,
  objectEntries,
  own,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { SchemaComparison } from './compare-schemas.ts';
import { differences } from './json-differences.ts';

type ReportChange = (change: Change) => void;

/** What the comparison of two versions of an operation needs at every level. */
interface OperationContext {
  /** The subject of the operation: `operation/<id>`. */
  subject: string;
  /** The name of the operation in the designer. */
  operation: string;
  schemas: SchemaComparison;
  report: ReportChange;
}

const titleOf = (operation: Operation): string =>
  asText(operation.raw.summary) ?? nameOf(operation);
const subjectOf = (operation: Operation): string => `operation/${nameOf(operation)}`;
const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** The location of a property, or of the object if the property is missing. */
const locationOf = (at: JsonObject, key: string): { at: JsonObject; key?: string } =>
  own(at, key) === undefined ? { at } : { at, key };

/** The location of the name of a property, or of the object if the property is missing. */
const keyLocationOf = (at: JsonObject, key: string): Pick<Change, 'at' | 'key' | 'part'> =>
  own(at, key) === undefined ? { at } : { at, key, part: 'key' };

/**
 * Reports every difference between two definitions: first those of the connector as a whole, then
 * those of each operation in the order of the paths, inputs before outputs. Differences without an
 * effect are not reported: a resolved reference, a parameter that moved to its path, the order of
 * keys. `enough` returns true if further changes would not be listed.
 */
export function compareDefinitions(
  before: Definition,
  after: Definition,
  report: ReportChange,
  enough: () => boolean,
): void {
  compareInfo(before, after, report);
  const schemas = new SchemaComparison(before, after, enough);
  const byRoute = new Map(after.operations.map((operation) => [routeOf(operation), operation]));
  // The id identifies an operation. If an operation has no id, or shares it with others, its method
  // and path identify it.
  const counterpartOf = (operation: Operation): Operation | undefined => {
    const inPlace = byRoute.get(routeOf(operation));
    return operation.id === undefined || inPlace?.id === operation.id
      ? inPlace
      : after.operation(operation.id);
  };
  const counterparts = new Map(
    before.operations.map((operation) => [operation, counterpartOf(operation)]),
  );
  const matched = new Set(counterparts.values());
  for (const [operation, counterpart] of counterparts) {
    if (counterpart) compareOperations(operation, counterpart, { before, after }, schemas, report);
    else reportDeleted(operation, byRoute.get(routeOf(operation)), after, matched, report);
  }
  const renamed = new Set(
    before.operations.filter((operation) => !counterparts.get(operation)).map(routeOf),
  );
  for (const operation of after.operations) {
    if (matched.has(operation) || renamed.has(routeOf(operation))) continue;
    report({
      kind: 'OperationAdded',
      subject: subjectOf(operation),
      at: operation.raw,
      name: nameOf(operation),
      operation: titleOf(operation),
    });
  }
  if (schemas.cut)
    report({
      kind: 'TooManyChanges',
      subject: 'connector',
      at: after.raw,
      name: 'schemas',
      listed: 0,
    });
}

/** `inPlace` is the operation with the same method and path after the update, if there is one. */
function reportDeleted(
  deleted: Operation,
  inPlace: Operation | undefined,
  after: Definition,
  matched: ReadonlySet<Operation | undefined>,
  report: ReportChange,
): void {
  const isNew = inPlace && !matched.has(inPlace);
  report({
    kind: 'OperationDeleted',
    subject: subjectOf(deleted),
    ...locationOfDeleted(deleted, inPlace, after),
    name: nameOf(deleted),
    operation: titleOf(deleted),
    ...(isNew && { renamedTo: nameOf(inPlace) }),
  });
}

/**
 * The location to report: the operation in the same place, or its path, or the closest object that
 * still exists.
 */
function locationOfDeleted(
  deleted: Operation,
  inPlace: Operation | undefined,
  after: Definition,
): Pick<Change, 'at' | 'key' | 'part'> {
  if (inPlace) return { at: inPlace.raw, key: 'operationId' };
  const paths = asObject(after.raw.paths);
  if (!paths) return { at: after.raw };
  const hasPath = asObject(own(paths, deleted.path)) !== undefined;
  return hasPath ? { at: paths, key: deleted.path, part: 'key' } : { at: paths };
}

function compareInfo(before: Definition, after: Definition, report: ReportChange): void {
  const { raw } = after;
  for (const [key, kind, fallback] of [
    ['host', 'HostChanged', undefined],
    ['basePath', 'BasePathChanged', '/'],
  ] as const) {
    const values = {
      before: own(before.raw, key) ?? fallback,
      after: own(raw, key) ?? fallback,
    };
    if (!jsonEqual(values.before, values.after))
      report({ kind, subject: key, ...locationOf(raw, key), name: key, ...values });
  }
  compareSchemes(before, after, report);

  const info = asObject(raw.info);
  for (const { key, values } of differences(asObject(before.raw.info) ?? {}, info ?? {})) {
    report({
      kind: key === 'title' ? 'TitleChanged' : 'ConnectorTextChanged',
      subject: `info/${key}`,
      at: info ?? raw,
      ...(values.after !== undefined && { key }),
      name: key,
      ...values,
    });
  }
  const securityDefinitionsOf = (definition: Definition): JsonObject =>
    asObject(definition.raw.securityDefinitions) ?? {};
  for (const { key, values } of differences(
    securityDefinitionsOf(before),
    securityDefinitionsOf(after),
  )) {
    report({
      kind: 'SecurityDefinitionChanged',
      subject: `securityDefinitions/${key}`,
      at: raw,
      key: 'securityDefinitions',
      part: 'key',
      name: key,
      ...values,
    });
  }
  for (const { key, values } of differences(before.raw, raw, comparedElsewhere)) {
    report({
      kind: connectorMetadata.has(key) ? 'ConnectorMetadataChanged' : 'ConnectorAttributeChanged',
      subject: key,
      ...locationOf(raw, key),
      name: key,
      ...values,
    });
  }
}

const connectorMetadata = new Set(['x-ms-connector-metadata', 'externalDocs', 'tags']);
const comparedElsewhere = new Set([
  'host',
  'basePath',
  'schemes',
  'info',
  'securityDefinitions',
  'paths',
  'definitions',
  'parameters',
  'responses',
  'consumes',
  'produces',
  'security',
  '$schema',
]);

function compareSchemes(before: Definition, after: Definition, report: ReportChange): void {
  const schemesOf = ({ raw }: Definition): Json[] => asList(own(raw, 'schemes') ?? ['https']);
  const [from, to] = [schemesOf(before), schemesOf(after)];
  const removed = from.filter((scheme) => !to.includes(scheme));
  const added = to.filter((scheme) => !from.includes(scheme));
  if (removed.length === 0 && added.length === 0) return;
  report({
    kind: removed.length > 0 ? 'SchemeRemoved' : 'SchemeAdded',
    subject: 'schemes',
    ...locationOf(after.raw, 'schemes'),
    name: 'schemes',
    before: removed,
    after: added,
  });
}

function compareOperations(
  before: Operation,
  after: Operation,
  definitions: { before: Definition; after: Definition },
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  const context = { subject: subjectOf(after), operation: titleOf(after), schemas, report };
  const base = {
    subject: context.subject,
    name: nameOf(after),
    operation: context.operation,
    at: after.raw,
  };
  if (before.path !== after.path)
    report({
      kind: 'OperationPathTemplateChanged',
      ...base,
      before: before.path,
      after: after.path,
    });
  if (before.method !== after.method)
    report({
      kind: 'OperationMethodChanged',
      ...base,
      before: before.method,
      after: after.method,
    });
  compareAttributes(before, after, context);
  compareMediaTypes(before, after, context);
  const security = {
    before: before.raw.security ?? definitions.before.raw.security,
    after: after.raw.security ?? definitions.after.raw.security,
  };
  if (!jsonEqual(security.before, security.after))
    report({
      kind: 'OperationSecurityChanged',
      ...base,
      ...locationOf(after.raw, 'security'),
      subject: `${base.subject}/security`,
      ...security,
    });
  compareParameters(before, after, context);
  if (before.notification || after.notification) {
    compareContent(
      before.notification?.raw,
      after.notification?.raw,
      after.raw,
      `${base.subject}/responses/x-ms-notification-content`,
      'x-ms-notification-content',
      context,
    );
  }
  compareResponses(before, after, context);
}

const operationTexts = new Set(['summary', 'description', 'externalDocs', 'tags']);
const operationStructure = new Set([
  'parameters',
  'responses',
  'consumes',
  'produces',
  'security',
  'x-ms-notification-content',
]);

function compareAttributes(before: Operation, after: Operation, context: OperationContext): void {
  const { subject, operation, report } = context;
  for (const { key, values } of differences(before.raw, after.raw, operationStructure)) {
    const change = {
      subject: `${subject}/${key}`,
      name: nameOf(after),
      operation,
      ...locationOf(after.raw, key),
      ...values,
    };
    if (operationTexts.has(key)) report({ kind: 'OperationTextChanged', ...change });
    else if (key === 'x-ms-visibility')
      report({
        kind: values.after === 'internal' ? 'OperationHidden' : 'OperationVisibilityChanged',
        ...change,
      });
    else if (key === 'x-ms-trigger') report({ kind: 'OperationTriggerChanged', ...change });
    else if (key === 'deprecated') report({ kind: 'OperationDeprecated', ...change });
    else report({ kind: 'OperationAttributeChanged', ...change });
  }
}

function compareMediaTypes(before: Operation, after: Operation, context: OperationContext): void {
  const { subject, operation, report } = context;
  for (const [key, narrowed] of [
    ['consumes', 'OperationConsumesNarrowed'],
    ['produces', 'OperationProducesNarrowed'],
  ] as const) {
    const removed = before[key].filter((type) => !after[key].includes(type));
    const added = after[key].filter((type) => !before[key].includes(type));
    if (removed.length === 0 && added.length === 0) continue;
    report({
      kind: removed.length > 0 ? narrowed : 'OperationMediaTypesWidened',
      subject: `${subject}/${key}`,
      name: nameOf(after),
      operation,
      ...locationOf(after.raw, key),
      before: removed,
      after: added,
    });
  }
}

/** Identifies a parameter within its operation. */
const identityOf = ({ name, in: location }: Parameter): string =>
  location === 'body' ? 'body' : `${location ?? ''} ${name ?? ''}`;

function compareParameters(before: Operation, after: Operation, context: OperationContext): void {
  const { operation, report } = context;
  const byIdentity = ({ parameters }: Operation): Map<string, Parameter> =>
    new Map(parameters.map((parameter) => [identityOf(parameter), parameter]));
  const [oldParameters, newParameters] = [byIdentity(before), byIdentity(after)];
  const moved = new Set<Parameter>();
  const subjectFor = ({ name }: Parameter): string => `${context.subject}/parameter/${name ?? ''}`;
  for (const [identity, parameter] of oldParameters) {
    const counterpart = newParameters.get(identity);
    if (counterpart) {
      compareParameter(parameter, counterpart, subjectFor(counterpart), context);
      continue;
    }
    const elsewhere = after.parameters.find(
      (candidate) =>
        isMoved(parameter, candidate) &&
        !oldParameters.has(identityOf(candidate)) &&
        !moved.has(candidate),
    );
    const base = { subject: subjectFor(parameter), name: parameter.name ?? '', operation };
    if (elsewhere) {
      moved.add(elsewhere);
      report({
        kind: 'ParameterLocationChanged',
        ...base,
        at: elsewhere.raw,
        key: 'in',
        before: parameter.in,
        after: elsewhere.in,
      });
      compareParameter(parameter, elsewhere, subjectFor(elsewhere), context);
    } else report({ kind: 'ParameterDeleted', ...base, ...keyLocationOf(after.raw, 'parameters') });
  }
  for (const [identity, parameter] of newParameters) {
    if (oldParameters.has(identity) || moved.has(parameter)) continue;
    report({
      kind: parameter.required ? 'RequiredParameterAdded' : 'OptionalParameterAdded',
      subject: subjectFor(parameter),
      name: parameter.name ?? '',
      operation,
      at: parameter.raw,
      key: 'name',
    });
  }
}

/** Whether two parameters have the same name, and neither is a body. */
const isMoved = (before: Parameter, after: Parameter): boolean =>
  before.name === after.name && before.in !== 'body' && after.in !== 'body';

function compareParameter(
  before: Parameter,
  after: Parameter,
  subject: string,
  context: OperationContext,
): void {
  const { operation, schemas, report } = context;
  const base = { name: after.name ?? '', operation };
  if (before.required !== after.required) {
    report({
      kind: after.required ? 'InputFieldOptionalToRequired' : 'InputFieldRequiredToOptional',
      ...base,
      ...locationOf(after.raw, 'required'),
      subject: `${subject}/required`,
    });
  }
  for (const [key, kind] of [
    ['x-ms-url-encoding', 'ParameterEncodingChanged'],
    ['collectionFormat', 'ParameterCollectionFormatChanged'],
  ] as const) {
    const values = { before: before.raw[key], after: after.raw[key] };
    if (!jsonEqual(values.before, values.after))
      report({
        kind,
        ...base,
        ...locationOf(after.raw, key),
        subject: `${subject}/${key}`,
        ...values,
      });
  }
  if (after.in === 'body') compareBody(before, after, subject, context);
  else
    schemas.compare(before.raw, after.raw, {
      subject,
      name: base.name,
      prefix: `${base.name}/`,
      operation,
      direction: 'input',
      report,
    });
}

const parameterStructure = new Set([
  'name',
  'in',
  'required',
  'schema',
  'x-ms-url-encoding',
  'collectionFormat',
]);
const bodyTexts = new Set(['description', 'x-ms-summary']);

function compareBody(
  before: Parameter,
  after: Parameter,
  subject: string,
  context: OperationContext,
): void {
  const { operation, schemas, report } = context;
  const base = { name: after.name ?? '', operation };
  for (const { key, values } of differences(before.raw, after.raw, parameterStructure)) {
    const change = {
      ...base,
      ...locationOf(after.raw, key),
      subject: `${subject}/${key}`,
      ...values,
    };
    if (key === 'x-ms-visibility')
      report({
        kind: values.after === 'internal' ? 'InputFieldHidden' : 'FieldVisibilityChanged',
        ...change,
      });
    else
      report({
        kind: bodyTexts.has(key) ? 'FieldTextChanged' : 'FieldAttributeChanged',
        ...change,
      });
  }
  const [from, to] = [asObject(before.raw.schema), asObject(after.raw.schema)];
  if (from && to)
    schemas.compare(from, to, {
      subject: `${subject}/schema`,
      name: base.name,
      prefix: '',
      operation,
      direction: 'input',
      report,
    });
  else if (from || to)
    report({
      kind: 'FieldAttributeChanged',
      ...base,
      ...locationOf(after.raw, 'schema'),
      subject: `${subject}/schema`,
      before: before.raw.schema,
      after: after.raw.schema,
    });
}

const responseStructure = new Set(['schema', 'headers']);
const responseTexts = new Set(['description', 'examples']);

function compareResponses(before: Operation, after: Operation, context: OperationContext): void {
  const { operation, report } = context;
  // Without a successful response, later steps get the outputs of the default response.
  const hasSuccess = before.responses.some(({ code }) => isSuccess(code));
  const isOutput = (code: string): boolean => (hasSuccess ? isSuccess(code) : code === 'default');
  const newResponses = new Map(after.responses.map((response) => [response.code, response]));
  for (const { code, raw } of before.responses) {
    const counterpart = newResponses.get(code);
    const base = { subject: `${context.subject}/responses/${code}`, name: code, operation };
    if (!counterpart) {
      report({
        kind: isOutput(code) ? 'SuccessResponseDeleted' : 'ResponseDeleted',
        ...base,
        ...keyLocationOf(after.raw, 'responses'),
      });
      continue;
    }
    for (const { key, values } of differences(raw, counterpart.raw, responseStructure)) {
      report({
        kind: responseTexts.has(key) ? 'FieldTextChanged' : 'FieldAttributeChanged',
        ...base,
        subject: `${base.subject}/${key}`,
        ...locationOf(counterpart.raw, key),
        ...values,
      });
    }
    const reportInError = ({ subject, at }: Change): void =>
      report({ kind: 'ErrorResponseChanged', ...base, subject, at });
    const contentContext = isOutput(code) ? context : { ...context, report: reportInError };
    compareHeaders(raw, counterpart.raw, base.subject, contentContext);
    compareContent(
      asObject(raw.schema),
      asObject(counterpart.raw.schema),
      counterpart.raw,
      base.subject,
      code,
      contentContext,
    );
  }
  const oldCodes = new Set(before.responses.map(({ code }) => code));
  for (const { code } of after.responses) {
    if (!oldCodes.has(code))
      report({
        kind: 'ResponseAdded',
        subject: `${context.subject}/responses/${code}`,
        name: code,
        operation,
        at: asObject(after.raw.responses) ?? after.raw,
        key: code,
        part: 'key',
      });
  }
}

/** Compares the headers of a response. Their names are not case-sensitive. */
function compareHeaders(
  before: JsonObject,
  after: JsonObject,
  subject: string,
  { operation, schemas, report }: OperationContext,
): void {
  const byName = (response: JsonObject) =>
    new Map(
      Array.from(objectEntries(response.headers), ([name, header]) => [
        name.toLowerCase(),
        { name, header },
      ]),
    );
  const [oldHeaders, newHeaders] = [byName(before), byName(after)];
  const headers = asObject(after.headers);
  for (const [key, { name, header }] of oldHeaders) {
    const counterpart = newHeaders.get(key);
    const base = { subject: `${subject}/headers/${name}`, name, operation };
    if (counterpart)
      schemas.compare(header, counterpart.header, {
        ...base,
        prefix: `${name}/`,
        direction: 'output',
        report,
      });
    else
      report({
        kind: 'OutputHeaderDeleted',
        ...base,
        ...(headers ? { at: after, key: 'headers', part: 'key' as const } : { at: after }),
      });
  }
  for (const [key, { name }] of newHeaders) {
    if (!oldHeaders.has(key) && headers)
      report({
        kind: 'OutputHeaderAdded',
        subject: `${subject}/headers/${name}`,
        name,
        operation,
        at: headers,
        key: name,
        part: 'key',
      });
  }
}

/** Compares the schemas of a response or notification. `at` is the object that contains them. */
function compareContent(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  at: JsonObject,
  subject: string,
  name: string,
  { operation, schemas, report }: OperationContext,
): void {
  const base = { subject: `${subject}/schema`, name, operation };
  if (before && !after) report({ kind: 'ResponseSchemaDeleted', ...base, at });
  else if (!before && after)
    report({ kind: 'ResponseSchemaAdded', ...base, ...keyLocationOf(at, 'schema') });
  else if (before && after)
    schemas.compare(before, after, { ...base, prefix: '', direction: 'output', report });
}
