import { describe, expect, it, vi } from 'vitest';
import { CursorExpiredError, consumeChanges, NotFoundError } from '../../../clients/typescript/src/index.ts';
import { clientAt, clientOf, refusal } from '../../support/scripted-client.ts';

describe('A list of the TypeScript client', () => {
  const page = (next: string | null, ...ids: string[]): Response =>
    Response.json({ next, previous: null, results: ids.map((id) => ({ id })) });
  const next = 'https://kalends.example/api/v1/calendars?cursor=c';

  it('goes on after a page without items', async () => {
    const { kalends } = clientOf(page(next, 'cal_1'), page(next), page(null, 'cal_2'));
    const ids: string[] = [];
    for await (const { id } of kalends.calendars.list()) ids.push(id);
    expect(ids).toEqual(['cal_1', 'cal_2']);
  });

  it.each([
    ['https://kalends.example', 'https://d111111abcdef8.cloudfront.net/api/v1/calendars?cursor=a%2Bb'],
    ['https://kalends.example', 'http://kalends.example:8080/api/v1/calendars?cursor=a%2Bb'],
    ['https://kalends.example', '/api/v1/calendars?cursor=a%2Bb'],
    ['https://kalends.example/kalends', 'https://api.example/api/v1/calendars?cursor=a%2Bb'],
    ['https://kalends.example/kalends/', 'https://kalends.example/kalends/api/v1/calendars?cursor=a%2Bb'],
    ['https://kalends.example', 'https://user:pw@api.example/api/v1/x/api/v1/calendars?cursor=a%2Bb#there'],
  ])('asks %s, its own address, for the page after %s', async (url, address) => {
    const { kalends, sent } = clientAt(url, page(address, 'cal_1'), page(null, 'cal_2'));
    const ids: string[] = [];
    for await (const { id } of kalends.calendars.list({ limit: 1 })) ids.push(id);
    expect(ids).toEqual(['cal_1', 'cal_2']);
    expect(sent[1]?.url).toBe(`${url.replace(/\/$/, '')}/api/v1/calendars?cursor=a%2Bb`);
  });

  it.each(['https://elsewhere.example/', 'https://elsewhere.example/api/v12/calendars', 'https://[', 'calendars'])(
    'has no page after %s, which is no address of the API',
    async (address) => {
      const { kalends, sent } = clientOf(page(address, 'cal_1'));
      const read = async (): Promise<void> => {
        for await (const { id } of kalends.calendars.list()) expect(id).toBe('cal_1');
      };
      await expect(read()).rejects.toThrow(`${address} is no address of the API`);
      expect(sent).toHaveLength(1);
    },
  );

  it('ends with the error of a page, and repeats a page that fails for now', async () => {
    const { kalends, sent } = clientOf(page(next, 'cal_1'), refusal(503), refusal(404, { detail: 'Invalid cursor' }));
    const ids: string[] = [];
    const read = async (): Promise<void> => {
      for await (const { id } of kalends.calendars.list()) ids.push(id);
    };
    await expect(read()).rejects.toBeInstanceOf(NotFoundError);
    expect([ids, sent.length]).toEqual([['cal_1'], 3]);
  });
});

describe('consumeChanges', () => {
  const change = (id: string): object => ({ change_id: id, type: 'changed', changed_fields: [], event: { id } });
  const feed = (cursor: string, more: boolean, ...ids: string[]): Response =>
    Response.json({ results: ids.map(change), next_cursor: cursor, has_more: more });
  const memory = (saved: string | null = null) => ({
    saved,
    load: async () => saved,
    save: vi.fn<(cursor: string) => Promise<void>>(async () => undefined),
  });

  it('saves a cursor only after its changes are applied, and gets them again after a crash in between', async () => {
    const { kalends } = clientOf(feed('one', true, 'a'), feed('two', true, 'b'));
    const cursor = memory();
    const applied: string[] = [];
    const crash = consumeChanges(kalends, {
      cursor,
      apply: async ([first]) => {
        if (first?.change_id === 'b') throw new Error('crash');
        applied.push(first?.change_id ?? '');
      },
    });
    await expect(crash).rejects.toThrow('crash');
    expect(applied).toEqual(['a']);
    expect(cursor.save.mock.calls).toEqual([['one']]);
    const again = clientOf(feed('two', false, 'b'));
    const stop = new AbortController();
    const apply = async (): Promise<void> => stop.abort();
    await consumeChanges(again.kalends, { cursor: memory('one'), apply, signal: stop.signal });
    expect(again.sent.map(({ url }) => url)).toEqual(['https://kalends.example/api/v1/calendar_changes?cursor=one']);
  });

  it('ends with a CursorExpiredError when its cursor is too old, and saves nothing', async () => {
    const { kalends } = clientOf(refusal(410, { detail: 'The cursor has expired' }));
    const cursor = memory('old');
    const consumed = consumeChanges(kalends, { cursor, apply: async () => undefined });
    await expect(consumed).rejects.toBeInstanceOf(CursorExpiredError);
    expect(cursor.save).not.toHaveBeenCalled();
  });
});
