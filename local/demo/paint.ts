import { styleText } from 'node:util';

/** Colours a text on a terminal. The text stays plain when `NO_COLOR` is set or stdout is not a terminal. */
export const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stdout });
