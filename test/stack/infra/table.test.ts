import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ofType, readResources } from './synthesize-stack.ts';

const keySchema = z
  .array(z.object({ AttributeName: z.string() }))
  .transform((keys) => keys.map(({ AttributeName }) => AttributeName).join(' '));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).default([]) }),
});
const tableSchema = z.looseObject({
  KeySchema: keySchema,
  LocalSecondaryIndexes: z.array(indexSchema),
  GlobalSecondaryIndexes: z.array(indexSchema),
  Replicas: z.array(z.record(z.string(), z.unknown())),
});

const [found] = ofType(readResources(), 'AWS::DynamoDB::GlobalTable');
const table = tableSchema.parse(found?.[1].Properties);
const spellIndex = ({ IndexName, KeySchema, Projection }: z.output<typeof indexSchema>): string =>
  [
    IndexName,
    ':',
    KeySchema,
    '|',
    ...(Projection.ProjectionType === 'INCLUDE' ? Projection.NonKeyAttributes : [Projection.ProjectionType]),
  ].join(' ');

describe('the table', () => {
  it('has these keys', () => {
    expect(table.KeySchema).toBe('PK SK');
  });

  // An index cannot be changed in place, and a local one cannot even be added: these lines are final.
  it('has these indexes, with these attributes copied into them', () => {
    expect(table.LocalSecondaryIndexes.map(spellIndex)).toEqual([
      'partition-by-updated : PK by_updated | by_start by_end by_created calendar_id is_deleted series_id content_hash bot_ids content',
      'partition-by-start : PK by_start | by_updated by_end by_created calendar_id is_deleted series_id content_hash bot_ids content',
      'partition-by-end : PK by_end | by_updated by_start by_created calendar_id is_deleted series_id content_hash bot_ids content',
      'partition-by-created : PK by_created | KEYS_ONLY',
      'partition-by-subset : PK by_subset | series_id content_hash is_deleted ends_at',
    ]);
    expect(table.GlobalSecondaryIndexes.map(spellIndex)).toEqual([
      'project-by-updated : project_shard by_updated | by_start by_end by_created calendar_id is_deleted series_id content_hash bot_ids content',
      'project-by-start : project_shard by_start | by_end',
      'project-by-end : project_shard by_end | by_start',
      'project-by-created : project_shard by_created | KEYS_ONLY',
      'by-deduplication-key : deduplication by_created | KEYS_ONLY',
      'bots-by-meeting-url : meeting by_created | KEYS_ONLY',
      'due : due_shard due_at | project_id',
    ]);
  });

  it('is billed by request, deletes expired rows, and is encrypted with the customer key', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    expect(table.Replicas[0]?.['SSESpecification']).toEqual({
      KMSMasterKeyId: { 'Fn::GetAtt': ['EncryptionKey', 'Arn'] },
    });
  });

  it('can be restored to any moment and is protected from deletion', () => {
    expect(table.Replicas).toMatchObject([
      { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
  });
});
