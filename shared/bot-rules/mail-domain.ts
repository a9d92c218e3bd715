/** The domain of an address, in lower case and without a final dot; null for a text that is not an SMTP address. */
export function mailDomainOf(email: string): string | null {
  const at = email.lastIndexOf('@');
  const domain = email
    .slice(at + 1)
    .trim()
    .toLowerCase()
    .replace(/\.$/, '');
  return at > 0 && domain !== '' ? domain : null;
}

/** Is the domain one of these, or a subdomain of one? */
export const isWithin = (domain: string, domains: readonly string[]): boolean =>
  domains.some((one) => domain === one || domain.endsWith(`.${one}`));

/**
 * Domains of large public mail services: two people with such an address are not colleagues. For any other service, a
 * project sets `internal_domains`.
 */
const publicDomains = new Set(
  [
    'gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr live.com msn.com passport.com',
    'yahoo.com yahoo.co.uk yahoo.co.jp ymail.com rocketmail.com aol.com icloud.com me.com mac.com proton.me protonmail.com pm.me',
    'gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de mail.com mail.ru yandex.ru yandex.com zoho.com fastmail.com hey.com',
    'qq.com 163.com 126.com sina.com naver.com hanmail.net rediffmail.com orange.fr free.fr laposte.net libero.it comcast.net',
  ].flatMap((line) => line.split(' ')),
);

export const isPublicMailDomain = (domain: string): boolean => publicDomains.has(domain);
