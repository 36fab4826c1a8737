import type { Operation, Parameter } from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import { asObject, own, type JsonObject } from '../json/values.ts';
import type { ChangeKind, InJson } from './change-kinds.ts';
import type { Renaming } from './compare-addresses.ts';
import type { Filler } from './compare-fields.ts';
import { differences, effective, type BeforeAfter } from './json-differences.ts';
import { keyLocationOf, locationOf, type OperationContext } from './operation-context.ts';
import { textKeywords } from './text-keywords.ts';

/** Identifies a parameter within its operation. An operation has one body, whatever its name. */
const identityOf = ({ name, in: location }: Pick<Parameter, 'name' | 'in'>): string =>
  location === 'body' ? 'body' : `${location ?? ''} ${name ?? ''}`;

/**
 * Reports the differences between the parameters of two versions of an operation.
 *
 * @param renamed The path parameters that the path calls differently: the change of the path reports
 *   that.
 */
export function compareParameters(
  before: Operation,
  after: Operation,
  renamed: readonly Renaming[],
  context: OperationContext,
): void {
  const { operation, report } = context;
  const oldParameters = byIdentity(before);
  const newParameters = byIdentity(after);
  const counterparts = counterpartsOf(oldParameters, newParameters, renamed);
  const subjectFor = ({ name }: Parameter): string => `${context.subject}/parameter/${name ?? ''}`;
  const moves = new BodyMoves(oldParameters, newParameters, counterparts, context);
  for (const [parameter, { counterpart, isRenamed }] of counterparts) {
    const base = { subject: subjectFor(parameter), name: parameter.name ?? '', operation };
    if (counterpart && !isRenamed)
      compareParameter(parameter, counterpart, subjectFor(counterpart), {
        ...context,
        report: moves.reportOf(counterpart, `${subjectFor(counterpart)}/schema`),
      });
    else if (moves.intoBody.has(parameter)) moves.reportInto(parameter, base.subject);
    else if (moves.isDissolved(parameter)) continue;
    else if (counterpart?.required) continue; // reported below, under the new name
    else if (parameter.in !== 'path' || before.path === after.path)
      report({
        kind: 'ParameterDeleted',
        ...base,
        ...(counterpart
          ? { at: counterpart.raw, key: 'name', renamedTo: counterpart.name ?? '' }
          : keyLocationOf(after.raw, 'parameters')),
        ...filledBy(context.schemas.fillerOfParameter('before', parameter)),
      });
  }
  const reported = new Map(
    Array.from(counterparts, ([parameter, { counterpart, isRenamed }]) => [
      counterpart,
      isRenamed ? parameter.name : undefined,
    ]),
  );
  for (const parameter of newParameters.values()) {
    if (moves.outOfBody.has(parameter)) {
      moves.reportOutOf(parameter, subjectFor(parameter));
      continue;
    }
    if (moves.isComposed(parameter)) continue;
    const renamedFrom = reported.get(parameter);
    if (reported.has(parameter) && (renamedFrom === undefined || !parameter.required)) continue;
    const change = {
      subject: subjectFor(parameter),
      name: parameter.name ?? '',
      operation,
      at: parameter.raw,
      key: 'name',
    };
    if (parameter.required)
      report({
        kind: 'RequiredParameterAdded',
        ...change,
        ...(renamedFrom !== undefined && { renamedFrom }),
        ...(parameter.in === 'path' && { isInPath: true as const }),
        ...filledBy(context.schemas.fillerOfParameter('after', parameter)),
      });
    else report({ kind: 'OptionalParameterAdded', ...change });
  }
}

const byIdentity = ({ parameters }: Operation): Map<string, Parameter> =>
  new Map(parameters.map((parameter) => [identityOf(parameter), parameter]));

const filledBy = (filler: Filler | undefined): { filledBy?: Filler } =>
  filler === undefined ? {} : { filledBy: filler };

/** What became of the parameters that were fields of the body, and of the fields that were parameters. */
class BodyMoves {
  /** The old parameters that are fields of the body now, with these fields. */
  readonly intoBody = new Map<Parameter, JsonObject>();
  /** The new parameters that were fields of the body, with these fields. */
  readonly outOfBody = new Map<Parameter, JsonObject>();
  readonly #context: OperationContext;
  readonly #oldFields: ReadonlyMap<string, JsonObject>;
  readonly #newFields: ReadonlyMap<string, JsonObject>;
  readonly #newRequired: ReadonlySet<string>;
  readonly #newBody: Parameter | undefined;

  constructor(
    oldParameters: ReadonlyMap<string, Parameter>,
    newParameters: ReadonlyMap<string, Parameter>,
    counterparts: ReadonlyMap<Parameter, Counterpart>,
    context: OperationContext,
  ) {
    this.#context = context;
    const fieldsOf = (side: 'before' | 'after', body: Parameter | undefined) =>
      body?.schema ? context.schemas.fieldsOf(side, body.schema.raw) : noFields;
    const [oldBody, newBody] = [oldParameters.get('body'), newParameters.get('body')];
    const newFields = fieldsOf('after', newBody);
    this.#newBody = newBody;
    this.#oldFields = fieldsOf('before', oldBody).properties;
    this.#newFields = newFields.properties;
    this.#newRequired = newFields.required;
    const isSent = (side: 'before' | 'after', field: JsonObject): boolean =>
      context.schemas.fillerOfField(side, field) !== 'service';
    for (const [parameter, { counterpart }] of counterparts) {
      const { name = '' } = parameter;
      const field = this.#newFields.get(name);
      if (!counterpart && field && !this.#oldFields.has(name) && isSent('after', field))
        this.intoBody.set(parameter, field);
    }
    const matched = new Set(Array.from(counterparts.values(), ({ counterpart }) => counterpart));
    for (const parameter of newParameters.values()) {
      const { name = '' } = parameter;
      const field = this.#oldFields.get(name);
      if (!matched.has(parameter) && field && !this.#newFields.has(name) && isSent('before', field))
        this.outOfBody.set(parameter, field);
    }
  }

  /** Reports the changes of a parameter, without fields that come and go because they move. */
  reportOf(parameter: Parameter, schemaSubject: string): OperationContext['report'] {
    const { report } = this.#context;
    if (parameter.in !== 'body') return report;
    const subjects = new Set(
      [...this.intoBody.keys(), ...this.outOfBody.keys()].map(
        ({ name }) => `${schemaSubject}/${name ?? ''}`,
      ),
    );
    return (change) => {
      if (!(fieldMoves.has(change.kind) && subjects.has(change.subject))) report(change);
    };
  }

  reportInto(parameter: Parameter, subject: string): void {
    const field = this.intoBody.get(parameter);
    if (!field) return;
    const { schemas } = this.#context;
    const filler =
      schemas.fillerOfParameter('before', parameter) && schemas.fillerOfField('after', field);
    this.#report(parameter, subject, { at: field }, parameter.in, 'body', filler);
  }

  reportOutOf(parameter: Parameter, subject: string): void {
    const field = this.outOfBody.get(parameter);
    if (!field) return;
    const { schemas } = this.#context;
    const filler =
      schemas.fillerOfField('before', field) && schemas.fillerOfParameter('after', parameter);
    const location = { at: parameter.raw, key: 'in' };
    this.#report(parameter, subject, location, 'body', parameter.in, filler);
  }

  /** Whether all fields of an old body are parameters now. */
  isDissolved({ in: location }: Parameter): boolean {
    const names = new Set(Array.from(this.outOfBody.keys(), ({ name }) => name));
    const fields = [...this.#oldFields.keys()];
    return location === 'body' && fields.length > 0 && fields.every((name) => names.has(name));
  }

  /** Whether parameters moved into a new body, which requires nothing else. */
  isComposed(parameter: Parameter): boolean {
    const names = new Set(Array.from(this.intoBody.keys(), ({ name }) => name));
    return (
      parameter === this.#newBody &&
      names.size > 0 &&
      [...this.#newRequired].every((name) => names.has(name))
    );
  }

  #report(
    { name = '' }: Parameter,
    subject: string,
    location: InJson,
    before: string | undefined,
    after: string | undefined,
    filler: Filler | undefined,
  ): void {
    const { operation, report } = this.#context;
    report({
      kind: 'ParameterLocationChanged',
      ...location,
      subject,
      name,
      operation,
      before,
      after,
      ...filledBy(filler),
    });
  }
}

const noFields = { properties: new Map<string, JsonObject>(), required: new Set<string>() };

/** How a field of the body comes or goes. */
const fieldMoves: ReadonlySet<ChangeKind> = new Set([
  'InputFieldDeleted',
  'OptionalInputFieldAdded',
  'RequiredInputFieldAdded',
]);

interface Counterpart {
  counterpart: Parameter | undefined;
  /** Whether it has another name, by capitals only. */
  isRenamed: boolean;
}

/**
 * The new version of each old parameter: with the same name in the same place; a path parameter that
 * the path calls differently; with the same name in another place; with the same name but for
 * capitals, in the same place or another.
 */
function counterpartsOf(
  oldParameters: ReadonlyMap<string, Parameter>,
  newParameters: ReadonlyMap<string, Parameter>,
  renamed: readonly Renaming[],
): Map<Parameter, Counterpart> {
  const inPath = new Map(renamed.map(({ before, after }) => [`path ${before}`, `path ${after}`]));
  const free = new Map<string, Parameter[]>();
  for (const [identity, parameter] of newParameters) {
    if (oldParameters.has(identity)) continue;
    const key = (parameter.name ?? '').toLowerCase();
    free.set(key, [...(free.get(key) ?? []), parameter]);
  }
  /** Takes a new parameter that has no counterpart yet. */
  const take = (name: string, fits: (candidate: Parameter) => boolean): Parameter | undefined => {
    const candidates = free.get(name.toLowerCase()) ?? [];
    const index = candidates.findIndex(fits);
    return index < 0 ? undefined : candidates.splice(index, 1)[0];
  };
  const counterparts = new Map<Parameter, Counterpart>();
  for (const [identity, parameter] of oldParameters) {
    const name = parameter.name ?? '';
    const inPlace = newParameters.get(identity);
    const renamedTo = newParameters.get(inPath.get(identity) ?? '');
    const counterpart =
      inPlace ??
      (renamedTo && take(renamedTo.name ?? '', (candidate) => candidate === renamedTo)) ??
      take(name, (candidate) => candidate.name === parameter.name);
    const recased = counterpart
      ? undefined
      : take(name, (candidate) => candidate.in === parameter.in);
    const moved =
      counterpart || recased || parameter.in === 'body'
        ? undefined
        : take(name, (candidate) => candidate.in !== 'body');
    counterparts.set(parameter, {
      counterpart: counterpart ?? recased ?? moved,
      isRenamed: recased !== undefined,
    });
  }
  return counterparts;
}

function compareParameter(
  before: Parameter,
  after: Parameter,
  subject: string,
  context: OperationContext,
): void {
  const { operation, schemas, report } = context;
  const base = { name: after.name ?? '', operation };
  const fillers = {
    before: schemas.fillerOfParameter('before', before),
    after: schemas.fillerOfParameter('after', after),
  };
  const filler = fillers.before && fillers.after;
  const isMoved = before.in !== after.in;
  if (isMoved)
    report({
      kind: 'ParameterLocationChanged',
      ...base,
      subject,
      at: after.raw,
      key: 'in',
      before: before.in,
      after: after.in,
      ...filledBy(filler),
    });
  const isBody = after.in === 'body' && before.in === 'body';
  if (isBody && before.name !== after.name)
    report({
      kind: 'BodyParameterRenamed',
      ...base,
      subject,
      at: after.raw,
      ...(own(after.raw, 'name') !== undefined && { key: 'name' }),
      before: before.name,
      after: after.name,
      ...filledBy(filler),
    });
  // A parameter of the path is always required.
  if (before.required !== after.required && !(isMoved && after.in === 'path')) {
    report({
      kind: after.required ? 'InputFieldOptionalToRequired' : 'InputFieldRequiredToOptional',
      ...base,
      ...locationOf(after.raw, 'required'),
      subject: `${subject}/required`,
      ...filledBy(fillers.after),
    });
  }
  for (const [key, kind] of [
    ['x-ms-url-encoding', 'ParameterEncodingChanged'],
    ['collectionFormat', 'ParameterCollectionFormatChanged'],
  ] as const) {
    if (key === 'x-ms-url-encoding' && before.in !== 'path' && after.in !== 'path') continue;
    const values = { before: effective(before.raw, key), after: effective(after.raw, key) };
    if (jsonEqual(values.before, values.after) || isMoved) continue;
    report({
      kind,
      ...base,
      ...locationOf(after.raw, key),
      subject: `${subject}/${key}`,
      before: before.raw[key],
      after: after.raw[key],
    });
  }
  if (isBody) compareBody(before, after, subject, context);
  else if (before.in !== 'body' && after.in !== 'body')
    schemas.compare(before.raw, after.raw, {
      subject,
      name: base.name,
      prefix: `${base.name}/`,
      operation,
      direction: 'input',
      ...filledBy(filler),
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

function compareBody(
  before: Parameter,
  after: Parameter,
  subject: string,
  context: OperationContext,
): void {
  const { operation, schemas, report } = context;
  const base = {
    name: after.name ?? '',
    operation,
    nameless: { of: 'body', within: [] },
  } as const;
  const reportAttribute = (key: string, location: InJson, values: BeforeAfter): void => {
    const change = { ...base, ...location, subject: `${subject}/${key}`, ...values };
    if (key === 'x-ms-visibility')
      report({
        kind: values.after === 'internal' ? 'InputFieldHidden' : 'FieldVisibilityChanged',
        ...change,
      });
    else
      report({
        kind: textKeywords.has(key) ? 'FieldTextChanged' : 'FieldAttributeChanged',
        ...change,
      });
  };
  for (const { key, values } of differences(before.raw, after.raw, parameterStructure))
    reportAttribute(key, locationOf(after.raw, key), values);
  const [from, to] = [asObject(before.raw.schema), asObject(after.raw.schema)];
  if (from && to)
    schemas.compare(from, to, {
      subject: `${subject}/schema`,
      prefix: '',
      ...base,
      direction: 'input',
      isInternal: before.visibility === 'internal' && after.visibility === 'internal',
      report,
    });
  else if (from || to)
    reportAttribute('schema', locationOf(after.raw, 'schema'), {
      before: before.raw.schema,
      after: after.raw.schema,
    });
}
