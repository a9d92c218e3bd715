import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, type BuildResult, buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Modules replaced by lighter ones; the reasons stand in those. */
const substitutes = {
  '@aws-sdk/credential-provider-node': './infra/substitutes/lambda-credentials.ts',
  'node-fetch': './infra/substitutes/global-fetch.ts',
};

/** Folder names in `functions/`, each one deployed function. */
export const functionNames = (): string[] => readdirSync(join(root, 'functions')).sort();

/** esbuild's options for a bundle of every function: one folder per function in `outdir`, with its `index.mjs`. */
export const bundleOptions = (outdir: string) =>
  ({
    absWorkingDir: root,
    entryPoints: functionNames().map((name) => ({ in: `functions/${name}/handler.ts`, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: substitutes,
    // Names stay, for the stack traces in the log: measured, shorter ones do not start faster.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    // CommonJS dependencies call require() for node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  }) satisfies BuildOptions;

/**
 * Bundles every function in one esbuild call (eight take about a second; one call each takes six).
 *
 * @param outdir receives one folder per function with its `index.mjs`
 * @returns esbuild's metafile, from which a test checks the import rules
 */
export function bundleFunctions(outdir: string): NonNullable<BuildResult['metafile']> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  return buildSync(bundleOptions(outdir)).metafile;
}
