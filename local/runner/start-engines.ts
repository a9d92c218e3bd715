import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { LocalSettings } from '../settings.ts';
import type { Synthesize } from '../synthesize.ts';
import type { Closing } from './create-closing.ts';
import { startDynamoDb } from './start-dynamodb.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './local-account.ts';
import { type QueueEngine, startQueueEngine } from './start-queue-engine.ts';
import { type Assembly, readAssembly } from './assembly.ts';

/** The stack and the two engines that hold its data, with clients for them. */
export type Engines = {
  assembly: Assembly;
  dynamodbEndpoint: string;
  dynamodb: DynamoDBClient;
  sqsEndpoint: string;
  sqs: SQSClient;
  hastenQueues: QueueEngine['hasten'];
};

/**
 * Synthesizes the stack and starts DynamoDB Local and fauxqs, all at the same time. When one fails the others are
 * given up and what runs already is ended by `closing`.
 */
export const startEngines = async (
  settings: LocalSettings,
  publicUrl: string,
  synthesize: Synthesize,
  closing: Closing,
): Promise<Engines> => {
  const startUp = new AbortController();
  const { dataDir } = settings;

  const assemble = async (): Promise<Assembly> => {
    const outdir = await mkdtemp(join(tmpdir(), 'kalends-local-'));
    closing.add(() => rm(outdir, { recursive: true, force: true }));
    const { googleApiUrl, googleOauthUrl, microsoftGraphUrl, microsoftLoginUrl } = settings;
    const providers = { googleApiUrl, googleOauthUrl, microsoftGraphUrl, microsoftLoginUrl };
    await synthesize(outdir, { ...providers, publicUrl, allowLoopbackWebhooks: true }, startUp.signal);
    return readAssembly(outdir);
  };
  const startDatabase = async (): Promise<string> => {
    if (settings.dynamodbEndpoint !== undefined) return settings.dynamodbEndpoint;
    const engine = await startDynamoDb({ signal: startUp.signal, ...(dataDir !== undefined && { dataDir }) });
    closing.add(engine.close);
    return engine.endpoint;
  };
  const startQueues = async (): Promise<QueueEngine> => {
    const engine = await startQueueEngine(dataDir);
    closing.add(engine.close);
    return engine;
  };

  const starting = [assemble(), startDatabase(), startQueues()] as const;
  try {
    const [assembly, dynamodbEndpoint, queues] = await Promise.all(starting);
    const sqsEndpoint = queues.endpoint;
    const client = { region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
    const dynamodb = new DynamoDBClient({ ...client, endpoint: dynamodbEndpoint });
    const sqs = new SQSClient({ ...client, endpoint: sqsEndpoint });
    closing.add(async () => {
      dynamodb.destroy();
      sqs.destroy();
    });
    return { assembly, dynamodbEndpoint, dynamodb, sqsEndpoint, sqs, hastenQueues: queues.hasten };
  } catch (error) {
    startUp.abort();
    await Promise.allSettled(starting);
    throw error;
  }
};
