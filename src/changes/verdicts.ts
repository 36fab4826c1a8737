import { safe, type Severity } from '../shared/finding.ts';
import type { Json } from '../json/values.ts';
import type { Change, ChangeKind, ChangeOf } from './change-kinds.ts';

/** What a change means to people who have built flows on the connector. */
export interface Verdict<Kind extends ChangeKind = ChangeKind> {
  /**
   * `error`: a flow that works today fails, or silently gets something else. `warning`: it may.
   * `note`: it does not.
   */
  severity: Severity;
  /** `minor`: texts, color, publisher, documentation. `major`: anything else. */
  size: 'minor' | 'major';
  /** What kind of change this is, in one sentence. */
  description: string;
  /** Why it matters, or why it does not. */
  rationale: string;
  /** What happened, with the names and values, and what to do. */
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
const fromTo = ({ was, now }: { was: Json | undefined; now: Json | undefined }): string =>
  `from ${quoted(was)} to ${quoted(now)}`;
const of = ({ operation }: Change): string =>
  operation === undefined ? '' : safe` of ${operation}`;
/** The keyword that a change is of. */
const keyOf = ({ subject }: Change): string => subject.split('/').at(-1) ?? '';
const list = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.map(shown) : [shown(value)];

const version = 'Keep it as it is, or add a new version of the operation beside the old one.';

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

/** What each kind of change means. A kind without a verdict does not compile. */
export const verdicts: { [Kind in ChangeKind]: Verdict<Kind> } = {
  // operations
  OperationDeleted: error({
    description: 'An operation is gone.',
    rationale:
      'Flows find an operation by its id alone. Those that use it fail at this step; ' +
      'internal operations fill the lists of others.',
    message: ({ name, renamedTo }) =>
      renamedTo === undefined
        ? safe`The operation ${name} is gone: flows that use it fail. ` +
          safe`Keep it and mark it as deprecated.`
        : safe`The operation ${name} is now called ${renamedTo}: ` +
          safe`flows know it by the old id and fail. Keep the id; the summary may change.`,
  }),
  OperationAdded: harmless({
    description: 'An operation is new.',
    rationale: 'No flow uses it yet.',
    message: ({ name }) => safe`The operation ${name} is new. Nothing is to be done.`,
  }),
  OperationPathTemplateChanged: error({
    description: 'The path of an operation is another.',
    rationale:
      'Flows that were saved before call the old path, or send values for variables that ' +
      'are not there any more.',
    message: (change) =>
      `The path of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationMethodChanged: error({
    description: 'The HTTP method of an operation is another.',
    rationale:
      'It is another request: what the service does with it, and where the parameters go, ' +
      'changes under the flow.',
    message: (change) =>
      `The method of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationTriggerChanged: error({
    description:
      'A trigger has become an action, an action a trigger, or a trigger fires in another way.',
    rationale:
      'A flow begins with its trigger: ' +
      'one that is saved with the old kind does not start any more, or starts once for ' +
      'many items.',
    message: (change) =>
      `The trigger of ${safe`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationHidden: warning({
    description: 'An operation is not shown any more.',
    rationale: 'Flows that use it go on working, but nobody can choose it again.',
    message: ({ name }) =>
      safe`The operation ${name} becomes internal: nobody can add it to a flow any more. ` +
      safe`Use ${'advanced'} where it shall only stand behind others.`,
  }),
  OperationVisibilityChanged: harmless({
    description: 'An operation is shown in another place.',
    rationale: 'Flows that use it do not notice.',
    message: (change) =>
      `The visibility of ${safe`${change.name}`} changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  OperationDeprecated: harmless({
    description: 'An operation is marked as deprecated, or no longer.',
    rationale: 'Flows that use it go on working.',
    message: (change) =>
      `The mark ${safe`${'deprecated'}`} of ${safe`${change.name}`} changes ` +
      `${fromTo(change)}. Nothing is to be done.`,
  }),
  OperationConsumesNarrowed: warning({
    description: 'An operation takes fewer media types.',
    rationale: 'Flows that send one of those that are gone are refused.',
    message: ({ name, was }) =>
      safe`The operation ${name} does not take ${list(was)} any more. ` +
      safe`Keep the type if flows may send it.`,
  }),
  OperationProducesNarrowed: warning({
    description: 'An operation answers in fewer media types.',
    rationale: 'Flows that take the answer apart expect the type they know.',
    message: ({ name, was }) =>
      safe`The operation ${name} does not answer with ${list(was)} any more. ` +
      safe`Keep the type if the service still sends it.`,
  }),
  OperationMediaTypesWidened: harmless({
    description: 'An operation takes or gives more media types.',
    rationale: 'Those that flows use are still there.',
    message: ({ name, now }) =>
      safe`The operation ${name} has the further media types ${list(now)}. Nothing is to be done.`,
  }),
  OperationSecurityChanged: warning({
    description: 'An operation is called with other credentials.',
    rationale: 'Connections that exist may lack what is asked for now.',
    message: ({ name }) =>
      safe`The security of ${name} changes. Make sure that connections made before still work.`,
  }),
  OperationTextChanged: minor({
    description: 'The summary or description of an operation is another.',
    rationale: 'Flows do not depend on texts.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  OperationAttributeChanged: harmless({
    description: 'Something else about an operation is another.',
    rationale: 'It is not known to break flows.',
    message: (change) =>
      `${safe`${change.subject} changes`} ${fromTo(change)}. Nothing is to be done.`,
  }),
  // parameters
  RequiredParameterAdded: error({
    description: 'A required parameter is new.',
    rationale:
      'Flows that were saved before do not send it, and the designer does not add it to ' +
      'them; also not one that is internal and has a default.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} is new and required: ` +
      'flows that exist do not send it. ' +
      'Make it optional, or add a new version of the operation.',
    phrase: asksFor,
  }),
  OptionalParameterAdded: harmless({
    description: 'An optional parameter is new.',
    rationale: 'Flows that do not send it go on as before.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} is new and optional. ` +
      'Nothing is to be done.',
  }),
  ParameterDeleted: warning({
    description: 'A parameter is gone.',
    rationale:
      'Flows still have a value for it; ' +
      'the designer drops it when the flow is edited, and the service does not get it.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} is gone: ` +
      'the value that flows give has no effect any more. ' +
      'Keep it if the service still reads it.',
  }),
  ParameterLocationChanged: error({
    description: 'A parameter is sent in another place.',
    rationale: 'Flows that exist send it where it was.',
    message: (change) =>
      `${safe`The parameter ${change.name}`}${of(change)} moves ${fromTo(change)}. ${version}`,
  }),
  ParameterEncodingChanged: warning({
    description: 'A parameter is encoded in another way.',
    rationale: 'Values with special characters reach the service as something else.',
    message: (change) =>
      `The encoding of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Make sure that values with slashes and spaces arrive as before.',
  }),
  ParameterCollectionFormatChanged: warning({
    description: 'A list is sent in another form.',
    rationale: 'The service takes a list in the old form for one value, or the other way round.',
    message: (change) =>
      `The form of the list ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Keep the form that the service reads.',
  }),
  // what a flow sends
  RequiredInputFieldAdded: error({
    description: 'A required field of a request is new.',
    rationale: 'Flows that were saved before do not send it.',
    message: (change) =>
      change.renamedFrom === undefined
        ? `${safe`The field ${change.name}`}${of(change)} is new and required: ` +
          'flows that exist do not send it. ' +
          'Make it optional, or add a new version of the operation.'
        : `${safe`The field ${change.renamedFrom}`}${of(change)} is now called ` +
          `${safe`${change.name}`} and required: flows send the old name, and capitals count. ` +
          version,
    phrase: asksFor,
  }),
  OptionalInputFieldAdded: harmless({
    description: 'An optional field of a request is new.',
    rationale: 'Flows that do not send it go on as before.',
    message: (change) =>
      `${safe`The field ${change.name}`}${of(change)} is new and optional. Nothing is to be done.`,
  }),
  InputFieldDeleted: warning({
    description: 'A field of a request is gone.',
    rationale:
      'Flows still have a value for it; ' +
      'the designer drops it when the flow is edited, and the service does not get it.',
    message: (change) =>
      change.renamedTo === undefined
        ? `${safe`The field ${change.name}`}${of(change)} is gone: ` +
          'the value that flows give has no effect any more. ' +
          'Keep it if the service still reads it.'
        : `${safe`The field ${change.name}`}${of(change)} is now called ` +
          `${safe`${change.renamedTo}`}: flows send the old name, and capitals count. ` +
          'Keep the name.',
  }),
  InputFieldOptionalToRequired: error({
    description: 'A field or parameter that was optional is required.',
    rationale: 'Flows that leave it out fail.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} becomes required: flows that leave it out fail. ` +
      'Keep it optional, or add a new version of the operation.',
    phrase: ({ operation, names }) => `${operation} cannot do without ${names} any more`,
  }),
  InputFieldRequiredToOptional: harmless({
    description: 'A field or parameter that was required is optional.',
    rationale: 'Flows that exist send it anyway.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} becomes optional. Nothing is to be done.`,
  }),
  InputFieldTypeChanged: error({
    description: 'A field or parameter has another type.',
    rationale: 'Flows send a value of the old type, which the platform or the service refuses.',
    message: (change) =>
      `The type of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ${version}`,
    phrase: ({ operation, counted, inParentheses }) =>
      `${operation} takes ${counted('input')} of another type${inParentheses}`,
  }),
  InputFieldTypeWidened: harmless({
    description: 'A field or parameter takes more types than before.',
    rationale: 'The values that flows send still fit.',
    message: (change) =>
      `The type of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}, which ` +
      'takes what was taken before. Nothing is to be done.',
  }),
  InputFieldTypeFormatChanged: error({
    description: 'A field or parameter has another format.',
    rationale: 'What flows send may not fit it, and the designer offers another way to enter it.',
    message: (change) =>
      `The format of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ${version}`,
    phrase: ({ operation, counted, inParentheses }) =>
      `${operation} takes ${counted('input')} in another format${inParentheses}`,
  }),
  InputFieldTypeFormatWidened: harmless({
    description: 'A field or parameter takes a wider format.',
    rationale: 'The values that flows send still fit.',
    message: (change) =>
      `The format of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}, which ` +
      'takes what was taken before. Nothing is to be done.',
  }),
  InputFieldEnumValueRemoved: error({
    description: 'A value that could be chosen is gone.',
    rationale: 'Flows that send it are refused.',
    message: (change) =>
      `${safe`${list(change.was)}`} can no longer be chosen for ` +
      `${safe`${change.name}`}${of(change)}: flows that send it fail. ` +
      'Keep the value, or add a new version of the operation.',
  }),
  InputFieldEnumAdded: error({
    description: 'There is a list of allowed values where there was none.',
    rationale: 'Flows that send anything else are refused.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} takes only ${safe`${list(change.now)}`} now: ` +
      'flows that send anything else fail. ' +
      'Leave the list out, or suggest values with dynamic values.',
  }),
  InputFieldEnumWidened: harmless({
    description: 'More values can be chosen, or any.',
    rationale: 'Those that flows send are still there.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} takes more values. Nothing is to be done.`,
  }),
  InputFieldConstraintTightened: warning({
    description: 'A limit of a field or parameter is tighter.',
    rationale: 'Flows that send a value outside of it are refused.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}: ` +
      'values that were taken before may be refused. Keep the limit if the service does.',
  }),
  InputFieldConstraintLoosened: harmless({
    description: 'A limit of a field or parameter is looser.',
    rationale: 'The values that flows send still fit.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  InputFieldDefaultChanged: warning({
    description: 'A default is another, or gone.',
    rationale:
      'Flows that leave the field empty send something else than before, without anybody noticing.',
    message: (change) =>
      `The default of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}: ` +
      'flows that leave it empty do something else now. Keep the default.',
  }),
  InputFieldHidden: warning({
    description: 'A field or parameter is not shown any more.',
    rationale:
      'Values that users gave are replaced by the default, or left out, when the flow is edited.',
    message: (change) =>
      `${safe`${change.name}`}${of(change)} becomes internal: ` +
      'users cannot give it a value any more. ' +
      `Use ${safe`${'advanced'}`} where it shall only stand behind others.`,
  }),
  // what a flow gets
  OutputFieldDeleted: error({
    description: 'A field of an answer is gone.',
    rationale: 'Steps that use it get nothing in its place, most of them without an error.',
    message: (change) =>
      change.renamedTo === undefined
        ? `The output ${safe`${change.name}`}${of(change)} is gone: ` +
          'steps that use it get nothing. Keep it, or add a new version of the operation.'
        : `The output ${safe`${change.name}`}${of(change)} is now called ` +
          `${safe`${change.renamedTo}`}: steps that use the old name get nothing, and capitals ` +
          'count. Keep the name.',
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'disappears' : 'disappear'} from ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldAdded: harmless({
    description: 'A field of an answer is new.',
    rationale: 'No step uses it yet.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} is new. Nothing is to be done.`,
  }),
  OutputFieldTypeChanged: error({
    description: 'A field of an answer has another type.',
    rationale:
      'Steps that use it were built for the old type: ' +
      'conditions compare wrongly, loops fail, and the answer may not pass validation.',
    message: (change) =>
      `The type of the output ${safe`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. ${version}`,
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'is' : 'are'} of another type in ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldTypeFormatChanged: error({
    description: 'A field of an answer has another format.',
    rationale:
      'Steps that use it were built for the old one: ' +
      'dates are read in another way, numbers do not fit.',
    message: (change) =>
      `The format of the output ${safe`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. ${version}`,
    phrase: ({ operation, count, counted, inParentheses }) =>
      `${counted('output')} ${count === 1 ? 'has' : 'have'} another format in ` +
      `${operation}${inParentheses}`,
  }),
  OutputFieldEnumWidened: warning({
    description: 'A field of an answer may have values that it did not have before.',
    rationale: 'Conditions and switches in flows do not know them.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} may have other values than before. ` +
      'Tell the users in the readme.',
  }),
  OutputFieldEnumNarrowed: harmless({
    description: 'A field of an answer has fewer values.',
    rationale: 'Flows know all that are left.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} has fewer values than before. ` +
      'Nothing is to be done.',
  }),
  OutputFieldNullable: warning({
    description: 'A field of an answer may be null.',
    rationale: 'Steps that compute with it fail on null.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} may be null now. ` +
      'Leave it out, or give a value of its type, where there is none.',
  }),
  OutputFieldNoLongerRequired: warning({
    description: 'A field of an answer may be missing.',
    rationale: 'Steps that count on it get nothing.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} is not always there any more. ` +
      'Keep sending it.',
  }),
  OutputFieldNowRequired: harmless({
    description: 'A field of an answer is always there.',
    rationale: 'Steps that use it can count on it.',
    message: (change) =>
      `The output ${safe`${change.name}`}${of(change)} is always there now. Nothing is to be done.`,
  }),
  OutputHeaderDeleted: warning({
    description: 'A header of an answer is gone.',
    rationale:
      'The designer does not offer it any more; ' +
      'steps that use it go on while the service still sends it, and get nothing from then ' +
      'on.',
    message: (change) =>
      `The header ${safe`${change.name}`}${of(change)} is gone: ` +
      'steps that use it may get nothing. Keep it if the service still sends it.',
  }),
  OutputHeaderAdded: harmless({
    description: 'A header of an answer is new.',
    rationale: 'No step uses it yet.',
    message: (change) =>
      `The header ${safe`${change.name}`}${of(change)} is new. Nothing is to be done.`,
  }),
  SuccessResponseDeleted: error({
    description: 'A response for success is gone.',
    rationale: 'What the following steps use is read from it: all its outputs are gone.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} is gone, with all its outputs. ` +
      'Keep it, or add a new version of the operation.',
  }),
  ResponseAdded: harmless({
    description: 'A response is new.',
    rationale: 'The others are still there.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} is new. Nothing is to be done.`,
  }),
  ResponseDeleted: harmless({
    description: 'A response for an error is gone.',
    rationale: 'An error is an error with and without it.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} is gone. Nothing is to be done.`,
  }),
  ErrorResponseChanged: harmless({
    description: 'Something in a response for an error is another.',
    rationale: 'Flows seldom use what an error says.',
    message: (change) =>
      `${safe`${change.subject.split(`/responses/${change.name}/`).slice(1).join('/')} of the ` + safe`response ${change.name}`}${of(change)} ` +
      'changes, which is for an error. Nothing is to be done.',
  }),
  ResponseSchemaDeleted: error({
    description: 'A response does not say any more what is in it.',
    rationale: 'All its outputs are gone from the designer, and steps that use them from the flow.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} has no schema any more: ` +
      'all its outputs are gone. Keep the schema.',
  }),
  ResponseSchemaAdded: harmless({
    description: 'A response says what is in it.',
    rationale: 'Flows that took it apart by hand can go on doing so.',
    message: (change) =>
      `${safe`The response ${change.name}`}${of(change)} has a schema now. Nothing is to be done.`,
  }),
  // both
  DynamicSourceChanged: warning({
    description:
      'A list or schema that is read while the flow is written comes from another place.',
    rationale: 'Values that users chose from the old list may not be in the new one.',
    message: (change) =>
      `Where ${safe`${change.name}`}${of(change)} gets its values or its schema from ` +
      'changes. Make sure that values chosen before are still valid.',
  }),
  FieldVisibilityChanged: harmless({
    description: 'A field is shown in another place.',
    rationale: 'Flows do not notice.',
    message: (change) =>
      `The visibility of ${safe`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  FieldTextChanged: minor({
    description: 'A text of a field, parameter or response is another.',
    rationale: 'Flows do not depend on texts.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  FieldAttributeChanged: harmless({
    description: 'Something else about a field, parameter or response is another.',
    rationale: 'It is not known to break flows.',
    message: (change) =>
      `${safe`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  // the connector
  HostChanged: warning({
    description: 'The connector calls another host.',
    rationale:
      'Every flow calls it from now on, with the credentials that users gave for the old one.',
    message: (change) =>
      `The host changes ${fromTo(change)}. ` +
      'Make sure that it knows the same accounts and answers the same way.',
  }),
  BasePathChanged: warning({
    description: 'All paths begin differently.',
    rationale: 'Every flow calls the new address from now on.',
    message: (change) =>
      `The base path changes ${fromTo(change)}. ` +
      'Make sure that all operations answer the same way there.',
  }),
  SchemeRemoved: warning({
    description: 'The connector uses one scheme less.',
    rationale: 'Where only that one was reachable, calls fail.',
    message: ({ was }) =>
      safe`The scheme ${list(was)} is gone. Make sure that the service answers over what is left.`,
  }),
  SchemeAdded: harmless({
    description: 'The connector may use another scheme.',
    rationale: 'The one in use is still there.',
    message: ({ now }) => safe`The scheme ${list(now)} is new. Leave it out if it is not https.`,
  }),
  SecurityDefinitionChanged: warning({
    description: 'How the service is signed in to is described differently.',
    rationale: 'Connections that exist may lack what is asked for now.',
    message: ({ name }) =>
      safe`The security definition ${name} changes. ` +
      safe`Make sure that connections made before still work.`,
  }),
  TitleChanged: warning({
    description: 'The connector is called differently.',
    rationale:
      'Users look for it by the old name, and the title of a published connector does not change.',
    message: (change) => `The title changes ${fromTo(change)}. Keep the title.`,
  }),
  ConnectorTextChanged: minor({
    description: 'A text about the connector is another.',
    rationale: 'Flows do not depend on texts.',
    message: (change) =>
      `${safe`${change.name}`} of the connector changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  ConnectorMetadataChanged: minor({
    description: 'The links or categories of the connector are others.',
    rationale: 'Flows do not depend on them.',
    message: ({ name }) => safe`${name} changes. Nothing is to be done.`,
  }),
  ConnectorAttributeChanged: harmless({
    description: 'Something else about the connector is another.',
    rationale: 'It is not known to break flows.',
    message: (change) =>
      `${safe`${change.name} changes`} ${fromTo(change)}. Nothing is to be done.`,
  }),
  // apiProperties.json
  AuthenticationTypeChanged: error({
    description: 'Users sign in in another way.',
    rationale:
      'Every connection that exists stops working, and with it every flow that uses it. ' +
      'It is never allowed in an update.',
    message: ({ was, now }) =>
      safe`The way to sign in changes from ${list(was)} to ${list(now)}. ` +
      safe`This is never allowed in an update: ` +
      safe`keep the old way, and add the new one beside it as a connection parameter set.`,
    acknowledgeable: false,
  }),
  RequiredConnectionParameterAdded: error({
    description: 'A connection needs a value that it did not need before.',
    rationale: 'Connections that exist do not have it.',
    message: ({ name }) =>
      safe`The connection parameter ${name} is new and required: ` +
      safe`connections that exist do not have it. Make it optional.`,
  }),
  OptionalConnectionParameterAdded: harmless({
    description: 'A connection may have a further value.',
    rationale: 'Connections that exist go on without it.',
    message: ({ name }) => safe`The connection parameter ${name} is new. Nothing is to be done.`,
  }),
  ConnectionParameterDeleted: error({
    description: 'A connection does not have a value any more.',
    rationale: 'What connections that exist hold under it is not sent any more.',
    message: ({ name }) =>
      safe`The connection parameter ${name} is gone: ` +
      safe`what connections hold under it is not used any more. Keep it.`,
  }),
  ConnectionParameterTypeChanged: error({
    description: 'A value of a connection has another type.',
    rationale: 'Connections that exist hold one of the old type.',
    message: (change) =>
      `The type of the connection parameter ${safe`${change.name}`} changes ` +
      `${fromTo(change)}. Keep the type.`,
  }),
  ConnectionParameterTextChanged: minor({
    description: 'A label or tooltip of a connection parameter is another.',
    rationale: 'Connections that exist do not depend on texts.',
    message: ({ name }) =>
      safe`The texts of the connection parameter ${name} change. Nothing is to be done.`,
  }),
  ConnectionParameterChanged: warning({
    description: 'Something about a connection parameter is another.',
    rationale: 'Connections that exist were made under the old conditions.',
    message: ({ subject }) =>
      safe`${subject} changes. Make sure that connections made before still work.`,
  }),
  PolicyAdded: warning({
    description: 'A policy is new.',
    rationale: 'It rewrites requests or answers of flows that exist.',
    message: ({ name }) =>
      safe`The policy ${name} is new. Make sure that what it rewrites stays the same for ` +
      safe`flows that exist.`,
  }),
  PolicyDeleted: warning({
    description: 'A policy is gone.',
    rationale: 'Requests or answers are no longer rewritten as flows know them.',
    message: ({ name }) =>
      safe`The policy ${name} is gone. Make sure that requests and answers stay the same ` +
      safe`without it.`,
  }),
  PolicyChanged: warning({
    description: 'A policy does something else.',
    rationale: 'Requests or answers are rewritten differently from what flows know.',
    message: ({ subject }) =>
      safe`${subject} changes. Make sure that requests and answers stay the same.`,
  }),
  PolicyOperationsChanged: warning({
    description: 'A policy now rewrites other operations.',
    rationale:
      'Those that it left get requests and answers as they are, those that are new to it ' +
      'get them rewritten.',
    message: (change) =>
      `The operations of the policy ${safe`${change.name}`} change ${fromTo(change)}. ` +
      'Make sure that each stays the same for flows that exist.',
  }),
  ScriptOperationsChanged: warning({
    description: 'The script runs for other operations.',
    rationale: 'What it did for those that it left is not done any more.',
    message: (change) =>
      `The operations of the script change ${fromTo(change)}. ` +
      'Make sure that each stays the same for flows that exist.',
  }),
  BrandChanged: minor({
    description: 'The color, the publisher or the stack owner is another.',
    rationale: 'Flows do not depend on them.',
    message: (change) =>
      `${safe`${change.name}`} changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  PropertyChanged: harmless({
    description: 'Something else in the properties is another.',
    rationale: 'It is not known to break flows.',
    message: (change) =>
      `${safe`${change.name}`} changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  // the other files, and all of them
  ConnectorDeleted: error({
    description: 'A connector is taken out of the repository.',
    rationale:
      'Flows that use it stop being maintained, and who looks for it finds nothing; ' +
      'the published connector stays without its source.',
    message: ({ name }) =>
      safe`The connector ${name} is taken out. ` +
      safe`Keep the folder, and mark its operations as deprecated until nobody uses them.`,
  }),
  ScriptChanged: warning({
    description: 'The script is another.',
    rationale: 'What it does to requests and answers cannot be told from outside.',
    message: () =>
      'The script changes. Make sure that requests and answers of flows that exist stay the same.',
  }),
  DocumentationChanged: minor({
    description: 'The readme or the icon is another.',
    rationale: 'Flows do not depend on them.',
    message: ({ name }) => safe`The file ${name} changes. Nothing is to be done.`,
  }),
  TooManyChanges: error({
    description: 'More differs than can be listed.',
    rationale: 'What is not listed may break flows.',
    message: ({ listed }) =>
      `More differs than can be listed${listed > 0 ? `; ${listed} changes are` : ''}. ` +
      'Split the update.',
  }),
};
