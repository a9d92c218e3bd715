import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressAnswer } from '../../../shared/http/compress-answer.ts';
import { pageBytes, sentBytes } from '../../../shared/platform/sent-bytes.ts';

const headers = { 'content-type': 'application/json', 'retry-after': '1' };
const long = { statusCode: 200, headers, body: JSON.stringify({ name: 'Ä'.repeat(1000) }) };
const short = { ...long, body: 'x'.repeat(1023) };

describe('a long answer', () => {
  it.each(['gzip', 'gzip, deflate, br', 'br;q=1.0, GZIP ; q=0.5', '*', 'identity, *;q=0.1', 'x-gzip'])(
    'is compressed for a client that accepts %s',
    (accepted) => {
      const { body, isBase64Encoded, ...rest } = compressAnswer(long, accepted);
      expect(rest).toEqual({
        statusCode: 200,
        headers: { ...headers, vary: 'accept-encoding', 'content-encoding': 'gzip' },
      });
      expect(isBase64Encoded).toBe(true);
      expect(gunzipSync(Buffer.from(body, 'base64')).toString()).toBe(long.body);
    },
  );

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip;q=0, *', '*;q=0', 'deflate, gzip;q=0.000'])(
    'is sent as it is to a client that accepts %s',
    (accepted) => {
      expect(compressAnswer(long, accepted)).toEqual({ ...long, headers: { ...headers, vary: 'accept-encoding' } });
    },
  );

  it('fits into an answer of Lambda when it is a full page, whatever it holds', () => {
    // A tenth of a page of the texts that are compressed the least: random ones.
    for (const encoding of ['base64', 'latin1'] as const) {
      const text = JSON.stringify(randomBytes(pageBytes / 20).toString(encoding));
      const sent = JSON.stringify(compressAnswer({ ...long, body: text }, 'gzip'));
      expect(Buffer.byteLength(sent) / sentBytes(text)).toBeLessThan((6 * 1024 * 1024) / pageBytes);
    }
  });
});

it('a short answer is sent as it is, and does not depend on what the client accepts', () => {
  for (const accepted of ['gzip', undefined]) expect(compressAnswer(short, accepted)).toBe(short);
});
