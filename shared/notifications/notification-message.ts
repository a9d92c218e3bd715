import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { type Fact, factSchema, factSource } from './notification.ts';

/** A fact as EventBridge hands it to a queue; of its envelope only what is read. */
const factMessageSchema = z
  .object({ source: z.literal(factSource), detail: factSchema })
  .transform(({ detail }) => detail);

/** @returns null when the text is no fact of ours */
export const parseFactMessage = (text: string): Fact | null => parseMessage(factMessageSchema, text);
