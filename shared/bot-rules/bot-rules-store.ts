import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { type BotRule, type BotRules, noRules } from './bot-rules.ts';

const rulesKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'BOT_RULES' });

/** JSON as text: read as it was written, by whichever release. What comes in is checked where it comes in. */
const rulesSchema = z.object({
  rules: z.string().transform((text) => JSON.parse(text) as BotRule[]),
  internal_domains: z.array(z.string()),
  updated_at: storedTimestamp,
});

/** Replaces all rules of a project: of two at once the last to be stored holds, never a mixture. */
export async function putBotRules(
  table: Table,
  projectId: string,
  rules: BotRules & { updated_at: Timestamp },
): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...rulesKey(projectId), ...rules, rules: JSON.stringify(rules.rules) },
    }),
  );
}

/** One read, consistent: who was told that rules hold finds them holding. */
export async function readBotRules(table: Table, projectId: string): Promise<BotRules> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: rulesKey(projectId), ConsistentRead: true }),
  );
  return Item ? rulesSchema.parse(Item) : noRules;
}
