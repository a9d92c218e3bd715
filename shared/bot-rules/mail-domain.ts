/** Lower case and without a final dot; null for what is no address (Exchange has some of its own kind). */
export function mailDomainOf(email: string): string | null {
  const at = email.lastIndexOf('@');
  const domain = email
    .slice(at + 1)
    .trim()
    .toLowerCase()
    .replace(/\.$/, '');
  return at > 0 && domain !== '' ? domain : null;
}

/** Is the domain one of these, or below one? */
export const isWithin = (domain: string, domains: readonly string[]): boolean =>
  domains.some((one) => domain === one || domain.endsWith(`.${one}`));

/**
 * Domains at which anybody has an address: who shares one with the calendar's owner is no colleague for that. The large
 * ones; any other can be dealt with by `internal_domains`.
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
