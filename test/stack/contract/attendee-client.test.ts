import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBot } from '../../../shared/bots/bot-store.ts';
import { runnerSettingNames } from '../../../shared/bots/runner-settings-fields.api.ts';
import { attendeeBotApi, inDays } from '../../support/attendee-client.ts';
import { someSettings } from '../../support/attendee-settings.ts';
import { botsPath, type ShownBot, type ShownBots, useBotApi } from '../../support/bot-api.ts';

const { stack, api, other } = useBotApi();
const own = () => ({ apiKey: other.apiKey, headers: { 'content-type': 'application/json' } });

type Fields = Record<string, unknown>;

/**
 * A client as a generator makes it of the document: a method for each operation, which sends what it is given. The
 * document has the header `Content-Type` in every operation, also in those without a body.
 */
const client = {
  create: (json: Fields) => api.call<ShownBot>('POST', botsPath, { json, ...own() }),
  patch: (id: string, json: Fields) => api.call<ShownBot>('PATCH', `${botsPath}/${id}`, { json, ...own() }),
  read: (id: string) => api.call<ShownBot>('GET', `${botsPath}/${id}`, own()),
  delete: (id: string) => api.call('DELETE', `${botsPath}/${id}`, own()),
  list: (fields: Fields) => {
    const pairs = Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}=${encodeURIComponent(String(one))}`),
    );
    return api.call<ShownBots>('GET', `${botsPath}?${pairs.join('&')}`, own());
  },
};

/** Every field alone with each of its values, beside the required ones; at last all fields together. */
function requestsOf({ fields, required }: { fields: object; required: readonly string[] }): Fields[] {
  const all = Object.entries(fields) as [string, readonly unknown[]][];
  const first = Object.fromEntries(all.map(([name, [value]]) => [name, value]));
  const least = Object.fromEntries(required.map((name) => [name, first[name]]));
  return [...all.flatMap(([name, values]) => values.map((value) => ({ ...least, [name]: value }))), first];
}

/** A time is answered in another spelling; a setting is stored for the runner and not answered. */
async function expectKept(given: Fields, answer: ShownBot): Promise<void> {
  const stored = await findBot(stack.table, other.projectId, answer.id);
  // As the client writes it: JSON has no negative zero.
  const sent = JSON.parse(JSON.stringify(given)) as Fields;
  for (const [name, value] of Object.entries(sent)) {
    if ((runnerSettingNames as readonly string[]).includes(name)) expect(stored?.settings?.[name]).toEqual(value);
    else if (name === 'join_at') expect(Date.parse(String(answer[name]))).toBe(Date.parse(String(value)));
    else expect(answer[name]).toEqual(value);
  }
}

describe('a client of Attendee’s bot API', () => {
  it('creates, reads and deletes bots with every field that it can send, unchanged', async () => {
    const live = async (given: Fields): Promise<void> => {
      const { status, body } = await client.create(given);
      expect({ given, status }).toEqual({ given, status: 201 });
      await expectKept(given, body);
      expect((await client.read(body.id)).body).toMatchObject({ id: body.id, meeting_url: given.meeting_url });
      // A bot without a join time may be handed off already; it is deleted all the same.
      expect({ given, status: (await client.delete(body.id)).status }).toEqual({ given, status: 200 });
    };
    const requests = requestsOf(attendeeBotApi.create);
    await Promise.all(requests.slice(0, -1).map(live));
    await live(requests.at(-1) ?? {});
  });

  it('creates bots with any settings, also those of later versions, which read and change as they were sent', async () => {
    const least = { meeting_url: attendeeBotApi.create.fields.meeting_url[0], bot_name: 'My Bot', join_at: inDays(3) };
    await fc.assert(
      fc.asyncProperty(someSettings, someSettings, async (settings, changes) => {
        const { status, body: bot } = await client.create({ ...least, ...settings });
        expect({ settings, status }).toEqual({ settings, status: 201 });
        await expectKept(settings, bot);
        const changed = await client.patch(bot.id, changes);
        expect({ changes, status: changed.status }).toEqual({ changes, status: 200 });
        await expectKept({ ...settings, ...changes }, bot);
        expect((await client.delete(bot.id)).status).toBe(200);
      }),
      { numRuns: 12 },
    );
  });

  it('pages through its bots in both directions', async () => {
    const all = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const fields = { bot_name: 'My Bot', meeting_url: 'https://zoom.us/j/5551114444', join_at: inDays(6) };
        return (await client.create({ ...fields, deduplication_key: `page ${index}` })).body.id;
      }),
    );
    const filter = { meeting_url: 'https://zoom.us/j/5551114444', join_at_after: inDays(5), states: ['scheduled'] };
    const follow = async (link: string | null): Promise<ShownBots> =>
      (await client.list({ ...filter, cursor: new URL(link ?? '').searchParams.get('cursor') })).body;
    const { body: first } = await client.list(filter);
    const second = await follow(first.next);
    expect([first, second].map(({ results }) => results.length)).toEqual([25, 5]);
    expect([...first.results, ...second.results].map(({ id }) => id).toSorted()).toEqual(all.toSorted());
    expect((await follow(second.previous)).results).toEqual(first.results);
    await Promise.all(all.map((id) => client.delete(id)));
  });

  it('changes bots in every field that it can send, unchanged', async () => {
    const { body: bot } = await client.create(requestsOf(attendeeBotApi.create).at(-1) ?? {});
    for (const given of requestsOf(attendeeBotApi.patch)) {
      const { status, body } = await client.patch(bot.id, given);
      expect({ given, status }).toEqual({ given, status: 200 });
      await expectKept(given, body);
    }
    expect((await client.delete(bot.id)).status).toBe(200);
  });

  it('lists bots with every filter that it can send', async () => {
    const { body: bot } = await client.create(requestsOf(attendeeBotApi.create).at(-1) ?? {});
    for (const given of requestsOf(attendeeBotApi.list)) {
      const { status, body } = await client.list(given);
      expect({ given, status }).toEqual({ given, status: 200 });
      expect(body.results.map(({ id }) => id)).toContain(bot.id);
    }
    expect((await client.delete(bot.id)).status).toBe(200);
  });
});
