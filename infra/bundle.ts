import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Packages that are replaced by lighter ones. Each substitute says why. */
const substitutes = {
  '@aws-sdk/credential-provider-node': './infra/substitutes/lambda-credentials.ts',
  '@aws-sdk/middleware-endpoint-discovery': './infra/substitutes/endpoint-discovery.ts',
  '@smithy/core/event-streams': './infra/substitutes/event-streams.ts',
  bowser: './infra/substitutes/bowser.ts',
  'node-fetch': './infra/substitutes/global-fetch.ts',
};

/**
 * Functions that load a part of their code only when they need it. Each is bundled by itself: together, the chunks would
 * be cut along what functions share, and every function would load dozens of them.
 */
const splitFunctions: ReadonlySet<string> = new Set([
  'api-bots',
  'api-accounts',
  'api-calendars',
  'api-service',
  'connect-page',
  'follow-accounts',
  'sync-calendar',
]);

/** The function that writes the OpenAPI document. */
const describingFunction = 'api-service';

interface ReplacedFile {
  /** How the file is imported. */
  filter: RegExp;
  /** The end of the name of the file that imports it. */
  importer: string;
  substitute: string;
}

/** Files of packages that are replaced by lighter ones. Packages import them by relative paths, which no alias replaces. */
const replacedFiles = {
  jsonSchema: {
    filter: /\/(json-schema-processors|to-json-schema)\.js$/,
    importer: '/zod/v4/classic/schemas.js',
    substitute: './infra/substitutes/json-schema.ts',
  },
  dynamodbEndpoint: {
    filter: /^\.\/endpoint\/endpointResolver$/,
    importer: '/@aws-sdk/client-dynamodb/dist-es/runtimeConfig.shared.js',
    substitute: './infra/substitutes/dynamodb-endpoint.ts',
  },
  partitions: {
    filter: /^\.\/partitions$/,
    importer: '/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partition.js',
    substitute: './infra/substitutes/partitions.ts',
  },
  sha256: {
    filter: /^\.\/Sha256Js$/,
    importer: '/@smithy/core/dist-es/submodules/checksum/sha256/Sha256Node.js',
    substitute: './infra/substitutes/sha256.ts',
  },
} satisfies Record<string, ReplacedFile>;

const replacedNames = Object.keys(replacedFiles) as (keyof typeof replacedFiles)[];

const replaceFile = (name: keyof typeof replacedFiles): Plugin => ({
  name,
  setup: (bundler) => {
    const { filter, importer, substitute } = replacedFiles[name];
    bundler.onResolve({ filter }, (request) =>
      request.importer.endsWith(importer) ? { path: join(root, substitute) } : undefined,
    );
  },
});

/** The SDK imports its whole `package.json` for the version in its user agent. */
const packageVersion: Plugin = {
  name: 'packageVersion',
  setup: (bundler) => {
    bundler.onLoad({ filter: /\/@aws-sdk\/client-dynamodb\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Names of the folders in `functions/`. Each is one deployed function. */
export const functionNames = (): string[] => readdirSync(join(root, 'functions')).sort();

const commonOptions = {
  absWorkingDir: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: substitutes,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

/** The CommonJS libraries of the providers call require() for modules of Node. */
const requireBanner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

interface BundleOptions {
  /** Not minified, for local mode: names in stack traces and in the debugger are those of the source. */
  isReadable?: boolean;
}

/** Options of one esbuild call. */
export type FunctionBuild = BuildOptions & { entryPoints: { in: string; out: string }[] };

const lighter = [packageVersion, ...replacedNames.map(replaceFile)];

const entryOf = (name: string) => ({ in: `functions/${name}/handler.ts`, out: `${name}/index` });

/**
 * The esbuild calls that bundle every function. Each function gets a folder in `outdir` with its `index.mjs` and, beside
 * it, the chunks that it loads later.
 */
export function functionBuilds(outdir: string, { isReadable = false }: BundleOptions = {}): FunctionBuild[] {
  const common = { ...commonOptions, outdir, minify: !isReadable };
  const { split = [], whole = [] } = Object.groupBy(functionNames(), (name) =>
    splitFunctions.has(name) ? 'split' : 'whole',
  );
  return [
    { ...common, entryPoints: whole.map(entryOf), plugins: lighter },
    ...split.map((name) => ({
      ...common,
      entryPoints: [entryOf(name)],
      splitting: true,
      banner: { js: requireBanner },
      chunkNames: `${name}/[name]-[hash]`,
      plugins: name === describingFunction ? lighter.filter((plugin) => plugin.name !== 'jsonSchema') : lighter,
    })),
  ];
}

/** The docs site, where `npm run docs` has built it. Without it the function says so. */
async function copyDocs(to: string): Promise<void> {
  const built = join(root, 'docs', 'dist');
  if (existsSync(built)) await cp(built, to, { recursive: true });
}

/**
 * Bundles all functions. One esbuild call for many functions takes a second, a call for each of them six.
 *
 * @param outdir gets one folder per function
 * @returns esbuild's metafiles as one; tests check imports and sizes with it
 */
export async function bundleFunctions(outdir: string, options: BundleOptions = {}): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const results = await Promise.all(functionBuilds(outdir, options).map((one) => build({ ...one, metafile: true })));
  await copyDocs(join(outdir, 'serve-docs', 'site'));
  const metafiles = results.map(({ metafile }) => metafile);
  return {
    inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
  };
}
