import * as z from 'zod';
import { CliError } from './cli-error.ts';

const appSchema = z.strictObject({ client_id: z.string().min(1), client_secret: z.string().min(1) });
const calendarSchema = z.strictObject({
  calendar: z.string().min(1),
  refresh_token: z.string().min(1),
  client_secret: z.string().min(1).optional(),
});
const lineSchema = z.union([appSchema, calendarSchema]);

/** Secrets of calendars, which no API shows. */
export interface ImportCredentials {
  /** By OAuth client id. */
  clientSecrets: ReadonlyMap<string, string>;
  /** By id or deduplication key of the calendar. */
  calendars: ReadonlyMap<string, { refresh_token: string; client_secret?: string | undefined }>;
}

/**
 * Parses a file of credentials: one JSON object per line, `{"client_id", "client_secret"}` of an OAuth client, or
 * `{"calendar", "refresh_token"}` of a calendar by its id or deduplication key, with `client_secret` if it differs.
 *
 * @throws CliError that names the line, without its text
 */
export function parseCredentials(text: string): ImportCredentials {
  const clientSecrets = new Map<string, string>();
  const calendars = new Map<string, z.output<typeof calendarSchema>>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      throw new CliError(
        `line ${index + 1} of the credentials is neither {"client_id", "client_secret"} nor {"calendar", "refresh_token"}`,
      );
    }
    if ('client_id' in parsed.data) clientSecrets.set(parsed.data.client_id, parsed.data.client_secret);
    else calendars.set(parsed.data.calendar, parsed.data);
  }
  return { clientSecrets, calendars };
}

/** @returns undefined when it is no JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
