import { decodePercent } from './decode-percent.ts';
import { indexByHost } from './index-by-host.ts';
import { ZOOM_HOSTS } from './meeting-platforms.ts';

/**
 * Parameters that log in everyone who opens the link, or make everyone the host. A bot that got one would be the host, too.
 * Zoom: `zak`, and `zpk` for its phone client (developers.zoom.us/docs/meeting-sdk/auth). Whereby: `roomKey`, of
 * `hostRoomUrl` (docs.whereby.com). Jitsi and 8x8: `jwt` (jitsi.github.io/handbook/docs/devops-guide/token-authentication).
 */
const LOGIN_TOKENS: readonly { hosts: readonly string[]; names: RegExp }[] = [
  { hosts: ZOOM_HOSTS, names: /^(?:zak|zpk)(?:=|$)/i },
  { hosts: ['.whereby.com'], names: /^roomKey(?:=|$)/i },
  { hosts: ['meet.jit.si', '8x8.vc'], names: /^jwt(?:=|$)/i },
];

const tokensOf = indexByHost(LOGIN_TOKENS);

/** On every other host: a company's own domain may stand in front of Zoom. */
const TOKENS_ANYWHERE = /^(?:zak|zpk)(?:=|$)/i;

/** Query and fragment, each with the character in front of it. */
const PARAMETERS = /[?#][^?#]*/g;

/** The link without parameters that log in, however their names are escaped; unchanged, byte for byte, when it has none. */
export function dropLoginTokens(url: string, host: string): string {
  const [row] = tokensOf(host);
  const names = row?.names ?? TOKENS_ANYWHERE;
  return url.replace(PARAMETERS, (part) => {
    const parameters = part.slice(1).split('&');
    const left = parameters.filter((parameter) => !names.test(decodePercent(parameter)));
    if (left.length === parameters.length) return part;
    return left.length > 0 ? part.charAt(0) + left.join('&') : '';
  });
}
