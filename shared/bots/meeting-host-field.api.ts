import * as z from 'zod';
import { textField } from '../http/request-fields.ts';
import { isPublicHost } from '../webhooks/egress/find-url-faults.ts';

const mostHosts = 50;
const longestHost = 253;

/** Two labels or more. The last one begins with a letter: it is no address. */
const host = '^(?:[A-Za-z0-9-]+\\.)+[A-Za-z][A-Za-z0-9-]*$';

/** The name of a host, as links spell it: lower case, punycode. Addresses and names of private networks are refused. */
const meetingHostField = () =>
  textField(longestHost)
    .overwrite((text) =>
      /[/?#@:%\\]/.test(text) ? text : (URL.parse(`https://${text}`)?.hostname ?? text.toLowerCase()),
    )
    .superRefine((text, context) => {
      if (new RegExp(host).test(text) && isPublicHost(text)) return;
      context.addIssue({ code: 'custom', message: `"${text}" is not a valid host.` });
    })
    .meta({ maxLength: longestHost, pattern: host });

/** Hosts whose every link is a meeting: self-hosted Jitsi, Skype for Business, domains that rename a platform. */
export const meetingHostsField = () =>
  z
    .array(meetingHostField(), 'Expected a list of hosts.')
    .max(mostHosts, `At most ${mostHosts} hosts are allowed.`)
    .overwrite((hosts) => [...new Set(hosts)]);
