import { findIana } from 'windows-iana';
import { isZone } from '../zone-clock.ts';

const UTC_NAMES = new Set(['utc', 'tzone://microsoft/utc', 'coordinated universal time']);

/** windows-iana searches its whole list each time, too slow for calendars of many events. */
const resolved = new Map<string, string | undefined>();

/** The IANA zone behind a Windows or IANA name, or undefined for names that are none (`tzone://Microsoft/Custom`). */
export function resolveZone(name: string): string | undefined {
  if (!resolved.has(name)) resolved.set(name, findZone(name));
  return resolved.get(name);
}

function findZone(name: string): string | undefined {
  if (UTC_NAMES.has(name.toLowerCase())) return 'UTC';
  const [zone] = findIana(name);
  if (zone !== undefined) return zone;
  return /^[A-Za-z]/.test(name) && isZone(name) ? name : undefined;
}

/** Like `resolveZone`, for zones that must be known. Throws Error. */
export function requireZone(name: string): string {
  const zone = resolveZone(name);
  if (zone === undefined) throw new Error(`Unknown time zone: ${name}`);
  return zone;
}
