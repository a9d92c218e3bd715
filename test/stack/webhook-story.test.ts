import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readDeliveryRows } from '../support/read-deliveries.ts';
import type { SimulatedUser } from '../support/simulated-user-port.ts';
import { useStack, useWebhookReceiver } from '../support/use-stack.ts';
import { fitsReference, fitsStandard } from '../support/verify-delivery.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { ReceivedWebhook } from '../support/webhook-receiver.ts';

const receiver = useWebhookReceiver();
const stack = useStack();
let user: SimulatedUser;
let calendarId: string;
let paths = 0;

const jump = async (advance: string): Promise<void> => {
  await stack.control('clock', { advance });
  await stack.control('tick', {});
};

interface Endpoint {
  id: string;
  path: string;
  secret: string;
}
const endpoints: Endpoint[] = [];
const addEndpoint = async (): Promise<Endpoint> => {
  paths += 1;
  const path = `/hook-${paths}`;
  const { body } = await stack.call('POST', '/webhooks', {
    url: receiver.urlOf(path),
    triggers: ['calendar.events_update'],
  });
  receiver.trust(body.secret);
  const endpoint = { id: String(body.id), path, secret: String(body.secret) };
  endpoints.push(endpoint);
  return endpoint;
};
const at = (endpoint: Endpoint): ReceivedWebhook[] => receiver.received.filter(({ path }) => path === endpoint.path);
const deliveriesOf = async (endpoint: Endpoint) =>
  (await stack.call('GET', `/webhooks/${endpoint.id}/deliveries`)).body.results;
const statusesOf = async (endpoint: Endpoint): Promise<string[]> =>
  (await deliveriesOf(endpoint)).map(({ status }: { status: string }) => status);

let changes = 0;
/** A change in the calendar: one notification for every endpoint. */
const change = async (): Promise<void> => {
  changes += 1;
  user.insert(`event ${changes}`, 1);
};

beforeAll(async () => {
  user = stack.simulate('google');
  calendarId = await stack.connect(user, { metadata: { 10: 'ten', 9: 'nine', user: 'Zoë 😀' } });
});
beforeEach(async () => {
  for (const { id } of endpoints.splice(0)) await stack.call('DELETE', `/webhooks/${id}`);
  // A calendar that rests: what a test hears of is what it changed.
  await waitUntil(
    async () => (await stack.call('GET', `/calendars/${calendarId}`)).body.last_successful_sync_at !== null,
  );
  // An endpoint that hangs is waited for until its attempt is over. A function that crashed at its end left its message.
  await waitUntil(async () => {
    for (const name of ['deliver-webhook', 'fan-out-notification']) await stack.passCrash(name);
    return (await stack.local.state()).idle;
  }, 25_000);
});

describe('a test delivery', () => {
  it('arrives signed with the trigger webhook.test, and is listed among the deliveries', async () => {
    const endpoint = await addEndpoint();
    const { status, body } = await stack.call('POST', `/webhooks/${endpoint.id}/test`);
    expect(status).toBe(202);
    const { payload, headers, body: sent } = await receiver.waitFor(({ path }) => path === endpoint.path);
    expect(payload).toEqual(body.payload);
    expect(payload).toMatchObject({
      trigger: 'webhook.test',
      calendar_id: null,
      idempotency_key: body.idempotency_key,
    });
    expect(headers).toMatchObject({
      'webhook-id': body.idempotency_key,
      'user-agent': expect.stringMatching(/^Kalends\/\d+\.\d+\.\d+/) as string,
    });
    expect(fitsStandard({ headers, body: sent }, endpoint.secret)).toBe(true);
    await waitUntil(async () => (await statusesOf(endpoint))[0] === 'delivered');
    expect(await deliveriesOf(endpoint)).toMatchObject([
      { id: body.id, attempts: [{ status_code: 200, error: null, response: '' }], next_attempt_at: null },
    ]);
  });
});

describe('a flipped bit in a webhook', () => {
  it('makes both verifiers refuse it, whether in body, id, time or signature', async () => {
    const endpoint = await addEndpoint();
    await change();
    const { headers, body } = await receiver.waitFor(({ path }) => path === endpoint.path);
    expect(fitsStandard({ headers, body }, endpoint.secret)).toBe(true);
    expect(fitsReference({ headers, body }, endpoint.secret)).toBe(true);
    const flip = (text: string, position: number, bit: number): string => {
      const bytes = Buffer.from(text);
      bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
      return bytes.toString();
    };
    const bytes = Buffer.from(body).length;
    for (let position = 0; position < bytes; position += 1) {
      const changed = flip(body, position, position % 7);
      expect([position, fitsStandard({ headers, body: changed }, endpoint.secret)]).toEqual([position, false]);
      expect([position, fitsReference({ headers, body: changed }, endpoint.secret)]).toEqual([position, false]);
    }
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) {
      const text = String(headers[name]);
      // The low bits of a digit stay a digit; of base64's last letter before the padding they carry nothing.
      for (let position = name === 'webhook-signature' ? 3 : 0; position < text.length - 2; position += 1) {
        const forged = { headers: { ...headers, [name]: flip(text, position, 0) }, body };
        expect([name, position, fitsStandard(forged, endpoint.secret)]).toEqual([name, position, false]);
      }
    }
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    expect([fitsStandard({ headers, body }, other), fitsReference({ headers, body }, other)]).toEqual([false, false]);
  });
});

describe('a rotated secret', () => {
  it('signs beside the new one for a day and no longer', async () => {
    const endpoint = await addEndpoint();
    const { body: rotated } = await stack.call('POST', `/webhooks/${endpoint.id}/rotate_secret`);
    receiver.trust(rotated.secret);
    const signs = (webhook: ReceivedWebhook) => [
      fitsStandard(webhook, endpoint.secret),
      fitsStandard(webhook, rotated.secret),
      fitsReference(webhook, rotated.secret),
    ];
    await stack.call('POST', `/webhooks/${endpoint.id}/test`);
    const during = await receiver.waitFor(({ path }) => path === endpoint.path);
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(signs(during)).toEqual([true, true, true]);
    await stack.control('clock', { advance: 'PT24H1M' });
    await stack.call('POST', `/webhooks/${endpoint.id}/test`);
    const after = await receiver.waitFor((webhook) => webhook.path === endpoint.path && webhook !== during);
    expect(signs(after)).toEqual([false, true, true]);
  });
});

describe('the endpoints of a project', () => {
  it('are delivered to independently when one of them hangs, fails or is gone', async () => {
    const [hangs, fails, gone, well] = [
      await addEndpoint(),
      await addEndpoint(),
      await addEndpoint(),
      await addEndpoint(),
    ];
    receiver.behave(hangs.path, 'hang');
    receiver.behave(fails.path, 503, { 'retry-after': '3600' });
    receiver.behave(gone.path, 410);
    await change();
    await receiver.waitFor(({ path }) => path === well.path);
    await waitUntil(() => endpoints.every((endpoint) => at(endpoint).length === 1));
    const [first] = at(well);
    expect(endpoints.map((endpoint) => at(endpoint)[0]?.body)).toEqual(endpoints.map(() => first?.body));
    expect(new Set(endpoints.map((endpoint) => at(endpoint)[0]?.headers['x-webhook-signature'])).size).toBe(4);
    await waitUntil(async () => (await stack.call('GET', `/webhooks/${gone.id}`)).body.inactive_reason === 'gone');
    await waitUntil(async () => (await statusesOf(fails))[0] === 'failed');
    const [failed] = await deliveriesOf(fails);
    expect(Date.parse(failed.next_attempt_at) - Date.parse(failed.attempts[0].at)).toBeGreaterThanOrEqual(3_600_000);

    await change();
    await waitUntil(() => at(well).length === 2);
    expect(at(gone)).toHaveLength(1);
    await waitUntil(async () => (await statusesOf(gone)).length === 2);
    expect(await deliveriesOf(gone)).toMatchObject([
      { status: 'exhausted', attempts: [], reason: 'endpoint_inactive' },
      { status: 'exhausted', attempts: [{ status_code: 410 }] },
    ]);
    receiver.behave(gone.path, 200);
    await stack.call('PATCH', `/webhooks/${gone.id}`, { is_active: true });
    const { status, body } = await stack.call('POST', `/webhooks/${gone.id}/replay`, {
      since: '2020-01-01',
      only: 'missing',
    });
    expect({ status, body }).toEqual({ status: 202, body: { replayed: 2, is_complete: true } });
    await waitUntil(async () => (await statusesOf(gone)).every((one) => one === 'delivered'));
    // What was refused at first comes under the same key, to the byte.
    expect(new Set(at(gone).map(({ body: sent }) => sent)).size).toBe(2);
  });
});

describe('a receiver that is down', () => {
  it.each(['PT10M', 'PT6H', 'P2D'])(
    'for %s receives every webhook it missed once it is back',
    async (outage) => {
      const endpoint = await addEndpoint();
      receiver.behave(endpoint.path, 500);
      await change();
      await waitUntil(() => at(endpoint).length === 1);
      await change();
      await waitUntil(() => new Set(at(endpoint).map(({ body }) => body)).size === 2);
      await waitUntil(async () => (await statusesOf(endpoint)).every((status) => status === 'failed'));
      await jump(outage);
      await waitUntil(async () =>
        (await deliveriesOf(endpoint)).every((one: { attempts: unknown[] }) => one.attempts.length >= 2),
      );
      receiver.behave(endpoint.path, 200);
      // Whatever step of the schedule comes next.
      await waitUntil(async () => {
        await jump('PT30M');
        return (await statusesOf(endpoint)).every((status) => status === 'delivered');
      }, 20_000);
      const keys = at(endpoint).map(({ payload }) => payload.idempotency_key);
      expect(new Set(keys).size).toBe((await deliveriesOf(endpoint)).length);
      expect(new Set(at(endpoint).map(({ body }) => body)).size).toBe(new Set(keys).size);
    },
    60_000,
  );
});

describe.each(['deliver-webhook', 'fan-out-notification'])('a crash of %s', (dying) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('after its call %i loses no webhook', async (after) => {
    const [one, two] = [await addEndpoint(), await addEndpoint()];
    const areAll = (wanted: string) =>
      waitUntil(async () => {
        await stack.passCrash(dying);
        const statuses = await Promise.all([one, two].map(statusesOf));
        return statuses.flat().length === 2 && statuses.flat().every((status) => status === wanted);
      }, 20_000);
    if (dying === 'deliver-webhook') {
      // What is asked for again is its.
      for (const { path } of [one, two]) receiver.behave(path, 500);
      await change();
      await areAll('failed');
      for (const { path } of [one, two]) receiver.behave(path, 200);
    }
    await stack.control('crash', { function: dying, after });
    if (dying === 'fan-out-notification') await change();
    else {
      for (const endpoint of [one, two]) {
        const [delivery] = await deliveriesOf(endpoint);
        await stack.call('POST', `/webhooks/${endpoint.id}/deliveries/${delivery.id}/redeliver`);
      }
    }
    await areAll('delivered');
    for (const endpoint of [one, two]) {
      expect(new Set(at(endpoint).map(({ payload }) => payload.idempotency_key)).size).toBe(1);
    }
  });
});

describe('a deleted endpoint', () => {
  it('receives no further webhook and leaves no row', async () => {
    const endpoint = await addEndpoint();
    receiver.behave(endpoint.path, 500);
    await change();
    await waitUntil(async () => (await statusesOf(endpoint))[0] === 'failed');
    expect(await stack.call('DELETE', `/webhooks/${endpoint.id}`)).toEqual({ status: 200, body: undefined });
    const heard = at(endpoint).length;
    await jump('PT10M');
    await waitUntil(async () => (await readDeliveryRows(stack.table, endpoint.id)).length === 0);
    expect(at(endpoint)).toHaveLength(heard);
  });
});
