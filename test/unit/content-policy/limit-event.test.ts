import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ContentPolicy,
  contentFields,
  contentModes,
  fullContent,
  policyVersion,
} from '../../../shared/content-policy/content-policy.ts';
import { blankEvent, isDropped, limitEvent } from '../../../shared/content-policy/limit-event.ts';
import { limitItem } from '../../../shared/content-policy/limit-item.ts';
import type { EventContent } from '../../../shared/events/calendar-event.ts';
import { describeEvent } from '../../../shared/events/details/read-details.ts';
import { eventTypes } from '../../../shared/events/event-traits.ts';
import { readGoogleEvent } from '../../../shared/providers/google/google-event.ts';
import { readMicrosoftEvent } from '../../../shared/providers/microsoft/microsoft-event.ts';

const zoom = 'https://zoom.us/j/123456789?pwd=aB.1';
const secret = 'Verschwiegen';
const google = {
  id: 'a',
  status: 'confirmed',
  summary: `Title ${secret}`,
  description: `<p>${secret} <a href="${zoom}">join</a></p>`,
  location: `Room ${secret}`,
  iCalUID: `${secret}@google.com`,
  recurringEventId: 'base_R20261121T093000',
  start: { dateTime: '2026-11-21T09:30:00Z' },
  end: { dateTime: '2026-11-21T10:00:00Z' },
  organizer: { email: `${secret}@example.com` },
  attendees: [
    { email: `${secret}@example.com`, responseStatus: 'accepted' },
    { email: 'me@example.com', self: true, responseStatus: 'tentative', displayName: secret },
  ],
  attachments: [{ title: secret }],
  extendedProperties: { private: { note: secret } },
};
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const microsoft = {
  id: 'a',
  type: 'occurrence',
  seriesMasterId: 'm',
  iCalUId: 'uid-1',
  subject: `Title ${secret}`,
  body: { contentType: 'html', content: `<p>${secret} <a href="${zoom}">join</a></p>` },
  bodyPreview: secret,
  location: { displayName: `Room ${secret}` },
  categories: [secret],
  showAs: 'tentative',
  isAllDay: false,
  start: utc('2026-11-21T09:30:00.0000000'),
  end: utc('2026-11-21T10:00:00.0000000'),
  organizer: { emailAddress: { address: `${secret}@example.com`, name: secret } },
  attendees: [{ type: 'required', emailAddress: { address: `${secret}@example.com`, name: secret } }],
};
const items = { google, microsoft } as const;
const read = { google: readGoogleEvent, microsoft: readMicrosoftEvent } as const;
const policyOf = (mode: ContentPolicy['mode'], fields: ContentPolicy['fields'] = []): ContentPolicy => ({
  mode,
  fields,
  drop_event_types: [],
});
const textOf = (event: EventContent): string => JSON.stringify([event, describeEvent(event)]);

describe.each(['google', 'microsoft'] as const)('an event of %s', (platform) => {
  const event = (more: Record<string, unknown> = {}) => read[platform]({ ...items[platform], ...more }, 'UTC');

  it('is whole without a policy', () => {
    expect(limitEvent(event(), fullContent)).toEqual(event());
  });

  it('keeps its link, but no text, without description', () => {
    const limited = limitEvent(event(), policyOf('no_description'));
    const described = describeEvent(limited);
    expect(described).toMatchObject({ description: null, name: `Title ${secret}`, meeting_url: zoom });
    for (const field of ['description', 'body', 'bodyPreview']) expect(limited.raw).not.toHaveProperty(field);
    expect(limited.body_links).toEqual([zoom]);
    expect(described.attendees).toEqual(describeEvent(event()).attendees);
  });

  it('has nothing but times, and whether the owner is busy, in the mode busy_only', () => {
    const limited = limitEvent(event(), policyOf('busy_only'));
    expect(textOf(limited)).not.toContain(secret.slice(0, 6));
    expect(textOf(limited)).not.toContain('zoom');
    expect(textOf(limited)).not.toContain('example.com');
    const whole = describeEvent(event());
    expect(describeEvent(limited)).toMatchObject({
      start_time: whole.start_time,
      end_time: whole.end_time,
      busy: whole.busy,
      name: null,
      meeting_url: null,
      attendees: [],
      organizer: null,
      event_type: 'default',
    });
    const { series_key: key } = describeEvent(limited);
    if (platform === 'google') expect(key).toBe('base');
  });

  it('has the fields that are named', () => {
    const limited = limitEvent(event(), policyOf('fields', ['name', 'meeting_url']));
    expect(describeEvent(limited)).toMatchObject({
      name: `Title ${secret}`,
      meeting_url: zoom,
      location: null,
      attendees: [],
    });
    expect(Object.keys(limited.raw)).not.toContain('location');
    const people = describeEvent(limitEvent(event(), policyOf('fields', ['attendees'])));
    expect(people.attendees).toEqual(describeEvent(event()).attendees);
    expect(people.meeting_url).toBeNull();
  });

  it('that was declined leaves its owner free where the answer is not kept', () => {
    const declined =
      platform === 'google'
        ? { attendees: [{ email: 'me@example.com', self: true, responseStatus: 'declined' }] }
        : { responseStatus: { response: 'declined' } };
    expect(describeEvent(limitEvent(event(declined), policyOf('busy_only'))).busy).toBe('free');
  });

  it('is limited the same before and after its reading was staged', () => {
    const modes = [policyOf('no_description'), policyOf('busy_only'), policyOf('fields', ['meeting_url'])];
    for (const policy of [...modes, ...contentFields.map((field) => policyOf('fields', [field]))]) {
      const staged = limitItem(platform, items[platform], policy, []);
      if (policy.mode !== 'no_description' && policy.fields.length === 0) {
        expect(JSON.stringify(staged)).not.toMatch(/Title|Room|zoom|example\.com/);
      }
      const { body_links: _links, ...fromStaged } = limitEvent(read[platform](staged, 'UTC'), policy);
      const { body_links: _others, ...direct } = limitEvent(event(), policy);
      expect({ policy, event: fromStaged }).toEqual({ policy, event: direct });
    }
  });

  it('is left as it is by a policy that was applied before, and gets nothing back by another one', () => {
    const policy = fc.record({
      mode: fc.constantFrom(...contentModes),
      fields: fc.subarray([...contentFields]),
      drop_event_types: fc.constant<ContentPolicy['drop_event_types']>([]),
    });
    fc.assert(
      fc.property(policy, policy, (one, other) => {
        const limited = limitEvent(event(), one);
        expect(limitEvent(limited, one)).toEqual(limited);
        const both = limitEvent(limited, other);
        expect(textOf(both).split(secret).length).toBeLessThanOrEqual(textOf(limited).split(secret).length);
      }),
    );
  });
});

describe('a dropped type', () => {
  const birthday = readGoogleEvent({ ...google, eventType: 'birthday' }, 'UTC');
  const policy: ContentPolicy = { mode: 'full', fields: [], drop_event_types: ['birthday'] };

  it('is dropped, and leaves its times alone', () => {
    expect(isDropped(birthday, policy)).toBe(true);
    expect(isDropped(readGoogleEvent(google, 'UTC'), policy)).toBe(false);
    expect(textOf(blankEvent(birthday))).not.toContain(secret);
    expect(blankEvent(birthday)).toMatchObject({ start_time: birthday.start_time, end_time: birthday.end_time });
  });
});

describe('the version of a policy', () => {
  it('is empty for the one that limits nothing, and equal for equal ones', () => {
    expect(policyVersion(fullContent)).toBe('');
    const [one, other] = [policyOf('fields', ['name', 'location']), policyOf('fields', ['location', 'name'])];
    expect(policyVersion(one)).toBe(policyVersion(other));
    const versions = [one, policyOf('busy_only'), policyOf('no_description'), policyOf('fields', ['name'])].map(
      policyVersion,
    );
    expect(new Set(versions).size).toBe(4);
    expect(eventTypes).toContain('birthday');
  });
});
