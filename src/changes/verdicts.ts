import { say, type Severity } from '../connector/finding.ts';
import type { Json } from '../connector/values.ts';
import type { Change, ChangeKind, ChangeOf } from './facts.ts';

/** What a change means to people who have built flows on the connector. */
export interface Verdict<Kind extends ChangeKind = ChangeKind> {
  /**
   * `error`: a flow that works today fails, or silently gets something else. `warning`: it may.
   * `note`: it does not.
   */
  severity: Severity;
  /** `minor`: texts, colour, publisher, documentation. `major`: anything else. */
  size: 'minor' | 'major';
  /** What kind of change this is, in one sentence. */
  means: string;
  /** Why it matters, or why it does not. */
  because: string;
  /** What happened, with the names and values, and what to do. */
  says(change: ChangeOf<Kind>): string;
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
const quoted = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : say`${shown(value)}`;
const fromTo = ({ was, now }: { was: Json | undefined; now: Json | undefined }): string =>
  `from ${quoted(was)} to ${quoted(now)}`;
const of = ({ operation }: Change): string =>
  operation === undefined ? '' : say` of ${operation}`;
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
    means: 'An operation is gone.',
    because:
      'Flows find an operation by its id alone. Those that use it fail at this step; ' +
      'internal operations fill the lists of others.',
    says: ({ name, renamedTo }) =>
      renamedTo === undefined
        ? say`The operation ${name} is gone: flows that use it fail. ` +
          say`Keep it and mark it as deprecated.`
        : say`The operation ${name} is now called ${renamedTo}: ` +
          say`flows know it by the old id and fail. Keep the id; the summary may change.`,
  }),
  OperationAdded: harmless({
    means: 'An operation is new.',
    because: 'No flow uses it yet.',
    says: ({ name }) => say`The operation ${name} is new. Nothing is to be done.`,
  }),
  OperationPathTemplateChanged: error({
    means: 'The path of an operation is another.',
    because:
      'Flows that were saved before call the old path, or send values for variables that ' +
      'are not there any more.',
    says: (change) => `The path of ${say`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationMethodChanged: error({
    means: 'The HTTP method of an operation is another.',
    because:
      'It is another request: what the service does with it, and where the parameters go, ' +
      'changes under the flow.',
    says: (change) => `The method of ${say`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationTriggerChanged: error({
    means:
      'A trigger has become an action, an action a trigger, or a trigger fires in another way.',
    because:
      'A flow begins with its trigger: ' +
      'one that is saved with the old kind does not start any more, or starts once for ' +
      'many items.',
    says: (change) => `The trigger of ${say`${change.name}`} changes ${fromTo(change)}. ${version}`,
  }),
  OperationHidden: warning({
    means: 'An operation is not shown any more.',
    because: 'Flows that use it go on working, but nobody can choose it again.',
    says: ({ name }) =>
      say`The operation ${name} becomes internal: nobody can add it to a flow any more. ` +
      say`Use ${'advanced'} where it shall only stand behind others.`,
  }),
  OperationVisibilityChanged: harmless({
    means: 'An operation is shown in another place.',
    because: 'Flows that use it do not notice.',
    says: (change) =>
      `The visibility of ${say`${change.name}`} changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  OperationDeprecated: harmless({
    means: 'An operation is marked as deprecated, or no longer.',
    because: 'Flows that use it go on working.',
    says: (change) =>
      `The mark ${say`${'deprecated'}`} of ${say`${change.name}`} changes ` +
      `${fromTo(change)}. Nothing is to be done.`,
  }),
  OperationConsumesNarrowed: warning({
    means: 'An operation takes fewer media types.',
    because: 'Flows that send one of those that are gone are refused.',
    says: ({ name, was }) =>
      say`The operation ${name} does not take ${list(was)} any more. ` +
      say`Keep the type if flows may send it.`,
  }),
  OperationProducesNarrowed: warning({
    means: 'An operation answers in fewer media types.',
    because: 'Flows that take the answer apart expect the type they know.',
    says: ({ name, was }) =>
      say`The operation ${name} does not answer with ${list(was)} any more. ` +
      say`Keep the type if the service still sends it.`,
  }),
  OperationMediaTypesWidened: harmless({
    means: 'An operation takes or gives more media types.',
    because: 'Those that flows use are still there.',
    says: ({ name, now }) =>
      say`The operation ${name} has the further media types ${list(now)}. Nothing is to be done.`,
  }),
  OperationSecurityChanged: warning({
    means: 'An operation is called with other credentials.',
    because: 'Connections that exist may lack what is asked for now.',
    says: ({ name }) =>
      say`The security of ${name} changes. Make sure that connections made before still work.`,
  }),
  OperationTextChanged: minor({
    means: 'The summary or description of an operation is another.',
    because: 'Flows do not depend on texts.',
    says: (change) =>
      `${say`${keyOf(change)} of ${change.name}`} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  OperationAttributeChanged: harmless({
    means: 'Something else about an operation is another.',
    because: 'It is not known to break flows.',
    says: (change) => `${say`${change.subject} changes`} ${fromTo(change)}. Nothing is to be done.`,
  }),
  // parameters
  RequiredParameterAdded: error({
    means: 'A required parameter is new.',
    because:
      'Flows that were saved before do not send it, and the designer does not add it to ' +
      'them; also not one that is internal and has a default.',
    says: (change) =>
      `${say`The parameter ${change.name}`}${of(change)} is new and required: ` +
      'flows that exist do not send it. ' +
      'Make it optional, or add a new version of the operation.',
  }),
  OptionalParameterAdded: harmless({
    means: 'An optional parameter is new.',
    because: 'Flows that do not send it go on as before.',
    says: (change) =>
      `${say`The parameter ${change.name}`}${of(change)} is new and optional. ` +
      'Nothing is to be done.',
  }),
  ParameterDeleted: warning({
    means: 'A parameter is gone.',
    because:
      'Flows still have a value for it; ' +
      'the designer drops it when the flow is edited, and the service does not get it.',
    says: (change) =>
      `${say`The parameter ${change.name}`}${of(change)} is gone: ` +
      'the value that flows give has no effect any more. ' +
      'Keep it if the service still reads it.',
  }),
  ParameterLocationChanged: error({
    means: 'A parameter is sent in another place.',
    because: 'Flows that exist send it where it was.',
    says: (change) =>
      `${say`The parameter ${change.name}`}${of(change)} moves ${fromTo(change)}. ${version}`,
  }),
  ParameterEncodingChanged: warning({
    means: 'A parameter is encoded in another way.',
    because: 'Values with special characters reach the service as something else.',
    says: (change) =>
      `The encoding of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Make sure that values with slashes and spaces arrive as before.',
  }),
  ParameterCollectionFormatChanged: warning({
    means: 'A list is sent in another form.',
    because: 'The service takes a list in the old form for one value, or the other way round.',
    says: (change) =>
      `The form of the list ${say`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Keep the form that the service reads.',
  }),
  // what a flow sends
  RequiredInputFieldAdded: error({
    means: 'A required field of a request is new.',
    because: 'Flows that were saved before do not send it.',
    says: (change) =>
      change.renamedFrom === undefined
        ? `${say`The field ${change.name}`}${of(change)} is new and required: ` +
          'flows that exist do not send it. ' +
          'Make it optional, or add a new version of the operation.'
        : `${say`The field ${change.renamedFrom}`}${of(change)} is now called ` +
          `${say`${change.name}`} and required: flows send the old name, and capitals count. ` +
          version,
  }),
  OptionalInputFieldAdded: harmless({
    means: 'An optional field of a request is new.',
    because: 'Flows that do not send it go on as before.',
    says: (change) =>
      `${say`The field ${change.name}`}${of(change)} is new and optional. Nothing is to be done.`,
  }),
  InputFieldDeleted: warning({
    means: 'A field of a request is gone.',
    because:
      'Flows still have a value for it; ' +
      'the designer drops it when the flow is edited, and the service does not get it.',
    says: (change) =>
      change.renamedTo === undefined
        ? `${say`The field ${change.name}`}${of(change)} is gone: ` +
          'the value that flows give has no effect any more. ' +
          'Keep it if the service still reads it.'
        : `${say`The field ${change.name}`}${of(change)} is now called ` +
          `${say`${change.renamedTo}`}: flows send the old name, and capitals count. ` +
          'Keep the name.',
  }),
  InputFieldOptionalToRequired: error({
    means: 'A field or parameter that was optional is required.',
    because: 'Flows that leave it out fail.',
    says: (change) =>
      `${say`${change.name}`}${of(change)} becomes required: flows that leave it out fail. ` +
      'Keep it optional, or add a new version of the operation.',
  }),
  InputFieldRequiredToOptional: harmless({
    means: 'A field or parameter that was required is optional.',
    because: 'Flows that exist send it anyway.',
    says: (change) =>
      `${say`${change.name}`}${of(change)} becomes optional. Nothing is to be done.`,
  }),
  InputFieldTypeChanged: error({
    means: 'A field or parameter has another type.',
    because: 'Flows send a value of the old type, which the platform or the service refuses.',
    says: (change) =>
      `The type of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}. ${version}`,
  }),
  InputFieldTypeWidened: harmless({
    means: 'A field or parameter takes more types than before.',
    because: 'The values that flows send still fit.',
    says: (change) =>
      `The type of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}, which ` +
      'takes what was taken before. Nothing is to be done.',
  }),
  InputFieldTypeFormatChanged: error({
    means: 'A field or parameter has another format.',
    because: 'What flows send may not fit it, and the designer offers another way to enter it.',
    says: (change) =>
      `The format of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}. ${version}`,
  }),
  InputFieldTypeFormatWidened: harmless({
    means: 'A field or parameter takes a wider format.',
    because: 'The values that flows send still fit.',
    says: (change) =>
      `The format of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}, which ` +
      'takes what was taken before. Nothing is to be done.',
  }),
  InputFieldEnumValueRemoved: error({
    means: 'A value that could be chosen is gone.',
    because: 'Flows that send it are refused.',
    says: (change) =>
      `${say`${list(change.was)}`} can no longer be chosen for ` +
      `${say`${change.name}`}${of(change)}: flows that send it fail. ` +
      'Keep the value, or add a new version of the operation.',
  }),
  InputFieldEnumAdded: error({
    means: 'There is a list of allowed values where there was none.',
    because: 'Flows that send anything else are refused.',
    says: (change) =>
      `${say`${change.name}`}${of(change)} takes only ${say`${list(change.now)}`} now: ` +
      'flows that send anything else fail. ' +
      'Leave the list out, or suggest values with dynamic values.',
  }),
  InputFieldEnumWidened: harmless({
    means: 'More values can be chosen, or any.',
    because: 'Those that flows send are still there.',
    says: (change) =>
      `${say`${change.name}`}${of(change)} takes more values. Nothing is to be done.`,
  }),
  InputFieldConstraintTightened: warning({
    means: 'A limit of a field or parameter is tighter.',
    because: 'Flows that send a value outside of it are refused.',
    says: (change) =>
      `${say`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}: ` +
      'values that were taken before may be refused. Keep the limit if the service does.',
  }),
  InputFieldConstraintLoosened: harmless({
    means: 'A limit of a field or parameter is looser.',
    because: 'The values that flows send still fit.',
    says: (change) =>
      `${say`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  InputFieldDefaultChanged: warning({
    means: 'A default is another, or gone.',
    because:
      'Flows that leave the field empty send something else than before, without anybody noticing.',
    says: (change) =>
      `The default of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}: ` +
      'flows that leave it empty do something else now. Keep the default.',
  }),
  InputFieldHidden: warning({
    means: 'A field or parameter is not shown any more.',
    because:
      'Values that users gave are replaced by the default, or left out, when the flow is edited.',
    says: (change) =>
      `${say`${change.name}`}${of(change)} becomes internal: ` +
      'users cannot give it a value any more. ' +
      `Use ${say`${'advanced'}`} where it shall only stand behind others.`,
  }),
  // what a flow gets
  OutputFieldDeleted: error({
    means: 'A field of an answer is gone.',
    because: 'Steps that use it get nothing in its place, most of them without an error.',
    says: (change) =>
      change.renamedTo === undefined
        ? `The output ${say`${change.name}`}${of(change)} is gone: ` +
          'steps that use it get nothing. Keep it, or add a new version of the operation.'
        : `The output ${say`${change.name}`}${of(change)} is now called ` +
          `${say`${change.renamedTo}`}: steps that use the old name get nothing, and capitals ` +
          'count. Keep the name.',
  }),
  OutputFieldAdded: harmless({
    means: 'A field of an answer is new.',
    because: 'No step uses it yet.',
    says: (change) =>
      `The output ${say`${change.name}`}${of(change)} is new. Nothing is to be done.`,
  }),
  OutputFieldTypeChanged: error({
    means: 'A field of an answer has another type.',
    because:
      'Steps that use it were built for the old type: ' +
      'conditions compare wrongly, loops fail, and the answer may not pass validation.',
    says: (change) =>
      `The type of the output ${say`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. ${version}`,
  }),
  OutputFieldTypeFormatChanged: error({
    means: 'A field of an answer has another format.',
    because:
      'Steps that use it were built for the old one: ' +
      'dates are read in another way, numbers do not fit.',
    says: (change) =>
      `The format of the output ${say`${change.name}`}${of(change)} changes ` +
      `${fromTo(change)}. ${version}`,
  }),
  OutputFieldEnumWidened: warning({
    means: 'A field of an answer may have values that it did not have before.',
    because: 'Conditions and switches in flows do not know them.',
    says: (change) =>
      `The output ${say`${change.name}`}${of(change)} may have other values than before. ` +
      'Tell the users in the readme.',
  }),
  OutputFieldEnumNarrowed: harmless({
    means: 'A field of an answer has fewer values.',
    because: 'Flows know all that are left.',
    says: (change) =>
      `The output ${say`${change.name}`}${of(change)} has fewer values than before. ` +
      'Nothing is to be done.',
  }),
  OutputFieldNullable: warning({
    means: 'A field of an answer may be null.',
    because: 'Steps that compute with it fail on null.',
    says: (change) =>
      `The output ${say`${change.name}`}${of(change)} may be null now. ` +
      'Leave it out, or give a value of its type, where there is none.',
  }),
  OutputFieldNoLongerRequired: warning({
    means: 'A field of an answer may be missing.',
    because: 'Steps that count on it get nothing.',
    says: (change) =>
      `The output ${say`${change.name}`}${of(change)} is not always there any more. ` +
      'Keep sending it.',
  }),
  OutputFieldNowRequired: harmless({
    means: 'A field of an answer is always there.',
    because: 'Steps that use it can count on it.',
    says: (change) =>
      `The output ${say`${change.name}`}${of(change)} is always there now. Nothing is to be done.`,
  }),
  OutputHeaderDeleted: warning({
    means: 'A header of an answer is gone.',
    because:
      'The designer does not offer it any more; ' +
      'steps that use it go on while the service still sends it, and get nothing from then ' +
      'on.',
    says: (change) =>
      `The header ${say`${change.name}`}${of(change)} is gone: ` +
      'steps that use it may get nothing. Keep it if the service still sends it.',
  }),
  OutputHeaderAdded: harmless({
    means: 'A header of an answer is new.',
    because: 'No step uses it yet.',
    says: (change) =>
      `The header ${say`${change.name}`}${of(change)} is new. Nothing is to be done.`,
  }),
  SuccessResponseDeleted: error({
    means: 'A response for success is gone.',
    because: 'What the following steps use is read from it: all its outputs are gone.',
    says: (change) =>
      `${say`The response ${change.name}`}${of(change)} is gone, with all its outputs. ` +
      'Keep it, or add a new version of the operation.',
  }),
  ResponseAdded: harmless({
    means: 'A response is new.',
    because: 'The others are still there.',
    says: (change) =>
      `${say`The response ${change.name}`}${of(change)} is new. Nothing is to be done.`,
  }),
  ResponseDeleted: harmless({
    means: 'A response for an error is gone.',
    because: 'An error is an error with and without it.',
    says: (change) =>
      `${say`The response ${change.name}`}${of(change)} is gone. Nothing is to be done.`,
  }),
  ErrorResponseChanged: harmless({
    means: 'Something in a response for an error is another.',
    because: 'Flows seldom use what an error says.',
    says: (change) =>
      `${say`${change.subject.split(`/responses/${change.name}/`).slice(1).join('/')} of the ` + say`response ${change.name}`}${of(change)} ` +
      'changes, which is for an error. Nothing is to be done.',
  }),
  ResponseSchemaDeleted: error({
    means: 'A response does not say any more what is in it.',
    because: 'All its outputs are gone from the designer, and steps that use them from the flow.',
    says: (change) =>
      `${say`The response ${change.name}`}${of(change)} has no schema any more: ` +
      'all its outputs are gone. Keep the schema.',
  }),
  ResponseSchemaAdded: harmless({
    means: 'A response says what is in it.',
    because: 'Flows that took it apart by hand can go on doing so.',
    says: (change) =>
      `${say`The response ${change.name}`}${of(change)} has a schema now. Nothing is to be done.`,
  }),
  // both
  DynamicSourceChanged: warning({
    means: 'A list or schema that is read while the flow is written comes from another place.',
    because: 'Values that users chose from the old list may not be in the new one.',
    says: (change) =>
      `Where ${say`${change.name}`}${of(change)} gets its values or its schema from ` +
      'changes. Make sure that values chosen before are still valid.',
  }),
  FieldVisibilityChanged: harmless({
    means: 'A field is shown in another place.',
    because: 'Flows do not notice.',
    says: (change) =>
      `The visibility of ${say`${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  FieldTextChanged: minor({
    means: 'A text of a field, parameter or response is another.',
    because: 'Flows do not depend on texts.',
    says: (change) =>
      `${say`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  FieldAttributeChanged: harmless({
    means: 'Something else about a field, parameter or response is another.',
    because: 'It is not known to break flows.',
    says: (change) =>
      `${say`${keyOf(change)} of ${change.name}`}${of(change)} changes ${fromTo(change)}. ` +
      'Nothing is to be done.',
  }),
  // the connector
  HostChanged: warning({
    means: 'The connector calls another host.',
    because:
      'Every flow calls it from now on, with the credentials that users gave for the old one.',
    says: (change) =>
      `The host changes ${fromTo(change)}. ` +
      'Make sure that it knows the same accounts and answers the same way.',
  }),
  BasePathChanged: warning({
    means: 'All paths begin differently.',
    because: 'Every flow calls the new address from now on.',
    says: (change) =>
      `The base path changes ${fromTo(change)}. ` +
      'Make sure that all operations answer the same way there.',
  }),
  SchemeRemoved: warning({
    means: 'The connector uses one scheme less.',
    because: 'Where only that one was reachable, calls fail.',
    says: ({ was }) =>
      say`The scheme ${list(was)} is gone. Make sure that the service answers over what is left.`,
  }),
  SchemeAdded: harmless({
    means: 'The connector may use another scheme.',
    because: 'The one in use is still there.',
    says: ({ now }) => say`The scheme ${list(now)} is new. Leave it out if it is not https.`,
  }),
  SecurityDefinitionChanged: warning({
    means: 'How the service is signed in to is described differently.',
    because: 'Connections that exist may lack what is asked for now.',
    says: ({ name }) =>
      say`The security definition ${name} changes. ` +
      say`Make sure that connections made before still work.`,
  }),
  TitleChanged: warning({
    means: 'The connector is called differently.',
    because:
      'Users look for it by the old name, and the title of a published connector does not change.',
    says: (change) => `The title changes ${fromTo(change)}. Keep the title.`,
  }),
  ConnectorTextChanged: minor({
    means: 'A text about the connector is another.',
    because: 'Flows do not depend on texts.',
    says: (change) =>
      `${say`${change.name}`} of the connector changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  ConnectorMetadataChanged: minor({
    means: 'The links or categories of the connector are others.',
    because: 'Flows do not depend on them.',
    says: ({ name }) => say`${name} changes. Nothing is to be done.`,
  }),
  ConnectorAttributeChanged: harmless({
    means: 'Something else about the connector is another.',
    because: 'It is not known to break flows.',
    says: (change) => `${say`${change.name} changes`} ${fromTo(change)}. Nothing is to be done.`,
  }),
  // apiProperties.json
  AuthenticationTypeChanged: error({
    means: 'Users sign in in another way.',
    because:
      'Every connection that exists stops working, and with it every flow that uses it. ' +
      'It is never allowed in an update.',
    says: ({ was, now }) =>
      say`The way to sign in changes from ${list(was)} to ${list(now)}. ` +
      say`This is never allowed in an update: ` +
      say`keep the old way, and add the new one beside it as a connection parameter set.`,
  }),
  RequiredConnectionParameterAdded: error({
    means: 'A connection needs a value that it did not need before.',
    because: 'Connections that exist do not have it.',
    says: ({ name }) =>
      say`The connection parameter ${name} is new and required: ` +
      say`connections that exist do not have it. Make it optional.`,
  }),
  OptionalConnectionParameterAdded: harmless({
    means: 'A connection may have a further value.',
    because: 'Connections that exist go on without it.',
    says: ({ name }) => say`The connection parameter ${name} is new. Nothing is to be done.`,
  }),
  ConnectionParameterDeleted: error({
    means: 'A connection does not have a value any more.',
    because: 'What connections that exist hold under it is not sent any more.',
    says: ({ name }) =>
      say`The connection parameter ${name} is gone: ` +
      say`what connections hold under it is not used any more. Keep it.`,
  }),
  ConnectionParameterTypeChanged: error({
    means: 'A value of a connection has another type.',
    because: 'Connections that exist hold one of the old type.',
    says: (change) =>
      `The type of the connection parameter ${say`${change.name}`} changes ` +
      `${fromTo(change)}. Keep the type.`,
  }),
  ConnectionParameterTextChanged: minor({
    means: 'A label or tooltip of a connection parameter is another.',
    because: 'Connections that exist do not depend on texts.',
    says: ({ name }) =>
      say`The texts of the connection parameter ${name} change. Nothing is to be done.`,
  }),
  ConnectionParameterChanged: warning({
    means: 'Something about a connection parameter is another.',
    because: 'Connections that exist were made under the old conditions.',
    says: ({ subject }) =>
      say`${subject} changes. Make sure that connections made before still work.`,
  }),
  PolicyAdded: warning({
    means: 'A policy is new.',
    because: 'It rewrites requests or answers of flows that exist.',
    says: ({ name }) =>
      say`The policy ${name} is new. Make sure that what it rewrites stays the same for ` +
      say`flows that exist.`,
  }),
  PolicyDeleted: warning({
    means: 'A policy is gone.',
    because: 'Requests or answers are no longer rewritten as flows know them.',
    says: ({ name }) =>
      say`The policy ${name} is gone. Make sure that requests and answers stay the same ` +
      say`without it.`,
  }),
  PolicyChanged: warning({
    means: 'A policy does something else.',
    because: 'Requests or answers are rewritten differently from what flows know.',
    says: ({ subject }) =>
      say`${subject} changes. Make sure that requests and answers stay the same.`,
  }),
  PolicyOperationsChanged: warning({
    means: 'A policy now rewrites other operations.',
    because:
      'Those that it left get requests and answers as they are, those that are new to it ' +
      'get them rewritten.',
    says: (change) =>
      `The operations of the policy ${say`${change.name}`} change ${fromTo(change)}. ` +
      'Make sure that each stays the same for flows that exist.',
  }),
  ScriptOperationsChanged: warning({
    means: 'The script runs for other operations.',
    because: 'What it did for those that it left is not done any more.',
    says: (change) =>
      `The operations of the script change ${fromTo(change)}. ` +
      'Make sure that each stays the same for flows that exist.',
  }),
  BrandChanged: minor({
    means: 'The colour, the publisher or the stack owner is another.',
    because: 'Flows do not depend on them.',
    says: (change) => `${say`${change.name}`} changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  PropertyChanged: harmless({
    means: 'Something else in the properties is another.',
    because: 'It is not known to break flows.',
    says: (change) => `${say`${change.name}`} changes ${fromTo(change)}. Nothing is to be done.`,
  }),
  // the other files, and all of them
  ConnectorDeleted: error({
    means: 'A connector is taken out of the repository.',
    because:
      'Flows that use it stop being maintained, and who looks for it finds nothing; ' +
      'the published connector stays without its source.',
    says: ({ name }) =>
      say`The connector ${name} is taken out. ` +
      say`Keep the folder, and mark its operations as deprecated until nobody uses them.`,
  }),
  ScriptChanged: warning({
    means: 'The script is another.',
    because: 'What it does to requests and answers cannot be told from outside.',
    says: () =>
      'The script changes. Make sure that requests and answers of flows that exist stay the same.',
  }),
  DocumentationChanged: minor({
    means: 'The readme or the icon is another.',
    because: 'Flows do not depend on them.',
    says: ({ name }) => say`The file ${name} changes. Nothing is to be done.`,
  }),
  TooManyChanges: error({
    means: 'More differs than can be listed.',
    because: 'What is not listed may break flows.',
    says: ({ listed }) =>
      `More differs than can be listed${listed > 0 ? `; ${listed} changes are` : ''}. ` +
      'Split the update.',
  }),
};
