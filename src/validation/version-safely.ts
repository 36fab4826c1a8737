import { classify } from '../changes/classify.ts';
import { compareConnectors } from '../changes/compare.ts';
import {
  brokenOperations,
  operationIn,
  versionOperations,
  type UnroutedOperation,
  type VersionedFolder,
  type VersionedOperation,
} from '../changes/version-operations.ts';
import { usersOf } from '../changes/old-definitions.ts';
import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import type { JsonFile } from '../json/document.ts';
import { parsePointer } from '../json/pointer.ts';
import { rules } from '../rules/registry.ts';
import type { Rule } from '../rules/rule.ts';
import { severityOf } from '../rules/severity.ts';
import type { Finding } from '../shared/finding.ts';
import { runRules, type RunOptions } from './run-rules.ts';

/** How often operations are left out, and the result is tested again. */
const maxTests = 4;

export interface SafeVersions {
  /** The folder after the update, with the old versions that make it better. */
  folder: ConnectorFolder;
  operations: VersionedOperation[];
  unrouted: UnroutedOperation[];
  /** The broken operations that stay as the update has them, and why. */
  refused: { id: string; reason: string }[];
  /** Why nothing could be written at all. */
  obstacle?: string;
}

/**
 * Versions the operations that an update breaks (see `versionOperations`), and tests the result: it
 * has no error and no breaking change that neither version of the connector had, and its files are
 * JSON. An operation whose versions do not pass stays as the update has it.
 */
export function versionSafely(
  before: ConnectorFolder,
  after: ConnectorFolder,
  options: Omit<RunOptions, 'fixes'> = {},
): SafeVersions {
  const none: SafeVersions = { folder: after, operations: [], unrouted: [], refused: [] };
  const versions = { before: readConnector(before), after: readConnector(after) };
  for (const [side, { definitionFile }] of Object.entries(versions)) {
    if (definitionFile?.isFixable !== true)
      return {
        ...none,
        obstacle:
          `The definition ${side} the update is not valid JSON, so that its operations are ` +
          'uncertain. Correct the file first.',
      };
  }
  const ids = brokenOperations(versions.before, versions.after);
  const test = new VersionTest(versions.before, versions.after, options);
  const reasons = new Map<string, string>();
  for (let count = 0; count < maxTests; count += 1) {
    const left = ids.filter((id) => !reasons.has(id));
    const versioned = versionOperations(versions.before, after, left);
    const faults = test.faultsOf(versioned);
    if (faults.length === 0) {
      const { folder, operations, unrouted } = versioned;
      return { folder, operations, unrouted, refused: listOf(reasons) };
    }
    for (const { id, reason } of culpritsOf(faults, versioned)) reasons.set(id, reason);
    if (count === maxTests - 2) for (const id of left) reasons.set(id, reasonOf(faults));
  }
  return { ...none, refused: listOf(reasons) };
}

const listOf = (reasons: ReadonlyMap<string, string>): SafeVersions['refused'] =>
  [...reasons].map(([id, reason]) => ({ id, reason }));

const reasonOf = (faults: readonly Fault[]): string => faults[0]?.message ?? '';

/** Something that is worse in the result than in both versions. */
interface Fault {
  /** What it is about, in the notation of the change validator. */
  subject: string | undefined;
  message: string;
}

/** What is wrong with the two versions of the connector. */
interface Baseline {
  /** The number of errors by `keyOf`. */
  counts: Map<string, number>;
  /** Errors of parts that operations share, by `tailOf`. */
  shared: Set<string>;
  /** The breaking changes of the update, by key. */
  breaks: Set<string>;
}

/** Finds what is worse in a result than in both versions of a connector. */
class VersionTest {
  readonly #before: Connector;
  readonly #after: Connector;
  readonly #options: RunOptions;
  readonly #rules: readonly Rule[];
  #baselineCache: Baseline | undefined;

  constructor(before: Connector, after: Connector, options: RunOptions) {
    this.#before = before;
    this.#after = after;
    this.#options = { ...options, fixes: false };
    this.#rules = rules.filter(
      (rule) => severityOf(rule, after.class, options.overrides) === 'error',
    );
  }

  faultsOf({ folder, operations, origins }: VersionedFolder): Fault[] {
    if (operations.length === 0) return [];
    const result = readConnector(folder);
    if (!isReadable(result, this.#after))
      return [{ subject: undefined, message: 'The files would no longer be valid JSON.' }];
    const { breaks } = this.#baseline();
    const restored = new Set(operations.map(({ old }) => old));
    const faults = breaksOf(this.#before, result)
      .filter(({ key, subject }) => restored.has(operationIn(subject) ?? '') || !breaks.has(key))
      .map(({ subject, message }): Fault => ({ subject, message }));
    return [...faults, ...this.#newErrors(result, origins)];
  }

  #newErrors(result: Connector, origins: VersionedFolder['origins']): Fault[] {
    const { counts, shared } = this.#baseline();
    const errors = Map.groupBy(this.#errorsOf(result), (finding) => keyOf(finding, origins));
    return [...errors].flatMap(([key, findings]) =>
      findings.length <= (counts.get(key) ?? 0) || findings.every((at) => shared.has(tailOf(at)))
        ? []
        : findings.map(({ rule, message, subject }) => ({
            subject,
            message: `${rule}: ${message}`,
          })),
    );
  }

  #baseline(): Baseline {
    if (this.#baselineCache) return this.#baselineCache;
    const counts = new Map<string, number>();
    const shared = new Set<string>();
    for (const finding of [...this.#errorsOf(this.#before), ...this.#errorsOf(this.#after)]) {
      const key = keyOf(finding, undefined);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      // An old version has a copy of what its operation shared with others.
      if (/^(?:path|parameter|response)\//.test(finding.subject ?? '')) shared.add(tailOf(finding));
    }
    const breaks = new Set(breaksOf(this.#before, this.#after).map(({ key }) => key));
    return (this.#baselineCache = { counts, shared, breaks });
  }

  #errorsOf(connector: Connector): Finding[] {
    return runRules(connector, this.#rules, this.#options).filter(
      ({ severity }) => severity === 'error',
    );
  }
}

const isAsStrict = (result: JsonFile | undefined, after: JsonFile | undefined): boolean =>
  result === undefined ||
  (result.isFixable === after?.isFixable && result.issues.length <= after.issues.length);

const isReadable = (result: Connector, after: Connector): boolean =>
  result.definition !== undefined &&
  isAsStrict(result.definitionFile, after.definitionFile) &&
  isAsStrict(result.propertiesFile, after.propertiesFile);

const breaksOf = (
  before: Connector,
  after: Connector,
): { key: string; subject: string; message: string }[] => {
  const changes = compareConnectors(before, after);
  return classify(changes, after, before).flatMap(({ severity, rule, message }, index) => {
    const subject = changes[index]?.subject ?? '';
    return severity === 'error' ? [{ key: `${rule}\n${subject}`, subject, message }] : [];
  });
};

/** Identifies an error by the names that the connector had for things before. */
function keyOf(
  { rule, subject, location: { file, pointer } }: Finding,
  origins: VersionedFolder['origins'] | undefined,
): string {
  const [section = '', name = '', ...rest] = (subject ?? '').split('/');
  const renamed =
    section === 'operation' ? origins?.operations.get(name) : origins?.definitions.get(name);
  if (section === 'operation' || section === 'definition')
    return [rule, section, renamed ?? name, ...rest].join('/');
  const [first, path = '', ...below] = parsePointer(pointer);
  if (first === 'paths')
    return [rule, first, origins?.paths.get(path) ?? path, ...below].join('\n');
  return [rule, file, pointer].join('\n');
}

/** The part of a subject below its operation, path or response. */
const tailOf = ({ rule, subject = '' }: Finding): string => {
  const tail =
    /\/?parameter\/.*$/.exec(subject) ??
    /(?<=^response\/[^/]*|\/responses\/[^/]*)\/.*$/.exec(subject);
  return `${rule} ${tail?.[0].replace(/^\//, '') ?? subject}`;
};

/**
 * The operations to leave out because of faults: those that have them or use the definitions that
 * have them. If there are none, the last half: a limit of the connector may allow the others.
 */
function culpritsOf(
  faults: readonly Fault[],
  { folder, operations }: VersionedFolder,
): { id: string; reason: string }[] {
  const oldIds = new Map(
    operations.flatMap(({ old, new: id = old }) => [
      [old, old],
      [id, old],
    ]),
  );
  const found = faults.flatMap(({ subject, message }) => {
    const id = oldIds.get(operationIn(subject) ?? '');
    return id === undefined ? [] : [{ id, reason: message }];
  });
  if (found.length > 0) return found;
  const reason = reasonOf(faults);
  const names = faults.flatMap(
    ({ subject }) => /^definition\/([^/]+)/.exec(subject ?? '')?.[1] ?? [],
  );
  const { definition } = readConnector(folder);
  const users = definition ? usersOf(definition, names) : new Set();
  const culprits = operations.filter(({ old }) => users.has(old));
  return (culprits.length > 0 ? culprits : operations.slice(Math.floor(operations.length / 2))).map(
    ({ old }) => ({ id: old, reason }),
  );
}
