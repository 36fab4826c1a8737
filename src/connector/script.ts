/** A range of a script in UTF-16 units; the end is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A name, with its range. */
export interface NamedSpan extends Span {
  name: string;
}

interface ScriptMethod extends NamedSpan {
  /** `public`, `override`, `async`, … */
  modifiers: string[];
}

/** A class; the range is that of its name. */
export interface ScriptClass extends NamedSpan {
  /** Its base types, as they are written. */
  bases: string[];
  methods: ScriptMethod[];
}

/** What a `using` directive names. */
export interface ScriptUsing extends NamedSpan {
  of: 'namespace' | 'type';
}

/**
 * Why a script was not analyzed: it is larger than the platform accepts, or parsing it would take
 * more time or memory than any real script.
 */
export type ScriptUnread = 'size' | 'cost';

/** The parts of script.csx that rules look at. All lists are empty if `unread` is set. */
export interface ScriptAnalysis {
  unread: ScriptUnread | undefined;
  errors: Span[];
  usings: ScriptUsing[];
  classes: ScriptClass[];
  /** The types in `new` expressions. */
  created: NamedSpan[];
  /** Dotted names in expressions and types, as long as written: `System.IO.File.ReadAllText`. */
  names: NamedSpan[];
  /** The names of attributes. */
  attributes: NamedSpan[];
  /** The `unsafe` keywords. */
  unsafe: Span[];
}

/** The largest script that the platform accepts, in bytes; we apply it to UTF-16 units too. */
export const maxScriptSize = 1024 * 1024;
