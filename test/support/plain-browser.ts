/** A page as a browser without scripts has it. */
export interface PlainPage {
  url: string;
  status: number;
  html: string;
  headers: Headers;
}

/** Keeps cookies by host, follows redirects, answers forms, and follows `Refresh` as browsers do. */
export function createPlainBrowser() {
  const jar = new Map<string, Map<string, string>>();
  /** Every address that was opened, in order. */
  const visited: string[] = [];

  const request = async (url: string, init: RequestInit = {}): Promise<PlainPage> => {
    visited.push(url);
    const { host } = new URL(url);
    const cookies = [...(jar.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookies !== '' && { cookie: cookies }) };
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const known = jar.get(host) ?? new Map<string, string>();
      jar.set(host, known.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)));
    }
    return { url, status: answer.status, html: await answer.text(), headers: answer.headers };
  };

  /** Follows redirects of ours and of the simulators; an application of a customer is not asked. */
  const settle = async (page: PlainPage): Promise<PlainPage> => {
    const location = page.headers.get('location');
    if (location === null) return page;
    const next = new URL(location, page.url).href;
    return isLoopback(next) ? settle(await request(next)) : { ...page, url: next, html: '' };
  };
  const isLoopback = (url: string): boolean => new URL(url).hostname === '127.0.0.1';

  const open = async (url: string): Promise<PlainPage> => settle(await request(url));

  return {
    visited,
    jar,
    request,
    open,
    /** Sends the only form of a page, with fields changed or added; a button is a field. */
    submit: async (page: PlainPage, fields: [name: string, value: string][] = [], site = 'same-origin') => {
      const [, attributes = '', content = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(page.html) ?? [];
      const action = /action="([^"]*)"/.exec(attributes)?.[1] ?? page.url;
      const hidden = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
        ([, name = '', value = '']): [string, string] => [unescape(name), unescape(value)],
      );
      const body = new URLSearchParams([...hidden, ...fields]).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site };
      return settle(await request(new URL(action, page.url).href, { method: 'POST', body, headers }));
    },
    /** Goes where a page sends the browser. */
    goOn: async (page: PlainPage): Promise<PlainPage> => {
      const target = /url=(.*)$/.exec(page.headers.get('refresh') ?? '')?.[1] ?? '';
      return isLoopback(target) ? open(target) : { ...page, url: target, html: '' };
    },
  };
}
export type PlainBrowser = ReturnType<typeof createPlainBrowser>;

const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescape = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? '');

export const titleOf = ({ html }: PlainPage): string => unescape(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '');
