import { invalidFields } from '../platform/app-error.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Sealed } from '../platform/sealed.ts';
import type { RunnerKind } from './bot.ts';
import type { AttendeeServer, BotSettings } from './bot-settings.ts';
import { changeBotSettings } from './bot-settings-store.ts';
import type { CreateBotDeps } from './create-bot.ts';
import { hostsVersion } from './meeting-hosts-store.ts';

export interface UpdateBotSettingsDeps extends Pick<CreateBotDeps, 'table' | 'ruleQueue' | 'hasBotRules' | 'logger'> {
  envelope: Pick<Envelope, 'seal'>;
  /** Asks for a sync of the calendars of a project. */
  syncCalendars: (projectId: string) => Promise<void>;
}

export interface BotSettingsChanges {
  runner?: RunnerKind | undefined;
  attendee_base_url?: string | undefined;
  attendee_api_key?: string | undefined;
  attendee_webhook_secret?: string | undefined;
  restore_bots_on_reconnect?: boolean | undefined;
  meeting_hosts?: string[] | undefined;
  max_automatic_bots_per_calendar_per_day?: number | undefined;
  max_automatic_bots_at_once?: number | undefined;
  one_bot_per_room?: boolean | undefined;
}

const limitNames = [
  'max_automatic_bots_per_calendar_per_day',
  'max_automatic_bots_at_once',
  'one_bot_per_room',
] as const;

/**
 * Changes how a project's bots are run. Bots that were handed off stay with their runner. Another server needs its own
 * key and secret: those of the former server are never sent to it. Rules are applied again when their limits change, and
 * calendars are listed again when the hosts of meetings change.
 *
 * @throws AppError 400 when the runner is an Attendee server whose URL or key is missing
 */
export async function updateBotSettings(
  { table, envelope, ruleQueue, hasBotRules, logger, syncCalendars }: UpdateBotSettingsDeps,
  projectId: string,
  changes: BotSettingsChanges,
): Promise<BotSettings> {
  const seal = async (text: string | undefined): Promise<Sealed | undefined> =>
    text === undefined
      ? undefined
      : envelope.seal({ purpose: 'bot_runner', project: projectId, owner: projectId }, text);
  const [apiKey, webhookSecret] = await Promise.all([
    seal(changes.attendee_api_key),
    seal(changes.attendee_webhook_secret),
  ]);
  const message = { kind: 'project' as const, project_id: projectId };
  let isLimited = false;
  let hasOtherHosts = false;
  const settings = await changeBotSettings(table, projectId, async (before) => {
    const after = applyChanges(before, changes, { apiKey, webhookSecret });
    hasOtherHosts = hostsVersion(after.meeting_hosts) !== hostsVersion(before.meeting_hosts);
    isLimited = limitNames.some((name) => after[name] !== before[name]) && (await hasBotRules(projectId));
    // Sent before the limits are stored, so that a crash in between loses no message, and again afterwards.
    if (isLimited) await ruleQueue.send([message], ruleTimingMs.messageBeforeWrite / 1000);
    return after;
  });
  if (isLimited) {
    await ruleQueue.send([message]).catch((error: Error) => logger.error('limits not applied at once', { error }));
  }
  if (hasOtherHosts) await syncCalendars(projectId);
  return settings;
}

/** @throws AppError 400 when the runner is an Attendee server whose URL or key is missing */
function applyChanges(
  before: BotSettings,
  changes: BotSettingsChanges,
  { apiKey, webhookSecret }: Record<'apiKey' | 'webhookSecret', Sealed | undefined>,
): BotSettings {
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
  return {
    runner,
    attendee,
    restore_bots_on_reconnect: changes.restore_bots_on_reconnect ?? before.restore_bots_on_reconnect,
    meeting_hosts: changes.meeting_hosts ?? before.meeting_hosts,
    max_automatic_bots_per_calendar_per_day:
      changes.max_automatic_bots_per_calendar_per_day ?? before.max_automatic_bots_per_calendar_per_day,
    max_automatic_bots_at_once: changes.max_automatic_bots_at_once ?? before.max_automatic_bots_at_once,
    one_bot_per_room: changes.one_bot_per_room ?? before.one_bot_per_room,
  };
}
