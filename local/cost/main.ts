import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../synthesize.ts';
import { renderCosts } from './render-costs.ts';
import { countStanding } from './standing-costs.ts';

/*
 * npm run -s cost: prints what Kalends costs, from the synthesized stack, measured counts and list prices.
 * npm run -s cost -- --write: puts the figures into docs/cost.md.
 */
const docs = join(import.meta.dirname, '../../docs/cost.md');
const begin = '<!-- figures: npm run -s cost -- --write -->';

const folder = await mkdtemp(join(tmpdir(), 'kalends-cost-'));
try {
  await synthesize(folder, {}, new AbortController().signal);
  const name = (await readdir(folder)).find((file) => file.endsWith('.template.json'));
  if (name === undefined) throw new Error('the stack has no template');
  const figures = renderCosts(countStanding(JSON.parse(await readFile(join(folder, name), 'utf8'))));
  if (process.argv.includes('--write')) {
    const [before = ''] = (await readFile(docs, 'utf8')).split(begin);
    await writeFile(docs, `${before}${begin}\n\n${figures}\n`);
  } else {
    process.stdout.write(`${figures}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
