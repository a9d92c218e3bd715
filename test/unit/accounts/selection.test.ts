import { describe, expect, it } from 'vitest';
import { planSelection, type SelectionChoice } from '../../../shared/accounts/selection.ts';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import type { CalendarId } from '../../../shared/platform/ids.ts';
import type { ProviderCalendar } from '../../../shared/providers/calendar-provider.ts';
import { calendar as stored } from '../sync/sync-fixtures.ts';

const idOf = (name: string): CalendarId => `cal_${name.padEnd(16, '0')}`;
const row = (name: string, change: Partial<Calendar> = {}): Calendar => ({
  ...stored,
  id: idOf(name),
  platform_uuid: name,
  ...change,
});
const entry = (platform_uuid: string, change: Partial<ProviderCalendar> = {}): ProviderCalendar => ({
  platform_uuid,
  mailbox: null,
  name: platform_uuid,
  is_primary: false,
  owner_address: null,
  access_role: 'owner',
  time_zone: null,
  ...change,
});
const primary = entry('ada', { is_primary: true });
const team = entry('team');
const holidays = entry('holidays', { access_role: 'reader' });
const list = [primary, team, holidays];

const plan = (
  choice: SelectionChoice,
  connected: Calendar[],
  {
    calendars = list,
    isComplete = true,
    former = [],
  }: { calendars?: ProviderCalendar[]; isComplete?: boolean; former?: CalendarId[] } = {},
) => planSelection(choice, { calendars, isComplete }, { connected, former });

const nothing = { connect: [], disconnect: [], fault: null, rename: [], absent: [] };

describe('the selection of', () => {
  it('the primary calendar connects it, and disconnects all others', () => {
    expect(plan('primary', [row('team')])).toEqual({
      ...nothing,
      connect: [{ platform_uuid: null }],
      disconnect: [idOf('team')],
    });
  });

  it.each<[string, Partial<Calendar>]>([
    ['no id', { platform_uuid: null }],
    ['its id', { platform_uuid: 'ada' }],
    ['the word of Google for it', { platform_uuid: 'primary' }],
  ])('the primary calendar keeps one that is connected by %s', (_by, change) => {
    expect(plan('primary', [row('first', change)])).toEqual(nothing);
  });

  it('the primary calendar keeps it although the list does not show which one it is', () => {
    expect(plan('primary', [row('first', { platform_uuid: null })], { calendars: [team], isComplete: false })).toEqual({
      ...nothing,
      fault: expect.objectContaining({ code: 'list_incomplete' }),
    });
  });

  it.each<[SelectionChoice, ProviderCalendar[], boolean, string]>([
    ['primary', [team], true, 'calendar_not_found'],
    ['primary', [], false, 'list_incomplete'],
    [['team', 'gone'], list, true, 'calendar_not_found'],
    [['team', 'gone'], list, false, 'list_incomplete'],
  ])('%s disconnects nothing by a list that does not have it', (choice, calendars, isComplete, code) => {
    const connected = [row('holidays'), row('team')];
    expect(plan(choice, connected, { calendars, isComplete })).toEqual({
      ...nothing,
      fault: { code, message: expect.any(String) },
    });
  });

  it('some calendars connects those that are not yet, and keeps what is', () => {
    expect(plan(['team', 'holidays'], [row('team'), row('first', { platform_uuid: null })])).toEqual({
      ...nothing,
      connect: [{ platform_uuid: 'holidays' }],
      disconnect: [idOf('first')],
    });
  });

  it('all calendars connects each but those of which only free and busy times are known', () => {
    const calendars = [...list, entry('boss', { access_role: 'free_busy' })];
    expect(plan('all', [row('team')], { calendars }).connect).toEqual([
      { platform_uuid: null },
      { platform_uuid: 'holidays' },
    ]);
    expect(plan(['boss'], [], { calendars }).connect).toEqual([{ platform_uuid: 'boss' }]);
  });

  it('a calendar of another mailbox names the mailbox', () => {
    const shared = entry('shared', { mailbox: 'team@example.com' });
    const microsoft = { platform: 'microsoft' } as const;
    expect(plan(['shared'], [], { calendars: [shared] }).connect).toEqual([
      { platform_uuid: 'shared', mailbox: 'team@example.com' },
    ]);
    for (const connected of [
      row('a', { ...microsoft, platform_uuid: 'shared', mailbox: 'Team@example.com' }),
      row('b', { ...microsoft, platform_uuid: 'shared' }),
      row('c', { ...microsoft, platform_uuid: 'users/team@example.com/calendars/shared' }),
    ]) {
      expect(plan(['shared'], [connected], { calendars: [shared] })).toEqual(nothing);
    }
  });

  it('everything is the same when it is applied twice', () => {
    for (const choice of ['primary', 'all', ['team']] as SelectionChoice[]) {
      const { connect } = plan(choice, []);
      const connected = connect.map(({ platform_uuid }, index) => row(`new${index}`, { platform_uuid }));
      expect(plan(choice, connected)).toEqual(nothing);
    }
  });
});

describe('following all calendars', () => {
  const connected = [row('first', { platform_uuid: null }), row('team'), row('holidays')];

  it('disconnects a calendar that two complete lists in a row do not have', () => {
    const calendars = [primary, holidays];
    const first = plan('all', connected, { calendars });
    expect(first).toEqual({ ...nothing, absent: [idOf('team')] });
    expect(plan('all', connected, { calendars, former: first.absent })).toEqual({
      ...nothing,
      disconnect: [idOf('team')],
    });
  });

  it('disconnects a calendar of which two lists in a row say that only free and busy times are known', () => {
    const calendars = [primary, team, entry('holidays', { access_role: 'free_busy' })];
    const first = plan('all', connected, { calendars });
    expect(first).toEqual({ ...nothing, absent: [idOf('holidays')] });
    expect(plan('all', connected, { calendars, former: first.absent }).disconnect).toEqual([idOf('holidays')]);
  });

  it('keeps a calendar whose role the provider does not state', () => {
    const calendars = [primary, team, entry('holidays', { access_role: 'unknown' })];
    expect(plan('all', connected, { calendars })).toEqual(nothing);
  });

  it('forgets the first list when the next one has the calendar', () => {
    expect(plan('all', connected, { former: [idOf('team')] })).toEqual(nothing);
  });

  it.each([
    ['empty', []],
    ['not complete', [primary, holidays]],
  ])('disconnects nothing by a list that is %s, however often it comes', (_what, calendars) => {
    const former = [idOf('team')];
    expect(plan('all', connected, { calendars, isComplete: false, former })).toEqual({
      ...nothing,
      absent: former,
      fault: { code: 'list_incomplete', message: expect.any(String) },
    });
  });

  it('never disconnects the primary calendar, nor one that names its mailbox by a path', () => {
    const path = row('path', { platform: 'microsoft', platform_uuid: 'users/team@example.com/calendars/x' });
    const kept = [row('first', { platform_uuid: null }), row('second', { platform_uuid: 'primary' }), path];
    const calendars = [entry('other')];
    expect(plan('all', kept, { calendars })).toMatchObject({ absent: [], disconnect: [] });
  });

  it('gives a calendar the name that it has now, and none to one that was never synced', () => {
    const named = [row('team', { name: 'Old' }), row('holidays', { name: 'holidays' }), row('ada')];
    expect(plan('all', named).rename).toEqual([{ id: idOf('team'), name: 'team' }]);
  });
});
