import { textField } from '../http/request-fields.ts';
import { classifyMeetingUrl, isMeetingHost } from '../meeting-links/classify-meeting-url.ts';
import { indexByHost } from '../meeting-links/index-by-host.ts';
import { ZOOM_HOSTS } from '../meeting-links/meeting-platforms.ts';
import type { ParsedLink } from '../meeting-links/parse-link.ts';
import { resolveLink } from '../meeting-links/resolve-link.ts';
import { isPublicHost } from '../webhooks/egress/find-url-faults.ts';

const longestUrl = 2048;

/**
 * The meeting that a bot joins: an absolute http(s) URL, unwrapped and without login tokens. Refused are credentials,
 * hosts of private networks, and links of a known platform that name no meeting. For all others the runner decides
 * whether it supports the platform.
 */
export const meetingUrlField = () =>
  textField(longestUrl)
    .superRefine((text, context) => {
      const message = faultOf(text);
      if (message) context.addIssue({ code: 'custom', message });
    })
    .overwrite((text) => resolve(text)?.url ?? text)
    .meta({ format: 'uri', maxLength: longestUrl, pattern: '^https?://[^/]' });

/** What is cut at the end is left out; a link of which nothing would be left is taken as it is. */
const resolve = (text: string): (ParsedLink & { url: string }) | null =>
  resolveLink(text) ?? resolveLink(text, { mayBeCut: false });

function faultOf(text: string): string | null {
  const isAddress = /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
  if (!isAddress) return 'Enter a valid URL.';
  const link = resolve(text);
  // Null: it has credentials, or is wrapped too often.
  if (!link || !isPublicHost(link.host)) return 'Invalid meeting URL';
  const namesMeeting = classifyMeetingUrl(link.url) !== null || hasZoomNumber(link);
  return isMeetingHost(link.host) && !namesMeeting ? 'Invalid meeting URL' : null;
}

const isZoom = indexByHost([{ hosts: ZOOM_HOSTS }]);

/**
 * Has the link a meeting number of any length? The reference's own examples have `/j/123`. In the text of an event, a
 * short number is a link that was cut; a client says which meeting it means.
 */
const hasZoomNumber = ({ host, tail }: ParsedLink): boolean =>
  isZoom(host).length > 0 && /^\/[jw]\/\d+(?![\w-])/.test(tail);
