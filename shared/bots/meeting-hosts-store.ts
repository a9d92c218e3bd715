import type { Clock } from '../platform/clock.ts';
import { settingsTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import { readBotSettings } from './bot-settings-store.ts';

/** The hosts of a project whose every link is a meeting. */
export type ReadMeetingHosts = (projectId: string) => Promise<readonly string[]>;

/** Reads them once a minute and process: they hardly ever change, and every sync with changes needs them. */
export function createMeetingHosts(table: Table, clock: Pick<Clock, 'now'>): ReadMeetingHosts {
  const known = new Map<string, { hosts: readonly string[]; until: number }>();
  return async (projectId) => {
    const now = clock.now();
    const remembered = known.get(projectId);
    if (remembered && remembered.until > now) return remembered.hosts;
    const { meeting_hosts: hosts } = await readBotSettings(table, projectId);
    known.set(projectId, { hosts, until: now + settingsTimingMs.remembered });
    return hosts;
  };
}
