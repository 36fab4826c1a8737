import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { zipOf } from '../../fixtures/packages.ts';
import { analyzeArchive } from '../../src/analyzers/archive.ts';
import { parseXml } from '../../src/analyzers/xml.ts';
import {
  archiveLimits,
  type Archive,
  type ArchiveProblemKind,
  type XmlElement,
} from '../../src/connector/archive.ts';
import { corpus, corpusFolders } from '../support/corpus.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An entry as it is written, which may state what is not true. */
interface Entry {
  name: string;
  content?: Uint8Array;
  /** What is written in place of the compressed content. */
  data?: Uint8Array;
  stored?: boolean;
  size?: number;
  checksum?: number;
  flags?: number;
  method?: number;
  madeBy?: number;
  attributes?: number;
  /** The name in the header before the content. */
  localName?: string;
  /** The size and the checksum there. */
  localSize?: number;
  localChecksum?: number;
  /** The offset of the header that the list states. */
  offset?: number;
}

/** A zip archive, byte by byte: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
function zip(
  entries: readonly Entry[],
  { comment = '', count = entries.length, prefix = '' } = {},
): Buffer {
  const parts: Buffer[] = [Buffer.from(prefix)];
  const list: Buffer[] = [];
  let at = prefix.length;
  for (const entry of entries) {
    const content = entry.content ?? utf8('{}');
    const stored = entry.stored === true;
    const data = entry.data ?? (stored ? content : deflateRawSync(content));
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(entry.flags ?? 0x800, 2);
    fixed.writeUInt16LE(entry.method ?? (stored ? 0 : 8), 4);
    fixed.writeUInt32LE(entry.checksum ?? crc32(content), 10);
    fixed.writeUInt32LE(data.length, 14);
    fixed.writeUInt32LE(entry.size ?? content.length, 18);
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.localName ?? entry.name);
    const header = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fixed]);
    header.writeUInt16LE(localName.length, 26);
    if (entry.localSize !== undefined) header.writeUInt32LE(entry.localSize, 22);
    if (entry.localChecksum !== undefined) header.writeUInt32LE(entry.localChecksum, 14);
    const listed = Buffer.alloc(46);
    listed.write('PK\x01\x02', 'latin1');
    listed.writeUInt16LE(entry.madeBy ?? 0, 4);
    fixed.copy(listed, 6);
    listed.writeUInt16LE(name.length, 28);
    listed.writeUInt32LE(entry.attributes ?? 0, 38);
    listed.writeUInt32LE(entry.offset ?? at, 42);
    parts.push(header, localName, Buffer.from(data));
    list.push(listed, name);
    at += header.length + localName.length + data.length;
  }
  const end = Buffer.alloc(22);
  const size = list.reduce((sum, { length }) => sum + length, 0);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, ...list, end, Buffer.from(comment)]);
}

const nest = (content: Uint8Array, levels: number): Uint8Array =>
  levels === 0 ? content : nest(zip([{ name: 'a.zip', content }]), levels - 1);

const problemsOf = ({ problems, entries }: Archive): ArchiveProblemKind[] => [
  ...problems.map(({ kind }) => kind),
  ...entries.flatMap(({ archive }) => (archive ? problemsOf(archive) : [])),
];

describe('a usual archive', () => {
  test('is read with the archives in it', async () => {
    const bytes = zipOf([
      { path: ['intro.md'], bytes: utf8('# Contoso') },
      {
        path: ['package.zip', 'PkgAssets/Flow.zip', 'solution.xml'],
        bytes: utf8('<a b="c">d</a>'),
      },
    ]);
    const { entries, problems } = await analyzeArchive(bytes);
    expect(problems).toEqual([]);
    expect(entries.map(({ path }) => path)).toEqual(['intro.md', 'package.zip']);
    const xml = entries[1]?.archive?.entries[0]?.archive?.entries[0]?.xml;
    expect(xml).toEqual({
      root: { name: 'a', attributes: { b: 'c' }, children: [], text: 'd', line: 1 },
    });
  });

  test.each<[string, Entry[], Parameters<typeof zip>[1]?]>([
    ['without entries', []],
    ['with a comment', [{ name: 'a.json' }], { comment: 'from Fabrikam' }],
    [
      'with a folder',
      [{ name: 'PkgAssets/', content: utf8(''), stored: true }, { name: 'PkgAssets/a.json' }],
    ],
    ['with a stored entry', [{ name: 'a.json', stored: true }]],
    [
      'with its sizes behind its contents',
      [{ name: 'a.json', flags: 0x808, localSize: 0, localChecksum: 0 }],
    ],
    ['with an empty entry', [{ name: 'a.json', content: utf8('') }]],
    ['with names that differ', [{ name: 'a.json' }, { name: 'b/a.json' }, { name: 'ä.json' }]],
    ['of a Unix program', [{ name: 'a.json', madeBy: 0x314, attributes: (0o100644 << 16) >>> 0 }]],
    ['with small, repetitive JSON', [{ name: 'a.json', content: utf8(' '.repeat(900_000)) }]],
  ])('%s has no problem', async (_, entries, options) => {
    expect(problemsOf(await analyzeArchive(zip(entries, options)))).toEqual([]);
  });

  test('is not written back by reading it', async () => {
    const bytes = zip([{ name: 'a.json', stored: true }]);
    const before = Buffer.from(bytes);
    await analyzeArchive(bytes);
    expect(bytes.equals(before)).toBe(true);
  });
});

describe('an archive that is damaged', () => {
  const usual = zip([{ name: 'a.json', content: utf8('{"a":1}') }, { name: 'b.json' }]);
  const corrupt = Buffer.from(usual);
  corrupt.writeUInt8(corrupt.readUInt8(40) ^ 0xff, 40);
  test.each<[string, Uint8Array, ArchiveProblemKind]>([
    ['is no zip', utf8('PK but not a zip'), 'damaged'],
    ['is empty', utf8(''), 'damaged'],
    ['is cut off', usual.subarray(0, -30), 'damaged'],
    ['has bytes behind its end', Buffer.concat([usual, utf8('more')]), 'trailing'],
    ['has bytes before its beginning', Buffer.concat([utf8('more'), usual]), 'directory'],
    [
      'counts too few entries',
      zip([{ name: 'a.json' }, { name: 'b.json' }], { count: 1 }),
      'directory',
    ],
    ['follows a program', zip([{ name: 'a.json' }], { prefix: 'MZ' }), 'trailing'],
    ['counts too many entries', zip([{ name: 'a.json' }], { count: 2 }), 'directory'],
    ['points outside of itself', zip([{ name: 'a.json', offset: 1_000_000 }]), 'directory'],
    ['has changed contents', corrupt, 'checksum'],
    ['states a smaller size', zip([{ name: 'a.json', content: utf8('{"a":1}'), size: 3 }]), 'size'],
    ['states a larger size', zip([{ name: 'a.json', size: 900 }]), 'size'],
    ['states another checksum', zip([{ name: 'a.json', checksum: 1 }]), 'checksum'],
    ['has an unknown compression', zip([{ name: 'a.json', method: 14 }]), 'method'],
  ])('because it %s is refused', async (_, bytes, kind) => {
    expect(problemsOf(await analyzeArchive(bytes))).toEqual([kind]);
  });

  test('is refused wherever it is cut off', async () => {
    for (let length = 0; length < usual.length; length += 1)
      expect(problemsOf(await analyzeArchive(usual.subarray(0, length)))).toHaveLength(1);
  });
});

describe('an archive that is dangerous', () => {
  const unix = (mode: number): Partial<Entry> => ({
    madeBy: 0x314,
    attributes: (mode << 16) >>> 0,
  });
  test.each<[string, Entry[], ArchiveProblemKind]>([
    ['a symbolic link', [{ name: 'a.json', ...unix(0o120777) }], 'link'],
    ['a device', [{ name: 'a.json', ...unix(0o020644) }], 'link'],
    ['a link of Windows', [{ name: 'a.json', attributes: 0x400 }], 'link'],
    ['a path that climbs', [{ name: '../a.json' }], 'path'],
    ['a path that climbs later', [{ name: 'b/../../a.json' }], 'path'],
    ['an absolute path', [{ name: '/etc/passwd' }], 'path'],
    ['a drive', [{ name: 'C:/a.json' }], 'path'],
    ['a backslash', [{ name: 'PkgAssets\\a.zip' }], 'path'],
    ['a control character', [{ name: 'a\n.json' }], 'path'],
    ['an empty name', [{ name: '' }], 'path'],
    ['a name twice', [{ name: 'a.json' }, { name: 'a.json' }], 'duplicate'],
    ['a name twice in another case', [{ name: 'a.json' }, { name: 'A.JSON' }], 'duplicate'],
    [
      'a file and a folder of one name',
      [{ name: 'a' }, { name: 'a/', stored: true, content: utf8('') }],
      'duplicate',
    ],
    ['a name twice in another form', [{ name: 'é.json' }, { name: 'e\u0301.json' }], 'duplicate'],
    ['an encrypted entry', [{ name: 'a.json', flags: 0x801 }], 'encrypted'],
    ['strong encryption', [{ name: 'a.json', flags: 0x841 }], 'encrypted'],
    ['another size in the header', [{ name: 'a.json', localSize: 1 }], 'header'],
    ['another checksum in the header', [{ name: 'a.json', localChecksum: 1 }], 'header'],
    ['the name of a device', [{ name: 'Connector/aux.json' }], 'path'],
    ['a name that Windows shortens', [{ name: 'solution.xml.' }], 'path'],
    ['another name in the header', [{ name: 'a.json', localName: 'b.json' }], 'header'],
    ['the header of another entry', [{ name: 'a.json', offset: 0 }], 'header'],
  ])('because it has %s is refused and not unpacked', async (_, entries, kind) => {
    const archive = await analyzeArchive(zip([{ name: 'z.json' }, ...entries]));
    expect(archive.problems.map((problem) => problem.kind)).toEqual([kind]);
    expect(archive.entries).toEqual([]);
  });

  test('because its entries overlap is refused', async () => {
    const content = utf8('x'.repeat(500));
    const inner = zip([{ name: 'a.json', content, stored: true }]);
    const outer = zip([
      { name: 'b.json', content: inner, stored: true },
      { name: 'a.json', content, stored: true },
    ]);
    // The list states that the second entry is the one inside of the first.
    outer.writeUInt32LE(30 + 'b.json'.length, outer.lastIndexOf('PK\x01\x02') + 42);
    expect(problemsOf(await analyzeArchive(outer))).toEqual(['overlap']);
  });

  test('says which entries, and not more than a person reads', async () => {
    const entries = Array.from({ length: 100 }, (_, index) => ({ name: `../${index}` }));
    const { problems } = await analyzeArchive(zip(entries));
    expect(problems).toHaveLength(20);
    expect(problems[0]).toEqual({ kind: 'path', entry: '../0' });
  });
});

describe('a bomb', () => {
  const zeros = new Uint8Array(4 * 1024 * 1024);
  test('that is flat is refused by its ratio', async () => {
    const archive = await analyzeArchive(zip([{ name: 'a.json', content: zeros }]));
    expect(archive.problems).toEqual([{ kind: 'ratio', entry: 'a.json' }]);
  });

  test('that states a small size is stopped at that size', async () => {
    const archive = await analyzeArchive(zip([{ name: 'a.json', content: zeros, size: 1000 }]));
    expect(archive.problems).toEqual([{ kind: 'size', entry: 'a.json' }]);
  });

  test('of many entries is refused before any is unpacked', async () => {
    const noise = Buffer.from(
      Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 251),
    );
    const data = deflateRawSync(noise);
    const entries = Array.from({ length: 110 }, (_, index) => ({
      name: `${index}.bin`,
      content: noise,
      data,
    }));
    expect(problemsOf(await analyzeArchive(zip(entries)))).toContain('unpacked');
  });

  test('of small archives in an archive is refused by what they have together', async () => {
    const inner = zip(
      Array.from({ length: 60 }, (_, index) => ({ name: `${index}.json`, content: utf8('{}') })),
    );
    const entries = Array.from({ length: 10 }, (_, index) => ({
      name: `${index}.zip`,
      content: inner,
    }));
    const kinds = problemsOf(await analyzeArchive(zip(entries)));
    expect(new Set(kinds)).toEqual(new Set(['entries']));
    expect(kinds).toHaveLength(2);
  });

  test('with more entries than any package is refused', async () => {
    const entries = Array.from({ length: archiveLimits.entries + 1 }, (_, index) => ({
      name: `${index}.json`,
    }));
    expect(problemsOf(await analyzeArchive(zip(entries)))).toEqual(['entries']);
  });

  test('that is nested, or contains itself, is opened three levels deep', async () => {
    expect(problemsOf(await analyzeArchive(nest(zip([]), 2)))).toEqual([]);
    expect(problemsOf(await analyzeArchive(nest(zip([]), 3)))).toEqual(['nesting']);
    expect(problemsOf(await analyzeArchive(nest(zip([]), 200)))).toEqual(['nesting']);
  });

  test('takes no more memory than the limits allow', async () => {
    const before = process.memoryUsage();
    const bomb = zip([{ name: 'a.json', content: zeros, size: 60 * 1024 * 1024 }]);
    await analyzeArchive(bomb);
    const after = process.memoryUsage();
    expect(after.rss - before.rss).toBeLessThan(150 * 1024 * 1024);
  });
});

describe('XML', () => {
  const deep = (levels: number): string => '<a>'.repeat(levels) + '</a>'.repeat(levels);
  test('is a tree with lines', async () => {
    const text =
      '\ufeff<?xml version="1.0"?>\n<!-- c -->\n<a x="1 &amp; 2">\n  <b> t &lt; <![CDATA[u]]></b>\n</a>';
    const b: XmlElement = { name: 'b', attributes: {}, children: [], text: 't < u', line: 4 };
    expect(await parseXml(utf8(text))).toEqual({
      root: { name: 'a', attributes: { x: '1 & 2' }, children: [b], text: '', line: 3 },
    });
  });

  const laughs = `<!DOCTYPE a [<!ENTITY l "ha">${Array.from({ length: 20 }, (_, index) => `<!ENTITY l${index} "${`&l${index - 1 < 0 ? '' : index - 1};`.repeat(10)}">`).join('')}]><a>&l19;</a>`;
  test.each<[string, string | Uint8Array, string, number]>([
    ['a document type', '<!DOCTYPE a>\n<a/>', 'doctype', 1],
    ['entities that laugh', laughs, 'doctype', 1],
    [
      'an entity of a file',
      '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>',
      'doctype',
      1,
    ],
    [
      'a document type of some length',
      `<!DOCTYPE a [${'<!ENTITY x "y">'.repeat(50_000)}]><a/>`,
      'doctype',
      1,
    ],
    ['an entity that nobody defines', '<a>\n&f;</a>', 'syntax', 2],
    ['an element that is not closed', '<a>\n<b></a>', 'syntax', 2],
    ['two roots', '<a/><b/>', 'syntax', 1],
    ['nothing', '', 'syntax', 1],
    ['no XML', 'PK', 'syntax', 1],
    ['too many levels', deep(100_000), 'limit', 1],
    ['too many elements', `<a>${'<b/>'.repeat(60_000)}</a>`, 'limit', 1],
    ['UTF-16', Buffer.from('\ufeff<a/>', 'utf16le'), 'syntax', 1],
  ])('with %s is refused', async (_, content, problem, line) => {
    const bytes = typeof content === 'string' ? utf8(content) : content;
    expect(await parseXml(bytes)).toEqual({ problem, line });
  });

  test('takes time in proportion to its size, whatever it contains', async () => {
    // In proportion to its square, this would take longer than any test may.
    for (const text of ['<a ', '<a b="', '<!--', '<![CDATA[', '&lt;', '<?x ', ']]>']) {
      const file = await parseXml(utf8(`<r>${text.repeat(4_000_000 / text.length)}`));
      expect(file).toHaveProperty('problem');
    }
  });
});

test.skipIf(corpus === undefined)('the packages of real connectors have no problem', async () => {
  let packages = 0;
  for (const { files } of corpusFolders())
    for (const { path, bytes } of files) {
      if (!path.endsWith('.zip') || !bytes) continue;
      packages += 1;
      expect(problemsOf(await analyzeArchive(bytes)), path).toEqual([]);
    }
  expect(packages).toBeGreaterThan(0);
});
