/*
 * The part of Attendee's published OpenAPI document (docs/openapi.yml in its repository) that Kalends answers: names and
 * types of bots, calendars and calendar events, as facts.
 */

const text = { type: 'string' };
const flag = { type: 'boolean' };
const whole = { type: 'integer' };
const texts = { type: 'array', items: text };
const time = { type: 'string', format: 'date-time' };
const filled = { type: 'string', minLength: 1 };
const anyObject = { type: 'object' };
const choice = (...values: string[]) => ({ type: 'string', enum: values });
const nullable = (schema: object) => ({ ...schema, nullable: true });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** `required`: the names of the properties that must be there, with spaces between them. */
const open = (properties: Record<string, object>, required = '') => ({
  type: 'object',
  properties,
  ...(required !== '' && { required: required.split(' ') }),
});
const closed = (properties: Record<string, object>, required = '') => ({
  ...open(properties, required),
  additionalProperties: false,
});
/** Properties of one type. */
const all = (names: string, schema: object) => Object.fromEntries(names.split(' ').map((name) => [name, schema]));

const botStates =
  'ready joining joined_not_recording joined_recording leaving post_processing fatal_error waiting_room ended ' +
  'data_deleted scheduled staged joined_recording_paused joining_breakout_room leaving_breakout_room ' +
  'joined_recording_permission_denied';
const triggers =
  'bot.state_change transcript.update chat_messages.update participant_events.join_leave calendar.events_update ' +
  'calendar.state_change';

const login = closed({ use_login: flag, login_mode: choice('always', 'only_if_required') });
const recording = {
  ...all('format view', text),
  resolution: choice('1080p', '720p'),
  ...all('record_chat_messages_when_paused reserve_additional_storage', flag),
};
const transcription = {
  deepgram: closed({
    ...all('language callback model', text),
    detect_language: flag,
    ...all('keyterms keywords replace', texts),
    redact: { type: 'array', items: choice('pci', 'pii', 'numbers'), uniqueItems: true },
  }),
  gladia: closed({ code_switching_languages: texts, enable_code_switching: flag }),
  meeting_closed_captions: closed({
    ...all('google_meet_language teams_language', text),
    zoom_language: choice('Chinese (Simplified)', 'English', 'French (Canada)', 'German'),
    merge_consecutive_captions: flag,
  }),
  openai: closed(
    {
      model: choice('gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'gpt-4o-transcribe-diarize'),
      ...all('prompt language', text),
      response_format: choice('json', 'diarized_json'),
      chunking_strategy: {
        oneOf: [
          choice('auto'),
          closed(
            {
              type: choice('server_vad'),
              ...all('prefix_padding_ms silence_duration_ms', whole),
              threshold: { type: 'number' },
            },
            'type',
          ),
        ],
      },
    },
    'model',
  ),
  assembly_ai: closed({
    language_code: text,
    ...all('language_detection speaker_labels use_eu_server', flag),
    keyterms_prompt: texts,
    speech_model: choice('best', 'nano', 'slam-1', 'universal'),
    language_detection_options: closed({ expected_languages: texts, fallback_language: text }),
  }),
  sarvam: closed({ model: choice('saarika:v2', 'saarika:v2.5'), language_code: choice('unknown', 'hi-IN', 'en-IN') }),
  elevenlabs: closed(
    { model_id: choice('scribe_v1', 'scribe_v1_experimental'), language_code: text, tag_audio_events: flag },
    'model_id',
  ),
  kyutai: closed({ server_url: text }),
  custom_async: { type: 'object', additionalProperties: true },
};

const createBot = {
  meeting_url: filled,
  bot_name: filled,
  bot_image: { allOf: [ref('BotImageRequest')] },
  metadata: anyObject,
  bot_chat_message: { allOf: [ref('BotChatMessageRequestRequest')] },
  join_at: time,
  calendar_event_id: filled,
  deduplication_key: filled,
  webhooks: {
    type: 'array',
    items: closed(
      { url: text, triggers: { type: 'array', items: choice(...triggers.split(' ')), uniqueItems: true } },
      'url triggers',
    ),
  },
  callback_settings: closed({ zoom_tokens_url: text }),
  external_media_storage_settings: closed(all('bucket_name recording_file_name', text), 'bucket_name'),
  voice_agent_settings: closed({ ...all('url screenshare_url', text), reserve_resources: flag }),
  transcription_settings: open(transcription),
  websocket_settings: closed({
    audio: closed({ url: text, sample_rate: { type: 'integer', enum: [8000, 16_000, 24_000] } }, 'url'),
  }),
  rtmp_settings: open(all('destination_url stream_key', text), 'destination_url stream_key'),
  recording_settings: closed(recording),
  google_meet_settings: login,
  teams_settings: login,
  zoom_settings: closed({
    sdk: choice('web', 'native'),
    meeting_settings: closed(
      all(
        'allow_participants_to_unmute_self allow_participants_to_share_whiteboard ' +
          'allow_participants_to_request_cloud_recording allow_participants_to_request_local_recording ' +
          'allow_participants_to_share_screen allow_participants_to_chat enable_focus_mode',
        flag,
      ),
    ),
  }),
  debug_settings: open({ create_debug_recording: flag }),
  automatic_leave_settings: closed({
    ...all(
      'silence_timeout_seconds silence_activate_after_seconds only_participant_in_meeting_timeout_seconds ' +
        'wait_for_host_to_start_meeting_timeout_seconds waiting_room_timeout_seconds max_uptime_seconds ' +
        'enable_closed_captions_timeout_seconds authorized_user_not_in_meeting_timeout_seconds',
      whole,
    ),
    bot_keywords: nullable(texts),
  }),
};

const pageOf = (name: string) =>
  open({ next: nullable(text), previous: nullable(text), results: { type: 'array', items: ref(name) } }, 'results');

const schemas = {
  BotImageRequest: open({ type: choice('image/png'), data: filled }, 'data type'),
  BotChatMessageRequestRequest: open(
    {
      to_user_uuid: nullable({ type: 'string', maxLength: 255 }),
      to: choice('everyone', 'specific_user', 'everyone_but_host'),
      message: filled,
    },
    'message',
  ),
  CreateBotRequest: open(createBot, 'bot_name meeting_url'),
  PatchedPatchBotRequest: open({
    join_at: time,
    ...all('meeting_url bot_name', filled),
    metadata: anyObject,
    bot_image: { allOf: [ref('BotImageRequest')] },
    recording_settings: closed({ ...recording, record_async_transcription_audio_chunks: flag }),
  }),
  Bot: open(
    {
      ...all('id meeting_url deduplication_key', text),
      metadata: anyObject,
      state: choice(...botStates.split(' ')),
      events: { type: 'array', items: open({ type: text, sub_type: nullable(text), created_at: time }) },
      transcription_state: choice('not_started', 'in_progress', 'complete', 'failed'),
      recording_state: choice('not_started', 'in_progress', 'complete', 'failed', 'paused'),
      join_at: time,
    },
    'deduplication_key events id join_at meeting_url metadata recording_state state transcription_state',
  ),
  CreateCalendarRequest: open(
    {
      ...all('platform_uuid client_id client_secret refresh_token deduplication_key', filled),
      platform: choice('google', 'microsoft'),
      metadata: {},
    },
    'client_id client_secret platform refresh_token',
  ),
  PatchedPatchCalendarRequest: open({ ...all('client_secret refresh_token', filled), metadata: {} }),
  Calendar: open(
    {
      ...all('id client_id', text),
      platform: choice('google', 'microsoft'),
      ...all('platform_uuid deduplication_key', nullable(text)),
      state: choice('connected', 'disconnected'),
      metadata: anyObject,
      connection_failure_data: { nullable: true },
      ...all('created_at updated_at', time),
      ...all('last_successful_sync_at last_attempted_sync_at', nullable(time)),
    },
    'client_id connection_failure_data created_at deduplication_key id last_attempted_sync_at last_successful_sync_at ' +
      'metadata platform platform_uuid state updated_at',
  ),
  CalendarEvent: open(
    {
      ...all('id calendar_id platform_uuid', text),
      ...all('meeting_url ical_uid name', nullable(text)),
      ...all('start_time end_time created_at updated_at', time),
      is_deleted: flag,
      attendees: { nullable: true },
      raw: {},
      bots: { type: 'array', items: ref('Bot') },
    },
    'attendees bots calendar_id created_at end_time ical_uid id is_deleted meeting_url name platform_uuid raw ' +
      'start_time updated_at',
  ),
  PaginatedBotList: pageOf('Bot'),
  PaginatedCalendarList: pageOf('Calendar'),
  PaginatedCalendarEventList: pageOf('CalendarEvent'),
};

const parameter = (place: string, name: string, schema: object = text) => ({
  in: place,
  name,
  schema,
  ...(place !== 'query' && { required: true }),
});
const json = (name: string) => ({ content: { 'application/json': { schema: ref(name) } } });

interface Shape {
  body?: string;
  query?: Record<string, object>;
  /** Schema of the answer; without one it is empty. */
  answer?: string;
  status?: number;
}

/** Each operation has both headers, also those without a body. */
const operation = (operationId: string, tag: string, { body, query = {}, answer, status = 200 }: Shape) => ({
  operationId,
  tags: [tag],
  security: [{}],
  parameters: [
    ...['Authorization', 'Content-Type'].map((name) => parameter('header', name)),
    ...Object.entries(query).map(([name, schema]) => parameter('query', name, schema)),
  ],
  ...(body !== undefined && { requestBody: json(body) }),
  responses: {
    [status]: { description: 'done', ...(answer !== undefined && json(answer)) },
    400: { description: 'refused' },
    404: { description: 'not found' },
  },
});
const ofOne = (operations: object) => ({ parameters: [parameter('path', 'object_id')], ...operations });

const states = { type: 'array', items: choice(...botStates.split(' ')) };
const orderings = ['created_at', 'end_time', 'start_time', 'updated_at'].flatMap((name) => [`-${name}`, name]);

export const attendeeOpenapi = {
  openapi: '3.0.3',
  info: { title: 'Attendee API', version: '1.0.0' },
  paths: {
    '/api/v1/bots': {
      get: operation('List Bots', 'Bots', {
        query: { ...all('cursor deduplication_key join_at_after join_at_before meeting_url', text), states },
        answer: 'PaginatedBotList',
      }),
      post: operation('Create Bot', 'Bots', { body: 'CreateBotRequest', answer: 'Bot', status: 201 }),
    },
    '/api/v1/bots/{object_id}': ofOne({
      get: operation('Get Bot', 'Bots', { answer: 'Bot' }),
      patch: operation('Patch Bot', 'Bots', { body: 'PatchedPatchBotRequest', answer: 'Bot' }),
      delete: operation('Delete scheduled Bot', 'Bots', {}),
    }),
    '/api/v1/calendar_events': {
      get: operation('List Calendar Events', 'Calendars', {
        query: {
          ...all('calendar_deduplication_key calendar_id cursor end_time_lte event_id start_time_gte', text),
          ...all('updated_after updated_at_gte', text),
          ordering: choice(...orderings),
        },
        answer: 'PaginatedCalendarEventList',
      }),
    },
    '/api/v1/calendars': {
      get: operation('List Calendars', 'Calendars', {
        query: all('cursor deduplication_key', text),
        answer: 'PaginatedCalendarList',
      }),
      post: operation('Create Calendar', 'Calendars', {
        body: 'CreateCalendarRequest',
        answer: 'Calendar',
        status: 201,
      }),
    },
    '/api/v1/calendars/{object_id}': ofOne({
      get: operation('Get Calendar', 'Calendars', { answer: 'Calendar' }),
      patch: operation('Update Calendar', 'Calendars', { body: 'PatchedPatchCalendarRequest', answer: 'Calendar' }),
      delete: operation('Delete Calendar', 'Calendars', {}),
    }),
  },
  components: { schemas },
};
