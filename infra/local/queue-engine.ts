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

export type QueueEngine = { endpoint: string; close: () => Promise<void> };

/**
 * The parts fauxqs makes its stores of. It offers kept stores only together with a server on all interfaces, which
 * would open the queues to the network; its version is pinned, so its modules can be relied on.
 */
const loadStoreModules = async (): Promise<StoreModules> => {
  const paths = ['sqs/sqsStore.js', 'sns/snsStore.js', 's3/s3Store.js', 'persistence.js'];
  const base = import.meta.resolve('fauxqs');
  const modules = await Promise.all(paths.map(async (path) => (await import(new URL(path, base).href)) as object));
  return Object.assign({}, ...modules) as StoreModules;
};

const openKeptStores = async (directory: string): Promise<{ stores: Stores; persistence: Persistence }> => {
  mkdirSync(directory, { recursive: true });
  const { SqsStore, SnsStore, S3Store, PersistenceManager } = await loadStoreModules();
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(directory);
  persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  Object.assign(stores.sqsStore, { persistence });
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { persistence });
  return { stores, persistence };
};

/**
 * Starts fauxqs on a free loopback port; messages are kept in `dataDir` when there is one.
 * Differs from SQS: deduplication is per queue instead of per message group, a batch holds one message of a group at
 * most, and messages never expire (retention).
 */
export const startQueueEngine = async (dataDir?: string): Promise<QueueEngine> => {
  const kept = dataDir === undefined ? undefined : await openKeptStores(join(dataDir, 'queues'));
  const app = buildApp({ logger: false, ...(kept && { stores: kept.stores }) });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    endpoint,
    close: async () => {
      await app.close();
      kept?.persistence.close();
    },
  };
};
