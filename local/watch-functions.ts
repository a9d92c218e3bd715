import { watch } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as analyse, type BuildContext, type BuildOptions, context, type Message } from 'esbuild';
import { type FunctionBuild, functionBuilds } from '../infra/bundle.ts';
import type { LocalStack } from './start-local.ts';

/** The sources to watch. */
export type WatchedSource = {
  /** Folder that holds `functions/`, `shared/` and `infra/bin.ts`. */
  root: string;
  /** The esbuild calls that bundle all functions: `<outdir>/<function>/index.mjs`, and chunks beside it. */
  functionBuilds: (outdir: string) => FunctionBuild[];
};

const repository: WatchedSource = {
  root: fileURLToPath(new URL('../', import.meta.url)),
  functionBuilds: (outdir) => functionBuilds(outdir, { isReadable: true }),
};

/** The files of a function's bundle: their texts by their names. */
type Bundle = ReadonlyMap<string, string>;

const isSame = (one: Bundle, other: Bundle): boolean =>
  one.size === other.size && [...one].every(([file, text]) => other.get(file) === text);

/** Reads the bundle in a folder; an empty one when there is none. */
const readBundle = async (folder: string): Promise<Bundle> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
  );
};

/** An editor that saves several files makes one rebuild. Must exceed the time between the writes of one save. */
const debounceMs = 100;
/** More names than this are counted instead of listed. */
const mostNames = 4;

const listNames = (names: readonly string[], what: string): string =>
  names.length > mostNames ? `${names.length} ${what}` : names.join(', ');

const showError = ({ text, location }: Message): string =>
  location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`;

/** Finds the source files that the template is made from. Empty while one of them cannot be parsed. */
const findTemplateSources = async (root: string): Promise<Set<string>> => {
  const options: BuildOptions = { absWorkingDir: root, entryPoints: ['infra/bin.ts'], bundle: true, write: false };
  const analysis = analyse({
    ...options,
    outdir: 'unused',
    platform: 'node',
    format: 'esm',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
  });
  return analysis.then(
    ({ metafile }) => new Set(Object.keys(metafile?.inputs ?? {})),
    () => new Set(),
  );
};

/**
 * Watches `functions/` and `shared/`, bundles them when a file changes, and runs each function whose bundle is different
 * from its next invocation on. Prints one line for each change. After a failed build it prints the error, and the
 * functions keep their last bundle. For a file that the template is made from it prints that a restart is needed.
 *
 * @returns a function that ends the watch and waits for a build that is running
 */
export const watchFunctions = (
  { assemblyDirectory, replaceBundle }: Pick<LocalStack, 'assemblyDirectory' | 'replaceBundle'>,
  print: (line: string) => void,
  { root, functionBuilds: buildsFor }: WatchedSource = repository,
): (() => Promise<void>) => {
  /** The bundles that run at the start are in this folder of the assembly; see `infra/bin.ts`. */
  const firstBundles = join(assemblyDirectory, 'functions');
  const buildOptions = buildsFor(firstBundles);
  const knownFolders = buildOptions.flatMap(({ entryPoints }) => entryPoints.map((entry) => dirname(entry.in)));
  const running = new Map<string, Bundle>();
  let bundlers: Promise<BuildContext[]> | undefined;
  let builds = 0;

  /** Builds all bundles, by function. Rejects with esbuild's failure. */
  const build = async (): Promise<Map<string, Bundle>> => {
    // The first build makes esbuild's contexts; later ones parse only what has changed.
    bundlers ??= Promise.all(buildOptions.map((one) => context({ ...one, write: false, logLevel: 'silent' })));
    const results = await Promise.all((await bundlers).map((bundler) => bundler.rebuild()));
    const files = results.flatMap(({ outputFiles = [] }) => outputFiles);
    const byFunction = Map.groupBy(files, ({ path }) => dirname(relative(firstBundles, path)));
    return new Map(
      [...byFunction].map(([name, own]) => [name, new Map(own.map(({ path, text }) => [basename(path), text]))]),
    );
  };

  /** Returns the names of the functions whose bundle has changed. Rejects with esbuild's failure. */
  const rebundle = async (): Promise<string[]> => {
    const bundles = await build();
    builds += 1;
    const changed: string[] = [];
    for (const [name, bundle] of bundles) {
      if (isSame(bundle, running.get(name) ?? (await readBundle(join(firstBundles, name))))) continue;
      // A new directory for each build, because a worker may be loading the bundle before.
      const directory = join(assemblyDirectory, 'rebuilt', String(builds), name);
      await mkdir(directory, { recursive: true });
      for (const [file, text] of bundle) await writeFile(join(directory, file), text);
      replaceBundle(name, directory);
      running.set(name, bundle);
      changed.push(name);
    }
    return changed.sort();
  };

  const applyChanges = async (files: readonly string[]): Promise<void> => {
    const templateSources = await findTemplateSources(root);
    const isUnknown = (file: string): boolean =>
      file.startsWith('functions/') && !knownFolders.some((folder) => file.startsWith(`${folder}/`));
    const shaping = files.filter(
      (file) => templateSources.has(file) || file.startsWith('infra/') || file.endsWith('/env.ts') || isUnknown(file),
    );
    if (shaping.length > 0)
      print(`${listNames(shaping, 'files')}: the template depends on this, restart to apply the change`);
    if (files.every((file) => file.startsWith('infra/') || isUnknown(file))) return;
    const startedAt = performance.now();
    try {
      const changed = await rebundle();
      const milliseconds = Math.round(performance.now() - startedAt);
      const what = changed.length === 0 ? 'no function changed' : `now running ${listNames(changed, 'functions')}`;
      print(`${listNames(files, 'files')} rebundled in ${milliseconds} ms: ${what}`);
    } catch (error) {
      const [first] = (error as { errors?: Message[] }).errors ?? [];
      print(`bundling failed, the functions keep running as they are: ${first ? showError(first) : String(error)}`);
    }
  };

  const pending = new Set<string>();
  let working: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const watchers = ['functions', 'shared', 'infra'].map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, name) => {
      if (name?.endsWith('.ts') !== true) return;
      pending.add(join(folder, name));
      clearTimeout(timer);
      timer = setTimeout(() => {
        const files = [...pending].sort();
        pending.clear();
        working = working.then(() => applyChanges(files));
      }, debounceMs);
    }).on('error', (error) => print(`${folder}/ cannot be watched: ${String(error)}`)),
  );

  return async () => {
    for (const watcher of watchers) watcher.close();
    clearTimeout(timer);
    await working;
    await Promise.all((await bundlers)?.map((bundler) => bundler.dispose()) ?? []);
  };
};
