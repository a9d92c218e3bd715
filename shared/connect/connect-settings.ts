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

/**
 * https, or http on loopback; without credentials, fragment, spaces, and the backslash, which browsers read as a slash. Of ASCII
 * a host has letters, digits, dots, hyphens and underscores: the policy of a page names it, and may not gain words by it.
 */
export const addressPattern =
  /^(?:https:\/\/(?:[^!-,/:-@\x5b-^`{-~\s]+|\[[0-9A-Fa-f:.]+\])|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d+)?(?:[/?][^#\\\s]*)?$/;

/** The same of a host as browsers read it: they take some other characters for those of ASCII. */
const hostPattern = /^(?:[\w.-]+|\[[0-9a-f:.]+\])$/;

/** What is wrong with an address of a project's own; null when nothing is. */
export function findAddressFault(text: string): string | null {
  if (!URL.canParse(text)) return 'Enter a valid URL.';
  return addressPattern.test(text) && hostPattern.test(new URL(text).hostname)
    ? null
    : 'Enter an https URL without credentials and without a fragment. Plain http is for loopback only.';
}

const sessionParameter = 'connect_session_id';

/** A redirect URL with the session's id as a parameter. Its own parameters stay as they are written. */
export function withSessionId(redirectUrl: string, sessionId: string): string {
  const url = new URL(redirectUrl);
  const own = url.search === '' ? [] : url.search.slice(1).split('&');
  const kept = own.filter((parameter) => !parameter.startsWith(`${sessionParameter}=`));
  url.search = [...kept, `${sessionParameter}=${sessionId}`].join('&');
  return url.href;
}
