import { type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

beforeAll(async () => {
  const calendar = await seedCalendar(stack.table, stack.local.projectId);
  const time = timestampOf(Date.parse('2026-05-01T00:00:00Z'));
  await seedEvents(
    stack.table,
    calendar,
    Array.from({ length: 100 }, () => ({ start_time: time, end_time: time, created_at: time })),
  );
});

/** `fetch` would decompress the answer itself. */
async function read(path: string, acceptEncoding?: string) {
  const headers = {
    authorization: `Token ${stack.local.apiKey}`,
    ...(acceptEncoding !== undefined && { 'accept-encoding': acceptEncoding }),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(stack.local.url + path, { headers }, resolve)
      .on('error', reject)
      .end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks) };
}

describe.each(['/api/v1/calendar_events', '/openapi.json'])('a long answer: %s', (path) => {
  it('is the same JSON, a fifth as long at most, for a client that accepts gzip', async () => {
    const [plain, packed] = [await read(path), await read(path, 'gzip, deflate')];
    expect([plain.status, packed.status]).toEqual([200, 200]);
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/json' });
    expect([plain.headers.vary, packed.headers.vary]).toEqual(['accept-encoding', 'accept-encoding']);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 5);
  });
});

it('a short answer is not compressed', async () => {
  const { headers, bytes } = await read('/api/v1/bots', 'gzip');
  expect(headers).not.toHaveProperty('content-encoding');
  expect(bytes.toString()).toBe('{"next":null,"previous":null,"results":[]}');
});
