import {
  isSuccess,
  nameOf,
  type Definition,
  type Operation,
  type Parameter,
} from '../connector/definition.ts';
import {
  asObject,
  asText,
  keysOf,
  objectEntries,
  own,
  type Json,
  type JsonObject,
} from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { jsonEqual } from '../json/equal.ts';
import { SchemaComparison } from './compare-schemas.ts';

type ReportChange = (change: Change) => void;

const names = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const title = (operation: Operation): string => asText(operation.raw.summary) ?? nameOf(operation);
const subjectOf = (operation: Operation): string => `operation/${nameOf(operation)}`;

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
  // The id identifies an operation. If an operation has no id, or shares it with others, its
  // method and path identify it.
  const partnerOf = (was: Operation): Operation | undefined => {
    const inPlace = byRoute.get(routeOf(was));
    return was.id === undefined || inPlace?.id === was.id ? inPlace : after.operation(was.id);
  };
  const partners = new Map(before.operations.map((was) => [was, partnerOf(was)]));
  const known = new Set(partners.values());
  for (const was of before.operations) {
    const now = partners.get(was);
    if (now) compareOperations(was, now, before, after, schemas, report);
    else reportDeleted(was, byRoute.get(routeOf(was)), after, known, report);
  }
  const renamed = new Set(
    [...partners.keys()].filter((was) => !partners.get(was)).map((was) => routeOf(was)),
  );
  for (const now of after.operations) {
    if (known.has(now) || renamed.has(routeOf(now))) continue;
    report({
      kind: 'OperationAdded',
      subject: subjectOf(now),
      at: now.raw,
      name: nameOf(now),
      operation: title(now),
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

const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** `inPlace` is the operation with the same method and path after the update, if there is one. */
function reportDeleted(
  was: Operation,
  inPlace: Operation | undefined,
  after: Definition,
  known: ReadonlySet<Operation | undefined>,
  report: ReportChange,
): void {
  const isNew = inPlace && !known.has(inPlace);
  report({
    kind: 'OperationDeleted',
    subject: subjectOf(was),
    ...placeOfDeleted(was, inPlace, after),
    name: nameOf(was),
    operation: title(was),
    ...(isNew && { renamedTo: nameOf(inPlace) }),
  });
}

/**
 * The location to report: the operation in the same place, or its path, or the closest object that
 * still exists.
 */
function placeOfDeleted(
  was: Operation,
  inPlace: Operation | undefined,
  after: Definition,
): Pick<Change, 'at' | 'key' | 'part'> {
  if (inPlace) return { at: inPlace.raw, key: 'operationId' };
  const paths = asObject(after.raw.paths);
  if (!paths) return { at: after.raw };
  const hasPath = asObject(own(paths, was.path)) !== undefined;
  return hasPath ? { at: paths, key: was.path, part: 'key' } : { at: paths };
}

function compareInfo(before: Definition, after: Definition, report: ReportChange): void {
  const { raw } = after;
  const value = (definition: Definition, key: string): Json | undefined => own(definition.raw, key);
  const at = (key: string) => ({ at: raw, ...(raw[key] !== undefined && { key }), name: key });
  for (const [key, kind, fallback] of [
    ['host', 'HostChanged', undefined],
    ['basePath', 'BasePathChanged', '/'],
  ] as const) {
    const was = value(before, key) ?? fallback;
    const now = value(after, key) ?? fallback;
    if (!jsonEqual(was, now)) report({ kind, subject: key, ...at(key), was, now });
  }
  const schemes = (definition: Definition): Json[] =>
    names(value(definition, 'schemes') ?? ['https']);
  const gone = schemes(before).filter((scheme) => !schemes(after).includes(scheme));
  const come = schemes(after).filter((scheme) => !schemes(before).includes(scheme));
  if (gone.length > 0)
    report({ kind: 'SchemeRemoved', subject: 'schemes', ...at('schemes'), was: gone, now: come });
  else if (come.length > 0)
    report({ kind: 'SchemeAdded', subject: 'schemes', ...at('schemes'), was: gone, now: come });

  const infos = [asObject(before.raw.info) ?? {}, asObject(raw.info) ?? {}] as const;
  for (const key of keysOf(...infos)) {
    const [was, now] = infos.map((info) => own(info, key));
    if (jsonEqual(was, now)) continue;
    const change = {
      subject: `info/${key}`,
      at: infos[1] === raw.info ? infos[1] : raw,
      ...(now !== undefined && { key }),
      name: key,
      was,
      now,
    };
    report({ kind: key === 'title' ? 'TitleChanged' : 'ConnectorTextChanged', ...change });
  }
  const schemesOf = (definition: Definition): JsonObject =>
    asObject(definition.raw.securityDefinitions) ?? {};
  for (const key of keysOf(schemesOf(before), schemesOf(after))) {
    const was = own(schemesOf(before), key);
    const now = own(schemesOf(after), key);
    if (!jsonEqual(was, now))
      report({
        kind: 'SecurityDefinitionChanged',
        subject: `securityDefinitions/${key}`,
        at: raw,
        key: 'securityDefinitions',
        part: 'key',
        name: key,
        was,
        now,
      });
  }
  for (const key of keysOf(before.raw, raw)) {
    if (comparedElsewhere.has(key)) continue;
    const was = value(before, key);
    const now = value(after, key);
    if (jsonEqual(was, now)) continue;
    report({
      kind:
        key === 'x-ms-connector-metadata' || key === 'externalDocs' || key === 'tags'
          ? 'ConnectorMetadataChanged'
          : 'ConnectorAttributeChanged',
      subject: key,
      ...at(key),
      was,
      now,
    });
  }
}

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

function compareOperations(
  was: Operation,
  now: Operation,
  before: Definition,
  after: Definition,
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  const operation = title(now);
  const subject = subjectOf(now);
  const base = { subject, name: nameOf(now), operation };
  const at = (key: string) => ({ at: now.raw, ...(now.raw[key] !== undefined && { key }) });
  if (was.path !== now.path)
    report({
      kind: 'OperationPathTemplateChanged',
      ...base,
      at: now.raw,
      was: was.path,
      now: now.path,
    });
  if (was.method !== now.method)
    report({
      kind: 'OperationMethodChanged',
      ...base,
      at: now.raw,
      was: was.method,
      now: now.method,
    });
  compareAttributes(was, now, before, after, base, at, report);
  compareParameters(was, now, subject, operation, schemas, report);
  if (was.notification || now.notification) {
    compareContent(
      was.notification?.raw,
      now.notification?.raw,
      now.raw,
      `${subject}/responses/x-ms-notification-content`,
      'x-ms-notification-content',
      operation,
      schemas,
      report,
    );
  }
  compareResponses(was, now, subject, operation, schemas, report);
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

function compareAttributes(
  was: Operation,
  now: Operation,
  before: Definition,
  after: Definition,
  base: { subject: string; name: string; operation: string },
  at: (key: string) => { at: JsonObject; key?: string },
  report: ReportChange,
): void {
  for (const key of keysOf(was.raw, now.raw)) {
    if (operationStructure.has(key)) continue;
    const from = own(was.raw, key);
    const to = own(now.raw, key);
    if (jsonEqual(from, to)) continue;
    const change = { ...base, ...at(key), subject: `${base.subject}/${key}`, was: from, now: to };
    if (operationTexts.has(key)) report({ kind: 'OperationTextChanged', ...change });
    else if (key === 'x-ms-visibility')
      report({
        kind: to === 'internal' ? 'OperationHidden' : 'OperationVisibilityChanged',
        ...change,
      });
    else if (key === 'x-ms-trigger') report({ kind: 'OperationTriggerChanged', ...change });
    else if (key === 'deprecated') report({ kind: 'OperationDeprecated', ...change });
    else report({ kind: 'OperationAttributeChanged', ...change });
  }
  for (const [key, kind] of [
    ['consumes', 'OperationConsumesNarrowed'],
    ['produces', 'OperationProducesNarrowed'],
  ] as const) {
    const gone = was[key].filter((type) => !now[key].includes(type));
    const come = now[key].filter((type) => !was[key].includes(type));
    const change = { ...base, ...at(key), subject: `${base.subject}/${key}`, was: gone, now: come };
    if (gone.length > 0) report({ kind, ...change });
    else if (come.length > 0) report({ kind: 'OperationMediaTypesWidened', ...change });
  }
  const security = [
    was.raw.security ?? before.raw.security,
    now.raw.security ?? after.raw.security,
  ] as const;
  if (!jsonEqual(...security))
    report({
      kind: 'OperationSecurityChanged',
      ...base,
      ...at('security'),
      subject: `${base.subject}/security`,
      was: security[0],
      now: security[1],
    });
}

const place = ({ name, in: location }: Parameter): string =>
  location === 'body' ? 'body' : `${location ?? ''} ${name ?? ''}`;

function compareParameters(
  was: Operation,
  now: Operation,
  subject: string,
  operation: string,
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  const current = new Map(now.parameters.map((parameter) => [place(parameter), parameter]));
  const former = new Map(was.parameters.map((parameter) => [place(parameter), parameter]));
  const moved = new Set<Parameter>();
  const subjectFor = (parameter: Parameter): string =>
    `${subject}/parameter/${parameter.name ?? ''}`;
  for (const [key, from] of former) {
    const to = current.get(key);
    if (to) {
      compareParameter(from, to, subjectFor(to), operation, schemas, report);
      continue;
    }
    const elsewhere = now.parameters.find(
      (other) =>
        other.name === from.name &&
        other.in !== 'body' &&
        from.in !== 'body' &&
        !former.has(place(other)) &&
        !moved.has(other),
    );
    const base = { subject: subjectFor(from), name: from.name ?? '', operation };
    if (elsewhere) {
      moved.add(elsewhere);
      report({
        kind: 'ParameterLocationChanged',
        ...base,
        at: elsewhere.raw,
        key: 'in',
        was: from.in,
        now: elsewhere.in,
      });
      compareParameter(from, elsewhere, subjectFor(elsewhere), operation, schemas, report);
    } else
      report({
        kind: 'ParameterDeleted',
        ...base,
        at: now.raw,
        ...(now.raw.parameters !== undefined && { key: 'parameters', part: 'key' as const }),
      });
  }
  for (const [key, to] of current) {
    if (former.has(key) || moved.has(to)) continue;
    report({
      kind: to.required ? 'RequiredParameterAdded' : 'OptionalParameterAdded',
      subject: subjectFor(to),
      name: to.name ?? '',
      operation,
      at: to.raw,
      key: 'name',
    });
  }
}

function compareParameter(
  from: Parameter,
  to: Parameter,
  subject: string,
  operation: string,
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  const base = { name: to.name ?? '', operation };
  const at = (key: string) => ({ at: to.raw, ...(to.raw[key] !== undefined && { key }) });
  if (from.required !== to.required) {
    report({
      kind: to.required ? 'InputFieldOptionalToRequired' : 'InputFieldRequiredToOptional',
      ...base,
      ...at('required'),
      subject: `${subject}/required`,
    });
  }
  for (const [key, kind] of [
    ['x-ms-url-encoding', 'ParameterEncodingChanged'],
    ['collectionFormat', 'ParameterCollectionFormatChanged'],
  ] as const) {
    if (!jsonEqual(from.raw[key], to.raw[key]))
      report({
        kind,
        ...base,
        ...at(key),
        subject: `${subject}/${key}`,
        was: from.raw[key],
        now: to.raw[key],
      });
  }
  if (to.in !== 'body') {
    schemas.compare(from.raw, to.raw, {
      subject,
      name: base.name,
      prefix: `${base.name}/`,
      operation,
      direction: 'input',
      report,
    });
    return;
  }
  for (const key of keysOf(from.raw, to.raw)) {
    if (['name', 'in', 'required', 'schema', 'x-ms-url-encoding', 'collectionFormat'].includes(key))
      continue;
    const [was, now] = [own(from.raw, key), own(to.raw, key)];
    if (jsonEqual(was, now)) continue;
    const change = { ...base, ...at(key), subject: `${subject}/${key}`, was, now };
    if (key === 'x-ms-visibility')
      report({
        kind: now === 'internal' ? 'InputFieldHidden' : 'FieldVisibilityChanged',
        ...change,
      });
    else
      report({
        kind:
          key === 'description' || key === 'x-ms-summary'
            ? 'FieldTextChanged'
            : 'FieldAttributeChanged',
        ...change,
      });
  }
  const [was, now] = [asObject(from.raw.schema), asObject(to.raw.schema)];
  if (was && now)
    schemas.compare(was, now, {
      subject: `${subject}/schema`,
      name: base.name,
      prefix: '',
      operation,
      direction: 'input',
      report,
    });
  else if (was || now)
    report({
      kind: 'FieldAttributeChanged',
      ...base,
      ...at('schema'),
      subject: `${subject}/schema`,
      was: from.raw.schema,
      now: to.raw.schema,
    });
}

function compareResponses(
  was: Operation,
  now: Operation,
  subject: string,
  operation: string,
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  // Without a successful response, later steps get the outputs of the default response.
  const hasSuccess = was.responses.some(({ code }) => isSuccess(code));
  const isOutput = (code: string): boolean => (hasSuccess ? isSuccess(code) : code === 'default');
  const current = new Map(now.responses.map((response) => [response.code, response]));
  const container = asObject(now.raw.responses) ?? now.raw;
  for (const { code, raw } of was.responses) {
    const to = current.get(code);
    const base = { subject: `${subject}/responses/${code}`, name: code, operation };
    if (!to) {
      report({
        kind: isOutput(code) ? 'SuccessResponseDeleted' : 'ResponseDeleted',
        ...base,
        at: now.raw,
        ...(now.raw.responses !== undefined && { key: 'responses', part: 'key' as const }),
      });
      continue;
    }
    for (const key of keysOf(raw, to.raw)) {
      const [from, value] = [own(raw, key), own(to.raw, key)];
      if (key === 'schema' || key === 'headers' || jsonEqual(from, value)) continue;
      const change = {
        ...base,
        subject: `${base.subject}/${key}`,
        at: to.raw,
        ...(value !== undefined && { key }),
        was: from,
        now: value,
      };
      report({
        kind:
          key === 'description' || key === 'examples'
            ? 'FieldTextChanged'
            : 'FieldAttributeChanged',
        ...change,
      });
    }
    const inError = ({ subject: below, at }: Change): void =>
      report({ kind: 'ErrorResponseChanged', ...base, subject: below, at });
    const told = isOutput(code) ? report : inError;
    compareHeaders(raw, to.raw, base.subject, operation, schemas, told);
    compareContent(
      asObject(raw.schema),
      asObject(to.raw.schema),
      to.raw,
      base.subject,
      code,
      operation,
      schemas,
      told,
    );
  }
  const former = new Set(was.responses.map(({ code }) => code));
  for (const { code } of now.responses) {
    if (!former.has(code))
      report({
        kind: 'ResponseAdded',
        subject: `${subject}/responses/${code}`,
        name: code,
        operation,
        at: container,
        key: code,
        part: 'key',
      });
  }
}

/** Compares the headers of a response. Their names are not case-sensitive. */
function compareHeaders(
  was: JsonObject,
  now: JsonObject,
  subject: string,
  operation: string,
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  const byName = (response: JsonObject) =>
    new Map(
      Array.from(objectEntries(response.headers), ([name, header]) => [
        name.toLowerCase(),
        { name, header },
      ]),
    );
  const [former, current] = [byName(was), byName(now)];
  const headers = asObject(now.headers);
  for (const [key, { name, header }] of former) {
    const to = current.get(key);
    const base = { subject: `${subject}/headers/${name}`, name, operation };
    if (to)
      schemas.compare(header, to.header, {
        ...base,
        prefix: `${name}/`,
        direction: 'output',
        report,
      });
    else
      report({
        kind: 'OutputHeaderDeleted',
        ...base,
        ...(headers ? { at: now, key: 'headers', part: 'key' as const } : { at: now }),
      });
  }
  for (const [key, { name }] of current) {
    if (!former.has(key) && headers)
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

function compareContent(
  was: JsonObject | undefined,
  now: JsonObject | undefined,
  at: JsonObject,
  subject: string,
  name: string,
  operation: string,
  schemas: SchemaComparison,
  report: ReportChange,
): void {
  const base = { subject: `${subject}/schema`, name, operation, at };
  if (was && !now) report({ kind: 'ResponseSchemaDeleted', ...base });
  else if (!was && now)
    report({
      kind: 'ResponseSchemaAdded',
      ...base,
      ...(at.schema !== undefined && { key: 'schema', part: 'key' as const }),
    });
  else if (was && now)
    schemas.compare(was, now, { ...base, prefix: '', direction: 'output', report });
}
