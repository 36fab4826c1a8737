import type { Entry, LocalFileHeader, ZipFile } from 'yauzl';
import {
  archiveLimits,
  type Archive,
  type ArchiveEntry,
  type ArchiveProblem,
  type ArchiveProblemKind,
} from '../connector/archive.ts';
import { limits } from '../shared/limits.ts';
import { parseXml } from './xml.ts';

/** What an archive and all archives in it may still use. */
interface Budget {
  entries: number;
  /** Bytes of all entries, unpacked. */
  bytes: number;
  /** Bytes of the entries that rules look into. */
  contents: number;
}

/** A problem that ends the reading of an archive. */
class Refusal extends Error {
  readonly problem: ArchiveProblem;

  constructor(kind: ArchiveProblemKind, entry?: string) {
    super(kind);
    this.problem = { kind, ...(entry !== undefined && { entry }) };
  }
}

/**
 * Reads a zip archive, and the zip archives in it. The list of entries is judged as a whole before
 * anything is unpacked, and if an entry has a problem, nothing of its archive is. Unpacks an entry
 * only up to the size that the archive states for it, so that memory is bounded by the limits. The
 * first call loads a library. Never throws because of the bytes.
 */
export const analyzeArchive = (bytes: Uint8Array): Promise<Archive> =>
  readArchive(bytes, 1, {
    entries: archiveLimits.entries,
    bytes: archiveLimits.unpackedBytes,
    contents: limits.totalBytes,
  });

async function readArchive(bytes: Uint8Array, level: number, budget: Budget): Promise<Archive> {
  if (level > archiveLimits.nesting) return { entries: [], problems: [{ kind: 'nesting' }] };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const zip = await openZip(buffer);
    const listed = await listEntries(zip, buffer, budget);
    const problems = problemsOf(listed, budget);
    if (problems.length > 0) return { entries: [], problems };
    const entries: ArchiveEntry[] = [];
    for (const { path, entry } of listed) {
      if (path.endsWith('/')) continue;
      entries.push(await readEntry(path, await unpack(zip, path, entry), level, budget));
    }
    return { entries, problems };
  } catch (error) {
    if (error instanceof Refusal) return { entries: [], problems: [error.problem] };
    throw error;
  }
}

/** What rules look into. The rest of an archive is unpacked only to check it. */
const usefulName = /\.(?:json|csx|png|md|xml|zip)$/i;
const isArchiveName = (path: string): boolean => /\.zip$/i.test(path);
/** The XML files that describe a solution. */
const isSolutionXml = (path: string): boolean => /^(?:solution|customizations)\.xml$/i.test(path);

async function readEntry(
  path: string,
  { size, bytes }: Unpacked,
  level: number,
  budget: Budget,
): Promise<ArchiveEntry> {
  if (!bytes) return { path, size };
  if (isArchiveName(path))
    return { path, size, archive: await readArchive(bytes, level + 1, budget) };
  budget.contents -= size;
  if (budget.contents < 0) throw new Refusal('contents');
  const xml = isSolutionXml(path) && { xml: await parseXml(bytes) };
  return { path, size, content: bytes.toString('base64'), ...xml };
}

interface Unpacked {
  size: number;
  /** Undefined if no rule looks into it. */
  bytes: Buffer | undefined;
}

/** @throws Refusal if the entry is damaged, or larger than a file that rules look into may be */
async function unpack(zip: ZipFile, path: string, entry: Entry): Promise<Unpacked> {
  const isUseful = usefulName.test(path);
  if (isUseful && entry.uncompressedSize > limits.fileBytes) throw new Refusal('file', path);
  const chunks: Buffer[] = [];
  let size = 0;
  let checksum = crcStart;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      checksum = updateCrc(checksum, chunk);
      if (isUseful) chunks.push(chunk);
    }
  } catch {
    throw new Refusal('size', path);
  }
  if (crcOf(checksum) !== entry.crc32) throw new Refusal('checksum', path);
  return { size, bytes: isUseful ? Buffer.concat(chunks) : undefined };
}

/** @throws Refusal if the file is not a zip archive */
async function openZip(buffer: Buffer): Promise<ZipFile> {
  const { default: yauzl } = await import('yauzl');
  try {
    return await yauzl.fromBufferPromise(buffer, { decodeStrings: false });
  } catch (error) {
    const isTrailing = error instanceof Error && error.message.startsWith('Invalid comment length');
    throw new Refusal(isTrailing ? 'trailing' : 'damaged');
  }
}

interface ListedEntry {
  path: string;
  entry: Entry;
  /** Where the bytes of its header and its contents are in the archive; the end is exclusive. */
  start: number;
  end: number;
  /** Whether the header before its contents states the same name, size and checksum. */
  hasSameHeader: boolean;
}

/** The size of the end of the list of entries: of a usual archive, and of one in zip64 format. */
const endSizes = { usual: 22, zip64: 98 };

/** @throws Refusal if the list is damaged or has too many entries */
async function listEntries(zip: ZipFile, buffer: Buffer, budget: Budget): Promise<ListedEntry[]> {
  if (zip.entryCount > budget.entries) throw new Refusal('entries');
  budget.entries -= zip.entryCount;
  const { getFileNameLowLevel } = (await import('yauzl')).default;
  const listed: ListedEntry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const header = await zip.readLocalFileHeaderPromise(entry);
      listed.push({
        path: getFileNameLowLevel(
          entry.generalPurposeBitFlag,
          entry.fileNameRaw,
          entry.extraFields,
          true,
        ),
        entry,
        start: entry.relativeOffsetOfLocalHeader,
        end: header.fileDataStart + entry.compressedSize,
        hasSameHeader: isSameHeader(header, entry),
      });
    }
  } catch (error) {
    const isEncrypted = error instanceof Error && error.message.startsWith('strong encryption');
    throw new Refusal(isEncrypted ? 'encrypted' : 'directory');
  }
  // Bytes before the first entry are a program of their own, or another archive.
  if (listed.length > 0 && Math.min(...listed.map(({ start }) => start)) > 0)
    throw new Refusal('trailing');
  // Entries behind the last one that the archive counts are read by some programs only.
  const rest = buffer.length - zip.comment.length - Number(zip.readEntryCursor);
  if (rest !== endSizes.usual && rest !== endSizes.zip64) throw new Refusal('directory');
  return listed;
}

/** The bit by which an entry has its sizes behind its contents instead of in its header. */
const sizesFollow = 0x8;
/** In the place of a size: the entry has it in zip64 format. */
const zip64Size = 0xffffffff;

/** Whether the header of an entry agrees with the list of entries, which other programs ignore. */
const isSameHeader = (header: LocalFileHeader, entry: Entry): boolean =>
  header.fileName.equals(entry.fileNameRaw) &&
  header.compressionMethod === entry.compressionMethod &&
  ((header.generalPurposeBitFlag & sizesFollow) !== 0 ||
    (header.crc32 === entry.crc32 &&
      [zip64Size, entry.compressedSize].includes(header.compressedSize) &&
      [zip64Size, entry.uncompressedSize].includes(header.uncompressedSize)));

/** An archive may have thousands of wrong entries, and the first ones say enough. */
const maxProblems = 20;

function problemsOf(listed: readonly ListedEntry[], budget: Budget): ArchiveProblem[] {
  const problems: ArchiveProblem[] = [];
  const names = new Set<string>();
  const overlapping = overlappingEntries(listed);
  for (const item of listed) {
    const { path, entry } = item;
    const name = path.replace(/\/$/, '').normalize().toLowerCase();
    const kind = problemOf(item) ?? (names.has(name) ? 'duplicate' : undefined);
    names.add(name);
    budget.bytes -= entry.uncompressedSize;
    if (kind !== undefined) problems.push({ kind, entry: path });
    else if (overlapping.has(item)) problems.push({ kind: 'overlap', entry: path });
  }
  if (budget.bytes < 0) problems.push({ kind: 'unpacked' });
  return problems.slice(0, maxProblems);
}

function problemOf({ path, entry, hasSameHeader }: ListedEntry): ArchiveProblemKind | undefined {
  const { compressedSize, uncompressedSize } = entry;
  if (!isSafePath(path)) return 'path';
  if (isLink(entry)) return 'link';
  if (!hasSameHeader) return 'header';
  if (entry.isEncrypted()) return 'encrypted';
  if (!entry.canDecodeFileData()) return 'method';
  if (
    uncompressedSize > archiveLimits.anyRatioBytes &&
    uncompressedSize > archiveLimits.ratio * compressedSize
  )
    return 'ratio';
  return undefined;
}

/**
 * Relative, without `..`, drives, backslashes, control characters and empty names, and without names
 * that Windows changes or takes for a device.
 */
const isSafePath = (path: string): boolean =>
  !/[\p{Cc}\\:]/u.test(path) &&
  path
    .replace(/\/$/, '')
    .split('/')
    .every((name) => name !== '' && !/[. ]$/.test(name) && !deviceName.test(name));
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Whether an entry is a link or a device on Unix, or a link on Windows. */
function isLink({ externalFileAttributes }: Entry): boolean {
  const type = (externalFileAttributes >>> 16) & 0xf000;
  const isUsual = type === 0 || type === 0x8000 || type === 0x4000;
  return !isUsual || (externalFileAttributes & 0x400) !== 0;
}

/** The entries whose bytes begin before the entry before them ends. */
function overlappingEntries(listed: readonly ListedEntry[]): Set<ListedEntry> {
  const overlapping = new Set<ListedEntry>();
  let end = 0;
  for (const item of listed.toSorted((a, b) => a.start - b.start)) {
    if (item.start < end) overlapping.add(item);
    end = Math.max(end, item.end);
  }
  return overlapping;
}

// `crc32` of `node:zlib` needs Node.js 22.2.
const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value >>> 0;
});
const crcStart = 0xffffffff;
const crcOf = (checksum: number): number => (checksum ^ 0xffffffff) >>> 0;

function updateCrc(checksum: number, bytes: Uint8Array): number {
  let value = checksum;
  for (const byte of bytes) value = (value >>> 8) ^ (crcTable[(value ^ byte) & 0xff] ?? 0);
  return value;
}
