import { beforeAll, expect } from 'vitest';
import { useApiClient, useOtherProject, useStack } from './use-stack.ts';

export interface ShownCalendar {
  id: string;
  created_at: string;
  updated_at: string;
  [field: string]: unknown;
}

export const calendarsPath = '/api/v1/calendars';
const secrets = { client_secret: 'hushed-client-secret', refresh_token: 'hushed-refresh-token' };
/** A request body that creates a calendar; no provider knows its credentials. */
export const validCalendar = { platform: 'google', client_id: 'client', ...secrets };
/** A time of the API, to the microsecond. */
export const timeToMicrosecond = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

/** The running stack as tests of its calendars see it; no answer may contain the secrets of `validCalendar`. */
export function useCalendarApi() {
  const stack = useStack();
  const api = useApiClient(stack);
  const other = useOtherProject(stack);
  beforeAll(() => {
    api.forbid(...Object.values(secrets));
  });
  return {
    stack,
    api,
    /** Another project. */
    other,
    create: async (given: object = {}): Promise<ShownCalendar> => {
      const { status, body } = await api.call<ShownCalendar>('POST', calendarsPath, {
        json: { ...validCalendar, ...given },
      });
      expect(status).toBe(201);
      return body;
    },
    read: async (id: string): Promise<ShownCalendar> =>
      (await api.call<ShownCalendar>('GET', `${calendarsPath}/${id}`)).body,
  };
}
