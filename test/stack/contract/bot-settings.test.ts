import { describe, expect, it } from 'vitest';
import { useBotApi } from '../../support/bot-api.ts';

const bots = useBotApi();

describe('the bot settings of a project', () => {
  const settings = '/api/v1/bot_settings';
  const patch = (json: object) => bots.api.call('PATCH', settings, { json, apiKey: bots.other.apiKey });
  const read = async () => (await bots.api.call('GET', settings, { apiKey: bots.other.apiKey })).body;

  it('have defaults, can be changed field by field, and never show a secret', async () => {
    const secret = Buffer.from('a hushed secret of thirty bytes').toString('base64');
    bots.api.forbid('hushed-attendee-key', secret);
    expect(await read()).toEqual({
      runner: 'eventbridge',
      attendee_base_url: null,
      attendee_webhook_path: expect.stringMatching(/^\/push\/attendee\/proj_\w{16}$/),
      follows_attendee: false,
      restore_bots_on_reconnect: false,
      meeting_hosts: [],
      max_automatic_bots_per_calendar_per_day: 50,
      max_automatic_bots_at_once: 5,
      one_bot_per_room: true,
    });
    expect((await patch({ one_bot_per_room: false })).body).toMatchObject({ one_bot_per_room: false });
    const limits = { max_automatic_bots_per_calendar_per_day: 0, max_automatic_bots_at_once: 1000 };
    expect((await patch(limits)).body).toMatchObject(limits);
    for (const limit of [-1, 1001, 2.5, '3', null]) {
      expect((await patch({ max_automatic_bots_at_once: limit })).status).toBe(400);
    }
    await patch({ max_automatic_bots_per_calendar_per_day: 50, max_automatic_bots_at_once: 5 });
    const required = ['This field is required.'];
    expect((await patch({ runner: 'attendee' })).body).toEqual({
      attendee_base_url: required,
      attendee_api_key: required,
    });
    for (const weak of [
      'x',
      '!!!!',
      '====',
      'whsec_',
      'AA==',
      'aHVzaGVk',
      `${secret} `.replace('=', ''),
      `${secret}!`,
    ]) {
      expect((await patch({ attendee_webhook_secret: weak })).body).toEqual({
        attendee_webhook_secret: ['Enter the base64 of at least 24 bytes.'],
      });
    }
    expect((await patch({ runner: 'robot' })).body).toEqual({ runner: ['"robot" is not a valid choice.'] });
    expect((await patch({ attendee_base_url: 'http://10.0.0.1' })).status).toBe(400);
    const given = {
      runner: 'attendee',
      attendee_base_url: 'https://attendee.example.com/',
      attendee_api_key: 'hushed-attendee-key',
      attendee_webhook_secret: secret,
    };
    expect((await patch(given)).body).toMatchObject({
      runner: 'attendee',
      attendee_base_url: 'https://attendee.example.com',
      follows_attendee: true,
    });
    // The key of one server is not for another.
    expect((await patch({ attendee_base_url: 'https://other.example.com' })).body).toEqual({
      attendee_api_key: required,
    });
    expect((await patch({ runner: 'webhook', restore_bots_on_reconnect: true })).body).toMatchObject({
      runner: 'webhook',
      attendee_base_url: 'https://attendee.example.com',
      restore_bots_on_reconnect: true,
    });
    expect(
      (await patch({ meeting_hosts: ['Video.ACME.example', 'video.acme.example', 'é.example'] })).body,
    ).toMatchObject({
      runner: 'webhook',
      meeting_hosts: ['video.acme.example', 'xn--9ca.example'],
    });
    expect((await patch({ meeting_hosts: ['10.0.0.1'] })).body).toEqual({
      meeting_hosts: ['"10.0.0.1" is not a valid host.'],
    });
    for (const meeting_hosts of ['video.acme.example', ['localhost'], ['a.example/path'], [null]]) {
      expect((await patch({ meeting_hosts })).status).toBe(400);
    }
  });
});
