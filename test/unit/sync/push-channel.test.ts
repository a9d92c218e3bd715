import { describe, expect, it } from 'vitest';
import { ProviderError, type ProviderVerdict } from '../../../shared/providers/provider-error.ts';
import {
  applyLifecycle,
  isKnownChannel,
  planChannel,
  withOpened,
  withOpening,
  withoutLive,
  withRefusal,
} from '../../../shared/sync/push-channel.ts';
import type { PushState } from '../../../shared/sync/sync-state.ts';
import { at, day, hour, liveChannel, minute, now } from './sync-fixtures.ts';

const address = 'https://kalends/push/google';
const none: PushState = { channel: { kind: 'none' } };
const live: PushState = { channel: liveChannel };
const refused = (verdict: ProviderVerdict = { kind: 'retry', error: 'provider_unavailable' }) =>
  new ProviderError(verdict, 'quota', 'refused');
const plan = (push: PushState, trigger: 'push' | 'patch' = 'push') =>
  planChannel(push, { place: address, target: 'here' }, { now: at(0), trigger, freshUntil: at(0) }).kind;

describe('A channel', () => {
  it('is opened where there is none, or only one that was never answered', () => {
    expect(plan(none)).toBe('open');
    expect(plan({ channel: { kind: 'opening', id: 'a' } })).toBe('open');
  });

  it('is kept until its renewal is due, and then renewed', () => {
    expect(plan(live)).toBe('keep');
    expect(plan({ channel: { ...liveChannel, renew_at: at(0) } })).toBe('renew');
    const { renew_at: _renewAt, ...due } = liveChannel;
    expect(plan({ channel: due })).toBe('renew');
    expect(plan({ channel: { ...due, expires_at: at(0) } })).toBe('open');
  });

  it('is replaced when it was opened with another address or secret', () => {
    expect(plan({ channel: { ...liveChannel, target: 'elsewhere' } })).toBe('open');
  });

  it('that was refused waits for its next try, unless a message from outside asks for it', () => {
    const waiting = withRefusal(none, refused(), address, now);
    expect([plan(waiting), plan(waiting, 'patch')]).toEqual(['keep', 'open']);
  });

  it('is not asked for again where pushes to this address are not supported', () => {
    const unsupported = withRefusal(none, refused({ kind: 'push_unsupported' }), address, now);
    expect(plan(unsupported, 'patch')).toBe('keep');
    expect(unsupported.refusal?.unsupported_address).toBe(address);
  });
});

describe('A refusal', () => {
  it('waits five minutes, doubled by each further one, and six hours at most', () => {
    let push = none;
    const waits = Array.from({ length: 9 }, () => {
      push = withRefusal(push, refused(), address, now);
      return push.refusal?.retry_at;
    });
    expect(waits.slice(0, 3)).toEqual([5, 10, 20].map((minutes) => at(minutes * minute)));
    expect(waits.at(-1)).toBe(at(6 * hour));
  });

  it('leaves a live channel alone and forgets the one that was being opened', () => {
    expect(withRefusal(withOpening(live, 'next'), refused(), address, now).channel).toEqual(liveChannel);
    expect(withRefusal(withOpening(none, 'next'), refused(), address, now).channel).toEqual({ kind: 'none' });
  });

  it('ends when a channel is opened', () => {
    const opened = { id: 'next', resource_id: 'r', expires_at: at(7 * day) };
    const push = withOpened(withRefusal(live, refused(), address, now), opened, 'here', now);
    expect(push).toEqual({ channel: { ...opened, kind: 'live', target: 'here', renew_at: at(6 * day) } });
  });
});

describe('A channel with a short life', () => {
  it('is renewed after four fifths of it', () => {
    const push = withOpened(none, { id: 'a', resource_id: 'r', expires_at: at(10 * hour) }, 'here', now);
    expect(push.channel).toMatchObject({ renew_at: at(8 * hour) });
  });
});

describe('A notification is expected', () => {
  it('of the live channel, of the one being opened beside it, and of the one stopped last', () => {
    const push = { ...withOpening(live, 'next'), stopped_channel_id: 'former' };
    expect(['channel', 'next', 'former', 'other'].map((id) => isKnownChannel(push, id))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(isKnownChannel({ channel: { kind: 'opening', id: 'first' } }, 'first')).toBe(true);
    expect(isKnownChannel(none, 'first')).toBe(false);
  });
});

describe('A lifecycle notification', () => {
  const lifecycle = (event: 'subscriptionRemoved' | 'reauthorizationRequired' | 'missed', id = 'resource') =>
    applyLifecycle(live, { event, subscription_id: id });

  it('of removal removes the live channel, and not one that is being opened', () => {
    expect(lifecycle('subscriptionRemoved').channel).toEqual({ kind: 'none' });
    expect(withoutLive(withOpening(live, 'next')).channel).toEqual({ kind: 'opening', id: 'next' });
  });

  it('that asks for authorization makes the renewal due', () => {
    const { renew_at: _renewAt, ...due } = liveChannel;
    expect(lifecycle('reauthorizationRequired').channel).toEqual(due);
  });

  it('changes nothing when it is about another channel, or about missed notifications', () => {
    expect(lifecycle('subscriptionRemoved', 'another')).toBe(live);
    expect(lifecycle('missed')).toBe(live);
  });
});
