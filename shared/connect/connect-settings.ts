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

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * What is wrong with an address of a project's own. It must be spelled as browsers spell it, so that what is compared is
 * what is opened: no credentials, no fragment, no other case, no dots to resolve.
 */
export function findAddressFault(text: string): string | null {
  if (!URL.canParse(text)) return 'Enter a valid URL.';
  const url = new URL(text);
  const isPlain = url.protocol === 'http:' && loopbackHosts.has(url.hostname);
  if (url.protocol !== 'https:' && !isPlain) return 'Enter an https URL. Plain http is for loopback only.';
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    return 'Enter a URL without credentials and without a fragment.';
  }
  return url.href === text || url.href === `${text}/` ? null : `Enter the URL as browsers spell it: ${url.href}`;
}

/** A redirect URL with the session's id as a parameter. */
export function withSessionId(redirectUrl: string, sessionId: string): string {
  const url = new URL(redirectUrl);
  url.searchParams.set('connect_session_id', sessionId);
  return url.href;
}
