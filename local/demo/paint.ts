import { styleText } from 'node:util';

/** Colours on a terminal, unless `NO_COLOR` is set; plain text everywhere else. */
export const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stdout });
