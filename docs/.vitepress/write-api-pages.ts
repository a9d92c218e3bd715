import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiDocument, renderApiPages } from './render-api-pages.ts';

/** Writes the reference of the API as pages, from the OpenAPI document that the clients are made from. */
const docs = join(import.meta.dirname, '..');
const document = JSON.parse(readFileSync(join(docs, '../clients/openapi.json'), 'utf8')) as ApiDocument;

mkdirSync(join(docs, 'api'), { recursive: true });
for (const [name, text] of renderApiPages(document)) writeFileSync(join(docs, 'api', `${name}.md`), text);
