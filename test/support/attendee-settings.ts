import * as fc from 'fast-check';
import type { runnerSettingNames } from '../../shared/bots/runner-settings-fields.api.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'en-US', 'wss://example.com/a'),
);
const flag = fc.boolean();
const whole = fc.maxSafeInteger();
const texts = fc.array(text, { maxLength: 3 });
/** A property that a later version of the server may have. */
const later = fc.dictionary(fc.constantFrom('later', 'constructor', '__proto__', 'ключ', 'a.b'), fc.jsonValue(), {
  maxKeys: 1,
});

/** An object with any of these properties, and perhaps with one that is not known yet. */
const having = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.tuple(later, fc.record(shape, { requiredKeys: [] })).map(([unknown, known]) => ({ ...unknown, ...known }));
const named = (names: string, value: fc.Arbitrary<unknown>): Record<string, fc.Arbitrary<unknown>> =>
  Object.fromEntries(names.split(' ').map((name) => [name, value]));

const login = having({ use_login: flag, login_mode: fc.constantFrom('always', 'only_if_required') });

/** The further fields of `POST /bots` with the shapes that Attendee's published OpenAPI document gives them. */
const attendeeSettings: Record<(typeof runnerSettingNames)[number], fc.Arbitrary<unknown>> = {
  bot_image: having({ type: fc.constant('image/png'), data: fc.base64String({ maxLength: 400 }) }),
  bot_chat_message: having({
    to: fc.constantFrom('everyone', 'specific_user', 'everyone_but_host'),
    to_user_uuid: fc.option(text),
    message: text,
  }),
  webhooks: fc.array(having({ url: fc.webUrl(), triggers: fc.subarray(['bot.state_change', 'transcript.update']) }), {
    maxLength: 3,
  }),
  callback_settings: having({ zoom_tokens_url: fc.webUrl() }),
  external_media_storage_settings: having(named('bucket_name recording_file_name', text)),
  voice_agent_settings: having({ ...named('url screenshare_url', text), reserve_resources: flag }),
  transcription_settings: having({
    deepgram: having({
      ...named('language callback model', text),
      ...named('keyterms keywords redact replace', texts),
      detect_language: flag,
    }),
    gladia: having({ code_switching_languages: texts, enable_code_switching: flag }),
    meeting_closed_captions: having({
      ...named('google_meet_language teams_language zoom_language', text),
      merge_consecutive_captions: flag,
    }),
    openai: having({
      ...named('model prompt language response_format', text),
      chunking_strategy: fc.oneof(
        fc.constant('auto'),
        having({ type: text, threshold: fc.double({ min: 0, max: 1 }), prefix_padding_ms: whole }),
      ),
    }),
    assembly_ai: having({
      ...named('language_code speech_model', text),
      ...named('language_detection speaker_labels use_eu_server', flag),
      keyterms_prompt: texts,
      language_detection_options: having({ expected_languages: texts, fallback_language: text }),
    }),
    sarvam: having(named('model language_code', text)),
    elevenlabs: having({ ...named('model_id language_code', text), tag_audio_events: flag }),
    kyutai: having({ server_url: text }),
    custom_async: fc.dictionary(text, fc.jsonValue(), { maxKeys: 3 }),
  }),
  websocket_settings: having({ audio: having({ url: text, sample_rate: fc.constantFrom(8000, 16_000, 24_000) }) }),
  rtmp_settings: having(named('destination_url stream_key', text)),
  recording_settings: having({
    ...named('format view resolution', text),
    ...named('record_chat_messages_when_paused reserve_additional_storage', flag),
  }),
  google_meet_settings: login,
  teams_settings: login,
  zoom_settings: having({
    sdk: fc.constantFrom('web', 'native'),
    meeting_settings: having({
      ...named('allow_participants_to_chat allow_participants_to_share_screen enable_focus_mode', flag),
      ...named('allow_participants_to_request_cloud_recording allow_participants_to_unmute_self', flag),
    }),
  }),
  debug_settings: having({ create_debug_recording: flag }),
  automatic_leave_settings: having({
    ...named('silence_timeout_seconds silence_activate_after_seconds waiting_room_timeout_seconds', whole),
    ...named('only_participant_in_meeting_timeout_seconds authorized_user_not_in_meeting_timeout_seconds', whole),
    max_uptime_seconds: fc.option(whole),
    bot_keywords: fc.option(texts),
  }),
};

/** Any of the fields, each perhaps null. */
export const someSettings: fc.Arbitrary<Record<string, unknown>> = fc.record(
  Object.fromEntries(Object.entries(attendeeSettings).map(([name, values]) => [name, fc.option(values, { freq: 8 })])),
  { requiredKeys: [] },
);
