import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConnector, type Connector, type ConnectorFolder } from '../connector/connector.ts';
import { applyFixes } from '../connector/document.ts';
import type { Finding } from '../connector/finding.ts';
import { excerptOf } from '../report/excerpt.ts';
import type { ConnectorReport } from '../report/report.ts';
import { check, markExisting, type SeverityOverrides } from '../rules/check.ts';
import { rules } from '../rules/index.ts';
import { readFolder, type Candidate } from './folders.ts';
import { readBase, type Base } from './git.ts';

export interface Examination {
  overrides: SeverityOverrides;
  /** Write what can be fixed. */
  fix: boolean;
  /** Give the lines of source around each finding. */
  excerpts: boolean;
  /** Mark what stood already there. */
  base?: Base;
}

/** Reads a connector's folder from disk and holds it to all rules. */
export async function examine(candidate: Candidate, examination: Examination): Promise<ConnectorReport> {
  const { overrides, base } = examination;
  let folder = readFolder(candidate);
  if (examination.fix) folder = await fix(candidate, folder, overrides);
  const connector = readConnector(folder);
  let findings = check(connector, rules, overrides);
  if (base) {
    const before = await readBase(base, candidate.directory, candidate.path, candidate.class);
    findings = markExisting(findings, before ? check(readConnector(before), rules, overrides) : []);
  }
  return {
    path: connector.path,
    class: connector.class,
    findings: examination.excerpts ? findings.map((finding) => withExcerpt(connector, finding)) : findings,
  };
}

function withExcerpt(connector: Connector, finding: Finding): ConnectorReport['findings'][number] {
  const file = connector.texts.find((text) => text.file === finding.place.file);
  return file ? { ...finding, excerpt: excerptOf(file, finding.place) } : finding;
}

/** Mending one thing may show another: a second round of fixes is usual, ten would be a rule that undoes another's work. */
const maxRounds = 10;

/** The folder with every fix applied, and written back to disk where something changed. */
async function fix(candidate: Candidate, folder: ConnectorFolder, overrides: SeverityOverrides): Promise<ConnectorFolder> {
  const fixed = fixFolder(folder, overrides);
  for (const [index, file] of fixed.files.entries()) {
    if (file === folder.files[index] || !file.bytes) continue;
    const path = join(candidate.directory, file.path);
    const temporary = `${path}.gatehouse-${process.pid}.tmp`;
    await writeFile(temporary, file.bytes);
    await rename(temporary, path);
  }
  return fixed;
}

/** The folder with every fix applied that its findings offer; files that need none are the same objects. */
export function fixFolder(folder: ConnectorFolder, overrides: SeverityOverrides = {}): ConnectorFolder {
  let current = folder;
  for (let round = 0; round < maxRounds; round += 1) {
    const connector = readConnector(current);
    const findings = check(connector, rules, overrides);
    const files = current.files.map((file) => {
      const fixes = findings.filter((finding) => finding.place.file === file.path).flatMap((finding) => finding.fix ?? []);
      const text = connector.texts.find((one) => one.file === file.path);
      if (fixes.length === 0 || !text) return file;
      const bytes = new TextEncoder().encode(applyFixes(text.text, fixes).text);
      return { ...file, bytes, size: bytes.length };
    });
    if (files.every((file, index) => file === current.files[index])) return current;
    current = { ...current, files };
  }
  return current;
}
