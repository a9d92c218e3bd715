import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import type { ListedCalendar } from '../../../shared/connect/connect-deps.ts';
import { isOwner, ownsCalendars } from '../../../shared/connect/prove-account.ts';

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
  owner_address: null,
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

describe('an account whose address is known', () => {
  const expected = {
    platform: 'microsoft' as const,
    provider_account_id: null,
    account_email: 'Ada@example.com',
    calendars: [calendar(null, 'microsoft')],
  };
  const own = entry('AAMk', { is_primary: true, owner_address: 'ada@example.com' });

  it('is that of the user whose mailbox has the address', () => {
    expect(isOwner(expected, [own])).toBe(true);
  });

  it.each<[string, ListedCalendar[]]>([
    ['has another address', [{ ...own, owner_address: 'mallory@evil.example' }]],
    ['reads the mailbox', [{ ...own, is_primary: false, access_role: 'writer' }]],
    ['has a mailbox without an address', [{ ...own, owner_address: null }]],
    ['has no calendar', []],
  ])('is not that of a user who %s', (_what, listed) => {
    expect(isOwner(expected, listed)).toBe(false);
  });

  it('is proved by its calendars where the address is not known', () => {
    const unknown = { ...expected, account_email: null, calendars: [calendar('AAMk', 'microsoft')] };
    expect([isOwner(unknown, [own]), isOwner(unknown, [])]).toEqual([true, false]);
  });
});
