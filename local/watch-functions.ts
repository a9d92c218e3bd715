import { watch } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildContext, type BuildOptions, build, context, type Message } from 'esbuild';
import { bundleOptions } from '../infra/bundle.ts';
import type { LocalStack } from './start-local.ts';

/** The sources to watch. */
export type WatchedSource = {
  /** Folder that holds `functions/`, `shared/` and `infra/bin.ts`. */
  root: string;
  /** esbuild's options for the bundles of all functions: `<outdir>/<function>/index.mjs`. */
  bundleOptions: (outdir: string) => BuildOptions & { entryPoints: { in: string; out: string }[] };
};

const repository: WatchedSource = { root: fileURLToPath(new URL('../', import.meta.url)), bundleOptions };

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
  const analysis = build({
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
  { root, bundleOptions: optionsFor }: WatchedSource = repository,
): (() => Promise<void>) => {
  /** The bundles that run at the start are in this folder of the assembly; see `infra/bin.ts`. */
  const firstBundles = join(assemblyDirectory, 'functions');
  const options = optionsFor(firstBundles);
  const knownFolders = options.entryPoints.map((entry) => dirname(entry.in));
  const runningText = new Map<string, string>();
  let bundler: Promise<BuildContext> | undefined;
  let builds = 0;

  const readRunning = async (name: string): Promise<string> =>
    runningText.get(name) ?? readFile(join(firstBundles, name, 'index.mjs'), 'utf8').catch(() => '');

  /** Returns the names of the functions whose bundle has changed. Rejects with esbuild's failure. */
  const rebundle = async (): Promise<string[]> => {
    // The first build makes esbuild's context; later ones parse only what has changed.
    bundler ??= context({ ...options, write: false, logLevel: 'silent' });
    const { outputFiles = [] } = await (await bundler).rebuild();
    builds += 1;
    const changed: string[] = [];
    for (const { path, text } of outputFiles) {
      const name = dirname(relative(firstBundles, path));
      if (text === (await readRunning(name))) continue;
      // A new directory for each build, because a worker may be loading the bundle before.
      const directory = join(assemblyDirectory, 'rebuilt', String(builds), name);
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'index.mjs'), text);
      replaceBundle(name, directory);
      runningText.set(name, text);
      changed.push(name);
    }
    return changed;
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
    await (await bundler)?.dispose();
  };
};
