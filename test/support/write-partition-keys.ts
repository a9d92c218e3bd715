/** Writes the table of partition keys into docs/data-model.md: `npx node test/support/write-partition-keys.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderKeys } from './partition-keys/limits.ts';
import { partitionKeys } from './partition-keys/partition-keys.ts';
import { keysBegin, keysEnd } from './partition-keys/read-keys.ts';

const path = join(import.meta.dirname, '../../docs/data-model.md');
const text = readFileSync(path, 'utf8');
const [before = '', rest = ''] = text.split(keysBegin);
const [, after = ''] = rest.split(keysEnd);
writeFileSync(path, `${before}${keysBegin}\n\n${renderKeys(partitionKeys)}\n\n${keysEnd}${after}`);
