import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isAllowedAddress } from './is-allowed-address.ts';

/** Every address of a host name. @throws what `dns.lookup` throws */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/**
 * A `lookup` for sockets. It resolves a host name once, and returns the addresses only if all of them are allowed: one
 * private address among public ones is an attack or a mistake. The socket connects to the checked addresses, whatever
 * the name resolves to afterwards. (Sockets do not look up hosts that are addresses; `findUrlFaults` checks these.)
 */
export function resolveAllowed(resolve: Resolve, rules: { allowLoopback: boolean }): LookupFunction {
  const lookup = callbackify(async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const [first, ...others] = await resolve(hostname);
    if (!first) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    if (![first, ...others].every(({ address }) => isAllowedAddress(address, rules))) {
      throw Object.assign(new Error('private or reserved address'), { code: 'ADDRESS_REFUSED' });
    }
    return [first, ...others];
  });
  return (hostname, options, callback) => {
    lookup(hostname, (error, addresses) => {
      if (error) callback(error, '');
      else if (options.all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
}
