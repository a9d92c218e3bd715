import type * as z from 'zod';
import type { botOut } from './bot.api.ts';
import type { botSettingsOut } from './bot-settings.api.ts';

export const botExample: z.output<typeof botOut> = {
  id: 'bot_Qw3rTy7UiOp4AsDf',
  metadata: { tenant: 'acme' },
  meeting_url: 'https://zoom.us/j/5551112222',
  state: 'scheduled',
  events: [],
  transcription_state: 'not_started',
  recording_state: 'not_started',
  join_at: '2026-11-23T10:00:00Z',
  deduplication_key: null,
  bot_name: 'Notetaker',
  calendar_event_id: 'evt_4Hs8Kd0PqLmZx2Vb',
  created_at: '2026-11-21T09:31:00.250000Z',
  automatic: null,
  runner: null,
};

export const botSettingsExample: z.output<typeof botSettingsOut> = {
  runner: 'webhook',
  attendee_base_url: null,
  attendee_webhook_path: '/push/attendee/proj_Zx8Cv1Bn5Mq2We7R',
  follows_attendee: false,
  restore_bots_on_reconnect: true,
  meeting_hosts: ['meet.example.org'],
  max_automatic_bots_per_calendar_per_day: 50,
  max_automatic_bots_at_once: 5,
  one_bot_per_room: true,
};
