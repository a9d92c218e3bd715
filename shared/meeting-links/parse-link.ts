export interface ParsedLink {
  /** Lower case, punycode, without port and trailing dot. */
  readonly host: string;
  /** `host:port`; the host alone for the default port of the scheme. */
  readonly authority: string;
  /** Path, query and fragment; a native Zoom link starts with `zoommtg:`. */
  readonly tail: string;
}

/** The DNS limit. */
const LONGEST_HOST = 253;

const SCHEME_PREFIX: Readonly<Record<string, string>> = {
  'http:': '',
  'https:': '',
  'zoommtg:': 'zoommtg:',
  'zoomus:': 'zoommtg:',
};

/** Credentials, also empty ones, which the parser drops. */
const CREDENTIALS = /^[^:]+:\/\/[^/?#\\]*@/;

/**
 * Parses an http(s) or native Zoom link. Null for every other text, and for links with credentials
 * (`https://zoom.us@evil.com`): no provider writes them, they exist to mislead readers.
 */
export function parseLink(link: string): ParsedLink | null {
  const url = URL.parse(link);
  const prefix = url && SCHEME_PREFIX[url.protocol];
  if (!url || prefix === undefined || prefix === null || CREDENTIALS.test(link)) return null;
  if (url.username || url.password) return null;

  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  if (host.length > LONGEST_HOST) return null;
  const authority = url.port ? `${host}:${url.port}` : host;
  return { host, authority, tail: prefix + url.pathname + url.search + url.hash };
}
