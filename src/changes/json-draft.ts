import type { ConnectorFolder } from '../connector/connector.ts';
import { applyFixes, type JsonFile, type JsonEdit } from '../json/document.ts';
import { isContainer, type Json, type JsonContainer, type JsonObject } from '../json/values.ts';

/** The changes to an object: its original number of keys, and the keys that were set or removed. */
interface Change {
  was: number;
  removed: Set<string>;
  keys: Set<string>;
}

/**
 * A JSON file whose value is changed in place, any number of times, and written once. While the
 * draft is in use, no other code may use the value.
 */
export class JsonDraft {
  readonly #file: JsonFile;
  readonly #changes = new Map<JsonContainer, Change>();

  constructor(file: JsonFile) {
    this.#file = file;
    // Looks up the positions of all objects while the value is still unchanged.
    if (isContainer(file.value)) file.has(file.value);
  }

  set(at: JsonObject, key: string, to: Json): void {
    this.#note(at, key)?.removed.delete(key);
    Object.defineProperty(at, key, {
      value: to,
      writable: true,
      enumerable: true,
      configurable: true,
    }); // safe for any key, even `__proto__`
  }

  remove(at: JsonObject, key: string): void {
    this.#note(at, key)?.removed.add(key);
    delete at[key];
  }

  #note(at: JsonObject, key: string): Change | undefined {
    if (!this.#file.has(at)) return undefined; // a new object is written together with its parent
    let change = this.#changes.get(at);
    if (!change)
      this.#changes.set(
        at,
        (change = { was: Object.keys(at).length, removed: new Set(), keys: new Set() }),
      );
    change.keys.add(key);
    return change;
  }

  /** The folder with the changed file. Unchanged parts keep their formatting. */
  written(folder: ConnectorFolder): ConnectorFolder {
    const mends: JsonEdit[] = [];
    const walk = (
      at: JsonContainer,
      above: { at: JsonContainer; key: string } | undefined,
    ): void => {
      const change = this.#changes.get(at);
      if (change && above && change.was === change.removed.size) {
        // All original keys were removed, so no position is left for an insertion.
        mends.push({ ...above, to: at });
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
    // Insertions into one object share a position, in order; no other edits overlap.
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
