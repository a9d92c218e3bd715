export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** All that the document names. */
const states =
  'ready joining joined_not_recording joined_recording leaving post_processing fatal_error waiting_room ended'
    .concat(' data_deleted scheduled staged joined_recording_paused joining_breakout_room leaving_breakout_room')
    .concat(' joined_recording_permission_denied')
    .split(' ');

/**
 * What Attendee's published OpenAPI document (docs/openapi.yml in its repository) says of its bots: for each operation
 * the fields of its request, with values that its schemas allow.
 */
export const attendeeBotApi = {
  create: {
    fields: {
      meeting_url: ['https://zoom.us/j/5551112222?pwd=456', 'https://zoom.us/j/123?pwd=456'],
      bot_name: ['My Bot'],
      bot_image: [{ type: 'image/png', data: 'iVBORw0KGgo=' }],
      metadata: [{ customer_id: 'abc123' }],
      bot_chat_message: [
        { to: 'everyone', message: 'Hello' },
        { to: 'specific_user', to_user_uuid: 'u-1', message: 'Hi' },
      ],
      join_at: [inDays(3), inDays(4).replace('Z', '+00:00')],
      deduplication_key: ['my-unique-bot-key'],
      webhooks: [[{ url: 'https://example.com/hook', triggers: ['bot.state_change', 'transcript.update'] }]],
      callback_settings: [{ zoom_tokens_url: 'https://example.com/tokens' }],
      external_media_storage_settings: [{ bucket_name: 'recordings', recording_file_name: 'one.mp4' }],
      voice_agent_settings: [{ url: 'https://example.com/agent', reserve_resources: true }, { screenshare_url: '' }],
      transcription_settings: [
        { deepgram: { language: 'en', detect_language: false, keyterms: ['Kalends'] } },
        { meeting_closed_captions: { google_meet_language: 'en-US' } },
        null,
      ],
      websocket_settings: [{ audio: { url: 'wss://example.com/audio', sample_rate: 16000 } }],
      rtmp_settings: [{ destination_url: 'rtmp://example.com/live', stream_key: 'key' }],
      recording_settings: [
        { format: 'mp4', view: 'speaker_view', resolution: '720p', record_chat_messages_when_paused: true },
        { format: 'none' },
      ],
      google_meet_settings: [{ use_login: true, login_mode: 'always' }],
      teams_settings: [{ use_login: false }],
      zoom_settings: [{ sdk: 'web', meeting_settings: { allow_participants_to_unmute_self: true } }],
      debug_settings: [{ create_debug_recording: false }],
      automatic_leave_settings: [{ silence_timeout_seconds: 600, only_participant_in_meeting_timeout_seconds: 60 }],
    },
    required: ['meeting_url', 'bot_name'],
  },
  patch: {
    fields: {
      join_at: [inDays(5)],
      meeting_url: ['https://zoom.us/j/5551113333?pwd=789'],
      metadata: [{ customer_id: 'changed' }],
      bot_name: ['My Updated Bot'],
      bot_image: [{ type: 'image/png', data: 'AAAA' }],
      recording_settings: [{ format: 'mp3' }],
    },
    required: [],
  },
  list: {
    fields: {
      deduplication_key: ['my-unique-bot-key'],
      join_at_after: [inDays(-1)],
      join_at_before: [inDays(9)],
      meeting_url: ['https://zoom.us/j/5551112222?pwd=456'],
      states: [
        ['scheduled'],
        ['scheduled', 'staged', 'joining_breakout_room', 'joined_recording_permission_denied'],
        states,
      ],
      cursor: [''],
    },
    required: [],
  },
} as const;
