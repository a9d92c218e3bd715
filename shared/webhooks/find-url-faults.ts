import { isIP } from 'node:net';
import { isAllowedAddress, isLoopbackAddress } from './is-allowed-address.ts';

export interface UrlRules {
  /** Lets endpoints on loopback in, also over plain http: for local mode. */
  allowLoopback: boolean;
}

const faults = {
  form: 'Enter a valid URL.',
  scheme: 'The URL must start with https://.',
  credentials: 'The URL must not contain credentials.',
  address: 'The URL must not point to a private or reserved address.',
};

/** What the URL standard drops or mends in silence; a webhook's address says what it means. */
const mended = /[\s\\\p{Cc}]/u;
const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i;
const localhost = /^(?:.*\.)?localhost\.?$/;

/**
 * The rules of contract B1 for a webhook's address, as far as its text can tell; what its host name resolves to is
 * checked at every delivery. Octal, hexadecimal, short and decimal IPv4 are seen as the URL standard reads them, which
 * also is how the delivery does.
 *
 * @returns the texts of the rules it breaks; empty for an address a webhook may have
 */
export function findUrlFaults(text: string, { allowLoopback }: UrlRules): string[] {
  const url = absolute.test(text) && !mended.test(text) ? URL.parse(text) : null;
  if (!url) return [faults.form];
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isLocal = localhost.test(host) || isLoopbackAddress(host);
  const isReserved = isLocal ? !allowLoopback : isIP(host) !== 0 && !isAllowedAddress(host, { allowLoopback });
  return [
    ...(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal && allowLoopback) ? [] : [faults.scheme]),
    ...(url.username || url.password ? [faults.credentials] : []),
    ...(isReserved ? [faults.address] : []),
  ];
}
