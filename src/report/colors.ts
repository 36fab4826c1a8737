const codes = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  gray: [90, 39],
} as const;

export type Color = keyof typeof codes;

/**
 * Writes a text in a style of the terminal, among the sixteen colors that every theme defines;
 * without color, as it is.
 */
export type Colorize = (ink: Color, text: string) => string;

export const colorizer = (color: boolean): Colorize => {
  if (!color) return (_, text) => text;
  return (ink, text) => `\u001b[${codes[ink][0]}m${text}\u001b[${codes[ink][1]}m`;
};
