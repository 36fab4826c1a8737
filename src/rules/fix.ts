import { readConnector, type ConnectorFolder } from '../connector/connector.ts';
import { applyFixes } from '../connector/document.ts';
import { check, type CheckOptions } from './check.ts';
import { rules } from './index.ts';

/** Mending one thing may show another: a second round of fixes is usual, ten would be a rule that undoes another's work. */
const maxRounds = 10;

/** The folder with every fix applied that its findings offer; files that need none are the same objects. */
export function fixFolder(folder: ConnectorFolder, options: CheckOptions = {}): ConnectorFolder {
  let current = folder;
  for (let round = 0; round < maxRounds; round += 1) {
    const connector = readConnector(current);
    const findings = check(connector, rules, options);
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
