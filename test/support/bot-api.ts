import { millisOf, timestampOf } from '../../shared/platform/timestamp.ts';
import { seedCalendar, seedEvents } from './seed-events.ts';
import { useApiClient, useOtherProject, useStack } from './use-stack.ts';

export interface ShownBot {
  id: string;
  state: string;
  [field: string]: unknown;
}
export interface ShownBots {
  next: string | null;
  previous: string | null;
  results: ShownBot[];
}

export const botsPath = '/api/v1/bots';
export const meetingLink = 'https://zoom.us/j/5551112222';

const hour = 3_600_000;

/** The running stack as tests of its bots see it. */
export function useBotApi() {
  const stack = useStack();
  const api = useApiClient(stack);
  const other = useOtherProject(stack);
  const inHours = (hours: number): string => new Date(stack.local.now() + hours * hour).toISOString();
  const post = (json: object) => api.call<ShownBot>('POST', botsPath, { json });
  return {
    stack,
    api,
    /** Another project. */
    other,
    inHours,
    post,
    /** A bot without an event, by default for three hours from now. */
    create: async (given: object = {}): Promise<ShownBot> => {
      const answer = await post({ meeting_url: meetingLink, join_at: inHours(3), bot_name: 'Recorder', ...given });
      if (answer.status !== 201) throw new Error(answer.text);
      return answer.body;
    },
    list: async (query: string): Promise<ShownBots> => (await api.call<ShownBots>('GET', `${botsPath}?${query}`)).body,
    /** An event as a sync would have stored it. @returns its id */
    seedEvent: async ({
      hours = 3,
      meeting_url = meetingLink,
      is_deleted = false,
    }: {
      hours?: number;
      meeting_url?: string | null;
      is_deleted?: boolean;
    } = {}): Promise<string> => {
      const calendar = await seedCalendar(stack.table, stack.local.projectId);
      const start_time = timestampOf(stack.local.now() + hours * hour);
      const created_at = timestampOf(Date.now(), 1);
      const end_time = timestampOf(millisOf(start_time) + hour);
      const [event] = await seedEvents(stack.table, calendar, [
        { start_time, end_time, created_at, meeting_url, ...(is_deleted && { is_deleted, changed_at: created_at }) },
      ]);
      return event?.id ?? '';
    },
  };
}
