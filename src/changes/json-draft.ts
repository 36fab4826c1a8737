import type { ConnectorFolder } from '../connector/connector.ts';
import { applyFixes, type JsonFile, type JsonEdit } from '../json/document.ts';
import { isContainer, type Json, type JsonContainer, type JsonObject } from '../json/values.ts';

/** What was changed in an object: how many keys it had, and those that were set or removed. */
interface Change {
  was: number;
  removed: Set<string>;
  keys: Set<string>;
}

/**
 * A JSON file whose value is changed in place, as often as need be, and written once. Nobody else
 * may use the value meanwhile.
 */
export class JsonDraft {
  readonly #file: JsonFile;
  readonly #changes = new Map<JsonContainer, Change>();

  constructor(file: JsonFile) {
    this.#file = file;
    // it finds out where each object was written while all are there
    if (isContainer(file.value)) file.has(file.value);
  }

  set(at: JsonObject, key: string, to: Json): void {
    this.#note(at, key)?.removed.delete(key);
    Object.defineProperty(at, key, {
      value: to,
      writable: true,
      enumerable: true,
      configurable: true,
    }); // whatever the key is called
  }

  remove(at: JsonObject, key: string): void {
    this.#note(at, key)?.removed.add(key);
    delete at[key];
  }

  #note(at: JsonObject, key: string): Change | undefined {
    if (!this.#file.has(at)) return undefined; // what is new is written with what it is in
    let change = this.#changes.get(at);
    if (!change)
      this.#changes.set(
        at,
        (change = { was: Object.keys(at).length, removed: new Set(), keys: new Set() }),
      );
    change.keys.add(key);
    return change;
  }

  /** The folder with the file as it is now. All that was not changed stays as it was written. */
  written(folder: ConnectorFolder): ConnectorFolder {
    const mends: JsonEdit[] = [];
    const walk = (
      at: JsonContainer,
      above: { at: JsonContainer; key: string } | undefined,
    ): void => {
      const change = this.#changes.get(at);
      if (change && above && change.was === change.removed.size) {
        mends.push({ ...above, to: at }); // there is nothing left in it to put anything beside
        return;
      }
      const entries = new Map(Object.entries(at));
      for (const key of change?.keys ?? []) {
        const to = entries.get(key);
        mends.push(to === undefined ? { at, key, remove: true } : { at, key, to });
      }
      for (const [key, below] of entries)
        if (isContainer(below) && change?.keys.has(key) !== true) walk(below, { at, key });
    };
    if (isContainer(this.#file.value)) walk(this.#file.value, undefined);
    if (mends.length === 0) return folder;
    // insertions into one object meet at one place, in order; nothing else overlaps
    const { text } = applyFixes(
      this.#file.text,
      mends.map((mend) => ({ edits: this.#file.edits(mend) })),
    );
    const bytes = new TextEncoder().encode(text);
    return {
      ...folder,
      files: folder.files.map((entry) =>
        entry.path === this.#file.file ? { ...entry, bytes, size: bytes.length } : entry,
      ),
    };
  }
}
