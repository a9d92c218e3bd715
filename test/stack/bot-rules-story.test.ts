import { beforeAll, expect, it } from 'vitest';
import { botsPath, type ShownBot, type ShownBots } from '../support/bot-api.ts';
import { rulesPath } from '../support/rules-project.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useApiClient, useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

interface ShownEvent {
  id: string;
  calendar_id: string;
  name: string;
  start_time: string;
  meeting_url: string;
  is_deleted: boolean;
  bots: ShownBot[];
}

const stack = useStack();
const api = useApiClient(stack);
let users: SimulatedUser[];
beforeAll(() => {
  const since = Math.floor(stack.local.now() / 60_000) * 60_000;
  users = (['google', 'microsoft'] as const).map((platform) => stack.simulate(platform, { since }));
});

const events = async (): Promise<ShownEvent[]> => {
  const { body } = await api.call<{ results: ShownEvent[] }>('GET', '/api/v1/calendar_events?ordering=start_time');
  return body.results.filter(({ is_deleted }) => !is_deleted);
};
const bots = async (): Promise<ShownBot[]> => (await api.call<ShownBots>('GET', botsPath)).body.results;
/** Events with a bot, by what the API decides and by what stands. */
const joined = async () => {
  const all = await events();
  const decided = await Promise.all(
    all.map(async ({ id }) => {
      const { body } = await api.call<{ decision: string }>('GET', `/api/v1/calendar_events/${id}/bot_decision`);
      return body.decision === 'join' ? [id] : [];
    }),
  );
  return { decided: decided.flat(), standing: all.filter((event) => event.bots.length > 0).map(({ id }) => id) };
};
const expectAgreement = async (count: number): Promise<void> => {
  await waitUntil(async () => (await bots()).length === count, 20_000);
  const { decided, standing } = await joined();
  expect(standing).toEqual(decided);
  expect(standing).toHaveLength(count);
};

it('bot rules schedule one bot for a meeting in two calendars, and remove it when they no longer match', {
  timeout: 90_000,
}, async () => {
  const [google, microsoft] = users;
  if (!google || !microsoft) throw new Error('no users');
  google.insert('planning', 3, 'https://zoom.us/j/123456789');
  microsoft.insert('planning', 3, 'https://acme.zoom.us/j/123456789?pwd=x');
  const secret = google.insert('secret', 4, 'https://meet.google.com/abc-defg-hij');
  const rules = [
    { name: 'never', action: 'skip', title_matches: ['secret'] },
    { name: 'meetings', action: 'join', bot_name: 'Notes' },
  ];
  expect((await api.call('PUT', rulesPath, { json: { rules } })).status).toBe(200);

  // Both calendars come at once, and the meeting gets one bot.
  const ids = await Promise.all([stack.connect(google), stack.connect(microsoft)]);
  await waitUntil(async () => (await events()).length === 3);
  await expectAgreement(1);
  const [bot] = await bots();
  const carrier = (await events()).find(({ id }) => id === bot?.['calendar_event_id']);
  expect(bot).toMatchObject({
    bot_name: 'Notes',
    state: 'scheduled',
    join_at: carrier?.start_time,
    meeting_url: carrier?.meeting_url,
    automatic: { rule: { index: 1, name: 'meetings' } },
  });
  expect(carrier?.bots).toEqual([bot]);

  // An event that changes so that rules want one for it gets one, too.
  google.rename(secret, 'open');
  await expectAgreement(2);

  // Whoever has the bot leaves: it passes on.
  const left = carrier?.calendar_id ?? '';
  await api.call('DELETE', `/api/v1/calendars/${left}`);
  const other = ids.find((id) => id !== left) ?? '';
  const planning = async () =>
    (await events()).find((event) => event.calendar_id === other && event.name === 'planning');
  await waitUntil(async () => (await planning())?.bots.length === 1, 20_000);
  const [next] = (await planning())?.bots ?? [];
  expect(next?.id).not.toBe(bot?.id);

  // Somebody removes it: it stays away. Other rules: what they do not want goes.
  expect((await api.call('DELETE', `${botsPath}/${next?.id}`)).status).toBe(200);
  await expectAgreement(left === ids[0] ? 0 : 1);
  const decision = await api.call('GET', `/api/v1/calendar_events/${(await planning())?.id}/bot_decision`);
  expect(decision.body).toMatchObject({ decision: 'skip', reason: 'bot_removed' });
  await api.call('PUT', rulesPath, { json: { rules: [] } });
  await expectAgreement(0);
});

it('a meeting gets a bot of the rules when the bot for its link has failed', { timeout: 90_000 }, async () => {
  const room = 'https://zoom.us/j/987654321';
  const minute = 60_000;
  const inFiveMinutes = Math.floor(stack.local.now() / minute) * minute + 5 * minute;
  const user = stack.simulate('google', { since: inFiveMinutes - 60 * minute });
  user.insert('room', 1, room);
  expect((await api.call('PUT', rulesPath, { json: { rules: [{ action: 'join' }] } })).status).toBe(200);
  const asked = await api.call<ShownBot>('POST', botsPath, { json: { meeting_url: room, bot_name: 'Recorder' } });
  const { id } = asked.body;
  await waitUntil(async () => (await api.call<ShownBot>('GET', `${botsPath}/${id}`)).body.state === 'staged', 20_000);

  await stack.connect(user);
  const event = async () => (await events()).find(({ meeting_url }) => meeting_url === room);
  await waitUntil(async () => (await event()) !== undefined, 20_000);
  const path = `/api/v1/calendar_events/${(await event())?.id}/bot_decision`;
  const reason = async () => (await api.call<{ reason: string }>('GET', path)).body.reason;
  await waitUntil(async () => (await reason()) === 'meeting_has_bot', 20_000);
  expect((await event())?.bots).toEqual([]);

  await api.call('POST', `${botsPath}/${id}/state`, { json: { state: 'fatal_error' } });
  await waitUntil(async () => (await event())?.bots.length === 1, 20_000);
});
