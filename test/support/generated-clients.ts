import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { findCommand, findGenerator, runCommand } from './run-generator.ts';

/** Programs that use generated clients, and the packages that they need. */
const programs = join(import.meta.dirname, '../generators');

/** What a program with a generated client did, as it prints it. */
export interface ClientReport {
  /** Of the calendar's events, in the order of their start. */
  names: (string | null)[];
  pages: number;
  metadata: Record<string, string> | null;
  /** Of the endpoint that it created. */
  secret: string;
  /** Message of the answer about a calendar that does not exist. */
  missing: string;
}

interface GeneratedClient {
  generator: string;
  /** A command that it needs as well. */
  needs?: string;
  /** Generates the client from `openapi.json` in the folder, and builds or type-checks it. */
  build: (folder: string, generator: string) => Promise<void>;
  /** Runs the program; absent where it is enough that the code compiles. @returns what it wrote */
  run?: (folder: string, env: NodeJS.ProcessEnv, generator: string) => Promise<string>;
}

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'dom', 'dom.iterable'],
  types: ['node'],
  noEmit: true,
  allowImportingTsExtensions: true,
};

/** Type-checks all TypeScript files of a folder with the packages of the generators. */
async function checkTypes(folder: string, options: object = {}): Promise<void> {
  symlinkSync(join(programs, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const settings = { compilerOptions: { ...compilerOptions, ...options }, exclude: ['node_modules'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  await runCommand(join(folder, 'node_modules/.bin/tsc'), [], folder);
}

export const generatedClients: readonly GeneratedClient[] = [
  {
    generator: 'openapi-python-client',
    build: async (folder, generator) => {
      // It formats its code with ruff, which is beside it.
      const env = { PATH: `${dirname(generator)}${delimiter}${process.env['PATH']}` };
      const parameters = ['generate', '--path', 'openapi.json', '--output-path', 'client', '--fail-on-warning'];
      await runCommand(generator, parameters, folder, env);
    },
    run: (folder, env, generator) => {
      const python = join(dirname(generator), 'python');
      return runCommand(python, [join(programs, 'python.py')], folder, { ...env, PYTHONPATH: join(folder, 'client') });
    },
  },
  {
    generator: 'openapi-typescript',
    build: async (folder, generator) => {
      const parameters = ['openapi.json', '-o', 'kalends.ts', '--root-types', '--root-types-no-schema-prefix'];
      await runCommand(generator, [...parameters, '--default-non-nullable=false'], folder);
      copyFileSync(join(programs, 'typescript.ts'), join(folder, 'main.ts'));
      await checkTypes(folder);
    },
    run: (folder, env) => runCommand(process.execPath, ['main.ts'], folder, env),
  },
  {
    generator: 'oapi-codegen',
    needs: 'go',
    build: async (folder, generator) => {
      for (const file of ['go.mod', 'go.sum', 'main.go']) copyFileSync(join(programs, 'go', file), join(folder, file));
      mkdirSync(join(folder, 'kalends'));
      const code = ['-generate', 'types,client', '-package', 'kalends', '-o', 'kalends/kalends.go', 'openapi.json'];
      await runCommand(generator, code, folder);
      await runCommand('go', ['build', '-o', 'main', '.'], folder);
    },
    run: (folder, env) => runCommand(join(folder, 'main'), [], folder, env),
  },
  {
    // Hey API
    generator: 'openapi-ts',
    build: async (folder, generator) => {
      await runCommand(generator, ['-i', 'openapi.json', '-o', 'client'], folder);
      await checkTypes(folder, { module: 'esnext', moduleResolution: 'bundler', exactOptionalPropertyTypes: false });
    },
  },
];

/** @returns the file of the generator; null when it, or what it needs, is not installed */
export const findClientGenerator = ({ generator, needs }: GeneratedClient): string | null =>
  needs !== undefined && findCommand(needs) === null ? null : findGenerator(generator);

/** A folder with the document of a running server. */
export function makeClientFolder(document: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kalends-generated-client-'));
  writeFileSync(join(folder, 'openapi.json'), document);
  return folder;
}
