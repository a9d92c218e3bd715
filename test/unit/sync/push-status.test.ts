import { describe, expect, it } from 'vitest';
import { pushStatusOf } from '../../../shared/sync/push-status.ts';
import type { PushState } from '../../../shared/sync/sync-state.ts';
import { at, day, hour, liveChannel } from './sync-fixtures.ts';

const none = { kind: 'none' as const };
const refusal = { code: 'rateLimitExceeded', count: 1, retry_at: at(hour) };
const expired = { ...liveChannel, expires_at: at(-1) };
const unsupported = { ...refusal, unsupported_address: 'https://here' };
const statusOf = (push: PushState, state: 'connected' | 'disconnected' = 'connected') =>
  Object.values(pushStatusOf({ state }, push, at(0)));

describe('The push status', () => {
  it.each<[string, PushState, string, string | null]>([
    ['of a live channel', { channel: liveChannel }, 'active', null],
    ['of a channel at its last instant', { channel: { ...liveChannel, expires_at: at(0) } }, 'active', null],
    ['of a live channel whose renewal was refused', { channel: liveChannel, refusal }, 'active', null],
    ['of a silent channel', { channel: liveChannel, silent_since: at(-day) }, 'failing', 'silent'],
    ['before the first channel', { channel: none }, 'polling', 'not_opened'],
    ['while the first channel is being opened', { channel: { kind: 'opening', id: 'a' } }, 'polling', 'not_opened'],
    ['where pushes are not supported', { channel: none, refusal: unsupported }, 'polling', 'not_supported'],
    ['after a refusal', { channel: none, refusal }, 'failing', 'refused'],
    ['of an expired channel whose renewal was refused', { channel: expired, refusal }, 'failing', 'refused'],
    ['of an expired channel', { channel: expired }, 'failing', 'expired'],
  ])('%s is shown with its reason', (_name, push, status, reason) => {
    expect(statusOf(push)).toEqual([status, reason]);
  });

  it('of a disconnected calendar is failing, whatever its channel', () => {
    expect(statusOf({ channel: liveChannel }, 'disconnected')).toEqual(['failing', 'disconnected']);
  });
});
