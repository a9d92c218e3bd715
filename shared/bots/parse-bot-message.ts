import { parseMessage } from '../platform/queue/parse-message.ts';
import { type BotQueueMessage, botQueueMessageSchema } from './bot-message.ts';

/** Apart from the queue: functions that only send need no schemas. @returns null when the text is not a message of the bot queue */
export const parseBotMessage = (text: string): BotQueueMessage | null => parseMessage(botQueueMessageSchema, text);
