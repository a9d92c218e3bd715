import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../../shared/platform/clock.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Table } from '../../../shared/store/table.ts';
import { timerKinds, timerShards } from '../../../shared/store/table-schema.ts';
import { dispatchTimers } from '../../../shared/timers/dispatch-timers.ts';

const now = Date.UTC(2026, 10, 20, 9);

/** A table with one due timer in each shard. */
const tableWith = (answer: (shard: string) => unknown[]): Table => {
  const send = async (command: unknown) => {
    if (!(command instanceof QueryCommand)) return {};
    return { Items: answer(String(command.input.ExpressionAttributeValues?.[':shard'])) };
  };
  return { name: 'table', client: { send } } as unknown as Table;
};
const timer = (shard: string) => ({ PK: `OWNER#${shard}`, SK: 'TIMER', due_at: timestampOf(now - 1_000) });

async function dispatch(table: Table) {
  const sent: string[] = [];
  const target = {
    lookAheadMs: 0,
    leaseMs: 60_000,
    send: async (rows: { PK: string }[]) => void sent.push(...rows.map(({ PK }) => PK)),
  };
  const targets = Object.fromEntries(timerKinds.map((kind) => [kind, target])) as Record<
    (typeof timerKinds)[number],
    typeof target
  >;
  const logger = { error: () => {} };
  const dispatched = dispatchTimers({ table, targets, clock: createClock(() => now), logger }, () => 50_000);
  return {
    sent,
    failure: await dispatched.then(
      () => null,
      (error: Error) => error,
    ),
  };
}

describe('the dispatcher', () => {
  const all = timerKinds.length * timerShards;

  it('sends the timers of every other shard when one cannot be read, and then fails', async () => {
    const { sent, failure } = await dispatch(
      tableWith((shard) => {
        if (shard.endsWith('#3')) throw new Error('the shard is throttled');
        return [timer(shard)];
      }),
    );
    expect(sent).toHaveLength(all - timerKinds.length);
    expect(failure).toMatchObject({ errors: timerKinds.map(() => expect.objectContaining({})) });
  });

  it('sends a timer whose time is none, too, and reports it: its claim replaces the time', async () => {
    const reported: string[] = [];
    const table = tableWith((shard) => [{ PK: 'BROKEN#1', SK: 'TIMER', due_at: 'soon' }, timer(shard)]);
    const { sent, failure } = await dispatch({ ...table, report: ({ key }) => reported.push(key) });
    expect([sent.length, failure]).toEqual([2 * all, null]);
    expect(reported).toEqual(Array.from({ length: all }, () => 'BROKEN#1 TIMER'));
  });

  it('does not fail when all can be read', async () => {
    const { sent, failure } = await dispatch(tableWith((shard) => [timer(shard)]));
    expect([sent.length, failure]).toEqual([all, null]);
  });
});
