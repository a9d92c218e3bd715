import type * as z from 'zod';

/** @returns null when a message's text is not JSON of that shape */
export function parseMessage<Message>(schema: z.ZodType<Message>, text: string): Message | null {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
