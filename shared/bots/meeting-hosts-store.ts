import { createHash } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import { settingsTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import { readBotSettings } from './bot-settings-store.ts';

/**
 * The hosts of a project whose every link is a meeting.
 *
 * @param known version that may come from the memory of this process; null reads the table
 */
export type FindMeetingHosts = (projectId: string, known: string | null) => Promise<readonly string[]>;

/** Names a list of hosts: the same for the same hosts, and empty for none. */
export const hostsVersion = (hosts: readonly string[]): string =>
  hosts.length === 0
    ? ''
    : createHash('sha256')
        .update([...hosts].sort().join())
        .digest('base64url')
        .slice(0, 8);

/**
 * Reads them once a minute and process, at half the price: they hardly ever change, and every sync with changes needs them.
 * What is remembered, or read so, counts only for calendars that were listed with it: so a calendar never goes back to hosts
 * that were replaced.
 */
export function createMeetingHosts(table: Table, clock: Pick<Clock, 'now'>): FindMeetingHosts {
  const remembered = new Map<string, { hosts: readonly string[]; until: number }>();
  return async (projectId, known) => {
    const now = clock.now();
    const found = remembered.get(projectId);
    if (found && found.until > now && hostsVersion(found.hosts) === known) return found.hosts;
    const read = async (how: { isConsistent: boolean }): Promise<readonly string[]> =>
      (await readBotSettings(table, projectId, how)).meeting_hosts;
    const likely = known === null ? null : await read({ isConsistent: false });
    const hosts = likely && hostsVersion(likely) === known ? likely : await read({ isConsistent: true });
    remembered.set(projectId, { hosts, until: now + settingsTimingMs.remembered });
    return hosts;
  };
}
