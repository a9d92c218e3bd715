import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { LocalError } from './local-error.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const projectionSchema = z.strictObject({
  ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const indexSchema = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: projectionSchema,
  ContributorInsightsSpecification: ignoredProperty,
});
const sharedProperties = {
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  KeySchema: keySchema,
  LocalSecondaryIndexes: z.array(indexSchema).optional(),
  SSESpecification: ignoredProperty,
  TableName: ignoredProperty,
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  WarmThroughput: ignoredProperty,
};
// Properties that protect and monitor a table in the cloud; they have no effect locally.
const upkeepProperties = {
  ContributorInsightsSpecification: ignoredProperty,
  DeletionProtectionEnabled: ignoredProperty,
  PointInTimeRecoverySpecification: ignoredProperty,
  TableClass: ignoredProperty,
  Tags: ignoredProperty,
};
const replicaSchema = z.strictObject({
  ...upkeepProperties,
  Region: z.string(),
  GlobalSecondaryIndexes: ignoredProperty,
  SSESpecification: ignoredProperty,
});
const globalTableSchema = z.strictObject({ ...sharedProperties, Replicas: z.array(replicaSchema).length(1) });
const tableSchema = z.strictObject({ ...sharedProperties, ...upkeepProperties });

const withoutInsights = (indexes: z.output<typeof indexSchema>[] | undefined) =>
  indexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection: {
      ProjectionType: Projection.ProjectionType,
      ...(Projection.NonKeyAttributes && { NonKeyAttributes: Projection.NonKeyAttributes }),
    },
  }));

const shapeOf = (table: {
  KeySchema?: unknown;
  GlobalSecondaryIndexes?: { IndexName?: string | undefined; KeySchema?: unknown; Projection?: unknown }[] | undefined;
  LocalSecondaryIndexes?: { IndexName?: string | undefined; KeySchema?: unknown; Projection?: unknown }[] | undefined;
}): string => {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]
    .map(({ IndexName, KeySchema }) => ({ IndexName, KeySchema }))
    .sort((a, b) => String(a.IndexName).localeCompare(String(b.IndexName)));
  return JSON.stringify([table.KeySchema, indexes]);
};

/** A table that exists in DynamoDB Local. */
export type LocalTable = {
  name: string;
  keyNames: string[];
  /** Attribute with the time when a row expires (seconds since the epoch); absent when rows never expire. */
  expiryAttribute?: string;
};

/**
 * Creates a table of the template with its indexes and time to live, or uses the table that the data directory holds.
 * Throws a LocalError when the keys or indexes of that table differ from the template's.
 */
export const createTable = async (client: DynamoDBClient, resource: ResolvedResource): Promise<LocalTable> => {
  const { logicalId, type, name } = resource;
  const properties =
    type === 'AWS::DynamoDB::GlobalTable'
      ? parseProperties(logicalId, type, globalTableSchema, resource.properties)
      : parseProperties(logicalId, type, tableSchema, resource.properties);
  const globalIndexes = withoutInsights(properties.GlobalSecondaryIndexes);
  const localIndexes = withoutInsights(properties.LocalSecondaryIndexes);
  const input: CreateTableCommandInput = {
    TableName: name,
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    BillingMode: properties.BillingMode,
    ...(globalIndexes && { GlobalSecondaryIndexes: globalIndexes }),
    ...(localIndexes && { LocalSecondaryIndexes: localIndexes }),
  };
  const ttl = properties.TimeToLiveSpecification;
  const table: LocalTable = {
    name,
    keyNames: properties.KeySchema.map(({ AttributeName }) => AttributeName),
    ...(ttl?.Enabled === true && { expiryAttribute: ttl.AttributeName }),
  };
  try {
    await client.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table: kept } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (shapeOf(kept ?? {}) === shapeOf(input)) return table;
    throw new LocalError(`the kept table ${name} has other keys or indexes than the stack: use a new data directory`);
  }
  if (ttl !== undefined) {
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: ttl }));
  }
  return table;
};
