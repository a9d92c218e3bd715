import { windowsZones } from './windows-zones.ts';

const utcNames = new Set(['utc', 'tzone://microsoft/utc', 'coordinated universal time', 'etc/utc']);

/**
 * IANA name of a zone from Graph's spelling: an IANA or Windows name, or one of the spellings of UTC.
 *
 * @returns null for unknown names, such as `tzone://Microsoft/Custom`
 */
export function resolveTimeZone(name: string | null | undefined): string | null {
  if (!name) return null;
  const known = resolved.get(name);
  if (known !== undefined) return known;
  if (resolved.size >= namesKept) resolved.clear();
  const zone = lookUp(name);
  resolved.set(name, zone);
  return zone;
}

/** Cached, because a look-up searches a list, and a calendar has the same few zones again and again. */
const resolved = new Map<string, string | null>();
const namesKept = 1000;

function lookUp(name: string): string | null {
  if (utcNames.has(name.toLowerCase())) return 'UTC';
  const iana = windowsZones.get(name);
  if (iana) return iana;
  // Intl knows all IANA names. It also knows offsets such as "+01:00", which are no zones.
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return null;
  }
}
