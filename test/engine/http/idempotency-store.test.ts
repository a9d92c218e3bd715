import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdempotencyStore } from '../../../shared/http/idempotency-store.ts';
import type { Table } from '../../../shared/store/table.ts';
import { openPlainTable } from '../../support/open-plain-table.ts';
import { runMs } from './idempotent-service.ts';

let table: Table;
beforeAll(async () => {
  table = await openPlainTable();
});
afterAll(() => table?.client.destroy());

describe('a claim of an Idempotency-Key', () => {
  const claimOf = (claimedAt = 1_790_000_000_000) => ({
    projectId: 'proj_1',
    keyHash: createHash('sha256').update(randomUUID()).digest('hex'),
    requestHash: 'hash',
    claimId: randomUUID(),
    claimedAt,
  });

  it('succeeds when the SDK repeats it because its own answer was lost', async () => {
    const store = createIdempotencyStore(table);
    const claim = claimOf();
    expect(await store.claimKey(claim)).toEqual({ state: 'claimed' });
    expect(await store.claimKey(claim)).toEqual({ state: 'claimed' });
  });

  it('changes nothing after another attempt has taken the key over', async () => {
    const store = createIdempotencyStore(table);
    const late = claimOf();
    await store.claimKey(late);
    const second = { ...late, claimId: randomUUID(), claimedAt: late.claimedAt + runMs };
    const third = { ...late, claimId: randomUUID(), claimedAt: second.claimedAt + 1 };
    expect(await store.claimKey(second)).toEqual({ state: 'claimed' });
    await store.storeAnswer(late, 'v1.late');
    await store.releaseKey(late);
    expect(await store.claimKey(third)).toEqual({ state: 'running' });
    await store.storeAnswer(second, 'v1.of the second');
    await store.releaseKey(late);
    expect(await store.claimKey(third)).toEqual({ state: 'answered', sealed: 'v1.of the second' });
  });
});
