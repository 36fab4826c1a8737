import { type SeverityOverrides, severityOf } from '../rules/severity.ts';
import { fileOf, type Connector, type ConnectorClass } from '../connector/connector.ts';
import {
  fingerprintOf,
  uniqueFingerprints,
  type Finding,
  type Fix,
  type Severity,
} from '../shared/finding.ts';
import { maskFinding, maskFor } from '../secrets/mask.ts';
import type { JsonFile } from '../json/document.ts';
import { subjectOf } from '../connector/subject-path.ts';
import { isContainer, own, type Json } from '../json/values.ts';
import type { RuleContext, RuleViolation, Rule } from '../rules/rule.ts';

const none: SeverityOverrides = {};
interface ActiveRule {
  rule: Rule;
  severity: Severity;
}

const activeRulesFor = new WeakMap<
  SeverityOverrides,
  Map<string, { rules: readonly Rule[]; list: ActiveRule[] }>
>();

/** The rules that hold for a class, each with its severity; worked out once for many connectors. */
function activeRules(
  rules: readonly Rule[],
  connectorClass: ConnectorClass,
  overrides: SeverityOverrides,
): ActiveRule[] {
  let byClass = activeRulesFor.get(overrides);
  if (!byClass) activeRulesFor.set(overrides, (byClass = new Map()));
  const known = byClass.get(connectorClass);
  if (known?.rules === rules) return known.list;
  const list: ActiveRule[] = [];
  for (const rule of rules) {
    const severity = severityOf(rule, connectorClass, overrides);
    if (severity !== 'off') list.push({ rule, severity });
  }
  byClass.set(connectorClass, { rules, list });
  return list;
}

export interface RunOptions {
  overrides?: SeverityOverrides;
  /**
   * Whether fixes are wanted: they are, unless said otherwise. Working them out costs as much as
   * all the rest.
   */
  fixes?: boolean;
  context?: RuleContext;
}

/**
 * Holds a connector to rules. The findings stand in the order of the files and lines; none is said
 * twice. `existing` is false for all: see `markExisting`.
 */
export function runRules(
  connector: Connector,
  rules: readonly Rule[],
  { overrides = none, fixes = true, context = {} }: RunOptions = {},
): Finding[] {
  const findings: Finding[] = [];
  const mask = maskFor(connector);
  for (const { rule, severity } of activeRules(rules, connector.class, overrides)) {
    let numbered: Numbering | undefined;
    let count = 0;
    for (const found of rule.check(connector, context)) {
      const finding = (numbered ??= new Numbering()).number(
        toFinding(connector, rule, severity, found, fixes),
      );
      if (!finding) continue;
      maskFinding(finding, mask);
      findings.push(finding);
      count += 1;
      if (count < maxFindingsPerRule) continue;
      findings.push(cutShort(finding));
      break;
    }
  }
  const order = new Map(connector.texts.map(({ file }, index) => [file, index]));
  const rank = (file: string): number => order.get(file) ?? order.size;
  return findings.sort(({ location: a }, { location: b }) => {
    const byRank = rank(a.file) - rank(b.file);
    if (byRank !== 0) return byRank;
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}

/**
 * More findings of one rule in one connector are not listed, and that is a finding itself. In the
 * corpus 1,066 is the most.
 */
export const maxFindingsPerRule = 2_500;

const cutShort = ({ rule, severity, location, existing }: Finding): Finding => ({
  rule,
  severity,
  location,
  existing,
  fixable: false,
  message:
    `More than ${maxFindingsPerRule} findings of this rule: ` +
    'those behind this place are not listed. Mend the first ones and check again.',
  fingerprint: fingerprintOf(`${rule}\nmore`),
});

/**
 * Leaves out what a rule says twice, and gives those of its findings fingerprints of their own that
 * are otherwise equal.
 */
class Numbering {
  /** The messages at a line and column, behind the file that they are of. */
  readonly #said = new Map<number, string[]>();
  readonly #fingerprint = uniqueFingerprints();

  number(finding: Finding): Finding | undefined {
    const { location, message, fingerprint: identity } = finding;
    const where = location.line * 1e7 + location.column;
    const saying = `${location.file}\n${message}`;
    const said = this.#said.get(where);
    if (said?.includes(saying)) return undefined;
    if (said) said.push(saying);
    else this.#said.set(where, [saying]);
    finding.fingerprint = this.#fingerprint(identity);
    return finding;
  }
}

/**
 * Marks the findings that the connector had already before: those do not block an update, they are
 * debt.
 */
export function markExisting(findings: readonly Finding[], before: readonly Finding[]): Finding[] {
  const known = new Set(before.map(({ fingerprint }) => fingerprint));
  return findings.map((finding) => ({ ...finding, existing: known.has(finding.fingerprint) }));
}

function toFinding(
  connector: Connector,
  rule: Rule,
  severity: Severity,
  found: RuleViolation,
  fixes: boolean,
): Finding {
  const common = { rule: rule.id, severity, message: found.message, existing: false };
  if ('location' in found) {
    const fix: Fix | undefined = found.fix && !Array.isArray(found.fix) ? found.fix : undefined;
    const identity = [rule.id, found.location.file, found.detail ?? ''].join('\n');
    return {
      ...common,
      location: found.location,
      fingerprint: identity,
      fixable: fix !== undefined,
      ...(fix && fixes && { fix }),
    };
  }
  const file = fileOf(connector, found.at);
  const { location, path } = file.locate(found.at, found.key, found.part, found.piece);
  const subject =
    file === connector.definition?.file ? subjectOf(connector.definition.raw, path) : undefined;
  const identity = [
    rule.id,
    file.file,
    stablePath(file, path),
    found.detail ?? '',
    wrongValue(found),
  ].join('\n');
  const fixable = found.fix !== undefined && file.isFixable;
  const finding: Finding = { ...common, location, fingerprint: identity, fixable };
  if (subject !== undefined) finding.subject = subject;
  if (fixable && fixes) finding.fix = fixOf(file, found.fix);
  return finding;
}

const fixOf = (file: JsonFile, fix: RuleViolation['fix'] = []): Fix =>
  Array.isArray(fix) ? { edits: fix.flatMap((mend) => file.edits(mend)) } : fix;

/**
 * A path in which elements of arrays are called by name, so that it stays when others are put
 * before them.
 */
function stablePath(file: JsonFile, path: readonly (string | number)[]): string {
  let at: Json | undefined = file.value;
  let steady = '';
  for (const [index, part] of path.entries()) {
    let below: Json | undefined;
    if (Array.isArray(at)) below = at[Number(part)];
    else if (isContainer(at)) below = at[part]; // the path was read off the file: it has that key
    at = below;
    if (index > 0) steady += '/';
    if (typeof part === 'string') steady += part;
    else if (!isContainer(below)) steady += JSON.stringify(below);
    else {
      const name = Array.isArray(below) ? undefined : (below.name ?? below.$ref);
      steady += typeof name === 'string' ? name : '*';
    }
  }
  return steady;
}

/**
 * The value that is meant, where it is a single one: another value in its place is another finding.
 */
function wrongValue(found: RuleViolation): string {
  if (!('at' in found) || found.key === undefined || found.part === 'key') return '';
  const value = Array.isArray(found.at)
    ? found.at[Number(found.key)]
    : own(found.at, String(found.key));
  if (isContainer(value) || value === undefined) return '';
  const text = String(value);
  // hashing whole descriptions costs more than finding them
  return text.length > 80 ? `${text.slice(0, 80)}…${text.length}` : text;
}
