import { graphError } from './graph-error.ts';
import { resolveZone } from './resolve-zone.ts';

/** What one request asked for in its `Prefer` header; nothing carries over to the next page. */
export type Preferences = {
  maxPageSize: number | undefined;
  /** Zone of the answer: UTC or another only if asked for, else the mailbox's. */
  zone: string;
  zoneName: string;
  textBody: boolean;
  immutableIds: boolean;
  /** Value of `Preference-Applied`, undefined without any. */
  applied: string | undefined;
};

/** Reads `Prefer: odata.maxpagesize=50, outlook.timezone="UTC", …`. Throws 400 for an unknown zone. */
export function readPreferences(header: string | undefined, mailboxZoneName: string): Preferences {
  const preferences = new Map<string, { value: string; text: string }>();
  for (const text of (header ?? '').split(',').map((part) => part.trim())) {
    const [name = '', ...value] = text.split('=');
    preferences.set(name.trim().toLowerCase(), { value: value.join('=').trim().replaceAll('"', ''), text });
  }
  const applied: string[] = [];
  const take = (name: string): string | undefined => {
    const preference = preferences.get(name);
    if (preference !== undefined) applied.push(preference.text);
    return preference?.value;
  };
  const zoneName = take('outlook.timezone') ?? mailboxZoneName;
  const zone = resolveZone(zoneName);
  if (zone === undefined) {
    const message = `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${zoneName}'.`;
    throw graphError(400, 'TimeZoneNotSupportedException', message);
  }
  const size = Number(take('odata.maxpagesize'));
  return {
    maxPageSize: Number.isInteger(size) && size > 0 ? size : undefined,
    zone,
    zoneName,
    textBody: take('outlook.body-content-type')?.toLowerCase() === 'text',
    immutableIds: take('idtype')?.toLowerCase() === 'immutableid',
    applied: applied.length === 0 ? undefined : applied.join(', '),
  };
}
