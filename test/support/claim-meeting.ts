import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  claimItem,
  type EventPlace,
  enterClaim,
  type Meeting,
  withholdItem,
} from '../../shared/bot-rules/meeting-claim-store.ts';
import type { Table } from '../../shared/store/table.ts';

/** Seconds since the epoch: never, as tests go. */
export const claimsExpireAt = 4_000_000_000;

/** Enters an event and has the claim name a bot of it, as whoever makes the bot does in one transaction. */
export async function claimMeeting(table: Table, meeting: Meeting, place: EventPlace, bot_id = 'bot_1'): Promise<void> {
  const claim = await enterClaim(table, meeting, place, claimsExpireAt);
  await table.client.send(
    new TransactWriteCommand({ TransactItems: [claimItem(table, meeting, claim, { bot_id, place })] }),
  );
}

/** Remembers that somebody has removed the meeting's bot, as its deletion does. */
export const withholdMeeting = (table: Table, meeting: Meeting): Promise<unknown> =>
  table.client.send(new TransactWriteCommand({ TransactItems: [withholdItem(table, meeting)] }));
