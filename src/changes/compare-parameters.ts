import type { Operation, Parameter } from '../connector/definition.ts';
import { jsonEqual } from '../json/equal.ts';
import { asObject, own } from '../json/values.ts';
import type { InJson } from './change-kinds.ts';
import type { Renaming } from './compare-addresses.ts';
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
  for (const [parameter, { counterpart, isRenamed }] of counterparts) {
    const base = { subject: subjectFor(parameter), name: parameter.name ?? '', operation };
    if (counterpart && !isRenamed)
      compareParameter(parameter, counterpart, subjectFor(counterpart), context);
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

const filledBy = <Filler>(filler: Filler | undefined): { filledBy?: Filler } =>
  filler === undefined ? {} : { filledBy: filler };

interface Counterpart {
  counterpart: Parameter | undefined;
  /** Whether it has another name, by capitals only. */
  isRenamed: boolean;
}

/**
 * The new version of each old parameter: with the same name in the same place; a path parameter that
 * the path calls differently; with the same name in another place; with the same name but for
 * capitals.
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
    counterparts.set(parameter, {
      counterpart: counterpart ?? recased,
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
