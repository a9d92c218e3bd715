import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { useStarted } from './use-started.ts';

/** Debian's. `KALENDS_CHROMIUM` names another one. */
const executablePath = process.env['KALENDS_CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(executablePath);

/** `KALENDS_SCREENSHOTS` names a folder that gets pictures of the pages. */
const pictures = process.env['KALENDS_SCREENSHOTS'];

/** Starts Chromium for the tests of a file. @returns opens an empty page, which has its own cookies */
export function useChromium(): (options?: BrowserContextOptions) => Promise<Page> {
  const started: { browser: Browser } = useStarted(
    async () => ({ browser: await chromium.launch({ executablePath, args: ['--no-sandbox'] }) }),
    ({ browser }) => browser.close(),
  );
  return async (options = {}) => (await started.browser.newContext(options)).newPage();
}

/** Moves the focus by Tab to a button, box or choice with this name, and presses a key on it. */
export async function press(page: Page, name: string, key: string): Promise<void> {
  const target = page
    .getByRole('button', { name })
    .or(page.getByRole('link', { name }))
    .or(page.getByRole('checkbox', { name }))
    .or(page.getByRole('radio', { name }))
    .first();
  await target.waitFor();
  for (let tab = 0; tab < 40; tab += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) {
      await page.keyboard.press(key);
      return;
    }
    await page.keyboard.press('Tab');
  }
  expect.fail(`"${name}" cannot be reached by Tab`);
}

/** Looks at a page with axe, and takes its picture. It may not be wider than its window. */
export async function inspect(page: Page, name: string): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run({ resultTypes: ["violations"] })');
  expect([name, violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)]).toEqual([name, []]);
  expect([name, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([name, true]);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
