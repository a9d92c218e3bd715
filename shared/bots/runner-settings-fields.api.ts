import * as z from 'zod';
import { inexactNumber, plainJson } from '../http/json-number.ts';

/**
 * Further fields of the bot API of Attendee (its published OpenAPI document names them). Kalends stores them as they are
 * and hands them to the runner.
 */
export const runnerSettingNames = [
  'automatic_leave_settings',
  'bot_chat_message',
  'bot_image',
  'callback_settings',
  'debug_settings',
  'external_media_storage_settings',
  'google_meet_settings',
  'recording_settings',
  'rtmp_settings',
  'teams_settings',
  'transcription_settings',
  'voice_agent_settings',
  'webhooks',
  'websocket_settings',
  'zoom_settings',
] as const;
type RunnerSettingName = (typeof runnerSettingNames)[number];

const settingField = () =>
  z
    .unknown()
    .transform((value, context) => {
      if (value === undefined) return undefined;
      const inexact = inexactNumber(value);
      if (inexact === null) return plainJson(value);
      const number = inexact.length > 40 ? `${inexact.slice(0, 40)}…` : inexact;
      context.addIssue({
        code: 'custom',
        message: `The number ${number} cannot be kept exactly. Send it as a string.`,
      });
      return z.NEVER;
    })
    .optional();

/** Every field may have any JSON value, but for numbers that JSON of doubles changes. */
export const runnerSettingsFields = Object.fromEntries(
  runnerSettingNames.map((name) => [name, settingField()]),
) as Record<RunnerSettingName, ReturnType<typeof settingField>>;

/** Takes the settings out of the fields of a request. Absent fields are left out; null is a value. */
export function takeSettings<Fields extends Partial<Record<RunnerSettingName, unknown>>>(
  fields: Fields,
): Omit<Fields, RunnerSettingName> & { settings: Record<string, unknown> } {
  const isSetting = (name: string): boolean => (runnerSettingNames as readonly string[]).includes(name);
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(entries.filter(([name]) => !isSetting(name))) as Omit<Fields, RunnerSettingName>),
    settings: Object.fromEntries(entries.filter(([name]) => isSetting(name))),
  };
}
