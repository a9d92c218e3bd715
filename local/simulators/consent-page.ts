const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');

const layout = (title: string, content: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}label{display:block}
button{font:inherit;padding:.4rem 1.2rem;margin-right:1rem}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${content}</main></body></html>`;

/** A page of the provider that ends the flow, or offers one way back. */
export const renderNotice = (title: string, text: string, back?: string): string =>
  layout(
    title,
    `<p>${escapeHtml(text)}</p>${back === undefined ? '' : `<p><a id="back" href="${escapeHtml(back)}">Return to the application</a></p>`}`,
  );

export type ConsentPage = {
  provider: string;
  client: string;
  /** The parameters of the request, which come back with the decision. */
  request: URLSearchParams;
  accounts: string[];
  /** The account that is chosen at first. */
  chosen: string | undefined;
  /** Scopes of which each may be taken away. */
  scopes: string[];
};

/** A consent page that a person, a browser without scripts, and a test can answer. */
export function renderConsent({ provider, client, request, accounts, chosen, scopes }: ConsentPage): string {
  const hidden = [...request].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const choices = accounts.map(
    (email) =>
      `<label><input type="radio" name="account" value="${escapeHtml(email)}"${email === chosen ? ' checked' : ''}> ${escapeHtml(email)}</label>`,
  );
  const boxes = scopes.map(
    (scope) =>
      `<label><input type="checkbox" name="granted" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label>`,
  );
  return layout(
    `Simulated ${provider} sign-in`,
    `<form method="post">${hidden.join('')}
<fieldset><legend>Choose an account</legend>${choices.join('')}</fieldset>
<fieldset><legend>${escapeHtml(client)} wants to</legend>${boxes.join('')}</fieldset>
<p><button name="decision" value="allow">Continue</button><button name="decision" value="deny">Cancel</button></p></form>`,
  );
}

/** An address with parameters added. */
export function withParameters(address: string, parameters: Record<string, string | null | undefined>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
