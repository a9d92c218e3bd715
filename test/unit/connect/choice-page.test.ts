import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choicePage, type ListedChoice, readChoiceForm } from '../../../shared/connect/page/choice-page.ts';
import type { Page } from '../../../shared/connect/page/page-layout.ts';

const settings = {
  redirect_urls: [],
  name: 'Ada & Co',
  logo_url: null,
  privacy_url: 'https://app.example.com/privacy',
};
const asked = { settings, platform: 'google' as const };

const show = (choices: ListedChoice[], chosen: ReadonlySet<string>, page: number): Page =>
  choicePage(asked, { sessionId: 'cses_x', email: 'ada@example.com', choices, chosen, page, isEmpty: false });

const valuesIn = (text: string): string[] =>
  [...text.matchAll(/name="calendar" value="([^"]+)"/g)].map(([, value = '']) => value);

const turnIn = ({ html }: Page, label: string): string | undefined =>
  new RegExp(`name="page" value="(\\d+)">${label}<`).exec(html)?.[1];

/** What a browser sends when a user presses a button, after ticking exactly some of the boxes. */
function press(page: Page, ticked: ReadonlySet<string>, turnTo: string | null): URLSearchParams {
  const form = new URLSearchParams();
  const chosen = /name="chosen" value="([^"]*)"/.exec(page.html)?.[1];
  if (chosen !== undefined) form.set('chosen', chosen);
  for (const value of valuesIn(page.html)) if (ticked.has(value)) form.append('calendar', value);
  if (turnTo !== null) form.set('page', turnTo);
  return form;
}

const choicesOf = (names: string[]): ListedChoice[] =>
  names.map((name, index) => ({
    value: `value${String(index).padStart(3, '0')}`,
    name,
    note: index === 0 ? '(your main calendar)' : '',
  }));

describe('The calendars of an account', () => {
  it('that are few stand on one page, without buttons that turn pages', () => {
    const { html } = show(choicesOf(['Ada', 'Team']), new Set(['value001']), 0);
    expect(valuesIn(html)).toEqual(['value000', 'value001']);
    expect(html.match(/ checked/g)).toHaveLength(1);
    expect(html).not.toContain('name="page"');
    expect(html).not.toContain('name="chosen"');
  });

  it('that are many have pages below 10 kB, and what is chosen on one page is kept on all', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.boolean()), { minLength: 1, maxLength: 250 }), (listed) => {
        const choices = choicesOf(listed.map(([text]) => text));
        const wanted = new Set(choices.filter((_none, index) => listed[index]?.[1]).map(({ value }) => value));
        const seen: string[] = [];
        let chosen: ReadonlySet<string> = new Set(['value000']);
        let page = show(choices, chosen, 0);
        for (;;) {
          expect(Buffer.byteLength(page.html)).toBeLessThan(10_000);
          seen.push(...valuesIn(page.html));
          const next = turnIn(page, 'More calendars') ?? null;
          const form = readChoiceForm(press(page, wanted, next));
          chosen = form.chosen;
          if (form.turnTo === null) break;
          page = show(choices, chosen, form.turnTo);
        }
        expect(seen).toEqual(choices.map(({ value }) => value));
        expect(seen.filter((value) => chosen.has(value))).toEqual([...wanted]);
      }),
    );
  });

  it('are below 10 kB, when 250 are chosen', () => {
    const choices = choicesOf(Array.from({ length: 250 }, () => '&'.repeat(300)));
    const { html } = show(choices, new Set(choices.map(({ value }) => value)), 100);
    expect(Buffer.byteLength(html)).toBeLessThan(10_000);
  });

  it('are turned back to with what was chosen, also off', () => {
    const choices = choicesOf(Array.from({ length: 100 }, (_none, index) => `Team ${index}`));
    const first = show(choices, new Set(['value000']), 0);
    expect(first.html).toMatch(/Calendars 1 to \d+ of 100\. Chosen on other pages: 0\./);
    const forward = readChoiceForm(press(first, new Set(['value001']), turnIn(first, 'More calendars') ?? null));
    const second = show(choices, forward.chosen, forward.turnTo ?? 0);
    expect(second.html).toContain('Chosen on other pages: 1.');
    const back = readChoiceForm(press(second, new Set(['value099']), turnIn(second, 'Earlier calendars') ?? null));
    const again = show(choices, back.chosen, back.turnTo ?? 0);
    expect(again.html.match(/value="value\d+" checked/g)).toEqual(['value="value001" checked']);
  });

  it('have "Connect" as the button that the Enter key presses', () => {
    const { html } = show(choicesOf(Array.from({ length: 100 }, () => 'Team')), new Set(), 1);
    expect(html.match(/<button[^>]*>[^<]*/)?.[0]).toBe('<button>Connect');
  });

  it.each([['-1'], ['7e9'], [''], ['no number'], ['99']])('have a page for a form that asks for page "%s"', (page) => {
    const choices = choicesOf(Array.from({ length: 100 }, () => 'Team'));
    const form = readChoiceForm(new URLSearchParams({ page }));
    expect(valuesIn(show(choices, form.chosen, form.turnTo ?? 0).html).length).toBeGreaterThan(0);
  });
});
