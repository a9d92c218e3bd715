import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { derivedUuid } from '../../shared/platform/derived-uuid.ts';
import { alignColumns } from './align-columns.ts';
import { type CallApi, createApiCaller } from './api-caller.ts';
import { CliError } from './cli-error.ts';
import { type ImportCredentials, parseCredentials } from './import-credentials.ts';
import type { Environment } from './open-stack-table.ts';

/** A calendar as Attendee lists it: the fields that are imported. */
const calendarSchema = z.object({
  id: z.string().min(1),
  platform: z.string(),
  client_id: z.string(),
  platform_uuid: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  deduplication_key: z.string().nullish(),
});
type ForeignCalendar = z.output<typeof calendarSchema>;

const listSchema = z.object({ next: z.string().nullable(), results: z.array(calendarSchema) });
const createdSchema = z.object({ id: z.string() });

/** `exists`: an earlier import, or somebody else, has created it. */
const outcomes = ['imported', 'exists', 'no_credentials', 'refused'] as const;
const entrySchema = z.object({
  attendee_id: z.string(),
  deduplication_key: z.string().nullable(),
  outcome: z.enum(outcomes),
  /** Of the calendar in Kalends. */
  calendar_id: z.string().optional(),
  /** Why it was refused. */
  error: z.string().optional(),
});
type ReportEntry = z.output<typeof entrySchema>;

interface Servers {
  attendee: CallApi;
  kalends: CallApi;
}

/**
 * Creates the calendars of an Attendee project in Kalends, with their keys and metadata. Each result is a line of the
 * report. A calendar that the report says is imported is skipped, so an import that was stopped goes on where it was.
 *
 * @param env `ATTENDEE_URL`, `ATTENDEE_API_KEY`, `KALENDS_URL`, `KALENDS_API_KEY`, and `KALENDS_IMPORT_REPORT`, the path of
 *   the report
 * @param progress called with a line for people after each page
 * @throws CliError
 */
export async function importAttendee(
  env: Environment,
  credentialsFile: string,
  progress: (line: string) => void,
): Promise<{ json: unknown; text: string }> {
  const servers: Servers = {
    attendee: createApiCaller(
      'Attendee',
      env.ATTENDEE_URL ?? 'https://app.attendee.dev',
      need(env, 'ATTENDEE_API_KEY'),
    ),
    kalends: createApiCaller('Kalends', need(env, 'KALENDS_URL'), need(env, 'KALENDS_API_KEY')),
  };
  const credentials = parseCredentials(readFile(credentialsFile));
  const reportPath = env.KALENDS_IMPORT_REPORT ?? 'attendee-import.jsonl';
  const done = readReport(reportPath);
  const counts = new Map<string, number>();
  let seen = 0;
  for (let path: string | null = '/api/v1/calendars'; path !== null; ) {
    const page: z.output<typeof listSchema> = await readPage(servers, path);
    for (const calendar of page.results) {
      const isDone = done.has(calendar.id);
      const entry = isDone ? null : await importCalendar(servers, credentials, calendar);
      if (entry) appendFileSync(reportPath, `${JSON.stringify(entry)}\n`);
      const outcome = entry?.outcome ?? 'imported_before';
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    seen += page.results.length;
    progress(`${seen} calendars: ${spell(counts)}`);
    path = page.next === null ? null : pathOf(page.next);
  }
  const json = { calendars: seen, ...Object.fromEntries(counts), report: reportPath };
  return { json, text: alignColumns(Object.entries(json).map(([name, value]) => [name, String(value)])) };
}

async function readPage({ attendee }: Servers, path: string): Promise<z.output<typeof listSchema>> {
  const { status, body } = await attendee({ method: 'GET', path });
  const page = listSchema.safeParse(body);
  if (status !== 200 || !page.success) throw new CliError(`Attendee answered ${status} to its list of calendars`);
  return page.data;
}

async function importCalendar(
  { kalends }: Servers,
  { calendars, clientSecrets }: ImportCredentials,
  calendar: ForeignCalendar,
): Promise<ReportEntry> {
  const { id, client_id, platform, platform_uuid, metadata, deduplication_key: key = null } = calendar;
  const about = { attendee_id: id, deduplication_key: key };
  const known = calendars.get(id) ?? (key === null ? undefined : calendars.get(key));
  const client_secret = known?.client_secret ?? clientSecrets.get(client_id);
  if (!known || client_secret === undefined) return { ...about, outcome: 'no_credentials' };
  const body = {
    platform,
    client_id,
    client_secret,
    refresh_token: known.refresh_token,
    ...(platform_uuid != null && { platform_uuid }),
    ...(metadata && Object.keys(metadata).length > 0 && { metadata }),
    ...(key !== null && { deduplication_key: key }),
  };
  // A repeated request creates no second calendar; one with corrected credentials is another request.
  const idempotencyKey = derivedUuid(`attendee#${id}#${JSON.stringify(body)}`);
  const created = await kalends({ method: 'POST', path: '/api/v1/calendars', body, idempotencyKey });
  if (created.status === 201)
    return { ...about, outcome: 'imported', calendar_id: createdSchema.parse(created.body).id };
  const existing = key === null ? undefined : await findByKey(kalends, key);
  return existing === undefined
    ? { ...about, outcome: 'refused', error: `${created.status} ${JSON.stringify(created.body ?? null)}` }
    : { ...about, outcome: 'exists', calendar_id: existing };
}

async function findByKey(kalends: CallApi, key: string): Promise<string | undefined> {
  const { body } = await kalends({
    method: 'GET',
    path: `/api/v1/calendars?deduplication_key=${encodeURIComponent(key)}`,
  });
  return z.object({ results: z.array(createdSchema) }).safeParse(body).data?.results[0]?.id;
}

/** Ids of the calendars that need not be imported again. A half-written last line counts as absent. */
function readReport(path: string): Set<string> {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const entries = lines.flatMap((line) => {
    try {
      return entrySchema.safeParse(JSON.parse(line)).data ?? [];
    } catch {
      return [];
    }
  });
  return new Set(
    entries.flatMap(({ attendee_id: id, outcome }) => (outcome === 'imported' || outcome === 'exists' ? id : [])),
  );
}

/** The path of a link to a page: the key is sent to no other host than the one that was named. */
function pathOf(link: string): string {
  const { pathname, search } = new URL(link, 'http://attendee');
  return pathname + search;
}

const spell = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'none';

function need(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new CliError(`set ${name}`);
  return value;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliError(`${path} cannot be read`);
  }
}
