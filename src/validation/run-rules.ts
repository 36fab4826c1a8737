import { type SeverityOverrides, severityOf, severityOfViolation } from '../rules/severity.ts';
import { failsCertification, policiesIn } from '../rules/certification.ts';
import { fileOf, type Connector, type ConnectorClass } from '../connector/connector.ts';
import { compareStrings } from '../shared/compare-strings.ts';
import { memoize } from '../shared/memoize.ts';
import {
  fingerprintOf,
  uniqueFingerprints,
  shownPlace,
  type Finding,
  type Fix,
  type Severity,
} from '../shared/finding.ts';
import { maskFinding, maskFor } from '../secrets/mask.ts';
import type { JsonFile } from '../json/document.ts';
import { subjectOf } from '../connector/subject-path.ts';
import { isContainer, own, type Json } from '../json/values.ts';
import type { RuleContext, RuleViolation, Rule } from '../rules/rule.ts';

export interface RunOptions {
  overrides?: SeverityOverrides;
  /**
   * Whether findings come with their fixes; true by default. Computing the fixes takes as long as
   * finding everything.
   */
  fixes?: boolean;
  context?: RuleContext;
  /** Called before each rule. Throws if nobody needs the findings any more. */
  checkpoint?: () => void;
}

/**
 * Runs rules on a connector. The findings are in the order of the files and lines, without
 * duplicates. `existing` is false for all of them.
 */
export function runRules(
  connector: Connector,
  rules: readonly Rule[],
  { overrides = noOverrides, fixes = true, context = {}, checkpoint }: RunOptions = {},
): Finding[] {
  const findings: Finding[] = [];
  const mask = maskFor(connector);
  for (const rule of rulesFor(rules)(overrides)[connector.class]) {
    checkpoint?.();
    let fingerprints: FingerprintCounter | undefined;
    let count = 0;
    for (const violation of rule.check(connector, context)) {
      const severity = severityOfViolation(rule, violation, connector.class, overrides);
      if (severity === 'off') continue;
      const finding = (fingerprints ??= new FingerprintCounter()).add(
        toFinding(connector, rule, severity, violation, fixes),
      );
      if (!finding) continue;
      maskFinding(finding, mask);
      addPolicies(finding, connector, rule);
      findings.push(finding);
      count += 1;
      if (count < maxFindingsPerRule) continue;
      const more = tooManyFindings(finding);
      addPolicies(more, connector, rule);
      findings.push(more);
      break;
    }
  }
  const order = new Map(connector.texts.map(({ file }, index) => [file, index]));
  const rank = (file: string): number => order.get(file) ?? order.size;
  return findings.sort(
    ({ location: a }, { location: b }) =>
      rank(a.file) - rank(b.file) || comparePlaces(shownPlace(a), shownPlace(b)),
  );
}

const noOverrides: SeverityOverrides = {};

/** The rules that hold for each class. Computed once for all connectors of a run. */
const rulesFor = memoize((rules: readonly Rule[]) =>
  memoize((overrides: SeverityOverrides): Record<ConnectorClass, readonly Rule[]> => {
    const of = (connectorClass: ConnectorClass): readonly Rule[] =>
      rules.filter((rule) => severityOf(rule, connectorClass, overrides) !== 'off');
    return {
      certified: of('certified'),
      'independent-publisher': of('independent-publisher'),
      custom: of('custom'),
    };
  }),
);

const comparePlaces = (a: Place, b: Place): number =>
  compareStrings(a.file, b.file) || a.line - b.line || a.column - b.column;
type Place = ReturnType<typeof shownPlace>;

/**
 * At most this many findings of a rule are listed for a connector; a further finding says that there
 * are more. The highest number in the corpus is 1,066.
 */
export const maxFindingsPerRule = 2_500;

const tooManyFindings = ({ rule, severity, location, existing }: Finding): Finding => ({
  rule,
  severity,
  location,
  existing,
  fixable: false,
  message:
    `This rule has more than ${maxFindingsPerRule} findings in the connector; ` +
    'only the first ones are listed. Fix them and check again.',
  fingerprint: fingerprintOf(`${rule}\nmore`),
});

/** Adds what the certification answers such a finding with. */
function addPolicies(finding: Finding, connector: Connector, rule: Rule): void {
  const policies = policiesIn(rule, connector, finding.location.file);
  if (policies.length === 0) return;
  finding.policies = policies;
  if (failsCertification(finding.severity, connector.class, policies))
    finding.failsCertification = true;
}

/** Drops duplicate findings of a rule, and makes the fingerprints of the others unique. */
class FingerprintCounter {
  /** Files and messages of the findings so far, by line and column. */
  readonly #messages = new Map<number, string[]>();
  readonly #fingerprint = uniqueFingerprints();

  /** Sets the fingerprint of a finding; undefined if there was the same finding before. */
  add(finding: Finding): Finding | undefined {
    const { location, message, fingerprint: identity } = finding;
    const { file, line, column } = shownPlace(location);
    const position = line * 1e7 + column;
    const key = `${file}\n${message}`;
    const messages = this.#messages.get(position);
    if (messages?.includes(key)) return undefined;
    if (messages) messages.push(key);
    else this.#messages.set(position, [key]);
    finding.fingerprint = this.#fingerprint(identity);
    return finding;
  }
}

function toFinding(
  connector: Connector,
  rule: Rule,
  severity: Severity,
  violation: RuleViolation,
  fixes: boolean,
): Finding {
  const common = { rule: rule.id, severity, message: violation.message, existing: false };
  if ('location' in violation) {
    const fix: Fix | undefined =
      violation.fix &&
      !Array.isArray(violation.fix) &&
      !deletesComment(jsonFileAt(connector, violation.location.file), violation.fix)
        ? violation.fix
        : undefined;
    const { file } = shownPlace(violation.location);
    const identity = [rule.id, file, violation.detail ?? ''].join('\n');
    return {
      ...common,
      location: violation.location,
      fingerprint: identity,
      fixable: fix !== undefined,
      ...(fix && fixes && { fix }),
    };
  }
  const file = fileOf(connector, violation.at);
  const { location, path } = file.locate(
    violation.at,
    violation.key,
    violation.part,
    violation.piece,
  );
  const subject =
    file === connector.definition?.file ? subjectOf(connector.definition.raw, path) : undefined;
  const identity = [
    rule.id,
    file.file,
    stablePath(file, path),
    violation.detail ?? '',
    wrongValue(violation),
  ].join('\n');
  const fixable =
    violation.fix !== undefined && file.isFixable && !deletesComment(file, violation.fix);
  const finding: Finding = { ...common, location, fingerprint: identity, fixable };
  if (subject !== undefined) finding.subject = subject;
  if (fixable && fixes) finding.fix = fixOf(file, violation.fix);
  return finding;
}

const jsonFileAt = (connector: Connector, path: string): JsonFile | undefined =>
  [connector.definitionFile, connector.propertiesFile].find((file) => file?.file === path);

/** Whether a fix would delete a comment, which JSON cannot have but a person wrote. */
function deletesComment(file: JsonFile | undefined, fix: RuleViolation['fix']): boolean {
  const comments = file?.issues.filter(({ kind }) => kind === 'comment') ?? [];
  return (
    file !== undefined &&
    comments.length > 0 &&
    fixOf(file, fix).edits.some((edit) =>
      comments.some(({ start, end }) => edit.start < end && edit.end > start),
    )
  );
}

const fixOf = (file: JsonFile, fix: RuleViolation['fix'] = []): Fix =>
  Array.isArray(fix) ? { edits: fix.flatMap((edit) => file.edits(edit)) } : fix;

/**
 * A path that names the elements of arrays instead of counting them, so that it stays the same when
 * elements are inserted before them.
 */
function stablePath(file: JsonFile, path: readonly (string | number)[]): string {
  let at: Json | undefined = file.value;
  let stable = '';
  for (const [index, part] of path.entries()) {
    let below: Json | undefined;
    if (Array.isArray(at)) below = at[Number(part)];
    else if (isContainer(at)) below = at[part]; // the path was read off the file: it has that key
    at = below;
    if (index > 0) stable += '/';
    if (typeof part === 'string') stable += part;
    else if (!isContainer(below)) stable += JSON.stringify(below);
    else {
      const name = Array.isArray(below) ? undefined : (below.name ?? below.$ref);
      stable += typeof name === 'string' ? name : '*';
    }
  }
  return stable;
}

/** The scalar that a violation points at; a different value there is a different finding. */
function wrongValue(violation: RuleViolation): string {
  if (!('at' in violation) || violation.key === undefined || violation.part === 'key') return '';
  const value = Array.isArray(violation.at)
    ? violation.at[Number(violation.key)]
    : own(violation.at, String(violation.key));
  if (isContainer(value) || value === undefined) return '';
  const text = String(value);
  // hashing whole descriptions costs more than finding them
  return text.length > 80 ? `${text.slice(0, 80)}…${text.length}` : text;
}
