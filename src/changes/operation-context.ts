import { nameOf, type Operation } from '../connector/definition.ts';
import { asText, own, type JsonObject } from '../json/values.ts';
import type { Change, InJson } from './change-kinds.ts';
import type { SchemaComparison } from './compare-schemas.ts';

export type ReportChange = (change: Change) => void;

/** What the comparison of two versions of an operation needs at every level. */
export interface OperationContext {
  /** The subject of the operation: `operation/<id>`. */
  subject: string;
  /** The name of the operation in the designer. */
  operation: string;
  schemas: SchemaComparison;
  report: ReportChange;
}

/** The name of an operation in the designer. */
export const titleOf = (operation: Operation): string =>
  asText(operation.raw.summary) ?? nameOf(operation);
export const subjectOf = (operation: Operation): string => `operation/${nameOf(operation)}`;

/** The location of a property, or of the object if the property is missing. */
export const locationOf = (at: JsonObject, key: string): InJson =>
  own(at, key) === undefined ? { at } : { at, key };

/** The location of the name of a property, or of the object if the property is missing. */
export const keyLocationOf = (at: JsonObject, key: string): InJson =>
  own(at, key) === undefined ? { at } : { at, key, part: 'key' };
