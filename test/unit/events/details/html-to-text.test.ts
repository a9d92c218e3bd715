import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText, looksLikeHtml } from '../../../../shared/events/details/html-to-text.ts';
import { cpuMilliseconds } from '../../../support/cpu-milliseconds.ts';

describe('the text of HTML', () => {
  it.each([
    ['<p>Agenda:<br><b>One</b> &amp; two</p>', 'Agenda:\nOne & two'],
    ['<html><head><style>p { x: y }</style></head><body><div>Hello</div><div>you</div></body></html>', 'Hello\n\nyou'],
    ['<ul><li>One</li><li>Two</li></ul>', '- One\n- Two'],
    ['one\r\n  two&nbsp;&lt;three&gt;', 'one two <three>'],
    ['see <a href="https://example.com/agenda">the agenda</a>.', 'see the agenda (https://example.com/agenda).'],
    ['<a href="https://example.com/a">https://example.com/a</a>', 'https://example.com/a'],
    ['<a href="javascript:alert(1)">x</a>', 'x'],
    ['a < b and <!-- not this --> c', 'a < b and c'],
    ['a <b', 'a <b'],
    ['<script>if (a > b) alert("x")</script>after', 'after'],
    ['<script>never closed', ''],
  ])('of %j', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('keeps the line breaks of the source where they count', () => {
    expect(htmlToText('<b>One</b>\ntwo', { keepsLines: true })).toBe('One\ntwo');
  });

  it.each([
    ['<b>x</b>', true],
    ['a &amp; b', true],
    ['a < b > c', false],
    ['Join<https://zoom.us/j/1>', false],
    ['R&D; x & y', false],
  ])('is distinguished from text: %j', (text, isHtml) => {
    expect(looksLikeHtml(text)).toBe(isHtml);
  });

  it('is read from any text, in linear time', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '<a href="',
      '"',
      '<!--',
      '-->',
      '<style>',
      '&amp;',
      '&',
      ' ',
      '\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(typeof htmlToText(pieces.join(''))).toBe('string');
      }),
    );
    const parts = ['<', '< ', '<a', '<a ', '<!--', '<a href="', '&', ' ', '<style>', '<a>', '\n'];
    const took = cpuMilliseconds(() => parts.map((part) => htmlToText(part.repeat(50_000) + '>')));
    expect(took).toBeLessThan(2_000);
  });
});
