import type { ConnectorFolder } from '../connector/connector.ts';
import { applyFixes, type JsonFile, type JsonEdit } from '../json/document.ts';
import { isContainer, type Json, type JsonContainer, type JsonObject } from '../json/values.ts';

/** The changes to an object: its original number of keys, and the keys that were set or removed. */
interface Change {
  keyCount: number;
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
    // Makes the file look up the positions of all objects while the value is unchanged.
    if (isContainer(file.value)) file.has(file.value);
  }

  set(at: JsonObject, key: string, to: Json): void {
    this.#recordChange(at, key)?.removed.delete(key);
    // An assignment would not create the key `__proto__`.
    Object.defineProperty(at, key, {
      value: to,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }

  remove(at: JsonObject, key: string): void {
    this.#recordChange(at, key)?.removed.add(key);
    delete at[key];
  }

  #recordChange(at: JsonObject, key: string): Change | undefined {
    if (!this.#file.has(at)) return undefined; // a new object is written together with its parent
    let change = this.#changes.get(at);
    if (!change)
      this.#changes.set(
        at,
        (change = { keyCount: Object.keys(at).length, removed: new Set(), keys: new Set() }),
      );
    change.keys.add(key);
    return change;
  }

  /** The folder with the changed file. Unchanged parts keep their formatting. */
  applyTo(folder: ConnectorFolder): ConnectorFolder {
    const edits: JsonEdit[] = [];
    const walk = (
      at: JsonContainer,
      parent: { at: JsonContainer; key: string } | undefined,
    ): void => {
      const change = this.#changes.get(at);
      if (change && parent && change.keyCount === change.removed.size) {
        // All original keys were removed, so no position is left for an insertion.
        edits.push({ ...parent, to: at });
        return;
      }
      const entries = new Map(Object.entries(at));
      for (const key of change?.keys ?? []) {
        const to = entries.get(key);
        edits.push(to === undefined ? { at, key, remove: true } : { at, key, to });
      }
      for (const [key, child] of entries)
        if (isContainer(child) && change?.keys.has(key) !== true) walk(child, { at, key });
    };
    if (isContainer(this.#file.value)) walk(this.#file.value, undefined);
    if (edits.length === 0) return folder;
    // Insertions into one object share a position, in order; no other edits overlap.
    const { text } = applyFixes(
      this.#file.text,
      edits.map((edit) => ({ edits: this.#file.edits(edit) })),
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
