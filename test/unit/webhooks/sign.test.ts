import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { WebhookPayload } from '../../../shared/notifications/notification.ts';
import { createWebhookSecret, secretBytes } from '../../../shared/webhooks/endpoint-secret.ts';
import { encodeWebhook, signWebhook } from '../../../shared/webhooks/sign.ts';
import { anyCharacter, anyText } from '../../support/any-text.ts';

const secret = createWebhookSecret();
const otherSecret = createWebhookSecret();

const payloads = fc.record({
  idempotency_key: fc.uuid(),
  calendar_id: fc.stringMatching(/^cal_[A-Za-z0-9]{16}$/),
  calendar_deduplication_key: fc.option(fc.string({ unit: 'grapheme' })),
  calendar_metadata: fc.option(fc.dictionary(fc.stringMatching(/^[0-9a-zé名_]{1,8}$/), anyText())),
  trigger: fc.constantFrom('calendar.events_update' as const, 'calendar.state_change' as const),
  data: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.jsonValue({ stringUnit: anyCharacter })),
});

function signed(payload: WebhookPayload, secrets: [string, ...string[]] = [secret]) {
  const body = encodeWebhook(payload);
  return { body, headers: signWebhook({ id: payload.idempotency_key, now: Date.now(), body }, secrets) };
}

const codePoints = (text: string): string =>
  Array.from(text, (character) => (character.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join('');

/** How clients of the reference API verify: they parse the body and serialize it with keys in code point order. */
function reserialize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(reserialize).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.keys(value).sort((a, b) => codePoints(a).localeCompare(codePoints(b), 'en'));
  return `{${entries.map((key) => `${JSON.stringify(key)}:${reserialize((value as never)[key])}`).join(',')}}`;
}

const hmac = (key: string, text: string | Buffer): string =>
  createHmac('sha256', secretBytes(key)).update(text).digest('base64');

function accepts(body: Buffer, headers: Record<string, string>, key: string): boolean {
  try {
    new StandardWebhook(key).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

const flipBit = (bytes: Buffer, bit: number): Buffer => {
  const flipped = Buffer.from(bytes);
  const at = bit % (bytes.length * 8);
  flipped.writeUInt8(flipped.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3);
  return flipped;
};

describe('the signature of a webhook', () => {
  it('is accepted by Standard Webhooks, by a verifier of raw bytes, and by one that serializes the parsed body again', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const { body, headers } = signed(payload);
        expect(accepts(body, headers, secret)).toBe(true);
        expect(headers['X-Webhook-Signature']).toBe(hmac(secret, body));
        expect(headers['X-Webhook-Signature']).toBe(hmac(secret, reserialize(JSON.parse(body.toString()))));
      }),
    );
  });

  it('sorts keys that are halves of surrogate pairs as every other key', () => {
    const keys = ['\u{1F600}', '\uE000', '\uDFFF', '\uD801', '\uD800'];
    const { body } = signed({
      ...fc.sample(payloads, 1)[0],
      data: Object.fromEntries(keys.map((key) => [key, 1])),
    } as never);
    const { data } = JSON.parse(body.toString()) as { data: object };
    expect(Object.keys(data)).toEqual(['\uD800', '\uD801', '\uDFFF', '\uE000', '\u{1F600}']);
  });

  it('is refused when any bit of the body was changed', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (payload, bit) => {
        const { body, headers } = signed(payload);
        const altered = flipBit(body, bit);
        expect(accepts(altered, headers, secret)).toBe(false);
        expect(hmac(secret, altered)).not.toBe(headers['X-Webhook-Signature']);
      }),
    );
  });

  it('is refused when any bit of a signed header was changed', () => {
    const name = fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature');
    fc.assert(
      fc.property(payloads, name, fc.nat(), (payload, header, bit) => {
        const { body, headers } = signed(payload);
        const altered = flipBit(Buffer.from(headers[header] as string), bit).toString('latin1');
        expect(accepts(body, { ...headers, [header]: altered }, secret)).toBe(false);
      }),
    );
  });

  it('is accepted with the old and the new secret during a rotation, and with no other', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const { body, headers } = signed(payload, [secret, otherSecret]);
        expect(accepts(body, headers, secret)).toBe(true);
        expect(accepts(body, headers, otherSecret)).toBe(true);
        expect(accepts(body, headers, createWebhookSecret())).toBe(false);
        expect(headers['X-Webhook-Signature']).toBe(hmac(secret, body));
      }),
      { numRuns: 20 },
    );
  });
});

describe('a webhook body', () => {
  it('has sorted keys at every depth, no spaces, and unescaped non-ASCII characters', () => {
    const body = encodeWebhook({
      idempotency_key: 'key',
      calendar_id: 'cal_1',
      calendar_deduplication_key: null,
      calendar_metadata: { tenant: 'Zoë', account: 'é' },
      trigger: 'calendar.state_change',
      data: { state: 'connected', nested: { b: [{ z: 1, a: 2 }], a: null } },
    });
    expect(body.toString('utf8')).toBe(
      '{"calendar_deduplication_key":null,"calendar_id":"cal_1","calendar_metadata":{"account":"é","tenant":"Zoë"},' +
        '"data":{"nested":{"a":null,"b":[{"a":2,"z":1}]},"state":"connected"},"idempotency_key":"key",' +
        '"trigger":"calendar.state_change"}',
    );
  });
});

describe('a webhook secret', () => {
  it('is 32 random bytes behind whsec_', () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secretBytes(secret)).toHaveLength(32);
    expect(createWebhookSecret()).not.toBe(secret);
  });

  it.each(['', 'whsec_', 'secret'])('is never the text %j', (text) => {
    expect(() => secretBytes(text)).toThrow('not a webhook secret');
  });
});
