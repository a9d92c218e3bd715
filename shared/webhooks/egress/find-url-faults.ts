import { isIP } from 'node:net';
import { isAllowedAddress, isLoopbackAddress } from './is-allowed-address.ts';

export interface UrlRules {
  /** Lets endpoints on loopback in, on any port, also over plain http: for local mode. */
  allowLoopback: boolean;
  /** Ports of all other endpoints. */
  ports: readonly number[];
}

const faults = {
  form: 'Enter a valid URL.',
  scheme: 'The URL must start with https://.',
  credentials: 'The URL must not contain credentials.',
  address: 'The URL must not point to a private or reserved address.',
  port: (ports: readonly number[]) =>
    `The URL must use ${ports.length > 1 ? 'one of the ports' : 'port'} ${ports.join(', ')}.`,
};

/** What the URL standard drops or mends in silence; a webhook's address says what it means. */
const mended = /[\s\\\p{Cc}]/u;
const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i;
/** Also an empty name or password, which the URL standard drops. */
const userInfo = /^[^:]+:\/\/[^/?#]*@/;
const localhost = /^(?:.*\.)?localhost$/;

/**
 * Names that by definition mean a host of the own network: `.local` (RFC 6762), `.internal` (reserved by ICANN, and the
 * clouds' metadata services), `.home.arpa` (RFC 8375), and names without a dot, which the public DNS does not have.
 */
const privateName = /^[^.:]+$|\.(?:local|localdomain|internal|home\.arpa)$/;

/**
 * The rules of docs/api-compatibility.md#webhook-endpoints for a webhook's address, as far as its text can tell; what its host name resolves to is
 * checked at every delivery. Octal, hexadecimal, short and decimal IPv4, percent-encoded and Unicode hosts are seen as
 * the URL standard reads them, which also is how the delivery does.
 *
 * @returns the texts of the rules it breaks; empty for an address a webhook may have
 */
export function findUrlFaults(text: string, { allowLoopback, ports }: UrlRules): string[] {
  const url = absolute.test(text) && !mended.test(text) ? URL.parse(text) : null;
  if (!url) return [faults.form];
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host.split('.').includes('')) return [faults.form];
  const isLocal = localhost.test(host) || isLoopbackAddress(host);
  const isPublic = isIP(host) === 0 ? !privateName.test(host) : isAllowedAddress(host, { allowLoopback: false });
  const isAllowedLocal = isLocal && allowLoopback;
  return [
    ...(url.protocol === 'https:' || (url.protocol === 'http:' && isAllowedLocal) ? [] : [faults.scheme]),
    ...(userInfo.test(text) ? [faults.credentials] : []),
    ...(isAllowedLocal || (isPublic && !isLocal) ? [] : [faults.address]),
    ...(isAllowedLocal || ports.includes(Number(url.port || 443)) ? [] : [faults.port(ports)]),
  ];
}
