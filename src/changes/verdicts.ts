import { safe, type Severity } from '../shared/finding.ts';
import { asList, asObject, asText, isObject, type Json } from '../json/values.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';
import type { Renaming } from './compare-addresses.ts';
import { changeOf, fromTo, listOf, nounOf } from './describe-values.ts';
import { entryDifferences, type BeforeAfter } from './json-differences.ts';
import {
  capital,
  either,
  fieldOf,
  input,
  of,
  output,
  response,
  responseCalled,
} from './thing-names.ts';

/** What a kind of change means for makers who have built flows with the connector. */
export interface Verdict<Kind extends ChangeKind = ChangeKind> {
  /**
   * `error`: flows that work today fail or silently get different values. `warning`: they may.
   * `note`: they do not.
   */
  severity: Severity;
  /** `minor`: texts, color, publisher, documentation. `major`: everything else. */
  size: 'minor' | 'major';
  /** The kind of change, in one sentence. */
  description: string;
  /** Whose flows break and how, or why none do. */
  rationale: string;
  /** What changed, with names and values, and what to do. */
  message(change: ChangeOf<Kind>): string;
  /**
   * One clause about everything of an operation that this kind of change happened to, for people
   * who build flows. Without it each change is described by its message.
   */
  phrase?: Phrase;
  /** Set for what no update may do, even if author and reviewer consent. */
  acknowledgeable?: false;
}

export type Phrase = (subject: PhraseSubject) => string;

/** What a phrase is about. The texts are Markdown. */
export interface PhraseSubject {
  /** One or more operations: "`Get item`", "`Get item` and `List items`", "5 operations". */
  operation: string;
  /** The number of fields or parameters. */
  count: number;
  /** The number with a noun: "1 output", "1,200 outputs". */
  counted: (noun: string) => string;
  /** The first names: "`id`, `name` and `owner`". */
  names: string;
  /** The names in parentheses, after a space; empty if there are too many to list. */
  inParentheses: string;
}

const asksFor: Phrase = ({ operation, count, names, inParentheses }) =>
  count === 1
    ? `${operation} requires the new input ${names}`
    : `${operation} requires ${count} new inputs${inParentheses}`;

/** The keyword that changed: the last segment of the subject. */
const keyOf = ({ subject }: Change): string => subject.split('/').at(-1) ?? '';
const list = (value: Json | undefined): string =>
  listOf(Array.isArray(value) ? value : [value ?? null]);

/** What messages say in place of advice about an input that no flow sends. */
const fillers = {
  platform: 'Flows do not send it; the platform sends its default.',
  callback: 'Flows do not send it; the platform sends the callback URL of the trigger.',
  service: 'Flows do not send it; the service fills it in.',
} as const;

/** Advice about an input that flows send, or why they are not affected. */
const adviceFor = ({ filledBy }: Change, advice: string): string =>
  filledBy ? fillers[filledBy] : advice;

/** The end of a sentence about an input: what happens to flows and advice, or why nothing does. */
const effectOn = (change: Change, effect: string, advice: string): string =>
  change.filledBy ? `. ${fillers[change.filledBy]}` : `: ${effect}. ${advice}`;

/** Advice about an output, or why flows are hardly affected. */
const outputAdvice = ({ isNotOffered }: Change, advice: string): string =>
  isNotOffered
    ? 'The designer offers the outputs of another response: check flows that parse this one.'
    : advice;

const typeText = (type: Json | undefined, format: Json | undefined): string =>
  nounOf(type) + (format === undefined ? '' : ` (${nounOf(format)})`);
/** "from `integer` (`int32`) to `number`" */
const fromToType = ({ before, after, formats }: BeforeAfter & { formats?: BeforeAfter }): string =>
  `from ${typeText(before, formats?.before)} to ${typeText(after, formats?.after)}`;

const sameType = "The values stay the same, but the platform's change validator reports it anyway.";

const version = 'Keep the old value, or add the change as a new version of the operation.';

const error = <Kind extends ChangeKind>(
  verdict: Omit<Verdict<Kind>, 'severity' | 'size'>,
): Verdict<Kind> => ({ severity: 'error', size: 'major', ...verdict });
const warning = <Kind extends ChangeKind>(
  verdict: Omit<Verdict<Kind>, 'severity' | 'size'>,
): Verdict<Kind> => ({ severity: 'warning', size: 'major', ...verdict });
const harmless = <Kind extends ChangeKind>(
  verdict: Omit<Verdict<Kind>, 'severity' | 'size'>,
): Verdict<Kind> => ({ severity: 'note', size: 'major', ...verdict });
const minor = <Kind extends ChangeKind>(
  verdict: Omit<Verdict<Kind>, 'severity' | 'size'>,
): Verdict<Kind> => ({ severity: 'note', size: 'minor', ...verdict });

/**
 * The severity of a change: that of its kind, or less if it happened to something that flows do not
 * touch.
 */
export function severityOf(change: Change): Severity {
  const { severity } = verdicts[change.kind];
  if ('isEmpty' in change && change.isEmpty) return 'note';
  if (change.kind === 'OperationHidden' && change.replacedBy !== undefined) return 'note';
  if (change.kind === 'BasePathChanged' && change.isSame) return 'note';
  if (change.kind === 'NotificationUrlChanged' && change.after.length > 0)
    return change.before.length > 0 ? 'warning' : 'note';
  if (change.kind === 'InputFieldConstraintTightened' && change.filledBy) return 'note';
  // What the platform sent by default, the service may miss.
  if (change.kind === 'InputFieldDeleted' && change.filledBy && change.filledBy !== 'platform')
    return 'note';
  const isUntouched =
    change.filledBy !== undefined || change.isNotOffered || ('isSame' in change && change.isSame);
  return severity === 'error' && isUntouched ? 'warning' : severity;
}

const unreadable = (when: 'Before' | 'After', { name, line }: UnreadableFile): string =>
  `${when} the update, ${safe`${name}`} is not valid JSON (line ${line})`;

const renamings = (renamed: readonly Renaming[]): string =>
  renamed.map(({ before, after }) => safe`${before} was renamed to ${after}`).join(', and ');

/** The end of a sentence about a field that was removed from a request. */
const effectOfRemoval = ({ filledBy }: Change): string => {
  if (filledBy === 'service' || filledBy === 'callback')
    return '; flows do not send it. No action needed.';
  const effect = filledBy
    ? 'the platform no longer sends its default'
    : 'its value in flows no longer has an effect';
  return `: ${effect}. Keep it if the service still reads it.`;
};

const countOf = (value: Json | undefined): number => (Array.isArray(value) ? value.length : 0);

const isOfFields = (change: Change): boolean => /-(?:schema|properties)$/.test(keyOf(change));

/** The operation that a dynamic source calls. */
const sourceText = (source: Json | undefined): string =>
  isObject(source) ? nounOf(source.operation) : nounOf(source);
const changeOfSource = (change: BeforeAfter): string =>
  isObject(change.before) && isObject(change.after)
    ? changeOf(change)
    : `changes from ${sourceText(change.before)} to ${sourceText(change.after)}`;

/** What has a schema: a response, or what a trigger sends. */
const schemaOwner = (change: Change): string =>
  change.name === 'x-ms-notification-content'
    ? safe`what ${change.operation ?? ''} returns`
    : response(change);

/** How a list of operations changes: without a list, something applies to all of them. */
function changeOfScope(change: BeforeAfter): string {
  if (change.before !== undefined && change.after !== undefined) return changeOf(change);
  const [from, to] = [change.before, change.after].map((value) =>
    value === undefined ? 'all operations' : list(value),
  );
  return `changes from ${from} to ${to}`;
}

/** One or several operations as the subject of a verb. */
const operationsOf = (
  { name, operations }: { name: string; operations?: number },
  verb: string,
): string =>
  operations === undefined
    ? `${safe`The operation ${name}`} ${verb}s`
    : `${operations} operations ${verb}`;

function cameOrWent(change: BeforeAfter): string {
  if (change.before === undefined) return 'was added';
  return change.after === undefined ? 'was removed' : changeOf(change);
}

const hasNewScopes = ({ before, after }: BeforeAfter): boolean =>
  entryDifferences(asList(asObject(before)?.scopes), asList(asObject(after)?.scopes)).added.length >
  0;

type UnreadableFile = ChangeOf<'UpdateUnreadable' | 'PreviousVersionUnreadable'>;

/** The verdict on each kind of change. A kind without a verdict does not compile. */
export const verdicts: { [Kind in ChangeKind]: Verdict<Kind> } = {
  // operations
  OperationDeleted: error({
    description: 'An operation was removed.',
    rationale:
      'Flows refer to an operation only by its ID. Flows that use it fail at this step; if it ' +
      'is internal, the lists or fields that it fills stay empty.',
    message: ({ name, renamedTo }) =>
      renamedTo === undefined
        ? safe`The operation ${name} was removed: flows that use it fail. Keep it and mark ` +
          'it as deprecated.'
        : safe`The operation ${name} was renamed to ${renamedTo}: flows use the old ID and ` +
          'fail. Keep the ID; you can change the summary instead.',
  }),
  OperationAdded: harmless({
    description: 'An operation was added.',
    rationale: 'No flow uses it yet.',
    message: ({ name }) => safe`The operation ${name} was added. No action needed.`,
  }),
  OperationPathTemplateChanged: error({
    description: 'The path of an operation changed.',
    rationale: 'Saved flows call the old path or send values for variables that no longer exist.',
    message: (change) =>
      change.renamed
        ? `In the path of ${safe`${change.name}`}, ${renamings(change.renamed)}: flows have the ` +
          'value under the old name. Keep the old name; the service does not see it.'
        : `The path of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationMethodChanged: error({
    description: 'The HTTP method of an operation changed.',
    rationale:
      'Saved flows keep sending the old method, which the service may reject or handle ' +
      'differently.',
    message: (change) =>
      `The HTTP method of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationTriggerChanged: error({
    description:
      'A trigger became an action, an action became a trigger, or the type of a trigger changed.',
    rationale:
      'A flow starts with its trigger. If its type changes, saved flows no longer start, ' +
      'or start once for several items.',
    message: (change) =>
      `The trigger type of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationHidden: warning({
    description: 'An operation became internal.',
    rationale: 'Existing flows keep working, but makers can no longer add the operation to a flow.',
    message: ({ name, replacedBy }) =>
      replacedBy === undefined
        ? safe`The operation ${name} becomes internal: makers can no longer add it to a flow. ` +
          safe`Use ${'advanced'} to show it after the important operations.`
        : safe`The operation ${name} becomes internal: makers use ${replacedBy} instead. ` +
          'No action needed.',
  }),
  OperationVisibilityChanged: harmless({
    description: 'The visibility of an operation changed.',
    rationale: 'Existing flows are not affected.',
    message: (change) =>
      `The visibility of ${safe`${change.name}`} changes ${fromTo(change)}. No action needed.`,
  }),
  OperationDeprecated: harmless({
    description: 'An operation was marked as deprecated, or is no longer deprecated.',
    rationale: 'Existing flows keep working.',
    message: (change) =>
      `${safe`${'deprecated'}`} of ${safe`${change.name}`} changes ${fromTo(change)}. No ` +
      'action needed.',
  }),
  OperationConsumesNarrowed: warning({
    description: 'An operation no longer accepts a media type.',
    rationale: 'The request fails in flows that send this type.',
    message: (change) =>
      `${operationsOf(change, 'no longer accept')} ${list(change.before)}. Keep the type if ` +
      'flows may send it.',
  }),
  OperationProducesNarrowed: warning({
    description: 'An operation no longer returns a media type.',
    rationale: 'Flows that parse the response expect the old type.',
    message: (change) =>
      `${operationsOf(change, 'no longer return')} ${list(change.before)}. Keep the type if the ` +
      'service still returns it.',
  }),
  OperationMediaTypesWidened: harmless({
    description: 'An operation accepts or returns additional media types.',
    rationale: 'The types that existing flows use are still supported.',
    message: (change) =>
      `${operationsOf(change, 'also support')} the media types ${list(change.after)}. No action ` +
      'needed.',
  }),
  OperationSecurityChanged: warning({
    description: 'The security requirements of an operation changed.',
    rationale: 'Existing connections may not have the credentials that are now required.',
    message: (change) =>
      `The security of ${safe`${change.name}`} ${changeOf(change)}. Make sure that existing ` +
      'connections still work.',
  }),
  OperationTextChanged: minor({
    description: 'The summary or description of an operation changed.',
    rationale: 'Flows do not depend on labels and descriptions.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`} ${changeOf(change)}. No action needed.`,
  }),
  OperationPaginationChanged: warning({
    description:
      'An operation no longer has pagination, or gets the link to the next page elsewhere.',
    rationale:
      'Flows with pagination turned on get only the first page if the platform does not find the ' +
      'link to the next one.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`} ${changeOf(change)}: flows that use ` +
      'pagination may get only the first page. ' +
      (change.after === undefined
        ? safe`Keep ${keyOf(change)}.`
        : 'Make sure that the response has the link to the next page there.'),
  }),
  NotificationUrlChanged: error({
    description: 'The callback URL of flows is sent in another input, or no longer sent.',
    rationale: 'The service starts flows by calling this URL. Without it, they never start.',
    message: ({ name, before, after }) => {
      if (after.length === 0)
        return (
          `${safe`${name}`} no longer sends the callback URL of flows, which was in ` +
          `${list(before)}: the service cannot start them. Mark the input for the URL with ` +
          safe`${'"x-ms-notification-url": true'}.`
        );
      return before.length === 0
        ? `${safe`${name}`} sends the callback URL of flows in ${list(after)}. No action needed.`
        : `${safe`${name}`} sends the callback URL of flows in ${list(after)} instead of ` +
            `${list(before)}. Make sure that the service reads it there.`;
    },
  }),
  OperationAttributeChanged: harmless({
    description: 'Another property of an operation changed.',
    rationale: 'No effect on flows is known.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`} ${changeOf(change)}. No action needed.`,
  }),
  // parameters
  RequiredParameterAdded: error({
    description: 'A required parameter was added.',
    rationale:
      'Saved flows do not send it, and the designer does not add it to them. An internal ' +
      'parameter with a default is a warning: the platform sends the default, but the change ' +
      'validator reports the parameter.',
    message: (change) => {
      const { filledBy, renamedFrom, isInPath } = change;
      if (renamedFrom !== undefined)
        return (
          `${safe`The parameter ${renamedFrom}`}${of(change)} was renamed to ` +
          safe`${change.name} and is required: flows have the value under the old name, and ` +
          `names are case-sensitive. ${adviceFor(change, 'Keep the old name.')}`
        );
      const isNew = `${safe`The parameter ${change.name}`}${of(change)} is new and required`;
      if (filledBy)
        return (
          `${isNew}. ${fillers[filledBy]} Tell the reviewers: the change validator reports ` +
          'it as breaking.'
        );
      return isInPath
        ? `${isNew}, as part of the path: existing flows do not send it. Add a new version of ` +
            'the operation.'
        : `${isNew}: existing flows do not send it. Make it optional, or add a new version of ` +
            'the operation.';
    },
    phrase: asksFor,
  }),
  OptionalParameterAdded: harmless({
    description: 'An optional parameter was added.',
    rationale: 'Flows that do not send it keep working.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} is new and optional. No action needed.`,
  }),
  ParameterDeleted: warning({
    description: 'A parameter was removed.',
    rationale:
      'Flows still have a value for it. The designer drops the value when the flow is ' +
      'edited, and then the service no longer receives it.',
    message: (change) =>
      change.renamedTo === undefined
        ? `${safe`The parameter ${change.name}`}${of(change)} was removed: ` +
          (change.filledBy
            ? 'the platform no longer sends its default. '
            : 'its value in flows no longer has an effect. ') +
          'Keep the parameter if the service still reads it.'
        : `${safe`The parameter ${change.name}`}${of(change)} was renamed to ` +
          safe`${change.renamedTo}: flows have the value under the old name, and names are ` +
          'case-sensitive. Keep the old name.',
  }),
  BodyParameterRenamed: error({
    description: 'The body parameter was renamed.',
    rationale:
      'Flows store each value that a user entered under the name of the body parameter and of ' +
      'the field, such as "body/subject". Under a new name, they no longer find it.',
    message: (change) =>
      `The body parameter${of(change)} was renamed ${fromTo(change)}` +
      effectOn(
        change,
        'flows have all values of the body under the old name',
        'Keep the old name; the service does not see it.',
      ),
  }),
  ParameterLocationChanged: error({
    description: 'A parameter moved to another location, such as from the query to a header.',
    rationale: 'Existing flows send it in the old location.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} moves ${fromTo(change)}` +
      effectOn(
        change,
        'flows send it in the old location',
        'Keep it there, or add the change as a new version of the operation.',
      ),
  }),
  ParameterEncodingChanged: warning({
    description: 'The encoding of a parameter changed.',
    rationale: 'The service receives different values if they contain special characters.',
    message: (change) =>
      `The encoding of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Make sure that the service still receives values with slashes and spaces ' +
      'correctly.',
  }),
  ParameterCollectionFormatChanged: warning({
    description: 'The format in which an array is sent changed.',
    rationale:
      'The service may read an array in one format as a single value in the other, or the reverse.',
    message: (change) =>
      `The collection format of ${safe`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. Keep the format that the service reads.`,
  }),
  // what a flow sends
  RequiredInputFieldAdded: error({
    description: 'A required field was added to a request.',
    rationale: 'Saved flows do not send it.',
    message: (change) =>
      change.renamedFrom === undefined
        ? `${safe`The field ${change.name}`}${of(change)} is new and required` +
          effectOn(
            change,
            'existing flows do not send it',
            'Make it optional, or add a new version of the operation.',
          )
        : `${safe`The field ${change.renamedFrom}`}${of(change)} was renamed to ` +
          safe`${change.name} and is required` +
          effectOn(change, 'flows send the old name, and names are case-sensitive', version),
    phrase: asksFor,
  }),
  OptionalInputFieldAdded: harmless({
    description: 'An optional field was added to a request.',
    rationale: 'Flows that do not send it keep working.',
    message: (change) =>
      `${capital(fieldOf(change, change.nameless ? input(change) : `the field ${input(change)}`))} ` +
      'is new and optional. No action needed.',
  }),
  InputFieldDeleted: warning({
    description: 'A field was removed from a request.',
    rationale:
      'Flows still have a value for it. The designer drops the value when the flow is ' +
      'edited, and then the service no longer receives it.',
    message: (change) =>
      change.renamedTo === undefined
        ? `${capital(fieldOf(change, change.nameless ? input(change) : `the field ${input(change)}`))} ` +
          `was removed${effectOfRemoval(change)}`
        : `${safe`The field ${change.name}`}${of(change)} was renamed to ` +
          safe`${change.renamedTo}: flows send the old name, and names are case-sensitive. ` +
          'Keep the old name.',
  }),
  InputFieldOptionalToRequired: error({
    description: 'An optional field or parameter became required.',
    rationale: 'Flows that do not send it fail.',
    message: (change) =>
      `${capital(input(change))} becomes required` +
      effectOn(
        change,
        'flows that do not send it fail',
        'Keep it optional, or add a new version of the operation.',
      ),
    phrase: ({ operation, names }) => `${operation} now requires ${names}`,
  }),
  InputFieldRequiredToOptional: harmless({
    description: 'A required field or parameter became optional.',
    rationale: 'Existing flows send it anyway.',
    message: (change) => `${capital(input(change))} becomes optional. No action needed.`,
  }),
  InputFieldTypeChanged: error({
    description: 'The type of a field or parameter changed.',
    rationale: 'Flows send a value of the old type, which the platform or the service rejects.',
    message: (change) =>
      `The type of ${input(change)} changes ${fromToType(change)}. ` +
      (change.isSame ? sameType : adviceFor(change, version)),
    phrase: ({ operation, counted, inParentheses }) =>
      `${operation} expects a different type for ${counted('input')}${inParentheses}`,
  }),
  InputFieldTypeWidened: harmless({
    description: 'A field or parameter accepts more types than before.',
    rationale: 'The values that flows send are still valid.',
    message: (change) =>
      `The type of ${input(change)} changes ${fromToType(change)}, which still accepts the old ` +
      'values. No action needed.',
  }),
  InputFieldTypeFormatChanged: error({
    description: 'The format of a field or parameter changed.',
    rationale:
      'The values that flows send may be invalid in the new format, and the designer shows ' +
      'a different input field.',
    message: (change) =>
      `The format of ${input(change)} changes ${fromTo(change)}. ${adviceFor(change, version)}`,
    phrase: ({ operation, counted, inParentheses }) =>
      `${operation} expects a different format for ${counted('input')}${inParentheses}`,
  }),
  InputFieldTypeFormatWidened: harmless({
    description: 'A field or parameter accepts a wider format.',
    rationale: 'The values that flows send are still valid.',
    message: (change) =>
      `The format of ${input(change)} changes ${fromTo(change)}, which still accepts the old ` +
      'values. No action needed.',
  }),
  InputFieldEnumValueRemoved: error({
    description: 'An allowed value was removed.',
    rationale: 'The request fails in flows that send this value.',
    message: (change) =>
      `${list(change.before)} ${countOf(change.before) === 1 ? 'is' : 'are'} no longer allowed ` +
      `for ` +
      input(change) +
      effectOn(
        change,
        `flows that send ${countOf(change.before) === 1 ? 'it' : 'them'} fail`,
        `Keep the value${countOf(change.before) === 1 ? '' : 's'}, or add a new version of the ` +
          'operation.',
      ),
  }),
  InputFieldEnumAdded: error({
    description: 'A field or parameter that accepted any value now has an `enum`.',
    rationale: 'Flows that send any other value fail.',
    message: (change) =>
      `${capital(input(change))} now accepts only ${list(change.after)}` +
      effectOn(
        change,
        'flows that send any other value fail',
        'Remove the `enum`, or offer the values with dynamic values.',
      ),
  }),
  InputFieldEnumWidened: harmless({
    description: 'More values, or all values, are allowed.',
    rationale: 'The values that flows send are still allowed.',
    message: (change) =>
      `${capital(input(change))} also accepts ` +
      `${countOf(change.after) === 0 ? 'any other value' : list(change.after)}. No action needed.`,
  }),
  InputFieldConstraintTightened: warning({
    description: 'A limit of a field or parameter became stricter.',
    rationale: 'The request fails in flows that send a value beyond the new limit.',
    message: (change) =>
      `${safe`${keyOf(change)}`} of ${input(change)} changes ${fromTo(change)}` +
      effectOn(
        change,
        'values that were accepted before may be rejected',
        'Keep the old limit unless the service enforces the new one.',
      ),
  }),
  InputFieldConstraintLoosened: harmless({
    description: 'A limit of a field or parameter became less strict.',
    rationale: 'The values that flows send are still valid.',
    message: (change) =>
      `${safe`${keyOf(change)}`} of ${input(change)} changes ${fromTo(change)}. No action needed.`,
  }),
  InputFieldDefaultChanged: warning({
    description: 'A default changed or was removed.',
    rationale:
      'Flows that leave the field empty send a different value, and their makers do not notice.',
    message: (change) =>
      `The default of ${input(change)} ${changeOf(change)}: flows that leave it empty behave ` +
      'differently. ' +
      (change.before === undefined
        ? 'Remove the default, unless the service assumes the same value.'
        : 'Keep the default.'),
  }),
  InputFieldHidden: warning({
    description: 'A field or parameter became internal or read-only.',
    rationale:
      'When a flow is edited, the value that its maker entered is replaced by the default ' +
      'or dropped.',
    message: (change) =>
      keyOf(change) === 'readOnly'
        ? `${capital(input(change))} becomes read-only: makers can no longer set its value. ` +
          safe`Remove ${'readOnly'} if the service accepts the value.`
        : `${capital(input(change))} becomes internal: makers can no longer set ` +
          safe`its value. Use ${'advanced'} to show it after the important fields.`,
  }),
  // what a flow receives
  OutputFieldDeleted: error({
    description: 'A field was removed from a response.',
    rationale: 'Steps that use it get an empty value, most of them without an error.',
    message: (change) =>
      change.renamedTo === undefined
        ? `${capital(fieldOf(change, output(change)))} was removed: steps that use it get an ` +
          `empty value. ${outputAdvice(change, 'Keep it, or add a new version of the operation.')}`
        : `${capital(output(change))} was renamed to ` +
          safe`${change.renamedTo}: steps that use the old name get an empty value, and ` +
          'names are case-sensitive. Keep the old name.',
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'disappears' : 'disappear'} from ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldAdded: harmless({
    description: 'A field was added to a response.',
    rationale: 'No step uses it yet.',
    message: (change) => `${capital(fieldOf(change, output(change)))} was added. No action needed.`,
  }),
  OutputFieldTypeChanged: error({
    description: 'The type of a response field changed.',
    rationale:
      'Steps that use it expect the old type: conditions compare wrongly, loops fail, and ' +
      'the response may fail validation.',
    message: (change) =>
      `The type of ${output(change)} changes ${fromToType(change)}. ` +
      (change.isSame ? sameType : outputAdvice(change, version)),
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'has' : 'have'} a different type in ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldTypeFormatChanged: error({
    description: 'The format of a response field changed.',
    rationale:
      'Steps that use it expect the old format: they may misread dates or overflow numbers.',
    message: (change) =>
      `The format of ${output(change)} changes ${fromTo(change)}. ${outputAdvice(change, version)}`,
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'has' : 'have'} a different format in ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldEnumWidened: warning({
    description: 'A response field can have additional values.',
    rationale: 'Conditions and switches in existing flows do not handle them.',
    message: (change) =>
      `${capital(output(change))} can also be ` +
      `${countOf(change.after) === 0 ? 'any other value' : list(change.after)}. Announce that in ` +
      'the readme.',
  }),
  OutputFieldEnumNarrowed: harmless({
    description: 'A response field can have fewer values.',
    rationale: 'Existing flows already handle the remaining values.',
    message: (change) => `${capital(output(change))} can have fewer values. No action needed.`,
  }),
  OutputFieldNullable: warning({
    description: 'A response field can be null.',
    rationale: 'Steps that calculate with it fail if it is null.',
    message: (change) =>
      `${capital(output(change))} can now be null. Without a ` +
      'value, omit the field or return an empty value of its type.',
  }),
  OutputFieldNoLongerRequired: warning({
    description: 'A response field is no longer always present.',
    rationale: 'Steps that rely on it get an empty value.',
    message: (change) => `${capital(output(change))} may now be missing. Keep returning it always.`,
  }),
  OutputFieldNowRequired: harmless({
    description: 'A response field is now always present.',
    rationale: 'Steps that use it can rely on it.',
    message: (change) => `${capital(output(change))} is now always present. No action needed.`,
  }),
  OutputHeaderDeleted: warning({
    description: 'A header was removed from a response.',
    rationale:
      'The designer no longer offers it. Steps that use it work until the service stops ' +
      'sending it, and then get an empty value.',
    message: (change) =>
      `The header ${safe`${change.name}`}${of(change)} was removed: steps that use it ` +
      'may get an empty value. Keep it if the service still sends it.',
  }),
  OutputHeaderAdded: harmless({
    description: 'A header was added to a response.',
    rationale: 'No step uses it yet.',
    message: (change) =>
      `The header ${safe`${change.name}`}${of(change)} was added. No action needed.`,
  }),
  SuccessResponseDeleted: error({
    description: 'A successful response was removed.',
    rationale: 'Later steps use its outputs, and all of them are gone.',
    message: (change) =>
      change.isEmpty
        ? `${capital(response(change))} was removed; no outputs are lost. No action needed.`
        : `${capital(response(change))} was removed, with all its outputs. ` +
          outputAdvice(change, 'Keep it, or add a new version of the operation.'),
  }),
  SuccessCodeChanged: harmless({
    description: 'The successful response has another status.',
    rationale: 'The designer offers the outputs of the successful response, whatever its status.',
    message: (change) =>
      `${safe`${change.operation ?? ''}`} returns ${responseCalled(asText(change.after) ?? '')} ` +
      `instead of ${responseCalled(asText(change.before) ?? '')}. No action needed.`,
  }),
  ResponseAdded: harmless({
    description: 'A response was added.',
    rationale: 'The existing responses are unchanged.',
    message: (change) => `${capital(response(change))} was added. No action needed.`,
  }),
  ResponseDeleted: harmless({
    description: 'An error response was removed.',
    rationale: 'A failed call still fails in the same way.',
    message: (change) => `${capital(response(change))} was removed. No action needed.`,
  }),
  ErrorResponseChanged: harmless({
    description: 'An error response changed.',
    rationale: 'Flows rarely use the content of an error.',
    message: (change) =>
      `${capital(response(change))} changes, which reports an error. No action needed.`,
  }),
  ResponseSchemaDeleted: error({
    description: 'The schema of a response was removed.',
    rationale:
      'All its outputs disappear from the designer, and steps that use them lose their values.',
    message: (change) => {
      const { insteadOf } = change;
      if (insteadOf !== undefined)
        return (
          `${safe`${change.operation ?? ''}`} now returns ${responseCalled(change.name)}, ` +
          `without a schema: the outputs of ${responseCalled(insteadOf)} are gone. Add the schema.`
        );
      return change.isEmpty
        ? `${capital(schemaOwner(change))} no longer has a schema; no outputs are lost. No ` +
            'action needed.'
        : `${capital(schemaOwner(change))} no longer has a schema: all its outputs are gone. ` +
            outputAdvice(change, 'Keep the schema.');
    },
  }),
  ResponseSchemaAdded: harmless({
    description: 'A schema was added to a response.',
    rationale: 'Flows that parse the response themselves keep working.',
    message: (change) => `${capital(schemaOwner(change))} now has a schema. No action needed.`,
  }),
  // both inputs and outputs
  DynamicSourceChanged: warning({
    description: 'The source of dynamic values or of a dynamic schema changed.',
    rationale: 'Values that makers selected from the old source may not exist in the new one.',
    message: (change) =>
      `The source of ${isOfFields(change) ? 'the fields' : 'the values'} of ${either(change)} ` +
      `${changeOfSource(change)}. Make sure that values selected before are still valid.`,
  }),
  FieldVisibilityChanged: harmless({
    description: 'The visibility of a field changed.',
    rationale: 'Existing flows are not affected.',
    message: (change) =>
      `The visibility of ${either(change)} changes ${fromTo(change)}. No action needed.`,
  }),
  FieldTextChanged: minor({
    description: 'A label or description of a field, parameter or response changed.',
    rationale: 'Flows do not depend on labels and descriptions.',
    message: (change) =>
      `${safe`${keyOf(change)}`} of ${either(change)} ${changeOf(change)}. No action needed.`,
  }),
  FieldAttributeChanged: harmless({
    description: 'Another property of a field, parameter or response changed.',
    rationale: 'No effect on flows is known.',
    message: (change) =>
      `${safe`${keyOf(change)}`} of ${either(change)} ${changeOf(change)}. No action needed.`,
  }),
  // the connector
  HostChanged: warning({
    description: 'The host of the connector changed.',
    rationale:
      'Every flow calls the new host, with the credentials that users entered for the old one.',
    message: (change) =>
      `The host changes ${fromTo(change)}. Make sure that the new host accepts the same ` +
      'accounts and returns the same responses.',
  }),
  BasePathChanged: warning({
    description: 'The base path of all operations changed.',
    rationale: 'Every flow calls the new URL.',
    message: (change) =>
      `The base path changes ${fromTo(change)}` +
      (change.isSame
        ? ', and the paths of the operations with it. No action needed.'
        : '. Make sure that all operations return the same responses there.'),
  }),
  SchemeRemoved: warning({
    description: 'The connector no longer supports a scheme.',
    rationale: 'Calls fail if the service is reachable only with this scheme.',
    message: (change) =>
      `The scheme ${list(change.before)}${of(change)} was removed. Make sure that the service ` +
      'is reachable with the remaining schemes.',
  }),
  SchemeAdded: harmless({
    description: 'The connector supports an additional scheme.',
    rationale: 'The scheme in use is still supported.',
    message: (change) =>
      `The scheme ${list(change.after)}${of(change)} was added. Remove it unless it is https.`,
  }),
  SecurityDefinitionChanged: warning({
    description: 'A security definition changed.',
    rationale: 'Existing connections may not have the credentials that are now required.',
    message: (change) =>
      `${safe`The security definition ${change.name}`} ${cameOrWent(change)}. Make sure that ` +
      'existing connections still work.',
  }),
  SecurityChanged: warning({
    description: 'The security requirements of several operations changed.',
    rationale: 'Existing connections may not have the credentials that are now required.',
    message: (change) =>
      `The security of ` +
      `${change.operations === 1 ? 'an operation' : `${change.operations} operations`} ` +
      `${changeOf(change)}. Make sure that existing connections still work.`,
  }),
  TitleChanged: warning({
    description: 'The title of the connector changed.',
    rationale:
      'Users search for the old title, and the title of a published connector cannot change.',
    message: (change) => `The title changes ${fromTo(change)}. Keep the old title.`,
  }),
  ConnectorTextChanged: minor({
    description: 'The description or another text about the connector changed.',
    rationale: 'Flows do not depend on labels and descriptions.',
    message: (change) =>
      `${safe`${change.name}`} of the connector ${changeOf(change)}. No action needed.`,
  }),
  ConnectorMetadataChanged: minor({
    description: 'The links, tags or categories of the connector changed.',
    rationale: 'Flows do not depend on them.',
    message: (change) => `${safe`${change.name}`} ${changeOf(change)}. No action needed.`,
  }),
  ConnectorAttributeChanged: harmless({
    description: 'Another property of the connector changed.',
    rationale: 'No effect on flows is known.',
    message: (change) => `${safe`${change.name}`} ${changeOf(change)}. No action needed.`,
  }),
  // apiProperties.json
  PropertiesWrapperDeleted: error({
    description: 'apiProperties.json no longer has `properties` or `connectionParameters`.',
    rationale:
      'Everything in the file belongs in `properties`, and each connection parameter into ' +
      '`connectionParameters`. Without them, the platform finds no connection parameters, and ' +
      'existing connections stop working.',
    message: ({ name, misnamed }) => {
      if (misnamed === 'properties')
        return (
          'The file has `properties` twice around its content: the platform finds no connection ' +
          'parameters and no policies. Remove the inner `properties`.'
        );
      if (misnamed !== undefined)
        return (
          safe`The content of the file is in ${misnamed}, no longer in ${'properties'}: the ` +
          'platform finds no connection parameters and no policies. Rename it back.'
        );
      return name === 'properties'
        ? 'The file no longer has `properties` around its content: the platform finds no ' +
            'connection parameters and no policies. Put `properties` back around everything.'
        : 'The connection parameters are no longer in `connectionParameters`: the platform does ' +
            'not find them, and existing connections stop working. Put `connectionParameters` ' +
            'back around them.';
    },
    acknowledgeable: false,
  }),
  AuthenticationTypeChanged: error({
    description: 'The way users sign in changed.',
    rationale:
      'Every existing connection stops working, and so does every flow that uses it. An ' +
      'update must never do this.',
    message: ({ before, after }) =>
      `The authentication changes from ${list(before)} to ${list(after)}: existing ` +
      'connections stop working. Keep the old way to sign in, and add the new one as ' +
      'a connection parameter set.',
    acknowledgeable: false,
  }),
  RequiredConnectionParameterAdded: error({
    description: 'A required connection parameter was added.',
    rationale: 'Existing connections have no value for it.',
    message: ({ name }) =>
      safe`The connection parameter ${name} is new and required: existing connections ` +
      'have no value for it. Make it optional.',
  }),
  OptionalConnectionParameterAdded: harmless({
    description: 'An optional connection parameter was added.',
    rationale: 'Existing connections keep working without it.',
    message: ({ name }) => safe`The connection parameter ${name} was added. No action needed.`,
  }),
  ConnectionParameterDeleted: error({
    description: 'A connection parameter was removed.',
    rationale: 'The values that existing connections have for it are no longer sent.',
    message: ({ name, renamedTo }) =>
      renamedTo === undefined
        ? safe`The connection parameter ${name} was removed: its value in existing ` +
          'connections is no longer used. Keep it.'
        : safe`The connection parameter ${name} was renamed to ${renamedTo}: existing ` +
          'connections have the value under the old name. Keep the old name.',
  }),
  ConnectionParameterTypeChanged: error({
    description: 'The type of a connection parameter changed.',
    rationale: 'Existing connections have a value of the old type.',
    message: (change) =>
      safe`The type of the connection parameter ${change.name} changes ` +
      `${fromTo(change)}. Keep the type.`,
  }),
  ConnectionParameterTextChanged: minor({
    description: 'A label or tooltip of a connection parameter changed.',
    rationale: 'Existing connections do not depend on labels and tooltips.',
    message: ({ name }) =>
      safe`The label or tooltip of the connection parameter ${name} changes. No action needed.`,
  }),
  ConnectionParameterChanged: warning({
    description: 'Another property of a connection parameter changed.',
    rationale: 'Existing connections were created with the old settings.',
    message: (change) =>
      `${safe`${keyOf(change)}`} of the connection parameter ${safe`${change.name}`} ` +
      `${changeOf(change)}. ` +
      (hasNewScopes(change)
        ? 'Users must consent to new scopes: make sure that existing connections work without them.'
        : 'Make sure that existing connections still work.'),
  }),
  PolicyAdded: warning({
    description: 'A policy was added.',
    rationale: 'It changes the requests or responses of existing flows.',
    message: ({ name }) =>
      safe`The policy ${name} was added. Make sure that it does not change requests and ` +
      'responses that existing flows rely on.',
  }),
  PolicyDeleted: warning({
    description: 'A policy was removed.',
    rationale: 'Existing flows rely on the changes that it makes to requests or responses.',
    message: ({ name }) =>
      safe`The policy ${name} was removed. Make sure that requests and responses stay the ` +
      'same without it.',
  }),
  PolicyChanged: warning({
    description: 'The parameters of a policy changed.',
    rationale: 'It changes requests or responses in a way that existing flows do not expect.',
    message: (change) =>
      `${safe`${keyOf(change)} of the policy ${change.name}`} ${changeOf(change)}. Make sure ` +
      'that requests and responses stay the same.',
  }),
  PolicyOperationsChanged: warning({
    description: 'A policy applies to different operations.',
    rationale:
      'Flows that use an operation on only one of the two lists send different requests ' +
      'or get different responses.',
    message: (change) =>
      `The list of operations of the policy ${safe`${change.name}`} ${changeOfScope(change)}. ` +
      'Make sure that each operation still works for existing flows.',
  }),
  ScriptOperationsChanged: warning({
    description: 'The script runs for different operations.',
    rationale:
      'Flows that use an operation on only one of the two lists send different requests or ' +
      'get different responses.',
    message: (change) =>
      `The list of operations of the script ${changeOfScope(change)}. Make sure that each ` +
      'operation still works for existing flows.',
  }),
  BrandChanged: minor({
    description: 'The color, the publisher or the stack owner changed.',
    rationale: 'Flows do not depend on them.',
    message: (change) => `${safe`${change.name}`} ${changeOf(change)}. No action needed.`,
  }),
  PropertyChanged: harmless({
    description: 'Another property in apiProperties.json changed.',
    rationale: 'No effect on flows is known.',
    message: (change) => `${safe`${change.name}`} ${changeOf(change)}. No action needed.`,
  }),
  // other files, and the connector as a whole
  ConnectorDeleted: error({
    description: 'A connector was removed from the repository.',
    rationale:
      'Flows still use the published connector, but no one maintains it, ' +
      'and users who look for its source find nothing.',
    message: ({ name }) =>
      safe`The connector ${name} was removed. Keep the folder, and mark its operations as ` +
      'deprecated until no flow uses them.',
  }),
  ScriptChanged: warning({
    description: 'The script changed.',
    rationale: 'A comparison cannot show how this affects requests and responses.',
    message: ({ cameOrWent: event }) =>
      `The script ${event ? `was ${event}` : 'changes'}. Make sure that requests and responses ` +
      'of existing flows stay the same.',
  }),
  DocumentationChanged: minor({
    description: 'The readme or the icon changed.',
    rationale: 'Flows do not depend on them.',
    message: ({ name, cameOrWent: event }) =>
      `${safe`The file ${name}`} ${event ? `was ${event}` : 'changes'}. No action needed.`,
  }),
  UpdateUnreadable: error({
    description: 'The update makes a file unreadable or invalid JSON, or removes it.',
    rationale:
      'The platform rejects the file, and Gatehouse can compare it only if its meaning is ' +
      'unambiguous.',
    message: (change) =>
      change.isGone
        ? `The update removes ${safe`${change.name}`}: the platform cannot read the connector ` +
          'without it. Put it back.'
        : `${unreadable('After', change)}. ${capital(change.issue)}` +
          (change.isCertain ? '' : ' Gatehouse did not compare the file.'),
    acknowledgeable: false,
  }),
  PreviousVersionUnreadable: error({
    description: 'A file of the previous version is unreadable or not valid JSON.',
    rationale:
      'If the meaning of the file is ambiguous, it is unknown what users have now and what the ' +
      'update breaks.',
    message: (change) =>
      change.isCertain
        ? `${unreadable('Before', change)}, but its meaning is unambiguous. No action needed.`
        : `${unreadable('Before', change)}, so Gatehouse cannot tell what the update breaks. ` +
          'Compare it with the published version.',
  }),
  TooManyChanges: error({
    description: 'The update has more changes than Gatehouse lists.',
    rationale: 'The changes that are not listed may break flows.',
    message: ({ listed }) =>
      'The update has more changes than Gatehouse lists' +
      `${listed > 0 ? ` (${listed} are listed)` : ''}. Split the update.`,
  }),
};
