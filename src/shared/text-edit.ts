/**
 * A replacement of `text.slice(start, end)`. Offsets count UTF-16 units, as JavaScript strings do.
 */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}
