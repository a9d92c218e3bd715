import { describe, expect, it } from 'vitest';
import { defaultBotSettings } from '../../../shared/bots/bot-settings.ts';
import { putBotSettings } from '../../../shared/bots/bot-settings-store.ts';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const room = 'https://video.acme.example/weekly';

describe.each(platforms)('Hosts of meetings that a project has named, with a calendar of %s', (platform) => {
  it('count at once with a sync that is requested, and never go back', async () => {
    const calendar = await connectCalendar(stack, platform);
    const { harness, user } = calendar;
    const linkOf = async (name: string): Promise<unknown> => (await calendar.byName(name))?.meeting_url;
    user.insert('stored', 20);
    user.insert('read', 21);
    await calendar.sync('create');
    for (const name of ['stored', 'read']) {
      user.setLocation((await calendar.byName(name))?.platform_uuid ?? '', name === 'stored' ? room : 'Room 5');
    }
    await calendar.sync();
    const settings = { ...defaultBotSettings, meeting_hosts: ['video.acme.example'] };
    await putBotSettings(harness.table, harness.projectId, settings);
    await calendar.sync('manual');
    expect(await linkOf('stored')).toBe(room);
    user.setLocation((await calendar.byName('read'))?.platform_uuid ?? '', room);
    await calendar.sync();
    expect(await linkOf('read')).toBe(room);

    await putBotSettings(harness.table, harness.projectId, defaultBotSettings);
    await calendar.sync('manual');
    expect([await linkOf('stored'), await linkOf('read')]).toEqual([null, null]);
  });

  it('count a minute later for what is read, and with a listing for what is stored', async () => {
    const calendar = await connectCalendar(stack, platform);
    const { harness, user } = calendar;
    const linkOf = async (name: string): Promise<unknown> => (await calendar.byName(name))?.meeting_url;
    const uuidOf = async (name: string): Promise<string> => (await calendar.byName(name))?.platform_uuid ?? '';
    user.insert('stored', 20);
    user.insert('read', 21);
    await calendar.sync('create');
    user.setLocation(await uuidOf('stored'), room);
    await calendar.sync();
    expect(await linkOf('stored')).toBeNull();

    const settings = { ...defaultBotSettings, meeting_hosts: ['video.acme.example'] };
    await putBotSettings(harness.table, harness.projectId, settings);
    stack.local.advanceClock(61_000);
    user.setLocation(await uuidOf('read'), room);
    await calendar.sync();
    expect(await linkOf('read')).toBe(room);
    expect(await linkOf('stored')).toBeNull();

    stack.local.advanceClock(25 * 3_600_000);
    await calendar.sync('schedule');
    expect(await linkOf('stored')).toBe(room);
    expect(await calendar.byName('stored')).toMatchObject({ meeting_platform: 'unknown' });
  });
});
