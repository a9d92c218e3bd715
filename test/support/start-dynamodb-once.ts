import type { TestProject } from 'vitest/node';
import { startDynamoDb } from '../../local/runner/start-dynamodb.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A DynamoDB Local for all stacks of the test run; each has a table of its own. */
    dynamodbEndpoint: string;
  }
}

/** One engine that has warmed up serves faster than fifty that start, each for one file. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await startDynamoDb({});
  project.provide('dynamodbEndpoint', engine.endpoint);
  return engine.close;
}
