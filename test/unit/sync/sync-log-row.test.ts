import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { shortUuid } from '../../../shared/store/stored-values.ts';
import { loggedTriggers, runOutcomes } from '../../../shared/sync/sync-log-entry.ts';
import { packedRuns } from '../../../shared/sync/sync-log-row.ts';

const text = fc.oneof(fc.uuid(), fc.string(), fc.stringMatching(/^~[\w-]{0,24}$/));
const count = fc.nat();
const run = fc.record({
  id: fc.uuid(),
  trigger: fc.constantFrom(...loggedTriggers),
  started_at: fc.nat().map((millis) => timestampOf(millis)),
  duration_ms: count,
  provider_calls: count,
  events_read: count,
  created: count,
  changed: count,
  deleted: count,
  skipped: count,
  drift: count,
  outcome: fc.constantFrom(...runOutcomes),
  error_code: fc.option(fc.string()),
});

describe('runs as they are stored', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        expect(z.decode(packedRuns, z.encode(packedRuns, runs))).toEqual(runs);
      }),
    );
  });

  it('take about seventy bytes when they have succeeded', () => {
    const stored = z.encode(packedRuns, [
      {
        id: '0b8f0f4e-7f0a-4c39-9f3c-6f2f5c9d1a2b',
        trigger: 'push',
        started_at: timestampOf(1_795_788_264_508),
        duration_ms: 490,
        provider_calls: 1,
        events_read: 1,
        created: 0,
        changed: 1,
        deleted: 0,
        skipped: 0,
        drift: 0,
        outcome: 'ok',
        error_code: null,
      },
    ]);
    expect(stored.length).toBeLessThan(72);
  });

  it('have their id in 23 characters, and any other text as it is', () => {
    fc.assert(
      fc.property(text, (id) => {
        const stored = z.encode(shortUuid, id);
        if (!/^~[\w-]{22}$/.test(id)) expect(z.decode(shortUuid, stored)).toBe(id);
        expect(stored.length).toBeLessThanOrEqual(id.length);
      }),
    );
    expect(z.encode(shortUuid, '0b8f0f4e-7f0a-4c39-9f3c-6f2f5c9d1a2b')).toHaveLength(23);
  });
});
