import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectId } from '../shared/platform/ids.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './runner/local-account.ts';
import { type PreparedStack, type RunningStack, runStack } from './runner/run-stack.ts';
import type { LocalSettings } from './settings.ts';
import { type Synthesize, synthesizeReadable } from './synthesize.ts';

/** The table and how to reach it, and the API key that the settings ask for or that the data directory holds. */
type SeedContext = {
  tableName: string;
  dynamodbEndpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  apiKey?: string;
};

/** Creates the first project with its API key, or finds them in a kept table. */
export type Seed = (context: SeedContext) => Promise<{ projectId: ProjectId; apiKey: string }>;

export type LocalOptions = {
  settings: LocalSettings;
  seed: Seed;
  /** Writes the stack to run. Default: the stack of this repository, with bundles that are not minified. */
  synthesize?: Synthesize;
  /** Receives the lines that functions and engines write, with the function's name or the engine. */
  log?: (source: string, line: string) => void;
};

/** Kalends as it runs on this machine. */
export type LocalStack = RunningStack & {
  /** Where providers reach the API, without trailing slash. */
  publicUrl: string;
  apiKey: string;
  projectId: ProjectId;
  tableName: string;
  /** Directory of the synthesized app. It is removed when the stack is closed. */
  assemblyDirectory: string;
};

/** Name under which the data directory keeps the API key, because the table holds no more than its hash. */
const API_KEY = 'api-key';

/**
 * The runner has 40 workers for all functions. A quarter of these is the share of a project in each of six queues, so that
 * a project that uses up all its shares leaves workers to others.
 */
export const localWorkersPerQueue = 24;

/** The settings of the stack (`infra/config.ts`) for a run on this machine. */
const toStackSettings = (settings: LocalSettings, publicUrl: string) => ({
  publicUrl,
  googleApiUrl: settings.googleApiUrl,
  googleAuthUrl: settings.googleAuthUrl,
  googleOauthUrl: settings.googleOauthUrl,
  microsoftGraphUrl: settings.microsoftGraphUrl,
  microsoftLoginUrl: settings.microsoftLoginUrl,
  allowLoopbackWebhooks: true,
  workersPerQueue: localWorkersPerQueue,
});

/** Seeds the table and keeps the API key, so that it stays the same over restarts. */
const seedTable = async (options: LocalOptions, { tableNames, dynamodbEndpoint, kept }: PreparedStack) => {
  const [tableName, ...moreTables] = tableNames;
  if (tableName === undefined || moreTables.length > 0) throw new Error('the stack must have exactly one table');
  const wantedKey = options.settings.apiKey ?? kept.find(API_KEY);
  const project = await options.seed({
    tableName,
    dynamodbEndpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    ...(wantedKey !== undefined && { apiKey: wantedKey }),
  });
  kept.set(API_KEY, project.apiKey);
  return { tableName, ...project };
};

/**
 * Starts Kalends on this machine: synthesizes the stack, runs it, and seeds a project. Resolves when requests are served.
 * When the start fails, everything that was started is ended. Throws a LocalError when the user can correct the cause.
 */
export const startLocal = async (options: LocalOptions): Promise<LocalStack> => {
  const { settings, synthesize: writeStack = synthesizeReadable } = options;
  const assemblyDirectory = await mkdtemp(join(tmpdir(), 'kalends-local-'));
  const removeAssembly = () => rm(assemblyDirectory, { recursive: true, force: true });
  let seeded: Awaited<ReturnType<typeof seedTable>> | undefined;
  try {
    const stack = await runStack({
      assembly: async (apiUrl, signal) => {
        await writeStack(assemblyDirectory, toStackSettings(settings, settings.publicUrl ?? apiUrl), signal);
        return assemblyDirectory;
      },
      port: settings.port,
      functionNameKey: 'kalends:function',
      settingNames: { port: 'PORT', dynamodbEndpoint: 'KALENDS_DYNAMODB_ENDPOINT' },
      prepare: async (prepared) => {
        seeded = await seedTable(options, prepared);
      },
      ...(settings.dataDir !== undefined && { dataDir: settings.dataDir }),
      ...(settings.dynamodbEndpoint !== undefined && { dynamodbEndpoint: settings.dynamodbEndpoint }),
      ...(settings.tableLimits && { tableLimits: settings.tableLimits }),
      ...(settings.expiryDelayMs !== undefined && { expiryDelayMs: settings.expiryDelayMs }),
      ...(options.log && { log: options.log }),
    });
    if (seeded === undefined) throw new Error('the table was not seeded');
    const close = async (): Promise<void> => {
      await stack.close();
      await removeAssembly();
    };
    return { ...stack, ...seeded, publicUrl: settings.publicUrl ?? stack.url, assemblyDirectory, close };
  } catch (error) {
    await removeAssembly();
    throw error;
  }
};
