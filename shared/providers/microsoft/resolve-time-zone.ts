import { findIana } from 'windows-iana';

const utcNames = new Set(['utc', 'tzone://microsoft/utc', 'coordinated universal time', 'etc/utc']);

/**
 * IANA name of a zone as Graph spells it: an IANA or Windows name, or one of the spellings of UTC.
 *
 * @returns null for names nobody knows, such as `tzone://Microsoft/Custom`
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

/** A look-up walks a list, and a calendar names the same few zones over and over. */
const resolved = new Map<string, string | null>();
const namesKept = 1000;

function lookUp(name: string): string | null {
  if (utcNames.has(name.toLowerCase())) return 'UTC';
  const [iana] = findIana(name);
  if (iana) return iana;
  // Intl knows all IANA names; offsets such as "+01:00", which it knows too, are no zones.
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return null;
  }
}
