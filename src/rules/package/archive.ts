import { archiveLimits, type ArchiveProblemKind } from '../../connector/archive.ts';
import type { ConnectorPackage, PackageProblem } from '../../connector/package.ts';
import { inPackage } from '../../connector/packaged-connector.ts';
import { limits } from '../../shared/limits.ts';
import { safe, wholeFile, type EntryLocation, type Location } from '../../shared/finding.ts';
import type { Rule, RuleViolation } from '../rule.ts';

const megabytesOf = (bytes: number): number => bytes / 1024 / 1024;
const megabytes = megabytesOf(archiveLimits.unpackedBytes);

/**
 * The location of a file or folder in the package, or of a place in the file; of the package as a
 * whole for `''`.
 */
export const placeIn = (
  { file }: ConnectorPackage,
  path: string,
  { pointer = '', line = 1, column = 1 }: Partial<Omit<EntryLocation, 'path'>> = {},
): Location => (path === '' ? wholeFile(file) : inPackage(file, { path, pointer, line, column }));

/** How messages call the archive at a place. */
const archiveName = ({ file }: ConnectorPackage, place: string): string =>
  place === '' ? file : place;

const again = 'Build the package again with the usual tools, and commit the new file.';

/** What is wrong, for the archive `at` and its entry, and what to do. */
type Messages = Partial<Record<ArchiveProblemKind, (at: string, entry: string) => string>>;

const damage: Messages = {
  damaged: (at) => safe`${at} is not a zip archive, or a part of it is missing. ` + again,
  trailing: (at) =>
    safe`${at} has bytes before its first file or after its end, which programs read in ` +
    `different ways. ${again}`,
  directory: (at) =>
    safe`The list of files in ${at} is damaged or does not match the archive. ` + again,
  method: (at, entry) =>
    safe`${entry} in ${at} is compressed in a way that the platform cannot read. ` + again,
  size: (at, entry) =>
    safe`${entry} in ${at} does not have the size that the archive states. ` + again,
  checksum: (at, entry) => safe`${entry} in ${at} does not match its checksum. ` + again,
};

const excess: Messages = {
  entries: (at) =>
    `${safe`${at}`} brings the package to more than ${archiveLimits.entries} files, so it was ` +
    'not checked. Keep only the two solutions and what they need.',
  unpacked: (at) =>
    `${safe`${at}`} brings the package to more than ${megabytes} MB when it is unpacked, so it ` +
    'was not checked. Keep only the two solutions and what they need.',
  contents: (at) =>
    `${safe`${at}`} brings the files of the solutions to more than ` +
    `${megabytesOf(limits.totalBytes)} MB, so it was not checked. ` +
    'Keep only the two solutions and what they need.',
  file: (at, entry) =>
    `${safe`${entry} in ${at}`} has more than ${megabytesOf(limits.fileBytes)} MB, so the ` +
    'archive was not checked. Reduce its size.',
  ratio: (at, entry) =>
    `${safe`${entry} in ${at}`} unpacks to more than ${archiveLimits.ratio} times its size, as ` +
    'files do that are made to exhaust memory, so the archive was not checked. Replace it with ' +
    'the real file.',
  nesting: (at) =>
    `${safe`${at}`} is a zip inside ${archiveLimits.nesting} others, so it was not checked. ` +
    'Remove it: solutions contain no archives.',
};

const danger: Messages = {
  link: (at, entry) =>
    safe`${entry} in ${at} is a link or a device. Replace it with the file itself.`,
  path: (at, entry) =>
    safe`${entry} in ${at} has a path that could lead out of the folder that it is unpacked to, ` +
    'or that not every system accepts. Use relative paths with slashes, without `..`, colons ' +
    'and backslashes.',
  duplicate: (at, entry) =>
    safe`${at} contains ${entry} twice, perhaps in a different case, and programs disagree ` +
    'about which one to read. Keep only one.',
  encrypted: (at, entry) =>
    `${entry === '' ? safe`${at} is` : safe`${entry} in ${at} is`} encrypted, so nobody can ` +
    'check it. Build the package without a password.',
  overlap: (at, entry) =>
    safe`${entry} shares bytes with another file in ${at}, as in archives that are made to ` +
    `exhaust memory. ${again}`,
  header: (at, entry) =>
    safe`${entry} in ${at} has another name, size or checksum in its own header, so programs ` +
    `may read it as another file. ${again}`,
};

const problemRule = (messages: Messages, rule: Omit<Rule, 'check' | 'severity'>): Rule => ({
  ...rule,
  severity: 'error',
  *check({ package: connectorPackage }): Iterable<RuleViolation> {
    if (!connectorPackage) return;
    for (const problem of connectorPackage.problems) {
      const message = messageOf(messages, connectorPackage, problem);
      if (message === undefined) continue;
      yield {
        location: placeIn(connectorPackage, problem.place),
        message,
        detail: `${problem.kind} ${problem.entry ?? ''}`,
      };
    }
  },
});

const messageOf = (
  messages: Messages,
  connectorPackage: ConnectorPackage,
  { kind, place, entry = '' }: PackageProblem,
): string | undefined => messages[kind]?.(archiveName(connectorPackage, place), entry);

export const archive: Rule[] = [
  {
    id: 'PackageNotSingle',
    source: 'policy-errors',
    severity: 'error',
    policies: ['5000.1.1.5'],
    description: 'The folder of an independent publisher contains only one zip, the package.',
    rationale:
      'Certification rejects a folder with more than one zip, because it cannot tell which ' +
      'of them is the package.',
    *check({ package: connectorPackage }) {
      if (!connectorPackage) return;
      for (const other of connectorPackage.others)
        yield {
          location: wholeFile(other),
          message:
            safe`The folder contains ${connectorPackage.file} and ${other}, but certification ` +
            'accepts only one zip. Keep the package, and remove the other file.',
        };
    },
  },
  problemRule(damage, {
    id: 'PackageDamaged',
    source: 'policy-errors',
    policies: ['5000.1.1.5', '5000.1.1.16'],
    description: 'The package and the archives in it are complete zip archives.',
    rationale: 'Certification cannot open a damaged archive, and Gatehouse could not check it.',
  }),
  problemRule(excess, {
    id: 'PackageTooLarge',
    description:
      `The package has at most ${archiveLimits.entries} files, which unpack to at most ` +
      `${megabytes} MB and at most ${archiveLimits.ratio} times their compressed size; a file ` +
      `that is checked has at most ${megabytesOf(limits.fileBytes)} MB, and archives are nested ` +
      `at most ${archiveLimits.nesting} levels deep.`,
    rationale: 'A package beyond these limits is not opened, so that it cannot stop the checks.',
  }),
  problemRule(danger, {
    id: 'PackageEntryNotAllowed',
    description:
      'The package contains only regular files with unique, relative names, not encrypted.',
    rationale:
      'A link or a path with `..` can write outside of the folder that the package is unpacked ' +
      'to, and with two files of the same name, one program may check a different file than ' +
      'another uses.',
  }),
];
