/**
 * An address as the pages of a link name it: enough for its owner to know it, too little for others to whom the link was
 * forwarded. The first character and the domain stay.
 */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  // Users of Microsoft may have a name that is no address.
  const [name, domain] = at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at)];
  const [first = ''] = Array.from(name);
  return `${first}***${domain}`;
}
