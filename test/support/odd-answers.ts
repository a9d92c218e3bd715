import type { FaultOutcome } from '../../local/simulators/fault-rules.ts';
import type { Platform } from '../../shared/calendars/calendar.ts';

/** Answers that no documentation has. None of them proves anything about a calendar. */
export interface OddAnswer {
  name: string;
  outcome: FaultOutcome;
}

const worded = (platform: Platform, status: number): FaultOutcome['body'] =>
  platform === 'google'
    ? { error: { code: status, message: 'No such word', errors: [{ domain: 'kitchen', reason: 'noSuchWord' }] } }
    : { error: { code: 'NoSuchWord', message: 'No such word' } };

const statuses = [402, 403, 405, 409, 412, 418, 423, 451, 501, 520];

/** Statuses of all kinds with an error in the provider's own shape, and in a word that is in no table. */
export const unknownStatuses = (platform: Platform): OddAnswer[] =>
  statuses.map((status) => ({ name: `${status}`, outcome: { status, body: worded(platform, status) } }));

const page = '<!DOCTYPE html><title>Sign in</title>';
const bodies: [string, FaultOutcome][] = [
  ['a page of a proxy', { html: page }],
  ['an empty body', { html: '' }],
  ['half a body', { html: '{"error":{"code":' }],
  ['an empty object', { body: {} }],
  ['an array', { body: [] }],
  ['a text', { body: 'unavailable' }],
  ['a number', { body: 5 }],
  ['null', { body: null }],
  ['a word as its error', { body: { error: 'forbidden' } }],
  ['a message alone', { body: { message: 'Forbidden' } }],
  ['an array of errors', { body: [{ error: { code: 403, message: 'Forbidden' } }] }],
];

/** Answers that are not of the provider's shape. */
export const foreignBodies = (status: number): OddAnswer[] =>
  bodies.map(([name, outcome]) => ({ name: `${status} with ${name}`, outcome: { ...outcome, status } }));

/** Successes that have not what was asked for. */
export const oddPages = (platform: Platform): OddAnswer[] => {
  const list = platform === 'google' ? 'items' : 'value';
  const error = worded(platform, 403) as object;
  return [
    ...foreignBodies(200),
    { name: '200 with an error', outcome: { status: 200, body: error } },
    { name: '200 with an error and a list', outcome: { status: 200, body: { ...error, [list]: [] } } },
    { name: '200 with null for the list', outcome: { status: 200, body: { [list]: null } } },
    { name: '200 with an object for the list', outcome: { status: 200, body: { [list]: { 0: {} } } } },
    { name: '204', outcome: { status: 204, html: '' } },
    { name: '206 with half a body', outcome: { status: 206, html: `{"${list}":[` } },
    { name: '304', outcome: { status: 304, html: '' } },
  ];
};
