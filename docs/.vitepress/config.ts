import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { checkSiteLinks } from './check-site-links.ts';
import { anchorOf, unlinkFiles } from './site-links.ts';
import { writeTextTwins } from './write-text-twins.ts';

const docs = join(import.meta.dirname, '..');

/** A link with the heading of its page. */
const pageLink = (path: string) => {
  const [, text = path] = /^# (.*)$/m.exec(readFileSync(join(docs, `${path}.md`), 'utf8')) ?? [];
  return { text, link: `/${path}` };
};
const section = (text: string, paths: readonly string[]) => ({ text, items: paths.map(pageLink) });

const use = [
  'use/quick-start',
  'use/google',
  'use/microsoft',
  'use/connect',
  'use/organizations',
  'use/calendars',
  'use/exchange-the-code',
  'use/accounts',
  'use/events',
  'use/webhooks',
  'verify-webhooks',
  'use/changes',
  'use/errors-and-limits',
  'use/clients',
  'freshness',
  'content-policy',
  'bots',
  'bot-rules',
  'meeting-links',
  'migrate-from-attendee',
  'api-compatibility',
];
const operate = ['operate/deploy', 'runbook', 'cost', 'scale', 'webhook-addresses', 'events', 'local-mode'];
const build = ['architecture', 'data-model', 'providers', 'api-fuzzing'];
/** Written by `write-api-pages.ts`. */
const api = readdirSync(join(docs, 'api'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `api/${file.replace(/\.md$/, '')}`);
const decisions = readdirSync(join(docs, 'decisions'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `decisions/${file.replace(/\.md$/, '')}`);

export const sections = [
  section('Use', use),
  { ...section('API', api), collapsed: true },
  section('Operate', operate),
  section('Build', build),
  { ...section('Decisions', decisions), collapsed: true },
];

/** The last column of a table mostly explains: long names in the others break, so that it can be read without scrolling. */
const tableStyle = `
  .vp-doc td + td { min-width: 8em }
  .vp-doc td + td code, .vp-doc td + td a { overflow-wrap: anywhere }
  @media (max-width: 640px) {
    .vp-doc th, .vp-doc td { padding: 6px 8px }
    .vp-doc td + td { min-width: 5em }
    .vp-doc td:first-child { min-width: 9em }
    .vp-doc td:first-child code { overflow-wrap: anywhere }
  }`;

export default defineConfig({
  title: 'Kalends',
  description: 'Calendar sync that you deploy into your own AWS account',
  base: '/docs/',
  outDir: 'dist',
  head: [['style', {}, tableStyle]],
  srcExclude: ['node_modules/**', 'dist/**'],
  // Links to files of the repository, which are no pages.
  ignoreDeadLinks: [/^(\.\/)*\.\.\//, /decisions$/],
  lastUpdated: false,
  markdown: { anchor: { slugify: anchorOf }, config: unlinkFiles },
  // The logo's link is taken as it is, and API Gateway has no route for `/docs/`.
  themeConfig: { logoLink: '/docs/index.html', sidebar: sections, outline: [2, 3], search: { provider: 'local' } },
  async buildEnd({ outDir, srcDir, pages }) {
    await writeTextTwins({ outDir, srcDir, pages, sections });
    checkSiteLinks(outDir);
  },
});
