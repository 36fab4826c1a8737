import type { KeyOrValue } from '../json/document.ts';
import type { Json, JsonContainer } from '../json/values.ts';
import type { Location } from '../shared/finding.ts';
import type { Renaming } from './compare-addresses.ts';
import type { BeforeAfter } from './json-differences.ts';

/** What all changes have in common. */
interface Fact {
  /**
   * What changed, in the notation of the change validator, for example
   * `operation/GetItems/responses/200/schema/value`.
   */
  subject: string;
  /** The name of the operation in the designer, if the change belongs to an operation. */
  operation?: string;
  /** The field, parameter, operation or other thing that changed. */
  name: string;
  /** Set if the thing that changed has no name of its own. */
  nameless?: Nameless;
  /**
   * Set for an input that no flow sends: the platform sends the default of an internal input, and
   * the callback URL of a trigger; the service fills in a field that is `readOnly`.
   */
  filledBy?: 'platform' | 'callback' | 'service';
  /** Set for an output of a response that is not the one whose outputs the designer offers. */
  isNotOffered?: true;
}

/** What messages call a schema that has no name: "what `List items` returns", "each entry of `tags`". */
export interface Nameless {
  /** The closest thing around it that has a name, or stands for the whole. */
  of: 'field' | 'body' | 'response';
  /** How to get from there to the schema: into the entries of an array, the values of a map. */
  within: readonly ('entry' | 'value')[];
}

/**
 * A location in a JSON file of the connector after the change: the changed object, or the object
 * that contained a removed thing.
 */
export interface InJson {
  at: JsonContainer;
  key?: string | number;
  part?: KeyOrValue;
}

/** A location in any file. */
interface InFile {
  location: Location;
}

/** A change that its kind, subject and name describe completely. */
type Plain<Kind extends string> = Fact & InJson & { kind: Kind };
/** A change of a file. */
type OfFile<Kind extends string> = Fact & InFile & { kind: Kind };
/** A change of a value, without its kind. */
export type ValueChange = Fact & InJson & BeforeAfter;
/** A change of a value. */
type Valued<Kind extends string> = ValueChange & { kind: Kind };
/** A change of an operation, or of what several operations inherit from the definition. */
type OfOperations<Kind extends string> = Valued<Kind> & { operations?: number };
/** A change of the type of a field. `isSame` if both versions describe the same values. */
type Retyped<Kind extends string> = Valued<Kind> & {
  isSame?: true;
  /** The format before and after: it means nothing without the type. */
  formats?: BeforeAfter;
};
/** A JSON file of one version that is not JSON, or was not read. */
type Unreadable<Kind extends string> = OfFile<Kind> & {
  line: number;
  /** What is wrong at that line, and what to do. */
  issue: string;
  /** Whether there is only one way to read it, so that it was compared. */
  isCertain: boolean;
  /** Set if the update removes the file. */
  isGone?: true;
};

export type Change =
  // operations
  | (Plain<'OperationDeleted'> & { renamedTo?: string })
  | Plain<'OperationAdded'>
  | (Valued<'OperationPathTemplateChanged'> & { renamed?: readonly Renaming[] })
  | Valued<'OperationMethodChanged'>
  | Valued<'OperationTriggerChanged'>
  | (Valued<'OperationHidden'> & { replacedBy?: string })
  | Valued<'OperationVisibilityChanged'>
  | Valued<'OperationDeprecated'>
  | OfOperations<'OperationConsumesNarrowed'>
  | OfOperations<'OperationProducesNarrowed'>
  | OfOperations<'OperationMediaTypesWidened'>
  | Valued<'OperationSecurityChanged'>
  | Valued<'OperationTextChanged'>
  | Valued<'OperationPaginationChanged'>
  | (Valued<'NotificationUrlChanged'> & { before: Json[]; after: Json[] })
  | Valued<'OperationAttributeChanged'>
  // parameters
  | (Plain<'RequiredParameterAdded'> & { renamedFrom?: string; isInPath?: true })
  | Plain<'OptionalParameterAdded'>
  | (Plain<'ParameterDeleted'> & { renamedTo?: string })
  | Valued<'BodyParameterRenamed'>
  | Valued<'ParameterLocationChanged'>
  | Valued<'ParameterEncodingChanged'>
  | Valued<'ParameterCollectionFormatChanged'>
  // what a flow sends
  | (Plain<'RequiredInputFieldAdded'> & { renamedFrom?: string })
  | Plain<'OptionalInputFieldAdded'>
  | (Plain<'InputFieldDeleted'> & { renamedTo?: string })
  | Plain<'InputFieldOptionalToRequired'>
  | Plain<'InputFieldRequiredToOptional'>
  | Retyped<'InputFieldTypeChanged'>
  | Retyped<'InputFieldTypeWidened'>
  | Valued<'InputFieldTypeFormatChanged'>
  | Valued<'InputFieldTypeFormatWidened'>
  | Valued<'InputFieldEnumValueRemoved'>
  | Valued<'InputFieldEnumAdded'>
  | Valued<'InputFieldEnumWidened'>
  | Valued<'InputFieldConstraintTightened'>
  | Valued<'InputFieldConstraintLoosened'>
  | Valued<'InputFieldDefaultChanged'>
  | Valued<'InputFieldHidden'>
  // what a flow receives
  | (Plain<'OutputFieldDeleted'> & { renamedTo?: string })
  | Plain<'OutputFieldAdded'>
  | Retyped<'OutputFieldTypeChanged'>
  | Valued<'OutputFieldTypeFormatChanged'>
  | Valued<'OutputFieldEnumWidened'>
  | Valued<'OutputFieldEnumNarrowed'>
  | Valued<'OutputFieldNullable'>
  | Plain<'OutputFieldNoLongerRequired'>
  | Plain<'OutputFieldNowRequired'>
  | Plain<'OutputHeaderDeleted'>
  | Plain<'OutputHeaderAdded'>
  | (Plain<'SuccessResponseDeleted'> & { isEmpty?: true })
  | Valued<'SuccessCodeChanged'>
  | Plain<'ResponseAdded'>
  | Plain<'ResponseDeleted'>
  | Plain<'ErrorResponseChanged'>
  | (Plain<'ResponseSchemaDeleted'> & { isEmpty?: true; insteadOf?: string })
  | Plain<'ResponseSchemaAdded'>
  // both inputs and outputs
  | Valued<'DynamicSourceChanged'>
  | Valued<'FieldVisibilityChanged'>
  | Valued<'FieldTextChanged'>
  | Valued<'FieldAttributeChanged'>
  // the connector
  | Valued<'HostChanged'>
  | (Valued<'BasePathChanged'> & { isSame?: true })
  | Valued<'SchemeRemoved'>
  | Valued<'SchemeAdded'>
  | Valued<'SecurityDefinitionChanged'>
  | (Valued<'SecurityChanged'> & { operations: number })
  | Valued<'TitleChanged'>
  | Valued<'ConnectorTextChanged'>
  | Valued<'ConnectorMetadataChanged'>
  | Valued<'ConnectorAttributeChanged'>
  // apiProperties.json
  | (Plain<'PropertiesWrapperDeleted'> & { misnamed?: string })
  | Valued<'AuthenticationTypeChanged'>
  | Plain<'RequiredConnectionParameterAdded'>
  | Plain<'OptionalConnectionParameterAdded'>
  | (Plain<'ConnectionParameterDeleted'> & { renamedTo?: string })
  | Valued<'ConnectionParameterTypeChanged'>
  | Valued<'ConnectionParameterTextChanged'>
  | Valued<'ConnectionParameterChanged'>
  | Plain<'PolicyAdded'>
  | Plain<'PolicyDeleted'>
  | Valued<'PolicyChanged'>
  | Valued<'PolicyOperationsChanged'>
  | Valued<'ScriptOperationsChanged'>
  | Valued<'BrandChanged'>
  | Valued<'PropertyChanged'>
  // other files, and the connector as a whole
  | Plain<'ConnectorDeleted'>
  | (OfFile<'ScriptChanged'> & { cameOrWent?: 'added' | 'removed' })
  | (OfFile<'DocumentationChanged'> & { cameOrWent?: 'added' | 'removed' })
  // what could not be compared
  | Unreadable<'UpdateUnreadable'>
  | Unreadable<'PreviousVersionUnreadable'>
  | (Plain<'TooManyChanges'> & { listed: number });

export type ChangeKind = Change['kind'];
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { kind: Kind }>;
