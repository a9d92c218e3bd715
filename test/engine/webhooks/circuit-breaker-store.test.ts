import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomId } from '../../../shared/platform/ids.ts';
import {
  type Admission,
  admitAttempt,
  distrust,
  forgetHealth,
  type GateAnswer,
  reportFailure,
  reportSuccess,
} from '../../../shared/webhooks/circuit-breaker-store.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const limits = { concurrency: 4, perSecond: 50 };
const start = Date.parse('2026-11-21T09:00:00Z');

function openGate() {
  const id = randomId('webhook');
  const admit = (at = start): Promise<GateAnswer> => admitAttempt(stack.table, id, limits, at, Math.random);
  const go = async (at = start): Promise<Admission> => {
    const answer = await admit(at);
    if (answer.kind !== 'go') throw new Error(`not let in: ${JSON.stringify(answer)}`);
    return answer.admission;
  };
  return {
    id,
    admit,
    go,
    many: async (count: number, at = start) => {
      const answers = await Promise.all(Array.from({ length: count }, () => admit(at)));
      return {
        let_in: answers.flatMap((answer) => (answer.kind === 'go' ? [answer.admission] : [])),
        waiting: answers.flatMap((answer) => (answer.kind === 'wait' ? [answer.until] : [])),
      };
    },
    succeed: (admission: Admission, now: number, isFast = true) =>
      reportSuccess(stack.table, id, admission, { now, isFast, limits }),
    fail: (admission: Admission, now: number, pauseMs = 0) =>
      reportFailure(stack.table, id, admission, { now, pauseMs, limits }),
  };
}

describe('the gate of an endpoint nobody knows yet', () => {
  it('lets in as many at a time as are set, however many come at once', async () => {
    const gate = openGate();
    const { let_in, waiting } = await gate.many(30);
    expect(new Set(let_in.map(({ slot }) => slot))).toEqual(new Set([0, 1, 2, 3]));
    expect(waiting).toEqual(Array.from({ length: 26 }, () => null));
  });

  it('takes a slot back from whoever died, once no attempt can take that long', async () => {
    const gate = openGate();
    await gate.many(4);
    expect((await gate.many(1, start + 16_000)).let_in).toEqual([]);
    expect((await gate.many(9, start + 20_000)).let_in).toHaveLength(4);
  });

  it('gives a slot to the next, no faster than the rate', async () => {
    const gate = openGate();
    const { let_in } = await gate.many(4);
    for (const admission of let_in) await gate.fail(admission, start + 10);
    expect((await gate.many(9, start + 79)).let_in).toEqual([]);
    expect((await gate.many(9, start + 80)).let_in).toHaveLength(4);
  });
});

describe('the gate of an endpoint that has just answered fast', () => {
  const proven = async () => {
    const gate = openGate();
    await gate.succeed(await gate.go(), start);
    return gate;
  };

  it('lets in what the rate allows, slots or not', async () => {
    const gate = await proven();
    const { let_in, waiting } = await gate.many(60);
    expect(let_in).toHaveLength(50);
    expect(let_in.every(({ slot }) => slot === null)).toBe(true);
    expect(waiting).toEqual(Array.from({ length: 10 }, () => start + 1000));
    expect((await gate.many(60, start + 1000)).let_in).toHaveLength(50);
  });

  it('asks for slots again after an hour, after a failure, and as soon as one attempt takes long', async () => {
    const old = await proven();
    expect((await old.many(9, start + 3_600_000)).let_in).toHaveLength(4);

    const failing = await proven();
    await failing.fail(await failing.go(), start + 5);
    expect((await failing.many(9, start + 200)).let_in).toHaveLength(4);

    const slow = await proven();
    await slow.go();
    await distrust(stack.table, slow.id);
    expect((await slow.many(9, start + 200)).let_in).toHaveLength(4);
  });

  it('asks for slots again when it answers slowly', async () => {
    const gate = await proven();
    await gate.succeed(await gate.go(), start + 5000, false);
    expect((await gate.many(9, start + 5000)).let_in).toHaveLength(4);
  });
});

describe('an endpoint that wants to be left alone', () => {
  it('is, by all of its deliveries, until the time has come', async () => {
    const gate = openGate();
    await gate.fail(await gate.go(), start, 30_000);
    expect((await gate.many(5, start + 29_999)).waiting).toEqual([1, 2, 3, 4, 5].map(() => start + 30_000));
    expect((await gate.many(5, start + 30_000)).let_in).toHaveLength(4);
  });

  it('is no longer once it was activated anew', async () => {
    const gate = openGate();
    await gate.fail(await gate.go(), start, 30_000);
    await forgetHealth(stack.table, gate.id);
    const { health } = await gate.go(start + 1000);
    expect(health).toEqual({ failingSince: null, lastFailureAt: null, failures: 0 });
  });
});

describe('the health of an endpoint', () => {
  it('tells of its failures since the last success', async () => {
    const gate = openGate();
    for (const at of [start, start + 1000, start + 2000]) await gate.fail(await gate.go(at), at);
    const admission = await gate.go(start + 3000);
    expect(admission.health).toEqual({ failingSince: start, lastFailureAt: start + 2000, failures: 3 });
    await gate.succeed(admission, start + 3000);
    expect((await gate.go(start + 4000)).health).toEqual({ failingSince: null, lastFailureAt: null, failures: 0 });
  });
});

it('whatever attempts do, no more run at a time than there are slots while the endpoint is not trusted', async () => {
  const step = fc.record({
    kind: fc.constantFrom('come', 'come', 'come', 'slow success', 'fail', 'die', 'pause'),
    ms: fc.integer({ min: 0, max: 9000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const gate = openGate();
      let now = start;
      let running: (Admission & { until: number })[] = [];
      for (const { kind, ms } of steps) {
        now += ms;
        // What died without a word gives its slot back in the end; nothing lives longer than an attempt can.
        running = running.filter(({ until }) => until > now);
        const [oldest] = running;
        if (kind === 'come') {
          const { let_in } = await gate.many(3, now);
          running.push(...let_in.map((admission) => ({ ...admission, until: now + 15_000 })));
          expect(new Set(running.map(({ slot }) => slot)).size).toBe(running.length);
          expect(running.length).toBeLessThanOrEqual(limits.concurrency);
        } else if (oldest && kind !== 'die') {
          running = running.filter((one) => one !== oldest);
          if (kind === 'slow success') await gate.succeed(oldest, now, false);
          else await gate.fail(oldest, now, kind === 'pause' ? 1000 : 0);
        }
      }
    }),
    { numRuns: 15 },
  );
});
