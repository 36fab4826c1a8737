import { safe, type Severity } from '../shared/finding.ts';
import type { Json } from '../json/values.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';
import type { BeforeAfter } from './json-differences.ts';

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
    ? `${operation} asks for a new required ${names}`
    : `${operation} asks for ${count} new required inputs${inParentheses}`;

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
const quoted = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : safe`${shown(value)}`;
const fromTo = ({ before, after }: BeforeAfter): string =>
  `from ${quoted(before)} to ${quoted(after)}`;
const of = ({ operation }: Change): string =>
  operation === undefined ? '' : safe` of ${operation}`;
/** The keyword that changed: the last segment of the subject. */
const keyOf = ({ subject }: Change): string => subject.split('/').at(-1) ?? '';
const list = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.map(shown) : [shown(value)];

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

/** The verdict on each kind of change. A kind without a verdict does not compile. */
export const verdicts: { [Kind in ChangeKind]: Verdict<Kind> } = {
  // operations
  OperationDeleted: error({
    description: 'An operation was removed.',
    rationale:
      'Flows find an operation only by its ID. Flows that use it fail at this step; if it ' +
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
      `The path of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
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
    message: ({ name }) =>
      safe`The operation ${name} becomes internal: makers can no longer add it to a flow. ` +
      safe`Use ${'advanced'} to show it after the important operations.`,
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
    message: ({ name, before }) =>
      safe`The operation ${name} no longer accepts ${list(before)}. Keep the type if flows ` +
      'may send it.',
  }),
  OperationProducesNarrowed: warning({
    description: 'An operation no longer returns a media type.',
    rationale: 'Flows that parse the response expect the old type.',
    message: ({ name, before }) =>
      safe`The operation ${name} no longer returns ${list(before)}. Keep the type if the ` +
      'service still returns it.',
  }),
  OperationMediaTypesWidened: harmless({
    description: 'An operation accepts or returns additional media types.',
    rationale: 'The types that existing flows use are still supported.',
    message: ({ name, after }) =>
      safe`The operation ${name} also supports the media types ${list(after)}. No action needed.`,
  }),
  OperationSecurityChanged: warning({
    description: 'The security requirements of an operation changed.',
    rationale: 'Existing connections may not have the credentials that are now required.',
    message: ({ name }) =>
      safe`The security requirements of ${name} change. Make sure that existing ` +
      'connections still work.',
  }),
  OperationTextChanged: minor({
    description: 'The summary or description of an operation changed.',
    rationale: 'Flows do not depend on texts.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`} changes ${fromTo(change)}. No action needed.`,
  }),
  OperationAttributeChanged: harmless({
    description: 'Another property of an operation changed.',
    rationale: 'No effect on flows is known.',
    message: (change) => `${safe`${change.subject} changes`} ${fromTo(change)}. No action needed.`,
  }),
  // parameters
  RequiredParameterAdded: error({
    description: 'A required parameter was added.',
    rationale:
      'Saved flows do not send it, and the designer does not add it to them, even if it ' +
      'is internal and has a default.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} is new and required: existing ` +
      'flows do not send it. Make it optional, or add a new version of the operation.',
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
      `${safe`The parameter ${change.name}`}${of(change)} was removed: its value in ` +
      'flows no longer has an effect. Keep the parameter if the service still reads it.',
  }),
  ParameterLocationChanged: error({
    description: 'A parameter moved to another location, such as from the query to a header.',
    rationale: 'Existing flows send it in the old location.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} moves ${fromTo(change)}. ${version}`,
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
        ? `${safe`The field ${change.name}`}${of(change)} is new and required: existing ` +
          'flows do not send it. Make it optional, or add a new version of the operation.'
        : `${safe`The field ${change.renamedFrom}`}${of(change)} was renamed to ` +
          safe`${change.name} and is required: flows send the old name, and names are ` +
          `case-sensitive. ${version}`,
    phrase: asksFor,
  }),
  OptionalInputFieldAdded: harmless({
    description: 'An optional field was added to a request.',
    rationale: 'Flows that do not send it keep working.',
    message: (change) =>
      `${safe`The field ${change.name}`}${of(change)} is new and optional. No action needed.`,
  }),
  InputFieldDeleted: warning({
    description: 'A field was removed from a request.',
    rationale:
      'Flows still have a value for it. The designer drops the value when the flow is ' +
      'edited, and then the service no longer receives it.',
    message: (change) =>
      change.renamedTo === undefined
        ? `${safe`The field ${change.name}`}${of(change)} was removed: its value in flows ` +
          'no longer has an effect. Keep the field if the service still reads it.'
        : `${safe`The field ${change.name}`}${of(change)} was renamed to ` +
          safe`${change.renamedTo}: flows send the old name, and names are case-sensitive. ` +
          'Keep the old name.',
  }),
  InputFieldOptionalToRequired: error({
    description: 'An optional field or parameter became required.',
    rationale: 'Flows that do not send it fail.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} becomes required: flows that do not send it ` +
      'fail. Keep it optional, or add a new version of the operation.',
    phrase: ({ operation, names }) => `${operation} cannot do without ${names} any more`,
  }),
  InputFieldRequiredToOptional: harmless({
    description: 'A required field or parameter became optional.',
    rationale: 'Existing flows send it anyway.',
    message: (change) => `${safe`${change.name}`}${of(change)} becomes optional. No action needed.`,
  }),
  InputFieldTypeChanged: error({
    description: 'The type of a field or parameter changed.',
    rationale: 'Flows send a value of the old type, which the platform or the service rejects.',
    message: (change) =>
      `The type of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ${version}`,
    phrase: ({ operation, counted, inParentheses }) =>
      `${operation} takes ${counted('input')} of another type${inParentheses}`,
  }),
  InputFieldTypeWidened: harmless({
    description: 'A field or parameter accepts more types than before.',
    rationale: 'The values that flows send are still valid.',
    message: (change) =>
      `The type of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}, which ` +
      'still accepts the old values. No action needed.',
  }),
  InputFieldTypeFormatChanged: error({
    description: 'The format of a field or parameter changed.',
    rationale:
      'The values that flows send may be invalid in the new format, and the designer shows ' +
      'a different input field.',
    message: (change) =>
      `The format of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ${version}`,
    phrase: ({ operation, counted, inParentheses }) =>
      `${operation} takes ${counted('input')} in another format${inParentheses}`,
  }),
  InputFieldTypeFormatWidened: harmless({
    description: 'A field or parameter accepts a wider format.',
    rationale: 'The values that flows send are still valid.',
    message: (change) =>
      `The format of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}, ` +
      'which still accepts the old values. No action needed.',
  }),
  InputFieldEnumValueRemoved: error({
    description: 'An allowed value was removed.',
    rationale: 'The request fails in flows that send this value.',
    message: (change) =>
      safe`${list(change.before)} is no longer allowed for ` +
      `${safe`${change.name}`}${of(change)}: flows that send it fail. Keep the value, or ` +
      'add a new version of the operation.',
  }),
  InputFieldEnumAdded: error({
    description: 'A field or parameter that accepted any value now has an `enum`.',
    rationale: 'Flows that send any other value fail.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} now accepts only ` +
      safe`${list(change.after)}: flows that send any other value fail. Remove the ` +
      '`enum`, or offer the values with dynamic values.',
  }),
  InputFieldEnumWidened: harmless({
    description: 'More values, or all values, are allowed.',
    rationale: 'The values that flows send are still allowed.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} accepts more values. No action needed.`,
  }),
  InputFieldConstraintTightened: warning({
    description: 'A limit of a field or parameter became stricter.',
    rationale: 'The request fails in flows that send a value beyond the new limit.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}: values that were accepted before may be rejected. Keep the old ` +
      'limit unless the service enforces the new one.',
  }),
  InputFieldConstraintLoosened: harmless({
    description: 'A limit of a field or parameter became less strict.',
    rationale: 'The values that flows send are still valid.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. No action needed.`,
  }),
  InputFieldDefaultChanged: warning({
    description: 'A default changed or was removed.',
    rationale:
      'Flows that leave the field empty send a different value, and their makers do not notice.',
    message: (change) =>
      `The default of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}: ` +
      'flows that leave it empty behave differently. Keep the default.',
  }),
  InputFieldHidden: warning({
    description: 'A field or parameter became internal.',
    rationale:
      'When a flow is edited, the value that its maker entered is replaced by the default ' +
      'or dropped.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} becomes internal: makers can no longer set ` +
      safe`its value. Use ${'advanced'} to show it after the important fields.`,
  }),
  // what a flow receives
  OutputFieldDeleted: error({
    description: 'A field was removed from a response.',
    rationale: 'Steps that use it get an empty value, most of them without an error.',
    message: (change) =>
      change.renamedTo === undefined
        ? `The output ${safe`${change.name}`}${of(change)} was removed: steps that use it ` +
          'get an empty value. Keep it, or add a new version of the operation.'
        : `The output ${safe`${change.name}`}${of(change)} was renamed to ` +
          safe`${change.renamedTo}: steps that use the old name get an empty value, and ` +
          'names are case-sensitive. Keep the old name.',
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'disappears' : 'disappear'} from ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldAdded: harmless({
    description: 'A field was added to a response.',
    rationale: 'No step uses it yet.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} was added. No action needed.`,
  }),
  OutputFieldTypeChanged: error({
    description: 'The type of a response field changed.',
    rationale:
      'Steps that use it expect the old type: conditions compare wrongly, loops fail, and ' +
      'the response may fail validation.',
    message: (change) =>
      `The type of the output ${safe`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. ${version}`,
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'is' : 'are'} of another type in ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldTypeFormatChanged: error({
    description: 'The format of a response field changed.',
    rationale:
      'Steps that use it expect the old format: they may misread dates or overflow numbers.',
    message: (change) =>
      `The format of the output ${safe`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. ${version}`,
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'has' : 'have'} another format in ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldEnumWidened: warning({
    description: 'A response field can have additional values.',
    rationale: 'Conditions and switches in existing flows do not handle them.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} can have additional values. ` +
      'Announce them in the readme.',
  }),
  OutputFieldEnumNarrowed: harmless({
    description: 'A response field can have fewer values.',
    rationale: 'Existing flows already handle the remaining values.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} can have fewer values. No action needed.`,
  }),
  OutputFieldNullable: warning({
    description: 'A response field can be null.',
    rationale: 'Steps that calculate with it fail if it is null.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} can now be null. Without a ` +
      'value, omit the field or return an empty value of its type.',
  }),
  OutputFieldNoLongerRequired: warning({
    description: 'A response field is no longer always present.',
    rationale: 'Steps that rely on it get an empty value.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} may now be missing. Keep ` +
      'returning it always.',
  }),
  OutputFieldNowRequired: harmless({
    description: 'A response field is now always present.',
    rationale: 'Steps that use it can rely on it.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} is now always present. No action needed.`,
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
      `${safe`The response ${change.name}`}${of(change)} was removed, with all its ` +
      'outputs. Keep it, or add a new version of the operation.',
  }),
  ResponseAdded: harmless({
    description: 'A response was added.',
    rationale: 'The existing responses are unchanged.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} was added. No action needed.`,
  }),
  ResponseDeleted: harmless({
    description: 'An error response was removed.',
    rationale: 'A failed call still fails in the same way.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} was removed. No action needed.`,
  }),
  ErrorResponseChanged: harmless({
    description: 'An error response changed.',
    rationale: 'Flows rarely use the content of an error.',
    message: (change) =>
      safe`${change.subject.split(`/responses/${change.name}/`).slice(1).join('/')} of ` +
      `${safe`the error response ${change.name}`}${of(change)} changes. No action needed.`,
  }),
  ResponseSchemaDeleted: error({
    description: 'The schema of a response was removed.',
    rationale:
      'All its outputs disappear from the designer, and steps that use them lose their values.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} no longer has a schema: all its ` +
      'outputs are gone. Keep the schema.',
  }),
  ResponseSchemaAdded: harmless({
    description: 'A schema was added to a response.',
    rationale: 'Flows that parse the response themselves keep working.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} now has a schema. No action needed.`,
  }),
  // both inputs and outputs
  DynamicSourceChanged: warning({
    description: 'The source of dynamic values or of a dynamic schema changed.',
    rationale: 'Values that makers selected from the old source may not exist in the new one.',
    message: (change) =>
      `The dynamic source of ${safe`${change.name}`}${of(change)} changes. Make sure ` +
      'that values selected before are still valid.',
  }),
  FieldVisibilityChanged: harmless({
    description: 'The visibility of a field changed.',
    rationale: 'Existing flows are not affected.',
    message: (change) =>
      `The visibility of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'No action needed.',
  }),
  FieldTextChanged: minor({
    description: 'A text of a field, parameter or response changed.',
    rationale: 'Flows do not depend on texts.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. No action needed.`,
  }),
  FieldAttributeChanged: harmless({
    description: 'Another property of a field, parameter or response changed.',
    rationale: 'No effect on flows is known.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. No action needed.`,
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
      `The base path changes ${fromTo(change)}. Make sure that all operations return the ` +
      'same responses there.',
  }),
  SchemeRemoved: warning({
    description: 'The connector no longer supports a scheme.',
    rationale: 'Calls fail if the service is reachable only with this scheme.',
    message: ({ before }) =>
      safe`The scheme ${list(before)} was removed. Make sure that the service is reachable ` +
      'with the remaining schemes.',
  }),
  SchemeAdded: harmless({
    description: 'The connector supports an additional scheme.',
    rationale: 'The scheme in use is still supported.',
    message: ({ after }) =>
      safe`The scheme ${list(after)} was added. Remove it unless it is https.`,
  }),
  SecurityDefinitionChanged: warning({
    description: 'A security definition changed.',
    rationale: 'Existing connections may not have the credentials that are now required.',
    message: ({ name }) =>
      safe`The security definition ${name} changes. Make sure that existing connections ` +
      'still work.',
  }),
  TitleChanged: warning({
    description: 'The title of the connector changed.',
    rationale:
      'Users search for the old title, and the title of a published connector cannot change.',
    message: (change) => `The title changes ${fromTo(change)}. Keep the old title.`,
  }),
  ConnectorTextChanged: minor({
    description: 'A text about the connector changed.',
    rationale: 'Flows do not depend on texts.',
    message: (change) =>
      `${safe`${change.name}`} of the connector changes ${fromTo(change)}. No action needed.`,
  }),
  ConnectorMetadataChanged: minor({
    description: 'The links, tags or categories of the connector changed.',
    rationale: 'Flows do not depend on them.',
    message: ({ name }) => safe`${name} changes. No action needed.`,
  }),
  ConnectorAttributeChanged: harmless({
    description: 'Another property of the connector changed.',
    rationale: 'No effect on flows is known.',
    message: (change) => `${safe`${change.name} changes`} ${fromTo(change)}. No action needed.`,
  }),
  // apiProperties.json
  AuthenticationTypeChanged: error({
    description: 'The way users sign in changed.',
    rationale:
      'Every existing connection stops working, and so does every flow that uses it. An ' +
      'update must never do this.',
    message: ({ before, after }) =>
      safe`The authentication changes from ${list(before)} to ${list(after)}: existing ` +
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
    message: ({ name }) =>
      safe`The connection parameter ${name} was removed: its value in existing ` +
      'connections is no longer used. Keep it.',
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
    rationale: 'Existing connections do not depend on texts.',
    message: ({ name }) =>
      safe`The texts of the connection parameter ${name} change. No action needed.`,
  }),
  ConnectionParameterChanged: warning({
    description: 'Another property of a connection parameter changed.',
    rationale: 'Existing connections were created with the old settings.',
    message: ({ subject }) =>
      safe`${subject} changes. Make sure that existing connections still work.`,
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
    message: ({ subject }) =>
      safe`${subject} changes. Make sure that requests and responses stay the same.`,
  }),
  PolicyOperationsChanged: warning({
    description: 'A policy applies to different operations.',
    rationale:
      'Flows that use an operation on only one of the two lists send different requests ' +
      'or get different responses.',
    message: (change) =>
      `The operations of the policy ${safe`${change.name}`} change ${fromTo(change)}. ` +
      'Make sure that each operation still works for existing flows.',
  }),
  ScriptOperationsChanged: warning({
    description: 'The script runs for different operations.',
    rationale:
      'Flows that use an operation on only one of the two lists send different requests or ' +
      'get different responses.',
    message: (change) =>
      `The operations of the script change ${fromTo(change)}. Make sure that each ` +
      'operation still works for existing flows.',
  }),
  BrandChanged: minor({
    description: 'The color, the publisher or the stack owner changed.',
    rationale: 'Flows do not depend on them.',
    message: (change) => `${safe`${change.name}`} changes ${fromTo(change)}. No action needed.`,
  }),
  PropertyChanged: harmless({
    description: 'Another property in apiProperties.json changed.',
    rationale: 'No effect on flows is known.',
    message: (change) => `${safe`${change.name}`} changes ${fromTo(change)}. No action needed.`,
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
    message: () =>
      'The script changes. Make sure that requests and responses of existing flows stay the same.',
  }),
  DocumentationChanged: minor({
    description: 'The readme or the icon changed.',
    rationale: 'Flows do not depend on them.',
    message: ({ name }) => safe`The file ${name} changes. No action needed.`,
  }),
  TooManyChanges: error({
    description: 'The update has more changes than can be listed.',
    rationale: 'The changes that are not listed may break flows.',
    message: ({ listed }) =>
      'The update has more changes than can be ' +
      `listed${listed > 0 ? `; ${listed} changes are` : ''}. Split the update.`,
  }),
};
