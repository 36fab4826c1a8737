/** Limits on archives, of an archive and all archives in it together. */
export const archiveLimits = {
  entries: 500,
  /** Bytes of all entries together once they are unpacked. */
  unpackedBytes: 100 * 1024 * 1024,
  /** How many times larger than its compressed form an entry may be. */
  ratio: 100,
  /**
   * An entry up to this size may have any ratio: repetitive JSON compresses well, and the platform
   * accepts definitions up to this size.
   */
  anyRatioBytes: 1024 * 1024,
  /** Levels of archives: the package, the package in it, the solutions. */
  nesting: 3,
} as const;

/**
 * What is wrong with an archive or one of its entries.
 *
 * - of the archive as a whole: `damaged` (no zip archive, or cut off), `trailing` (bytes before its
 *   first entry or after its end), `directory` (its list of entries cannot be read or does not match its end), `entries`,
 *   `unpacked`, `contents` and `nesting` (over a limit);
 * - of an entry: `ratio` and `file` (over a limit), `link` (a link or a device), `path` (absolute, with `..`,
 *   a drive, a backslash or a control character), `duplicate` (another entry has the name, in any
 *   case), `encrypted`, `method` (an unknown compression), `size` and `checksum` (not those that the
 *   archive states), `overlap` (shares bytes with another entry), `header` (its header states
 *   another name, size or checksum than the list of entries).
 */
export type ArchiveProblemKind =
  | 'damaged'
  | 'trailing'
  | 'directory'
  | 'entries'
  | 'unpacked'
  | 'contents'
  | 'nesting'
  | 'ratio'
  | 'file'
  | 'link'
  | 'path'
  | 'duplicate'
  | 'encrypted'
  | 'method'
  | 'size'
  | 'checksum'
  | 'overlap'
  | 'header';

export interface ArchiveProblem {
  kind: ArchiveProblemKind;
  /** The path of the entry; missing if the problem is about the archive as a whole. */
  entry?: string;
}

/** An element of an XML file. Names have the prefixes that they were written with. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  /** The text directly in it, without white space at the ends. */
  text: string;
  /** Counts from 1. */
  line: number;
}

/** The root element of an XML file, or why there is none and the line where that shows. */
export type XmlFile = { root: XmlElement } | { problem: XmlProblem; line: number };

/**
 * `syntax`: the file is not well-formed. `doctype`: it has a document type, which can define
 * entities and refer to files. `limit`: it has more elements or levels than any solution.
 */
export type XmlProblem = 'syntax' | 'doctype' | 'limit';

/** A file in an archive. */
export interface ArchiveEntry {
  /** With slashes. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
  /** The bytes in base64, as in a snapshot of a pull request; missing if no rule looks at them. */
  content?: string;
  /** Of a zip archive in the archive. */
  archive?: Archive;
  /** Of an XML file that describes a solution. */
  xml?: XmlFile;
}

/** What an archive contains. An archive with a problem may have no entries. */
export interface Archive {
  /** Without folders. */
  entries: readonly ArchiveEntry[];
  /** Not those of the archives in it. */
  problems: readonly ArchiveProblem[];
}
