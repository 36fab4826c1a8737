import type { KeyOrValue } from '../json/document.ts';
import type { JsonContainer } from '../json/values.ts';
import type { BeforeAfter } from './json-differences.ts';

/** What all changes have in common. */
interface Fact {
  /**
   * What changed, in the notation of the change validator, for example
   * `operation/GetItems/responses/200/schema/value`.
   */
  subject: string;
  /**
   * The location in the connector after the change: the changed object, or the object that
   * contained a removed one.
   */
  at: JsonContainer;
  key?: string | number;
  part?: KeyOrValue;
  /** The name of the operation in the designer, if the change belongs to an operation. */
  operation?: string;
}

interface Named {
  /** The field, parameter, operation or other thing that changed. */
  name: string;
}

/** A change that its kind, subject and name describe completely. */
type Plain<Kind extends string> = Fact & Named & { kind: Kind };
/** A change of a value. */
type Valued<Kind extends string> = Fact & Named & BeforeAfter & { kind: Kind };

export type Change =
  // operations
  | (Plain<'OperationDeleted'> & { renamedTo?: string })
  | Plain<'OperationAdded'>
  | Valued<'OperationPathTemplateChanged'>
  | Valued<'OperationMethodChanged'>
  | Valued<'OperationTriggerChanged'>
  | Valued<'OperationHidden'>
  | Valued<'OperationVisibilityChanged'>
  | Valued<'OperationDeprecated'>
  | Valued<'OperationConsumesNarrowed'>
  | Valued<'OperationProducesNarrowed'>
  | Valued<'OperationMediaTypesWidened'>
  | Valued<'OperationSecurityChanged'>
  | Valued<'OperationTextChanged'>
  | Valued<'OperationAttributeChanged'>
  // parameters
  | Plain<'RequiredParameterAdded'>
  | Plain<'OptionalParameterAdded'>
  | Plain<'ParameterDeleted'>
  | Valued<'ParameterLocationChanged'>
  | Valued<'ParameterEncodingChanged'>
  | Valued<'ParameterCollectionFormatChanged'>
  // what a flow sends
  | (Plain<'RequiredInputFieldAdded'> & { renamedFrom?: string })
  | Plain<'OptionalInputFieldAdded'>
  | (Plain<'InputFieldDeleted'> & { renamedTo?: string })
  | Plain<'InputFieldOptionalToRequired'>
  | Plain<'InputFieldRequiredToOptional'>
  | Valued<'InputFieldTypeChanged'>
  | Valued<'InputFieldTypeWidened'>
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
  | Valued<'OutputFieldTypeChanged'>
  | Valued<'OutputFieldTypeFormatChanged'>
  | Valued<'OutputFieldEnumWidened'>
  | Valued<'OutputFieldEnumNarrowed'>
  | Valued<'OutputFieldNullable'>
  | Plain<'OutputFieldNoLongerRequired'>
  | Plain<'OutputFieldNowRequired'>
  | Plain<'OutputHeaderDeleted'>
  | Plain<'OutputHeaderAdded'>
  | Plain<'SuccessResponseDeleted'>
  | Plain<'ResponseAdded'>
  | Plain<'ResponseDeleted'>
  | Plain<'ErrorResponseChanged'>
  | Plain<'ResponseSchemaDeleted'>
  | Plain<'ResponseSchemaAdded'>
  // both inputs and outputs
  | Valued<'DynamicSourceChanged'>
  | Valued<'FieldVisibilityChanged'>
  | Valued<'FieldTextChanged'>
  | Valued<'FieldAttributeChanged'>
  // the connector
  | Valued<'HostChanged'>
  | Valued<'BasePathChanged'>
  | Valued<'SchemeRemoved'>
  | Valued<'SchemeAdded'>
  | Valued<'SecurityDefinitionChanged'>
  | Valued<'TitleChanged'>
  | Valued<'ConnectorTextChanged'>
  | Valued<'ConnectorMetadataChanged'>
  | Valued<'ConnectorAttributeChanged'>
  // apiProperties.json
  | Valued<'AuthenticationTypeChanged'>
  | Plain<'RequiredConnectionParameterAdded'>
  | Plain<'OptionalConnectionParameterAdded'>
  | Plain<'ConnectionParameterDeleted'>
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
  | Plain<'ScriptChanged'>
  | Plain<'DocumentationChanged'>
  // changes that could not be listed
  | (Plain<'TooManyChanges'> & { listed: number });

export type ChangeKind = Change['kind'];
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { kind: Kind }>;
