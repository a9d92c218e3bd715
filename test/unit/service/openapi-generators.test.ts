import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openapiDocument } from '../../../shared/service/openapi.api.ts';
import { findGenerator, runCommand } from '../../support/run-generator.ts';

const document = openapiDocument({ version: '1.0.0', url: 'https://kalends.example' }) as {
  components: { schemas: object };
};

/** What a person looks for first in generated code. */
const names = ['Calendar', 'CalendarEvent', 'Bot', 'Attendee', 'CreateBot', 'Webhook', 'EventOrdering'];

/** Declared types, in each language. */
const declared = /^(?:class|type|export type|export enum) (\w+)/gm;

/** Names that generators make up for what has none. */
const isMadeUp = (name: string): boolean => /\d$|_\d|^Inline|^Object[A-Z]|^Body[A-Z]|AnyOf|OneOf|Inner/.test(name);

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

/** A generator that is not installed (`npm run generators`) is left out. */
describe('code that a generator makes of the OpenAPI document', () => {
  it.for(generators)('has named types: $command', async ({ command, parameters, read, declares }, { skip }) => {
    const file = findGenerator(command);
    if (file === null) return skip(`${command} is not installed (npm run generators)`);
    const folder = mkdtempSync(join(tmpdir(), 'kalends-generated-'));
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document));
    const files = read(folder, await runCommand(file, parameters, folder));
    const text = Object.values(files).join('\n');
    for (const name of names) expect(text).toMatch(declares(name));
    const types = [...text.matchAll(declared)].map(([, name = '']) => name);
    expect(types.filter(isMadeUp)).toEqual([]);
    // A file for each named object and closed list of the document.
    expect(Object.keys(files).length).toBeLessThanOrEqual(Object.keys(document.components.schemas).length + 5);
  });
});
