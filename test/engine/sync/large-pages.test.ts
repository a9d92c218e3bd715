import { expect, it } from 'vitest';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const megabyte = 1_000_000;

it.each(['google', 'microsoft'] as const)(
  'Events of %s whose texts have megabytes are read in small pages, and the one that is too large is skipped',
  async (platform) => {
    const calendar = await connectCalendar(stack, platform);
    const { user } = calendar;
    const insertLarge = (name: string, hours: number, bytes: number): void => {
      const id = user.insert(name, hours);
      const text = 'x'.repeat(bytes);
      if (platform === 'google') stack.google.patchEvent(user.calendar, id, { description: text });
      else stack.microsoft.patchEvent(user.calendar, id, { body: { contentType: 'text', content: text } });
    };
    for (let index = 0; index < 5; index += 1) insertLarge(`large ${index}`, 2 + index, 6 * megabyte);
    insertLarge('too large', 8, 25 * megabyte);
    const slim = user.insert('slim', 9);
    expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
    const names = (await calendar.living()).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(['large 0', 'large 1', 'large 2', 'large 3', 'large 4', 'slim']));
    expect((await calendar.load()).sync.runs.at(-1)).toMatchObject({ skipped: 1 });
    user.rename(slim, 'renamed');
    await calendar.sync();
    expect((await calendar.living()).map(({ name }) => name)).toContain('renamed');
  },
);
