import { decodePercent } from './decode-percent.ts';
import { decodeProofpointV3 } from './decode-proofpoint-v3.ts';
import { GOOGLE_HOSTS } from './google-domains.ts';
import { indexByHost } from './index-by-host.ts';
import { MEETING_HOSTS, TEAMS_HOSTS, ZOOM_HOSTS } from './meeting-platforms.ts';
import type { ParsedLink } from './parse-link.ts';

interface LinkWrapper {
  readonly hosts: readonly string[];
  /** Tested like the `link` of a platform row; `decode` gets its groups. */
  readonly link: RegExp;
  /** Its hosts have other pages, too, even meetings. */
  readonly hasPages?: true;
  readonly decode: (groups: Readonly<Record<string, string | undefined>>, wrapper: ParsedLink) => string;
}

const HTTP = /^\s*https?:\/\//i;

/** Wrappers escape what another one has escaped already. */
const MOST_ESCAPES = 4;

/** The inner link, which is escaped once or several times. */
const decodeInner: LinkWrapper['decode'] = ({ inner = '' }) => {
  let link = decodePercent(inner);
  for (let times = 1; times < MOST_ESCAPES && !HTTP.test(link); times += 1) link = decodePercent(link);
  return link;
};

/** The path of a meeting with its query. */
const decodeRest: LinkWrapper['decode'] = ({ path = '', inner = '' }, { authority }) =>
  `https://${authority}${path}?${decodePercent(inner)}`;

const PROOFPOINT_HOSTS = ['urldefense.proofpoint.com', 'urldefense.com', 'urldefense.us'] as const;

/** Defender for Cloud Apps puts these behind the host of a link. */
const MCAS_SUFFIX = /\.mcas(?:-gov)?\.(?:ms|us)$/;

/**
 * Links that contain another link, written by mail security and redirectors. They are decoded offline, because a request
 * to a link from a calendar could reach into the account's network.
 *
 * Sources: Defender for Office 365 "Safe Links" (learn.microsoft.com/defender-office-365/safe-links-about), Proofpoint
 * "URL Defense" decoding (help.proofpoint.com), the rest from links as delivered.
 */
const LINK_WRAPPERS: readonly LinkWrapper[] = [
  {
    hosts: [
      '.safelinks.protection.outlook.com',
      '.safelinks.protection.office365.us',
      '.safelinks.protection.partner.outlook.cn',
      '.safelinks.protection.apps.mil',
    ],
    link: /^\/(?:ap\/[^/?#]+\/)?\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    // Teams opens links of chats by this page.
    hosts: ['statics.teams.cdn.office.net'],
    link: /^\/[^?#]*safelinks[^?#]*\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  // Of `q`, which may be what was searched for, and `url` the one that is a link.
  {
    hosts: GOOGLE_HOSTS,
    link: /^\/url\?(?:[^#]*?&)?(?:q|url)=(?<inner>https?[:%][^&#]*)/i,
    hasPages: true,
    decode: decodeInner,
  },
  {
    hosts: ['.youtube.com'],
    link: /^\/redirect\?(?:[^#]*?&)?q=(?<inner>[^&#]*)/i,
    hasPages: true,
    decode: decodeInner,
  },
  { hosts: ['meet.google.com'], link: /^\/linkredirect\?(?:[^#]*?&)?dest=(?<inner>[^&#]*)/i, decode: decodeInner },
  {
    hosts: PROOFPOINT_HOSTS,
    link: /^\/v1\/url\?(?:[^#]*?&)?u=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    hosts: PROOFPOINT_HOSTS,
    link: /^\/v2\/url\?(?:[^#]*?&)?u=(?<inner>[^&#]*)/i,
    decode: ({ inner = '' }) => decodePercent(inner.replaceAll('-', '%').replaceAll('_', '/')),
  },
  {
    hosts: PROOFPOINT_HOSTS,
    link: /^\/v3\/__(?<inner>.+?)__;(?<replaced>[\w-]*)!/i,
    decode: ({ inner = '', replaced = '' }) => decodeProofpointV3(inner, replaced),
  },
  {
    // The page that offers to open the app. Its target is a fragment route of the same host, escaped or not.
    hosts: TEAMS_HOSTS,
    link: /^\/dl\/launcher\/launcher\.html\?(?:[^#]*?&)?url=(?<inner>[^&#]*(?:#.*)?)/i,
    decode: ({ inner = '' }, { authority }) => {
      const target = (inner.includes('#') ? inner : decodePercent(inner)).replace(/^\/_#/, '');
      return target.startsWith('/') ? `https://${authority}${target}` : target;
    },
  },
  {
    hosts: ['.bing.com'],
    hasPages: true,
    link: /^\/ck\/a\?(?:[^#]*?&)?u=a1(?<inner>[\w-]+)/i,
    decode: ({ inner = '' }) => Buffer.from(inner, 'base64url').toString(),
  },
  { hosts: ['.linkprotect.cudasvc.com'], link: /^\/url\?(?:[^#]*?&)?a=(?<inner>[^&#]*)/i, decode: decodeInner },
  // The link is the rest of the path.
  { hosts: ['secure-web.cisco.com'], link: /^\/[^/]+\/(?<inner>https?(?:%(?:25)*3A|:)[^?#]+)/i, decode: decodeInner },
  // Zix, which was AppRiver.
  {
    hosts: ['link.edgepilot.com', 'link.zixcentral.com'],
    link: /^\/[^?#]*\?(?:[^#]*?&)?u=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    hosts: ['.trendmicro.com'],
    link: /^\/wis\/clicktime\/v\d\/query\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  { hosts: ['.content.exclaimer.net'], link: /^\/[^?#]*\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i, decode: decodeInner },
  {
    hosts: ['.protection.sophos.com'],
    link: /^\/\?(?:[^#]*?&)?u=(?<inner>[\w%+/-]+)/i,
    decode: ({ inner = '' }) => Buffer.from(decodePercent(inner), 'base64').toString(),
  },
  {
    // Check Point, which was Avanan.
    hosts: ['.protect.checkpoint.com', '.avanan.click'],
    link: /^\/v2\/(?:\w+\/)?___(?<inner>https?:.+?)___\./i,
    decode: decodeInner,
  },
  {
    hosts: [
      'clicktime.symantec.com',
      '.fireeye.com',
      'l.facebook.com',
      'lm.facebook.com',
      'l.instagram.com',
      'urlsand.esvalabs.com',
      'scanmail.trustwave.com',
      '.hornetsecurity.com',
      'clicktime.cloud.postoffice.net',
    ],
    link: /^\/[^?#]*\?(?:[^#]*?&)?u=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    hosts: ['.facebook.com'],
    hasPages: true,
    link: /^\/l\.php\?(?:[^#]*?&)?u=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    hosts: ['.linkedin.com'],
    hasPages: true,
    link: /^\/(?:safety\/go\/?|redir\/redirect\/?)\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    // Outlook on the web opens Safe Links by the first page, and opened all links by the second one.
    hosts: ['outlook.office.com', 'outlook.office365.com', 'outlook.cloud.microsoft', 'outlook.live.com'],
    hasPages: true,
    link: /^\/(?:mail\/safelink\.html|owa\/redir\.aspx)\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  { hosts: ['linklock.titanhq.com'], link: /^\/analyse\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i, decode: decodeInner },
  {
    hosts: ['.safelink.emails.azure.net'],
    link: /^\/redirect\/?\?(?:[^#]*?&)?destination=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    hosts: ['.mcas.ms', '.mcas-gov.us'],
    link: /^(?<inner>.*)$/i,
    decode: ({ inner = '' }, { host }) => `https://${host.replace(MCAS_SUFFIX, '')}${inner}`,
  },
  { hosts: ['safe.menlosecurity.com'], link: /^\/(?<inner>https?:.*)$/i, decode: decodeInner },
  {
    hosts: ['duckduckgo.com'],
    hasPages: true,
    link: /^\/l\/\?(?:[^#]*?&)?uddg=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  {
    hosts: ['vk.com', 'vk.ru'],
    hasPages: true,
    link: /^\/away\.php\?(?:[^#]*?&)?to=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  { hosts: ['slack-redir.net'], link: /^\/link\?(?:[^#]*?&)?url=(?<inner>[^&#]*)/i, decode: decodeInner },
  {
    hosts: ['deref-gmx.net', 'deref-gmx.com', 'deref-web.de', 'deref-mail.com'],
    link: /^\/mail\/client\/[^?#]*\?(?:[^#]*?&)?redirectUrl=(?<inner>[^&#]*)/i,
    decode: decodeInner,
  },
  // What remains when people copy the target out of a redirect: its query is still escaped, with or without its `?`. The
  // query of the redirect follows.
  {
    hosts: MEETING_HOSTS,
    hasPages: true,
    link: /^(?<path>\/[^?#]*?)%(?:25)*3F(?<inner>[a-z]+(?:%(?:25)*3D|=)[^?&#]*)/i,
    decode: decodeRest,
  },
  {
    // The link had no query.
    hosts: MEETING_HOSTS,
    hasPages: true,
    link: /^(?<path>\/[^?#&]*)&(?:sa|source|us[gt])=/i,
    decode: ({ path = '' }, { authority }) => `https://${authority}${path}`,
  },
  {
    hosts: MEETING_HOSTS,
    hasPages: true,
    link: /^(?<path>\/[^?#]*)\?(?<inner>[a-z]+%(?:25)*3D[^&#=]*)(?:[&#]|$)/i,
    decode: decodeRest,
  },
  {
    // A native Zoom link needs the installed client; a link with number and passcode joins anywhere.
    hosts: ZOOM_HOSTS,
    link: /^zoommtg:\/join(?<query>\?(?:[^#]*?&)?confno=(?<number>\d{9,12})(?!\w)[^#]*)/i,
    decode: ({ query = '', number = '' }, { authority }) => {
      const passcode = query.split(/[?&]/).filter((parameter) => /^(?:pwd|tk)=./i.test(parameter));
      return `https://${authority}/j/${number}${passcode.length > 0 ? `?${passcode.join('&')}` : ''}`;
    },
  },
];

const wrappersOf = indexByHost(LINK_WRAPPERS);

/** Wrappers whose links contain only a token: Mimecast, LinkScan. */
const OPAQUE_HOSTS = ['.mimecast.com', '.mimecastprotect.com', 'linkscan.io'];
const opaqueOf = indexByHost([{ hosts: OPAQUE_HOSTS }]);

/** Do all links of the host lead to another, whether it can be decoded or not? */
export const isWrapperHost = (host: string): boolean =>
  opaqueOf(host).length > 0 || wrappersOf(host).some(({ hasPages }) => !hasPages);

/** The link in a wrapper, one layer deep; null if the link is not a wrapper or does not contain an http(s) link. */
export function unwrapLink(link: ParsedLink): string | null {
  for (const { link: pattern, decode } of wrappersOf(link.host)) {
    const groups = pattern.exec(link.tail)?.groups;
    const inner = groups && decode(groups, link);
    if (inner && HTTP.test(inner)) return inner;
  }
  return null;
}
