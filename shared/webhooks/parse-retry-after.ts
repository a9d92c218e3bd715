/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in the preferred form.
 *
 * @param now milliseconds since the epoch
 * @returns seconds from now, or null when the header is absent or unreadable
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const date = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}
