import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildAppOptions, buildApp } from 'fauxqs';

type Stores = NonNullable<BuildAppOptions['stores']>;
type Persistence = { loadSqsAndSns: (sqs: Stores['sqsStore'], sns: Stores['snsStore']) => void; close: () => void };
type StoreModules = {
  SqsStore: new () => Stores['sqsStore'];
  SnsStore: new () => Stores['snsStore'];
  S3Store: new () => Stores['s3Store'];
  PersistenceManager: new (directory: string) => Persistence;
};

export type QueueEngine = {
  endpoint: string;
  /** Shortens what is left of every message's delay by so many milliseconds, as if that time had passed. */
  advanceDelays: (milliseconds: number) => void;
  close: () => Promise<void>;
};

/**
 * Loads the modules of fauxqs that its own server is built from. That server can keep messages on disk, but it listens
 * on all interfaces, which would open the queues to the network. The version of fauxqs is pinned, so its modules stay.
 */
const loadStoreModules = async (): Promise<StoreModules> => {
  const paths = ['sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js'];
  const base = import.meta.resolve('fauxqs');
  const modules = await Promise.all(paths.map(async (path) => (await import(new URL(path, base).href)) as object));
  return Object.assign({}, ...modules) as StoreModules;
};

/** @param directory where messages are kept; without one they are lost at the end */
const openStores = async (directory?: string): Promise<{ stores: Stores; close: () => void }> => {
  const { SqsStore, SnsStore, S3Store, PersistenceManager } = await loadStoreModules();
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  if (directory === undefined) return { stores, close: () => {} };
  mkdirSync(directory, { recursive: true });
  const persistence = new PersistenceManager(directory);
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  Object.assign(stores.sqsStore, { persistence });
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { persistence });
  return { stores, close: () => persistence.close() };
};

/** fauxqs checks delayed messages every 20 ms while a receive call waits. */
const advanceDelays = ({ sqsStore }: Stores, milliseconds: number): void => {
  for (const { delayedMessages, fifoDelayed } of sqsStore.allQueues()) {
    for (const message of [...delayedMessages, ...[...fifoDelayed.values()].flat()]) {
      if (message.delayUntil !== undefined) message.delayUntil -= milliseconds;
    }
  }
};

/**
 * Starts fauxqs on a free loopback port; messages are kept in `dataDir` when there is one.
 * fauxqs differs from SQS: it deduplicates per queue instead of per message group, a batch holds at most one message of
 * a group, and messages never expire.
 */
export const startQueueEngine = async (dataDir?: string): Promise<QueueEngine> => {
  const { stores, close } = await openStores(dataDir === undefined ? undefined : join(dataDir, 'queues'));
  const app = buildApp({ logger: false, stores });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    endpoint,
    advanceDelays: (milliseconds) => advanceDelays(stores, milliseconds),
    close: async () => {
      await app.close();
      close();
    },
  };
};
