import * as z from 'zod';
import type { CalendarAddress } from '../../calendars/calendar.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import { batchSize, type GraphApi } from './graph-api.ts';
import { calendarPath } from './mailbox-path.ts';

const calendarSchema = z.object({ id: z.string() });

/** Failures that say nothing of the path. */
const passing = new Set<ProviderVerdict['kind']>(['retry', 'quota', 'unauthorized', 'too_large']);

/**
 * Asks for calendars by the paths of their owners, twenty in a request. The id of a shared calendar is of its owner's
 * mailbox, or of the reader's own one (https://learn.microsoft.com/en-us/graph/outlook-get-shared-events-calendars).
 * Only an answer shows which.
 *
 * @returns the owner's mailbox by the id of each calendar that can be read in it @throws ProviderError
 */
export async function findOwners(api: GraphApi, calendars: CalendarAddress[]): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (let from = 0; from < calendars.length; from += batchSize) {
    const some = calendars.slice(from, from + batchSize);
    const answers = await readTogether(api, some.map(calendarPath));
    for (const one of some) {
      const answer = answers.get(calendarPath(one));
      if (answer instanceof ProviderError && passing.has(answer.verdict.kind)) throw answer;
      const { uuid, mailbox } = one;
      if (uuid !== null && mailbox !== null && calendarSchema.safeParse(answer).data?.id === uuid)
        owners.set(uuid, mailbox);
    }
  }
  return owners;
}

/** What each path answers: a resource, null, or an error. */
async function readTogether(api: GraphApi, paths: string[]): Promise<ReadonlyMap<string, unknown>> {
  const answers = paths.length > 1 ? await orError(api.batch(paths)) : new Map<string, unknown>();
  if (answers instanceof ProviderError && passing.has(answers.verdict.kind)) throw answers;
  const known = new Map<string, unknown>(answers instanceof ProviderError ? [] : answers);
  for (const path of paths) if (!known.has(path)) known.set(path, await orError(api.find(path)));
  return known;
}

async function orError<Answer>(work: Promise<Answer>): Promise<Answer | ProviderError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
