const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  gray: [90, 39],
} as const;

export type Color = keyof typeof codes;

/** Colors text for a terminal, with the sixteen colors that every theme defines. */
export type Colorize = (color: Color, text: string) => string;

/** @param enabled if false, text stays as it is */
export const colorizer = (enabled: boolean): Colorize => {
  if (!enabled) return (_, text) => text;
  return (color, text) => `\u001b[${codes[color][0]}m${text}\u001b[${codes[color][1]}m`;
};
