import { describe, expect, it } from 'vitest';
import { readFreeBusy } from '../../../shared/free-busy/read-free-busy.ts';
import { type ProjectId, randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { seedCalendar } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const from = timestampOf(Date.parse('2026-05-01T00:00:00Z'));
const within = { from, to: timestampOf(Date.parse('2026-05-15T00:00:00Z')), now: Date.parse('2026-05-01T00:00:00Z') };

/** @param emails one for each calendar */
async function projectWith(emails: string[]): Promise<ProjectId> {
  const projectId = randomId('proj');
  for (let index = 0; index < emails.length; index += 50)
    await Promise.all(
      emails.slice(index, index + 50).map((email) => seedCalendar(stack.table, projectId, { account_email: email })),
    );
  return projectId;
}
const people = (count: number): string[] =>
  Array.from({ length: count }, (_none, index) => `person-${index}@acme.example`);

describe('Free and busy times by address', () => {
  it('have all calendars of an account, wherever in the list they are', async () => {
    const projectId = await projectWith(['ada@acme.example', ...people(200), 'Ada@acme.example']);
    const recorded = recordTableCalls(stack.table);
    const { calendars, unknown } = await readFreeBusy(
      recorded.table,
      projectId,
      { attendees: ['ada@acme.example'] },
      within,
    );
    expect([calendars.length, unknown]).toEqual([2, []]);
    // The list, three for 202 calendars, one for those found, and the events of each.
    expect(recorded.requests()).toBeLessThanOrEqual(1 + 3 + 1 + 2);
  });

  it('are refused rather than cut when the accounts have more than 50 calendars', async () => {
    const projectId = await projectWith(Array.from({ length: 51 }, () => 'ada@acme.example'));
    await expect(
      readFreeBusy(stack.table, projectId, { attendees: ['ada@acme.example'] }, within),
    ).rejects.toMatchObject({
      code: 'refused',
      message: 'These attendees have 51 calendars, and an answer has up to 50. Give fewer attendees, or calendar_ids.',
    });
  });

  it('are refused in a project with more calendars than are searched', async () => {
    const projectId = await projectWith(people(1_000));
    const ask = () => readFreeBusy(stack.table, projectId, { attendees: ['person-0@acme.example'] }, within);
    expect((await ask()).calendars).toHaveLength(1);
    await seedCalendar(stack.table, projectId, { account_email: 'person-0@acme.example' });
    await expect(ask()).rejects.toMatchObject({ code: 'refused' });
  });
});
