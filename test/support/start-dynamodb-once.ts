import type { TestProject } from 'vitest/node';
import { startDynamoDb } from '../../local/runner/start-dynamodb.ts';
import { oncePerRun } from './once-per-run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A DynamoDB Local for all stacks of the test run; each has a table of its own. */
    dynamodbEndpoint: string;
  }
}

/** Starts one DynamoDB Local for all files: it takes seconds to start, and is slow before it has warmed up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, close } = await oncePerRun('dynamodb', async () => {
    const engine = await startDynamoDb({ isForLong: project.name === 'campaigns' });
    return { value: engine.endpoint, close: engine.close };
  });
  project.provide('dynamodbEndpoint', value);
  return close;
}
