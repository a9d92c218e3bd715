import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { textTwinOf } from './site-links.ts';

interface Section {
  text: string;
  items: { text: string; link: string }[];
}

/**
 * Writes the page itself beside each built page (`use/google.md` beside `use/google.html`), and a list of all pages as
 * `llms.txt` (https://llmstxt.org): for programs that read text.
 */
export async function writeTextTwins({
  outDir,
  srcDir,
  pages,
  sections,
}: {
  outDir: string;
  srcDir: string;
  pages: string[];
  sections: Section[];
}): Promise<void> {
  for (const page of pages) {
    await mkdir(dirname(join(outDir, page)), { recursive: true });
    await writeFile(join(outDir, page), textTwinOf(page, await readFile(join(srcDir, page), 'utf8')));
  }
  const lists = sections.map(({ text, items }) =>
    [`## ${text}`, '', ...items.map((item) => `- [${item.text}](/docs${item.link}.md)`)].join('\n'),
  );
  const head =
    '# Kalends\n\n> Calendar sync that you deploy into your own AWS account. The API is described by `/openapi.json`.';
  await writeFile(join(outDir, 'llms.txt'), `${[head, ...lists].join('\n\n')}\n`);
}
