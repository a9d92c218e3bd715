import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const keysBegin = '<!-- keys: npx node test/support/write-partition-keys.ts -->';
export const keysEnd = '<!-- end of keys -->';

const readModel = (): string => readFileSync(join(import.meta.dirname, '../../../docs/data-model.md'), 'utf8');

/** The table of partition keys as docs/data-model.md has it. */
export function readKeysTable(): string {
  const [, rest = ''] = readModel().split(keysBegin);
  return (rest.split(keysEnd)[0] ?? '').trim();
}

/** The partition keys of the entities in docs/data-model.md. */
export function readEntityKeys(): string[] {
  const [, entities = ''] = /^## Entities\n(?<table>.*?)^## /ms.exec(readModel()) ?? [];
  return entities
    .split('\n')
    .flatMap((line) => [...(line.split(' | ')[1] ?? '').matchAll(/`([A-Z][^`]*)`/g)].map(([, key = '']) => key));
}
