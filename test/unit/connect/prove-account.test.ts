import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import type { ListedCalendar } from '../../../shared/connect/connect-deps.ts';
import { ownsCalendars } from '../../../shared/connect/prove-account.ts';

const team = 'c_1@group.calendar.google.com';
const calendar = (platform_uuid: string | null, platform: Platform = 'google', mailbox: string | null = null) => ({
  platform,
  platform_uuid,
  mailbox,
});
const entry = (platform_uuid: string, change: Partial<ListedCalendar> = {}): ListedCalendar => ({
  platform_uuid,
  mailbox: null,
  name: null,
  is_primary: false,
  access_role: 'owner',
  ...change,
});
const primary = entry('ada@example.com', { is_primary: true });
const owns = (calendars: ReturnType<typeof calendar>[], listed: ListedCalendar[]) =>
  ownsCalendars({ calendars }, listed);

describe('an account whose user is not known', () => {
  it('is that of a user whose own calendars all its calendars are', () => {
    expect(owns([calendar(team)], [primary, entry(team)])).toBe(true);
    expect(owns([calendar('ada@example.com'), calendar(team)], [primary, entry(team)])).toBe(true);
    expect(owns([calendar('AAMk', 'microsoft')], [entry('AAMk')])).toBe(true);
  });

  it.each<[string, ReturnType<typeof calendar>[], ListedCalendar[]]>([
    ['does not have the calendar', [calendar(team)], [primary]],
    ['has one of two calendars', [calendar(team), calendar('c_2@group.calendar.google.com')], [primary, entry(team)]],
    ['may read the calendar of another person', [calendar(team)], [primary, entry(team, { access_role: 'reader' })]],
    ['may change the calendar of another person', [calendar(team)], [primary, entry(team, { access_role: 'writer' })]],
    ['sees when there are events', [calendar(team)], [primary, entry(team, { access_role: 'free_busy' })]],
    [
      'has all rights on the primary calendar of another person',
      [calendar('grace@example.com')],
      [primary, entry('grace@example.com')],
    ],
    ['has a primary calendar, as everyone has', [calendar(null)], [primary]],
    ['has a primary calendar, by the word of Google for it', [calendar('primary')], [primary]],
    [
      'reads a calendar in the mailbox of another person',
      [calendar('AAMk', 'microsoft')],
      [entry('AAMk', { mailbox: 'grace@example.com' })],
    ],
    [
      'would read a calendar by the path of a mailbox',
      [calendar('users/grace@example.com/calendars/AAMk', 'microsoft')],
      [entry('AAMk')],
    ],
    ['has the calendar, of an account without calendars', [], [entry(team)]],
  ])('is not that of a user who %s', (_who, calendars, listed) => {
    expect(owns(calendars, listed)).toBe(false);
  });
});
