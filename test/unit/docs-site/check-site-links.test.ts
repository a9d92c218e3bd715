import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSiteLinks } from '../../../docs/.vitepress/check-site-links.ts';

describe('The links of the built site', () => {
  let site: string;
  beforeEach(() => {
    site = mkdtempSync(join(tmpdir(), 'kalends-site-'));
    writeFileSync(join(site, 'scale.html'), '<a href="https://example.com/x">x</a><h2 id="figures">Figures</h2>');
    writeFileSync(join(site, 'scale.md'), '## Figures\n\n`[no](link.md)`');
  });
  afterEach(() => rmSync(site, { recursive: true }));

  const check = (html: string, text: string): void => {
    writeFileSync(join(site, 'index.html'), html);
    writeFileSync(join(site, 'index.md'), text);
    checkSiteLinks(site);
  };

  it('may lead to pages, headings, texts, the API and other sites', () => {
    const html = '<a href="/docs/scale.html#figures">a</a><a class="x" href="/openapi.json">b</a>';
    expect(() => check(html, '[a](scale.md#figures)')).not.toThrow();
  });

  it.each(['/index.html', '/docs/', '/docs/no.html', 'scale.html#no', '../scale.html'])('may not be %s', (link) => {
    expect(() => check(`<a href="${link}">a</a>`, '')).toThrow(`index.html: ${link}`);
  });

  it('may not lead from a text to a file that is not on the site', () => {
    expect(() => check('', '[a](../infra/config.ts)')).toThrow('index.md: ../infra/config.ts');
  });
});
