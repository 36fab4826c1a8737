import type { Connector, ConnectorClass } from '../connector/connector.ts';
import type { JsonEdit, KeyOrValue, Range } from '../json/document.ts';
import type { Location, Severity } from '../shared/finding.ts';
import type { TextEdit } from '../shared/text-edit.ts';
import type { Speller } from './speller.ts';
import type { JsonContainer } from '../json/values.ts';
import type { OtherConnectors } from '../catalog/connector-index.ts';

/**
 * One severity for every class, or one for each; `off` where the rule does not hold for a class.
 */
export type SeverityByClass = Severity | Record<ConnectorClass, Severity | 'off'>;

/** Certification asks for it: an error, but custom connectors are samples that nobody certifies. */
export const certificationSeverity: SeverityByClass = {
  certified: 'error',
  'independent-publisher': 'error',
  custom: 'warning',
};

/**
 * A part of the JSON: an object, or the property of it that is meant, by its value or
 * (`part: 'key'`) by its key.
 */
interface InJson {
  at: JsonContainer;
  key?: string | number;
  part?: KeyOrValue;
  /**
   * The piece of the value that is meant, where that is a text: from one UTF-16 unit of it to
   * another.
   */
  piece?: Range;
}

/** A part of another file, or a file as a whole. */
interface InFile {
  location: Location;
}

export type RuleViolation = (InJson | InFile) & {
  /** What is wrong, with the actual names and values, and what to do: see `say`. */
  message: string;
  /**
   * Tells findings apart that one rule has at one place, for example the name of the property that
   * is missing.
   */
  detail?: string;
  /** What mends it, where that is certain. */
  fix?: JsonEdit[] | { edits: TextEdit[] };
};

/**
 * What a rule may use besides the connector. Each is there or not: a rule that needs what is not
 * there says nothing.
 */
export interface RuleContext {
  /** The dictionary. */
  speller?: Speller;
  /** Words that the guarded repository uses besides those of the dictionary, in small letters. */
  words?: ReadonlySet<string>;
  /** The other connectors of the repository. */
  others?: OtherConnectors;
}

export interface Rule {
  /** The published id where there is one, else ours in the same manner. */
  id: string;
  /**
   * How bad a breach is, by class. Measured: what more than 2.5% of the accepted connectors do is
   * no error.
   */
  severity: SeverityByClass;
  /** What must hold, in one sentence. */
  description: string;
  /** Why it matters to the people who use, maintain or review connectors. */
  rationale: string;
  /** Whether some of its findings come with a fix. */
  fixable?: true;
  /** Every breach in a connector. Pure; never throws, whatever the connector contains. */
  check(connector: Connector, context: RuleContext): Iterable<RuleViolation>;
}
