import { isIP } from 'node:net';
import { isAllowedAddress, isLoopbackAddress } from './is-allowed-address.ts';

export interface UrlRules {
  /** Allows endpoints on loopback, on any port, also over plain http: for local mode. */
  allowLoopback: boolean;
  /** Allowed ports of all other endpoints. */
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

/** Characters that a URL parser drops or replaces silently. The address of a webhook must not contain them. */
const replaced = /[\s\\\p{Cc}]/u;
const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i;
/** Matches an empty name or password, too, which a URL parser drops. */
const userInfo = /^[^:]+:\/\/[^/?#]*@/;
const localhost = /^(?:.*\.)?localhost$/;

/**
 * Names of hosts in the local network: `.local` (RFC 6762), `.internal` (reserved by ICANN, and used by the metadata
 * services of clouds), `.home.arpa` (RFC 8375), and names without a dot, which the public DNS does not have.
 */
const privateName = /^[^.:]+$|\.(?:local|localdomain|internal|home\.arpa)$/;

/** Is the host neither a private or reserved address nor a name of a local network? @param host as a URL has it */
export function isPublicHost(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (localhost.test(name)) return false;
  return isIP(name) === 0 ? !privateName.test(name) : isAllowedAddress(name, { allowLoopback: false });
}

/**
 * Checks the text of a webhook's address against docs/api-compatibility.md#webhook-endpoints. What its host name
 * resolves to is checked at every delivery. The check reads octal, hexadecimal, short and decimal IPv4, percent-encoded
 * and Unicode hosts as the URL standard does, and so does the delivery.
 *
 * @returns the texts of the rules it breaks; none for an allowed address
 */
export function findUrlFaults(text: string, { allowLoopback, ports }: UrlRules): string[] {
  const url = absolute.test(text) && !replaced.test(text) ? URL.parse(text) : null;
  if (!url) return [faults.form];
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host.split('.').includes('')) return [faults.form];
  const isLocal = localhost.test(host) || isLoopbackAddress(host);
  const isPublic = isPublicHost(host);
  const isAllowedLocal = isLocal && allowLoopback;
  return [
    ...(url.protocol === 'https:' || (url.protocol === 'http:' && isAllowedLocal) ? [] : [faults.scheme]),
    ...(userInfo.test(text) ? [faults.credentials] : []),
    ...(isAllowedLocal || (isPublic && !isLocal) ? [] : [faults.address]),
    ...(isAllowedLocal || ports.includes(Number(url.port || 443)) ? [] : [faults.port(ports)]),
  ];
}
