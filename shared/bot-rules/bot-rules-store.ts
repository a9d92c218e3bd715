import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { setHasBotRules } from '../events/change-feed/change-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/transaction.ts';
import { type BotRules, botRulesSchema, noRules } from './bot-rules.ts';

const rulesRow = defineRow('bot rules', 1, botRulesSchema);
const rulesKey = (projectId: string) => ({ PK: `PROJECT#${projectId}`, SK: 'BOT_RULES' });

/**
 * Replaces all rules of a project, and says to its commits whether there are any. Of two calls at once the one stored last
 * counts, never a mixture.
 */
export async function putBotRules(
  table: Table,
  projectId: string,
  rules: BotRules & { updated_at: Timestamp },
): Promise<void> {
  await transact(table, {
    rules: { put: { ...rulesKey(projectId), ...rulesRow.write(rules) } },
    terms: setHasBotRules(projectId, rules.rules.length > 0),
  });
}

/** One read, strongly consistent: rules count as soon as the API has answered. */
export async function readBotRules(table: Table, projectId: string): Promise<BotRules> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: rulesKey(projectId), ConsistentRead: true }),
  );
  return Item ? rulesRow.read(Item) : noRules;
}

/** One read. */
export const hasBotRules = async (table: Table, projectId: string): Promise<boolean> =>
  (await readBotRules(table, projectId)).rules.length > 0;
