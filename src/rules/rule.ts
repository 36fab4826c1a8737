import type { Connector, ConnectorClass } from '../connector/connector.ts';
import type { JsonEdit, KeyOrValue, Range } from '../json/document.ts';
import type { PolicyCode } from './policy-codes.ts';
import type { Source } from './sources.ts';
import type { Location, Severity } from '../shared/finding.ts';
import type { TextEdit } from '../shared/text-edit.ts';
import type { Speller } from './speller.ts';
import type { JsonContainer } from '../json/values.ts';
import type { OtherConnectors } from '../catalog/connector-index.ts';

/**
 * What a rule is about: the name of the folder in `src/rules/` that the rule is in, and of the gate
 * in `src/review/gates/` that its findings fail.
 */
export type RuleCategory =
  | 'definition'
  | 'properties'
  | 'wording'
  | 'icon'
  | 'package'
  | 'uniqueness';

/** What the author of a pull request attests and rules can verify. */
export type Attestation = 'descriptions' | 'responses' | 'brand' | 'credentials';

/** One severity for every class, or one for each; `off` if the rule does not hold for a class. */
export type SeverityByClass = Severity | Record<ConnectorClass, Severity | 'off'>;

/** For what certification requires: custom connectors are samples, which are never certified. */
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
  /** The range of the value that is meant, if the value is a text; in UTF-16 units. */
  piece?: Range;
}

/** A part of another file, or a file as a whole. */
interface InFile {
  location: Location;
}

export type RuleViolation = (InJson | InFile) & {
  /** What is wrong, with the actual names and values, and what to do: see `safe`. */
  message: string;
  /**
   * Distinguishes the findings that a rule has at the same location, for example by the name of the
   * missing property. It is part of the fingerprint.
   */
  detail?: string;
  /**
   * How severe this violation is, if it is less severe than the rule says: in a file of less weight,
   * or in a form that accepted connectors have. The settings of a repository overrule it.
   */
  severity?: SeverityByClass;
  /** What fixes it, if that is certain. */
  fix?: JsonEdit[] | { edits: TextEdit[] };
};

/** What a rule may use besides the connector. A rule finds nothing if what it needs is missing. */
export interface RuleContext {
  /** The dictionary. */
  speller?: Speller;
  /** Words that the guarded repository uses besides those of the dictionary, in lower case. */
  words?: ReadonlySet<string>;
  /** The other connectors of the repository. */
  others?: OtherConnectors;
}

export interface Rule {
  /** The published id if there is one, else an id of ours in the same style. */
  id: string;
  /**
   * How severe a violation is, by class. Measured: a violation that more than 2.5% of the accepted
   * connectors have is not an error.
   */
  severity: SeverityByClass;
  /**
   * The policy codes that the certification service or the Solution Checker answers a violation
   * with, such as `5000.2.6.2`. All codes: `docs/policies.md`.
   */
  policies?: readonly PolicyCode[];
  /** The page of Microsoft's documentation that the rule comes from, if it is known. */
  source?: Source;
  /** What must hold, in one sentence. */
  description: string;
  /** Why it matters to the people who use, maintain or review connectors. */
  rationale: string;
  /** Whether some of its findings come with a fix. */
  fixable?: true;
  /** The attestation that any finding of this rule contradicts. */
  attests?: Attestation;
  /** Finds every violation in a connector. Pure; never throws, whatever the connector contains. */
  check(connector: Connector, context: RuleContext): Iterable<RuleViolation>;
}
