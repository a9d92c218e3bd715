import { expect, it } from 'vitest';
import { readFreeBusyQuery } from '../../../shared/free-busy/free-busy.api.ts';

const read = (attendees: string) =>
  readFreeBusyQuery(new URLSearchParams({ from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z', attendees }))
    .choice;

it('takes fifty values as they are sent, and gives each once', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => `a${index % 25}@acme.example`);
  expect(read(fifty.join(' , '))).toEqual({ attendees: fifty.slice(0, 25) });
  expect(() => read([...fifty, 'a0@acme.example'].join(','))).toThrow('attendees may have 50 values');
});

it.each([[''], [','], ['a@acme.example,'], ['a@acme.example, ,b@acme.example']])('refuses the list "%s"', (list) => {
  expect(() => read(list)).toThrow('attendees may not have an empty value');
});
