import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { sign } from '../../../shared/platform/signing.ts';
import { createReceiveGooglePush } from '../../../shared/sync/google-push.api.ts';
import { createReceiveMicrosoftPush } from '../../../shared/sync/microsoft-push.api.ts';
import type { SyncMessage } from '../../../shared/sync/sync-message.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const signingSecret = 'a-signing-secret';
const calendar = (letter: string) => `cal_${letter.repeat(16)}`;
const channelOf = (letter: string) => `${calendar(letter)}-0123456789abcdef`;
const secretOf = (letter: string) => sign(signingSecret, 'push-channel', channelOf(letter));

let sent: { message: SyncMessage; deduplication: string }[];
let requests: number;
let fail: boolean;
let now: number;
beforeEach(() => {
  sent = [];
  requests = 0;
  fail = false;
  now = 1_000_000;
});

const take = async (entries: typeof sent): Promise<void> => {
  requests += 1;
  if (fail) throw new Error('the queue is down');
  sent.push(...entries);
};
const deps = {
  queue: {
    send: (message: SyncMessage, deduplication: string) => take([{ message, deduplication }]),
    sendAll: take,
    sendLook: () => Promise.reject(new Error('receivers ask for no looks')),
    sendChange: () => Promise.reject(new Error('receivers change no calendar')),
    sendLong: () => Promise.reject(new Error('receivers have no long runs')),
  },
  clock: createClock(() => now),
  logger: silentLogger,
  signingSecret,
  debounceWidthMs: 500,
};
const google = createReceiveGooglePush(deps);
const microsoft = createReceiveMicrosoftPush(deps);
const event = (given: object) =>
  ({ headers: {}, rawQueryString: '', isBase64Encoded: false, ...given }) as APIGatewayProxyEventV2;
const fromGoogle = (id: string, token: string, state = 'exists') =>
  google(
    event({ headers: { 'x-goog-channel-id': id, 'x-goog-channel-token': token, 'x-goog-resource-state': state } }),
  );
const fromMicrosoft = (value: unknown) => microsoft(event({ body: JSON.stringify({ value }) }));
const notification = (letter: string, more: object = {}) => ({
  subscriptionId: `subscription-${letter}`,
  clientState: `${channelOf(letter)}.${secretOf(letter)}`,
  changeType: 'updated',
  ...more,
});

describe('A push of Google', () => {
  it('that is genuine is enqueued under its bucket of time', async () => {
    expect(await fromGoogle(channelOf('a'), secretOf('a'))).toEqual({ statusCode: 204 });
    expect(sent).toEqual([
      {
        message: { calendar_id: calendar('a'), trigger: 'push', bucket_ends_at: 1_000_500 },
        deduplication: 'push:0123456789abcdef:2000',
      },
    ]);
    now += 499;
    await fromGoogle(channelOf('a'), secretOf('a'));
    now += 1;
    await fromGoogle(channelOf('a'), secretOf('a'));
    expect(sent.map(({ deduplication }) => deduplication)).toEqual(
      [2000, 2000, 2001].map((bucket) => `push:0123456789abcdef:${bucket}`),
    );
  });

  it.each([
    ['forged', channelOf('a'), secretOf('b')],
    ['of another name', `${calendar('a')}-fedcba9876543210`, secretOf('a')],
    ['without a token', channelOf('a'), ''],
    ['unknown', 'anything', sign(signingSecret, 'push-channel', 'anything')],
    ['signed for another purpose', channelOf('a'), sign(signingSecret, 'cursor', channelOf('a'))],
  ])('that is %s is answered quietly and does nothing', async (_case, id, token) => {
    expect(await fromGoogle(id, token)).toEqual({ statusCode: 204 });
    expect(requests).toBe(0);
  });

  it('that only confirms a new channel does nothing', async () => {
    expect(await fromGoogle(channelOf('a'), secretOf('a'), 'sync')).toEqual({ statusCode: 204 });
    expect(requests).toBe(0);
  });

  it('is asked for again when the queue fails', async () => {
    fail = true;
    expect(await fromGoogle(channelOf('a'), secretOf('a'))).toEqual({ statusCode: 503 });
  });
});

describe('A push of Microsoft', () => {
  it.each([
    ['Validation%3a+Testing+client+%26+co', 'Validation: Testing client & co'],
    ['a%2Bb%20c', 'a+b c'],
    ['%3Cscript%3E', '<script>'],
  ])('that validates the address with %s gets its token back as plain text', async (encoded, body) => {
    const answer = await microsoft(event({ rawQueryString: `validationToken=${encoded}`, body: 'anything' }));
    expect(answer).toMatchObject({ statusCode: 200, body, headers: { 'x-content-type-options': 'nosniff' } });
    expect(answer).toMatchObject({ headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(requests).toBe(0);
  });

  it('may mix subscriptions, whose items are each verified, and are enqueued in one request', async () => {
    const forged = { ...notification('c'), clientState: `${channelOf('c')}.${secretOf('a')}` };
    const answer = await fromMicrosoft([notification('a'), notification('b'), notification('a'), forged, 7, null]);
    expect(answer).toEqual({ statusCode: 202 });
    const pushOf = (letter: string) => ({
      calendar_id: calendar(letter),
      trigger: 'push',
      channel: { id: channelOf(letter), resource_id: `subscription-${letter}` },
      bucket_ends_at: 1_000_500,
    });
    expect(sent.map(({ message }) => message)).toEqual([pushOf('a'), pushOf('b')]);
    expect(requests).toBe(1);
  });

  it('about a subscription’s life keeps its kind', async () => {
    await fromMicrosoft([
      notification('a', { lifecycleEvent: 'subscriptionRemoved' }),
      notification('a', { lifecycleEvent: 'missed' }),
    ]);
    expect(sent.map(({ message }) => message.lifecycle)).toEqual([
      { event: 'subscriptionRemoved', subscription_id: 'subscription-a' },
      { event: 'missed', subscription_id: 'subscription-a' },
    ]);
    expect(new Set(sent.map(({ deduplication }) => deduplication)).size).toBe(2);
  });

  it('with fields that are null or unknown is read all the same', async () => {
    await fromMicrosoft([
      notification('a', {
        lifecycleEvent: null,
        resourceData: { '@odata.type': '#new' },
        encryptedContent: {},
        more: 1,
      }),
      notification('b', { lifecycleEvent: 'somethingNew' }),
    ]);
    expect(sent.map(({ message }) => [message.trigger, message.lifecycle?.event])).toEqual([
      ['push', undefined],
      ['lifecycle', 'missed'],
    ]);
  });

  it('of any other content is answered quietly and does nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        expect(await microsoft(event({ body }))).toEqual({ statusCode: 202 });
      }),
    );
    expect(requests).toBe(0);
  });

  it('that is larger than any of Graph is refused before it is parsed', async () => {
    const many = Array.from({ length: 100 }, () => notification('a'));
    expect(await fromMicrosoft(many)).toEqual({ statusCode: 202 });
    expect(await fromMicrosoft([notification('b', { padding: 'x'.repeat(1_000_000) })])).toEqual({ statusCode: 413 });
    expect(sent.map(({ message }) => message.calendar_id)).toEqual([calendar('a')]);
  });

  it('is asked for again when the queue fails', async () => {
    fail = true;
    expect(await fromMicrosoft([notification('a')])).toEqual({ statusCode: 503 });
  });
});
