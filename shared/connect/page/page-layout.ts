import { createHash } from 'node:crypto';
import type { ConnectSettings } from '../connect-settings.ts';

/** HTML that was composed with `html`: texts in it are escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const render = (value: string | Html | readonly Html[]): string => {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
};

/** A template whose values are escaped, for text and for attributes in quotes. */
export const html = (parts: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html =>
  new Html(parts.map((part, index) => part + (index < values.length ? render(values[index] ?? '') : '')).join(''));

const style = `:root{color-scheme:light dark;--text:#1b1f24;--quiet:#57606a;--ground:#f6f8fa;--card:#fff;--line:#d0d7de;--accent:#0550ae;--on-accent:#fff;--alert:#b3261e}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--quiet:#9da7b3;--ground:#0d1117;--card:#161b22;--line:#3d444d;--accent:#58a6ff;--on-accent:#0d1117;--alert:#ff9b94}}
*{box-sizing:border-box}body{margin:0;padding:1rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:34rem;margin:5vh auto;padding:1.5rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
header{display:flex;gap:.75rem;align-items:center;margin-bottom:1rem;font-weight:600}header img{width:40px;height:40px;flex:none;object-fit:contain}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .75rem}h2,legend{font-size:1rem;font-weight:600;margin:1.25rem 0 .25rem;padding:0}p,ul{margin:.5rem 0}ul{padding-left:1.25rem}
a{color:var(--accent)}.quiet,footer{color:var(--quiet);font-size:.875rem}footer{margin-top:1.5rem;padding-top:.75rem;border-top:1px solid var(--line)}
fieldset{border:0;margin:0;padding:0;min-width:0}label{display:flex;gap:.75rem;align-items:center;margin:.5rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:8px;cursor:pointer}
label:has(:checked){border-color:var(--accent)}input[type=checkbox]{width:1.25rem;height:1.25rem;margin:0;flex:none;accent-color:var(--accent)}
[role=alert]{padding:.5rem .75rem;border:1px solid;border-radius:8px;color:var(--alert);font-weight:600}
button,.button{display:inline-block;padding:.7rem 1.4rem;border:0;border-radius:8px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.plain{padding:.25rem 0;background:none;color:var(--accent);font-weight:400;text-decoration:underline}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}.actions{display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;align-items:center;margin:1.25rem 0 .5rem}
@media(max-width:30rem){body{padding:0;background:var(--card)}main{margin:0;border:0;border-radius:0}.actions>*{width:100%;text-align:center}}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** A page and what its headers say. */
export interface Page {
  status: number;
  html: string;
  /** The browser goes on to this address at once. */
  goTo?: string;
  logoUrl: string | null;
}

/** @param content below the heading @param footer the small print, before the privacy policy */
export function renderPage(
  settings: ConnectSettings | null,
  {
    status = 200,
    title,
    content,
    footer = [],
    goTo,
  }: { status?: number; title: string; content: Html; footer?: Html | []; goTo?: string },
): Page {
  const { name = null, logo_url: logo = null, privacy_url: privacy = null } = settings ?? {};
  const header = html`<header>${logo === null ? [] : html`<img src="${logo}" alt="">`}<span>${name ?? ''}</span></header>`;
  const policy = html`<p><a href="${privacy ?? ''}">Privacy policy of ${name ?? 'this application'}</a></p>`;
  const end = html`<footer>${footer}${privacy === null ? [] : policy}</footer>`;
  const hasEnd = privacy !== null || footer instanceof Html;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name === null ? title : `${title} – ${name}`}</title><style>${new Html(style)}</style></head>
<body><main>${name === null && logo === null ? [] : header}<h1>${title}</h1>
${content}${hasEnd ? end : []}</main></body></html>`;
  return { status, html: page.text, logoUrl: logo, ...(goTo !== undefined && { goTo }) };
}

/**
 * No scripts, no frames, nothing from elsewhere but the logo, forms that go nowhere else. The address of a page may hold
 * the secret of a link: it is sent to no other site as a referrer, and kept in no cache.
 */
export function pageHeaders({ logoUrl, goTo }: Pick<Page, 'logoUrl' | 'goTo'>): Record<string, string> {
  const images = logoUrl === null ? "'none'" : new URL(logoUrl).origin;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src ${images}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex',
    'cross-origin-opener-policy': 'same-origin',
    ...(goTo !== undefined && { refresh: `0; url=${goTo}` }),
  };
}
