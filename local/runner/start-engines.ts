import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Assembly, readAssembly } from './assembly.ts';
import type { Closing } from './create-closing.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './local-account.ts';
import { startDynamoDb } from './start-dynamodb.ts';
import { type QueueEngine, startQueueEngine } from './start-queue-engine.ts';

/** The assembly and the two engines that hold its data, with clients for them. */
export type Engines = {
  assembly: Assembly;
  dynamodbEndpoint: string;
  dynamodb: DynamoDBClient;
  sqsEndpoint: string;
  sqs: SQSClient;
} & Pick<QueueEngine, 'advanceDelays' | 'abandon'>;

export type EngineOptions = {
  /** Returns the directory of the synthesized app; the signal aborts it when an engine fails. */
  synthesize: (signal: AbortSignal) => Promise<string>;
  /** Directory where tables and messages are kept; in memory when absent. */
  dataDir?: string;
  /** A DynamoDB Local that runs already; none is started then. */
  dynamodbEndpoint?: string;
  /** Name under which the user sets `dynamodbEndpoint`, for error texts. */
  endpointSetting: string;
  closing: Closing;
};

/**
 * Synthesizes the app and starts DynamoDB Local and fauxqs, all at the same time. When one of them fails, the others
 * are aborted, the error is thrown, and `closing` ends what runs already.
 */
export const startEngines = async (options: EngineOptions): Promise<Engines> => {
  const { dataDir, closing } = options;
  const startUp = new AbortController();

  const startDatabase = async (): Promise<string> => {
    if (options.dynamodbEndpoint !== undefined) return options.dynamodbEndpoint;
    const { endpointSetting } = options;
    const engine = await startDynamoDb({ signal: startUp.signal, endpointSetting, ...(dataDir && { dataDir }) });
    closing.add(engine.close);
    return engine.endpoint;
  };
  const startQueues = async (): Promise<QueueEngine> => {
    const engine = await startQueueEngine(dataDir);
    closing.add(engine.close);
    return engine;
  };

  const assemble = async (): Promise<Assembly> => readAssembly(await options.synthesize(startUp.signal));
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
    const { advanceDelays, abandon } = queues;
    return { assembly, dynamodbEndpoint, dynamodb, sqsEndpoint, sqs, advanceDelays, abandon };
  } catch (error) {
    startUp.abort();
    await Promise.allSettled(starting);
    throw error;
  }
};
