import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LOCAL_REGION } from './runner/local-account.ts';
import { LocalError } from './runner/local-error.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Keeps Node's compiled form of the CDK, which takes a second to compile. */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/kalends-synth', import.meta.url));
const APP = fileURLToPath(new URL('../infra/bin.ts', import.meta.url));

/** Settings the stack takes (`infra/config.ts`). */
type SynthSettings = Readonly<Record<string, string | boolean>>;

/** Writes the synthesized stack into a directory; see {@link synthesize}. */
export type Synthesize = (outdir: string, settings: SynthSettings, signal: AbortSignal) => Promise<void>;

const runApp = async (
  outdir: string,
  settings: SynthSettings,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const child = spawn(process.execPath, [APP], {
    cwd: ROOT,
    env: {
      ...process.env,
      // The region of every local ARN, whatever the user's AWS profile says.
      CDK_DEFAULT_REGION: LOCAL_REGION,
      CDK_OUTDIR: outdir,
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

/**
 * Runs the CDK app in its own process, with its settings in `KALENDS_SETTINGS`, exactly as `npm run synth` does.
 * Throws a LocalError with the app's own error text when it fails.
 */
export const synthesize: Synthesize = (outdir, settings, signal) => runApp(outdir, settings, signal);

/** The same with bundles that are not minified. */
export const synthesizeReadable: Synthesize = (outdir, settings, signal) =>
  runApp(outdir, settings, signal, { KALENDS_BUNDLES: 'readable' });
