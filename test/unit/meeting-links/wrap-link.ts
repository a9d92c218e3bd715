const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** Proofpoint v3 the way the gateway writes it: unusual characters out of the link, runs of up to 65 counted. */
function wrapProofpointV3(link: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  let replaced = '';
  const masked = link.replace(/[^\w./:?=&-]{1,65}/gu, (run) => {
    replaced += run;
    const length = Array.from(run).length;
    return length === 1 ? '*' : `**${alphabet.charAt(length - 2)}`;
  });
  return `https://urldefense.com/v3/__${masked}__;${base64url(replaced)}!!AbC-dEf!made_up$`;
}

/** Every wrapper that can hold any http(s) link. */
export const WRAP_LINK: Readonly<Record<string, (link: string) => string>> = {
  safeLinks: (link) =>
    `https://eur02.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}&data=05%7C01%7C&sdata=x%3D&reserved=0`,
  safeLinksInTeams: (link) =>
    `https://nam12.safelinks.protection.outlook.com/ap/t-59584e83/?url=${encodeURIComponent(link)}&data=05`,
  safeLinksGovernment: (link) =>
    `https://usg02.safelinks.protection.office365.us/?data=05&url=${encodeURIComponent(link)}`,
  google: (link) =>
    `https://www.google.com/url?q=${encodeURIComponent(link)}&sa=D&source=calendar&usd=2&usg=AOvVaw0made_up`,
  googleWithUrl: (link) => `https://www.google.com/url?sa=t&url=${encodeURIComponent(link)}`,
  googleMeetChat: (link) => `https://meet.google.com/linkredirect?authuser=0&dest=${encodeURIComponent(link)}`,
  proofpointV1: (link) => `https://urldefense.proofpoint.com/v1/url?u=${encodeURIComponent(link)}&k=abc`,
  proofpointV2: (link) =>
    `https://urldefense.proofpoint.com/v2/url?u=${encodeURIComponent(link)
      .replace(/[-_.!~*'()]/g, (character) => (character === '.' ? '.' : `%${character.charCodeAt(0).toString(16)}`))
      .replaceAll('%2F', '_')
      .replaceAll('%', '-')}&d=DwMF&c=x&e=`,
  proofpointV3: wrapProofpointV3,
  proofpointV3SingleSlash: (link) => wrapProofpointV3(link).replace(/(__https?:\/)\//, '$1'),
  bing: (link) => `https://www.bing.com/ck/a?!&&p=0a1b&ptn=3&u=a1${base64url(link)}&ntb=1`,
  googleOfACountry: (link) => `https://www.google.co.uk/url?q=${encodeURIComponent(link)}&sa=D`,
  cisco: (link) => `https://secure-web.cisco.com/1AbC-dEf_GhI/${encodeURIComponent(link)}`,
  zix: (link) => `https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=${encodeURIComponent(link)}`,
  trendMicro: (link) =>
    `https://imsva91-ctp.trendmicro.com/wis/clicktime/v1/query?url=${encodeURIComponent(link)}&umid=1`,
  exclaimer: (link) => `https://us.content.exclaimer.net/?url=${encodeURIComponent(link)}&tenantid=t`,
  sophos: (link) =>
    `https://eu-west-1.protection.sophos.com?d=x.us&u=${encodeURIComponent(Buffer.from(link).toString('base64'))}&i=1`,
  fireEye: (link) => `https://protect2.fireeye.com/v1/url?k=0a&q=1&e=2&u=${encodeURIComponent(link)}`,
  symantec: (link) => `https://clicktime.symantec.com/0a1b2c?u=${encodeURIComponent(link)}`,
  gmx: (link) => `https://deref-gmx.net/mail/client/AbC/dereferrer/?redirectUrl=${encodeURIComponent(link)}`,
  outlookOnTheWeb: (link) => `https://outlook.office.com/mail/safelink.html?url=${encodeURIComponent(link)}&corid=0a1b`,
  titanHq: (link) => `https://linklock.titanhq.com/analyse?url=${encodeURIComponent(link)}&data=eJx`,
  trustwave: (link) => `https://scanmail.trustwave.com/?c=20988&d=aBc_dE&u=${encodeURIComponent(link)}`,
  azure: (link) => `https://nam.safelink.emails.azure.net/redirect/?destination=${encodeURIComponent(link)}&p=bT1`,
  linkedInOld: (link) => `https://www.linkedin.com/redir/redirect?url=${encodeURIComponent(link)}&urlhash=x`,
  outlookOld: (link) => `https://outlook.office365.com/owa/redir.aspx?C=0a1b&URL=${encodeURIComponent(link)}`,
  duckDuckGo: (link) => `https://duckduckgo.com/l/?uddg=${encodeURIComponent(link)}&rut=0a1b`,
  vk: (link) => `https://vk.com/away.php?to=${encodeURIComponent(link)}&utf=1`,
  hornetsecurity: (link) => `https://atpscan.global.hornetsecurity.com/?d=0a&f=1b&u=${encodeURIComponent(link)}`,
  postOffice: (link) => `https://clicktime.cloud.postoffice.net/clicktime.php?U=${encodeURIComponent(link)}&E=pat`,
  linkedIn: (link) => `https://www.linkedin.com/safety/go/?url=${encodeURIComponent(link)}&urlhash=x`,
  facebook: (link) => `https://www.facebook.com/l.php?u=${encodeURIComponent(link)}&h=AT0`,
  instagram: (link) => `https://l.instagram.com/?u=${encodeURIComponent(link)}&e=AT0&s=1`,
  barracuda: (link) => `https://linkprotect.cudasvc.com/url?a=${encodeURIComponent(link)}&c=E,1,x&typo=1`,
};
