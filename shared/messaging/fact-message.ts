import * as z from 'zod';
import { type Fact, factSchema, factSource } from '../domain/fact.ts';

/** A fact as EventBridge hands it to a queue; of its envelope only what is read. */
const factMessageSchema = z.object({ source: z.literal(factSource), detail: factSchema });

/** @returns null when the text is no fact of ours */
export function parseFactMessage(text: string): Fact | null {
  try {
    return factMessageSchema.safeParse(JSON.parse(text)).data?.detail ?? null;
  } catch {
    return null;
  }
}
