import type { SqsClient } from '../platform/aws/sqs-client.ts';
import type { CalendarId } from '../platform/ids.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';
import type { BotQueueMessage } from './bot-message.ts';

/** A message about a bot. */
interface BotEntry {
  botId: string;
  projectId: string;
  delaySeconds: number;
  /** How often in a row its project had no room for it; 0 when absent. */
  deferrals?: number;
}

export interface BotQueue {
  /**
   * Sends up to ten messages a request.
   *
   * @param entries with the delay of each message, 0 to 900 seconds @throws when the queue refused any
   */
  sendAll(entries: BotEntry[]): Promise<void>;
  /** Removes or restores the bots of a calendar whose connection has changed. @throws when the queue refused it */
  sendCalendar(calendar: { calendar_id: CalendarId; project_id: string }): Promise<void>;
  postpone: PostponeMessage;
}

export const createBotQueue = (sqs: SqsClient, queueUrl: string): BotQueue => ({
  sendAll: (entries) =>
    sendDelayed(
      sqs,
      queueUrl,
      entries.map(({ botId, projectId, delaySeconds, deferrals = 0 }) => ({
        message: { kind: 'bot', bot_id: botId, project_id: projectId, deferrals } satisfies BotQueueMessage,
        delaySeconds,
        projectId,
      })),
    ),
  sendCalendar: ({ calendar_id, project_id }) =>
    sendDelayed(sqs, queueUrl, [
      {
        message: { kind: 'calendar', calendar_id, project_id } satisfies BotQueueMessage,
        delaySeconds: 0,
        projectId: project_id,
      },
    ]),
  postpone: createPostponeMessage(sqs, queueUrl),
});
