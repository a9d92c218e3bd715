import { describe, expect, it } from 'vitest';
import { createRulesProject, rulesPath } from '../../support/rules-project.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

const stack = useStack();
const api = useApiClient(stack);

const newProject = () => createRulesProject(api, stack.table);

const rule = (given: object) => ({
  name: null,
  bot_name: null,
  platforms: null,
  has_external_attendees: null,
  organizer: null,
  accepted: null,
  minimum_attendees: null,
  title_matches: null,
  title_excludes: null,
  calendars: null,
  event_type: null,
  visibility: null,
  busy: null,
  needs_answer: null,
  ...given,
});

describe('the rules of a project', () => {
  it('are empty at first, and then the ones that were put last', async () => {
    const { put, call } = await newProject();
    expect(await call('GET', rulesPath)).toEqual({
      status: 200,
      body: { rules: [], internal_domains: [], updated_at: null },
    });
    const full = {
      name: 'demos',
      action: 'join',
      bot_name: 'Scribe',
      platforms: ['zoom', 'google_meet'],
      has_external_attendees: true,
      organizer: 'internal',
      accepted: false,
      minimum_attendees: 3,
      title_matches: ['demo*acme'],
      title_excludes: ['1:1'],
      calendars: ['cal_0000000000000001', 'sales'],
      event_type: ['default', 'focus_time'],
      visibility: ['public'],
      busy: ['busy', 'tentative'],
      needs_answer: false,
    };
    const { status, body } = await put([full, { action: 'skip' }], { internal_domains: [' @ACME.com', 'acme.com'] });
    expect(status).toBe(200);
    expect(body).toEqual({
      rules: [full, rule({ action: 'skip' })],
      internal_domains: ['acme.com'],
      updated_at: expect.any(String),
    });
    expect((await call('GET', rulesPath)).body).toEqual(body);
    expect((await put([])).body).toMatchObject({ rules: [], internal_domains: [] });
    expect((await call('GET', rulesPath)).body).toMatchObject({ rules: [], internal_domains: [] });
  });

  it('do not show in another project', async () => {
    const [one, other] = [await newProject(), await newProject()];
    await one.put([{ action: 'join' }]);
    expect((await other.call('GET', rulesPath)).body).toMatchObject({ rules: [] });
  });

  it('are refused with all their faults at once, each named by its position', async () => {
    const { call } = await newProject();
    const refused = async (json: unknown, body: object) =>
      expect(await call('PUT', rulesPath, json)).toEqual({ status: 400, body });
    await refused({}, { rules: ['This field is required.'] });
    await refused({ rules: null }, { rules: ['This field may not be null.'] });
    await refused({ rules: {} }, { rules: ['Expected a list of items.'] });
    await refused({ rules: [], internal_domains: 'acme.com' }, { internal_domains: ['Expected a list of items.'] });
    await refused(
      { rules: Array.from({ length: 101 }, () => ({ action: 'join' })) },
      { rules: ['Ensure this field has no more than 100 elements.'] },
    );
    await refused([], { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] });
    await refused(
      {
        rules: [
          {},
          7,
          null,
          {
            name: '',
            action: 'maybe',
            bot_name: [],
            platforms: ['zoom', 'carrier pigeon'],
            has_external_attendees: 1,
            organizer: null,
            accepted: null,
            minimum_attendees: 0,
            title_matches: [],
            title_excludes: ['', 'x'.repeat(201)],
            calendars: 'cal',
            other: 1,
          },
          { action: 'join', minimum_attendees: 1.5 },
          { action: 'join', minimum_attendees: 1001 },
        ],
        internal_domains: ['acme', 'a b.com', 'acme.com'],
        other: 1,
      },
      {
        internal_domains: ['"acme" is not a valid domain.', '"a b.com" is not a valid domain.'],
        'rules[0].action': ['This field is required.'],
        'rules[1]': ['Invalid data. Expected a dictionary, but got int.'],
        'rules[2]': ['This field may not be null.'],
        'rules[3].name': ['This field may not be blank.'],
        'rules[3].action': ['"maybe" is not a valid choice.'],
        'rules[3].bot_name': ['Not a valid string.'],
        'rules[3].platforms': ['"carrier pigeon" is not a valid choice.'],
        'rules[3].has_external_attendees': ['Must be a valid boolean.'],
        'rules[3].organizer': ['This field may not be null.'],
        'rules[3].accepted': ['This field may not be null.'],
        'rules[3].minimum_attendees': ['Ensure this value is greater than or equal to 1.'],
        'rules[3].title_matches': ['This list may not be empty.'],
        'rules[3].title_excludes': [
          'This field may not be blank.',
          'Ensure this field has no more than 200 characters.',
        ],
        'rules[3].calendars': ['Expected a list of items.'],
        'rules[4].minimum_attendees': ['A valid integer is required.'],
        'rules[5].minimum_attendees': ['Ensure this value is less than or equal to 1000.'],
      },
    );
    const known =
      'accepted, action, bot_name, busy, calendars, event_type, has_external_attendees, minimum_attendees, name, needs_answer, organizer, platforms, title_excludes, title_matches, visibility';
    await refused(
      { rules: [{ action: 'join' }, { action: 'join', title: 'x', regex: 'y' }], b: 1, a: 2 },
      {
        non_field_errors: ['Unexpected field(s): a, b. Allowed fields are: internal_domains, rules'],
        'rules[1]': [`Unexpected field(s): regex, title. Allowed fields are: ${known}`],
      },
    );
    const large = { action: 'join', title_matches: Array.from({ length: 50 }, () => 'é'.repeat(200)) };
    await refused(
      { rules: Array.from({ length: 6 }, () => large) },
      { rules: ['Ensure the rules have no more than 100000 bytes together.'] },
    );
  });

  it('stay as they are when new ones are refused', async () => {
    const { put, call } = await newProject();
    await put([{ action: 'skip' }]);
    await put([{ action: 'join' }, {}]);
    expect((await call('GET', rulesPath)).body).toMatchObject({ rules: [{ action: 'skip' }] });
  });
});
