import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { WebhookPayload } from '../../../shared/notifications/notification.ts';
import { createWebhookSecret } from '../../../shared/webhooks/endpoint-secret.ts';
import { encodeWebhook, signWebhook } from '../../../shared/webhooks/sign.ts';

/** A webhook for a verifier, and the right verdict for each scheme. */
export interface Sample {
  kind: string;
  secret: string;
  headers: Record<string, string>;
  body: Buffer;
  genuine: { standard: boolean; body: boolean; parsed: boolean };
}

/** Texts that serializers write differently: HTML, line separators, control characters, characters beyond the BMP. */
const text = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom('<&>', '\u2028', '\u007f', '\u0001', '\n', '/', '"', '\\', 'é', '名', '😀', '\uffff'),
    ),
  )
  .map((parts) => parts.join(''));
const key = fc.oneof(
  fc.constantFrom('10', '9', 'é', 'z', 'Z', '\uffff', '😀', '<'),
  fc.stringMatching(/^[a-z_]{1,8}$/),
);

const payloads: fc.Arbitrary<WebhookPayload> = fc.record({
  idempotency_key: fc.uuid(),
  calendar_id: fc.stringMatching(/^cal_[A-Za-z0-9]{16}$/),
  calendar_deduplication_key: fc.option(text),
  calendar_metadata: fc.option(fc.dictionary(key, text)),
  trigger: fc.constant('calendar.events_update' as const),
  data: fc.record({
    state: fc.constant('connected'),
    connection_failure_data: fc.constant(null),
    last_successful_sync_at: fc.constant('2026-11-21T09:30:00.918Z'),
    created: fc.nat(),
    changed: fc.nat(),
    deleted: fc.nat(),
  }),
});

const all = { standard: true, body: true, parsed: true };
const none = { standard: false, body: false, parsed: false };

const bitsOf = (bytes: Buffer): number[] => Array.from({ length: bytes.length * 8 }, (_, bit) => bit);

function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return flipped;
}

function isSameJson(one: Buffer, other: Buffer): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(one.toString()), JSON.parse(other.toString()));
  } catch {
    return false;
  }
}

/** A signed payload, genuine and in every way that must be refused. */
function samplesOf(payload: WebhookPayload): Sample[] {
  const [secret, formerSecret] = [createWebhookSecret(), createWebhookSecret()];
  const body = encodeWebhook(payload);
  const sign = (secrets: [string, ...string[]], age = 0) =>
    signWebhook({ id: payload.idempotency_key, now: Date.now() - age * 1000, body }, secrets);
  const headers = sign([secret]);
  const rotated = sign([secret, formerSecret]);
  const only = (kind: string, genuine: Sample['genuine'], given: Partial<Sample> = {}): Sample => ({
    kind,
    secret,
    headers,
    body,
    genuine,
    ...given,
  });
  const withSignature = (signature: string) => ({ headers: { ...headers, 'webhook-signature': signature } });
  const without = (name: string) => ({
    headers: Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name)),
  });
  const signature = headers['webhook-signature'] ?? '';
  const bodyOnly = { standard: false, body: true, parsed: true };
  return [
    only('genuine', all),
    only('rotated, by the new secret', all, { headers: rotated }),
    only('rotated, by the old secret', { ...none, standard: true }, { headers: rotated, secret: formerSecret }),
    only('by another secret', none, { secret: createWebhookSecret() }),
    only('rotated, by a third secret', none, { headers: rotated, secret: createWebhookSecret() }),
    only('four minutes old', all, { headers: sign([secret], 240) }),
    only('six minutes old', bodyOnly, { headers: sign([secret], 360) }),
    only('six minutes ahead', bodyOnly, { headers: sign([secret], -360) }),
    only('with a signature of another version before it', all, withSignature(`v2,abc ${signature}`)),
    only('with a signature of another version only', bodyOnly, withSignature(signature.replace('v1', 'v2'))),
    only('with an empty signature', bodyOnly, withSignature('v1,')),
    only('with half a signature', bodyOnly, withSignature(signature.slice(0, 20))),
    only('with another header', all, { headers: { ...headers, 'user-agent': 'Kalends' } }),
    only('without an id', bodyOnly, without('webhook-id')),
    only('without a time', bodyOnly, without('webhook-timestamp')),
    only('without a signature', bodyOnly, without('webhook-signature')),
    only('with a malformed time', bodyOnly, { headers: { ...headers, 'webhook-timestamp': 'now' } }),
    only('with another body', none, { body: encodeWebhook({ ...payload, calendar_id: 'cal_other' }) }),
  ];
}

/** A payload with one bit of it, or of a header, changed: one sample per bit. */
function everyFlip(payload: WebhookPayload): Sample[] {
  const secret = createWebhookSecret();
  const body = encodeWebhook(payload);
  const headers = signWebhook({ id: payload.idempotency_key, now: Date.now(), body }, [secret]);
  const flippedBodies = bitsOf(body).map((bit): Sample => {
    const flipped = flipBit(body, bit);
    // `\u001F` for `\u001f` is the same text to a verifier that parses first.
    const genuine = { ...none, parsed: isSameJson(flipped, body) };
    return { kind: `bit ${bit} of the body`, secret, headers, body: flipped, genuine };
  });
  const flippedHeaders = Object.entries(headers).flatMap(([name, value]) =>
    bitsOf(Buffer.from(value)).map((bit): Sample => {
      const flipped = flipBit(Buffer.from(value), bit).toString('latin1');
      const isStandard = name !== 'X-Webhook-Signature';
      const genuine = isStandard ? { ...all, standard: false } : { ...none, standard: true };
      return { kind: `bit ${bit} of ${name}`, secret, headers: { ...headers, [name]: flipped }, body, genuine };
    }),
  );
  return [...flippedBodies, ...flippedHeaders];
}

/** Signed webhooks of random payloads, and those of one payload with one bit changed. */
export const createSamples = (count: number): Sample[] => fc.sample(payloads, count).flatMap(samplesOf);
export const createFlippedSamples = (): Sample[] => fc.sample(payloads, 1).flatMap(everyFlip);
