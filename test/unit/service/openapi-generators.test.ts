import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openapiDocument } from '../../../shared/service/openapi.api.ts';
import { findCommand, runCommand } from '../../support/run-generator.ts';

/** What a person looks for first in generated code. */
const names = ['Calendar', 'CalendarEvent', 'Bot', 'Attendee', 'CreateBot', 'Webhook', 'EventOrdering'];

/** Names that generators make up for what has none. */
const madeUp = /\b[A-Z][A-Za-z]+(?:Type|State|Item|AnyOf|OneOf|Inner)\d+\b/g;

interface Generator {
  command: string;
  parameters: string[];
  /** Generated types as text, by the files that have them. */
  read: (folder: string, stdout: string) => Record<string, string>;
  /** How it spells the declaration of a type. */
  declares: (name: string) => RegExp;
}

const generators: Generator[] = [
  {
    command: 'openapi-python-client',
    parameters: ['generate', '--path', 'openapi.json', '--output-path', 'client'],
    read: (folder) => {
      const models = join(folder, 'client/kalends_client/models');
      const files = readdirSync(models).filter((file) => file.endsWith('.py') && file !== '__init__.py');
      return Object.fromEntries(files.map((file) => [file, readFileSync(join(models, file), 'utf8')]));
    },
    declares: (name) => new RegExp(`^class ${name}\\b`, 'm'),
  },
  {
    command: 'oapi-codegen',
    parameters: ['-generate', 'types,client', '-package', 'kalends', 'openapi.json'],
    read: (_folder, stdout) => ({ 'kalends.go': stdout }),
    declares: (name) => new RegExp(`^type ${name} `, 'm'),
  },
  {
    command: 'openapi-typescript',
    parameters: ['openapi.json', '-o', 'kalends.ts'],
    read: (folder) => ({ 'kalends.ts': readFileSync(join(folder, 'kalends.ts'), 'utf8') }),
    declares: (name) => new RegExp(`^        ${name}: `, 'm'),
  },
  {
    command: 'openapi-ts',
    parameters: ['-i', 'openapi.json', '-o', 'client'],
    read: (folder) => ({ 'types.gen.ts': readFileSync(join(folder, 'client/types.gen.ts'), 'utf8') }),
    declares: (name) => new RegExp(`^export type ${name} = `, 'm'),
  },
];

/** A generator that is not installed is left out. */
describe('code that a generator makes of the OpenAPI document', () => {
  it.for(generators)('has named types: $command', ({ command, parameters, read, declares }, { skip }) => {
    const file = findCommand(command);
    if (file === null) return skip(`${command} is not installed`);
    const folder = mkdtempSync(join(tmpdir(), 'kalends-generated-'));
    writeFileSync(
      join(folder, 'openapi.json'),
      JSON.stringify(openapiDocument({ version: '1.0.0', url: 'https://kalends.example' })),
    );
    const files = read(folder, runCommand(file, parameters, folder));
    const text = Object.values(files).join('\n');
    for (const name of names) expect(text).toMatch(declares(name));
    expect(text.match(madeUp) ?? []).toEqual([]);
    expect(Object.keys(files).length).toBeLessThanOrEqual(100);
  });
});
