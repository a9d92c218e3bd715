import type { Platform } from '../../calendars/calendar.ts';
import type { ConnectError, ConnectSession } from '../connect-session.ts';
import type { ConnectSettings } from '../connect-settings.ts';
import { type EndReason, endTexts } from './end-texts.ts';
import { failureTexts } from './failure-texts.ts';
import { Html, html, type Page, renderPage } from './page-layout.ts';

export const providerNames: Record<Platform, string> = { google: 'Google', microsoft: 'Microsoft' };

/** Where a user ends the access. */
const accessPages: Record<Platform, string> = {
  google: 'https://myaccount.google.com/connections',
  microsoft: 'https://myapplications.microsoft.com/',
};

/** How a text names the project: within a sentence, and at its beginning. */
const namesOf = ({ name }: ConnectSettings): { name: string; first: string } =>
  name === null ? { name: 'the application', first: 'The application' } : { name, first: name };

const limitedUse = (name: string): Html => html`<p>${name}’s use and transfer of information received from
Google APIs adheres to the <a href="https://developers.google.com/terms/api-services-user-data-policy">Google API Services
User Data Policy</a>, including the Limited Use requirements.</p>`;

export interface Asked {
  settings: ConnectSettings;
  platform: Platform;
}

/** What the button that leads to the provider sends: the token of the link, or the session that the browser has begun. */
export type Start = { token: string } | { session: string };

interface AskedAccount {
  isReconnect: boolean;
  account: string | null;
}

/** What says to `POST /connect/start` whose sign-in begins. */
export const startFields = (start: Start): Html => {
  const [name, value] = Object.entries(start)[0] as [string, string];
  return html`<input type="hidden" name="${name}" value="${value}">`;
};

/** The button that leads to the provider, and the way back. @param label null: only the way back */
const waysOn = (
  settings: ConnectSettings | null,
  { start, label, back }: { start: Start; label: string | null; back: string | null },
): Html => {
  const home = back === null ? [] : html`<a href="${back}">Return to ${settings?.name ?? 'the application'}</a>`;
  if (label !== null)
    return html`<form method="post" action="/connect/start">${startFields(start)}<div class="actions"><button>${label}</button>${home}</div></form>`;
  return home instanceof Html ? html`<div class="actions">${home}</div>` : html`<p>You can close this page.</p>`;
};

/**
 * What is read and why, and the button that leads to the provider.
 *
 * @param isReconnect the access was lost @param account that is reconnected, as a page may name it
 */
export function askPage(
  { settings, platform }: Asked,
  { start, isReconnect, account, back }: AskedAccount & { start: Start; back: string | null },
): Page {
  const provider = providerNames[platform];
  const { name, first } = namesOf(settings);
  const title = isReconnect ? `Reconnect your ${provider} calendar` : `Connect your ${provider} calendar`;
  const content = html`<p>${isReconnect ? `${first} can no longer read your calendar. Sign in again with ${account ?? 'the same account'}, and everything that was missed is read.` : `${first} asks to read your calendar. You sign in at ${provider}, and ${name} never sees your password.`}</p>
<h2>What is read</h2><ul><li>The names of your calendars, your time zone, and the address of your account</li>
<li>Events: title, time, place, description, people invited, and meeting links</li></ul>
<h2>Why</h2><p>So that ${name} knows your meetings and notices when they change. Nothing in your calendar is changed, and
nothing is sold or used for advertising.</p>
${waysOn(settings, { start, label: `Continue with ${provider}`, back })}`;
  const footer = html`<p>You can end the access at any time, in ${name} or in <a href="${accessPages[platform]}">your ${provider} account</a>.</p>
${platform === 'google' ? limitedUse(first) : []}`;
  return renderPage(settings, { title, content, footer });
}

/** Sends the browser on. A form's answer may not redirect to another site, because the pages allow forms to reach none. */
export const goOnPage = (settings: ConnectSettings | null, url: string, where: string): Page =>
  renderPage(settings, {
    title: `Continue to ${where}`,
    content: html`<p>You are being sent to ${where}. If nothing happens, press Continue.</p><div class="actions"><a class="button" href="${url}">Continue</a></div>`,
    goTo: url,
  });

/** Why there is no access, or not all of it, and the way on. @param about what the text needs beside the reason */
export function failurePage(
  { settings, platform, clientId }: Asked & { clientId: string },
  {
    error,
    start,
    back,
    about,
    connected,
  }: { error: ConnectError; start: Start; back: string | null; about: string; connected: number },
): Page {
  const named = { ...namesOf(settings), platform, provider: providerNames[platform], about, clientId };
  const { status, title, text, retry } = failureTexts[error](named);
  // A try before may have connected some.
  const soFar =
    connected === 0
      ? 'Nothing was changed.'
      : `Connected so far: ${connected} ${connected === 1 ? 'calendar' : 'calendars'}.`;
  const paragraphs = [...text, soFar].map((one) => html`<p>${one}</p>`);
  const content = html`${paragraphs}${waysOn(settings, { start, label: retry, back })}`;
  return renderPage(settings, { status, title, content });
}

/** A link or an answer that cannot be used. Without settings it says nothing about whose it was. */
export function endPage(
  settings: ConnectSettings | null,
  reason: EndReason,
  { back = null, about = null }: { back?: string | null; about?: string | null } = {},
): Page {
  const { status, title, text } = endTexts[reason](settings?.name ?? null);
  const home = html`<div class="actions"><a href="${back ?? ''}">Return to ${settings?.name ?? 'the application'}</a></div>`;
  const named = about === null ? [] : html`<p><code>${about}</code></p>`;
  const content = html`<p>${text}</p>${named}${back === null ? [] : home}`;
  return renderPage(settings, { status, title, content });
}

/** The end of a session that returns nowhere. */
export const donePage = ({ settings }: Pick<Asked, 'settings'>, session: Pick<ConnectSession, 'calendar_id'>): Page => {
  const { first } = namesOf(settings);
  const isNew = session.calendar_id === null;
  return renderPage(settings, {
    title: isNew ? 'Your calendar is connected' : 'Your calendar is connected again',
    content: html`<p>${isNew ? `${first} can read it now.` : `${first} can read it again, and reads what was missed.`} You can close this page.</p>`,
  });
};
