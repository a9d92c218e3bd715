import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');

/** A fenced block of a page in docs/, by the name that stands behind its language. @throws when there is not just one */
export function readDocBlock(page: string, name: string): string {
  const text = readFileSync(join(docs, page), 'utf8');
  const blocks = [...text.matchAll(/^```\w+ (?<name>\S+)\n(?<code>.*?)^```$/gms)].filter(
    ({ groups }) => groups?.['name'] === name,
  );
  const [block] = blocks;
  if (!block || blocks.length > 1) throw new Error(`${page} has ${blocks.length} blocks named ${name}`);
  return block.groups?.['code'] ?? '';
}
