import { decodePercent } from './decode-percent.ts';
import { indexByHost } from './index-by-host.ts';
import { ZOOM_HOSTS } from './meeting-platforms.ts';

/**
 * Parameters that log in everyone who opens the link. `zak` (and `zpk` for its phone client) makes a Zoom link the host's own:
 * developers.zoom.us/docs/meeting-sdk/auth. A bot that got it would be the host.
 */
const LOGIN_TOKENS = [{ hosts: [...ZOOM_HOSTS], names: /^(?:zak|zpk)(?:=|$)/i }];

const tokensOf = indexByHost(LOGIN_TOKENS);

/** Query and fragment, each with the character in front of it. */
const PARAMETERS = /[?#][^?#]*/g;

/** The link without parameters that log in, however their names are escaped; unchanged, byte for byte, when it has none. */
export function dropLoginTokens(url: string, host: string): string {
  const [row] = tokensOf(host);
  if (!row) return url;
  return url.replace(PARAMETERS, (part) => {
    const parameters = part.slice(1).split('&');
    const left = parameters.filter((parameter) => !row.names.test(decodePercent(parameter)));
    if (left.length === parameters.length) return part;
    return left.length > 0 ? part.charAt(0) + left.join('&') : '';
  });
}
