import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const hourMs = 3_600_000;

interface Large {
  guests: number;
  /** Random bytes in the description, which hardly compress. */
  noise: number;
}

/** The form of a large event at each provider. */
const forms = {
  google: (name: string, hours: number, { guests, noise }: Large) => ({
    summary: name,
    description: randomBytes(noise).toString('base64'),
    start: { dateTime: new Date(stack.local.now() + hours * hourMs).toISOString() },
    end: { dateTime: new Date(stack.local.now() + (hours + 1) * hourMs).toISOString() },
    attendees: Array.from({ length: guests }, (_none, index) => ({
      email: `${name}-guest-${index}@example.com`,
      displayName: `Guest ${index} of ${name}`,
      responseStatus: 'needsAction' as const,
    })),
  }),
  microsoft: (name: string, hours: number, { guests, noise }: Large) => ({
    subject: name,
    body: { contentType: 'text' as const, content: randomBytes(noise).toString('base64') },
    start: { dateTime: new Date(stack.local.now() + hours * hourMs).toISOString().slice(0, 19), timeZone: 'UTC' },
    end: { dateTime: new Date(stack.local.now() + (hours + 1) * hourMs).toISOString().slice(0, 19), timeZone: 'UTC' },
    attendees: Array.from({ length: guests }, (_none, index) => ({
      emailAddress: { address: `${name}-guest-${index}@example.com`, name: `Guest ${index} of ${name}` },
    })),
  }),
};

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  let calendar: ConnectedCalendar;
  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
  });

  const insertLarge = (count: number, large: Large): string[] => {
    const names = Array.from({ length: count }, (_none, index) => `large-${index}`);
    const { user } = calendar;
    return platform === 'google'
      ? stack.google.insertMany(
          user.calendar,
          names.map((name, index) => forms.google(name, index + 1, large)),
        )
      : stack.microsoft.insertMany(
          user.calendar,
          names.map((name, index) => forms.microsoft(name, index + 1, large)),
        );
  };

  it.each([
    ['90 events with 500 guests each', 90, { guests: 500, noise: 0 }],
    ['60 events of 130 KB that do not compress', 60, { guests: 5, noise: 100_000 }],
  ])(
    'takes in, changes and loses %s at once, with another event beside them',
    { timeout: 240_000 },
    async (_what, count, large) => {
      const { user, harness } = calendar;
      const ids = insertLarge(count, large);
      expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
      expect(calendar.counts().at(-1)).toEqual([count, 0, 0]);
      await calendar.expectEqualWindows();

      for (const id of ids) user.rename(id, 'renamed');
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      expect(calendar.counts().at(-1)).toEqual([0, count, 0]);
      await calendar.expectEqualWindows();

      for (const id of ids) user.remove(id);
      user.insert('new', 2);
      const began = Date.now();
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      expect(Date.now() - began).toBeLessThan(30_000);
      expect(calendar.counts().at(-1)).toEqual([1, 0, count]);
      expect((await calendar.living()).map(({ name }) => name)).toEqual(['new']);
      expect(await harness.stored(calendar.id)).toHaveLength(count + 1);
    },
  );
});
