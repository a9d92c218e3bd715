import { expect } from 'vitest';
import { readDocBlock } from './read-doc-block.ts';

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);

/** What an answer has to be, where a page prints this: `…` stands for any text, and a time for any time. */
function expected(printed: unknown): unknown {
  if (typeof printed === 'string') {
    if (isTime(printed)) return expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    if (!printed.includes('…')) return printed;
    const parts = printed.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return expect.stringMatching(new RegExp(`^${parts.join('.+')}$`, 's'));
  }
  if (Array.isArray(printed)) return printed.map(expected);
  if (typeof printed !== 'object' || printed === null) return printed;
  return Object.fromEntries(Object.entries(printed).map(([key, value]) => [key, expected(value)]));
}

/** Compares an answer with the one that a page prints: the same keys and values. */
export function expectAsPrinted(answer: unknown, page: string, name: string): void {
  expect(answer).toEqual(expected(JSON.parse(readDocBlock(page, name))));
}
