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

  it.each(['typescript/src/kalends.ts', 'python/src/kalends/client.py'])('reach every part of the API: %s', (path) => {
    const code = readFileSync(join(clients, path), 'utf8');
    const { paths } = JSON.parse(stored) as { paths: Record<string, object> };
    const parts = Object.keys(paths).flatMap((one) => (one.startsWith('/api/v1/') ? one.split('/').slice(3) : []));
    const named = new Set(parts.filter((part) => !part.startsWith('{')));
    expect([...named].filter((part) => !new RegExp(`['"/]${part}['"/]`).test(code))).toEqual([]);
  });

  it.each([
    ['typescript/src/api-types.ts', '//'],
    ['python/src/kalends/models.py', '#'],
  ])('have types that were generated from that document: %s', (path, comment) => {
    const types = readFileSync(join(clients, path), 'utf8');
    expect(types.slice(0, types.indexOf('\n'))).toBe(`${comment} ${versionLine(stored)}`);
  });
});
