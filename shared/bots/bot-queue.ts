import type { SqsClient } from '../platform/aws/sqs-client.ts';
import type { CalendarId } from '../platform/ids.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';
import type { BotQueueMessage } from './bot-message.ts';

export interface BotQueue {
  /**
   * Sends up to ten messages a request.
   *
   * @param entries with the delay of each message, 0 to 900 seconds; its project, when known, is its group in the queue @throws when the queue refused any
   */
  sendAll(entries: { botId: string; projectId?: string | undefined; delaySeconds: number }[]): Promise<void>;
  /** Removes or restores the bots of a calendar whose connection has changed. @throws when the queue refused it */
  sendCalendar(calendarId: CalendarId): Promise<void>;
  postpone: PostponeMessage;
}

export const createBotQueue = (sqs: SqsClient, queueUrl: string): BotQueue => ({
  sendAll: (entries) =>
    sendDelayed(
      sqs,
      queueUrl,
      entries.map(({ botId, projectId, delaySeconds }) => ({
        message: { kind: 'bot', bot_id: botId, project_id: projectId } satisfies BotQueueMessage,
        delaySeconds,
        group: projectId ?? botId,
      })),
    ),
  sendCalendar: (calendarId) =>
    sendDelayed(sqs, queueUrl, [
      {
        message: { kind: 'calendar', calendar_id: calendarId } satisfies BotQueueMessage,
        delaySeconds: 0,
        group: calendarId,
      },
    ]),
  postpone: createPostponeMessage(sqs, queueUrl),
});
