import * as z from 'zod';

/** What a project says about itself on its pages, and where users may be sent back to. */
export const connectSettingsSchema = z.object({
  /** Exactly these; a session names one of them. */
  redirect_urls: z.array(z.string()).default([]),
  name: z.string().nullable().default(null),
  logo_url: z.string().nullable().default(null),
  privacy_url: z.string().nullable().default(null),
});
export type ConnectSettings = z.output<typeof connectSettingsSchema>;

/** https, or http on loopback; without credentials, fragment, spaces, and the backslash, which browsers read as a slash. */
export const addressPattern =
  /^(?:https:\/\/[^/?#@\\\s]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)(?:[/?][^#\\\s]*)?$/;

/** What is wrong with an address of a project's own; null when nothing is. */
export function findAddressFault(text: string): string | null {
  if (!URL.canParse(text)) return 'Enter a valid URL.';
  return addressPattern.test(text)
    ? null
    : 'Enter an https URL without credentials and without a fragment. Plain http is for loopback only.';
}

/** A redirect URL with the session's id as a parameter. */
export function withSessionId(redirectUrl: string, sessionId: string): string {
  const url = new URL(redirectUrl);
  url.searchParams.set('connect_session_id', sessionId);
  return url.href;
}
