import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { titleMatches } from '../../../shared/bot-rules/title-matches.ts';
import { cpuMilliseconds } from '../../support/cpu-milliseconds.ts';

const words = fc.string({ unit: fc.constantFrom(...Array.from('abAB *éÉσςΣßñ🎉.+?[](){}|^$\\')), maxLength: 12 });
const plain = words.map((text) => text.replaceAll('*', ''));

describe('a title pattern', () => {
  it.each([
    ['interview', 'Second INTERVIEW (Jane)'],
    ['inter*jane', 'Interview: Jane'],
    ['*', ''],
    ['', 'any'],
    ['STRASSE', 'Hauptstraße'],
    ['οδος', 'ΟΔΟΣΑ'],
    ['caf\u0065\u0301', 'Caf\u00e9'],
    ['a*b*c', 'aXbXc'],
    ['1:1', 'Jane / Joe 1:1'],
  ])('%j is in %j', (pattern, title) => expect(titleMatches(pattern, title)).toBe(true));

  it.each([
    ['interview', 'Review'],
    ['jane*inter', 'Interview: Jane'],
    ['aa*aa', 'aaa'],
    ['a.c', 'abc'],
    ['[a-z]', 'b'],
    ['x', ''],
  ])('%j is not in %j', (pattern, title) => expect(titleMatches(pattern, title)).toBe(false));

  it('is found in any case and between any text', () => {
    fc.assert(
      fc.property(plain, plain, plain, (before, pattern, after) => {
        expect(titleMatches(pattern.toLowerCase(), before + pattern.toUpperCase() + after)).toBe(true);
        expect(titleMatches(pattern.toUpperCase(), before + pattern.toLowerCase() + after)).toBe(true);
      }),
    );
  });

  it('finds exactly what the same pattern finds as a regular expression', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(small, small, (pattern, title) => {
        const pieces = pattern.split('*').map((piece) => piece.replaceAll('.', '\\.'));
        expect(titleMatches(pattern, title)).toBe(new RegExp(pieces.join('.*')).test(title));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes linear time in the length of the title, for any pattern', () => {
    const patterns = ['a*'.repeat(99) + 'b', `${'a'.repeat(199)}b`, '*'.repeat(200), 'aab*'.repeat(50)];
    const timeOf = (length: number): number => {
      const title = 'a'.repeat(length);
      return cpuMilliseconds(() => {
        for (let round = 0; round < 20; round += 1) for (const pattern of patterns) titleMatches(pattern, title);
      });
    };
    timeOf(1000);
    // Eighty matches in a long title; a backtracking regular expression would not end.
    expect(timeOf(5000)).toBeLessThan(2000);
  });
});
