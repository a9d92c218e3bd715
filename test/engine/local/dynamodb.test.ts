import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAssembly } from '../../../local/runner/assembly.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { createTable } from '../../../local/runner/local-table.ts';
import { resolveTemplate } from '../../../local/runner/resolve-template.ts';
import { type DynamoDbEngine, startDynamoDb } from '../../../local/runner/start-dynamodb.ts';

let engine: DynamoDbEngine;
let client: DynamoDBClient;
beforeAll(async () => {
  engine = await startDynamoDb({});
  client = new DynamoDBClient({ endpoint: engine.endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
});
afterAll(async () => {
  client.destroy();
  await engine.close();
});

const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' });
const index = (IndexName: string, ...KeySchema: object[]) => ({
  IndexName,
  KeySchema,
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
});
const tableResource = (name: string, properties: object, type = 'AWS::DynamoDB::Table') => {
  const definitions = ['pk', 'sk', 'due'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const Properties = {
    TableName: name,
    AttributeDefinitions: definitions,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [hash('pk'), range('sk')],
    LocalSecondaryIndexes: [index('by-due', hash('pk'), range('due'))],
    ...properties,
  };
  const template = parseAssembly({ Resources: { Table: { Type: type, Properties } } }).template;
  const [resource] = resolveTemplate(template, { sqsEndpoint: '', apiUrl: '' });
  if (resource === undefined) throw new Error('no table');
  return resource;
};

describe('tables', () => {
  it('get keys, projections and both kinds of index', async () => {
    const global = { GlobalSecondaryIndexes: [index('due', hash('due'))], PointInTimeRecoverySpecification: {} };
    await createTable(client, tableResource('Both', global));
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Both' }));
    expect(Table).toMatchObject({
      KeySchema: [hash('pk'), range('sk')],
      GlobalSecondaryIndexes: [index('due', hash('due'))],
      LocalSecondaryIndexes: [index('by-due', hash('pk'), range('due'))],
    });
  });

  it('that are there already are used when they fit and refused when not', async () => {
    await createTable(client, tableResource('Kept', {}));
    await createTable(client, tableResource('Kept', {}));
    const changed = tableResource('Kept', { LocalSecondaryIndexes: [index('other', hash('pk'), range('due'))] });
    await expect(createTable(client, changed)).rejects.toThrow('the kept table Kept has other keys or indexes');
  });

  it.each([
    [{ StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }, 'AWS::DynamoDB::Table', 'StreamSpecification'],
    [{ BillingMode: 'PROVISIONED' }, 'AWS::DynamoDB::Table', 'BillingMode'],
    [{ Replicas: [{ Region: 'a' }, { Region: 'b' }] }, 'AWS::DynamoDB::GlobalTable', 'Replicas'],
  ])('with %j are refused', async (properties, type, reason) => {
    await expect(createTable(client, tableResource('Refused', properties, type))).rejects.toThrow(reason);
  });
});

describe('a Java that is too old', () => {
  it('is named together with the remedy', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kalends-java-'));
    const java = join(directory, 'java');
    const complaint = 'java.lang.UnsupportedClassVersionError: class file version 61.0, up to 55.0';
    await writeFile(java, `#!/bin/sh\necho "Exception in thread main ${complaint}" >&2\nexit 1\n`);
    await chmod(java, 0o755);
    await expect(startDynamoDb({ java, endpointSetting: 'MY_ENDPOINT' })).rejects.toThrow(
      /needs Java 17 or newer.*older.*MY_ENDPOINT=http/,
    );
    await rm(directory, { recursive: true });
  });
});
