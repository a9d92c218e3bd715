import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openapiDocument } from '../shared/service/openapi.api.ts';
import { versionLine } from './version-line.ts';

/*
 * Writes the OpenAPI document of this commit for the generators, and the types of the TypeScript client from it. The tools
 * are those of `clients/typescript/package.json`: `npm ci --prefix clients/typescript` first.
 */
const folder = import.meta.dirname;
const document = openapiDocument({ version: '0.1.0', url: 'https://kalends.example' });
const text = `${JSON.stringify(document, null, 2)}\n`;
writeFileSync(join(folder, 'openapi.json'), text);
const { status } = spawnSync('npm', ['run', 'generate', '--prefix', join(folder, 'typescript')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const types = join(folder, 'typescript/src/api-types.ts');
writeFileSync(types, `${versionLine(text)}\n${readFileSync(types, 'utf8')}`);
