import { indexByHost } from './index-by-host.ts';
import { ZOOM_HOSTS } from './meeting-platforms.ts';

/**
 * Parameters that log in everyone who opens the link. `zak` (and `zpk` for its phone client) makes a Zoom link the host's own:
 * developers.zoom.us/docs/meeting-sdk/auth. A bot that got it would be the host.
 */
const LOGIN_TOKENS = [{ hosts: [...ZOOM_HOSTS], names: /^(?:zak|zpk)=/i }];

const tokensOf = indexByHost(LOGIN_TOKENS);

/** The link without parameters that log in; unchanged, byte for byte, when it has none. */
export function dropLoginTokens(url: string, host: string): string {
  const [row] = tokensOf(host);
  const query = /\?([^#]*)/.exec(url)?.[1];
  if (!row || query === undefined) return url;
  const parameters = query.split('&');
  const left = parameters.filter((parameter) => !row.names.test(parameter));
  if (left.length === parameters.length) return url;
  return url.replace(`?${query}`, () => (left.length > 0 ? `?${left.join('&')}` : ''));
}
