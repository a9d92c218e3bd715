import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { readOutbox, writeOutboxEntry } from '../../../shared/notifications/outbox-row.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';

const owner = { partition: 'BOT#bot_a', id: 'bot_a', timerKind: 'bot' as const };
const dueAt = timestampOf(Date.UTC(2026, 10, 1));
const entry = (id: string) => ({
  id,
  notification: {
    project_id: 'proj_a',
    payload: {
      idempotency_key: id,
      calendar_id: null,
      calendar_deduplication_key: null,
      calendar_metadata: { lone: '\ud800' },
      trigger: 'bot.state_change' as const,
      data: { created_at: '2026-11-01T00:00:00Z' },
    },
  },
});

const table = { name: 'table', client: DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })) };

describe('An outbox row', () => {
  it('lies in its owner’s partition and is a timer of its owner’s kind', () => {
    const { due_shard: shard, ...row } = writeOutboxEntry(owner, entry('one'), dueAt);
    expect(row).toMatchObject({ PK: 'BOT#bot_a', SK: 'OUTBOX#one', due_at: dueAt });
    expect(shard).toMatch(/^bot#\d$/);
  });

  it('is read as it was written, and other rows of the partition are left out', () => {
    const rows = [
      { PK: 'BOT#bot_a', SK: 'BOT' },
      ...['one', 'two'].map((id) => writeOutboxEntry(owner, entry(id), dueAt)),
    ];
    expect(readOutbox(table, rows)).toEqual([entry('one'), entry('two')]);
  });
});
