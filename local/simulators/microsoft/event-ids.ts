/** Ids that survive moves within the mailbox, and those a client gets that does not ask for them. */
const IMMUTABLE = 'AAkALgAA';
const DEFAULT = 'AAMkAGI2';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new event id in its immutable form. Ids are case-sensitive and end in `=`, as Exchange's base64 does. */
export function createEventId(random: () => number): string {
  const body = Array.from({ length: 44 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)] ?? 'A');
  return `${IMMUTABLE}${body.join('')}=`;
}

/** The id of an occurrence: its series and the day (since the epoch) the pattern puts it on, wherever it is moved. */
export function occurrenceId(masterId: string, day: number): string {
  return `${masterId.slice(0, -1)}-${day.toString(36)}=`;
}

/** What `occurrenceId` put together, undefined for other ids. */
export function parseOccurrenceId(id: string): { masterId: string; day: number } | undefined {
  const match = /^(?<master>[^-]+)-(?<day>[0-9a-z]+)=$/.exec(id);
  if (match?.groups === undefined) return undefined;
  return { masterId: `${match.groups.master}=`, day: Number.parseInt(match.groups.day ?? '', 36) };
}

/** The immutable form of an id in either form. */
export function immutableId(id: string): string {
  return id.startsWith(DEFAULT) ? IMMUTABLE + id.slice(DEFAULT.length) : id;
}

/** An id in the form a request asked for. */
export function showId(id: string, immutable: boolean): string {
  return immutable ? id : DEFAULT + id.slice(IMMUTABLE.length);
}
