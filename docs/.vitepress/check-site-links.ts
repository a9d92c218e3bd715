import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const base = '/docs/';

/**
 * Reads the built site as a browser does.
 *
 * @param outDir folder of the built site, with `page.html` and `page.md` of each page
 * @throws Error with each link that leads to no file of the site, or to no heading of a page
 */
export function checkSiteLinks(outDir: string): void {
  const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:html|md)$/.test(file),
  );
  const texts = new Map(files.map((file) => [file, readFileSync(join(outDir, file), 'utf8')]));
  const faults = [...texts].flatMap(([file, text]) =>
    linksIn(file, text)
      .filter((link) => !leadsSomewhere(new URL(link, `https://site${base}${file}`)))
      .map((link) => `${file}: ${link}`),
  );
  if (faults.length > 0) throw new Error(`Links of the site that lead nowhere:\n  ${faults.join('\n  ')}`);

  function leadsSomewhere({ host, pathname, hash }: URL): boolean {
    if (host !== 'site' || pathname === '/openapi.json') return true;
    const path = decodeURIComponent(pathname.slice(base.length));
    if (!pathname.startsWith(base) || path === '' || !existsSync(join(outDir, path))) return false;
    const page = texts.get(path.replace(/\.md$/, '.html'));
    return hash === '' || page === undefined || page.includes(` id="${decodeURIComponent(hash.slice(1))}"`);
  }
}

function linksIn(file: string, text: string): string[] {
  const found = file.endsWith('.html')
    ? text.matchAll(/<a [^>]*?href="([^"]*)"/g)
    : text.replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, 'code').matchAll(/\]\(([^)\s]+)\)/g);
  return [...found].map(([, link = '']) => link.replaceAll('&amp;', '&'));
}
