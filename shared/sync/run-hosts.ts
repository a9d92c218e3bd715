import { type FindMeetingHosts, hostsVersion } from '../bots/meeting-hosts-store.ts';
import { hostsOfWindow } from './listing-due.ts';

/** The hosts of meetings that a project has named, as a run works with them. */
export interface RunHosts {
  /** Of the hosts that were read; before that, of those with which the calendar was listed. */
  version: () => string;
  read: () => Promise<readonly string[]>;
}

export const noHosts: RunHosts = { version: () => '', read: async () => [] };

/**
 * A run that a user has requested reads the hosts as they are now. Every other run asks for them only when it finds an event.
 *
 * @param listed name of the window that was listed last; null for a run that may not work with what is remembered
 */
export async function openHosts(find: FindMeetingHosts, projectId: string, listed: string | null): Promise<RunHosts> {
  const known = listed === null ? null : hostsOfWindow(listed);
  let version = known ?? '';
  const read = async (): Promise<readonly string[]> => {
    const hosts = await find(projectId, known);
    version = hostsVersion(hosts);
    return hosts;
  };
  if (known !== null) return { version: () => version, read };
  const hosts = await read();
  return { version: () => version, read: async () => hosts };
}
