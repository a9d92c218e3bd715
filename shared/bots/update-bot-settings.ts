import { invalidFields } from '../platform/app-error.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Sealed } from '../platform/sealed.ts';
import type { Table } from '../store/table.ts';
import type { RunnerKind } from './bot.ts';
import type { AttendeeServer, BotSettings } from './bot-settings.ts';
import { putBotSettings, readBotSettings } from './bot-settings-store.ts';

export interface BotSettingsChanges {
  runner?: RunnerKind | undefined;
  attendee_base_url?: string | undefined;
  attendee_api_key?: string | undefined;
  attendee_webhook_secret?: string | undefined;
  restore_bots_on_reconnect?: boolean | undefined;
  meeting_hosts?: string[] | undefined;
}

/**
 * Changes how a project's bots are run. Bots that were handed off stay with their runner. Another server needs its own
 * key and secret: those of the former server are never sent to it.
 *
 * @throws AppError 400 when the runner is an Attendee server whose URL or key is missing
 */
export async function updateBotSettings(
  { table, envelope }: { table: Table; envelope: Pick<Envelope, 'seal'> },
  projectId: string,
  changes: BotSettingsChanges,
): Promise<BotSettings> {
  const before = await readBotSettings(table, projectId);
  const seal = async (text: string | undefined): Promise<Sealed | undefined> =>
    text === undefined
      ? undefined
      : envelope.seal({ purpose: 'bot_runner', project: projectId, owner: projectId }, text);
  const [apiKey, webhookSecret] = await Promise.all([
    seal(changes.attendee_api_key),
    seal(changes.attendee_webhook_secret),
  ]);
  const base = changes.attendee_base_url?.replace(/\/+$/, '') ?? before.attendee?.base_url;
  const known = base === before.attendee?.base_url ? before.attendee : null;
  const key = apiKey ?? known?.api_key;
  const runner = changes.runner ?? before.runner;
  const required = ['This field is required.'];
  const wantsServer = runner === 'attendee' || base !== undefined || apiKey !== undefined;
  if (wantsServer && (base === undefined || key === undefined)) {
    throw invalidFields({
      ...(base === undefined && { attendee_base_url: required }),
      ...(key === undefined && { attendee_api_key: required }),
    });
  }
  const attendee: AttendeeServer | null =
    base === undefined || key === undefined
      ? null
      : { base_url: base, api_key: key, webhook_secret: webhookSecret ?? known?.webhook_secret ?? null };
  const settings = {
    runner,
    attendee,
    restore_bots_on_reconnect: changes.restore_bots_on_reconnect ?? before.restore_bots_on_reconnect,
    meeting_hosts: changes.meeting_hosts ?? before.meeting_hosts,
  };
  await putBotSettings(table, projectId, settings);
  return settings;
}
