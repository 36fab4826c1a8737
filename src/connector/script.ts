/** A part of a script: offsets in UTF-16 units, the end exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A name where it is written. */
export interface NamedSpan extends Span {
  name: string;
}

interface ScriptMethod extends NamedSpan {
  /** `public`, `override`, `async`, … */
  modifiers: string[];
}

/** A class, at its name. */
export interface ScriptClass extends NamedSpan {
  /** What it derives from, as it is written there. */
  bases: string[];
  methods: ScriptMethod[];
}

/** A namespace, or with `of: 'type'` a type, that a `using` directive names. */
export interface ScriptUsing extends NamedSpan {
  of: 'namespace' | 'type';
}

/**
 * Why a script was not read: it is larger than the platform takes, or it would cost more time or
 * memory than any real one.
 */
export type ScriptUnread = 'size' | 'cost';

/** What a C# grammar tells about script.csx. Everything is empty where it was not read. */
export interface ScriptAnalysis {
  unread: ScriptUnread | undefined;
  errors: Span[];
  usings: ScriptUsing[];
  classes: ScriptClass[];
  /** The types that `new` makes. */
  created: NamedSpan[];
  /**
   * The dotted names in expressions and types, the longest of each: `System.IO.File.ReadAllText`.
   */
  names: NamedSpan[];
  /** The names of attributes. */
  attributes: NamedSpan[];
  /** Where `unsafe` stands. */
  unsafe: Span[];
}

/** The largest script that the platform takes, in UTF-16 units as in bytes. */
export const maxScriptSize = 1024 * 1024;
