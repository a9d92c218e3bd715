import type { TestProject } from 'vitest/node';
import { startDynamoDb } from '../../local/runner/start-dynamodb.ts';
import { oncePerRun } from './once-per-run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A DynamoDB Local for all stacks of the test run; each has a table of its own. */
    dynamodbEndpoint: string;
  }
}

/** `npm test` sets it: a run of all files takes many minutes. */
const runsAllFiles = process.env['KALENDS_ALL_TESTS'] === '1';

/** Starts one DynamoDB Local for all files: it takes seconds to start, and is slow before it has warmed up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, close } = await oncePerRun('dynamodb', async () => {
    const engine = await startDynamoDb({ isForLong: runsAllFiles || project.name === 'campaigns' });
    return { value: engine.endpoint, close: engine.close };
  });
  project.provide('dynamodbEndpoint', value);
  return close;
}
