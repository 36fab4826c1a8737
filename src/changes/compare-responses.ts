import { isSuccess, type Operation, type Response } from '../connector/definition.ts';
import { asObject, objectEntries, type JsonObject } from '../json/values.ts';
import type { Change } from './change-kinds.ts';
import { differences } from './json-differences.ts';
import { keyLocationOf, locationOf, type OperationContext } from './operation-context.ts';
import { textKeywords } from './text-keywords.ts';

const responseStructure = new Set(['schema', 'headers']);

/** These responses have no content, whatever their schema says. */
const withoutContent = new Set(['204', '205']);

/**
 * The response whose outputs the designer offers: of the successful responses the one with the lowest
 * code that can have content; without any, the default response.
 */
function offeredResponse({ responses }: Operation): Response | undefined {
  const successful = responses
    .filter(({ code }) => isSuccess(code))
    .sort((a, b) => rankOf(a) - rankOf(b));
  return successful[0] ?? responses.find(({ code }) => code === 'default');
}

const rankOf = ({ code }: Response): number =>
  code === 'default' ? Infinity : Number(code) + (withoutContent.has(code) ? 1000 : 0);

/** The schema of a response that has content. */
const contentOf = ({ code, raw }: Response): JsonObject | undefined =>
  withoutContent.has(code) ? undefined : asObject(raw.schema);

/** Reports the differences between the responses of two versions of an operation. */
export function compareResponses(
  before: Operation,
  after: Operation,
  context: OperationContext,
): void {
  const { operation, report, schemas } = context;
  const offered = { before: offeredResponse(before), after: offeredResponse(after) };
  const newResponses = new Map(after.responses.map((response) => [response.code, response]));
  const oldCodes = new Set(before.responses.map(({ code }) => code));
  const baseOf = (code: string) => ({
    subject: `${context.subject}/responses/${code}`,
    name: code,
    operation,
  });
  /** Whether the designer now offers another response in place of this one. */
  const isReplaced = (response: Response): boolean =>
    response === offered.before &&
    offered.after !== undefined &&
    offered.after.code !== response.code;

  for (const response of before.responses) {
    const { code } = response;
    const counterpart = newResponses.get(code);
    const isOffered = response === offered.before;
    const isOutput = isOffered || isSuccess(code);
    if (isReplaced(response) && offered.after) {
      const replacement = offered.after;
      // Both ways, an update and its reversal have the same subject.
      const subject = baseOf(rankOf(response) < rankOf(replacement) ? code : replacement.code);
      if (!counterpart)
        report({
          kind: 'SuccessCodeChanged',
          ...baseOf(code),
          ...responseLocation(after, replacement.code),
          before: code,
          after: replacement.code,
        });
      compareHeaders(response.raw, replacement.raw, subject.subject, context);
      compareContent(contentOf(response), contentOf(replacement), replacement.raw, subject, {
        ...context,
        report: (change) =>
          report(
            change.kind === 'ResponseSchemaDeleted'
              ? { ...change, name: replacement.code, insteadOf: code }
              : change,
          ),
      });
      if (!counterpart) continue;
    }
    if (!counterpart) {
      const content = contentOf(response);
      const sameContent = offered.after && contentOf(offered.after);
      const isEmpty =
        !content ||
        schemas.isAnything('before', content) ||
        (!isOffered && sameContent !== undefined && schemas.areSame(content, sameContent));
      report({
        kind: isOutput ? 'SuccessResponseDeleted' : 'ResponseDeleted',
        ...baseOf(code),
        ...keyLocationOf(after.raw, 'responses'),
        ...(isEmpty && { isEmpty }),
        ...(!isOffered && isOutput && { isNotOffered: true as const }),
      });
      continue;
    }
    compareResponse(response, counterpart, isOutput, isOffered && !isReplaced(response), {
      ...context,
      offered: offered.after && contentOf(offered.after),
    });
  }
  for (const { code } of after.responses) {
    if (oldCodes.has(code)) continue;
    // Reported as a change of the code
    if (code === offered.after?.code && offered.before && !newResponses.has(offered.before.code))
      continue;
    report({ kind: 'ResponseAdded', ...baseOf(code), ...responseLocation(after, code) });
  }
}

const responseLocation = (after: Operation, code: string) => ({
  at: asObject(after.raw.responses) ?? after.raw,
  key: code,
  part: 'key' as const,
});

function compareResponse(
  before: Response,
  after: Response,
  isOutput: boolean,
  isOffered: boolean,
  context: OperationContext & { offered: JsonObject | undefined },
): void {
  const { operation, report, schemas } = context;
  const base = {
    subject: `${context.subject}/responses/${before.code}`,
    name: before.code,
    operation,
  };
  for (const { key, values } of differences(before.raw, after.raw, responseStructure)) {
    report({
      kind: textKeywords.has(key) ? 'FieldTextChanged' : 'FieldAttributeChanged',
      ...base,
      nameless: { of: 'response', within: [] },
      subject: `${base.subject}/${key}`,
      ...locationOf(after.raw, key),
      ...values,
    });
  }
  const content = asObject(before.raw.schema);
  const outputContext =
    isOffered && !withoutContent.has(before.code)
      ? context
      : {
          ...context,
          report: (change: Change): void => {
            const isCopy =
              change.kind === 'ResponseSchemaDeleted' &&
              (withoutContent.has(before.code) ||
                (content !== undefined &&
                  context.offered !== undefined &&
                  schemas.areSame(content, context.offered)));
            report({ ...change, isNotOffered: true, ...(isCopy && { isEmpty: true as const }) });
          },
        };
  const contentContext = isOutput
    ? outputContext
    : { ...context, report: onceInError(base, report) };
  compareHeaders(before.raw, after.raw, base.subject, contentContext);
  compareContent(content, asObject(after.raw.schema), after.raw, base, contentContext);
}

/** Reports all changes of an error response as one, at the first of them. */
function onceInError(
  base: { subject: string; name: string; operation: string },
  report: OperationContext['report'],
): OperationContext['report'] {
  let isReported = false;
  return (change) => {
    if (isReported || !('at' in change)) return;
    isReported = true;
    report({ kind: 'ErrorResponseChanged', ...base, at: change.at });
  };
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
export function compareContent(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  at: JsonObject,
  { subject, name }: { subject: string; name: string },
  { operation, schemas, report }: OperationContext,
): void {
  const base = { subject: `${subject}/schema`, name, operation };
  if (before && after)
    schemas.compare(before, after, {
      ...base,
      nameless: { of: 'response', within: [] },
      prefix: '',
      direction: 'output',
      report,
    });
  else if (before)
    report({
      kind: 'ResponseSchemaDeleted',
      ...base,
      at,
      ...(schemas.isAnything('before', before) && { isEmpty: true as const }),
    });
  else if (after) report({ kind: 'ResponseSchemaAdded', ...base, ...keyLocationOf(at, 'schema') });
}
