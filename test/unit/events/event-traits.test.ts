import { describe, expect, it } from 'vitest';
import { busyKinds, eventTypes, readEventTraits, visibilities } from '../../../shared/events/event-traits.ts';

const ordinary = { event_type: 'default', visibility: 'default', busy: 'busy' };

describe('the kind of an event', () => {
  it('is the same for an ordinary event of both providers', () => {
    expect(readEventTraits('google', { eventType: 'default', status: 'confirmed' })).toEqual(ordinary);
    expect(readEventTraits('microsoft', { type: 'singleInstance', sensitivity: 'normal', showAs: 'busy' })).toEqual(
      ordinary,
    );
    expect(readEventTraits('google', {})).toEqual(ordinary);
    expect(readEventTraits('microsoft', {})).toEqual(ordinary);
  });

  it.each([
    ['google', { eventType: 'outOfOffice' }, { event_type: 'out_of_office', busy: 'out_of_office' }],
    ['google', { eventType: 'workingLocation' }, { event_type: 'working_location', busy: 'working_elsewhere' }],
    ['google', { eventType: 'workingLocation', transparency: 'transparent' }, { busy: 'free' }],
    ['google', { eventType: 'fromGmail' }, { event_type: 'from_email', busy: 'busy' }],
    ['google', { eventType: 'hologram' }, { event_type: 'unknown' }],
    ['google', { status: 'tentative', visibility: 'confidential' }, { busy: 'tentative', visibility: 'confidential' }],
    ['google', { visibility: 'secret', transparency: 5 }, { visibility: 'default', busy: 'busy' }],
    ['microsoft', { sensitivity: 'personal', showAs: 'oof' }, { visibility: 'private', busy: 'out_of_office' }],
    ['microsoft', { showAs: 'workingElsewhere' }, { busy: 'working_elsewhere' }],
    ['microsoft', { sensitivity: ['x'], showAs: 'unknown' }, { visibility: 'default', busy: 'busy' }],
    ['microsoft', { showAs: 'constructor' }, { busy: 'busy' }],
  ] as const)('of %s, for %j', (platform, raw, traits) => {
    const read = readEventTraits(platform, raw);
    expect(read).toMatchObject(traits);
    expect(eventTypes).toContain(read.event_type);
    expect(visibilities).toContain(read.visibility);
    expect(busyKinds).toContain(read.busy);
  });
});
