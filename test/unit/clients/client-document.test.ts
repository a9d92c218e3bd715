import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { versionLine } from '../../../clients/version-line.ts';
import { openapiDocument } from '../../../shared/service/openapi.api.ts';

const clients = join(import.meta.dirname, '../../../clients');
const stored = readFileSync(join(clients, 'openapi.json'), 'utf8');

describe('The clients', () => {
  it('are made from the OpenAPI document of this commit (otherwise: npm run clients)', () => {
    expect(JSON.parse(stored)).toEqual(openapiDocument({ version: '0.1.0', url: 'https://kalends.example' }));
  });

  it('have types that were generated from that document', () => {
    const types = readFileSync(join(clients, 'typescript/src/api-types.ts'), 'utf8');
    expect(types.slice(0, types.indexOf('\n'))).toBe(versionLine(stored));
  });
});
