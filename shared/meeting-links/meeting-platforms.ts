/**
 * A form of links that Kalends recognizes.
 *
 * `hosts`: `zoom.us` is that host alone, `.zoom.us` is that host and every subdomain.
 * `link`: tested against path, query and fragment together, as the WHATWG parser writes them (with the scheme in front
 * for `zoommtg:` links). Its group `id` is the meeting's id. Every pattern is linear: no quantifier contains another one
 * that can match the same characters.
 * `isPossible`: a chat, a page to watch a stream, or a redirect: a meeting only if an event has no other link.
 * `foldsCase`: the platform ignores case in the id. `perHost`: the id is unique only within its host.
 *
 * Sources: Zoom client URL schemes (marketplace.zoomgov.com/docs/guides/guides/client-url-schemes); Google Calendar
 * `conferenceData` (developers.google.com/workspace/calendar/api/v3/reference/events); Teams `joinWebUrl`
 * (learn.microsoft.com/graph/api/resources/onlinemeeting) and short links (message centre MC772556); the published
 * pattern list of Recall.ai (docs.recall.ai/docs/meeting-urls); for the rest, links as their products write them.
 */
export interface PlatformRow {
  readonly platform: string;
  readonly hosts: readonly string[];
  readonly link: RegExp;
  readonly foldsCase?: true;
  readonly perHost?: true;
  readonly isPossible?: true;
}

export const ZOOM_HOSTS = ['.zoom.us', '.zoom.com', '.zoomgov.com', '.zoom.com.cn', '.zoom-x.de'] as const;

export const TEAMS_HOSTS = [
  '.teams.microsoft.com',
  '.teams.live.com',
  '.teams.microsoft.us',
  '.teams.cloud.microsoft',
] as const;

const GOTO_HOSTS = ['meet.goto.com', 'app.goto.com', '.gotomeeting.com'] as const;

const RINGCENTRAL_HOSTS = [
  'v.ringcentral.com',
  'video.ringcentral.com',
  'meetings.ringcentral.com',
  'app.ringcentral.com',
  'webinar.ringcentral.com',
] as const;

export const MEETING_PLATFORMS = [
  // The same number joins under /j, /s (host), /w (webinar) and the web client.
  { platform: 'zoom', hosts: ZOOM_HOSTS, link: /^\/[jsw]\/(?<id>\d{9,12})(?![\w-])/i },
  { platform: 'zoom', hosts: ZOOM_HOSTS, link: /^\/wc\/(?:join\/)?(?<id>\d{9,12})(?![\w-])/i },
  { platform: 'zoom', hosts: ZOOM_HOSTS, link: /^\/(?<id>my\/[\w.-]+)/i, foldsCase: true },
  // Each registrant has an own link, so only the path can be compared.
  { platform: 'zoom', hosts: ['events.zoom.us', 'ev.zoom.com'], link: /^\/(?:ejl?|ev)\/[\w-]/i },
  // The client's own links; those with a meeting number are turned into https first (link-wrappers.ts).
  { platform: 'zoom', hosts: ZOOM_HOSTS, link: /^zoommtg:\/join\?(?:[^#]*?&)?(?<id>confid=[^&#]+)/i },

  // Codes are three, four and three letters long; what is shorter is cut.
  {
    platform: 'google_meet',
    hosts: ['meet.google.com'],
    link: /^\/(?:_meet\/)?(?!(?:new|landing|lookup|about|calling|download|getalink|linkredirect|tel|stream|unsupported|whoops)(?![a-z\d-]))(?![a-z]{3}-[a-z]{4}-[a-z]{0,2}(?![a-z\d-]))(?<id>[a-z\d-]{4,59}[a-z\d])(?![\w.%-])/i,
    foldsCase: true,
  },
  {
    platform: 'google_meet',
    hosts: ['meet.google.com'],
    link: /^\/(?:_meet\/)?(?<id>lookup\/[\w-]+)/i,
    foldsCase: true,
  },
  // Nicknames: g.co/meet/standup is meet.google.com/standup.
  { platform: 'google_meet', hosts: ['g.co'], link: /^\/meet\/(?<id>[\w-]+)/i, foldsCase: true },
  // View-only live streams.
  {
    platform: 'google_meet',
    hosts: ['stream.meet.google.com'],
    link: /^\/(?<id>stream\/[\w-]+)/i,
    isPossible: true,
  },

  // Thread id up to its `@thread.…`, without which it is cut, plus the message that started the meeting if its channel has several (0: none).
  {
    platform: 'microsoft_teams',
    hosts: TEAMS_HOSTS,
    link: /^(?:\/(?:_|v2\/?)?(?:\?[^#]*)?#)?\/l\/meetup-join\/(?<id>19(?::|%(?:25)?3a)[^/?#]+?(?:@|%(?:25)?40)(?:thread\.(?:[a-z]*\d|skype)|unq\.gbl\.spaces)(?![\w.-])(?:\/[1-9]\d*)?)/i,
  },
  {
    platform: 'microsoft_teams',
    hosts: TEAMS_HOSTS,
    link: /^(?:\/(?:_|v2\/?)?(?:\?[^#]*)?#)?\/meet\/(?<id>\d{9,16})(?![\w-])/i,
  },
  {
    platform: 'microsoft_teams',
    hosts: TEAMS_HOSTS,
    link: /^\/light-meetings\/launch\?(?:[^#]*?&)?coords=(?<coords>[^&#]+)/i,
  },

  { platform: 'webex', hosts: ['.webex.com'], link: /^\/[^?#]*j\.php\?(?:[^#]*?&)?MTID=(?<id>\w+)/i },
  // Personal rooms: /meet and /join lead to the same room; the subdomain is the site.
  {
    platform: 'webex',
    hosts: ['.webex.com'],
    link: /^\/(?:[\w.-]+\/)?(?:meet|join)\/(?<id>[^/?#]+)/i,
    foldsCase: true,
    perHost: true,
  },
  {
    platform: 'webex',
    hosts: ['.webex.com'],
    // Not the pages of recordings and registrations.
    link: /^\/(?:wbxmjs\/joinservice|webappng)\/sites\/[^/?#]+\/(?!(?:[a-z]+\/)*(?:recording|register)\/)(?:[a-z]+\/)+(?<id>[\da-f]{32})(?!\w)/i,
  },
  { platform: 'webex', hosts: ['.webex.com'], link: /^\/m\/(?<id>[\da-f-]{32,36})(?![\w-])/i },
  { platform: 'webex', hosts: ['meetings.webex.com'], link: /^\/collabs\/(?<id>[^#]+)/i },

  { platform: 'goto', hosts: GOTO_HOSTS, link: /^\/(?:(?:join|meeting|meet)\/)?(?<id>\d{9})(?![\w-])/i },
  {
    platform: 'goto',
    hosts: GOTO_HOSTS,
    link: /^\/(?:join|meeting|meet)\/(?!\d+(?:[/?#]|$))(?<id>[\w-]+)/i,
    foldsCase: true,
  },
  { platform: 'goto', hosts: ['.gotomeet.me'], link: /^\/(?<id>[\w.-]+)/i, foldsCase: true },
  { platform: 'goto', hosts: ['.gotowebinar.com'], link: /^\/join\/(?<id>\d+)/i },

  { platform: 'bluejeans', hosts: ['.bluejeans.com'], link: /^\/(?<id>\d{5,})(?![\w-])/i },
  {
    platform: 'whereby',
    hosts: ['.whereby.com'],
    link: /^\/(?!(?:information|pricing|blog|user|org|about|login|signup|sign-up|product|features|download)(?![\w-]))(?<id>[\w-]+)\/?(?:[?#]|$)/i,
    foldsCase: true,
    perHost: true,
  },
  { platform: 'jitsi', hosts: ['meet.jit.si'], link: /^\/(?!static\/)(?<id>[^?#]+)/i, foldsCase: true },
  { platform: '8x8', hosts: ['8x8.vc'], link: /^\/(?!static\/)(?<id>[^/?#]+\/[^/?#]+)/i, foldsCase: true },
  { platform: 'chime', hosts: ['.chime.aws'], link: /^\/(?:meetings\/)?(?<id>\d{8,})(?![\w-])/i },
  { platform: 'ringcentral', hosts: RINGCENTRAL_HOSTS, link: /^\/(?:join|j)\/(?<id>[\w-]+)/i },
  {
    platform: 'dialpad',
    hosts: ['meetings.dialpad.com', '.uberconference.com'],
    link: /^\/(?:room\/)?(?!(?:login|signup|pricing|features|help)(?![\w-]))(?<id>[\w.-]+)/i,
    foldsCase: true,
  },
  {
    platform: 'gather',
    hosts: ['app.gather.town', 'app.v2.gather.town'],
    link: /^\/app\/(?<id>[^/?#]+(?:\/[^/?#]+)?)/i,
  },
  { platform: 'slack', hosts: ['app.slack.com'], link: /^\/huddle\/(?<id>T\w+\/[A-Z]\w+)/i, isPossible: true },
  { platform: 'discord', hosts: ['discord.gg'], link: /^\/(?<id>[\w-]+)/i, isPossible: true },
  {
    platform: 'discord',
    hosts: ['.discord.com'],
    link: /^\/channels\/(?<id>(?:\d+|@me)\/\d+)/i,
    isPossible: true,
  },
  { platform: 'discord', hosts: ['.discord.com'], link: /^\/invite\/(?<id>[\w-]+)/i, isPossible: true },
  { platform: 'livestorm', hosts: ['app.livestorm.co', 'app.livestorm.com'], link: /^\/(?<id>[^/?#]+\/[^?#]+)/i },
  { platform: 'facetime', hosts: ['facetime.apple.com'], link: /^\/join\/?#(?:[^#]*?&)?p=(?<id>[^&#]+)/i },
  { platform: 'around', hosts: ['.around.co'], link: /^\/r\/(?<id>[\w.-]+)/i },
  // The fragment is the password, without which the link joins no meeting.
  { platform: 'proton_meet', hosts: ['meet.proton.me'], link: /^\/join\/(?<id>id-[\w-]+)/i },
  {
    platform: 'lark',
    hosts: ['vc.larksuite.com', 'vc.feishu.cn'],
    link: /^\/j\/(?<id>\d+)(?![\w-])/i,
    perHost: true,
  },
  { platform: 'voov', hosts: ['.voovmeeting.com'], link: /^\/(?:dm|dw|p|s|r)\/(?<id>[\w-]+)/i },
  { platform: 'lync', hosts: ['meet.lync.com'], link: /^\/(?<id>[^/?#]+\/[^?#]+)/i, foldsCase: true },
  { platform: 'skype', hosts: ['join.skype.com'], link: /^\/(?:invite\/)?(?<id>[\w-]{6,})/i },
  { platform: 'cal_com', hosts: ['app.cal.com', 'cal.com', 'www.cal.com'], link: /^\/video\/(?<id>[\w-]+)/i },
  { platform: 'streamyard', hosts: ['.streamyard.com'], link: /^\/watch\/(?<id>[a-z\d]+)/i, isPossible: true },
  {
    platform: 'streamyard',
    hosts: ['.streamyard.com'],
    link: /^\/(?<id>(?![a-z-]+(?:[/?#]|$))[a-z\d]{8,})(?![\w-])/i,
  },
  { platform: 'riverside', hosts: ['.riverside.fm', '.riverside.com'], link: /^\/studio\/(?<id>[\w-]+)/i },
  { platform: 'livekit', hosts: ['.livekit.io'], link: /^\/rooms\/(?<id>[\w-]+)/i, perHost: true },
  {
    platform: 'doxy_me',
    hosts: ['.doxy.me'],
    link: /^\/(?!(?:en|es|fr|de|pt|pricing|sign-in|sign-up|about|blog|help)(?![\w-]))(?<id>[\w.-]+)\/?(?:[?#]|$)/i,
    foldsCase: true,
    perHost: true,
  },
  { platform: 'tuple', hosts: ['.tuple.app'], link: /^\/c\/(?<id>[\w-]+)/i },
  { platform: 'meetecho', hosts: ['meetings.conf.meetecho.com'], link: /^\/(?<id>[^?#]*\?[^#]+)/i },
  {
    platform: 'zoho',
    hosts: ['meeting.zoho.com', 'meeting.zoho.eu', 'meeting.zoho.in', 'meeting.zoho.com.au'],
    link: /^\/(?:meeting\/)?join\?(?:[^#]*?&)?key=(?<id>\d+)/i,
    perHost: true,
  },
  {
    platform: 'zoho',
    hosts: ['meet.zoho.com', 'meet.zoho.eu', 'meet.zoho.in', 'meet.zoho.com.au'],
    link: /^\/(?<id>[a-z\d]+-[a-z\d]+-[a-z\d]+)(?![\w-])/i,
    perHost: true,
  },
  {
    platform: 'vonage',
    hosts: ['meetings.vonage.com'],
    link: /^\/(?:\?(?:[^#]*?&)?room_token=)?(?<id>\d{9})(?![\w-])/i,
  },
  {
    platform: 'linux_foundation',
    hosts: ['zoom-lfx.platform.linuxfoundation.org'],
    link: /^\/meeting\/(?<id>\d{9,12})(?![\w-])/i,
  },
  { platform: 'reclaim', hosts: ['reclaim.ai', 'app.reclaim.ai'], link: /^\/z\/(?<id>[\w-]+)/i },
  { platform: 'tencent', hosts: ['meeting.tencent.com'], link: /^\/(?:dm|dw|p|s|r)\/(?<id>[\w-]+)/i },
  {
    platform: 'telemost',
    hosts: ['telemost.yandex.ru', 'telemost.yandex.com', 'telemost.360.yandex.ru'],
    link: /^\/j\/(?<id>\d{6,})(?![\w-])/i,
  },
  { platform: 'starleaf', hosts: ['meet.starleaf.com'], link: /^\/(?<id>\d{6,})(?![\w-])/i },
  { platform: 'lifesize', hosts: ['call.lifesizecloud.com', 'guest.lifesize.com'], link: /^\/(?<id>\d{4,})(?![\w-])/i },
  { platform: 'zhumu', hosts: ['.zhumu.com', '.zhumu.me'], link: /^\/j\/(?<id>\d{9,12})(?![\w-])/i },
  { platform: 'join_me', hosts: ['.join.me'], link: /^\/(?<id>\d{3}-\d{3}-\d{3})(?![\w-])/i },
  {
    platform: 'blackboard',
    hosts: ['.bbcollab.com'],
    link: /^\/(?:guest|collab\/ui\/session\/(?:guest|join))\/(?<id>[\w-]+)/i,
  },
  { platform: 'teamviewer', hosts: ['meeting.teamviewer.com'], link: /^\/j\/(?<id>m[\d-]+)/i },
  {
    platform: 'teamviewer',
    hosts: ['go.teamviewer.com', 'go.blizz.com'],
    link: /^\/(?:v\d+\/)?(?:join\/|meet\/)?(?<id>m?\d[\d-]{5,})(?![\w-])/i,
  },
  // Its link leads to the meeting of another platform, whose own link is better.
  {
    platform: 'calendly',
    hosts: ['.calendly.com'],
    link: /^\/events\/(?<id>[\da-f-]{36})\/[a-z_]+/i,
    isPossible: true,
  },
  {
    platform: 'adobe_connect',
    hosts: ['.adobeconnect.com'],
    link: /^\/(?!(?:system|admin|common)(?![\w-]))(?<id>[\w-]+)\/?(?:[?#]|$)/i,
    foldsCase: true,
    perHost: true,
  },
  { platform: 'whatsapp', hosts: ['call.whatsapp.com'], link: /^\/(?:video|voice)\/(?<id>[\w-]+)/i },
  { platform: 'signal', hosts: ['signal.link'], link: /^\/call\/?#(?:[^#]*?&)?key=(?<id>[^&#]+)/i },
  { platform: 'vk_calls', hosts: ['vk.com', 'vk.ru'], link: /^\/call\/join\/(?<id>[\w-]+)/i },
  {
    platform: 'salutejazz',
    hosts: ['jazz.sber.ru', 'salutejazz.ru'],
    link: /^\/(?:calls\/)?(?<id>(?=[a-z]*\d)[a-z\d]{5,}(?:@[a-z\d-]+)?)(?![\w-])/i,
  },
  { platform: 'kontur_talk', hosts: ['.ktalk.ru'], link: /^\/(?<id>(?=[a-z]*\d)[a-z\d]{5,})(?![\w-])/i, perHost: true },
  { platform: 'mts_link', hosts: ['my.mts-link.ru'], link: /^\/j\/(?<id>\d+(?:\/\d+)*)/i },
  {
    platform: 'zoho_cliq',
    hosts: ['cliq.zoho.com', 'cliq.zoho.eu', 'cliq.zoho.in', 'cliq.zoho.com.au'],
    link: /^\/meetings\/(?<id>\d+)/i,
    perHost: true,
  },
  { platform: 'luma', hosts: ['lu.ma', 'luma.com'], link: /^\/join\/(?<id>[\w-]+)/i },
] as const satisfies readonly PlatformRow[];

/** The hosts of all platforms. People type links to them without `https://`, too. */
export const MEETING_HOSTS: readonly string[] = [...new Set(MEETING_PLATFORMS.flatMap(({ hosts }) => [...hosts]))];

/** `unknown`: an entry point of a platform without a row, such as a self-hosted Jitsi. */
export type MeetingPlatform = (typeof MEETING_PLATFORMS)[number]['platform'] | 'unknown';

/** All platforms, `unknown` last. */
export const meetingPlatforms = [
  ...new Set<MeetingPlatform>([...MEETING_PLATFORMS.map(({ platform }) => platform), 'unknown']),
] as [MeetingPlatform, ...MeetingPlatform[]];
