import { textField } from '../http/request-fields.ts';
import { classifyMeetingUrl, isMeetingHost } from '../meeting-links/classify-meeting-url.ts';
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
    .overwrite((text) => resolveLink(text)?.url ?? text)
    .meta({ format: 'uri', maxLength: longestUrl, pattern: '^https?://[^/]' });

function faultOf(text: string): string | null {
  const isAddress = /^https?:\/\/[^\s/]/i.test(text) && !/\s/.test(text) && URL.canParse(text);
  if (!isAddress) return 'Enter a valid URL.';
  const link = resolveLink(text);
  // Null: it has credentials, or is wrapped too often.
  if (!link || !isPublicHost(link.host)) return 'Invalid meeting URL';
  return isMeetingHost(link.host) && !classifyMeetingUrl(link.url) ? 'Invalid meeting URL' : null;
}
