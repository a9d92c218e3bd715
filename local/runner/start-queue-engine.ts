import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { makeQueuesFair } from './fair-queues.ts';

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
  /**
   * Shortens what is left of every message's delay by so many milliseconds, as if that time had passed; and the
   * visibility time-out of messages that were abandoned. A message in work stays hidden.
   */
  advanceDelays: (milliseconds: number) => void;
  /** No function works on these received messages any more: they wait for the end of their visibility time-out. */
  abandon: (receiptHandles: readonly string[]) => void;
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

/** fauxqs checks delayed and hidden messages every 20 ms while a receive call waits. */
const createTimeControl = ({ sqsStore }: Stores): Pick<QueueEngine, 'advanceDelays' | 'abandon'> => {
  const abandoned = new WeakSet<object>();
  return {
    advanceDelays: (milliseconds) => {
      for (const { delayedMessages, fifoDelayed, inflightMessages } of sqsStore.allQueues()) {
        for (const message of [...delayedMessages, ...[...fifoDelayed.values()].flat()]) {
          if (message.delayUntil !== undefined) message.delayUntil -= milliseconds;
        }
        for (const entry of inflightMessages.values()) {
          if (abandoned.has(entry)) entry.visibilityDeadline -= milliseconds;
        }
      }
    },
    abandon: (receiptHandles) => {
      for (const { inflightMessages } of sqsStore.allQueues()) {
        for (const handle of receiptHandles) {
          const entry = inflightMessages.get(handle);
          if (entry !== undefined) abandoned.add(entry);
        }
      }
    },
  };
};

/**
 * Starts fauxqs on a free loopback port; messages are kept in `dataDir` when there is one.
 * fauxqs differs from SQS: it deduplicates per queue instead of per message group, a batch holds at most one message of
 * a group, and messages never expire. Its standard queues are made fair here.
 */
export const startQueueEngine = async (dataDir?: string): Promise<QueueEngine> => {
  const { stores, close } = await openStores(dataDir === undefined ? undefined : join(dataDir, 'queues'));
  const app = buildApp({ logger: false, stores });
  makeQueuesFair(app, stores.sqsStore);
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    endpoint,
    ...createTimeControl(stores),
    close: async () => {
      await app.close();
      close();
    },
  };
};
