import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepSynthesis, type SynthSettings } from './keep-synthesis.ts';
import { LOCAL_REGION } from './runner/local-account.ts';
import { LocalError } from './runner/local-error.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Keeps Node's compiled form of the CDK, which takes a second to compile. */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/kalends-synth', import.meta.url));
const KEPT_STACKS = fileURLToPath(new URL('../node_modules/.cache/kalends-stacks', import.meta.url));
const APP = fileURLToPath(new URL('../infra/bin.ts', import.meta.url));

/** What the stack is made from, apart from its settings. The lockfile stands for all packages. */
const SOURCES = ['infra', 'functions', 'shared', 'package.json', 'package-lock.json', 'cdk.json'];
/** The docs site, where `npm run docs` has built it. */
const SITE = 'docs/dist';

/** Writes the synthesized stack into a directory; see {@link synthesize}. */
export type Synthesize = (outdir: string, settings: SynthSettings, signal: AbortSignal) => Promise<void>;

const runApp = async (
  outdir: string,
  settings: SynthSettings,
  signal: AbortSignal,
  more: Readonly<Record<string, string>>,
): Promise<void> => {
  const child = spawn(process.execPath, [APP], {
    cwd: ROOT,
    env: {
      ...process.env,
      // The region of every local ARN, whatever the user's AWS profile says.
      CDK_DEFAULT_REGION: LOCAL_REGION,
      CDK_OUTDIR: outdir,
      // The CDK's own checks of the template take 3.5 s of CPU. `npm run synth`, `cdk deploy` and CI make them.
      CDK_VALIDATION: 'false',
      KALENDS_SETTINGS: JSON.stringify(settings),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...more,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new LocalError(`the stack cannot be synthesized:\n${errors.trim()}`);
};

const createSynthesize =
  (more: Readonly<Record<string, string>>): Synthesize =>
  (outdir, settings, signal) =>
    keepSynthesis(
      KEPT_STACKS,
      {
        root: ROOT,
        sources: existsSync(join(ROOT, SITE)) ? [...SOURCES, SITE] : SOURCES,
        more: [process.version, JSON.stringify(more)],
      },
      { outdir, settings },
      (folder, kept) => runApp(folder, kept, signal, more),
    );

/**
 * Runs the CDK app in its own process, with its settings in `KALENDS_SETTINGS`, as `npm run synth` does. A stack that was
 * made from the same sources and settings before is used again. Throws a LocalError with the app's own error text when it
 * fails.
 */
export const synthesize = createSynthesize({});

/** The same with bundles that are not minified. */
export const synthesizeReadable = createSynthesize({ KALENDS_BUNDLES: 'readable' });
